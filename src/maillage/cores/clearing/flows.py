"""The problem that is left after the reductions: the cheapest flow that carries the net positions along the debts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow
from scipy.sparse import csr_array

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

    def excess(self, flows: Integers) -> Integers:
        """What remains to be carried from each node."""
        left = self.supplies.copy()
        np.subtract.at(left, self.tails, flows)
        np.add.at(left, self.heads, flows)
        return left


@dataclass(frozen=True, eq=False)
class Residual:
    """Both ways of every arc, by tail: what each way may still carry depends on the flow."""

    heads: Indexes
    tails: Indexes
    arcs: Indexes
    forward: NDArray[np.bool_]
    costs: Integers
    pointers: Indexes

    def capacities(self, problem: FlowProblem, flows: Integers) -> Integers:
        room = np.concatenate((problem.uppers - flows, flows - problem.lowers))
        return room[np.where(self.forward, self.arcs, self.arcs + len(flows))]


def both_ways(problem: FlowProblem) -> Residual:
    count = len(problem.tails)
    tails = np.concatenate((problem.tails, problem.heads))
    heads = np.concatenate((problem.heads, problem.tails))
    order = np.argsort(tails.astype(np.int32), kind="stable")
    pointers = np.zeros(problem.size + 1, np.int64)
    np.cumsum(np.bincount(tails, minlength=problem.size), out=pointers[1:])
    forward = order < count
    arcs = np.where(forward, order, order - count)
    costs = np.where(forward, problem.costs[arcs], -problem.costs[arcs])
    return Residual(heads[order], tails[order], arcs, forward, costs, pointers)


def cheapest_flow(problem: FlowProblem) -> Integers | None:
    """By OR-tools' cost scaling; None when its 64 bits are too few."""
    solver = min_cost_flow.SimpleMinCostFlow()
    back = np.flatnonzero(problem.lowers)
    first = solver.add_arcs_with_capacity_and_unit_cost(
        np.concatenate((problem.tails, problem.heads[back])),
        np.concatenate((problem.heads, problem.tails[back])),
        np.concatenate((problem.uppers, -problem.lowers[back])),
        np.concatenate((problem.costs, problem.costs[back])),
    )
    solver.set_nodes_supplies(np.arange(problem.size), problem.supplies)
    if solver.solve() != solver.OPTIMAL:
        return None
    carried = solver.flows(first)
    flows = carried[: len(problem.tails)].copy()
    flows[back] -= carried[len(problem.tails) :]
    return flows


def levels_of(problem: FlowProblem, flows: Integers) -> Integers:
    """Shortest distances over what the cheapest flow leaves open: its dual prices."""
    ways = both_ways(problem)
    open_ways = np.flatnonzero(ways.capacities(problem, flows) > 0)
    order = open_ways[np.argsort(ways.heads[open_ways], kind="stable")]
    tails, heads, costs = ways.tails[order], ways.heads[order], ways.costs[order]
    levels = np.zeros(problem.size, np.int64)
    if not len(order):
        return levels
    starts = np.flatnonzero(np.append(True, heads[1:] != heads[:-1]))
    reached = heads[starts]
    for _ in range(problem.size + 1):
        nearer = np.minimum(np.minimum.reduceat(levels[tails] + costs, starts), levels[reached])
        if (nearer == levels[reached]).all():
            return levels
        levels[reached] = nearer
    raise AssertionError("a flow that is not the cheapest leaves a negative circle")


def matrix_of(size: int, rows: Indexes, heads: Indexes, weights: NDArray[np.float64]) -> csr_array:
    """A graph for scipy from arcs that are sorted by tail already: nothing is summed, zeros are kept."""
    pointers = np.zeros(size + 1, np.int32)
    np.cumsum(np.bincount(rows, minlength=size), out=pointers[1:])
    return csr_array((weights, heads.astype(np.int32), pointers), shape=(size, size))
