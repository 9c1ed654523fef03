"""Which of the equally great set-offs: the one that clears the oldest debts, and within a pair the oldest first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.cores.clearing.flows import FlowProblem, Indexes, cheapest_flow
from maillage.cores.clearing.graphs import components_of
from maillage.cores.clearing.reducing import Pairs, age_in_days
from maillage.cores.clearing.values import DebtTable, Integers

FREE_DEBTS_MAX = 60_000
"""Debts between which the choice looks at all due dates at once."""


@dataclass(frozen=True, eq=False)
class _Dated:
    """The debts of some pairs, those of one pair and one due date together. `arcs`: which of the pairs."""

    arcs: Indexes
    ages: Integers
    amounts_cents: Integers


def prefer_oldest(
    table: DebtTable, pairs: Pairs, chosen: Indexes, problem: FlowProblem, flows: Integers, levels: Integers
) -> Integers | None:
    """Flows of the same cost that leave the newest debts; None when there are too many to choose from.

    `chosen`: the pair of each of the first arcs of the problem; the other arcs are those of accounts.
    """
    ages = age_in_days(table.due_days)
    if not ages.any() or not len(chosen):
        return flows
    free = _exchangeable(problem, flows, levels)
    debts = free[free < len(chosen)]
    if int((pairs.ends - pairs.starts)[chosen[debts]].sum()) > FREE_DEBTS_MAX:
        return None
    dated = _by_date(table, pairs, chosen, debts, ages)
    if len(np.unique(dated.ages)) < 2:
        return flows
    accounts = free[free >= len(chosen)]
    nodes = np.unique(np.concatenate((problem.tails[free], problem.heads[free])))
    arcs = np.concatenate((dated.arcs, accounts))
    supplies = np.zeros(problem.size, np.int64)
    np.add.at(supplies, problem.tails[free], flows[free])
    np.subtract.at(supplies, problem.heads[free], flows[free])
    choice = FlowProblem(
        size=len(nodes),
        tails=np.searchsorted(nodes, problem.tails[arcs]),
        heads=np.searchsorted(nodes, problem.heads[arcs]),
        costs=np.concatenate((dated.ages, np.zeros(len(accounts), np.int64))),
        lowers=np.concatenate((np.zeros(len(dated.arcs), np.int64), problem.lowers[accounts])),
        uppers=np.concatenate((dated.amounts_cents, problem.uppers[accounts])),
        supplies=supplies[nodes],
    )
    found = cheapest_flow(choice)
    if not found:
        return None
    better = flows.copy()
    better[free] = 0
    np.add.at(better, arcs, found[0])
    return better


def _exchangeable(problem: FlowProblem, flows: Integers, levels: Integers) -> Indexes:
    """Arcs whose flow may change at the same cost: tight, and on a circle of what may still change."""
    tight = np.flatnonzero(problem.costs + levels[problem.tails] - levels[problem.heads] == 0)
    tails, heads = problem.tails[tight], problem.heads[tight]
    up, down = flows[tight] < problem.uppers[tight], flows[tight] > problem.lowers[tight]
    parts = components_of(
        problem.size,
        np.concatenate((tails[up], heads[down])),
        np.concatenate((heads[up], tails[down])),
        strong=True,
    )
    return tight[parts[tails] == parts[heads]]


def _by_date(table: DebtTable, pairs: Pairs, chosen: Indexes, debts: Indexes, ages: Integers) -> _Dated:
    starts, ends = pairs.starts[chosen[debts]], pairs.ends[chosen[debts]]
    counts = ends - starts
    begins = np.cumsum(counts) - counts
    rows = pairs.order[np.repeat(starts - begins, counts) + np.arange(int(counts.sum()))]
    arcs, row_ages = np.repeat(debts, counts), ages[rows]
    first = np.flatnonzero(
        np.append(True, (arcs[1:] != arcs[:-1]) | (row_ages[1:] != row_ages[:-1]))[: len(rows)]
    )
    amounts = np.add.reduceat(table.amounts_cents[rows], first) if len(rows) else np.zeros(0, np.int64)
    return _Dated(arcs[first], row_ages[first], amounts)


def share_out(table: DebtTable, pairs: Pairs, setoffs_cents: Integers) -> Integers:
    """From a set-off for each pair to one for each row of the table, oldest first."""
    amounts = table.amounts_cents[pairs.order]
    counts = pairs.ends - pairs.starts
    before = np.cumsum(amounts) - amounts
    before -= np.repeat(before[pairs.starts], counts) if len(counts) else 0
    shares = np.clip(np.repeat(setoffs_cents, counts) - before, 0, amounts)
    rows: NDArray[np.int64] = np.zeros(len(table), np.int64)
    rows[pairs.order] = shares
    return rows
