"""An exchange that bears the number of an invoice settles it, by set-off, in the same transaction; its reversal undoes it.

The rule is in `docs/explanation/credit-mutuel.md`, « Régler une facture en unités ».
"""

from __future__ import annotations

from datetime import date, datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from maillage.apps.accounts.models import Person
from maillage.apps.barter.queries.paying import (
    Payable,
    invoice_paid_by,
    may_be_paid,
    seller_of,
    sides_of,
    waiting_cents,
)
from maillage.apps.books.actions.settlements import (
    AnySettlement,
    CannotSettleError,
    record_settlement,
    reverse_settlement,
)
from maillage.apps.books.choices import DocumentKind, DocumentStatus, ReceivedStatus, SettlementKind
from maillage.apps.books.models import Invoice, InvoiceSettlement, ReceivedSettlement
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


def check_invoice(invoice: Payable, order: Order, *, way: str) -> None:
    """Whether the order may pay the invoice at all. How much is left is told by `check_room`. Raises UnpayableError."""
    owners = dict(
        Account.objects.filter(pk__in=(order.payer_id, order.payee_id)).values_list("pk", "owner_id")
    )
    sides = owners.get(order.payee_id), owners.get(order.payer_id)
    owed = DocumentStatus.ISSUED if isinstance(invoice, Invoice) else ReceivedStatus.UNDISPUTED
    is_owed = invoice.kind == DocumentKind.INVOICE and invoice.status == owed
    if not is_owed or sides != sides_of(invoice):
        raise UnpayableError(_("This invoice is not between these two organisations."))
    if not may_be_paid(invoice, way=way):
        raise UnpayableError(
            _(
                "The invoice %(number)s is not settled by set-off: %(name)s may ask you for units, if it wishes."
            )
            % {"number": invoice.number, "name": seller_of(invoice)}
        )
    if order.soulte_cents:
        raise UnpayableError(_("An invoice is paid here in units alone: leave the part in euros empty."))


def check_room(invoice: Payable) -> None:
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
    try:
        if transfer.reverses_id is not None:
            if _take_back(InvoiceSettlement, transfer, actor, now) is None:
                _take_back(ReceivedSettlement, transfer, actor, now)
            return
        invoice = invoice_paid_by(transfer)
        if isinstance(invoice, Invoice):
            _settle(InvoiceSettlement, invoice.pk, transfer, actor, now)
        elif invoice is not None:
            _settle(ReceivedSettlement, invoice.pk, transfer, actor, now)
    except CannotSettleError as fault:
        raise HeldBackError(str(fault)) from fault


def _settle(
    rows: type[AnySettlement], invoice_id: int, transfer: Transfer, actor: Person | None, now: datetime
) -> None:
    record_settlement(
        rows,
        actor=actor,
        of_id=invoice_id,
        kind=SettlementKind.SET_OFF,
        amount_cents=transfer.posted_amount,
        settled_on=_day_of(transfer),
        reference=_words_of(transfer),
        key=key_of(transfer.pk),
        now=now,
    )


def _take_back(
    rows: type[AnySettlement], transfer: Transfer, actor: Person | None, now: datetime
) -> AnySettlement | None:
    """What the transfer that this one reverses had settled, if it settled something."""
    assert transfer.reverses_id is not None, "what takes back names what it reverses"
    made = rows.objects.filter(key=key_of(transfer.reverses_id)).first()
    if made is None:
        return None
    return reverse_settlement(
        made,
        actor=actor,
        settled_on=_day_of(transfer),
        reference=_words_of(transfer),
        key=key_of(transfer.pk),
        now=now,
    )


def _day_of(transfer: Transfer) -> date:
    assert transfer.posted_at is not None, "what is posted has its day"
    return localdate(transfer.posted_at)


def _words_of(transfer: Transfer) -> str:
    return _("Exchange number %(number)d") % {"number": transfer.pk}
