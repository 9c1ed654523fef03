from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from maillage.cores.einvoicing.cii import UnreadableError, profile_of, read_cii, write_cii
from maillage.cores.einvoicing.identifiers import with_key
from maillage.cores.einvoicing.sums import line_cents, totals_of
from maillage.cores.einvoicing.values import Allowance, Invoice, Line, Payment, Quote
from tests.cores.einvoicing.examples import (
    AIRTIME,
    DESK_BACK,
    FIVE_AND_A_HALF,
    FRANCHISE,
    FURNITURE,
    OUT_OF_SCOPE,
    RADIO,
    RESSOURCERIE,
    REVERSED,
    THE_DAY,
    TWENTY,
    taxed,
)

DOCUMENTS = {
    "goods and service": FURNITURE,
    "service": AIRTIME,
    "on debits": replace(AIRTIME, on_debits=True),
    "credit note": DESK_BACK,
    "set off": replace(AIRTIME, payment=replace(AIRTIME.payment, prepaid_cents=62400)),
    "partly set off": replace(AIRTIME, payment=replace(AIRTIME.payment, prepaid_cents=62271)),
    "allowance": replace(FURNITURE, allowances=(Allowance(500, TWENTY, "Fidélité"),)),
    "franchise": taxed(AIRTIME, FRANCHISE, seller=replace(RADIO, vat_number="")),
    "reversed": taxed(AIRTIME, REVERSED),
    "transfer": replace(
        AIRTIME,
        payment=Payment("30", THE_DAY, iban="FR7630006000011234567890189", account_name="Radio Rivage"),
        buyer_reference="Service antenne",
        order_reference="BC-12",
        contract_reference="Convention 2026",
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_written_is_read_again(name: str) -> None:
    document = DOCUMENTS[name]
    document = replace(document, buyer=replace(document.buyer, legal_info=""))  # only a seller's travels
    incoming = read_cii(write_cii(document))
    assert incoming.document == document
    assert incoming.stated == replace(totals_of(document), breakdown=incoming.stated.breakdown)
    assert sum(part.vat_cents for part in incoming.stated.breakdown) == totals_of(document).vat_cents
    assert incoming.profile == "en16931"


def test_out_of_scope_shows_no_vat_number_and_no_rate() -> None:
    xml = write_cii(taxed(AIRTIME, OUT_OF_SCOPE)).decode()
    assert "FR76000512343" not in xml and "RateApplicablePercent" not in xml and 'schemeID="FC"' in xml


def test_the_same_document_makes_the_same_bytes() -> None:
    assert write_cii(FURNITURE) == write_cii(FURNITURE)


def test_means_97_framework_and_notes_stand_where_the_standard_wants_them() -> None:
    root = etree.fromstring(write_cii(FURNITURE))
    names = {"ram": root.nsmap["ram"]}
    assert root.xpath("//ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode/text()", namespaces=names) == [
        "97"
    ]
    assert root.xpath(
        "//ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID/text()", namespaces=names
    ) == ["M1"]
    assert root.xpath("//ram:IncludedNote/ram:SubjectCode/text()", namespaces=names) == ["PMT", "PMD", "AAB"]
    assert root.xpath("//ram:DueDateTypeCode/text()", namespaces=names) == ["72", "72"]


def test_a_quote_has_no_electronic_form() -> None:
    with pytest.raises(TypeError):
        write_cii(Quote(**{name: getattr(AIRTIME, name) for name in AIRTIME.__dataclass_fields__}))


SIRET_OF_RADIO = with_key("0005123430001")
AS_SIRET = (
    write_cii(FURNITURE)
    .replace(b'<ram:ID schemeID="0002">000512343<', f'<ram:ID schemeID="0002">{SIRET_OF_RADIO}<'.encode())
    .replace(b'<ram:ID schemeID="0002">000345678<', b'<ram:ID schemeID="0002">000 345 678 00015<')
    .replace(b'<ram:GlobalID schemeID="0009">00034567800015</ram:GlobalID>', b"")
)
"""Parties whose SIRET stands in the place of their SIREN, as much software writes it."""


def test_a_siret_in_the_place_of_the_siren_gives_both() -> None:
    document = read_cii(AS_SIRET).document
    assert (document.seller.siren, document.seller.siret) == ("000345678", "00034567800015")
    assert (document.buyer.siren, document.buyer.siret) == ("000512343", SIRET_OF_RADIO)


def test_a_party_is_known_by_its_siret_or_its_vat_number_when_it_gives_no_siren() -> None:
    xml = re.sub(rb"<ram:SpecifiedLegalOrganization>.*?</ram:SpecifiedLegalOrganization>", b"", write_cii(FURNITURE), flags=re.DOTALL)  # fmt: skip
    document = read_cii(xml.replace(b"FR76000512343", b"FR 76 000512343")).document
    assert (document.seller.siren, document.seller.siret) == ("000345678", "00034567800015")
    assert (document.buyer.siren, document.buyer.vat_number) == ("000512343", "FR76000512343")
    foreign = read_cii(xml.replace(b"FR76000512343", b"BE0123456789")).document
    assert foreign.buyer.siren == ""


CHARGE = b"""<ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator><udt:Indicator>true</udt:Indicator></ram:ChargeIndicator>
<ram:ActualAmount>20.00</ram:ActualAmount><ram:Reason>Port</ram:Reason><ram:CategoryTradeTax><ram:TypeCode>VAT</ram:TypeCode>
<ram:CategoryCode>S</ram:CategoryCode><ram:RateApplicablePercent>20.00</ram:RateApplicablePercent></ram:CategoryTradeTax>
</ram:SpecifiedTradeAllowanceCharge><ram:SpecifiedTradePaymentTerms>"""


def test_what_is_added_to_a_whole_document_counts_in_its_sums() -> None:
    xml = write_cii(FURNITURE).replace(b"<ram:SpecifiedTradePaymentTerms>", CHARGE, 1)
    xml = xml.replace(
        b"<ram:TaxBasisTotalAmount>",
        b"<ram:ChargeTotalAmount>20.00</ram:ChargeTotalAmount><ram:TaxBasisTotalAmount>",
    )
    incoming = read_cii(xml)
    assert incoming.document.allowances == (Allowance(-2000, TWENTY, "Port"),)
    assert totals_of(incoming.document).net_cents == totals_of(FURNITURE).net_cents + 2000
    assert incoming.stated.allowances_cents == -2000


@pytest.mark.parametrize(
    ("stated", "cents"), [("27.65", 2765), ("27.75", 2775), ("25.00", 2769), ("27.69", 2769)]
)
def test_a_line_is_what_it_states_when_its_price_was_only_rounded(stated: str, cents: int) -> None:
    xml = write_cii(FURNITURE).replace(b"<ram:LineTotalAmount>27.69", f"<ram:LineTotalAmount>{stated}".encode(), 1)  # fmt: skip
    assert line_cents(read_cii(xml).document.lines[2]) == cents


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=60,
).filter(str.strip)


@settings(max_examples=40, deadline=None)
@given(
    texts,
    st.decimals("0.0001", "100", places=4),
    st.decimals("0", "1000", places=4),
    st.sampled_from([TWENTY, FIVE_AND_A_HALF]),
)
def test_any_text_and_number_survives(name: str, quantity: Decimal, price: Decimal, vat: object) -> None:
    line = Line(name.strip(), quantity, price, vat)  # type: ignore[arg-type]
    document: Invoice = replace(FURNITURE, lines=(line,))
    again = read_cii(write_cii(document)).document
    assert again.lines == document.lines and again.seller == RESSOURCERIE


GOOD = write_cii(AIRTIME)
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">'
    + b"".join(b'<!ENTITY b%d "%s">' % (n, (b"&b%d;" % (n - 1) if n else b"&b;") * 10) for n in range(12))
    + b"]><a>&b11;</a>"
)
XXE = GOOD.replace(
    b"<rsm:CrossIndustryInvoice",
    b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><rsm:CrossIndustryInvoice',
    1,
).replace(b"F2026-0044", b"&f;")


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"", "not_xml"),
        (b"hello", "not_xml"),
        (GOOD[: len(GOOD) // 2], "not_xml"),
        (BOMB, "not_xml"),
        (XXE, "document_type"),
        (b"<a/>", "not_an_invoice"),
        (b"<a>" + b" " * (5 * 1024 * 1024) + b"</a>", "too_large"),
        (b"<a>" * 5000 + b"</a>" * 5000, "not_xml"),
        (GOOD.replace(b"urn:cen.eu:en16931:2017", b"urn:factur-x.eu:1p0:minimum"), "profile"),
        (GOOD.replace(b"urn:cen.eu:en16931:2017", b"urn:else"), "profile"),
        (GOOD.replace(b">EUR<", b">USD<").replace(b'"EUR"', b'"USD"'), "currency"),
        (GOOD.replace(b"<ram:TypeCode>380<", b"<ram:TypeCode>999<"), "term"),
        (GOOD.replace(b"<ram:CategoryCode>S<", b"<ram:CategoryCode>Q<"), "term"),
        (GOOD.replace(b">624.00</ram:Grand", b">1E999</ram:Grand"), "term"),
        (GOOD.replace(b">624.00</ram:Grand", b">many</ram:Grand"), "term"),
    ],
)
def test_hostile_or_broken_input_is_named(xml: bytes, code: str) -> None:
    with pytest.raises(UnreadableError) as fault:
        profile_of(xml)
        read_cii(xml)
    assert fault.value.code == code
    assert "root:" not in fault.value.detail
