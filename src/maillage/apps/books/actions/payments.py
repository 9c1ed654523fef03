"""What is paid in money: noted by who receives it, written in the books of both sides, undone by its opposite.

The rule is in `docs/explanation/comptes.md`, « Un paiement en euros ».
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.booking import TransferToBook, book_transfer
from maillage.apps.books.actions.purchases import book_received_payment, payment_key
from maillage.apps.books.actions.refusals import BooksError
from maillage.apps.books.actions.reversing import undo_transfer
from maillage.apps.books.actions.settlements import (
    AnySettlement,
    CannotSettleError,
    record_settlement,
    reverse_settlement,
)
from maillage.apps.books.actions.writing import lock_books
from maillage.apps.books.choices import IN_MONEY, EntrySource, PaymentMeans, SettlementKind
from maillage.apps.books.models import (
    Books,
    FiscalYear,
    Invoice,
    InvoiceSettlement,
    ReceivedInvoice,
)
from maillage.apps.directory.queries.managers import money_handlers_of
from maillage.kernel.mail.notifications import notify


@transaction.atomic
def note_payment(
    rows: type[AnySettlement],
    *,
    actor: Person,
    of: Invoice | ReceivedInvoice,
    amount_cents: int,
    paid_on: date,
    means: str,
    words: str,
    key: str,
    now: datetime,
) -> AnySettlement:
    """Note what was paid in money of an invoice; the same `key` twice notes once.

    `words`: what finds it on the bank's statement, may be empty. Of an invoice issued here it is written in the books of
    the two sides that have a year for the day; what those of the customer refuse is told to its managers, and holds
    nothing. Of one that came as a file, it is written where its purchase is. Raises CannotSettleError, BooksError for those of
    the issuer, or of the receiver of a file.
    """
    if of.issued_on is not None and paid_on < of.issued_on:
        raise CannotSettleError(
            _("The invoice is later than this payment: what is paid before is noted on the draft.")
        )
    return _note_in_money(
        rows,
        actor=actor,
        of=of,
        kind=SettlementKind.PAYMENT,
        amount_cents=amount_cents,
        day=paid_on,
        means=means,
        words=words,
        key=f"payment:{key}",
        now=now,
    )


@transaction.atomic
def note_refund(
    *,
    actor: Person,
    invoice: Invoice,
    amount_cents: int,
    paid_on: date,
    means: str,
    words: str,
    key: str,
    now: datetime,
) -> InvoiceSettlement:
    """Note what was given back in money of what a credit note left settled beyond the invoice; the same `key` twice notes
    once. As `note_payment`, the other way. Raises CannotSettleError, BooksError for the books of the issuer."""
    if invoice.issued_on is not None and paid_on < invoice.issued_on:
        raise CannotSettleError(_("The invoice is later than this refund."))
    return _note_in_money(
        InvoiceSettlement,
        actor=actor,
        of=invoice,
        kind=SettlementKind.REFUND,
        amount_cents=-amount_cents,
        day=paid_on,
        means=means,
        words=words,
        key=f"refund:{key}",
        now=now,
    )


def _note_in_money(
    rows: type[AnySettlement],
    *,
    actor: Person,
    of: Invoice | ReceivedInvoice,
    kind: SettlementKind,
    amount_cents: int,
    day: date,
    means: str,
    words: str,
    key: str,
    now: datetime,
) -> AnySettlement:
    """Record it, and write it in the books. `amount_cents`: below zero when it is given back."""
    if day > localdate(now):
        raise CannotSettleError(_("A payment is not dated after today."))
    lock_books((of.issuer_id, of.customer_id) if isinstance(of, Invoice) else (of.receiver_id,))
    label = str(PaymentMeans(means).label)
    settlement = record_settlement(
        rows,
        actor=actor,
        of_id=of.pk,
        kind=kind,
        amount_cents=amount_cents,
        settled_on=day,
        reference=f"{label} · {words}" if words else label,
        means=means,
        key=key,
        now=now,
    )
    if isinstance(settlement, InvoiceSettlement):
        _in_both(settlement, lambda books: _book(settlement, books, actor=actor, now=now), now)
    else:
        book_received_payment(settlement, actor=actor, now=now)
    return settlement


@transaction.atomic
def undo_payment(settlement: AnySettlement, *, actor: Person, now: datetime) -> AnySettlement:
    """Undo a payment or a refund that was noted, by its opposite of today; asked twice, once.

    Raises CannotSettleError, BooksError for the books of the issuer.
    """
    if settlement.kind not in IN_MONEY:
        raise CannotSettleError(_("Only a payment in money is undone here."))
    today = localdate(now)
    if isinstance(settlement, InvoiceSettlement):
        key, sides = (
            f"settlement:{settlement.pk}",
            (settlement.invoice.issuer_id, settlement.invoice.customer_id),
        )
    else:
        key, sides = payment_key(settlement), (settlement.received.receiver_id,)
    lock_books(sides)
    undone = reverse_settlement(
        settlement,
        actor=actor,
        settled_on=today,
        reference=settlement.reference,
        key=f"{settlement.key}:undone",
        now=now,
    )
    if isinstance(settlement, InvoiceSettlement):

        def undo(books: Books) -> object:
            only = books.organization_id
            return undo_transfer(
                actor=actor, key=key, undone_on=today, source=EntrySource.PAYMENT, only=only, now=now
            )

        _in_both(settlement, undo, now)
    else:
        undo_transfer(actor=actor, key=key, undone_on=today, source=EntrySource.PAYMENT, now=now)
    return undone


def book_missed_payments(
    books: Books, year: FiscalYear, *, kind: str = SettlementKind.PAYMENT, actor: Person | None, now: datetime
) -> int:
    """Write what was paid, or given back, in money on the days of a year that has just been opened; how many. The books
    are locked."""
    sides = Q(invoice__issuer=books.organization_id) | Q(invoice__customer=books.organization_id)
    missed = InvoiceSettlement.objects.filter(
        sides,
        kind=kind,
        reverses=None,
        reversed_by=None,
        settled_on__range=(year.starts_on, year.ends_on),
    ).exclude(means="")
    payments = list(missed.select_related("invoice").order_by("settled_on", "pk"))
    for settlement in payments:
        _book(settlement, books, actor=actor, now=now)
    return len(payments)


def _in_both(settlement: InvoiceSettlement, write: Callable[[Books], object], now: datetime) -> None:
    """The books of the issuer, whose refusal stands, then those of the customer, which hold nobody else."""
    invoice = settlement.invoice
    found = Books.objects.filter(organization__in=(invoice.issuer_id, invoice.customer_id))
    for books in found.select_related("organization"):
        if books.organization_id == invoice.issuer_id:
            write(books)
            continue
        try:
            with transaction.atomic():
                write(books)
        except BooksError as refusal:
            _tell_refusal(invoice, refusal, now)


def _tell_refusal(invoice: Invoice, refusal: BooksError, now: datetime) -> None:
    words = {"number": invoice.number, "name": invoice.issuer, "why": refusal.sentence}
    title = _(
        "A payment of the invoice %(number)s was noted or undone by %(name)s, but is not in your books: %(why)s Enter it "
        "by hand, in the journal."
    )
    url = reverse("books:invoice_detail", args=[invoice.pk])
    for person in money_handlers_of(invoice.customer_id):
        notify(person=person, kind="books.unwritten", title=title % words, url=url, now=now)


def _book(settlement: InvoiceSettlement, books: Books, *, actor: Person | None, now: datetime) -> None:
    """In the books of one side, if they have a year for the day; else it waits for `book_missed_payments`."""
    day, invoice = settlement.settled_on, settlement.invoice
    if not FiscalYear.objects.filter(books=books, starts_on__lte=day, ends_on__gte=day).exists():
        return
    is_refund = settlement.kind == SettlementKind.REFUND
    label = (
        _("Refund on the invoice %(number)s · %(how)s")
        if is_refund
        else _("Payment of the invoice %(number)s · %(how)s")
    )
    book_transfer(
        actor=actor,
        transfer=TransferToBook(
            payer_id=invoice.customer_id,
            payee_id=invoice.issuer_id,
            amount_cents=abs(settlement.amount_cents),
            day=day,
            key=f"settlement:{settlement.pk}",
            label=label % {"number": invoice.number, "how": settlement.reference},
            reference=invoice.number,
            means=settlement.means,
            is_refund=is_refund,
        ),
        only=books.organization_id,
        now=now,
    )
