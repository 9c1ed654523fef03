"""The rules of `docs/explanation/groupes.md`: its example, constraints, repeated pairs, bounds."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.cores.grouping import Grouping, Impossible, InvalidProblem, Person, Problem, compose
from tests.cores.grouping.examples import drawn, faults_of, meetings_of, planted, worked_example, worth_of

WORDS = st.frozensets(st.sampled_from("abcdef"), max_size=3)
PEOPLE = st.lists(st.tuples(WORDS, WORDS, st.sampled_from(["", "", "x", "y"])), min_size=4, max_size=8)


def found(problem: Problem, **options: float) -> Grouping:
    """The answer, checked against the rules read slowly."""
    answer = compose(problem, **options)  # type: ignore[arg-type]
    assert isinstance(answer, Grouping), answer
    assert faults_of(problem, answer) == []
    people = {person.name: person for person in problem.people}
    met = meetings_of(answer)
    worths = [
        times * worth_of(people[one], people[other], problem.profile_weight)
        for (one, other), times in met.items()
    ]
    assert answer.value == pytest.approx(sum(worths) / met.total())
    before = {tuple(sorted(pair)) for pair in problem.met}
    assert answer.repeats == sum(times - (pair not in before) for pair, times in met.items())
    assert answer.value <= answer.bound + 1e-9 and answer.repeats_bound <= answer.repeats
    return answer


def test_worked_example() -> None:
    people = worked_example()
    threes = Problem(tuple(people.values()), size_min=3, size_max=3, size_wished=3)
    free = replace(threes, people=tuple(replace(person, structure="") for person in people.values()))
    answer = found(free)
    assert answer.value == 1.0 and answer.proven
    answer = found(threes)
    assert (round(answer.value, 3), answer.bound, answer.proven) == (0.833, answer.value, True)
    people["Bilal"] = replace(people["Bilal"], structure="Épicerie")
    assert compose(replace(threes, people=tuple(people.values()))) == Impossible(
        "structure", ("structure",), ("Ana", "Bilal", "David"), at_least=1, limit=2, round=1
    )


def partitions(names: tuple[str, ...], low: int, high: int) -> list[list[tuple[str, ...]]]:
    if not names:
        return [[]]
    return [
        [(names[0], *mates), *rest]
        for size in range(low, high + 1)
        for mates in combinations(names[1:], size - 1)
        for rest in partitions(tuple(name for name in names[1:] if name not in mates), low, high)
    ]


@settings(max_examples=60, deadline=None)
@given(PEOPLE, st.integers(2, 3), st.sampled_from([0.0, 0.3, 0.5, 1.0]))
def test_few_people_have_the_best_answer(
    drawn_people: list[tuple[frozenset[str], frozenset[str], str]], low: int, weight: float
) -> None:
    """Against every partition with as many groups, as even as can be: the same value, and the bound above it."""
    people = tuple(Person(f"{n}", *words) for n, words in enumerate(drawn_people))
    problem = Problem(people, size_min=low, size_max=4, size_wished=3, profile_weight=weight)
    answer = compose(problem)
    allowed = [
        partition
        for partition in partitions(tuple(person.name for person in people), low, 4)
        if not any(
            people[int(a)].structure and people[int(a)].structure == people[int(b)].structure
            for group in partition
            for a, b in combinations(group, 2)
        )
    ]
    if isinstance(answer, Impossible):
        assert allowed == [] and answer.proven
        return
    assert answer.proven and faults_of(problem, answer) == []
    sizes = sorted(len(group.members) for group in answer.rounds[0].groups)

    def value(partition: list[tuple[str, ...]]) -> float:
        pairs = [pair for group in partition for pair in combinations(group, 2)]
        return sum(worth_of(people[int(a)], people[int(b)], weight) for a, b in pairs) / len(pairs)

    rivals = [partition for partition in allowed if sorted(map(len, partition)) == sizes]
    assert answer.value == pytest.approx(max(value(partition) for partition in rivals))


@pytest.mark.parametrize("seed", range(3))
def test_a_perfect_answer_is_found(seed: int) -> None:
    answer = found(planted(seed, groups=5, size=5), seed=seed)
    assert (answer.value, answer.bound, answer.proven) == (1.0, 1.0, True)


def test_nobody_meets_twice_when_arithmetic_allows() -> None:
    problem = Problem(drawn(1, 35), rounds=6, size_min=5, size_max=5)
    answer = found(problem, effort=0.05)
    assert answer.repeats == 0 == answer.repeats_bound


def test_more_meetings_than_people_to_meet() -> None:
    """Ten people in two groups of five: five come from two groups, so four of their pairs at least met at the round before."""
    answer = found(Problem(drawn(2, 10), rounds=3), effort=0.05)
    assert answer.repeats_bound == 2 * 2 * 4 <= answer.repeats


def test_those_who_met_before_count() -> None:
    people = drawn(3, 20)
    first = found(Problem(people, size_min=4, size_max=4), effort=0.1)
    problem = Problem(people, size_min=4, size_max=4, met=frozenset(meetings_of(first)))
    assert found(problem, effort=0.1).repeats == 0


def test_every_constraint_at_once() -> None:
    people = tuple(
        replace(
            person,
            languages=frozenset(["fr"] if n % 2 else ["fr", "en"]) if n % 7 else frozenset(["en"]),
            half_days=frozenset([["mon am", "tue pm"], ["tue pm"], ["mon am", "thu am"]][n % 3]),
            absent=frozenset([n % 3 + 1] if n % 9 == 0 else []),
        )
        for n, person in enumerate(drawn(4, 38, structures=14))
    )
    problem = Problem(
        people,
        rounds=3,
        together=frozenset({("001", "003"), ("005", "011")}),
        apart=frozenset({("002", "003"), ("011", "004")}),
    )
    found(problem, effort=0.2)


def test_sizes_give_way_to_half_days() -> None:
    """Seven people of the morning and five of the afternoon: 7 and 5, not 6 and 6."""
    for count in (12, 19):
        people = [replace(person, half_days=frozenset(["am"])) for person in drawn(5, count)]
        people[:5] = [replace(person, half_days=frozenset(["pm"])) for person in people[:5]]
        answer = found(Problem(tuple(people)), effort=0.2)
        assert sorted(len(group.members) for group in answer.rounds[0].groups)[0] == 5
        assert {group.half_days for group in answer.rounds[0].groups} == {
            frozenset(["am"]),
            frozenset(["pm"]),
        }


def test_the_same_seed_gives_the_same_groups() -> None:
    problem = Problem(drawn(6, 26, structures=9), rounds=2)
    assert compose(problem, seed=3, effort=0.05) == compose(problem, seed=3, effort=0.05)


def test_a_clock_stops_the_search() -> None:
    ticks = iter(range(10**6))
    answer = compose(Problem(drawn(7, 60)), effort=100, clock=lambda: float(next(ticks)), seconds_max=9)
    assert isinstance(answer, Grouping)
    assert next(ticks) < 100


@pytest.mark.parametrize(
    ("code", "names", "change"),
    [
        ("empty", (), {"people": ()}),
        ("twice", ("001",), {"people": (*drawn(1, 3), drawn(1, 2)[1])}),
        ("rounds", (), {"rounds": 0}),
        ("sizes", (), {"size_min": 6, "size_max": 5}),
        ("weight", (), {"profile_weight": 1.5}),
        ("unknown", ("Zoé",), {"apart": frozenset({("000", "Zoé")})}),
        ("self_pair", ("000",), {"together": frozenset({("000", "000")})}),
    ],
)
def test_problems_that_make_no_sense(code: str, names: tuple[str, ...], change: dict[str, object]) -> None:
    with pytest.raises(InvalidProblem) as refused:
        compose(replace(Problem(drawn(1, 12)), **change))  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.names) == (code, names)
