"""Where things stand in the drawings of the accounts: plain numbers that templates put into SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maillage.apps.barter.queries.credit import MonthShare
from maillage.apps.ledger.models import Account

WIDTH = 600
CHART_WIDTH, CHART_HEIGHT = 360, 200
MARGIN = 8


@dataclass(frozen=True)
class BalanceBar:
    """Positions along a bar that goes from the lower limit to the upper one; `fill_x` and `fill_width` from zero to the balance."""

    zero: int
    balance: int
    fill_x: int
    fill_width: int
    soft_lower: int | None
    soft_upper: int | None
    soft_upper_width: int


def balance_bar(account: Account) -> BalanceBar:
    """A side without limit reaches a little beyond the balance."""
    beyond = max(abs(account.balance), 100_00) * 5 // 4
    low = account.lower_limit if account.lower_limit is not None else -beyond
    high = account.upper_limit if account.upper_limit is not None else beyond
    span = max(high - low, 1)

    def at(amount: int) -> int:
        inner = WIDTH - 2 * MARGIN
        return MARGIN + round(inner * min(max(amount - low, 0), span) / span)

    zero, balance = at(0), at(account.balance)
    soft_upper = None if account.soft_upper is None else at(account.soft_upper)
    return BalanceBar(
        zero=zero,
        balance=balance,
        fill_x=min(zero, balance),
        fill_width=abs(balance - zero),
        soft_lower=None if account.soft_lower is None else at(account.soft_lower),
        soft_upper=soft_upper,
        soft_upper_width=WIDTH - MARGIN - soft_upper if soft_upper is not None else 0,
    )


@dataclass(frozen=True)
class ShareChart:
    """`points` of a line, from 0 % at the bottom to 100 % at the top; `dots` are (x, y, label)."""

    points: str
    dots: Sequence[tuple[int, int, int]]


def share_chart(shares: Sequence[MonthShare]) -> ShareChart:
    left, right, top, bottom = 52, CHART_WIDTH - 16, 16, CHART_HEIGHT - 44
    step = (right - left) / max(len(shares) - 1, 1)
    dots = [
        (
            round(left + step * rank),
            round(bottom - (bottom - top) * min(share.percent, 100) / 100),
            share.percent,
        )
        for rank, share in enumerate(shares)
    ]
    return ShareChart(" ".join(f"{x},{y}" for x, y, _label in dots), dots)
