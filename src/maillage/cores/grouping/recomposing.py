"""Groups composed anew after an absence or an arrival: the fewest people change groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import numpy as np

from maillage.cores.grouping.annealing import Chains, Seats, Task, anneal
from maillage.cores.grouping.composing import explain, grouping_of
from maillage.cores.grouping.obstacles import counted_obstacle
from maillage.cores.grouping.search import CHAINS, COLD, Budget, Found, Limits, fitted
from maillage.cores.grouping.tables import (
    ABSENT,
    Booleans,
    Integers,
    Tables,
    group_counts,
    measure,
    tables_of,
)
from maillage.cores.grouping.values import (
    Grouping,
    Impossible,
    InvalidProblem,
    Move,
    Problem,
    Round,
    check_problem,
)

MOVE_COSTS = (1.0, 2.5, 12.0)
"""Of one move, in pairs of complementarity 1: from less than a repeated pair to several."""
HOT = 2.0
SWEEPS = 30


def recompose(
    problem: Problem,
    before: Grouping,
    *,
    rounds_held: int = 0,
    moved_share_max: float = 0.2,
    seed: int = 0,
    effort: float = 1.0,
    clock: Callable[[], float] | None = None,
    seconds_max: float = 5.0,
) -> Grouping | Impossible:
    """`before` changed as little as `problem` asks: the same rounds, with other absences, leavers or newcomers.

    The first `rounds_held` rounds stay as they are, and count as meetings; `value`, `repeats` and their bounds are
    those of the rounds to come. In each, at most `moved_share_max` of the people present change groups (newcomers do
    not count); when a search finds nothing so near, the answer is Impossible with reason `moves`: in `round`, `names`
    would move, `at_least` of them, where `limit` may. Raises InvalidProblem, with `rounds` when rounds do not match.
    """
    check_problem(problem)
    if len(before.rounds) != problem.rounds or not 0 <= rounds_held < problem.rounds:
        raise InvalidProblem("rounds")
    coming = _rounds_to_come(problem, before, rounds_held)
    tables = tables_of(coming)
    obstacle = counted_obstacle(tables)
    if obstacle:
        return replace(obstacle, round=obstacle.round + rounds_held if obstacle.round else 0)
    rng = np.random.default_rng(seed)
    budget = Budget(effort, clock, seconds_max)
    old = _labels_before(tables, before.rounds[rounds_held:])
    most = np.floor(moved_share_max * tables.present.sum(axis=1) + 1e-9).astype(np.int64)
    new = _nearest(tables, old, most, rng, budget.limits())
    measured = measure(tables, new)
    if measured.broken:
        return explain(tables, Found(new, measured, False), rng, budget)
    moved = _moved(old, new)
    for t in np.flatnonzero(moved.sum(axis=1) > most):
        names = tuple(tables.names[person] for person in np.flatnonzero(moved[t]))
        number = int(t) + 1 + rounds_held
        return Impossible("moves", ("moves", "size"), names, len(names), int(most[t]), number, proven=False)
    moves = tuple(
        Move(int(t) + 1 + rounds_held, tables.names[person], int(old[t, person]) + 1, int(new[t, person]) + 1)
        for t, person in np.argwhere(moved)
    )
    answer = grouping_of(coming, tables, new, moves=moves)
    after = tuple(replace(meeting, number=meeting.number + rounds_held) for meeting in answer.rounds)
    return replace(answer, rounds=before.rounds[:rounds_held] + after)


def _rounds_to_come(problem: Problem, before: Grouping, held: int) -> Problem:
    """The problem of the rounds after those held, whose pairs have met."""
    names = {person.name for person in problem.people}
    pairs = {
        pair
        for meeting in before.rounds[:held]
        for group in meeting.groups
        for one, other in combinations(names.intersection(group.members), 2)
        for pair in ((one, other), (other, one))
    }
    people = tuple(
        replace(person, absent=frozenset(number - held for number in person.absent if number > held))
        for person in problem.people
    )
    return replace(
        problem,
        people=people,
        rounds=problem.rounds - held,
        met=problem.met | pairs,
        together=problem.together - pairs,
    )


def _labels_before(tables: Tables, rounds: tuple[Round, ...]) -> Integers:
    """(R, n): where those present now were; `ABSENT` for newcomers."""
    row = {name: index for index, name in enumerate(tables.names)}
    labels = np.full(tables.present.shape, ABSENT)
    for t, meeting in enumerate(rounds):
        for group in meeting.groups:
            labels[t, [row[name] for name in group.members if name in row]] = group.number - 1
    return np.where(tables.present, labels, ABSENT)


def _moved(old: Integers, new: Integers) -> Booleans:
    """(R, n): who was there and is there, in another group."""
    return (old != ABSENT) & (new != ABSENT) & (old != new)


def _nearest(
    tables: Tables, old: Integers, most: Integers, rng: np.random.Generator, limits: Limits
) -> Integers:
    """Labels (R, n): constraints, then no more than `most` moves a round, repeated pairs, moves, value."""

    def rank(labels: Integers) -> tuple[int, int, int, int, float]:
        measured, moves = measure(tables, labels), _moved(old, labels).sum(axis=1)
        excess = int(np.maximum(moves - most, 0).sum())
        return measured.broken, excess, measured.repeats, int(moves.sum()), measured.cost

    candidates: list[Integers] = []
    for more in (0, -1, 1):
        numbers = [_numbers(tables, old[t], int(tables.present[t].sum()), more) for t in range(len(old))]
        starts = np.array([_start(tables, old[t], numbers[t], t) for t in range(len(old))])
        candidates += _changed(tables, old, starts, numbers, rng, limits)
        # Another number of groups moves more people: only constraints and the limit call for it.
        best = min(candidates, key=rank)
        if rank(best)[:2] == (0, 0):
            break
    return best


def _numbers(tables: Tables, old: Integers, present: int, more: int) -> Integers:
    """The groups to keep or to open, by number: the largest are kept."""
    sizes = np.bincount(old[old != ABSENT], minlength=1)
    kept = np.flatnonzero(sizes)
    count = min(group_counts(tables, present), key=lambda k: abs(k - len(kept) - more))
    kept = kept[np.argsort(-sizes[kept], kind="stable")][:count]
    opened = np.setdiff1d(np.arange(len(sizes) + count), kept)[: count - len(kept)]
    return np.sort(np.concatenate([kept, opened]))


def _seats(tables: Tables, t: int, groups: int) -> Seats:
    most = tables.size_max
    return Seats(groups, most, groups * most - int(tables.present[t].sum()), 0.0, most - tables.size_min)


def _start(tables: Tables, old: Integers, numbers: Integers, t: int) -> Integers:
    """Labels (n,) as places in `numbers`: everybody where they were, newcomers and the others in the smallest."""
    labels = np.full(len(old), ABSENT)
    for place, number in enumerate(numbers):
        labels[old == number] = place
    sizes = np.bincount(labels[labels != ABSENT], minlength=len(numbers))
    for person in np.flatnonzero(tables.present[t] & (labels == ABSENT)):
        labels[person] = sizes.argmin()
        sizes[labels[person]] += 1
    return fitted(labels, _seats(tables, t, len(numbers)))


def _changed(
    tables: Tables,
    old: Integers,
    start: Integers,
    numbers: list[Integers],
    rng: np.random.Generator,
    limits: Limits,
) -> list[Integers]:
    """Answers near the known one, by their numbers of groups: moves cost more and more."""
    stay = np.full(old.shape, ABSENT)
    for t, kept in enumerate(numbers):
        for place, number in enumerate(kept):
            stay[t, old[t] == number] = place
    seats = tuple(_seats(tables, t, len(kept)) for t, kept in enumerate(numbers))
    found = [start]
    sweeps = max(int(SWEEPS * limits.effort), 5)
    for cost in MOVE_COSTS:
        chains = Chains(Task(tables, seats, stay, cost), np.repeat(start[None], CHAINS, axis=0), rng)
        hot = np.geomspace(4 * COLD, HOT, CHAINS).astype(np.float32)
        found += list(anneal(chains, hot, COLD, sweeps, limits.elapsed, lambda _labels: False))
    return [_numbered(labels, numbers) for labels in found]


def _numbered(labels: Integers, numbers: list[Integers]) -> Integers:
    return np.array(
        [np.where(row == ABSENT, ABSENT, kept[row]) for row, kept in zip(labels, numbers, strict=True)]
    )
