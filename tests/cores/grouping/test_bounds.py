"""Bounds against every programme of the same sizes, for a few people: never exceeded."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.cores.grouping import Person, Problem
from maillage.cores.grouping.bounds import repeats_bound, value_bound
from maillage.cores.grouping.tables import Integers, tables_of
from tests.cores.grouping.examples import worth_of

WORDS = st.frozensets(st.sampled_from("abcd"), max_size=3)
PEOPLE = st.lists(st.tuples(WORDS, WORDS, st.sampled_from(["", "", "", "x"])), min_size=4, max_size=7)
Partition = tuple[tuple[int, ...], ...]


def partitions(left: tuple[int, ...], sizes: tuple[int, ...]) -> set[Partition]:
    if not left:
        return {()}
    return {
        tuple(sorted([(left[0], *mates), *rest]))
        for size in set(sizes)
        for mates in combinations(left[1:], size - 1)
        for rest in partitions(
            tuple(person for person in left[1:] if person not in mates), _less(sizes, size)
        )
    }


def _less(sizes: tuple[int, ...], size: int) -> tuple[int, ...]:
    place = sizes.index(size)
    return sizes[:place] + sizes[place + 1 :]


def labels_of(partition: Partition, count: int) -> Integers:
    labels = np.zeros(count, dtype=np.int64)
    for label, members in enumerate(partition):
        labels[list(members)] = label
    return labels


@settings(max_examples=60, deadline=None)
@given(PEOPLE, st.integers(1, 2), st.sampled_from([0.0, 0.4, 1.0]), st.booleans())
def test_no_programme_passes_the_bounds(
    drawn_people: list[tuple[frozenset[str], frozenset[str], str]], rounds: int, weight: float, known: bool
) -> None:
    count = len(drawn_people)
    people = tuple(Person(f"{n}", *words) for n, words in enumerate(drawn_people))
    problem = Problem(
        people,
        rounds=rounds,
        size_min=2,
        size_max=4,
        profile_weight=weight,
        met=frozenset({("0", "1")}) if known else frozenset(),
    )
    sizes = (count // 2, count - count // 2)
    same = {
        pair
        for pair in combinations(range(count), 2)
        if people[pair[0]].structure and people[pair[0]].structure == people[pair[1]].structure
    }
    allowed = [
        partition
        for partition in partitions(tuple(range(count)), sizes)
        if not any(pair in same for group in partition for pair in combinations(group, 2))
    ]
    if not allowed:
        return
    tables = tables_of(problem)
    labels = np.array([labels_of(allowed[0], count)] * rounds)
    bounds = {distinct: value_bound(tables, labels, distinct) for distinct in (False, True)}
    fewest = repeats_bound(tables, labels)
    for programme in product(allowed, repeat=rounds):
        met = Counter(pair for meeting in programme for group in meeting for pair in combinations(group, 2))
        worth = sum(n * worth_of(people[a], people[b], weight) for (a, b), n in met.items())
        repeats = sum(n - 1 for n in met.values()) + (known and met[0, 1] > 0)
        assert fewest <= repeats
        assert worth / met.total() <= bounds[repeats == 0] + 1e-9


def test_who_sat_together_before_must_sit_together_again() -> None:
    """Sixteen people in groups of 5, 5 and 6: of five people from three groups, two pairs at least were together."""
    people = tuple(Person(f"{n:02}", frozenset(), frozenset()) for n in range(16))
    sizes = np.array([0] * 5 + [1] * 5 + [2] * 6)
    tables = tables_of(Problem(people, rounds=3, size_min=5, size_max=8))
    assert repeats_bound(tables, np.stack([sizes] * 3)) == 2 * (2 + 2 + 3)
    alone = tables_of(Problem(people, rounds=1, size_min=5, size_max=8))
    assert repeats_bound(alone, sizes[None, :]) == 0
