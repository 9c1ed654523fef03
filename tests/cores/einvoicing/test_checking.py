from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from maillage.cores.einvoicing.checking import CODES, problems_of
from maillage.cores.einvoicing.values import (
    Address,
    Allowance,
    Invoice,
    Line,
    Note,
    Payment,
    Quote,
    Reference,
    Vat,
)
from tests.cores.einvoicing.examples import (
    AIRTIME,
    DESK_BACK,
    FRANCHISE,
    FURNITURE,
    NOTES,
    OUT_OF_SCOPE,
    RADIO,
    RESSOURCERIE,
    REVERSED,
    THE_DAY,
    TWENTY,
    taxed,
)

KNOWN = {Decimal(20), Decimal(10), Decimal("5.5"), Decimal("2.1")}


def codes(document: Invoice) -> set[str]:
    found = problems_of(document, lambda vat: vat.rate in KNOWN)
    assert {problem.code for problem in found} <= set(CODES)
    return {problem.code for problem in found}


def with_line(**changes: object) -> Invoice:
    return replace(AIRTIME, lines=(replace(AIRTIME.lines[0], **changes),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "document",
    [
        FURNITURE,
        AIRTIME,
        DESK_BACK,
        taxed(AIRTIME, FRANCHISE, seller=replace(RADIO, vat_number="")),
        taxed(AIRTIME, OUT_OF_SCOPE),
        taxed(AIRTIME, REVERSED),
    ],
)
def test_nothing_stands_in_the_way_of_a_right_document(document: Invoice) -> None:
    assert codes(document) == set()


WRONG: list[tuple[Invoice, str]] = [
    (replace(AIRTIME, number=""), "number_missing"),
    (replace(AIRTIME, number="F 2026"), "number_form"),
    (replace(AIRTIME, number="F" * 36), "number_form"),
    (replace(AIRTIME, seller=replace(RADIO, name=" ")), "name_missing"),
    (replace(AIRTIME, buyer=replace(RESSOURCERIE, siren="", siret="", vat_number="")), "siren_missing"),
    (replace(AIRTIME, seller=replace(RADIO, siren="000512344", vat_number="")), "siren_key"),
    (replace(AIRTIME, buyer=replace(RESSOURCERIE, siret="00034567800016")), "siret_key"),
    (replace(AIRTIME, buyer=replace(RESSOURCERIE, siret="73282932000074")), "siret_other_siren"),
    (replace(AIRTIME, seller=replace(RADIO, vat_number="FR77000512343")), "vat_number_form"),
    (replace(AIRTIME, seller=replace(RADIO, vat_number="FR19000345678")), "vat_number_other_siren"),
    (replace(AIRTIME, buyer=replace(RESSOURCERIE, address=Address("", "", ""))), "address_missing"),
    (replace(AIRTIME, seller=replace(RADIO, legal_info="")), "legal_info_missing"),
    (replace(AIRTIME, buyer=RADIO), "same_party"),
    (replace(AIRTIME, lines=()), "no_line"),
    (replace(AIRTIME, lines=AIRTIME.lines * 501), "too_many_lines"),
    (with_line(name=""), "line_name_missing"),
    (with_line(quantity=Decimal(0)), "line_quantity"),
    (with_line(quantity=Decimal("NaN")), "line_quantity"),
    (with_line(price=Decimal(-1)), "line_price"),
    (with_line(price=Decimal("0.00001")), "line_decimals"),
    (with_line(discount_cents=-1, discount_reason="x"), "line_discount"),
    (with_line(discount_cents=60000, discount_reason="x"), "line_negative"),
    (with_line(discount_cents=100), "discount_reason_missing"),
    (replace(AIRTIME, allowances=(Allowance(0, TWENTY, "x"),)), "allowance_amount"),
    (replace(AIRTIME, allowances=(Allowance(60000, TWENTY, "x"),)), "allowance_too_large"),
    (with_line(quantity=Decimal(10**9), price=Decimal(10**9)), "amount_too_large"),
    (with_line(price=Decimal(0)), "total_zero"),
    (with_line(vat=Vat("S", Decimal(19))), "rate_unknown"),
    (with_line(vat=Vat("S")), "rate_unknown"),
    (with_line(vat=replace(FRANCHISE, rate=Decimal(20))), "rate_not_zero"),
    (with_line(vat=Vat("E")), "reason_missing"),
    (
        replace(AIRTIME, lines=(*AIRTIME.lines, Line("x", Decimal(1), Decimal(1), OUT_OF_SCOPE))),
        "scope_mixed",
    ),
    (replace(AIRTIME, seller=replace(RADIO, vat_number="")), "seller_vat_number_missing"),
    (
        taxed(AIRTIME, REVERSED, buyer=replace(RESSOURCERIE, vat_number="")),
        "buyer_vat_number_missing",
    ),
    (replace(AIRTIME, payment=Payment("42", THE_DAY)), "means_unknown"),
    (replace(AIRTIME, payment=Payment("30", THE_DAY, iban="FR7630006000011234567890188")), "iban_key"),
    (replace(AIRTIME, payment=Payment("30", THE_DAY)), "iban_missing"),
    (replace(AIRTIME, payment=Payment("97", THE_DAY, prepaid_cents=62401)), "prepaid_too_large"),
    (replace(AIRTIME, payment=Payment("97", THE_DAY, prepaid_cents=100)), "prepaid_date_missing"),
    (
        replace(AIRTIME, payment=Payment("97", THE_DAY, prepaid_cents=100, prepaid_on=date(2026, 11, 27))),
        "prepaid_later",
    ),
    (replace(AIRTIME, payment=Payment("97")), "due_date_missing"),
    (replace(AIRTIME, payment=Payment("97", date(2026, 11, 25))), "due_before_issue"),
    (replace(AIRTIME, delivered_on=None), "delivery_missing"),
    (replace(AIRTIME, delivered_on=date(2027, 11, 27)), "delivery_too_late"),
    (replace(AIRTIME, notes=NOTES[:2]), "note_missing"),
    (replace(AIRTIME, notes=(*NOTES, Note("encore", "PMT"))), "note_twice"),
    (replace(DESK_BACK, refers_to=()), "reference_missing"),
    (replace(DESK_BACK, refers_to=(Reference("F1", date(2028, 1, 1)),)), "reference_later"),
    (with_line(description="x" * 2001), "text_too_long"),
    (with_line(description="cloche \x07"), "text_unusable"),
]


@pytest.mark.parametrize(
    ("document", "code"), WRONG, ids=[f"{code}-{n}" for n, (_d, code) in enumerate(WRONG)]
)
def test_what_stands_in_the_way_is_named(document: Invoice, code: str) -> None:
    assert code in codes(document)


def test_every_code_has_been_seen() -> None:
    assert {code for _document, code in WRONG} == set(CODES)


def test_a_line_is_named_by_its_number() -> None:
    wrong = replace(FURNITURE, lines=(*FURNITURE.lines[:2], replace(FURNITURE.lines[2], name="")))
    (problem,) = problems_of(wrong, lambda vat: True)
    assert (problem.part, problem.line) == ("lines.name", 3)


def test_an_invoice_set_off_before_it_is_issued_may_be_due_before_too() -> None:
    day = date(2026, 11, 20)
    settled = Payment("97", day, prepaid_cents=62400, prepaid_on=day, information="x")
    assert codes(replace(AIRTIME, payment=settled)) == set()


@pytest.mark.parametrize(
    ("issued_on", "delivered_on", "is_right"),
    [
        (date(2026, 11, 26), date(2027, 11, 26), True),
        (date(2028, 2, 29), date(2029, 2, 28), True),
        (date(2028, 2, 29), date(2029, 3, 1), False),
        (date(2026, 11, 26), date(2050, 1, 1), False),
        (date(2026, 11, 26), date(2019, 1, 1), True),
    ],
)
def test_what_is_invoiced_is_delivered_within_a_year(
    issued_on: date, delivered_on: date, is_right: bool
) -> None:
    document = replace(
        AIRTIME,
        issued_on=issued_on,
        delivered_on=delivered_on,
        payment=replace(AIRTIME.payment, due_on=issued_on),
    )
    assert codes(document) == (set() if is_right else {"delivery_too_late"})


def test_a_quote_needs_no_due_date_and_none_of_the_three_mentions() -> None:
    quote = Quote(
        number="D2026-0001",
        issued_on=THE_DAY,
        seller=RADIO,
        buyer=RESSOURCERIE,
        lines=AIRTIME.lines,
        nature="services",
        payment=Payment("97"),
    )
    assert codes(quote) == set()
