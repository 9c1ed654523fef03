"""Debts between members: said by one side, confirmed or contested by the other, withdrawn; many at once from a file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.acting import trace
from maillage.apps.barter.choices import DebtState
from maillage.apps.barter.models import Circle, CircleMember, Debt
from maillage.apps.barter.queries.acting import Acting, money_handlers_of
from maillage.apps.barter.queries.debts import invoices_to_take_up
from maillage.apps.books.queries.debts import ISSUED_HERE, RECEIVED
from maillage.cores.clearing import AMOUNT_CENTS_MAX
from maillage.kernel.mail.notifications import notify

CLEARING = "barter.clearing"


class DebtError(Exception):
    """A debt that cannot be. `field` names what is wrong, `sentence` says it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(field, sentence)
        self.field, self.sentence = field, sentence


class DebtsError(Exception):
    """What cannot be among several debts, by their places."""

    def __init__(self, wrong: dict[int, DebtError]) -> None:
        super().__init__(wrong)
        self.wrong = wrong


class DebtAnsweredError(Exception):
    message = gettext_lazy("This debt no longer waits for an answer: nothing has changed.")


class NoDebtReasonError(Exception):
    message = gettext_lazy("Say why: the other side will read it.")


class DebtInUseError(Exception):
    message = gettext_lazy("This debt has been cleared, or waits in a proposal: it stays.")


@dataclass(frozen=True)
class DebtContent:
    """A debt as it is said. `invoice`: its number at the creditor's; the ids, when the site holds that invoice."""

    debtor_id: int
    creditor_id: int
    amount_cents: int
    invoice: str
    due_date: date | None = None
    issued_invoice_id: int | None = None
    received_invoice_id: int | None = None


@transaction.atomic
def take_up_invoices(
    *, acting: Acting, circle_id: int, chosen: Collection[tuple[str, int]], now: datetime
) -> list[Debt]:
    """Say as debts the invoices that were chosen, each by its source and key, as `open_debts` lists them.

    What is no longer owed, or is a debt already, is left out. Raises DebtsError.
    """
    circle = Circle.objects.select_for_update().get(pk=circle_id)
    found = [each for each in invoices_to_take_up(circle, [acting.organization.pk]) if each.mark in chosen]
    contents = [
        DebtContent(
            debtor_id=each.debtor.pk,
            creditor_id=each.creditor.pk,
            amount_cents=each.amount_cents,
            invoice=each.number,
            due_date=each.due_on,
            issued_invoice_id=each.source_id if each.source == ISSUED_HERE else None,
            received_invoice_id=each.source_id if each.source == RECEIVED else None,
        )
        for each in found
    ]
    return enter_debts(acting=acting, circle_id=circle_id, contents=contents, now=now)


@transaction.atomic
def enter_debt(*, acting: Acting, circle_id: int, content: DebtContent, now: datetime) -> Debt:
    """One side says a debt; the managers of the other are asked to confirm it. Said twice the same, it is there once.

    Raises DebtError.
    """
    circle = Circle.objects.select_for_update().get(pk=circle_id)
    debt, is_new = _enter(acting, circle, content, now)
    if is_new:
        _ask(debt, now)
    return debt


@transaction.atomic
def enter_debts(
    *, acting: Acting, circle_id: int, contents: Sequence[DebtContent], now: datetime, dry_run: bool = False
) -> list[Debt]:
    """Several at once, or none; a dry run checks as much and keeps nothing.

    Raises DebtsError with everything that cannot be.
    """
    circle = Circle.objects.select_for_update().get(pk=circle_id)
    entered, wrong = [], {}
    for place, content in enumerate(contents):
        try:
            entered.append(_enter(acting, circle, content, now))
        except DebtError as fault:
            wrong[place] = fault
    if wrong:
        raise DebtsError(wrong)
    if dry_run:
        transaction.set_rollback(True)
        return [debt for debt, _is_new in entered]
    fresh = [debt for debt, is_new in entered if is_new]
    for debt in {debt.other_side.pk: debt for debt in fresh}.values():
        _ask(debt, now)
    return [debt for debt, _is_new in entered]


def _enter(acting: Acting, circle: Circle, content: DebtContent, now: datetime) -> tuple[Debt, bool]:
    sides = {
        member.pk: member
        for member in circle.members.filter(pk__in=[content.debtor_id, content.creditor_id]).select_related(
            "organization"
        )
    }
    debtor, creditor = sides.get(content.debtor_id), sides.get(content.creditor_id)
    mine = _check(acting, debtor, creditor, content)
    assert debtor is not None and creditor is not None
    invoice = " ".join(content.invoice.split())
    known = Debt.objects.filter(creditor=creditor, invoice=invoice).exclude(state=DebtState.WITHDRAWN).first()
    if known is not None:
        same = (known.debtor_id, known.amount_cents, known.due_date)
        if same == (debtor.pk, content.amount_cents, content.due_date):
            return known, False
        raise DebtError("invoice", _("This creditor already has a debt with this invoice number."))
    debt = Debt.objects.create(
        circle=circle,
        debtor=debtor,
        creditor=creditor,
        amount_cents=content.amount_cents,
        remaining_cents=content.amount_cents,
        invoice=invoice,
        due_date=content.due_date,
        issued_invoice_id=content.issued_invoice_id,
        received_invoice_id=content.received_invoice_id,
        entered_by=mine,
        entered_person=acting.person,
        entered_at=now,
    )
    _trace(acting, debt, "debt.enter", now)
    return debt, True


def _check(
    acting: Acting, debtor: CircleMember | None, creditor: CircleMember | None, content: DebtContent
) -> CircleMember:
    """The side for which the person acts. Raises DebtError."""
    if debtor is None or not debtor.may_trade:
        raise DebtError("debtor", _("The debtor is not an active member of the circle."))
    if creditor is None or not creditor.may_trade:
        raise DebtError("creditor", _("The creditor is not an active member of the circle."))
    if debtor.pk == creditor.pk:
        raise DebtError("creditor", _("A member does not owe money to itself."))
    if not 0 < content.amount_cents <= AMOUNT_CENTS_MAX:
        raise DebtError("amount", _("The amount must be above zero, and not beyond reason."))
    if not content.invoice.strip():
        raise DebtError("invoice", _("Give the number of the invoice."))
    if len(content.invoice) > 60:
        raise DebtError("invoice", _("A shorter invoice number: 60 characters at most."))
    for side in (debtor, creditor):
        if side.organization_id == acting.organization.pk:
            return side
    raise DebtError("debtor", _("Your organisation is neither the debtor nor the creditor."))


def _ask(debt: Debt, now: datetime) -> None:
    other = debt.other_side
    title = _("%(who)s says a debt of invoice %(invoice)s with you: confirm that it is not contested.") % {
        "who": debt.entered_by.organization,
        "invoice": debt.invoice,
    }
    _tell(money_handlers_of(other.organization_id), title, debt.circle_id, now)


def _tell(people: Iterable[Person], title: str, circle_id: int, now: datetime) -> None:
    for person in people:
        notify(
            person=person, kind=CLEARING, title=title, url=reverse("barter:debts", args=[circle_id]), now=now
        )


@transaction.atomic
def answer_debt(*, acting: Acting, debt_id: int, contests: bool, reason: str, now: datetime) -> Debt:
    """The other side confirms, or contests with a reason. The same answer twice changes nothing.

    Raises DebtAnsweredError, NoDebtReasonError.
    """
    debt = _locked(debt_id)
    wanted = DebtState.CONTESTED if contests else DebtState.CONFIRMED
    if debt.state == wanted:
        return debt
    if debt.state != DebtState.ENTERED or debt.other_side.organization_id != acting.organization.pk:
        raise DebtAnsweredError
    if contests and not reason.strip():
        raise NoDebtReasonError
    debt.state, debt.reason = wanted, reason.strip()[:300] if contests else ""
    debt.answered_person, debt.answered_at = acting.person, now
    debt.save(update_fields=["state", "reason", "answered_person", "answered_at"])
    _trace(acting, debt, "debt.contest" if contests else "debt.confirm", now)
    if contests:
        title = _("%(who)s contests the debt of invoice %(invoice)s: %(reason)s") % {
            "who": acting.organization,
            "invoice": debt.invoice,
            "reason": debt.reason,
        }
        _tell(money_handlers_of(debt.entered_by.organization_id), title, debt.circle_id, now)
    return debt


@transaction.atomic
def withdraw_debt(*, acting: Acting, debt_id: int, now: datetime) -> Debt:
    """The side that said it takes it back, or the creditor gives it up, as long as no batch holds it.

    Raises DebtInUseError.
    """
    debt = _locked(debt_id)
    if debt.state == DebtState.WITHDRAWN:
        return debt
    allowed = {debt.entered_by.organization_id, debt.creditor.organization_id}
    if acting.organization.pk not in allowed or debt.lines.exclude(batch__state="dropped").exists():
        raise DebtInUseError
    debt.state = DebtState.WITHDRAWN
    debt.save(update_fields=["state"])
    _trace(acting, debt, "debt.withdraw", now)
    return debt


def _locked(debt_id: int) -> Debt:
    """Under the lock of its circle, which a proposal takes too."""
    circle_id = Debt.objects.values_list("circle_id", flat=True).get(pk=debt_id)
    Circle.objects.select_for_update().get(pk=circle_id)
    return Debt.objects.select_related(
        "entered_by__organization", "debtor__organization", "creditor__organization"
    ).get(pk=debt_id)


def _trace(acting: Acting, debt: Debt, verb: str, now: datetime) -> None:
    told = _("%(who)s acted for %(organization)s on the debt of invoice %(invoice)s.") % {
        "who": acting.person,
        "organization": acting.organization,
        "invoice": debt.invoice,
    }
    trace(
        acting,
        verb=verb,
        target_kind="debt",
        target_id=debt.pk,
        target_label=debt.invoice,
        told=told,
        url=reverse("barter:debts", args=[debt.circle_id]),
        details={"amount_cents": debt.amount_cents, "debtor": debt.debtor_id, "creditor": debt.creditor_id},
        now=now,
    )
