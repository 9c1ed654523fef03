"""A document as it is handed in: a PDF/A-3b that carries its XML, or a plain one for a quote."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from maillage.apps.books.choices import UNIT_SIGNS
from maillage.apps.books.queries.wording import decimal_words, euros
from maillage.cores.einvoicing import labels
from maillage.cores.einvoicing.sums import line_cents, totals_of
from maillage.cores.einvoicing.values import CreditNote, Invoice, Line, Party, Quote, Totals
from maillage.kernel.documents.metadata import MetadataSchema, Property, declare_properties
from maillage.kernel.documents.typst import INVOICE_STANDARDS, render_pdf

TEMPLATE = "books/documents/invoice.typ"
_SCHEMA = MetadataSchema(
    labels.XMP_NAME,
    labels.XMP_NAMESPACE,
    labels.XMP_PREFIX,
    tuple(Property(name, value, words) for name, value, words in labels.XMP_PROPERTIES),
)


def invoice_pdf(document: Invoice, xml: bytes, *, at: datetime) -> bytes:
    """The page of an invoice or a credit note, with its XML inside. The same bytes for the same document."""
    with translation.override(settings.LANGUAGE_CODE):
        page = render_pdf(
            TEMPLATE,
            _data(document, attached=True),
            at=at,
            files={labels.FILE_NAME: xml},
            standards=INVOICE_STANDARDS,
        )
    return declare_properties(page, _SCHEMA)


def plain_pdf(document: Invoice, *, at: datetime) -> bytes:
    """The page of a quote, or of a draft that somebody looks at."""
    with translation.override(settings.LANGUAGE_CODE):
        return render_pdf(TEMPLATE, _data(document, attached=False), at=at)


def title_of(document: Invoice) -> str:
    if isinstance(document, Quote):
        name = _("Quote")
    elif isinstance(document, CreditNote):
        name = _("Credit note")
    else:
        name = _("Invoice")
    number = document.number or _("(draft)")
    return f"{name} {number}"


def _data(document: Invoice, *, attached: bool) -> dict[str, Any]:
    totals = totals_of(document)
    return {
        "title": title_of(document),
        "short": document.number,
        "attached": attached,
        "words": _words(),
        "seller": {**_party(document.seller), "foot": _foot(document.seller)},
        "buyer": _party(document.buyer),
        "dates": _dates(document),
        "facts": _facts(document),
        "lines": [_line(line) for line in document.lines],
        "vat": [
            [_rate(part.vat.category, part.vat.rate), euros(part.base_cents), euros(part.vat_cents)]
            for part in totals.breakdown
        ],
        "reasons": list(dict.fromkeys(part.vat.reason for part in totals.breakdown if part.vat.reason)),
        "totals": _totals(totals),
        "due": _due(document, totals),
        "payment": _payment(document),
        "signature": _signature(document),
        "notes": [note.text for note in document.notes],
    }


def _words() -> dict[str, Any]:
    return {
        "seller": _("Seller"),
        "buyer": _("Customer"),
        "attached": _("The electronic invoice (Factur-X)"),
        "columns": [_("Description"), _("Quantity"), _("Unit price"), _("VAT"), _("Amount without VAT")],
        "vat_columns": [_("VAT"), _("Base"), _("Tax")],
        "payment": _("Payment"),
    }


def _party(party: Party) -> dict[str, Any]:
    address = party.address
    rows = [address.line, address.line_two, f"{address.postal_code} {address.city}".strip()]
    rows.append(_("SIREN %(number)s") % {"number": _grouped(party.siren)})
    if party.siret:
        rows.append(_("SIRET %(number)s") % {"number": _grouped(party.siret)})
    if party.vat_number:
        rows.append(_("VAT number %(number)s") % {"number": party.vat_number})
    rows += [party.email, party.phone]
    return {"name": party.name, "trading_name": party.trading_name, "rows": [row for row in rows if row]}


def _foot(party: Party) -> str:
    parts = [party.name, party.legal_info, _("SIREN %(number)s") % {"number": _grouped(party.siren)}]
    return " · ".join(part for part in parts if part)


def _grouped(digits: str) -> str:
    """123 456 789 00012."""
    cut = [digits[:3], digits[3:6], digits[6:9], digits[9:]]
    return "\u00a0".join(part for part in cut if part)


def _day(day: date) -> str:
    return date_format(day, "j F Y")


def _dates(document: Invoice) -> list[list[str]]:
    rows = [[_("Date"), _day(document.issued_on)]]
    if document.delivered_on is not None:
        rows.append([_("Delivered or done on"), _day(document.delivered_on)])
    if isinstance(document, Quote) and document.valid_until is not None:
        rows.append([_("Valid until"), _day(document.valid_until)])
    elif document.payment.due_on is not None and not isinstance(document, CreditNote):
        rows.append([_("Due on"), _day(document.payment.due_on)])
    return rows


def _facts(document: Invoice) -> list[list[str]]:
    pairs = [
        (_("Your reference"), document.buyer_reference),
        (_("Order"), document.order_reference),
        *(
            (
                _("Corrects invoice"),
                _("%(number)s of %(date)s") % {"number": one.number, "date": _day(one.issued_on)},
            )
            for one in document.refers_to
        ),
    ]
    return [[label, words] for label, words in pairs if words]


def _line(line: Line) -> dict[str, Any]:
    details = [line.description]
    if line.discount_cents:
        facts = {"amount": euros(line.discount_cents), "reason": line.discount_reason}
        details.append(_("Discount %(amount)s: %(reason)s") % facts)
    return {
        "name": line.name,
        "details": [row for row in details if row],
        "quantity": quantity_words(line),
        "price": price_words(line.price),
        "rate": _rate(line.vat.category, line.vat.rate),
        "amount": euros(line_cents(line)),
    }


def quantity_words(line: Line) -> str:
    """How much, with the sign of its unit: 2,5 h."""
    return f"{decimal_words(line.quantity)} {UNIT_SIGNS.get(line.unit, '')}".strip()


def price_words(price: Decimal) -> str:
    """In euros, with the decimals beyond the cent when there are some."""
    cents = price * 100
    whole = cents == cents.to_integral_value()
    return euros(int(cents)) if whole else f"{decimal_words(price)}\u00a0€"


def _rate(category: str, rate: Decimal) -> str:
    return f"{decimal_words(rate)}\u00a0%" if category == "S" else "—"


def _totals(totals: Totals) -> list[list[str]]:
    rows = []
    if totals.allowances_cents:
        rows.append([_("Lines"), euros(totals.lines_cents)])
        rows.append([_("Discount"), euros(-totals.allowances_cents)])
    rows.append([_("Total without VAT"), euros(totals.net_cents)])
    rows.append([_("VAT"), euros(totals.vat_cents)])
    if totals.prepaid_cents:
        rows.append([_("Total with VAT"), euros(totals.gross_cents)])
        rows.append([_("Already set off"), euros(-totals.prepaid_cents)])
    return rows


def _due(document: Invoice, totals: Totals) -> list[str]:
    if isinstance(document, CreditNote):
        return [_("Credit, VAT included"), euros(totals.gross_cents)]
    if totals.prepaid_cents:
        return [_("Left to pay"), euros(totals.due_cents)]
    return [_("Total with VAT"), euros(totals.gross_cents)]


def _payment(document: Invoice) -> list[str]:
    payment = document.payment
    rows = [payment.information, payment.terms]
    if payment.iban:
        rows.append(
            _("IBAN %(iban)s, in the name of %(name)s") % {"iban": payment.iban, "name": payment.account_name}
        )
    return [row for row in rows if row]


def _signature(document: Invoice) -> list[str]:
    if not isinstance(document, Quote):
        return []
    return [
        _("To accept this quote, answer on the site or send it back signed."),
        _("Date, name and signature, with the words “good for agreement”"),
    ]
