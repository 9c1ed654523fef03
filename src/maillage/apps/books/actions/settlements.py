"""What moves the payment of an invoice, issued here or received as a file: settlements, and nothing else."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.invoices import journal
from maillage.apps.books.actions.issuing import status_of
from maillage.apps.books.actions.office import office_details
from maillage.apps.books.choices import DocumentKind, DocumentStatus, ReceivedStatus, SettlementKind
from maillage.apps.books.models import Invoice, InvoiceSettlement, ReceivedInvoice, ReceivedSettlement
from maillage.apps.books.queries.wording import euros
from maillage.kernel.audit.actions import record

AnySettlement = TypeVar("AnySettlement", InvoiceSettlement, ReceivedSettlement)


class CannotSettleError(Exception):
    """Why an invoice is not settled by so much, in a sentence."""


@transaction.atomic
def record_settlement(
    rows: type[AnySettlement],
    *,
    actor: Person | None,
    of_id: int,
    kind: str,
    amount_cents: int,
    settled_on: date,
    reference: str,
    key: str,
    means: str = "",
    now: datetime,
) -> AnySettlement:
    """Note that an invoice was settled by `amount_cents`, by set-off or in money; below zero, what was refunded of it.

    `rows`: InvoiceSettlement for an invoice issued here, ReceivedSettlement for one that came as a file; `of_id` is its
    key. `reference` says by what, as "Compensation 12", and `means` how money was paid; the same `key` twice settles once. Raises CannotSettleError.
    """
    document = _locked(rows, of_id)
    made = rows.objects.filter(key=key).first()
    if made is not None:
        if (made.document, made.amount_cents, made.kind) != (document, amount_cents, kind):
            raise CannotSettleError(_("This request was used for another settlement already."))
        if rows.objects.filter(reverses=made).exists():
            raise CannotSettleError(
                _("This settlement was undone since: open the form again to note another.")
            )
        return made
    if amount_cents == 0 or (amount_cents < 0) != (kind == SettlementKind.REFUND):
        raise CannotSettleError(_("The amount must be above zero."))
    if kind == SettlementKind.REFUND:
        _check_refund(document, -amount_cents)
    else:
        check_owed(document)
        if amount_cents > document.remaining_cents:
            raise _too_much(document, amount_cents)
    settlement = rows.objects.create(
        **{rows.DOCUMENT: document},
        kind=kind,
        amount_cents=amount_cents,
        settled_on=settled_on,
        reference=reference[:120],
        means=means,
        key=key,
        created_by=actor,
        created_at=now,
    )
    _move(document, settlement, actor, now)
    return settlement


@transaction.atomic
def reverse_settlement(
    undone: AnySettlement, *, actor: Person | None, settled_on: date, reference: str, key: str, now: datetime
) -> AnySettlement:
    """Undo a settlement by its opposite; asked twice, once. Raises CannotSettleError."""
    rows = type(undone)
    document = _locked(rows, undone.document.pk)
    made = rows.objects.filter(reverses=undone).first()
    if made is not None:
        return made
    if undone.reverses_id is not None:
        raise CannotSettleError(_("What undoes a settlement cannot itself be undone: note a new settlement."))
    _check_undone(document, undone.amount_cents)
    settlement = rows.objects.create(
        **{rows.DOCUMENT: document},
        kind=undone.kind,
        amount_cents=-undone.amount_cents,
        settled_on=settled_on,
        reference=reference[:120],
        means=undone.means,
        key=key,
        reverses=undone,
        created_by=actor,
        created_at=now,
    )
    _move(document, settlement, actor, now)
    return settlement


STEPS: dict[str, str] = {
    SettlementKind.SET_OFF: "settle",
    SettlementKind.PAYMENT: "pay",
    SettlementKind.REFUND: "refund",
}
"""The verb of the journal for each kind; with "un" before it, for what undoes it."""

_JUDGED = gettext_noop("%(who)s noted for you what becomes of an invoice received: %(name)s.")
_PAID = gettext_noop("%(who)s noted for you what you paid of the invoice %(name)s.")
OFFICE_VERBS_RECEIVED = {
    "received.take_in": _JUDGED,
    "received.agree": _JUDGED,
    "received.dispute": _JUDGED,
    "received.book": gettext_noop("%(who)s wrote for you the purchase of an invoice received: %(name)s."),
    "received.join": gettext_noop(
        "%(who)s tied for you an invoice received to an entry of the journal: %(name)s."
    ),
    "received.pay": _PAID,
    "received.unpay": gettext_noop("%(who)s undid for you what was noted as paid of the invoice %(name)s."),
}
"""As `invoices.OFFICE_VERBS`, for what came as a file."""


def journal_received(verb: str, received: ReceivedInvoice, actor: Person | None, now: datetime) -> None:
    """One line of the journal, on behalf of the receiver, which is told when a facilitator did it."""
    details = None
    if verb in OFFICE_VERBS_RECEIVED:
        details = office_details(
            actor=actor,
            organization=received.receiver,
            told=_(OFFICE_VERBS_RECEIVED[verb]) % {"who": actor, "name": received},
            url=reverse("books:received_detail", args=[received.pk]),
            now=now,
        )
    record(
        actor=actor,
        verb=verb,
        target_kind="received_invoice",
        target_id=received.pk,
        target_label=str(received),
        on_behalf_of=received.receiver.name,
        details=details,
        now=now,
    )


def _locked(rows: type[AnySettlement], document_id: int) -> Invoice | ReceivedInvoice:
    if rows is InvoiceSettlement:
        issued = Invoice.objects.select_for_update(of=("self",)).select_related("issuer")
        return issued.get(pk=document_id)
    received = ReceivedInvoice.objects.select_for_update(of=("self",)).select_related("receiver")
    return received.get(pk=document_id)


def check_owed(document: Invoice | ReceivedInvoice) -> None:
    """Raises CannotSettleError for what is no debt, or of which nothing is left."""
    if isinstance(document, Invoice):
        if document.kind != DocumentKind.INVOICE or document.status != DocumentStatus.ISSUED:
            raise CannotSettleError(_("Only an issued invoice can be settled."))
    elif document.kind != DocumentKind.INVOICE or document.status != ReceivedStatus.UNDISPUTED:
        raise CannotSettleError(_("Only a received invoice that is noted as owed can be settled."))
    if not document.remaining_cents:
        raise CannotSettleError(
            _("Nothing is left to settle on the invoice %(number)s.") % {"number": document.number}
        )


def check_owed_back(document: Invoice | ReceivedInvoice) -> None:
    """Raises CannotSettleError where nothing was settled beyond what credit notes left."""
    if not isinstance(document, Invoice) or not document.owed_back_cents:
        raise CannotSettleError(
            _("Nothing is to be given back on the invoice %(number)s.") % {"number": document.number}
        )


def _check_refund(document: Invoice | ReceivedInvoice, asked_cents: int) -> None:
    check_owed_back(document)
    assert isinstance(document, Invoice), "a file owes nothing back here"
    if asked_cents > document.owed_back_cents:
        words = {
            "asked": euros(asked_cents),
            "number": document.number,
            "left": euros(document.owed_back_cents),
        }
        raise CannotSettleError(
            _("%(asked)s cannot be given back on the invoice %(number)s: only %(left)s is to be.") % words
        )


def _check_undone(document: Invoice | ReceivedInvoice, undone_cents: int) -> None:
    """What was given back was settled by something, and nothing is settled twice. Raises CannotSettleError."""
    if isinstance(document, ReceivedInvoice):
        return
    after = document.prepaid_cents + document.settled_cents - undone_cents
    if after < 0:
        raise CannotSettleError(
            _("Part of it was refunded since on the invoice %(number)s: undo the refund first.")
            % {"number": document.number}
        )
    if after > document.gross_cents:
        raise CannotSettleError(
            _("The invoice %(number)s was settled again since: undo that first.")
            % {"number": document.number}
        )


def _too_much(document: Invoice | ReceivedInvoice, asked_cents: int) -> CannotSettleError:
    return CannotSettleError(
        _("%(asked)s cannot be settled on the invoice %(number)s: only %(left)s is left.")
        % {
            "asked": euros(asked_cents),
            "number": document.number,
            "left": euros(document.remaining_cents),
        }
    )


def _move(
    document: Invoice | ReceivedInvoice,
    settlement: InvoiceSettlement | ReceivedSettlement,
    actor: Person | None,
    now: datetime,
) -> None:
    """The row of the invoice is locked by the caller."""
    step = STEPS[settlement.kind]
    step = f"un{step}" if settlement.reverses_id else step
    document.settled_cents += settlement.amount_cents
    if isinstance(document, ReceivedInvoice):
        document.save(update_fields=["settled_cents"])
        journal_received(f"received.{step}", document, actor, now)
        return
    if settlement.kind == SettlementKind.SET_OFF:
        document.set_off_cents += settlement.amount_cents
    document.payment_status = status_of(document)
    document.save(update_fields=["settled_cents", "set_off_cents", "payment_status"])
    journal(f"invoice.{step}", document, actor, now)
