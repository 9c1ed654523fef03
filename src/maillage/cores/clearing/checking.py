"""Re-reads a set-off and its certificate. Shares nothing with what computed them but the shapes of `values`.

The proof is in `docs/explanation/compensation.md`. Everything is compared in integers; sums are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from maillage.cores.clearing.values import AMOUNT_CENTS_MAX, Certificate, Clearing, DebtTable, Integers, Limit

Flaw = Literal["shape", "amounts", "balance", "limits", "slackness", "bound", "totals", "levels"]
_LEVEL_MAX = 2**60


def check(clearing: Clearing) -> tuple[Flaw, ...]:
    """What is wrong with the answer; nothing when it is proven the greatest."""
    found = list(
        check_setoff(
            clearing.table,
            clearing.limits,
            clearing.setoffs_cents,
            clearing.changes_cents,
            clearing.certificate,
        )
    )
    total, cleared = _sum(clearing.table.amounts_cents), _sum(clearing.setoffs_cents)
    if (total, cleared) != (clearing.total_cents, clearing.cleared_cents):
        found.append("totals")
    return tuple(found)


def check_setoff(
    table: DebtTable,
    limits: Sequence[Limit],
    setoffs_cents: Integers,
    changes_cents: Integers,
    certificate: Certificate,
) -> tuple[Flaw, ...]:
    """The flaws of a set-off of those debts: not allowed, or not proven the greatest."""
    size, levels = len(table.members), certificate.levels
    if setoffs_cents.shape != table.amounts_cents.shape or not changes_cents.shape == levels.shape == (size,):
        return ("shape",)
    if (
        (table.amounts_cents <= 0).any()
        or (setoffs_cents < 0).any()
        or (setoffs_cents > table.amounts_cents).any()
        or _sum(table.amounts_cents) > AMOUNT_CENTS_MAX
    ):
        return ("amounts",)
    if (np.abs(levels) > _LEVEL_MAX).any() or abs(certificate.account_level) > _LEVEL_MAX:
        return ("levels",)
    flaws: list[Flaw] = []
    taken = np.zeros(size, np.int64)
    np.add.at(taken, table.creditors, setoffs_cents)
    np.add.at(taken, table.debtors, -setoffs_cents)
    if (taken != changes_cents).any():
        flaws.append("balance")
    gains = 1 + levels[table.debtors] - levels[table.creditors]
    full = setoffs_cents == table.amounts_cents
    none = setoffs_cents == 0
    slack = bool(((gains > 0) & ~full).any() or ((gains < 0) & ~none).any())
    bound = _sum_of_products(gains, table.amounts_cents)
    account_flaws, account_slack, account_bound = _check_accounts(table, limits, changes_cents, certificate)
    flaws += account_flaws
    if slack or account_slack:
        flaws.append("slackness")
    if not bound + account_bound == certificate.bound_cents == _sum(setoffs_cents):
        flaws.append("bound")
    return tuple(flaws)


def _check_accounts(
    table: DebtTable, limits: Sequence[Limit], changes_cents: Integers, certificate: Certificate
) -> tuple[list[Flaw], bool, int]:
    """Flaws of the accounts' moves, whether one stops short of its limit against its level, and their part of the bound."""
    places = {name: place for place, name in enumerate(table.members)} if limits else {}
    without = np.ones(len(table.members), np.bool_)
    wrong, slack, bound = False, False, 0
    for limit in limits:
        place = places[limit.member]
        without[place] = False
        change = int(changes_cents[place])
        lowest = min(limit.lower_cents - limit.balance_cents, 0)
        highest = max(limit.upper_cents - limit.balance_cents, 0)
        height = int(certificate.levels[place]) - certificate.account_level
        wrong |= not lowest <= change <= highest
        slack |= (height > 0 and change != highest) or (height < 0 and change != lowest)
        bound += max(height * lowest, height * highest)
    wrong |= bool(changes_cents[without].any())
    return (["limits"] if wrong else []), slack, bound


def _sum(values: Integers) -> int:
    """Exact: high and low halves apart."""
    return (int((values >> 32).sum()) << 32) + int((values & 0xFFFFFFFF).sum())


def _sum_of_products(gains: Integers, amounts_cents: Integers) -> int:
    """Σ gain × amount over positive gains: amounts of equal gain are summed first, which 64 bits hold."""
    positive = np.flatnonzero(gains > 0)
    if not len(positive):
        return 0
    if int(gains.max()) * _sum(amounts_cents) <= AMOUNT_CENTS_MAX:
        return int(np.dot(gains[positive], amounts_cents[positive]))
    order = positive[np.argsort(gains[positive], kind="stable")]
    ordered = gains[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    sums = np.add.reduceat(amounts_cents[order], starts)
    return sum(int(gain) * int(amount) for gain, amount in zip(ordered[starts], sums, strict=True))
