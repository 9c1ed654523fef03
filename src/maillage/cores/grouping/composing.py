"""Groups composed from a problem, or why there are none."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np

from maillage.cores.grouping.bounds import repeats_bound, value_bound
from maillage.cores.grouping.obstacles import counted_obstacle
from maillage.cores.grouping.search import Budget, Found, solve
from maillage.cores.grouping.tables import Integers, Tables, broken, measure, tables_of, without
from maillage.cores.grouping.values import (
    Family,
    Group,
    Grouping,
    Impossible,
    Move,
    Problem,
    Round,
    check_problem,
)

EXPLAINING_SHARE = 0.25
"""Of what the caller allows, for each family of constraints."""
CLOSE = 1e-9


def compose(
    problem: Problem,
    *,
    seed: int = 0,
    effort: float = 1.0,
    clock: Callable[[], float] | None = None,
    seconds_max: float = 5.0,
) -> Grouping | Impossible:
    """The best programme found, the same for the same seed, or why there is none.

    `effort` multiplies the number of exchanges tried. With `clock` (seconds, growing), the search also stops after
    `seconds_max`, and the answer may then change from run to run. Raises InvalidProblem.
    """
    check_problem(problem)
    tables = tables_of(problem)
    obstacle = counted_obstacle(tables)
    if obstacle:
        return obstacle
    rng = np.random.default_rng(seed)
    budget = Budget(effort, clock, seconds_max)
    found = solve(tables, rng, budget.limits())
    if found is None or found.measure.broken:
        return explain(tables, found, rng, budget)
    return grouping_of(problem, tables, found.labels, proven=found.proven)


def explain(tables: Tables, found: Found | None, rng: np.random.Generator, budget: Budget) -> Impossible:
    """Which families of constraints are enough to relax, each tried alone; the people are those of the nearest try."""
    enough = []
    for family in _active(tables):
        relaxed = without(tables, family)
        if counted_obstacle(relaxed):
            continue
        answer = solve(relaxed, rng, budget.limits(EXPLAINING_SHARE))
        if answer is not None and answer.measure.broken == 0:
            enough.append(family)
    names: set[str] = set()
    if found is not None:
        for _family, people in broken(tables, found.labels):
            names |= {tables.names[person] for person in people}
    return Impossible(
        reason=enough[0] if len(enough) == 1 else "several",
        relax=tuple(enough),
        names=tuple(sorted(names)),
        proven=found is None,
    )


def _active(tables: Tables) -> list[Family]:
    """Families that forbid something here."""
    languages, half_days = tables.shared
    forbids = {
        "structure": tables.structure.any(),
        "apart": tables.apart.any(),
        "together": tables.together.any(),
        "language": not languages.all(),
        "half_day": not half_days.all(),
        "size": True,
    }
    return [cast(Family, family) for family, active in forbids.items() if active]


def grouping_of(
    problem: Problem, tables: Tables, labels: Integers, *, proven: bool = False, moves: tuple[Move, ...] = ()
) -> Grouping:
    """Labels (R, n) in words, with their value and bounds. They hold every constraint."""
    measured = measure(tables, labels)
    assert measured.broken == 0, "an answer holds every constraint"
    value = -measured.cost
    bound = value_bound(tables, labels, distinct=measured.repeats == 0)
    fewest = repeats_bound(tables, labels)
    assert value <= bound + CLOSE and fewest <= measured.repeats, "a bound holds"
    best = proven or (bound - value < CLOSE and fewest == measured.repeats)
    return Grouping(
        rounds=tuple(_round(problem, tables, row, number) for number, row in enumerate(labels, start=1)),
        value=value,
        bound=value if best else bound,
        repeats=measured.repeats,
        repeats_bound=measured.repeats if best else fewest,
        proven=best,
        moves=moves,
    )


def _round(problem: Problem, tables: Tables, labels: Integers, number: int) -> Round:
    groups = []
    for label in np.unique(labels[labels >= 0]):
        members = np.flatnonzero(labels == label)
        pairs = len(members) * (len(members) - 1)
        people = [problem.people[member] for member in members]
        groups.append(
            Group(
                number=int(label) + 1,
                members=tuple(person.name for person in people),
                languages=_common([person.languages for person in people]),
                half_days=_common([person.half_days for person in people]),
                value=float(tables.worth[np.ix_(members, members)].sum()) / pairs,
            )
        )
    return Round(number, tuple(groups))


def _common(sets: list[frozenset[str]]) -> frozenset[str]:
    """What all who chose share; empty when nobody chose."""
    chosen = [words for words in sets if words]
    return frozenset.intersection(*chosen) if chosen else frozenset()
