"""An invoice or a credit note issued here goes to the books of its two sides, with its VAT, in one piece.

The rule is in `docs/explanation/comptes.md`, « D'une facture à ses écritures ».
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.booking import BookedPart, InvoiceToBook, book_invoice
from maillage.apps.books.actions.following import settled_beside
from maillage.apps.books.actions.lettering import letter_together
from maillage.apps.books.actions.vat import settle_vat
from maillage.apps.books.choices import IN_MONEY, DocumentKind, EntrySource, Unit, VatSide
from maillage.apps.books.models import Books, FiscalYear, Invoice, InvoiceSettlement, JournalEntry
from maillage.apps.books.queries.contents import issued_document
from maillage.cores.einvoicing.sums import cents_of, euros_of, line_cents, totals_of
from maillage.cores.einvoicing.values import Invoice as Document
from maillage.cores.einvoicing.values import Vat

SPANS = (Unit.HOUR, Unit.DAY, Unit.MONTH)
"""What is counted in time is a service, on an invoice that holds both."""


@transaction.atomic
def book_issued(
    *, actor: Person | None, invoice: Invoice, now: datetime, only_for: int | None = None
) -> None:
    """Write an issued document in the books of those of its two sides that keep some; once, however often it is asked.

    Raises BooksError: the issuer's period is closed, or no year holds the day.
    """
    if invoice.kind == DocumentKind.QUOTE or not invoice.gross_cents:
        return
    assert invoice.issued_on is not None, "an issued document has its day"
    document = issued_document(invoice)
    written = book_invoice(
        actor=actor,
        invoice=InvoiceToBook(
            issuer_id=invoice.issuer_id,
            customer_id=invoice.customer_id,
            reference=invoice.number,
            issued_on=invoice.issued_on,
            label=invoice.subject,
            parts=booked_parts(document),
            credits=invoice.refers_to.number if invoice.refers_to else "",
            on_debits=document.on_debits,
        ),
        now=now,
        only_for=only_for,
    )
    if invoice.prepaid_cents and invoice.kind == DocumentKind.INVOICE:
        for entry in written:
            _settle_prepaid(entry, invoice, actor, now)


def _settle_prepaid(entry: JournalEntry, invoice: Invoice, actor: Person | None, now: datetime) -> None:
    """The VAT of what was settled before the invoice waits for nothing more, and its payment letters with it.

    The payment is the oldest of the same partner and amount in mutual credit that nothing explains yet. The books are
    locked.
    """
    is_sale = entry.source == EntrySource.SALE
    party = entry.lines.exclude(party=None).values_list("party", flat=True)[:1].get()
    side = VatSide.COLLECTED if is_sale else VatSide.DEDUCTIBLE
    key = f"prepaid:{entry.key}"
    if not JournalEntry.objects.filter(books=entry.books, key__startswith=key).exists():
        settle_vat(
            books=entry.books,
            settled=[(side, party, invoice.number, invoice.prepaid_cents)],
            day=entry.day,
            piece=invoice.number,
            key=key,
            actor=actor,
            now=now,
        )
    paid = JournalEntry.objects.filter(
        books=entry.books,
        source=EntrySource.CREDIT,
        total_cents=invoice.prepaid_cents,
        lines__party=party,
        lines__reference="",
        lines__lettering__isnull=True,
    )
    if (payment := paid.order_by("pk").first()) is not None:
        letter_together(entry, payment, actor=actor, now=now)


def book_missed(*, actor: Person | None, books: Books, year: FiscalYear, kind: str, now: datetime) -> int:
    """Book the invoices, or the credit notes, issued to or by the organisation on the days of a year that did not exist
    yet; how many.

    What was settled meanwhile stays out, its settlement would be missing beside it, unless that is written next.
    """
    sides = Q(issuer_id=books.organization_id) | Q(customer_id=books.organization_id)
    settlements = InvoiceSettlement.objects.filter(invoice=OuterRef("pk"))
    in_money = Q(kind__in=IN_MONEY) & ~Q(means="")
    written_next = Exists(settlements) & ~Exists(settlements.filter(settled_beside()).exclude(in_money))
    missed = Invoice.objects.issued().filter(
        sides, Q(settled_cents=0) | written_next, kind=kind, issued_on__range=(year.starts_on, year.ends_on)
    )
    count = 0
    for invoice in missed.select_related("refers_to").order_by("issued_at", "pk"):
        book_issued(actor=actor, invoice=invoice, now=now, only_for=books.organization_id)
        count += 1
    return count


def booked_parts(document: Document) -> tuple[BookedPart, ...]:
    """Goods and services of each rate of VAT, which add up to the document, to the cent.

    On an invoice of both natures, lines counted in hours, days or months are services, the others goods. The VAT of a
    rate is what the document states; that of its services is counted alone, and goods take the rest.
    """
    parts = []
    for group in totals_of(document).breakdown:
        service_cents = _service_cents(document, group.vat, group.base_cents)
        service_vat = min(cents_of(euros_of(service_cents) * group.vat.rate / 100), group.vat_cents)
        if service_cents == group.base_cents:
            service_vat = group.vat_cents
        parts += [
            BookedPart(service_cents, service_vat, is_service=True),
            BookedPart(group.base_cents - service_cents, group.vat_cents - service_vat),
        ]
    return tuple(part for part in parts if part.net_cents or part.vat_cents)


def _service_cents(document: Document, vat: Vat, base_cents: int) -> int:
    """What of the base of one rate is services; a discount on the whole document lowers the goods first."""
    if document.nature != "mixed":
        return base_cents if document.nature == "services" else 0
    key = (vat.category, vat.rate.normalize())
    timed = sum(
        line_cents(line)
        for line in document.lines
        if line.unit in SPANS and (line.vat.category, line.vat.rate.normalize()) == key
    )
    return min(timed, base_cents)
