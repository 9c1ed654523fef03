"""An exchange that bears the number of an invoice settles it, by set-off, in the same transaction; its reversal undoes it.

The rule is in `docs/explanation/credit-mutuel.md`, « Régler une facture en unités ».
"""

from __future__ import annotations

from datetime import datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from maillage.apps.accounts.models import Person
from maillage.apps.barter.queries.paying import invoice_paid_by, may_be_paid, waiting_cents
from maillage.apps.books.actions.settlements import CannotSettleError, record_settlement, reverse_settlement
from maillage.apps.books.choices import DocumentKind, DocumentStatus, SettlementKind
from maillage.apps.books.models import Invoice, InvoiceSettlement
from maillage.apps.books.queries.wording import euros
from maillage.apps.ledger.actions.acts import LedgerError
from maillage.apps.ledger.actions.following import HeldBackError
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.queries.contents import Order


class UnpayableError(LedgerError):
    """Units do not settle this invoice, or not by so much; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.message = sentence


SETTLEMENT_KEYS = "transfer:"


def key_of(transfer_id: int) -> str:
    """The key of the settlement that an exchange makes."""
    return f"{SETTLEMENT_KEYS}{transfer_id}"


def check_invoice(invoice: Invoice, order: Order, *, way: str) -> None:
    """Whether the order may pay the invoice at all. How much is left is told by `check_room`. Raises UnpayableError."""
    owners = dict(
        Account.objects.filter(pk__in=(order.payer_id, order.payee_id)).values_list("pk", "owner_id")
    )
    sides = owners.get(order.payee_id), owners.get(order.payer_id)
    is_issued = invoice.kind == DocumentKind.INVOICE and invoice.status == DocumentStatus.ISSUED
    if not is_issued or sides != (invoice.issuer_id, invoice.customer_id):
        raise UnpayableError(_("This invoice is not between these two organisations."))
    if not may_be_paid(invoice, way=way):
        raise UnpayableError(
            _(
                "The invoice %(number)s is not settled by set-off: %(name)s may ask you for units, if it wishes."
            )
            % {"number": invoice.number, "name": invoice.issuer}
        )
    if order.soulte_cents:
        raise UnpayableError(_("An invoice is paid here in units alone: leave the part in euros empty."))


def check_room(invoice: Invoice) -> None:
    """What is asked for or reserved for an invoice never exceeds what is left of it. Raises UnpayableError."""
    invoice.refresh_from_db()
    waiting, left = waiting_cents(invoice), invoice.remaining_cents
    if waiting > left:
        raise UnpayableError(
            _(
                "%(left)s are left to settle on the invoice %(number)s, and %(waiting)s would be asked for or reserved for "
                "it: lower the amount, or withdraw what waits."
            )
            % {"number": invoice.number, "left": euros(left), "waiting": euros(waiting)}
        )


def settle_posted(transfer: Transfer, *, actor: Person | None, now: datetime) -> None:
    """Settle the invoice that a posted transfer pays, or take back what the one that it reverses had settled.

    Raises HeldBackError: less is left on the invoice, which may have been settled meanwhile, or refunded.
    """
    assert transfer.posted_at is not None, "what is posted has its day"
    day, key = localdate(transfer.posted_at), key_of(transfer.pk)
    reference = _("Exchange number %(number)d") % {"number": transfer.pk}
    if transfer.reverses_id is not None:
        made = InvoiceSettlement.objects.filter(key=key_of(transfer.reverses_id)).first()
        if made is not None:
            try:
                reverse_settlement(made, actor=actor, settled_on=day, reference=reference, key=key, now=now)
            except CannotSettleError as fault:
                raise HeldBackError(str(fault)) from fault
        return
    invoice = invoice_paid_by(transfer)
    if invoice is None:
        return
    try:
        record_settlement(
            InvoiceSettlement,
            actor=actor,
            of_id=invoice.pk,
            kind=SettlementKind.SET_OFF,
            amount_cents=transfer.posted_amount,
            settled_on=day,
            reference=reference,
            key=key,
            now=now,
        )
    except CannotSettleError as fault:
        raise HeldBackError(str(fault)) from fault
