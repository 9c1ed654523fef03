"""The problem that is left after the reductions: the cheapest flow that carries the net positions along the debts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.cores.clearing.values import Integers

Indexes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class FlowProblem:
    """Least Σ cost × flow, each flow between its bounds (zero is always within), what leaves a node less what comes
    being its supply. Costs are never negative; supplies sum to zero."""

    size: int
    tails: Indexes
    heads: Indexes
    costs: Integers
    lowers: Integers
    uppers: Integers
    supplies: Integers


@dataclass(frozen=True, eq=False)
class Residual:
    """Both ways of every arc, by tail. `capacities`: what each way may still carry, kept to date by `carry`.

    `backs`: where the other way of the same arc stands; `forwards`: where the way forward of each arc does.
    """

    tails: NDArray[np.int32]
    heads: NDArray[np.int32]
    costs: NDArray[np.int8] | Integers
    capacities: Integers
    backs: NDArray[np.int32]
    forwards: NDArray[np.int32]

    def carry(self, ways: Indexes, amounts: Integers) -> None:
        """More along some ways, all different, no two of one arc."""
        self.capacities[ways] -= amounts
        self.capacities[self.backs[ways]] += amounts

    def flows(self, problem: FlowProblem) -> Integers:
        return problem.lowers + self.capacities[self.backs[self.forwards]]


def both_ways(problem: FlowProblem, flows: Integers | None = None) -> Residual:
    """What may still change from these flows, or from none."""
    count = len(problem.tails)
    carried = np.zeros(count, np.int64) if flows is None else flows
    tails = np.concatenate((problem.tails, problem.heads)).astype(np.int32)
    heads = np.concatenate((problem.heads, problem.tails)).astype(np.int32)
    room = np.concatenate((problem.uppers - carried, carried - problem.lowers))
    order = np.argsort(tails, kind="stable").astype(np.int32)
    places = np.empty(2 * count, np.int32)
    places[order] = np.arange(2 * count, dtype=np.int32)
    backs = np.concatenate((places[count:], places[:count]))[order]
    costs = np.concatenate((problem.costs, -problem.costs))
    return Residual(tails[order], heads[order], costs[order], room[order], backs, places[:count])


def cheapest_flow(problem: FlowProblem) -> Integers | None:
    """By OR-tools' cost scaling; None when its 64 bits are too few."""
    from ortools.graph.python import min_cost_flow

    solver = min_cost_flow.SimpleMinCostFlow()
    back = np.flatnonzero(problem.lowers)
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        np.concatenate((problem.tails, problem.heads[back])),
        np.concatenate((problem.heads, problem.tails[back])),
        np.concatenate((problem.uppers, -problem.lowers[back])),
        np.concatenate((problem.costs, problem.costs[back])),
    )
    solver.set_nodes_supplies(np.arange(problem.size), problem.supplies)
    if solver.solve() != solver.OPTIMAL:
        return None
    carried = solver.flows(arcs)
    flows: Integers = carried[: len(problem.tails)].copy()
    flows[back] -= carried[len(problem.tails) :]
    return flows


def levels_of(problem: FlowProblem, flows: Integers) -> Integers:
    """Shortest distances over what the cheapest flow leaves open: its dual prices."""
    ways = both_ways(problem, flows)
    free = np.flatnonzero(ways.capacities > 0)
    order = free[np.argsort(ways.heads[free], kind="stable")]
    tails, heads, costs = ways.tails[order], ways.heads[order], ways.costs[order]
    levels = np.zeros(problem.size, np.int64)
    if not len(order):
        return levels
    starts = np.flatnonzero(np.append(True, heads[1:] != heads[:-1]))
    reached = heads[starts]
    for _ in range(problem.size + 1):
        before = levels[reached]
        nearer = np.minimum(np.minimum.reduceat(levels[tails] + costs, starts), before)
        if np.array_equal(nearer, before):
            return levels
        levels[reached] = nearer
    raise AssertionError("a flow that is not the cheapest leaves a negative circle")
