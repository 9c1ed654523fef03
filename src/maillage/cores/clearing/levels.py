"""The cheapest flow by levels: everything at distance 1, then 2…, each time by a maximal flow on shortest ways only.

A primal-dual method (L. R. Ford, D. R. Fulkerson, 1962, chapter III), which suits debts: each costs one, so that distances
are small integers and there are few of them. Components go their own pace.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.cores.clearing.flows import FlowProblem, Indexes, Residual, both_ways
from maillage.cores.clearing.graphs import Marks, distances_from, reachable
from maillage.cores.clearing.values import Integers

_SHORT_STEPS = 2
"""Levels that are climbed one by one before the distance to the next sink is measured."""


@dataclass(eq=False)
class _State:
    """`lengths`: by how much each way is longer than the difference of levels; never negative while it is open."""

    ways: Residual
    levels: NDArray[np.int32]
    lengths: NDArray[np.int32]
    excess: Integers
    parts: Indexes

    def lift(self, steps: NDArray[np.int32] | NDArray[np.int8]) -> None:
        """Raise each node by so much."""
        self.levels += steps
        rises = steps[self.ways.tails]
        rises -= steps[self.ways.heads]
        self.lengths += rises


def solve_by_levels(problem: FlowProblem, parts: Indexes) -> tuple[Integers, Integers]:
    """The cheapest flow, and the level of each node: its shortest distance from what is still to be carried.

    `parts`: a number for each node, the same for those that an arc joins.
    """
    size, count = problem.size, int(parts.max(initial=-1)) + 1
    ways = both_ways(problem)
    state = _State(ways, np.zeros(size, np.int32), ways.costs.copy(), problem.supplies.copy(), parts)
    idle = 0
    while (origins := state.excess > 0).any():
        tight = np.flatnonzero((state.lengths == 0) & (ways.capacities > 0))
        reached = reachable(origins, ways.tails[tight], ways.heads[tight])
        wanting, served = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
        wanting[parts[origins]] = True
        served[parts[reached & (state.excess < 0)]] = True
        waiting = (wanting & ~served)[parts]
        if served.any():
            idle = 0
            _carry(state, tight, reached)
        if waiting.any():
            idle += 1
            if idle > _SHORT_STEPS:
                _climb(state, waiting)
            else:
                state.lift((waiting & ~reached).view(np.int8))
    return ways.flows(problem), state.levels.astype(np.int64)


def _climb(state: _State, waiting: Marks) -> None:
    """Raise the levels of the waiting components as far as their nearest sink, in one go."""
    origins = (state.excess > 0) & waiting
    free = np.flatnonzero(state.ways.capacities > 0)
    distances = distances_from(origins, state.ways.tails[free], state.ways.heads[free], state.lengths[free])
    found = distances >= 0
    sinks = found & (state.excess < 0)
    nearest = np.full(int(state.parts.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(nearest, state.parts[sinks], distances[sinks])
    step = nearest[state.parts]
    step[found] = np.minimum(step[found], distances[found])
    state.lift(np.where(waiting, step, 0).astype(np.int32))


def _carry(state: _State, tight: Indexes, reached: Marks) -> None:
    """As much as can be along the tight ways from the excesses to the wants."""
    from ortools.graph.python import max_flow

    ways, excess = state.ways, state.excess
    tight = tight[reached[ways.tails[tight]]]
    useful = reached & reachable((excess < 0) & reached, ways.tails[tight], ways.heads[tight], backwards=True)
    tight = tight[useful[ways.heads[tight]] & useful[ways.tails[tight]]]
    sources, sinks = np.flatnonzero((excess > 0) & useful), np.flatnonzero((excess < 0) & useful)
    numbers = (np.cumsum(useful) + 1).astype(np.int32)
    first, last = np.zeros(len(sources), np.int32), np.ones(len(sinks), np.int32)
    solver = max_flow.SimpleMaxFlow()
    arcs = solver.add_arcs_with_capacity(
        np.concatenate((numbers[ways.tails[tight]], first, numbers[sinks])),
        np.concatenate((numbers[ways.heads[tight]], numbers[sources], last)),
        np.concatenate((ways.capacities[tight], excess[sources], -excess[sinks])),
    )
    if solver.solve(0, 1) != solver.OPTIMAL:
        raise AssertionError("a maximal flow that 64 bits hold was not found")
    carried = solver.flows(arcs)
    along = carried[: len(tight)]
    used = np.flatnonzero(along)
    state.ways.carry(tight[used], along[used])
    excess[sources] -= carried[len(tight) : len(tight) + len(sources)]
    excess[sinks] += carried[len(tight) + len(sources) :]
