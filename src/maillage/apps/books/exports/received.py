"""Invoices that came as files, going out as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from maillage.apps.books.choices import PaymentStatus
from maillage.apps.books.models import ReceivedInvoice
from maillage.apps.books.queries.received import payments_of

HEADERS = (
    "numéro", "sorte", "date", "échéance", "fournisseur", "SIREN", "reçue par", "hors taxe (€)", "TVA (€)", "TTC (€)",
    "reste à régler (€)", "avis", "motif", "règlement", "réglée par",
)  # fmt: skip
ROWS_MAX = 10_000


def received_rows(found: Sequence[ReceivedInvoice]) -> Iterator[tuple[Any, ...]]:
    """One row a document, under `HEADERS`."""
    payments = payments_of(found)
    for taken in found:
        payment = payments[taken.pk]
        yield (
            taken.number,
            str(taken.get_kind_display()),
            taken.issued_on,
            taken.due_on,
            taken.supplier_name,
            taken.supplier_siren,
            taken.receiver.name,
            taken.net_cents / 100,
            taken.vat_cents / 100,
            taken.gross_cents / 100,
            payment.remaining_cents / 100 if payment.status else None,
            str(taken.get_status_display()),
            taken.reason,
            str(PaymentStatus(payment.status).label) if payment.status else "",
            ", ".join(payment.settled_by),
        )
