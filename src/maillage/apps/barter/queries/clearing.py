"""Debts and batches of a circle as their pages and actions read them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Case, Q, QuerySet, When

from maillage.apps.barter.choices import MemberState
from maillage.apps.barter.models import (
    BatchLine,
    Circle,
    CircleCredit,
    CircleMember,
    ClearingBatch,
    Consent,
    Debt,
)
from maillage.apps.ledger.choices import PAYS
from maillage.apps.ledger.models import Account
from maillage.cores import clearing as core


def euros(cents: int) -> str:
    """« 1 234,50 € »."""
    whole, rest = divmod(cents, 100)
    return f"{whole:,}".replace(",", "\u202f") + f",{rest:02d}\xa0€"


CREDIT_CENTS_MAX = 10**13
"""How far an account without limit may go in one batch."""


@dataclass(frozen=True)
class NoticeLine:
    """An invoice on a party's notice. Before execution `done_cents` is what is proposed, afterwards what was done."""

    invoice: str
    other: str
    amount_cents: int
    before_cents: int
    done_cents: int

    @property
    def after_cents(self) -> int:
        return self.before_cents - self.done_cents


@dataclass(frozen=True)
class Notice:
    """What a batch does to one party."""

    member: CircleMember
    owed: tuple[NoticeLine, ...]
    claimed: tuple[NoticeLine, ...]
    consent: Consent | None

    @property
    def total_cents(self) -> int:
        """What it owes that goes out."""
        return sum(line.done_cents for line in self.owed)

    @property
    def change_cents(self) -> int:
        """What its account of mutual credit gains, below zero for what it gives: claims less debts that go out."""
        return sum(line.done_cents for line in self.claimed) - self.total_cents


def debts_of(circle: Circle, members: Collection[CircleMember] | None = None) -> QuerySet[Debt]:
    """Those of which something is left first, then the latest first; only those of some members when they are given."""
    found = Debt.objects.filter(circle=circle).select_related(
        "debtor__organization", "creditor__organization", "entered_by", "issued_invoice", "received_invoice"
    )
    if members is not None:
        found = found.filter(Q(debtor__in=members) | Q(creditor__in=members))
    return found.order_by(Case(When(remaining_cents=0, then=1), default=0), "-entered_at", "-pk")


def batches_of(circle: Circle, members: Collection[CircleMember] | None = None) -> QuerySet[ClearingBatch]:
    """The latest first; only those to which some members are parties when they are given."""
    found = ClearingBatch.objects.filter(circle=circle).select_related("opposes")
    if members is not None:
        touched = BatchLine.objects.filter(Q(debt__debtor__in=members) | Q(debt__creditor__in=members))
        found = found.filter(Q(pk__in=touched.values("batch")) | Q(opposes__in=touched.values("batch")))
    return found.order_by("-proposed_at", "-pk")


def parties_of(batch: ClearingBatch) -> list[CircleMember]:
    """The members whose debts or claims the batch touches, by name."""
    lines = batch.lines.all()
    found = CircleMember.objects.filter(
        Q(pk__in=lines.values("debt__debtor")) | Q(pk__in=lines.values("debt__creditor"))
    )
    return list(found.select_related("organization").order_by("organization__sort_key", "pk"))


def credit_rooms(circle: Circle, members: Collection[int]) -> dict[int, core.Limit]:
    """How far the account of each of these members may move, by member; those whose account does not pay are left out.

    What is reserved is as if it were done. Hundredths of the unit are cents: one unit is worth one euro.
    """
    owners = dict(
        CircleMember.objects.filter(circle=circle, pk__in=members).values_list("organization_id", "pk")
    )
    accounts = Account.objects.of_members().filter(
        unit__circle_credit__circle=circle, owner_id__in=owners, status__in=PAYS
    )
    rooms = {}
    for account in accounts:
        member = owners[account.owner_id]  # type: ignore[index]
        rooms[member] = core.Limit(
            str(member),
            _bound(account.lower_limit, -CREDIT_CENTS_MAX) + account.reserved_out,
            _bound(account.upper_limit, CREDIT_CENTS_MAX) - account.reserved_in,
            account.balance,
        )
    return rooms


def _bound(limit: int | None, otherwise: int) -> int:
    return otherwise if limit is None else limit


def has_credit(circle: Circle) -> bool:
    """Whether the circle counts in units, so that a batch may use them."""
    return CircleCredit.objects.filter(circle=circle).exists()


def consents_of(batch: ClearingBatch) -> dict[int, Consent]:
    """The last answer of each member that gave one."""
    given = batch.consents.select_related("person", "member__organization").order_by("pk")
    return {consent.member_id: consent for consent in given}


def agreeing_members(batch: ClearingBatch) -> list[int]:
    """The members whose last answer is yes and who are still active."""
    agreed = [member for member, consent in consents_of(batch).items() if consent.agrees]
    active = CircleMember.objects.filter(pk__in=agreed, state=MemberState.ACTIVE)
    return list(active.order_by("pk").values_list("pk", flat=True))


def notices_of(batch: ClearingBatch, members: Collection[CircleMember] | None = None) -> list[Notice]:
    """A notice for each party, by name; only those of some members when they are given."""
    lines = list(
        batch.lines.select_related("debt__debtor__organization", "debt__creditor__organization").order_by(
            "debt__due_date", "debt_id"
        )
    )
    consents = consents_of(batch)
    wanted = None if members is None else {member.pk for member in members}
    done = batch.ended_at is not None and batch.state != "dropped"
    return [
        Notice(
            member,
            tuple(
                _line(each, each.debt.creditor, done) for each in lines if each.debt.debtor_id == member.pk
            ),
            tuple(
                _line(each, each.debt.debtor, done) for each in lines if each.debt.creditor_id == member.pk
            ),
            consents.get(member.pk),
        )
        for member in parties_of(batch)
        if wanted is None or member.pk in wanted
    ]


def _line(line: BatchLine, other: CircleMember, done: bool) -> NoticeLine:
    return NoticeLine(
        line.debt.invoice,
        other.organization.name,
        line.debt.amount_cents,
        line.before_cents,
        line.executed_cents if done else line.proposed_cents,
    )
