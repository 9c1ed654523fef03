"""The cheapest flow by levels: everything at distance 1, then 2…, each time by a maximal flow on shortest ways only.

A primal-dual method (L. R. Ford, D. R. Fulkerson, 1962, chapter III), which suits debts: each costs one, so that distances
are small integers and there are few of them. Components go their own pace.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import max_flow
from scipy.sparse.csgraph import breadth_first_order, connected_components, dijkstra

from maillage.cores.clearing.flows import FlowProblem, Indexes, Residual, both_ways, matrix_of
from maillage.cores.clearing.values import Integers

Marks = NDArray[np.bool_]
_SHORT_STEPS = 2
"""Levels that are climbed one by one before the distance to the next sink is measured."""


@dataclass(eq=False)
class _State:
    problem: FlowProblem
    ways: Residual
    flows: Integers
    levels: Integers
    excess: Integers
    components: Indexes
    capacities: Integers


def solve_by_levels(problem: FlowProblem) -> tuple[Integers, Integers]:
    """The cheapest flow, and the level of each node: its shortest distance from what is still to be carried."""
    flows, levels = np.zeros(len(problem.tails), np.int64), np.zeros(problem.size, np.int64)
    ways = both_ways(problem)
    state = _State(
        problem, ways, flows, levels, problem.excess(flows),
        _parts(problem), ways.capacities(problem, flows),
    )  # fmt: skip
    idle = 0
    while (state.excess > 0).any():
        open_ways, reduced = _open_ways(state)
        tight = open_ways[reduced == 0]
        reached = _reachable(state.excess > 0, ways.tails[tight], ways.heads[tight])
        wanting = np.zeros(problem.size, np.bool_)
        wanting[state.components[state.excess > 0]] = True
        served = np.zeros(problem.size, np.bool_)
        served[state.components[reached & (state.excess < 0)]] = True
        waiting = wanting & ~served
        if waiting.any():
            idle += 1
            if idle > _SHORT_STEPS:
                _climb(state, open_ways, reduced, waiting)
            else:
                state.levels[~reached & waiting[state.components]] += 1
        if served.any():
            idle = 0
            _carry(state, tight, reached)
    return state.flows, state.levels


def _parts(problem: FlowProblem) -> Indexes:
    order = np.argsort(problem.tails, kind="stable")
    graph = matrix_of(problem.size, problem.tails[order], problem.heads[order], np.ones(len(order)))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _open_ways(state: _State) -> tuple[Indexes, Integers]:
    """What may still carry something, and by how much each way is longer than the difference of levels."""
    ways = state.ways
    open_ways = np.flatnonzero(state.capacities > 0)
    tails, heads = ways.tails[open_ways], ways.heads[open_ways]
    return open_ways, ways.costs[open_ways] + state.levels[tails] - state.levels[heads]


def _reachable(origins: Marks, tails: Indexes, heads: Indexes) -> Marks:
    """What can be reached from the origins along arcs that are sorted by tail."""
    size = len(origins)
    begin = np.flatnonzero(origins)
    rows = np.concatenate((tails, np.full(len(begin), size)))
    graph = matrix_of(size + 1, rows, np.concatenate((heads, begin)), np.ones(len(rows)))
    found = np.zeros(size + 1, np.bool_)
    found[breadth_first_order(graph, size, directed=True, return_predecessors=False)] = True
    return found[:size]


def _climb(state: _State, open_ways: Indexes, reduced: Integers, waiting: Marks) -> None:
    """Raise the levels of the waiting components as far as their nearest sink, in one go."""
    size = state.problem.size
    begin = np.flatnonzero((state.excess > 0) & waiting[state.components])
    rows = np.concatenate((state.ways.tails[open_ways], np.full(len(begin), size)))
    heads = np.concatenate((state.ways.heads[open_ways], begin))
    weights = np.concatenate((reduced, np.zeros(len(begin), np.int64)))
    scale = size + 2  # one more for each arc, so that none weighs nothing, and fewer arcs than make a unit
    graph = matrix_of(size + 1, rows, heads, (weights * scale + 1).astype(np.float64))
    ways = dijkstra(graph, directed=True, indices=size)[:size]
    far = np.iinfo(np.int64).max
    distances = np.where(np.isfinite(ways), np.where(np.isfinite(ways), ways, 0) // scale, far).astype(
        np.int64
    )
    nearest = np.full(size, far, np.int64)
    sinks = state.excess < 0
    np.minimum.at(nearest, state.components[sinks], distances[sinks])
    step = np.minimum(distances, nearest[state.components])
    mine = waiting[state.components]
    state.levels[mine] += step[mine]


def _carry(state: _State, tight: Indexes, reached: Marks) -> None:
    """As much as can be along the tight ways from the excesses to the wants."""
    ways, size, excess = state.ways, state.problem.size, state.excess
    onward = reached[ways.tails[tight]]
    tight = tight[onward]
    back = np.argsort(ways.heads[tight].astype(np.int32), kind="stable")
    useful = reached & _reachable((excess < 0) & reached, ways.heads[tight][back], ways.tails[tight][back])
    tight = tight[useful[ways.heads[tight]]]
    sources, sinks = np.flatnonzero((excess > 0) & useful), np.flatnonzero((excess < 0) & useful)
    numbers = np.cumsum(useful) + 1
    tails = np.concatenate((numbers[ways.tails[tight]], np.zeros(len(sources), np.int64), numbers[sinks]))
    heads = np.concatenate((numbers[ways.heads[tight]], numbers[sources], np.ones(len(sinks), np.int64)))
    limits = np.concatenate((state.capacities[tight], excess[sources], -excess[sinks]))
    solver = max_flow.SimpleMaxFlow()
    solver.add_arcs_with_capacity(tails, heads, limits)
    if solver.solve(0, 1) != solver.OPTIMAL:
        raise AssertionError("a maximal flow that 64 bits hold was not found")
    carried = solver.flows(np.arange(len(tails), dtype=np.int32))
    along = carried[: len(tight)]
    used = np.flatnonzero(along)
    arcs, forward = ways.arcs[tight[used]], ways.forward[tight[used]]
    np.add.at(state.flows, arcs, np.where(forward, along[used], -along[used]))
    excess[sources] -= carried[len(tight) : len(tight) + len(sources)]
    excess[sinks] += carried[len(tight) + len(sources) :]
    state.capacities = ways.capacities(state.problem, state.flows)
    assert size == len(excess)
