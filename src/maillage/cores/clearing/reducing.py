"""What can be left out of the problem without losing a cent, and how the levels come back to all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.cores.clearing.graphs import components_of, grouped
from maillage.cores.clearing.values import UNDATED, DebtTable, Integers, Limit

Indexes = NDArray[np.int64]
_SMALL_PAIRS = 3_000
"""Up to here scipy's walks and sorts take longer to begin than what they spare."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """The debts of each pair put together, by debtor then creditor, members being numbered by name.

    `order`: the rows of the table, pair after pair, oldest first within each; `starts`: where each pair begins in it.
    """

    size: int
    debtors: Indexes
    creditors: Indexes
    amounts_cents: Integers
    order: Indexes
    starts: Indexes
    ranks: Indexes

    @property
    def ends(self) -> Indexes:
        return np.append(self.starts[1:], len(self.order))


@dataclass(frozen=True, eq=False)
class Rooms:
    """By how much each account may go down and up, members being numbered by name; zeros for who has none.

    `owing_cents`, `owed_cents`: what each member owes and is owed in all; empty without accounts.
    """

    down_cents: Integers
    up_cents: Integers
    owing_cents: Integers
    owed_cents: Integers


@dataclass(frozen=True, eq=False)
class Core:
    """The pairs that may be on a circle. `inside`: which of the pairs; `components`: the strong component of each member,
    and last of the common account. `tails`, `heads`: what goes from a component to another and carries nothing.

    `rising`: it all goes to a component of a greater number.
    """

    inside: NDArray[np.bool_]
    components: Indexes
    tails: Indexes
    heads: Indexes
    rising: bool


def merge_pairs(table: DebtTable) -> Pairs:
    """Parallel debts as one, whatever the order of the rows."""
    size = len(table.members)
    ranks = np.empty(size, np.int64)
    ranks[sorted(range(size), key=table.members.__getitem__)] = np.arange(size)
    debtors, creditors = ranks[table.debtors], ranks[table.creditors]
    keys = debtors * size + creditors
    if len(table) <= _SMALL_PAIRS:
        short = keys.astype(np.min_scalar_type(size * size))  # sorts faster
        order: Indexes = np.argsort(short, kind="stable")
    else:
        by_creditor = grouped(creditors, size)
        order = by_creditor[grouped(debtors[by_creditor], size)].astype(np.int64)
    sorted_keys = keys[order]
    first = np.ones(len(keys), np.bool_)
    np.not_equal(sorted_keys[1:], sorted_keys[:-1], out=first[1:])
    starts = np.flatnonzero(first)
    pair_keys = sorted_keys[starts]
    order = _oldest_first(table, order, first)
    amounts = np.add.reduceat(table.amounts_cents[order], starts) if len(starts) else np.zeros(0, np.int64)
    return Pairs(size, pair_keys // max(size, 1), pair_keys % max(size, 1), amounts, order, starts, ranks)


def _oldest_first(table: DebtTable, order: Indexes, first: NDArray[np.bool_]) -> Indexes:
    """The rows of each pair by due date, then amount, then invoice number; only pairs of several debts are sorted."""
    single = first & np.append(first[1:], True)
    places = np.flatnonzero(~single)
    if not len(places):
        return order
    rows, pairs = order[places], np.cumsum(first)[places]
    days, amounts = table.due_days[rows], table.amounts_cents[rows]
    sorting = np.lexsort((rows, amounts, days, pairs))
    rows, pairs, days, amounts = rows[sorting], pairs[sorting], days[sorting], amounts[sorting]
    if table.invoices:
        same = (pairs[1:] == pairs[:-1]) & (days[1:] == days[:-1]) & (amounts[1:] == amounts[:-1])
        edges = np.flatnonzero(np.diff(np.concatenate(([False], same, [False])).astype(np.int8)))
        for begin, end in edges.reshape(-1, 2).tolist():
            rows[begin : end + 1] = sorted(rows[begin : end + 1].tolist(), key=table.invoices.__getitem__)
    sorted_order = order.copy()
    sorted_order[places] = rows
    return sorted_order


def rooms_of(pairs: Pairs, members: Sequence[str], limits: Sequence[Limit]) -> Rooms:
    """What each account may move by, and never more than the member's debts could make it."""
    down, up = np.zeros(pairs.size, np.int64), np.zeros(pairs.size, np.int64)
    owed, owing = np.zeros(0, np.int64), np.zeros(0, np.int64)
    if limits:
        owed, owing = np.zeros_like(down), np.zeros_like(down)
        places = {name: int(rank) for name, rank in zip(members, pairs.ranks, strict=True)}
        np.add.at(owing, pairs.debtors, pairs.amounts_cents)
        np.add.at(owed, pairs.creditors, pairs.amounts_cents)
        for limit in limits:
            place = places[limit.member]
            down[place] = min(max(limit.balance_cents - limit.lower_cents, 0), int(owing[place]))
            up[place] = min(max(limit.upper_cents - limit.balance_cents, 0), int(owed[place]))
    return Rooms(down, up, owing, owed)


def find_core(pairs: Pairs, rooms: Rooms) -> Core:
    """The pairs whose two members are on a circle of debts, the common account being one more member.

    What a member may go down by comes from the account, what it may go up by goes there. A small table is one core:
    looking for its components would take longer than solving with what they leave out.
    """
    if len(pairs.debtors) <= _SMALL_PAIRS:
        nothing, one = np.zeros(0, np.int64), np.zeros(pairs.size + 1, np.int64)
        return Core(np.ones(len(pairs.debtors), np.bool_), one, nothing, nothing, True)
    down, up = np.flatnonzero(rooms.down_cents), np.flatnonzero(rooms.up_cents)
    account, size = np.int64(pairs.size), pairs.size + 1
    tails = np.concatenate((pairs.debtors, np.full(len(down), account), up))
    heads = np.concatenate((pairs.creditors, down, np.full(len(up), account)))
    components = components_of(size, tails, heads, strong=True)
    same = components[tails] == components[heads]
    tails, heads = tails[~same], heads[~same]
    turns = components[heads] - components[tails]
    if (turns < 0).all():
        components, turns = components.max() - components, -turns
    return Core(same[: len(pairs.debtors)], components, tails, heads, bool((turns > 0).all()))


def lift_levels(core: Core, levels: Integers) -> Integers:
    """Levels of everybody from those within each component: components are raised so that what was left out rises.

    `levels`: one for each member, and last one for the common account.
    """
    span = int(levels.max() - levels.min()) + 1
    if core.rising:
        return levels + core.components * span
    raised = np.zeros(int(core.components.max()) + 1, np.int64)
    one, other = core.components[core.tails], core.components[core.heads]
    while True:  # the longest way through the components, which make no circle
        before = raised.copy()
        np.maximum.at(raised, other, raised[one] + 1)
        if (raised == before).all():
            return levels + raised[core.components] * span


def age_in_days(due_days: NDArray[np.int32]) -> Integers:
    """How much older than the newest of them each debt is; zero for those without due date."""
    dated = due_days != UNDATED
    if not dated.any():
        return np.zeros(len(due_days), np.int64)
    newest = int(due_days[dated].max())
    return np.where(dated, newest - due_days.astype(np.int64), 0)
