"""How documents show in lists and at the head of their pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from maillage.apps.books.models import Invoice
from maillage.apps.books.queries.received import SettlementLine
from maillage.apps.books.queries.showing import document_name, state_of
from maillage.apps.books.queries.wording import euros


def invoice_url(invoice: Invoice) -> str:
    return reverse("books:invoice_detail", args=[invoice.pk])


def invoice_rows(invoices: Iterable[Invoice]) -> list[dict[str, Any]]:
    rows = []
    for invoice in invoices:
        state, tone = state_of(invoice)
        day = date_format(invoice.issued_on, "j F Y") if invoice.issued_on else _("not issued")
        rows.append(
            {
                "title": document_name(invoice),
                "href": invoice_url(invoice),
                "meta": f"{invoice.issuer.name} → {invoice.customer.name} · {day}",
                "amount": euros(invoice.gross_cents),
                "state": state,
                "tone": tone,
            }
        )
    return rows


def settlement_rows(lines: Sequence[SettlementLine], undo_name: str, pk: int) -> list[dict[str, Any]]:
    """What settled an invoice, each payment in money with the address that undoes it."""
    return [
        {
            "kind": line.kind,
            "reference": line.reference,
            "day": date_format(line.settled_on, "j F Y"),
            "amount": euros(line.amount_cents),
            "is_refund": line.is_refund,
            "undo": reverse(undo_name, args=[pk, line.undo_id]) if line.undo_id else "",
        }
        for line in lines
    ]


def crumbs(*steps: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Invoices"), reverse("books:invoice_list")), *steps]
