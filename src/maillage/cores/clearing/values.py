"""What is asked of the clearing core, and what it answers. `docs/explanation/compensation.md` has the rules in prose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

AMOUNT_CENTS_MAX = 2**63 - 1
MEMBERS_MAX = 2_000_000
DEBTS_MAX = 5_000_000
UNDATED = int(np.iinfo(np.int32).max)
"""The due day of a debt that has none: it comes after all others."""

Integers = NDArray[np.int64]
Days = NDArray[np.int32]
Code = Literal[
    "not_positive", "too_large", "self_debt", "duplicate_invoice", "total", "too_many",
    "unknown_member", "member_twice", "limits_order", "out_of_range",
]  # fmt: skip


@dataclass(frozen=True)
class Debt:
    """What one member owes another. Names are keys of the caller's; `invoice` may be empty."""

    debtor: str
    creditor: str
    amount_cents: int
    invoice: str = ""
    due_date: date | None = None


@dataclass(frozen=True)
class Limit:
    """How far a member's account may go, and where it stands: cents of value, below zero for received on credit."""

    member: str
    lower_cents: int
    upper_cents: int
    balance_cents: int = 0


@dataclass(frozen=True, eq=False)
class DebtTable:
    """Debts in columns, one row each. `debtors` and `creditors` index `members`, whose names are all different.

    `due_days`: proleptic ordinals (`date.toordinal`), or UNDATED. `invoices`: empty when no debt has any.
    """

    members: tuple[str, ...]
    debtors: NDArray[np.int32]
    creditors: NDArray[np.int32]
    amounts_cents: Integers
    due_days: Days
    invoices: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.amounts_cents)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row of the debts or of the limits. `row` from 1; 0 when it is all of them together.

    `other`: the row that it contradicts, for what is there twice.
    """

    code: Code
    row: int = 0
    other: int = 0
    of_limits: bool = False


@dataclass(frozen=True)
class Refusal:
    """Why nothing was computed: the first faults in the order of rows, and how many there are in all."""

    faults: tuple[Fault, ...]
    count: int


@dataclass(frozen=True, eq=False)
class Certificate:
    """Why no set-off is greater: a level for each member, one for the common account, and the bound they give."""

    levels: Integers
    account_level: int
    bound_cents: int


@dataclass(frozen=True, eq=False)
class Clearing:
    """The greatest set-off. `setoffs_cents`: for each debt of the table; `changes_cents`: of each member's account.

    `oldest_first`: whether the choice among equally great set-offs looked at due dates between different members
    (it always does within a pair); it does not past `FREE_DEBTS_MAX`.
    """

    table: DebtTable
    limits: tuple[Limit, ...]
    setoffs_cents: Integers
    changes_cents: Integers
    certificate: Certificate
    total_cents: int
    cleared_cents: int
    oldest_first: bool

    @property
    def remaining_cents(self) -> int:
        return self.total_cents - self.cleared_cents


def table_of(debts: Iterable[Debt]) -> DebtTable | Refusal:
    """The same debts in columns; refused when an amount does not fit in 64 bits."""
    rows = list(debts)
    large = [
        Fault("too_large", number)
        for number, debt in enumerate(rows, start=1)
        if abs(debt.amount_cents) > AMOUNT_CENTS_MAX
    ]
    if large:
        return Refusal(tuple(large), len(large))
    places: dict[str, int] = {}
    debtors = [places.setdefault(debt.debtor, len(places)) for debt in rows]
    creditors = [places.setdefault(debt.creditor, len(places)) for debt in rows]
    return DebtTable(
        tuple(places),
        np.array(debtors, np.int32),
        np.array(creditors, np.int32),
        np.array([debt.amount_cents for debt in rows], np.int64),
        np.array([debt.due_date.toordinal() if debt.due_date else UNDATED for debt in rows], np.int32),
        [debt.invoice for debt in rows],
    )


def exact_sum(values: Integers) -> int:
    """The sum of 64-bit integers, exact whatever its size."""
    return (int((values >> 32).sum()) << 32) + int((values & 0xFFFF_FFFF).sum())
