"""Invoices from elsewhere, and what may be wrong or hostile in them."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from maillage.apps.books.actions.clearing import (
    SettlementBatch,
    SettlementLine,
    settle_together,
    undo_settlement,
)
from maillage.apps.books.actions.invoices import save_profile
from maillage.apps.books.actions.received import AlreadySettledError, NotTakenInError, judge, take_in
from maillage.apps.books.actions.refusals import BooksError
from maillage.apps.books.actions.settlements import record_settlement
from maillage.apps.books.choices import ReceivedStatus
from maillage.apps.books.models import BookSettlement, InvoiceSettlement, ReceivedInvoice, ReceivedSettlement
from maillage.apps.books.queries.debts import open_debts
from maillage.apps.books.queries.paper import invoice_pdf
from maillage.apps.directory.models import Organization
from maillage.cores.einvoicing.cii import write_cii
from maillage.cores.einvoicing.values import Vat
from maillage.kernel.audit.models import AuditEntry
from tests.apps.books.making import NOON, make_issued, make_manager
from tests.apps.books.test_invoice_pages import SETTINGS, browser
from tests.cores.einvoicing.examples import AIRTIME, DESK_BACK, FURNITURE, RADIO, taxed
from tests.cores.einvoicing.test_cii import AS_SIRET, BOMB, XXE
from tests.factories import make_organization

pytestmark = pytest.mark.django_db
GOOD = write_cii(FURNITURE)


@pytest.fixture
def radio() -> Organization:
    """Who receives FURNITURE."""
    body = make_organization("Radio Rivage")
    said = {**SETTINGS, "siren": RADIO.siren, "vat_number": RADIO.vat_number}
    save_profile(actor=None, organization=body, said=said, now=NOON)
    return body


def take(receiver: Organization, content: bytes) -> ReceivedInvoice:
    return take_in(actor=None, receiver=receiver, name="x", content=content, now=NOON)


def pdf_with(content: bytes, name: str = "factur-x.xml") -> bytes:
    made, document = BytesIO(), pikepdf.new()
    document.add_blank_page()
    if content:
        document.attachments[name] = content
    document.save(made)
    return made.getvalue()


def test_a_factur_x_is_read_checked_and_becomes_a_debt(radio: Organization) -> None:
    shop = make_organization("La Ressourcerie", siren="000345678")
    taken = take(radio, invoice_pdf(FURNITURE, GOOD, at=NOON))
    assert (taken.number, taken.gross_cents, taken.due_cents) == ("F2026-0001", 62271, 62271)
    assert taken.supplier == shop and taken.status == ReceivedStatus.TO_CHECK and not taken.warnings
    assert open_debts([radio.pk, shop.pk]) == []
    judge(actor=None, received_id=taken.pk, is_owed=True, reason="", now=NOON)
    [debt] = open_debts([radio.pk, shop.pk])
    assert (debt.debtor_id, debt.creditor_id, debt.amount_cents) == (radio.pk, shop.pk, 62271)
    assert debt.due_on == date(2026, 12, 26)
    judge(actor=None, received_id=taken.pk, is_owed=False, reason="Jamais livré", now=NOON)
    assert open_debts([radio.pk, shop.pk]) == []


def test_parties_that_give_their_siret_for_their_siren_are_known(radio: Organization) -> None:
    shop = make_organization("La Ressourcerie", siren="000345678")
    taken = take(radio, AS_SIRET)
    assert (taken.supplier_siren, taken.supplier) == ("000345678", shop)
    assert all(("BR-FR" in warning and "SIREN" in warning) or "0002" in warning for warning in taken.warnings)
    with pytest.raises(NotTakenInError, match="F2026-0001"):
        take(radio, GOOD)


@pytest.mark.parametrize(
    ("root", "words"),
    [
        ("urn:oasis:names:specification:ubl:schema:xsd:Invoice-2", "UBL"),
        ("urn:ferd:CrossIndustryDocument:invoice:1p0", "ZUGFeRD 1"),
        ("urn:example:order", "CII"),
    ],
)
def test_other_forms_of_invoices_are_named(radio: Organization, root: str, words: str) -> None:
    with pytest.raises(NotTakenInError, match=words):
        take(radio, f'<Invoice xmlns="{root}"/>'.encode())


def test_an_invoice_issued_here_is_a_debt_once() -> None:
    invoice = make_issued()
    sides = [invoice.issuer_id, invoice.customer_id]
    with invoice.pdf.open("rb") as file:
        taken = take(invoice.customer, file.read())
    judge(actor=None, received_id=taken.pk, is_owed=True, reason="", now=NOON)
    assert [debt.source for debt in open_debts(sides)] == ["issued"]


@pytest.mark.parametrize(
    "content", [GOOD, pdf_with(GOOD), pdf_with(GOOD, "ZUGFeRD-invoice.xml"), pdf_with(GOOD, "FACTUR-X.XML")]
)
def test_xml_alone_and_older_names_are_read(radio: Organization, content: bytes) -> None:
    assert take(radio, content).gross_cents == 62271


def test_a_credit_note_is_no_debt(radio: Organization) -> None:
    shop = make_organization("La Ressourcerie", siren="000345678")
    taken = take(radio, write_cii(DESK_BACK))
    judge(actor=None, received_id=taken.pk, is_owed=True, reason="", now=NOON)
    assert taken.kind == "credit_note" and open_debts([radio.pk, shop.pk]) == []


def test_a_broken_rule_is_a_warning_that_names_it(radio: Organization) -> None:
    taken = take(radio, GOOD.replace(b"<ram:SubjectCode>PMT", b"<ram:SubjectCode>AAI"))
    assert "BR-FR-05_BT-22_PMT" in taken.warnings[0]


REFUSED = {
    "empty": (b"", "vide"),
    "text": (b"bonjour", "ni un PDF ni le XML"),
    "truncated": (GOOD[:2000], "tronqué"),
    "bomb": (BOMB, "abîmé"),
    "entity": (XXE, "DOCTYPE"),
    "huge": (b"%PDF-" + b"0" * 10 * 1024 * 1024, "10 Mo"),
    "huge xml": (b"<a>" + b" " * 6 * 1024 * 1024, "volumineuses"),
    "no attachment": (pdf_with(b""), "ne contient pas de données"),
    "other attachment": (pdf_with(GOOD, "notes.xml"), "ne contient pas de données"),
    "broken pdf": (b"%PDF-1.7 rien", "illisible"),
    "cut pdf": (pdf_with(GOOD)[:300], "illisible"),
    "siren key": (GOOD.replace(b"000345678", b"000345679"), "SIREN 000345679"),
    "siret key": (GOOD.replace(b"00034567800015", b"00034567800016"), "SIRET 00034567800016"),
    "rate": (write_cii(taxed(FURNITURE, Vat("S", Decimal("19.6")))), "19,6"),
    "our own": (
        write_cii(replace(AIRTIME, buyer=replace(AIRTIME.buyer, siren="000123455", siret="", vat_number=""))),
        "l’une des vôtres",
    ),
    "currency": (GOOD.replace(b">EUR<", b">USD<").replace(b'"EUR"', b'"USD"'), "USD"),
    "profile": (GOOD.replace(b"urn:cen.eu:en16931:2017", b"urn:factur-x.eu:1p0:minimum"), "minimum"),
    "below zero": (GOOD.replace(b">622.71<", b">-622.71<"), "-622,71 €"),
    "structure": (GOOD.replace(b"<ram:TypeCode>380</ram:TypeCode>", b""), "structure"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_said_and_nothing_is_kept(radio: Organization, name: str) -> None:
    content, said = REFUSED[name]
    with pytest.raises(NotTakenInError) as fault:
        take(radio, content)
    assert said in str(fault.value).replace("\xa0", " ")
    assert not ReceivedInvoice.objects.exists()


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_said_on_the_page(radio: Organization, name: str) -> None:
    content, said = REFUSED[name]
    file = SimpleUploadedFile("recue.pdf", content)
    client = browser(make_manager(radio))
    answer = client.post(reverse("books:received_upload"), {"receiver_id": radio.pk, "file": file})
    page = answer.content.decode().replace("\xa0", " ")
    assert answer.status_code == 200 and "Erreur" in page and said in page
    assert not ReceivedInvoice.objects.exists()


def test_for_somebody_else_it_is_refused(radio: Organization) -> None:
    other = make_organization("Autre", siren="000123455")
    with pytest.raises(NotTakenInError, match="Radio Rivage"):
        take(other, GOOD)


def test_the_same_number_twice_is_refused(radio: Organization) -> None:
    take(radio, GOOD)
    with pytest.raises(NotTakenInError, match="F2026-0001"):
        take(radio, GOOD + b"\n")
    assert ReceivedInvoice.objects.count() == 1


def test_a_pdf_that_unpacks_without_end_is_refused(radio: Organization) -> None:
    """Two gigabytes of nothing, packed in two megabytes."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(16 * 1024 * 1024)) for _ in range(128)) + packer.flush()
    made, document = BytesIO(), pikepdf.new()
    document.add_blank_page()
    document.attachments["factur-x.xml"] = b"x"
    stream = document.attachments["factur-x.xml"].get_file().obj
    stream.write(packed, filter=pikepdf.Name.FlateDecode)
    document.save(made, recompress_flate=False)
    assert len(made.getvalue()) < 10 * 1024 * 1024
    with pytest.raises(NotTakenInError):
        take(radio, made.getvalue())


def test_the_page_takes_a_file_in_and_judges_it(radio: Organization) -> None:
    client = browser(make_manager(radio))
    upload = reverse("books:received_upload")
    wrong = client.post(upload, {"receiver_id": radio.pk, "file": SimpleUploadedFile("a.pdf", b"%PDF-rien")})
    assert "illisible" in wrong.content.decode() and "Erreur" in wrong.content.decode()
    right = client.post(upload, {"receiver_id": radio.pk, "file": SimpleUploadedFile("a.xml", GOOD)})
    taken = ReceivedInvoice.objects.get()
    assert right["Location"] == reverse("books:received_detail", args=[taken.pk])
    assert "622,71" in client.get(right["Location"]).content.decode()
    assert b"".join(client.get(reverse("books:received_file", args=[taken.pk])).streaming_content) == GOOD
    client.post(right["Location"], {"avis": "non", "raison": " "})
    assert ReceivedInvoice.objects.get().status == ReceivedStatus.TO_CHECK
    client.post(right["Location"], {"avis": "oui"})
    assert ReceivedInvoice.objects.get().status == ReceivedStatus.UNDISPUTED
    stranger = browser(make_manager(make_organization()))
    assert stranger.get(right["Location"]).status_code == 404


@pytest.fixture
def owed(radio: Organization) -> ReceivedInvoice:
    """622,71 € that Radio Rivage owes La Ressourcerie."""
    make_organization("La Ressourcerie", siren="000345678")
    taken = take(radio, GOOD)
    return judge(actor=None, received_id=taken.pk, is_owed=True, reason="", now=NOON)


def clear(owed: ReceivedInvoice, cents: int, key: str = "lot-7") -> BookSettlement:
    assert owed.supplier_id is not None
    line = SettlementLine(owed.receiver_id, owed.supplier_id, cents, owed.number, received_id=owed.pk)
    batch = SettlementBatch(key, key.upper(), NOON.date(), (line,))
    return settle_together(actor=None, batch=batch, now=NOON)


def seen_by(owed: ReceivedInvoice) -> tuple[str, str]:
    """Its page and the list, as the manager of the receiver reads them."""
    client = browser(make_manager(owed.receiver))
    pages = (reverse("books:received_detail", args=[owed.pk]), reverse("books:received_upload"))
    page, rows = (client.get(address).content.decode().replace("\xa0", " ") for address in pages)
    return page, rows[rows.index('id="deja"') :]


def test_its_page_and_the_list_say_which_batch_settled_it(owed: ReceivedInvoice) -> None:
    page, rows = seen_by(owed)
    assert "À régler" in rows and "622,71 €" in page[page.index('id="reglement"') :]
    clear(owed, 400_00)
    page, rows = seen_by(owed)
    payment = page[page.index('id="reglement"') : page.index('id="lignes"')]
    assert "LOT-7" in payment and "400,00 €" in payment and "222,71 €" in payment
    assert "réglée par LOT-7" in rows and "reste 222,71 €" in rows
    assert "Non, et voici pourquoi" not in page
    clear(owed, 222_71, "lot-8")
    page, rows = seen_by(owed)
    assert "LOT-7, LOT-8" in rows and "Compensée" in rows and "reste" not in rows
    assert "Reste à régler" not in page[page.index('id="reglement"') : page.index('id="lignes"')]


def test_what_a_batch_settled_is_owed_again_once_it_is_cancelled(owed: ReceivedInvoice) -> None:
    for _again in range(2):
        clear(owed, 400_00)
    with pytest.raises(AlreadySettledError):
        judge(actor=None, received_id=owed.pk, is_owed=False, reason="Jamais livré", now=NOON)
    for _again in range(2):
        undo_settlement(actor=None, key="lot-7", undone_on=NOON.date(), now=NOON)
    owed.refresh_from_db()
    assert (owed.settled_cents, owed.remaining_cents) == (0, 622_71)
    amounts = list(owed.settlements.order_by("pk").values_list("amount_cents", flat=True))
    assert amounts == [400_00, -400_00]
    verbs = AuditEntry.objects.filter(target_kind="received_invoice").values_list("verb", flat=True)
    assert {"received.settle", "received.unsettle"} <= set(verbs)
    page, rows = seen_by(owed)
    assert "À régler" in rows and "LOT-7" not in rows and "LOT-7" in page and "-400,00 €" in page
    judge(actor=None, received_id=owed.pk, is_owed=False, reason="Jamais livré", now=NOON)


def test_what_settles_never_goes_beyond_nor_changes_nor_settles_what_is_disputed(
    owed: ReceivedInvoice,
) -> None:
    with pytest.raises(BooksError, match="622,71"):
        clear(owed, 622_72)
    clear(owed, 1_00)
    for change in ({"amount_cents": 2_00}, {"reference": "LOT-9"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ReceivedSettlement.objects.update(**change)
    undo_settlement(actor=None, key="lot-7", undone_on=NOON.date(), now=NOON)
    judge(actor=None, received_id=owed.pk, is_owed=False, reason="Jamais livré", now=NOON)
    with pytest.raises(BooksError):
        clear(owed, 1_00, "lot-8")
    assert ReceivedInvoice.objects.get().settled_cents == 0


def test_one_that_was_issued_here_says_what_settled_it_there() -> None:
    invoice = make_issued()
    with invoice.xml.open("rb") as file:
        taken = take(invoice.customer, file.read())
    record_settlement(
        InvoiceSettlement,
        actor=None,
        of_id=invoice.pk,
        kind="set_off",
        amount_cents=invoice.gross_cents,
        settled_on=NOON.date(),
        reference="LOT-4",
        key="lot-4",
        now=NOON,
    )
    page, rows = seen_by(taken)
    assert "LOT-4" in page and reverse("books:invoice_detail", args=[invoice.pk]) in page
    assert "Compensée" in rows and "LOT-4" in rows
