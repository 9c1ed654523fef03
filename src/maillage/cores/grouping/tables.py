"""A problem as arrays, and the exact measure of an answer to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maillage.cores.grouping.values import Pairs, Problem

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
ABSENT = -1


@dataclass(frozen=True)
class Words:
    """One kind of words: who (n) holds which, and the part of the kind in complementarity."""

    held: Booleans
    weight: float


@dataclass(frozen=True)
class Tables:
    """n people, in the order of the problem; R rounds.

    `worth` (n, n): complementarity, 0 on the diagonal; `structure`, `apart`, `together`, `met` (n, n): symmetric
    pairs; `words`: what `worth` is made of; `shared`: for languages then half-days, (n, L), who accepts which; `present` (R, n).
    """

    names: tuple[str, ...]
    worth: Floats
    words: tuple[Words, ...]
    structure: Booleans
    apart: Booleans
    together: Booleans
    met: Booleans
    shared: tuple[Booleans, Booleans]
    present: Booleans
    size_min: int
    size_max: int
    size_wished: int

    @property
    def barred(self) -> Booleans:
        """Pairs that may never meet."""
        return self.structure | self.apart


@dataclass(frozen=True, order=True)
class Measure:
    """An answer measured, least first: broken constraints, unevenness of sizes, repeated pairs, minus the value."""

    broken: int
    unevenness: int
    repeats: int
    cost: float


def tables_of(problem: Problem) -> Tables:
    people = problem.people
    structures = np.array([person.structure for person in people])
    same = np.equal.outer(structures, structures) & np.not_equal(structures, "")[:, None]
    np.fill_diagonal(same, False)
    weight = problem.profile_weight
    profiles = incidence([person.profiles for person in people])
    sectors = incidence([person.sectors for person in people])
    rounds = range(1, problem.rounds + 1)
    return Tables(
        names=tuple(person.name for person in people),
        worth=weight * _difference(profiles) + (1 - weight) * _difference(sectors),
        words=(Words(profiles, weight), Words(sectors, 1 - weight)),
        structure=same,
        apart=_pairs(problem, problem.apart),
        together=_pairs(problem, problem.together),
        met=_pairs(problem, problem.met),
        shared=(
            _accepts([person.languages for person in people]),
            _accepts([person.half_days for person in people]),
        ),
        present=np.array([[number not in person.absent for person in people] for number in rounds]),
        size_min=problem.size_min,
        size_max=problem.size_max,
        size_wished=problem.size_wished,
    )


def incidence(sets: Sequence[frozenset[str]]) -> Booleans:
    """Who (n) holds which word (in alphabetical order)."""
    words = sorted(frozenset[str]().union(*sets))
    table = np.zeros((len(sets), len(words)), dtype=bool)
    column = {word: index for index, word in enumerate(words)}
    for row, held in enumerate(sets):
        table[row, [column[word] for word in held]] = True
    return table


def _difference(table: Booleans) -> Floats:
    """1 - Jaccard's index (P. Jaccard, 1901) of each pair, 0 where one of the two is empty and on the diagonal."""
    held = table.astype(np.int64)
    common = held @ held.T
    sizes = held.sum(axis=1)
    either = sizes[:, None] + sizes[None, :] - common
    known = (sizes[:, None] > 0) & (sizes[None, :] > 0)
    difference = np.where(known, 1 - common / np.maximum(either, 1), 0.0)
    np.fill_diagonal(difference, 0.0)
    return difference


def _accepts(sets: Sequence[frozenset[str]]) -> Booleans:
    table = incidence(sets)
    if not table.shape[1]:
        return np.ones((len(sets), 1), dtype=bool)
    return table | ~table.any(axis=1, keepdims=True)


def _pairs(problem: Problem, pairs: Pairs) -> Booleans:
    row = {person.name: index for index, person in enumerate(problem.people)}
    table = np.zeros((len(row), len(row)), dtype=bool)
    for one, other in pairs:
        table[row[one], row[other]] = table[row[other], row[one]] = True
    return table


def same_group(labels: Integers) -> Booleans:
    """(..., n, n): who is with whom, nobody with oneself. `labels` (..., n), `ABSENT` for nobody's group."""
    together: Booleans = np.equal(labels[..., :, None], labels[..., None, :])
    together &= np.not_equal(labels, ABSENT)[..., :, None]
    diagonal = np.arange(labels.shape[-1])
    together[..., diagonal, diagonal] = False
    return together


def group_sizes(labels: Integers) -> Integers:
    """Sizes of the groups of one round that have members."""
    sizes = np.bincount(labels[labels != ABSENT])
    return sizes[sizes > 0]


def measure(tables: Tables, labels: Integers) -> Measure:
    """Labels (R, n) measured; every sum is exact but the value's."""
    together = same_group(labels)
    meetings = together.sum(axis=0)
    count = int(meetings.sum()) // 2
    repeats = int(np.maximum(meetings + tables.met - 1, 0).sum()) // 2
    worth = float((meetings * tables.worth).sum()) / 2
    unevenness = 0
    for row in labels:
        sizes = group_sizes(row)
        low, extra = divmod(int(sizes.sum()), len(sizes))
        even = (low + 1) ** 2 * extra + low**2 * (len(sizes) - extra)
        unevenness += int((sizes**2).sum()) - even
    return Measure(len(broken(tables, labels)), unevenness, repeats, -worth / max(count, 1))


def broken(tables: Tables, labels: Integers) -> list[tuple[str, tuple[int, ...]]]:
    """(family, people) of each constraint that labels (R, n) break."""
    found: list[tuple[str, tuple[int, ...]]] = []
    together = same_group(labels)
    for family, pairs in (("structure", tables.structure), ("apart", tables.apart)):
        for i, j in np.argwhere(np.triu(together.any(axis=0) & pairs)):
            found.append((family, (int(i), int(j))))
    for i, j in np.argwhere(np.triu(tables.together & ~together.any(axis=0))):
        found.append(("together", (int(i), int(j))))
    for row in labels:
        for label in np.unique(row[row != ABSENT]):
            members = np.flatnonzero(row == label)
            who = tuple(int(member) for member in members)
            if not tables.size_min <= len(who) <= tables.size_max:
                found.append(("size", who))
            for family, accepts in zip(("language", "half_day"), tables.shared, strict=True):
                counts = accepts[members].sum(axis=0)
                if counts.max() < len(who):
                    lacking = ~accepts[members][:, int(counts.argmax())]
                    found.extend((family, (int(member),)) for member in members[lacking])
    return found


def without(tables: Tables, family: str) -> Tables:
    """The same problem with one family of constraints relaxed; sizes by one person each way."""
    nothing = np.zeros_like(tables.apart)
    anything = np.ones((len(tables.names), 1), dtype=bool)
    languages, half_days = tables.shared
    if family == "structure":
        return replace(tables, structure=nothing)
    if family == "apart":
        return replace(tables, apart=nothing)
    if family == "together":
        return replace(tables, together=nothing)
    if family == "language":
        return replace(tables, shared=(anything, half_days))
    if family == "half_day":
        return replace(tables, shared=(languages, anything))
    assert family == "size", family
    return replace(tables, size_min=max(tables.size_min - 1, 2), size_max=tables.size_max + 1)


def group_counts(tables: Tables, present: int) -> list[int]:
    """Numbers of groups that a number of people can make, the one nearest the wished size first."""
    least, most = -(-present // tables.size_max), present // tables.size_min
    return sorted(range(max(least, 1), most + 1), key=lambda k: (abs(present / k - tables.size_wished), k))
