"""Whether the accounts of a unit hold: what `maillage doctor` and the tests ask."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Sum

from maillage.apps.ledger.choices import State
from maillage.apps.ledger.models import Account, Transfer, Unit


@dataclass(frozen=True)
class Fault:
    """An account whose stored `found` differs from what its transfers say; the account is None for the sum of all."""

    account_id: int | None
    column: str
    found: int
    expected: int


def faults_of(unit: Unit) -> list[Fault]:
    """What does not hold in a unit; an empty list when every balance is equal to its transfers and the sum is zero."""
    accounts = Account.objects.filter(unit=unit).order_by("pk")
    told = {column: {account.pk: getattr(account, column) for account in accounts} for column in COLUMNS}
    expected = {column: _sums(unit, column) for column in COLUMNS}
    faults = [
        Fault(pk, column, found, expected[column][pk])
        for column in COLUMNS
        for pk, found in told[column].items()
        if found != expected[column][pk]
    ]
    total = sum(told["balance"].values())
    return faults + ([Fault(None, "balance", total, 0)] if total else [])


COLUMNS = ("balance", "reserved_out", "reserved_in")


def _sums(unit: Unit, column: str) -> Counter[int]:
    posted = Transfer.objects.filter(unit=unit, state=State.POSTED), "posted_amount"
    pending = Transfer.objects.filter(unit=unit, state=State.PENDING), "amount"
    parts = {
        "balance": ((*posted, "payee_id", 1), (*posted, "payer_id", -1)),
        "reserved_out": ((*pending, "payer_id", 1),),
        "reserved_in": ((*pending, "payee_id", 1),),
    }
    sums: Counter[int] = Counter()
    for rows, amount, side, sign in parts[column]:
        for pk, total in rows.order_by(side).values_list(side).annotate(total=Sum(amount)):
            sums[pk] += sign * int(total)
    return sums
