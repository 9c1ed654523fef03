"""What stands in the way of a document, as values: the caller says each in words, and nothing is issued.

This comes before the official rules, which speak in codes and paths; those have the last word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal

from maillage.cores.einvoicing.identifiers import is_iban, is_siren, is_siret, is_vat_number
from maillage.cores.einvoicing.sums import line_cents, totals_of
from maillage.cores.einvoicing.values import (
    AMOUNT_CENTS_MAX,
    LINES_MAX,
    NUMBER_LENGTH_MAX,
    PAYMENT_MEANS,
    TEXT_LENGTH_MAX,
    TRANSFER,
    CreditNote,
    Invoice,
    Line,
    Party,
    Problem,
    Quote,
    Vat,
)

CODES = (
    "number_missing",
    "number_form",
    "name_missing",
    "siren_missing",
    "siren_key",
    "siret_key",
    "siret_other_siren",
    "vat_number_form",
    "vat_number_other_siren",
    "address_missing",
    "legal_info_missing",
    "same_party",
    "no_line",
    "too_many_lines",
    "line_name_missing",
    "line_quantity",
    "line_price",
    "line_decimals",
    "line_discount",
    "line_negative",
    "discount_reason_missing",
    "allowance_amount",
    "allowance_too_large",
    "amount_too_large",
    "total_zero",
    "rate_unknown",
    "rate_not_zero",
    "reason_missing",
    "scope_mixed",
    "seller_vat_number_missing",
    "buyer_vat_number_missing",
    "means_unknown",
    "iban_key",
    "iban_missing",
    "prepaid_too_large",
    "prepaid_date_missing",
    "prepaid_later",
    "due_date_missing",
    "due_before_issue",
    "delivery_missing",
    "delivery_too_late",
    "note_missing",
    "note_twice",
    "reference_missing",
    "reference_later",
    "text_too_long",
    "text_unusable",
)
"""All that `problems_of` may answer."""

NUMBER_FORM = re.compile(r"[A-Za-z0-9+\-_/]+")
_UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
WANTED_NOTES = ("PMT", "PMD", "AAB")
DECIMALS_MAX = 4
QUANTITY_MAX = Decimal(10**9)

Rates = Callable[[Vat], bool]
"""Whether a rate above zero is in force on the day of the document."""


def problems_of(document: Invoice, rate_known: Rates) -> tuple[Problem, ...]:
    """Everything that stands in the way of issuing `document`, in the order of the page; empty when nothing does.

    A line that is no number at all is told alone: nothing can be summed.
    """
    unsummable = [
        Problem("line_quantity", "lines.quantity", number)
        for number, line in enumerate(document.lines, start=1)
        if not (line.quantity.is_finite() and line.price.is_finite() and line.vat.rate.is_finite())
    ]
    return tuple(unsummable or _problems(document, rate_known))


def _problems(document: Invoice, rate_known: Rates) -> Iterator[Problem]:
    yield from number_problems(document.number)
    yield from party_problems(document.seller, "seller")
    yield from party_problems(document.buyer, "buyer")
    if document.seller.siren and document.seller.siren == document.buyer.siren:
        yield Problem("same_party", "buyer.siren", facts={"siren": document.buyer.siren})
    yield from _line_problems(document)
    yield from _vat_problems(document, rate_known)
    yield from _allowance_problems(document)
    yield from _payment_problems(document)
    yield from _mention_problems(document)
    yield from _text_problems(document)


def number_problems(number: str) -> Iterator[Problem]:
    if not number:
        yield Problem("number_missing", "number")
    elif len(number) > NUMBER_LENGTH_MAX or not NUMBER_FORM.fullmatch(number):
        yield Problem("number_form", "number", facts={"number": number[:60], "max": str(NUMBER_LENGTH_MAX)})


def party_problems(party: Party, side: str) -> Iterator[Problem]:
    """What a party lacks. `side`: "seller" or "buyer"."""
    if not party.name.strip():
        yield Problem("name_missing", f"{side}.name")
    yield from identifier_problems(party, side)
    address = party.address
    if not (
        address.line.strip() and address.postal_code.strip() and address.city.strip() and address.country
    ):
        yield Problem("address_missing", f"{side}.address")
    if side == "seller" and not party.legal_info.strip():
        yield Problem("legal_info_missing", "seller.legal_info")


def identifier_problems(party: Party, side: str) -> Iterator[Problem]:
    """What is wrong with the identifiers of a party: keys, and whether they agree with one another."""
    if not party.siren:
        yield Problem("siren_missing", f"{side}.siren")
    elif not is_siren(party.siren):
        yield Problem("siren_key", f"{side}.siren", facts={"siren": party.siren[:30]})
    if party.siret and not is_siret(party.siret):
        yield Problem("siret_key", f"{side}.siret", facts={"siret": party.siret[:30]})
    elif party.siret and party.siret[:9] != party.siren:
        yield Problem(
            "siret_other_siren", f"{side}.siret", facts={"siret": party.siret, "siren": party.siren[:30]}
        )
    number = party.vat_number
    if number and not is_vat_number(number):
        yield Problem("vat_number_form", f"{side}.vat_number", facts={"vat_number": number[:30]})
    elif number.startswith("FR") and party.siren and number[4:] != party.siren:
        yield Problem(
            "vat_number_other_siren",
            f"{side}.vat_number",
            facts={"vat_number": number, "siren": party.siren[:30]},
        )


def _line_problems(document: Invoice) -> Iterator[Problem]:
    if not document.lines:
        yield Problem("no_line", "lines")
    if len(document.lines) > LINES_MAX:
        yield Problem("too_many_lines", "lines", facts={"max": str(LINES_MAX)})
    for number, line in enumerate(document.lines, start=1):
        yield from _one_line_problems(line, number)
    totals = totals_of(document)
    if abs(totals.gross_cents) > AMOUNT_CENTS_MAX:
        yield Problem("amount_too_large", "lines")
    if document.lines and totals.gross_cents == 0:
        yield Problem("total_zero", "lines")


def _one_line_problems(line: Line, number: int) -> Iterator[Problem]:
    if not line.name.strip():
        yield Problem("line_name_missing", "lines.name", number)
    if not 0 < line.quantity <= QUANTITY_MAX:
        yield Problem("line_quantity", "lines.quantity", number)
    elif not 0 <= line.price <= QUANTITY_MAX:
        yield Problem("line_price", "lines.price", number)
    elif _decimals(line.quantity) > DECIMALS_MAX or _decimals(line.price) > DECIMALS_MAX:
        yield Problem("line_decimals", "lines.price", number, {"max": str(DECIMALS_MAX)})
    elif line.discount_cents < 0:
        yield Problem("line_discount", "lines.discount", number)
    elif line_cents(line) < 0:
        yield Problem("line_negative", "lines.discount", number)
    if line.discount_cents and not line.discount_reason.strip():
        yield Problem("discount_reason_missing", "lines.discount_reason", number)


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _vat_problems(document: Invoice, rate_known: Rates) -> Iterator[Problem]:
    taxed = [(line.vat, number) for number, line in enumerate(document.lines, start=1)]
    taxed += [(allowance.vat, 0) for allowance in document.allowances]
    for vat, number in taxed:
        if vat.category == "S":
            if not vat.rate > 0 or not rate_known(vat):
                facts = {"rate": f"{vat.rate.normalize():f}", "date": document.issued_on.isoformat()}
                yield Problem("rate_unknown", "lines.vat", number, facts)
        elif vat.rate:
            yield Problem("rate_not_zero", "lines.vat", number)
        elif not vat.reason.strip():
            yield Problem("reason_missing", "lines.vat", number)
    categories = {vat.category for vat, _number in taxed}
    if "O" in categories and len(categories) > 1:
        yield Problem("scope_mixed", "lines.vat")
    if categories & {"S", "AE"} and not document.seller.vat_number:
        yield Problem("seller_vat_number_missing", "seller.vat_number")
    if "AE" in categories and not document.buyer.vat_number:
        yield Problem("buyer_vat_number_missing", "buyer.vat_number")


def _allowance_problems(document: Invoice) -> Iterator[Problem]:
    for allowance in document.allowances:
        if allowance.amount_cents <= 0:
            yield Problem("allowance_amount", "allowances")
        elif not allowance.reason.strip():
            yield Problem("discount_reason_missing", "allowances")
    if any(part.base_cents < 0 for part in totals_of(document).breakdown):
        yield Problem("allowance_too_large", "allowances")


def _payment_problems(document: Invoice) -> Iterator[Problem]:
    payment, totals = document.payment, totals_of(document)
    if payment.means not in PAYMENT_MEANS:
        yield Problem("means_unknown", "payment.means", facts={"means": payment.means[:10]})
    if payment.iban and not is_iban(payment.iban):
        yield Problem("iban_key", "payment.iban")
    if not 0 <= payment.prepaid_cents <= max(0, totals.gross_cents):
        yield Problem("prepaid_too_large", "payment.prepaid")
    if payment.prepaid_cents and payment.prepaid_on is None:
        yield Problem("prepaid_date_missing", "payment.prepaid_on")
    elif payment.prepaid_on is not None and payment.prepaid_on > document.issued_on:
        yield Problem("prepaid_later", "payment.prepaid_on")
    if isinstance(document, Quote):
        return
    if payment.means == TRANSFER and not payment.iban:
        yield Problem("iban_missing", "payment.iban")
    if payment.due_on is None:
        yield Problem("due_date_missing", "payment.due_on")
    elif totals.due_cents > 0 and payment.due_on < document.issued_on:
        yield Problem("due_before_issue", "payment.due_on")


def _mention_problems(document: Invoice) -> Iterator[Problem]:
    if isinstance(document, Quote):
        return
    if document.delivered_on is None:
        yield Problem("delivery_missing", "delivered_on")
    elif more_than_a_year_after(document.issued_on, document.delivered_on):
        yield Problem("delivery_too_late", "delivered_on")
    subjects = [note.subject for note in document.notes]
    for subject in WANTED_NOTES:
        if subject not in subjects:
            yield Problem("note_missing", "notes", facts={"subject": subject})
        elif subjects.count(subject) > 1:
            yield Problem("note_twice", "notes", facts={"subject": subject})
    if isinstance(document, CreditNote) and not document.refers_to:
        yield Problem("reference_missing", "refers_to")
    for reference in document.refers_to:
        yield from number_problems(reference.number)
        if reference.issued_on > document.issued_on:
            yield Problem("reference_later", "refers_to", facts={"number": reference.number})


def more_than_a_year_after(first: date, later: date) -> bool:
    """Whether `later` comes after the same day of the next year; the anniversary of 29 February is 28 February."""
    return (later.year - 1, later.month, later.day) > (first.year, first.month, first.day)


def _text_problems(document: Invoice) -> Iterator[Problem]:
    for field, number, text in _texts(document):
        if len(text) > TEXT_LENGTH_MAX:
            yield Problem("text_too_long", field, number, {"max": str(TEXT_LENGTH_MAX)})
        if _UNUSABLE.search(text):
            yield Problem("text_unusable", field, number)


def _texts(document: Invoice) -> Iterable[tuple[str, int, str]]:
    """Every text that travels in the document, with the field and the line it stands in."""
    for side, party in (("seller", document.seller), ("buyer", document.buyer)):
        address = party.address
        for text in (party.name, party.trading_name, party.legal_info, party.email, party.phone):
            yield f"{side}.name", 0, text
        for text in (address.line, address.line_two, address.postal_code, address.city):
            yield f"{side}.address", 0, text
    for number, line in enumerate(document.lines, start=1):
        for text in (line.name, line.description, line.discount_reason, line.vat.reason):
            yield "lines.name", number, text
    for note in document.notes:
        yield "notes", 0, note.text
    for text in (document.payment.information, document.payment.terms, document.payment.account_name):
        yield "payment.terms", 0, text
    for text in (document.buyer_reference, document.order_reference, document.contract_reference):
        yield "references", 0, text
