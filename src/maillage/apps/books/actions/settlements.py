"""What moves the payment of an invoice: settlements, and nothing else."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.invoices import journal
from maillage.apps.books.actions.issuing import status_of
from maillage.apps.books.choices import DocumentKind, DocumentStatus, ReceivedStatus, SettlementKind
from maillage.apps.books.models import Invoice, InvoiceSettlement, ReceivedInvoice, ReceivedSettlement
from maillage.apps.books.queries.wording import euros
from maillage.kernel.audit.actions import record


class CannotSettleError(Exception):
    """Why an invoice is not settled by so much, in a sentence."""


@transaction.atomic
def record_settlement(
    *,
    actor: Person | None,
    invoice_id: int,
    kind: str,
    amount_cents: int,
    settled_on: date,
    reference: str,
    key: str,
    now: datetime,
) -> InvoiceSettlement:
    """Note that an invoice was settled by `amount_cents`, by set-off or in money.

    `reference` says by what, as "Compensation 12"; the same `key` twice settles once. Raises CannotSettleError.
    """
    invoice = Invoice.objects.select_for_update(of=("self",)).select_related("issuer").get(pk=invoice_id)
    made = InvoiceSettlement.objects.filter(key=key).first()
    if made is not None:
        if (made.invoice_id, made.amount_cents, made.kind) != (invoice_id, amount_cents, kind):
            raise CannotSettleError(_("This request was used for another settlement already."))
        return made
    if invoice.kind != DocumentKind.INVOICE or invoice.status != DocumentStatus.ISSUED:
        raise CannotSettleError(_("Only an issued invoice can be settled."))
    if amount_cents <= 0:
        raise CannotSettleError(_("The amount must be above zero."))
    if amount_cents > invoice.remaining_cents:
        raise _too_much(invoice, amount_cents)
    settlement = InvoiceSettlement.objects.create(
        invoice=invoice,
        kind=kind,
        amount_cents=amount_cents,
        settled_on=settled_on,
        reference=reference[:120],
        key=key,
        created_by=actor,
        created_at=now,
    )
    _move(invoice, settlement)
    journal("invoice.settle", invoice, actor, now)
    return settlement


@transaction.atomic
def reverse_settlement(
    *, actor: Person | None, settlement_id: int, settled_on: date, reference: str, key: str, now: datetime
) -> InvoiceSettlement:
    """Undo a settlement by its opposite; asked twice, once. Raises CannotSettleError."""
    undone = InvoiceSettlement.objects.get(pk=settlement_id)
    invoice = (
        Invoice.objects.select_for_update(of=("self",)).select_related("issuer").get(pk=undone.invoice_id)
    )
    made = InvoiceSettlement.objects.filter(reverses=undone).first()
    if made is not None:
        return made
    if undone.reverses_id is not None:
        raise CannotSettleError(_("What undoes a settlement cannot itself be undone: note a new settlement."))
    settlement = InvoiceSettlement.objects.create(
        invoice=invoice,
        kind=undone.kind,
        amount_cents=-undone.amount_cents,
        settled_on=settled_on,
        reference=reference[:120],
        key=key,
        reverses=undone,
        created_by=actor,
        created_at=now,
    )
    _move(invoice, settlement)
    journal("invoice.unsettle", invoice, actor, now)
    return settlement


@transaction.atomic
def record_received_settlement(
    *,
    actor: Person | None,
    received_id: int,
    kind: str,
    amount_cents: int,
    settled_on: date,
    reference: str,
    key: str,
    now: datetime,
) -> ReceivedSettlement:
    """Note that an invoice that came as a file was settled by `amount_cents`; the same `key` twice settles once.

    Raises CannotSettleError.
    """
    received = _locked_received(received_id)
    made = ReceivedSettlement.objects.filter(key=key).first()
    if made is not None:
        if (made.received_id, made.amount_cents, made.kind) != (received_id, amount_cents, kind):
            raise CannotSettleError(_("This request was used for another settlement already."))
        return made
    if received.kind != DocumentKind.INVOICE or received.status != ReceivedStatus.UNDISPUTED:
        raise CannotSettleError(_("Only a received invoice that is noted as owed can be settled."))
    if amount_cents <= 0:
        raise CannotSettleError(_("The amount must be above zero."))
    if amount_cents > received.remaining_cents:
        raise _too_much(received, amount_cents)
    settlement = ReceivedSettlement.objects.create(
        received=received,
        kind=kind,
        amount_cents=amount_cents,
        settled_on=settled_on,
        reference=reference[:120],
        key=key,
        created_by=actor,
        created_at=now,
    )
    _move_received(received, settlement, "received.settle", actor, now)
    return settlement


@transaction.atomic
def reverse_received_settlement(
    *, actor: Person | None, settlement_id: int, settled_on: date, reference: str, key: str, now: datetime
) -> ReceivedSettlement:
    """Undo by its opposite what settled an invoice that came as a file; asked twice, once."""
    undone = ReceivedSettlement.objects.get(pk=settlement_id)
    received = _locked_received(undone.received_id)
    made = ReceivedSettlement.objects.filter(reverses=undone).first()
    if made is not None:
        return made
    if undone.reverses_id is not None:
        raise CannotSettleError(_("What undoes a settlement cannot itself be undone: note a new settlement."))
    settlement = ReceivedSettlement.objects.create(
        received=received,
        kind=undone.kind,
        amount_cents=-undone.amount_cents,
        settled_on=settled_on,
        reference=reference[:120],
        key=key,
        reverses=undone,
        created_by=actor,
        created_at=now,
    )
    _move_received(received, settlement, "received.unsettle", actor, now)
    return settlement


def _locked_received(received_id: int) -> ReceivedInvoice:
    rows = ReceivedInvoice.objects.select_for_update(of=("self",)).select_related("receiver")
    return rows.get(pk=received_id)


def _move_received(
    received: ReceivedInvoice, settlement: ReceivedSettlement, verb: str, actor: Person | None, now: datetime
) -> None:
    """The row of the invoice is locked by the caller."""
    received.settled_cents += settlement.amount_cents
    received.save(update_fields=["settled_cents"])
    journal_received(verb, received, actor, now)


def journal_received(
    verb: str,
    received: ReceivedInvoice,
    actor: Person | None,
    now: datetime,
    details: dict[str, Any] | None = None,
) -> None:
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


def _too_much(invoice: Invoice | ReceivedInvoice, asked_cents: int) -> CannotSettleError:
    if not invoice.remaining_cents:
        return CannotSettleError(
            _("Nothing is left to settle on the invoice %(number)s.") % {"number": invoice.number}
        )
    return CannotSettleError(
        _("%(asked)s cannot be settled on the invoice %(number)s: only %(left)s is left.")
        % {
            "asked": euros(asked_cents),
            "number": invoice.number,
            "left": euros(invoice.remaining_cents),
        }
    )


def _move(invoice: Invoice, settlement: InvoiceSettlement) -> None:
    """The row of the invoice is locked by the caller."""
    invoice.settled_cents += settlement.amount_cents
    if settlement.kind == SettlementKind.SET_OFF:
        invoice.set_off_cents += settlement.amount_cents
    invoice.payment_status = status_of(invoice)
    invoice.save(update_fields=["settled_cents", "set_off_cents", "payment_status"])
