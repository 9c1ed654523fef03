"""What moved on an account, and what is waiting: statements, balances at a date, the whole circle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from maillage.apps.ledger.choices import State
from maillage.apps.ledger.models import Account, Transfer, Unit


@dataclass(frozen=True)
class Line:
    """One line of a statement, seen from the account: provided or received, and the balance that came of it.

    `balance` is None for what has not moved (waiting, refused…).
    """

    transfer: Transfer
    other: Account
    provided: int
    received: int
    balance: int | None


@dataclass(frozen=True)
class Sums:
    """What moved in a period, in hundredths, between the balances of its two ends."""

    opening: int
    provided: int
    received: int

    @property
    def closing(self) -> int:
        return self.opening + self.provided - self.received


@dataclass(frozen=True)
class Statement:
    """The posted transfers of an account from `since` to `until` (excluded), oldest first."""

    account: Account
    since: datetime | None
    until: datetime | None
    sums: Sums
    lines: Sequence[Line]


def statement_of(
    account: Account, *, since: datetime | None = None, until: datetime | None = None
) -> Statement:
    """Every posted transfer of the period, with the balance after each."""
    opening = balance_at(account, since) if since else 0
    lines = lines_from(opening, moved_on(account, since=since, until=until), account)
    provided, received = sum(line.provided for line in lines), sum(line.received for line in lines)
    return Statement(account, since, until, Sums(opening, provided, received), lines)


def moved_on(
    account: Account, *, since: datetime | None = None, until: datetime | None = None
) -> QuerySet[Transfer]:
    """What a statement tells of, the oldest first."""
    rows = in_period(Transfer.objects.posted().of(account), since=since, until=until)
    return with_parties(rows).order_by("posted_at", "pk")


def sums_of(account: Account, rows: QuerySet[Transfer], *, opening: int = 0) -> Sums:
    """What these rows come to on the account, whose balance before the first of them is `opening`."""
    found = rows.aggregate(
        provided=Sum("posted_amount", filter=Q(payee=account), default=0),
        received=Sum("posted_amount", filter=Q(payer=account), default=0),
    )
    return Sums(opening, int(found["provided"]), int(found["received"]))


def lines_from(balance: int, rows: Iterable[Transfer], account: Account) -> list[Line]:
    """The lines of a statement, from the balance before the first of these rows, which are the oldest first."""
    lines = []
    for transfer in rows:
        provided = transfer.posted_amount if transfer.payee_id == account.pk else 0
        received = transfer.posted_amount if transfer.payer_id == account.pk else 0
        balance += provided - received
        other = transfer.payer if provided else transfer.payee
        lines.append(Line(transfer, other, provided, received, balance))
    return lines


def in_period(
    rows: QuerySet[Transfer], *, since: datetime | None, until: datetime | None
) -> QuerySet[Transfer]:
    """Those that moved from `since` to `until` (excluded)."""
    if since is not None:
        rows = rows.filter(posted_at__gte=since)
    if until is not None:
        rows = rows.filter(posted_at__lt=until)
    return rows


def with_parties(rows: QuerySet[Transfer]) -> QuerySet[Transfer]:
    """With all that a line shows, in one query."""
    return rows.select_related("unit", "payer__owner", "payee__owner", "act__actor")


def balance_at(account: Account, at: datetime) -> int:
    """The balance just before `at`, from the transfers."""
    return sums_of(account, Transfer.objects.posted().of(account).filter(posted_at__lt=at)).closing


def balances_at(unit: Unit, at: datetime) -> dict[int, int]:
    """The balances of all accounts of a unit just before `at`, by id, from the transfers."""
    rows = Transfer.objects.posted().filter(unit=unit, posted_at__lt=at)
    balances: Counter[int] = Counter()
    for side, sign in (("payee_id", 1), ("payer_id", -1)):
        for pk, total in rows.order_by(side).values_list(side).annotate(total=Sum("posted_amount")):
            balances[pk] += sign * int(total)
    return dict(balances)


def requests_to_answer(accounts: Iterable[Account]) -> QuerySet[Transfer]:
    """The requests made to these accounts that wait for an answer, the oldest first."""
    rows = Transfer.objects.filter(state=State.REQUESTED, payer__in=[account.pk for account in accounts])
    return with_parties(rows).order_by("created_at", "pk")


def waiting_of(account: Account) -> QuerySet[Transfer]:
    """The requests and reservations of an account, made or received, that still wait."""
    return with_parties(Transfer.objects.waiting().of(account)).order_by("created_at", "pk")


def transfer_of_key(key: str) -> Transfer | None:
    """The first transfer that the act of this key made, if it was done."""
    return with_parties(Transfer.objects.filter(act__key=key, caused_by=None)).order_by("pk").first()


def transfers_in(
    unit: Unit, *, since: datetime | None = None, until: datetime | None = None
) -> QuerySet[Transfer]:
    """All that moved in a circle, the newest first."""
    rows = in_period(Transfer.objects.posted().filter(unit=unit), since=since, until=until)
    return with_parties(rows).order_by("-posted_at", "-pk")
