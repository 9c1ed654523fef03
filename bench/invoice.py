"""An invoice from data to Factur-X, beside peers: milliseconds of each step, the 95th percentile of all, verdicts compared.

    python bench/invoice.py [--invoices 200] [--smoke]

Ours: values → CII (XML) → XSD, Schematron EN 16931 and French Schematron (BR-FR) in the checking process, while the
page is drawn → PDF/A-3b → XML embedded and declared. Warm: the process is started and its rules loaded before.

Peers, on the same invoices: the `factur-x` library's own path (generate_cii_xml, xml_check_xsd, xml_check_schematron by
HTTP to a Saxon server, generate_from_binary on a bare PDF), its server being a saxonche process on this machine that
compiles what it is sent, as the library's protocol has it; and drafthorse (`pip install drafthorse`) for the XML alone. Every
verdict is compared with the library's, on invoices that are right and on the same ones broken in six ways.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

import django
from facturx import facturx as facturx_module
from facturx import generate_from_binary, xml_check_schematron, xml_check_xsd
from facturx.generate_xml import generate_cii_xml
from lxml import etree

from maillage.cores.einvoicing import values
from maillage.cores.einvoicing.cii import read_cii, write_cii
from maillage.cores.einvoicing.identifiers import vat_number_of, with_key
from maillage.cores.einvoicing.rules import rule_files
from maillage.cores.einvoicing.sums import totals_of
from maillage.cores.einvoicing.terms import terms_of
from maillage.kernel.conformity.checker import Checker
from maillage.kernel.conformity.values import RuleSet

try:
    import drafthorse
except ImportError:
    drafthorse = None

RULES = RuleSet(*rule_files("en16931"))
AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
THINGS = (
    "Bureau",
    "Heure de camionnette",
    "Formation",
    "Passage à l'antenne",
    "Salle de réunion",
    "Ordinateur",
)
BREAKS: tuple[tuple[bytes, bytes], ...] = (
    (b"<ram:SubjectCode>PMT", b"<ram:SubjectCode>AAI"),
    (b"<ram:SubjectCode>AAB", b"<ram:SubjectCode>PMT"),
    (b"<ram:TypeCode>97<", b"<ram:TypeCode>ZZ9<"),
    (b"</ram:GrandTotalAmount>", b"1</ram:GrandTotalAmount>"),
    (b"<ram:ID>F2026-", b"<ram:ID>F 2026-"),
    (b"<ram:CategoryCode>S<", b"<ram:CategoryCode>L<"),
)
SERVER = """
import sys
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from saxonche import PySaxonProcessor
saxon = PySaxonProcessor(license=False)
class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        form = BytesParser().parsebytes(b"Content-Type: " + self.headers["Content-Type"].encode() + b"\\r\\n\\r\\n" + body)
        parts = {p.get_param("name", header="content-disposition"): p.get_payload(decode=True).decode() for p in form.get_payload()}
        compiler = saxon.new_xslt30_processor()
        sheet = compiler.compile_stylesheet(stylesheet_text=parts["xsl"])
        out = sheet.transform_to_string(xdm_node=saxon.parse_xml(xml_text=parts["xml"])).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(out)))
        self.end_headers()
        self.wfile.write(out)
    def log_message(self, *given): pass
server = HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


def invoice_page(invoice: values.Invoice, xml: bytes = b"") -> bytes:
    """The page with its XML inside, or a bare one for the library to fill."""
    from maillage.apps.books.queries.paper import invoice_pdf, plain_pdf

    return invoice_pdf(invoice, xml, at=AT) if xml else plain_pdf(invoice, at=AT)


def drawn_invoice(chance: random.Random, number: int) -> values.Invoice:
    """One to twelve lines at two rates, a fifth of them already set off."""
    seller, buyer = (
        values.Party(
            name,
            siren := with_key(f"000{chance.randrange(10**5):05}"),
            values.Address("12 rue des Ateliers", "87000", "Limoges"),
            vat_number=vat_number_of(siren),
            legal_info="Association loi 1901",
        )
        for name in ("La Ressourcerie du Val", "Radio Rivage")
    )
    lines = tuple(
        values.Line(
            chance.choice(THINGS),
            Decimal(chance.randint(1, 400)) / 4,
            Decimal(chance.randint(50, 50_000)) / 100,
            values.Vat("S", Decimal(chance.choice(("20", "5.5")))),
            unit=chance.choice(("C62", "HUR", "DAY")),
        )
        for _ in range(chance.randint(1, 12))
    )
    day = date(2026, 1, 1) + timedelta(days=chance.randrange(330))
    invoice = values.Invoice(
        number=f"F2026-{number:04}",
        issued_on=day,
        seller=seller,
        buyer=buyer,
        lines=lines,
        nature=chance.choice(("goods", "services", "mixed")),
        payment=values.Payment("97", day + timedelta(days=30), information="Paiement par compensation"),
        notes=(values.Note("40 €", "PMT"), values.Note("3 fois", "PMD"), values.Note("Aucun", "AAB")),
        delivered_on=day,
    )
    if chance.random() < 0.2:
        gross = totals_of(invoice).gross_cents
        return replace(invoice, payment=replace(invoice.payment, prepaid_cents=gross, due_on=day))
    return invoice


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.perf_counter()
    made = work()
    return made, 1000 * (time.perf_counter() - begun)


def row(name: str, times: list[float], against: list[float] | None = None) -> None:
    ordered = sorted(times)
    late = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    ratio = f"{statistics.median(times) / statistics.median(against):8.1f}x" if against else ""
    print(f"{name:<44}{statistics.median(times):9.1f}{late:9.1f}{len(times):7}{ratio}")


def worked_ms(checker: Checker) -> float:
    """Processor time of this process and of the checking one so far: what a shared machine does not stretch."""
    ticks = Path(f"/proc/{checker.process_id}/stat").read_text().rpartition(")")[2].split()
    return 1000 * (time.process_time() + (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK"))


def ours(checker: Checker, invoice: values.Invoice) -> tuple[bytes, bytes, bool]:
    xml = write_cii(invoice)
    verdict, pdf = checker.check_while(RULES, xml, lambda: invoice_page(invoice, xml))
    return xml, pdf, verdict.passes(RULES)


def library_says(xml: bytes, url: str) -> bool:
    """The library's verdict; a server that does not answer raises, for a skipped check must not pass here either."""
    folder = str(Path(RULES.schema).parent)
    try:
        xml_check_xsd(xml, flavor="factur-x", level="en16931")
        return bool(
            xml_check_schematron(
                xml,
                flavor="factur-x",
                level="en16931",
                check_option="fr-ctc",
                saxon_server_url=url,
                saxon_server_codedb_dir=folder,
                saxon_server_raise_if_http_error=True,
            )
        )
    except RuntimeError:
        raise
    except Exception:
        return False


def library(invoice: values.Invoice, bare: bytes, url: str) -> tuple[bytes, bool]:
    xml = generate_cii_xml(terms_of(invoice), level="en16931", check_xsd=False, check_schematron=False)
    says = library_says(xml, url)
    made = generate_from_binary(
        bare, xml, check_xsd=False, check_schematron=False, flavor="factur-x", level="en16931"
    )
    return made, says


def drafthorse_xml(invoice: values.Invoice) -> bytes:
    """The same document through drafthorse's models."""
    from drafthorse.models.accounting import ApplicableTradeTax
    from drafthorse.models.document import Document
    from drafthorse.models.note import IncludedNote
    from drafthorse.models.party import TaxRegistration
    from drafthorse.models.payment import PaymentMeans, PaymentTerms
    from drafthorse.models.tradelines import LineItem

    totals, doc = totals_of(invoice), Document()
    doc.context.guideline_parameter.id = "urn:cen.eu:en16931:2017"
    doc.header.id, doc.header.type_code = invoice.number, "380"
    doc.header.issue_date_time = invoice.issued_on
    for note in invoice.notes:
        said = IncludedNote()
        said.content = note.text
        said.subject_code = note.subject
        doc.header.notes.add(said)
    for party, told in (
        (doc.trade.agreement.seller, invoice.seller),
        (doc.trade.agreement.buyer, invoice.buyer),
    ):
        party.name, party.legal_organization.id = told.name, ("0002", told.siren)
        party.address.postcode, party.address.line_one = told.address.postal_code, told.address.line
        party.address.city_name, party.address.country_id = told.address.city, told.address.country
        party.tax_registrations.add(TaxRegistration(id=("VA", told.vat_number)))
    for number, line in enumerate(invoice.lines, start=1):
        item = LineItem()
        item.document.line_id, item.product.name = str(number), line.name
        item.agreement.net.amount = line.price
        item.delivery.billed_quantity = (line.quantity, line.unit)
        item.settlement.trade_tax.type_code, item.settlement.trade_tax.category_code = "VAT", "S"
        item.settlement.trade_tax.rate_applicable_percent = line.vat.rate
        item.settlement.monetary_summation.total_amount = round(line.quantity * line.price, 2)
        doc.trade.items.add(item)
    doc.trade.settlement.currency_code = "EUR"
    doc.trade.settlement.payment_means.add(PaymentMeans(type_code="97"))
    for part in totals.breakdown:
        tax = ApplicableTradeTax()
        tax.calculated_amount, tax.basis_amount = (
            Decimal(part.vat_cents) / 100,
            Decimal(part.base_cents) / 100,
        )
        tax.type_code, tax.category_code, tax.rate_applicable_percent = "VAT", "S", part.vat.rate
        doc.trade.settlement.trade_tax.add(tax)
    doc.trade.settlement.terms.add(PaymentTerms(due=invoice.payment.due_on))
    sums = doc.trade.settlement.monetary_summation
    sums.line_total, sums.tax_basis_total = Decimal(totals.lines_cents) / 100, Decimal(totals.net_cents) / 100
    sums.tax_total, sums.grand_total = (
        (Decimal(totals.vat_cents) / 100, "EUR"),
        Decimal(totals.gross_cents) / 100,
    )
    sums.due_amount = Decimal(totals.due_cents) / 100
    made: bytes = doc.serialize(schema=None)
    return made


def stated(xml: bytes, name: str) -> str:
    return etree.fromstring(xml).findtext(f".//{{*}}{name}", "0")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--invoices", type=int, default=200)
    options.add_argument("--smoke", action="store_true")
    asked = options.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.project.settings")
    os.environ.setdefault("MAILLAGE_DATA", tempfile.mkdtemp(prefix="maillage-bench-"))
    django.setup()
    logging.disable(logging.CRITICAL)
    facturx_module.SAXON_SERVER_TIMEOUT = (
        120  # its five seconds are short on a machine that does something else
    )
    count = 6 if asked.smoke else asked.invoices
    peers = 4 if asked.smoke else max(4, min(count // 10, 30))  # the library takes seconds for each
    chance = random.Random(20261126)
    invoices = [drawn_invoice(chance, number) for number in range(1, count + 1)]
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    url = f"http://127.0.0.1:{server.stdout.readline().strip()}/transform"
    checker = Checker()
    try:
        measure(checker, invoices, peers, url)
    finally:
        checker.stop()
        server.terminate()
        server.wait()


def measure(checker: Checker, invoices: list[values.Invoice], peers: int, url: str) -> None:
    _nothing, started = timed(lambda: checker.warm_up(RULES))
    for invoice in invoices[:5]:
        ours(checker, invoice)
    steps: dict[str, list[float]] = {"xml": [], "checks": [], "page": [], "all": []}
    xmls, wrong, begun = [], [], worked_ms(checker)
    for invoice in invoices:
        (xml, pdf, passes), all_ms = timed(lambda invoice=invoice: ours(checker, invoice))
        if not passes or not pdf.startswith(b"%PDF-1.7"):
            wrong.append(f"{invoice.number}: ours")
        xmls.append(xml)
        steps["all"].append(all_ms)
    worked = (worked_ms(checker) - begun) / len(invoices)
    for invoice, xml in zip(invoices, xmls, strict=True):
        if read_cii(xml).document.lines != invoice.lines:
            wrong.append(f"{invoice.number}: read again")
        steps["xml"].append(timed(lambda invoice=invoice: write_cii(invoice))[1])
        steps["checks"].append(timed(lambda xml=xml: checker.check(RULES, xml))[1])
        steps["page"].append(timed(lambda invoice=invoice, xml=xml: invoice_page(invoice, xml))[1])
    theirs, pages, horses = [], [], []
    for invoice in invoices[:peers]:
        bare, page_ms = timed(lambda invoice=invoice: invoice_page(invoice))
        (_made, says), ms = timed(lambda invoice=invoice, bare=bare: library(invoice, bare, url))
        theirs.append(ms + page_ms)
        pages.append(page_ms)
        wrong += [] if says else [f"{invoice.number}: the library"]
        if drafthorse is not None:
            other, horse_ms = timed(lambda invoice=invoice: drafthorse_xml(invoice))
            horses.append(horse_ms)
            if Decimal(stated(other, "GrandTotalAmount")) * 100 != totals_of(invoice).gross_cents:
                wrong.append(f"{invoice.number}: drafthorse")
    agreed = compared = 0
    for xml in xmls[: max(2, peers // 4)]:
        for old, new in BREAKS:
            broken = xml.replace(old, new)
            verdict = checker.check(RULES, broken).passes(RULES)
            compared += 1
            agreed += verdict == library_says(broken, url) and not verdict
    print(f"{'milliseconds':<44}{'median':>9}{'p95':>9}{'n':>7}{'ratio':>9}")
    row("ours: data → XML", steps["xml"])
    row("ours: XSD and both Schematrons", steps["checks"])
    row("ours: page, PDF/A-3b, XML embedded", steps["page"])
    row("ours: all of it", steps["all"])
    row("factur-x library and its Saxon server: all", theirs, steps["all"])
    if horses:
        row("drafthorse: data → XML alone", horses, steps["xml"])
    print(f"processor time of all of it, both processes: {worked:.1f} ms an invoice")
    print(f"process started and rules loaded in {started:.0f} ms")
    print(
        f"right invoices on which somebody disagrees: {', '.join(wrong) or 'none'}; broken ones refused by both: {agreed} of {compared}"
    )


if __name__ == "__main__":
    main()
