"""The problem that is left after the reductions: the cheapest flow that carries the net positions along the debts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.cores.clearing.graphs import grouped
from maillage.cores.clearing.values import Integers, exact_sum

Indexes = NDArray[np.int64]
_SIMPLEX_ARCS_MAX = 10_000
"""Up to here LEMON's network simplex is faster than its cost scaling."""
_LEMON_MAX = 2**60
"""What all arcs may carry, times the greatest cost, for LEMON's 64 bits to hold every step."""


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

    `degrees`: how many ways leave each node; `backs`: where the other way of the same arc stands; `forwards`: where the
    way forward of each arc does.
    """

    degrees: Indexes
    tails: NDArray[np.int32]
    heads: NDArray[np.int32]
    costs: NDArray[np.int32]
    capacities: Integers
    backs: NDArray[np.int32]
    forwards: NDArray[np.int32]

    def carry(self, ways: Indexes, amounts: Integers) -> None:
        """More along some ways, all different, no two of one arc."""
        self.capacities[ways] -= amounts
        self.capacities[self.backs[ways]] += amounts

    def flows(self, problem: FlowProblem) -> Integers:
        return problem.lowers + self.capacities[self.backs[self.forwards]]


def both_ways(problem: FlowProblem) -> Residual:
    """What may change when nothing flows yet."""
    count = len(problem.tails)
    tails = np.concatenate((problem.tails, problem.heads)).astype(np.int32)
    heads = np.concatenate((problem.heads, problem.tails)).astype(np.int32)
    costs = problem.costs.astype(np.int32)
    order = grouped(tails, problem.size)
    places = np.empty(2 * count, np.int32)
    places[order] = np.arange(2 * count, dtype=np.int32)
    return Residual(
        np.bincount(tails, minlength=problem.size),
        tails[order],
        heads[order],
        np.concatenate((costs, -costs))[order],
        np.concatenate((problem.uppers, -problem.lowers))[order],
        np.concatenate((places[count:], places[:count]))[order],
        places[:count],
    )


def cheapest_flow(problem: FlowProblem) -> tuple[Integers, Integers] | None:
    """The flows and the level of each node, by LEMON; None when 64 bits may be too few for it.

    The levels are its dual prices: no way that is still open goes down by more than it costs.
    """
    from pylmcf import pylmcf_cpp as lemon

    back = np.flatnonzero(problem.lowers)
    tails, heads, uppers, costs = problem.tails, problem.heads, problem.uppers, problem.costs
    if len(back):
        tails, heads = np.concatenate((tails, heads[back])), np.concatenate((heads, tails[back]))
        uppers, costs = np.concatenate((uppers, -problem.lowers[back])), np.concatenate((costs, costs[back]))
    if exact_sum(uppers) * max(int(costs.max(initial=0)), 1) > _LEMON_MAX:
        return None
    solve = lemon.lmcf if len(tails) <= _SIMPLEX_ARCS_MAX else lemon.lmcf_cost_scaling
    carried, levels = solve(problem.supplies, tails, heads, uppers, costs, return_potentials=True)
    flows: Integers = carried[: len(problem.tails)]
    flows[back] -= carried[len(problem.tails) :]
    return flows, levels
