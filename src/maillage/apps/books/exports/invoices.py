"""Documents going out as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from maillage.apps.books.models import Invoice
from maillage.apps.books.queries.invoices import newest
from maillage.apps.books.queries.showing import state_of

HEADERS = (
    "numéro", "sorte", "date", "échéance", "vendeur", "client", "objet", "hors taxe (€)", "TVA (€)", "TTC (€)",
    "reste à régler (€)", "état", "moyen",
)  # fmt: skip
ROWS_MAX = 10_000


def invoice_rows_out(found: QuerySet[Invoice]) -> Iterator[tuple[Any, ...]]:
    """One row a document, under `HEADERS`."""
    for invoice in newest(found)[:ROWS_MAX]:
        state, _tone = state_of(invoice)
        yield (
            invoice.number,
            str(invoice.get_kind_display()),
            invoice.issued_on,
            invoice.due_on,
            invoice.issuer.name,
            invoice.customer.name,
            invoice.subject,
            invoice.net_cents / 100,
            invoice.vat_cents / 100,
            invoice.gross_cents / 100,
            invoice.remaining_cents / 100 if invoice.kind == "invoice" else None,
            state,
            str(invoice.get_payment_means_display()),
        )
