"""Whether books and invoices hold: what `maillage doctor`, the nightly check and the tests ask."""

from __future__ import annotations

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from maillage.apps.books.models import (
    Books,
    Invoice,
    InvoiceSettlement,
    JournalCounter,
    ReceivedInvoice,
    ReceivedSettlement,
)
from maillage.apps.books.queries.journal import unbalanced_entries


def books_agree(books: Books) -> bool:
    """Every entry balances, and the numbers of each journal and year follow each other without hole."""
    if unbalanced_entries(books).exists():
        return False
    counters = JournalCounter.objects.filter(journal__books=books).annotate(
        many=Count("journal__entries", filter=Q(journal__entries__year=F("year")))
    )
    return not counters.exclude(last_number=F("many")).exists()


def ill_settled_invoices() -> QuerySet[Invoice]:
    """Invoices whose settled amount is not the sum of what settled them."""
    sums = InvoiceSettlement.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice")
    return _differing(Invoice.objects.issued().select_related("issuer"), sums)


def ill_settled_received() -> QuerySet[ReceivedInvoice]:
    """As `ill_settled_invoices`, for what came as files."""
    sums = ReceivedSettlement.objects.filter(received=OuterRef("pk")).order_by().values("received")
    return _differing(ReceivedInvoice.objects.select_related("receiver"), sums)


def _differing(rows: QuerySet, sums: QuerySet) -> QuerySet:  # type: ignore[type-arg]
    told = Coalesce(Subquery(sums.annotate(told=Sum("amount_cents")).values("told")), 0)
    return rows.annotate(told=told).exclude(told=F("settled_cents")).order_by("pk")
