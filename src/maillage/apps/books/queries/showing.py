"""A document on screen: its lines, its sums, and what the official rules said of it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from maillage.apps.books.choices import DocumentKind, DocumentStatus, PaymentStatus
from maillage.apps.books.models import Invoice
from maillage.apps.books.queries.paper import price_words, quantity_words
from maillage.apps.books.queries.wording import decimal_words, euros
from maillage.cores.einvoicing.sums import line_cents, totals_of
from maillage.cores.einvoicing.values import Invoice as Document
from maillage.cores.einvoicing.values import Vat

TONES = {
    DocumentStatus.DRAFT.value: "",
    PaymentStatus.UNPAID.value: "warning",
    PaymentStatus.PARTLY.value: "warning",
    PaymentStatus.SET_OFF.value: "success",
    PaymentStatus.PAID.value: "success",
    DocumentStatus.ACCEPTED.value: "success",
    DocumentStatus.DECLINED.value: "danger",
}


def document_name(invoice: Invoice) -> str:
    """ "Facture F2026-0001", or its kind and what it is about as long as it is a draft."""
    kind = DocumentKind(invoice.kind).label
    return f"{kind} {invoice.number}" if invoice.number else f"{kind} · {invoice.subject}"


def state_of(invoice: Invoice) -> tuple[str, str]:
    """The state in words, and the tone of its badge."""
    if invoice.kind == DocumentKind.INVOICE and not invoice.is_draft:
        state = PaymentStatus(invoice.payment_status)
        return str(state.label), TONES[state.value]
    status = DocumentStatus(invoice.status)
    return str(status.label), TONES.get(status.value, "")


def document_lines(document: Document) -> list[dict[str, str]]:
    """Name, details, how much at what price, rate and amount of each line."""
    rows = []
    for line in document.lines:
        details = [line.description]
        if line.discount_cents:
            facts = {"amount": euros(line.discount_cents), "reason": line.discount_reason}
            details.append(_("Discount %(amount)s: %(reason)s") % facts)
        rows.append(
            {
                "name": line.name,
                "details": " · ".join(part for part in details if part),
                "count": f"{quantity_words(line)} × {price_words(line.price)}",
                "rate": vat_words(line.vat),
                "amount": euros(line_cents(line)),
            }
        )
    return rows


def vat_words(vat: Vat) -> str:
    return f"{decimal_words(vat.rate)}\u00a0%" if vat.category == "S" else vat.reason


def document_sums(document: Document) -> list[tuple[str, str]]:
    totals = totals_of(document)
    rows = [(_("Total without VAT"), euros(totals.net_cents))]
    rows += [
        (_("VAT at %(rate)s") % {"rate": vat_words(part.vat)}, euros(part.vat_cents))
        for part in totals.breakdown
        if part.vat.category == "S"
    ]
    rows.append((_("Total with VAT"), euros(totals.gross_cents)))
    if totals.prepaid_cents:
        rows.append((_("Already set off"), euros(totals.prepaid_cents)))
        rows.append((_("Left to pay"), euros(totals.due_cents)))
    return rows


def verdict_rows(invoice: Invoice) -> list[tuple[str, str]]:
    """Each official check and what it said; nothing for a quote, which has none."""
    if not invoice.verdict:
        return []
    rows = []
    for name in invoice.verdict["ran"]:
        failures = [one for one in invoice.verdict["failures"] if one["check"] == name]
        words = _("Passed") if not failures else "; ".join(f"{one['rule']} {one['text']}" for one in failures)
        rows.append((str(check_name(name)), words))
    return rows


def check_name(name: str) -> str:
    names = {
        "schema": _("Structure of the data (XSD)"),
        "en16931": _("European rules (EN 16931)"),
        "fr-ctc": _("French rules (BR-FR)"),
    }
    return names.get(name, name)
