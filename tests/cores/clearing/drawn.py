"""Debt graphs drawn from a seed, and the greatest set-off by solvers that owe ours nothing."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import networkx
import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from maillage.cores.clearing import Clearing, Debt, Limit, Refusal, clear, table_of


def drawn_debts(seed: int) -> list[Debt]:
    """From 0 to 60 debts between 2 to 14 members; sparse or dense, with parallel and mutual ones, small or wide amounts."""
    chance = random.Random(seed)
    members = [f"m{number}" for number in range(chance.randint(2, 14))]
    most = chance.choice([3, 1_000, 10**7])
    debts = []
    for number in range(chance.randint(0, 60)):
        debtor, creditor = chance.sample(members, 2)
        due = date(2026, 1, 1) + timedelta(chance.randint(0, 90)) if chance.random() < 0.7 else None
        debts.append(Debt(debtor, creditor, chance.randint(1, most), f"F{number}", due))
    return debts


def drawn_limits(seed: int, debts: Sequence[Debt]) -> list[Limit]:
    """Accounts for some of the members; a few are past their limits, a few cannot be reached by anything."""
    chance = random.Random(seed)
    names = sorted({name for debt in debts for name in (debt.debtor, debt.creditor)})
    sizes = [0, 1, 50, 10**4, 10**12]
    return [
        Limit(name, -chance.choice(sizes), chance.choice(sizes), chance.randint(-60, 60))
        for name in names
        if chance.random() < 0.6
    ]


def solved(debts: Sequence[Debt], limits: Sequence[Limit] = ()) -> Clearing:
    table = table_of(debts)
    assert not isinstance(table, Refusal)
    answer = clear(table, limits)
    assert isinstance(answer, Clearing), answer
    return answer


def rooms(limits: Sequence[Limit]) -> dict[str, tuple[int, int]]:
    return {
        limit.member: (
            max(limit.balance_cents - limit.lower_cents, 0),
            max(limit.upper_cents - limit.balance_cents, 0),
        )
        for limit in limits
    }


def by_network_simplex(debts: Sequence[Debt], limits: Sequence[Limit] = ()) -> int:
    """networkx, pure integers: a circulation in which each cent of debt gains one."""
    graph = networkx.MultiDiGraph()
    for debt in debts:
        graph.add_edge(debt.debtor, debt.creditor, capacity=debt.amount_cents, weight=-1)
    for member, (down, up) in rooms(limits).items():
        graph.add_edge("the account", member, capacity=down, weight=0)
        graph.add_edge(member, "the account", capacity=up, weight=0)
    return -networkx.network_simplex(graph)[0] if graph else 0


def by_linear_programming(debts: Sequence[Debt], limits: Sequence[Limit] = ()) -> int:
    """HiGHS, through scipy: the same as a linear programme, whose best corner is in whole cents."""
    if not debts:
        return 0
    names = sorted({name for debt in debts for name in (debt.debtor, debt.creditor)})
    place = {name: number for number, name in enumerate(names)}
    moves = rooms(limits)
    tails = [place[debt.debtor] for debt in debts] + [place[name] for name in moves]
    heads = [place[debt.creditor] for debt in debts]
    columns = len(tails)
    values = np.concatenate((np.ones(columns), -np.ones(len(heads))))
    rows, cells = np.array(tails + heads), np.concatenate((np.arange(columns), np.arange(len(heads))))
    matrix = coo_array((values, (rows, cells)), shape=(len(names), columns))
    gains = np.concatenate((-np.ones(len(debts)), np.zeros(len(moves))))
    bounds = [(0, debt.amount_cents) for debt in debts] + [(-down, up) for down, up in moves.values()]
    answer = linprog(gains, A_eq=matrix.tocsr(), b_eq=np.zeros(len(names)), bounds=bounds, method="highs")
    assert answer.status == 0, answer.message
    return round(-answer.fun)


def net_positions(debts: Sequence[Debt], amounts: Sequence[int]) -> Counter[str]:
    positions: Counter[str] = Counter()
    for debt, amount in zip(debts, amounts, strict=True):
        positions[debt.creditor] += amount
        positions[debt.debtor] -= amount
    return positions
