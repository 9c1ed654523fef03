"""A document as the business terms of EN 16931 (BT-1, BG-25…), and back.

The names are those of the standard, as the `factur-x` library writes and reads them; nothing here knows XML.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from maillage.cores.einvoicing.identifiers import compact
from maillage.cores.einvoicing.sums import cents_of, euros_of, framework_of, line_cents, totals_of
from maillage.cores.einvoicing.values import (
    Address,
    Allowance,
    CreditNote,
    Invoice,
    Line,
    Note,
    Party,
    Payment,
    Quote,
    Reference,
    Totals,
    Vat,
    VatLine,
)

Terms = dict[str, Any]

SIREN_SCHEME = "0002"
SIRET_SCHEME = "0009"
DIRECTORY_SCHEME = "0225"
"""ISO 6523 schemes: the SIREN, the SIRET, the address in the French directory of electronic invoicing."""

VAT_AT_INVOICE, VAT_AT_PAYMENT = "invoice", "payment"
"""BT-8: the date at which VAT becomes due."""

INVOICE_CODES = ("380", "384", "386", "389", "393")
CREDIT_CODES = ("381", "261", "262", "396")


class BadTermError(ValueError):
    """An incoming document holds something that no value can be made of; `term` names it."""

    def __init__(self, term: str) -> None:
        super().__init__(term)
        self.term = term


def terms_of(document: Invoice) -> Terms:
    """All business terms of an invoice or a credit note. Raises TypeError for a quote, which has no such form."""
    if isinstance(document, Quote):
        raise TypeError("a quote is no electronic invoice")
    totals = totals_of(document)
    out_of_scope = any(part.vat.category == "O" for part in totals.breakdown)
    terms: Terms = {
        "BT-1": document.number,
        "BT-2": document.issued_on,
        "BT-3": document.type_code,
        "BT-5": "EUR",
        "BT-8": _vat_date(document),
        "BT-10": document.buyer_reference,
        "BT-12": document.contract_reference,
        "BT-13": document.order_reference,
        "BT-23": framework_of(document),
        "BT-72": document.delivered_on,
        "BG-1": [{"BT-22": note.text, "BT-21": note.subject} for note in document.notes],
        "BG-3": [{"BT-25": one.number, "BT-26": one.issued_on} for one in document.refers_to],
        "BG-4": _party_terms(document.seller, out_of_scope, registered=True),
        "BG-7": _party_terms(document.buyer, out_of_scope, registered=False),
        "BG-20": [_allowance_terms(allowance) for allowance in document.allowances],
        "BG-23": [_vat_terms(part) for part in totals.breakdown],
        "BG-25": [_line_terms(line, number) for number, line in enumerate(document.lines, start=1)],
        **_payment_terms(document.payment),
        **_total_terms(totals),
    }
    filled: Terms = _filled(terms)
    return filled


def _filled(value: Any) -> Any:
    """Without what is empty, at every depth: an absent term is not written at all."""
    if isinstance(value, dict):
        kept = {key: _filled(part) for key, part in value.items()}
        return {key: part for key, part in kept.items() if part not in (None, "", [], {})}
    return [_filled(part) for part in value] if isinstance(value, list) else value


def _vat_date(document: Invoice) -> str:
    """Said for services, as goods owe VAT when they are delivered."""
    if document.nature == "goods" or all(line.vat.category != "S" for line in document.lines):
        return ""
    return VAT_AT_INVOICE if document.on_debits else VAT_AT_PAYMENT


def _party_terms(party: Party, out_of_scope: bool, *, registered: bool) -> Terms:
    """`registered`: a seller without VAT number is named to the tax office by its SIREN (BT-32)."""
    vat_number = "" if out_of_scope else party.vat_number
    terms: Terms = {
        "name": party.name,
        "biz_name": party.trading_name,
        "legal_info": party.legal_info,
        "identifiers": {SIRET_SCHEME: party.siret} if party.siret else {},
        "legal_identifier": party.siren,
        "legal_identifier_schemeid": SIREN_SCHEME,
        "vat_identifier": vat_number,
        "tax_identifier": party.siren if registered and not vat_number else "",
        "einvoicing_addr": party.siren,
        "einvoicing_addr_schemeid": DIRECTORY_SCHEME,
        "addr_l1": party.address.line,
        "addr_l2": party.address.line_two,
        "postcode": party.address.postal_code,
        "city": party.address.city,
        "country_code": party.address.country,
    }
    if party.email or party.phone:
        terms["contacts"] = [{"name": party.name, "phone": party.phone, "email": party.email}]
    return terms


def _allowance_terms(allowance: Allowance) -> Terms:
    return {
        "amount": _amount(allowance.amount_cents),
        "reason": allowance.reason,
        "vat_category_code": allowance.vat.category,
        "vat_rate": _rate(allowance.vat),
    }


def _vat_terms(part: VatLine) -> Terms:
    return {
        "BT-116": _amount(part.base_cents),
        "BT-117": _amount(part.vat_cents),
        "BT-118": part.vat.category,
        "BT-119": _rate(part.vat),
        "BT-120": part.vat.reason,
        "BT-121": part.vat.reason_code,
    }


def _line_terms(line: Line, number: int) -> Terms:
    terms: Terms = {
        "BT-126": str(number),
        "BT-129": f"{line.quantity.normalize():f}",
        "BT-130": line.unit,
        "BT-131": _amount(line_cents(line)),
        "BT-146": _price(line.price),
        "BT-151": line.vat.category,
        "BT-152": _rate(line.vat),
        "BT-153": line.name,
        "BT-154": line.description,
    }
    if line.discount_cents:
        terms["BG-27"] = [{"amount": _amount(line.discount_cents), "reason": line.discount_reason}]
    return terms


def _payment_terms(payment: Payment) -> Terms:
    return {
        "BT-9": payment.due_on,
        "BT-20": payment.terms,
        "BT-81": payment.means,
        "BT-82": payment.information,
        "BT-84": payment.iban,
        "BT-85": payment.account_name if payment.iban else "",
    }


def _total_terms(totals: Totals) -> Terms:
    return {
        "BT-106": _amount(totals.lines_cents),
        "BT-107": _amount(totals.allowances_cents) if totals.allowances_cents else "",
        "BT-109": _amount(totals.net_cents),
        "BT-110": _amount(totals.vat_cents),
        "BT-112": _amount(totals.gross_cents),
        "BT-113": _amount(totals.prepaid_cents) if totals.prepaid_cents else "",
        "BT-115": _amount(totals.due_cents),
    }


def _amount(cents: int) -> str:
    return f"{euros_of(cents):.2f}"


def _price(price: Decimal) -> str:
    """At least two decimals, and no more than the price has."""
    exponent = price.normalize().as_tuple().exponent
    return f"{price:.{max(2, -exponent if isinstance(exponent, int) else 2)}f}"


def _rate(vat: Vat) -> str:
    """What is out of scope has no rate at all; what is exempt has that of zero."""
    return "" if vat.category == "O" else f"{vat.rate:.2f}"


def document_of(terms: Terms) -> Invoice:
    """The values of an incoming document, its lines and parties. Raises BadTermError.

    Sums are not taken from here but from `stated_totals`: what a supplier states is what is owed.
    """
    code = str(terms.get("BT-3", ""))
    if code not in INVOICE_CODES + CREDIT_CODES:
        raise BadTermError("BT-3")
    kind = CreditNote if code in CREDIT_CODES else Invoice
    vats = {(str(vat.get("BT-118", "")), _decimal(vat, "BT-119")): vat for vat in terms.get("BG-23", ())}
    return kind(
        number=_text(terms, "BT-1"),
        issued_on=_date(terms, "BT-2"),
        seller=_party(terms.get("BG-4") or {}),
        buyer=_party(terms.get("BG-7") or {}),
        lines=tuple(_line(line, vats) for line in terms.get("BG-25", ())),
        nature=_nature(_text(terms, "BT-23")),
        payment=Payment(
            means=_text(terms, "BT-81"),
            due_on=terms.get("BT-9"),
            prepaid_cents=cents_of(_decimal(terms, "BT-113")),
            information=_text(terms, "BT-82"),
            terms=_text(terms, "BT-20"),
            iban=_text(terms, "BT-84"),
            account_name=_text(terms, "BT-85"),
        ),
        notes=tuple(Note(_text(note, "BT-22"), _text(note, "BT-21")) for note in terms.get("BG-1", ())),
        allowances=(
            *(_allowance(allowance, vats) for allowance in terms.get("BG-20", ())),
            *(_charge(charge, vats) for charge in terms.get("BG-21", ())),
        ),
        delivered_on=terms.get("BT-72"),
        on_debits=terms.get("BT-8") == VAT_AT_INVOICE,
        buyer_reference=_text(terms, "BT-10"),
        order_reference=_text(terms, "BT-13"),
        contract_reference=_text(terms, "BT-12"),
        refers_to=tuple(
            Reference(_text(one, "BT-25"), one["BT-26"]) for one in terms.get("BG-3", ()) if one.get("BT-26")
        ),
    )


def stated_totals(terms: Terms) -> Totals:
    """The sums as the document states them, added up by nobody here. Raises BadTermError."""
    return Totals(
        lines_cents=cents_of(_decimal(terms, "BT-106")),
        allowances_cents=cents_of(_decimal(terms, "BT-107")) - cents_of(_decimal(terms, "BT-108")),
        net_cents=cents_of(_decimal(terms, "BT-109")),
        vat_cents=cents_of(_decimal(terms, "BT-110")),
        gross_cents=cents_of(_decimal(terms, "BT-112")),
        prepaid_cents=cents_of(_decimal(terms, "BT-113")),
        due_cents=cents_of(_decimal(terms, "BT-115")),
        breakdown=tuple(
            VatLine(
                _vat(vat, "BT-118", "BT-119", {}),
                cents_of(_decimal(vat, "BT-116")),
                cents_of(_decimal(vat, "BT-117")),
            )
            for vat in terms.get("BG-23", ())
        ),
    )


def _party(terms: Terms) -> Party:
    identifiers = terms.get("identifiers") or {}
    contact = (terms.get("contacts") or [{}])[0]
    siren, siret = _siren_and_siret(terms, compact(_text(identifiers, SIRET_SCHEME)))
    return Party(
        name=_text(terms, "name"),
        siren=siren,
        siret=siret,
        vat_number=compact(_text(terms, "vat_identifier")),
        trading_name=_text(terms, "biz_name"),
        legal_info=_text(terms, "legal_info"),
        email=_text(contact, "email"),
        phone=_text(contact, "phone"),
        address=Address(
            line=_text(terms, "addr_l1"),
            line_two=_text(terms, "addr_l2"),
            postal_code=_text(terms, "postcode"),
            city=_text(terms, "city"),
            country=_text(terms, "country_code"),
        ),
    )


def _siren_and_siret(terms: Terms, siret: str) -> tuple[str, str]:
    """The SIREN and the SIRET of a party: many write the SIRET in the place of the SIREN, or give the VAT number alone."""
    legal = ""
    if terms.get("legal_identifier_schemeid") in (SIREN_SCHEME, SIRET_SCHEME):
        legal = compact(_text(terms, "legal_identifier"))
    if _SIRET.fullmatch(legal):
        return legal[:9], siret or legal
    if not legal and _SIRET.fullmatch(siret):
        return siret[:9], siret
    if not legal and (number := _FRENCH_VAT.fullmatch(compact(_text(terms, "vat_identifier")))):
        return number[1], siret
    return legal, siret


_SIRET = re.compile(r"[0-9]{14}")
_FRENCH_VAT = re.compile(r"FR[0-9A-Z]{2}([0-9]{9})")


def _line(terms: Terms, vats: dict[tuple[str, Decimal], Terms]) -> Line:
    quantity, price = _decimal(terms, "BT-129"), _decimal(terms, "BT-146")
    per = _decimal(terms, "BT-149")
    discounts = terms.get("BG-27", ())
    charges = sum(cents_of(_decimal(charge, "amount")) for charge in terms.get("BG-28", ()))
    off_cents = sum(cents_of(_decimal(discount, "amount")) for discount in discounts) - charges
    per = per or Decimal(1)
    off_cents += _rounding_cents(terms, quantity, price, per, off_cents)
    return Line(
        name=_text(terms, "BT-153"),
        quantity=quantity,
        price=price / per,
        vat=_vat(terms, "BT-151", "BT-152", vats),
        unit=_text(terms, "BT-130"),
        description=_text(terms, "BT-154"),
        discount_cents=off_cents,
        discount_reason=", ".join(filter(None, (_text(discount, "reason") for discount in discounts))),
    )


def _rounding_cents(terms: Terms, quantity: Decimal, price: Decimal, per: Decimal, off_cents: int) -> int:
    """What a line states less than its quantity times its price, when the price was only rounded to be written; else 0."""
    if not terms.get("BT-131"):
        return 0
    exponent = price.as_tuple().exponent
    half = Decimal("0.5").scaleb(exponent if isinstance(exponent, int) else 0)
    gap_cents = cents_of(quantity * price / per) - off_cents - cents_of(_decimal(terms, "BT-131"))
    return gap_cents if abs(gap_cents) <= cents_of(abs(quantity) * half / per) + 1 else 0


def _allowance(terms: Terms, vats: dict[tuple[str, Decimal], Terms]) -> Allowance:
    vat = _vat(terms, "vat_category_code", "vat_rate", vats)
    return Allowance(cents_of(_decimal(terms, "amount")), vat, _text(terms, "reason"))


def _charge(terms: Terms, vats: dict[tuple[str, Decimal], Terms]) -> Allowance:
    """What is added to a whole document (BG-21), as an allowance below zero: it raises the base of its own VAT."""
    allowance = _allowance(terms, vats)
    return replace(allowance, amount_cents=-allowance.amount_cents)


def _vat(terms: Terms, category: str, rate: str, vats: dict[tuple[str, Decimal], Terms]) -> Vat:
    """The VAT of a part; its reason stands in the breakdown, where the group is."""
    code = _text(terms, category)
    if code not in ("S", "E", "O", "AE", "Z", "K", "G"):
        raise BadTermError(category)
    percent = _decimal(terms, rate)
    group = vats.get((code, percent), terms)
    return Vat(code, percent, _text(group, "BT-120"), _text(group, "BT-121"))  # type: ignore[arg-type]


def _nature(framework: str) -> Any:
    return {"B": "goods", "S": "services"}.get(framework[:1], "mixed")


def _text(terms: Terms, key: str) -> str:
    value = terms.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadTermError(key)
    return value.strip()


def _date(terms: Terms, key: str) -> date:
    value = terms.get(key)
    if not isinstance(value, date):
        raise BadTermError(key)
    return value


def _decimal(terms: Terms, key: str) -> Decimal:
    """A number of the document; 0 when it is absent."""
    try:
        value = Decimal(str(terms.get(key) or "0"))
    except InvalidOperation as fault:
        raise BadTermError(key) from fault
    if not value.is_finite() or abs(value) >= Decimal(10) ** 13:
        raise BadTermError(key)
    return value
