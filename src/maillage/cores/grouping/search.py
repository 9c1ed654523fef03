"""From tables to labels: numbers of groups in order, sizes even then free, several chains from several starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from maillage.cores.grouping.annealing import BREACH, UNEVEN, Chains, Seats, Task, anneal
from maillage.cores.grouping.bounds import value_bound
from maillage.cores.grouping.designs import design, place_people
from maillage.cores.grouping.exact import EXACT_PEOPLE_MAX, best_partition
from maillage.cores.grouping.tables import ABSENT, Integers, Measure, Tables, group_counts, measure

CHAINS = 12
HOT, COLD, WARM = 0.2, 0.02, 0.08
MELTING = (0.4, 0.6, 0.8, 8.0)
"""Where chains start when more than complementarity counts: repeated pairs and constraints freeze long before it."""
STEPS = 40_000
"""Steps of each chain for one round, at effort 1: about three seconds for 120 people. Several rounds have half as many again."""
SWEEPS_MAX = 700
PLACING = 7_000
ATTEMPTS_MAX = 4
CLOSE = 1e-9


@dataclass(frozen=True)
class Limits:
    """How long to look: `effort` multiplies the number of steps; `elapsed` tells the part of the time that is gone."""

    effort: float
    elapsed: Callable[[], float]


@dataclass(frozen=True)
class Budget:
    """What the caller allows: effort and, when there is a clock, seconds."""

    effort: float
    clock: Callable[[], float] | None
    seconds_max: float

    def limits(self, share: float = 1.0) -> Limits:
        """A part of it, from now on."""
        if self.clock is None:
            return Limits(self.effort * share, lambda: 0.0)
        begun, tick, seconds = self.clock(), self.clock, self.seconds_max * share
        return Limits(self.effort * share, lambda: (tick() - begun) / seconds)


@dataclass(frozen=True)
class Found:
    """Labels (R, n), their measure, and whether every possibility was looked at."""

    labels: Integers
    measure: Measure
    proven: bool


def solve(tables: Tables, rng: np.random.Generator, limits: Limits) -> Found | None:
    """The best answer known; it may break constraints. None when it is proven that there is none."""
    if len(tables.present) == 1 and tables.present.sum() <= EXACT_PEOPLE_MAX:
        for groups in group_counts(tables, int(tables.present.sum())):
            labels = best_partition(tables, groups)
            if labels is not None:
                return Found(labels, measure(tables, labels), True)
        return None
    return _search(tables, rng, limits)


def _search(tables: Tables, rng: np.random.Generator, limits: Limits) -> Found:
    best: Found | None = None
    for number, seats in enumerate(_attempts(tables)):
        if best and (number >= ATTEMPTS_MAX or limits.elapsed() >= 1):
            break
        # The first attempt is nearly always the last: those after it only have a constraint to hold.
        labels = _attempt(tables, seats, rng, limits, limits.effort if number == 0 else limits.effort / 2)
        found = Found(labels, measure(tables, labels), False)
        if best is None or found.measure < best.measure:
            best = found
        if best.measure.broken == 0:
            break
    assert best is not None, "counted_obstacle lets through only what makes groups"
    return best


def _attempts(tables: Tables) -> Iterator[tuple[Seats, ...]]:
    """Numbers of groups in the order of preference, each with even sizes, then with any allowed size."""
    present = [int(count) for count in tables.present.sum(axis=1)]
    orders = [group_counts(tables, count) for count in present]
    for choice in zip_longest(*orders):
        counts = [groups or order[-1] for groups, order in zip(choice, orders, strict=True)]
        for tight in (True, False):
            yield tuple(
                seats_of(tables, count, groups, tight) for count, groups in zip(present, counts, strict=True)
            )


def seats_of(tables: Tables, present: int, groups: int, tight: bool) -> Seats:
    """`tight`: sizes as even as can be, which two empty seats in one group would break; else any allowed size."""
    if tight:
        seats = -(-present // groups)
        return Seats(groups, seats, groups * seats - present, float(BREACH))
    most = tables.size_max
    return Seats(groups, most, groups * most - present, UNEVEN, most - tables.size_min)


def _attempt(
    tables: Tables, seats: tuple[Seats, ...], rng: np.random.Generator, limits: Limits, effort: float
) -> Integers:
    starts = np.array([_random_start(tables, seats, rng) for _ in range(CHAINS)])
    hot = np.full(CHAINS, HOT, dtype=np.float32)
    free = all(accepts.all() for accepts in tables.shared)
    sweeps = _sweeps(tables, effort)
    if len(seats) > 1 or tables.together.any() or not free:
        hot = np.resize(np.array(MELTING, dtype=np.float32), CHAINS)
    plan = _plan(seats, len(tables.names))
    if plan is not None:
        # A plan that repeats nobody would melt if it were heated like the others. When it is all there is to hold,
        # chains that start from elsewhere have nothing to win.
        alone = free and bool(tables.present.all())
        planned = range(0, CHAINS, 1 if alone else len(MELTING))
        sweeps = sweeps // 5 if alone else sweeps
        for chain in planned:
            placed = place_people(tables, plan, rng, max(int(PLACING / len(tables.names) * effort), 5))
            for t, row in enumerate(placed):
                starts[chain, t] = fitted(np.where(tables.present[t], row, ABSENT), seats[t])
            hot[chain] = WARM
    target = Measure(0, 0, 0, -value_bound(tables, starts[0], distinct=True) + CLOSE)

    def enough(labels: Integers) -> bool:
        return measure(tables, labels) <= target

    chains = Chains(Task(tables, seats), starts, rng)
    return best_of(tables, anneal(chains, hot, COLD, sweeps, limits.elapsed, enough))


def _sweeps(tables: Tables, effort: float) -> int:
    steps = STEPS * effort * (1.0 if len(tables.present) == 1 else 1.5)
    return int(np.clip(steps / int(tables.present.sum()), 20, max(SWEEPS_MAX * effort, 20)))


def best_of(tables: Tables, candidates: Integers) -> Integers:
    return min(candidates, key=lambda labels: measure(tables, labels))


def _plan(seats: tuple[Seats, ...], people: int) -> Integers | None:
    """The arithmetic programme for these rounds, when they have the same number of groups."""
    if len(seats) == 1 or len({row.groups for row in seats}) > 1:
        return None
    # Those absent from a round keep their place in the plan, which may need more columns than rounds have seats.
    return design(seats[0].groups, -(-people // seats[0].groups), len(seats))


def _random_start(tables: Tables, seats: tuple[Seats, ...], rng: np.random.Generator) -> Integers:
    labels = np.full(tables.present.shape, ABSENT)
    for t, row in enumerate(seats):
        people = rng.permutation(np.flatnonzero(tables.present[t]))
        labels[t, people] = np.arange(len(people)) % row.groups
    return labels


def fitted(labels: Integers, seats: Seats) -> Integers:
    """Labels (n,) where no group has more people than seats: the last of each that has goes to the smallest."""
    labels = labels.copy()
    sizes = np.bincount(labels[labels != ABSENT], minlength=seats.groups)
    while sizes.max() > seats.seats:
        full, small = int(sizes.argmax()), int(sizes.argmin())
        labels[np.flatnonzero(labels == full)[-1]] = small
        sizes[full] -= 1
        sizes[small] += 1
    return labels
