"""The greatest set-off of a table of debts, from its reductions to its certificate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from maillage.cores.clearing.choosing import prefer_oldest, share_out
from maillage.cores.clearing.flows import FlowProblem, Indexes, cheapest_flow
from maillage.cores.clearing.levels import solve_by_levels
from maillage.cores.clearing.reducing import Core, Pairs, Rooms, find_core, lift_levels, merge_pairs, rooms_of
from maillage.cores.clearing.refusing import refuse
from maillage.cores.clearing.values import (
    AMOUNT_CENTS_MAX,
    Certificate,
    Clearing,
    DebtTable,
    Integers,
    Limit,
    Refusal,
    exact_sum,
)

_FEW_ARCS = 3_000
"""Up to here one call of the cost-scaling solver is faster than several levels."""


def clear(table: DebtTable, limits: Sequence[Limit] = ()) -> Clearing | Refusal:
    """The greatest set-off with its certificate, which `check` re-reads; or why the debts make no sense."""
    refusal = refuse(table, limits)
    if refusal:
        return refusal
    pairs = merge_pairs(table)
    rooms = rooms_of(pairs, table.members, limits)
    core = find_core(pairs, rooms)
    nodes, chosen, problem = _problem_of(pairs, rooms, core)
    flows, core_levels = _solve(problem, core.components[nodes])
    older = prefer_oldest(table, pairs, chosen, problem, flows, core_levels)
    flows = flows if older is None else older
    left = pairs.amounts_cents.copy()
    left[chosen] = flows[: len(chosen)]
    pair_setoffs = np.where(core.inside, pairs.amounts_cents - left, 0)
    levels = np.zeros(pairs.size + 1, np.int64)
    levels[nodes] = core_levels
    levels = lift_levels(core, levels)
    moves = _moves(pairs, pair_setoffs)
    _settle_clipped(pairs, rooms, moves, levels)
    return _answer(table, tuple(limits), pairs, pair_setoffs, moves, levels, older is not None)


def _problem_of(pairs: Pairs, rooms: Rooms, core: Core) -> tuple[Indexes, Indexes, FlowProblem]:
    """The flow problem of the core: its nodes among the members and the account, its pairs, itself."""
    chosen = np.flatnonzero(core.inside)
    account = pairs.size
    banked = np.flatnonzero((rooms.down_cents > 0) | (rooms.up_cents > 0))
    banked = banked[core.components[banked] == core.components[account]]
    tails = np.concatenate((pairs.debtors[chosen], banked))
    heads = np.concatenate((pairs.creditors[chosen], np.full(len(banked), account)))
    nodes = _busiest_first(tails, heads, account + 1)
    numbers = np.empty(account + 1, np.int64)
    numbers[nodes] = np.arange(len(nodes))
    tails, heads = numbers[tails], numbers[heads]
    amounts, supplies = pairs.amounts_cents[chosen], np.zeros(len(nodes), np.int64)
    np.add.at(supplies, tails[: len(chosen)], amounts)
    np.subtract.at(supplies, heads[: len(chosen)], amounts)
    ones, zeros = np.ones(len(chosen), np.int64), np.zeros(len(chosen), np.int64)
    problem = FlowProblem(
        size=len(nodes),
        tails=tails,
        heads=heads,
        costs=np.concatenate((ones, np.zeros(len(banked), np.int64))),
        lowers=np.concatenate((zeros, -rooms.up_cents[banked])),
        uppers=np.concatenate((amounts, rooms.down_cents[banked])),
        supplies=supplies,
    )
    return nodes, chosen, problem


def _busiest_first(tails: Indexes, heads: Indexes, size: int) -> Indexes:
    """The nodes that have arcs, those with most of them first: what is often read stands together in memory."""
    arcs = np.bincount(tails, minlength=size) + np.bincount(heads, minlength=size)
    nodes = np.argsort(-arcs, kind="stable")
    return nodes[: np.count_nonzero(arcs)]


def _solve(problem: FlowProblem, parts: Indexes) -> tuple[Integers, Integers]:
    if len(problem.tails) <= _FEW_ARCS:
        found = cheapest_flow(problem)
        if found:
            return found
    return solve_by_levels(problem, parts)


def _moves(pairs: Pairs, setoffs_cents: Integers) -> Integers:
    """What each member's account takes: its set-off claims less its set-off debts."""
    moves = np.zeros(pairs.size, np.int64)
    np.add.at(moves, pairs.creditors, setoffs_cents)
    np.subtract.at(moves, pairs.debtors, setoffs_cents)
    return moves


def _settle_clipped(pairs: Pairs, rooms: Rooms, moves: Integers, levels: Integers) -> None:
    """Bring to the account's level the members whom their debts stopped before their limit did.

    Such a member has all its debts set off and none of its claims, or the reverse, and may change level that way.
    """
    if not len(rooms.owing_cents):
        return
    account, members = levels[pairs.size], levels[: pairs.size]
    lowest = (moves <= 0) & (-moves == rooms.owing_cents)
    highest = (moves >= 0) & (moves == rooms.owed_cents)
    members[lowest] = np.maximum(members[lowest], account)
    members[highest] = np.minimum(members[highest], account)


def _answer(
    table: DebtTable, limits: tuple[Limit, ...], pairs: Pairs, pair_setoffs: Integers,
    moves: Integers, levels: Integers, oldest_first: bool,
) -> Clearing:  # fmt: skip
    """Everything back to the rows and the members of the table."""
    account = int(levels[pairs.size])
    gains = 1 + levels[pairs.debtors] - levels[pairs.creditors]
    gaining = np.flatnonzero(gains > 0)
    bound = _product_sum(gains[gaining], pairs.amounts_cents[gaining])
    places = (
        {name: int(rank) for name, rank in zip(table.members, pairs.ranks, strict=True)} if limits else {}
    )
    for limit in limits:
        height = int(levels[places[limit.member]]) - account
        room = (
            limit.upper_cents - limit.balance_cents if height > 0 else limit.balance_cents - limit.lower_cents
        )
        bound += abs(height) * max(room, 0)
    return Clearing(
        table=table,
        limits=limits,
        setoffs_cents=share_out(table, pairs, pair_setoffs),
        changes_cents=moves[pairs.ranks],
        certificate=Certificate(levels[: pairs.size][pairs.ranks], account, bound),
        total_cents=exact_sum(pairs.amounts_cents),
        cleared_cents=exact_sum(pair_setoffs),
        oldest_first=oldest_first,
    )


def _product_sum(factors: Integers, amounts_cents: Integers) -> int:
    """Σ factor × amount, exact; the factors are few different numbers."""
    if exact_sum(amounts_cents) * int(factors.max(initial=0)) <= AMOUNT_CENTS_MAX:
        return int(np.dot(factors, amounts_cents))
    different, which = np.unique(factors, return_inverse=True)
    sums = np.zeros(len(different), np.int64)
    np.add.at(sums, which, amounts_cents)
    return sum(int(factor) * int(amount) for factor, amount in zip(different, sums, strict=True))
