"""The entry of the receiver's books that says an invoice received as a file, and those that might."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from maillage.apps.books.choices import EntrySource
from maillage.apps.books.models import Books, JournalEntry, JournalLine, ReceivedInvoice

SUPPLIERS = "401"


def debt_line_of(taken: ReceivedInvoice) -> JournalLine | None:
    """The line by which the purchase of an invoice says that it is owed; None when no entry says it."""
    if taken.purchase_id is None:
        return None
    return _debt_lines().filter(entry=taken.purchase_id, credit_cents=taken.gross_cents).first()


def debt_line_owed(books: Books, supplier_id: int, number: str) -> JournalLine | None:
    """As `debt_line_of`, for the invoice of that number that came as a file from a supplier, if these books hold its purchase."""
    found = ReceivedInvoice.objects.filter(
        receiver=books.organization_id, supplier=supplier_id, number=number, purchase__books=books
    )
    taken = found.order_by("pk").first()
    return debt_line_of(taken) if taken else None


def debt_lines(books: Books, received_ids: Collection[int]) -> dict[int, JournalLine]:
    """As `debt_line_of`, by the key of the invoice, for those whose purchase is in these books."""
    if not received_ids:
        return {}
    found = ReceivedInvoice.objects.filter(pk__in=received_ids, purchase__books=books)
    owed = {taken.purchase_id: (taken.pk, taken.gross_cents) for taken in found.order_by("pk")}
    lines: dict[int, JournalLine] = {}
    for line in _debt_lines().filter(entry__in=owed):
        received_id, gross_cents = owed[line.entry_id]
        if line.credit_cents == gross_cents:
            lines.setdefault(received_id, line)
    return lines


def entries_to_join(taken: ReceivedInvoice, books: Books) -> QuerySet[JournalEntry]:
    """Entries by hand that may be this purchase: a line of suppliers is credited of its total, and nothing settled it."""
    owed = JournalLine.objects.filter(
        entry=OuterRef("pk"),
        account__number__startswith=SUPPLIERS,
        credit_cents=taken.gross_cents,
        lettering=None,
    )
    found = JournalEntry.objects.filter(
        Exists(owed), books=books, source=EntrySource.MANUAL, received_invoice=None, reversed_by=None
    )
    return found.select_related("journal").order_by("-day", "-pk")


def _debt_lines() -> QuerySet[JournalLine]:
    lines = JournalLine.objects.filter(account__number__startswith=SUPPLIERS, credit_cents__gt=0)
    return lines.select_related("account", "party", "entry__books__organization").order_by(
        "entry", "rank", "pk"
    )
