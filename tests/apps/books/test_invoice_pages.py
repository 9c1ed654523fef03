"""The pages of invoices, as people walk them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.apps.books.actions.issuing import issue_document
from maillage.apps.books.models import FiscalSetting, Invoice, InvoicingProfile
from maillage.apps.directory.access import ACTING_KEY
from tests.apps.books.making import make_draft, make_manager, make_seller
from tests.factories import make_organization, make_person, protect

pytestmark = pytest.mark.django_db


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def issued_now(*sides: Any, **changes: Any) -> Invoice:
    return issue_document(actor=None, invoice_id=make_draft(*sides, **changes).pk, now=timezone.now())


def typed(issuer: Any, customer: str, **changes: str) -> dict[str, str]:
    return {
        "cle": "une-fois",
        "issuer_id": str(issuer.pk),
        "customer": customer,
        "subject": "Antenne",
        "nature": "services",
        "payment_means": "97",
        "ligne-TOTAL_FORMS": "2",
        "ligne-INITIAL_FORMS": "0",
        "ligne-0-name": "Passages",
        "ligne-0-quantity": "4",
        "ligne-0-unit": "C62",
        "ligne-0-price": "1 130,50 €",
        "ligne-0-vat_key": "rate.standard",
        "ligne-1-quantity": "1",
        "ligne-1-unit": "C62",
        "ligne-1-vat_key": "rate.standard",
        **changes,
    }


def test_from_an_empty_list_to_an_issued_invoice(client_of: Any) -> None:
    radio, shop = make_seller("Radio Rivage"), make_seller("La Ressourcerie")
    client = browser(make_manager(radio))
    page = client.get(reverse("books:invoice_list")).content.decode()
    assert "Pas encore de facture" in page
    answer = client.post(reverse("books:invoice_create"), typed(radio, "la ressourcerie"))
    draft = Invoice.objects.get()
    assert answer["Location"] == reverse("books:invoice_check", args=[draft.pk])
    assert draft.customer == shop and draft.net_cents == 452200
    again = client.post(reverse("books:invoice_create"), typed(radio, "la ressourcerie"))
    assert again["Location"] == answer["Location"] and Invoice.objects.count() == 1
    check = client.get(answer["Location"]).content.decode()
    assert "0001" in check and "Émettre" in check and "5\xa0426,40" in check
    pdf = client.get(reverse("books:invoice_file", args=[draft.pk, "pdf"]))
    assert b"".join(pdf).startswith(b"%PDF")
    issued = client.post(answer["Location"])
    assert issued["Location"] == reverse("books:invoice_detail", args=[draft.pk])
    page = client.get(issued["Location"]).content.decode()
    assert "Règles françaises (BR-FR)" in page and "À régler" in page
    for form, begin in (("pdf", b"%PDF-1.7"), ("xml", b"<?xml")):
        answer = client.get(reverse("books:invoice_file", args=[draft.pk, form]))
        assert b"".join(answer.streaming_content).startswith(begin)
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert client.post(reverse("books:invoice_check", args=[draft.pk])).status_code == 302
    assert Invoice.objects.get().number.endswith("-0001")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"customer": "Personne"}, "Personne"),
        ({"ligne-0-price": "beaucoup"}, "Ligne 1"),
        ({"ligne-0-price": "1.000"}, "écrivez 1000, ou 1,0"),
        ({"ligne-0-price": "1e3"}, "Ligne 1"),
        ({"ligne-0-price": "-4"}, "Le prix ne peut pas être inférieur à zéro."),
        ({"ligne-0-price": "99999999"}, "Le montant est trop grand."),
        ({"ligne-0-price": "0,12345"}, "au plus 4 décimales"),
        ({"ligne-0-quantity": "-1"}, "La quantité doit être supérieure à zéro."),
        ({"ligne-0-name": ""}, "Dites ce qui est vendu."),
        ({"ligne-0-quantity": "0"}, "supérieure à zéro"),
        ({"ligne-0-discount": "3"}, "pourquoi il y a une remise"),
        ({"subject": ""}, "Dites de quoi il s’agit."),
        ({"ligne-0-vat_key": "rate.invented"}, "Ligne 1"),
        ({"ligne-TOTAL_FORMS": "5000"}, "Erreur"),
        ({"issuer_id": "999999"}, "Vendeur"),
        ({"prepaid": "10"}, "Dites quel jour c’était déjà compensé."),
        ({"prepaid": "10", "prepaid_on": "2099-11-20"}, "déjà compensé l’était aujourd’hui au plus tard"),
        ({"delivered_on": "2099-01-01"}, "plus d’un an"),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_is_kept(changes: dict[str, str], said: str) -> None:
    radio = make_seller("Radio Rivage")
    make_seller("La Ressourcerie")
    client = browser(make_manager(radio))
    answer = client.post(reverse("books:invoice_create"), typed(radio, "La Ressourcerie") | changes)
    page = answer.content.decode()
    assert answer.status_code == 200 and said in page and "Erreur" in page
    assert "cette valeur" not in page, "the words of people, not of a program"
    assert not Invoice.objects.exists()
    assert "Passages" in page or changes.get("ligne-0-name") == ""


def test_two_customers_of_one_name_are_told_apart() -> None:
    radio, first, second = make_seller("Radio"), make_seller("Le Fournil"), make_seller("Le Fournil")
    client = browser(make_manager(radio))
    page = client.post(reverse("books:invoice_create"), typed(radio, "Le Fournil")).content.decode()
    assert "Plusieurs" in page or "Several" in page
    siren = InvoicingProfile.objects.get(organization=second).siren
    client.post(reverse("books:invoice_create"), typed(radio, f"{siren[:3]} {siren[3:6]} {siren[6:]}"))
    assert Invoice.objects.get().customer == second != first


def test_more_lines_keep_what_was_typed() -> None:
    radio = make_seller("Radio")
    client = browser(make_manager(radio))
    page = client.post(reverse("books:invoice_create"), typed(radio, "X") | {"ajouter": "1"}).content.decode()
    assert 'name="ligne-3-name"' in page and "Passages" in page and not Invoice.objects.exists()


def test_a_draft_is_changed_and_removed() -> None:
    draft = make_draft()
    client = browser(make_manager(draft.issuer))
    edit = reverse("books:invoice_edit", args=[draft.pk])
    assert "Passages" in client.get(edit).content.decode()
    said = typed(draft.issuer, draft.customer.name) | {
        "ligne-0-DELETE": "on",
        "ligne-1-name": "Studio",
        "ligne-1-price": "20",
    }
    client.post(edit, said)
    assert draft.lines.get().name == "Studio"
    client.post(reverse("books:invoice_discard", args=[draft.pk]))
    assert not Invoice.objects.exists()


def test_what_stands_in_the_way_is_said_on_the_check_page() -> None:
    issuer = make_organization("Sans réglages")
    draft = make_draft(issuer)
    page = (
        browser(make_manager(issuer)).post(reverse("books:invoice_check", args=[draft.pk])).content.decode()
    )
    assert "On ne peut pas encore l’émettre" in page and "SIREN" in page
    assert Invoice.objects.get().is_draft


def test_each_side_sees_what_is_its_own() -> None:
    invoice, draft = issued_now(), None
    draft = make_draft(invoice.issuer, invoice.customer)
    seller, buyer = browser(make_manager(invoice.issuer)), browser(make_manager(invoice.customer))
    stranger, helper = browser(make_manager(make_seller())), browser(make_person("facilitator"))
    page, hidden = (
        reverse("books:invoice_detail", args=[invoice.pk]),
        reverse("books:invoice_check", args=[draft.pk]),
    )
    assert [client.get(page).status_code for client in (seller, buyer, helper, stranger)] == [
        200,
        200,
        200,
        404,
    ]
    assert [client.get(hidden).status_code for client in (seller, buyer, helper, stranger)] == [
        200,
        404,
        200,
        404,
    ]
    file = reverse("books:invoice_file", args=[invoice.pk, "pdf"])
    given = buyer.get(file)
    assert b"".join(given.streaming_content)
    assert given.status_code == 200 and stranger.get(file).status_code == 404
    credit = reverse("books:invoice_credit", args=[invoice.pk])
    assert buyer.post(credit).status_code == 404 and seller.post(credit, {"cle": "a"}).status_code == 302
    assert seller.get(f"/fichiers/{invoice.pdf.name}").status_code == 404


def test_the_list_is_narrowed_and_exported() -> None:
    radio, shop = make_seller("Radio"), make_seller("Ressourcerie")
    issued_now(radio, shop), issued_now(shop, radio, subject="Bureaux"), make_draft(radio, shop)
    client = browser(make_manager(radio))
    address = reverse("books:invoice_list")
    assert "Bureaux" not in client.get(address, {"sens": "emises"}).content.decode()
    assert "1 document" in client.get(address, {"sens": "recues"}).content.decode()
    assert "1 document" in client.get(address, {"etat": "draft"}).content.decode()
    assert "2 documents" in client.get(address, {"etat": "unpaid"}).content.decode()
    assert client.get(address, {"du": "n’importe", "structure": "x", "page": "-3"}).status_code == 200
    table = client.get(reverse("books:invoice_export", args=["csv"]), {"mots": "bureaux"})
    text = b"".join(table.streaming_content).decode() if table.streaming else table.content.decode()
    assert "Bureaux" in text and "Antenne" not in text
    sheet = client.get(reverse("books:invoice_export", args=["xlsx"]))
    content = b"".join(sheet.streaming_content) if sheet.streaming else sheet.content
    assert openpyxl.load_workbook(BytesIO(content)).active.max_row == 4


def test_a_quote_is_answered_by_its_customer() -> None:
    quote = issued_now(kind="quote")
    buyer, seller = browser(make_manager(quote.customer)), browser(make_manager(quote.issuer))
    answer = reverse("books:invoice_answer", args=[quote.pk])
    assert seller.post(answer, {"reponse": "oui"}).status_code == 404
    buyer.post(answer, {"reponse": "oui"})
    assert Invoice.objects.get(pk=quote.pk).status == "accepted"
    made = seller.post(reverse("books:invoice_from_quote", args=[quote.pk]))
    assert made["Location"] == reverse("books:invoice_detail", args=[Invoice.objects.latest("pk").pk])


def test_a_facilitator_writes_for_an_organisation_and_the_journal_says_so() -> None:
    from maillage.kernel.audit.models import AuditEntry

    radio, _shop = make_seller("Radio"), make_seller("Ressourcerie")
    client = browser(make_person("facilitator"))
    client.post(reverse("books:invoice_create") + f"?pour={radio.pk}", typed(radio, "Ressourcerie"))
    entry = AuditEntry.objects.get(verb="invoice.create")
    assert entry.on_behalf_of == "Radio" and entry.actor_label.startswith("Facilitator")


SETTINGS = {
    "legal_name": "Radio",
    "legal_info": "Association loi 1901",
    "siren": "000 512 343",
    "address_line": "3 quai du Port",
    "postal_code": "87000",
    "city": "Limoges",
    "vat_regime": "standard",
    "vat_number": "FR76 000 512 343",
    "payment_days": "30",
}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"siren": "000512344"}, "SIREN"),
        ({"siret": "73282932000074"}, "SIRET"),
        ({"vat_number": ""}, "TVA"),
        ({"vat_number": "FR19000345678"}, "TVA"),
        ({"payment_days": "90"}, "60"),
        ({"iban": "FR76 1234"}, "IBAN"),
    ],
)
def test_invoicing_settings_are_checked_by_their_keys(changes: dict[str, str], said: str) -> None:
    radio = make_organization("Radio")
    client = browser(make_manager(radio))
    address = reverse("books:invoicing_settings", args=[radio.pk])
    assert "Radio" in client.get(address).content.decode()
    answer = client.post(address, SETTINGS | changes)
    assert InvoicingProfile.objects.exists() == (not said)
    if said:
        assert "Erreur" in answer.content.decode() and said in answer.content.decode()


def test_an_administrator_adds_what_the_law_says_next() -> None:
    client = browser(protect(make_person("administrator")))
    address = reverse("books:fiscal_settings")
    assert "décret" in client.get(address).content.decode()
    said = {"key": "rate.standard", "value": "21,5", "valid_from": "2027-01-01", "source": "Loi de finances"}
    client.post(address, said)
    assert FiscalSetting.objects.get().value == "21.5"
    assert "Erreur" in client.post(address, said).content.decode()
    for value in ("beaucoup", "²", "1.2.3", "-5"):
        answer = client.post(address, said | {"value": value, "valid_from": "2028-01-01"})
        assert "Erreur" in answer.content.decode(), value
    assert FiscalSetting.objects.count() == 1
    assert browser(make_person("facilitator")).get(address).status_code == 404


def test_my_space_says_what_waits_for_the_organisation_that_one_acts_for() -> None:
    invoice = issued_now()
    client = browser(make_manager(invoice.customer))
    assert "1 facture à régler" not in client.get("/mon-espace/").content.decode()
    session = client.session
    session[ACTING_KEY] = invoice.customer_id
    session.save()
    assert "1 facture à régler" in client.get("/mon-espace/").content.decode()
