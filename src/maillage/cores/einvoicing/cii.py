"""The electronic form: UN/CEFACT Cross Industry Invoice, written at the profile EN 16931 of Factur-X, read at any that holds an invoice.

Writing and naming of terms are the `factur-x` library's; what comes from outside is parsed here first, without
entities, network or size that a caller has not allowed.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from maillage.cores.einvoicing.terms import BadTermError, document_of, stated_totals, terms_of
from maillage.cores.einvoicing.values import Invoice, Totals

XML_BYTES_MAX = 5 * 1024 * 1024
EN16931 = "urn:cen.eu:en16931:2017"
PROFILES = {
    "urn:factur-x.eu:1p0:minimum": "minimum",
    "urn:factur-x.eu:1p0:basicwl": "basicwl",
    "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic": "basic",
    EN16931: "en16931",
    "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended": "extended",
    "urn:cen.eu:en16931:2017#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr": "extended-ctc-fr",
}
"""What BT-24 says, and how the profile is called. MINIMUM is known so that it can be refused by its name."""

_NAMESPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
}


class UnreadableError(ValueError):
    """What came from outside is no electronic invoice; `code` says why, `detail` names what was found.

    Codes: "too_large", "not_xml", "document_type", "not_an_invoice", "profile", "currency", "day", "term".
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Incoming:
    """An invoice of somebody else. `stated`: its sums as it states them; `profile`: "en16931", "basic"…"""

    document: Invoice
    stated: Totals
    profile: str


def write_cii(document: Invoice) -> bytes:
    """The XML of an invoice or a credit note that has no problem; the same bytes for the same document."""
    from facturx.generate_xml import (
        generate_cii_xml,
    )  # half a second to load, paid by those who write invoices

    written = generate_cii_xml(terms_of(document), level="en16931", check_xsd=False, check_schematron=False)
    assert isinstance(written, bytes)
    return written


def profile_of(xml: bytes) -> str:
    """The profile of an incoming document, after a first safe look. Raises UnreadableError."""
    return _profile(_parsed(xml))


def read_cii(xml: bytes) -> Incoming:
    """The values of a document whose XSD has been checked. Raises UnreadableError."""
    from facturx.parse_xml import parse_ubl_cii_xml

    root = _parsed(xml)
    profile = _profile(root)
    try:
        terms = parse_ubl_cii_xml(root, flavor="factur-x", level=profile, check_xsd=False)
    except ValueError as fault:  # a day that is in no calendar
        raise UnreadableError("day") from fault
    if terms.get("BT-5") != "EUR":
        raise UnreadableError("currency", str(terms.get("BT-5", ""))[:10])
    try:
        return Incoming(document_of(terms), stated_totals(terms), profile)
    except BadTermError as fault:
        raise UnreadableError("term", fault.term) from fault


def _parsed(xml: bytes) -> etree._Element:
    if len(xml) > XML_BYTES_MAX:
        raise UnreadableError("too_large", str(XML_BYTES_MAX // (1024 * 1024)))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise UnreadableError("not_xml", str(fault)[:120]) from fault
    if root.getroottree().docinfo.doctype:
        raise UnreadableError("document_type")
    if root.tag != f"{{{_NAMESPACES['rsm']}}}CrossIndustryInvoice":
        raise UnreadableError("not_an_invoice", str(root.tag)[:120])
    return root


def _profile(root: etree._Element) -> str:
    found = root.findtext(
        "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID",
        namespaces=_NAMESPACES,
    )
    name = PROFILES.get((found or "").strip(), "")
    if name in ("", "minimum"):
        raise UnreadableError("profile", (found or "").strip()[:120])
    return name
