"""What is being typed in a quote, an invoice, a credit note or a payment is kept until it is saved, but for its keys."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.apps.books.actions.invoices import credit_invoice
from maillage.apps.books.models import Books, Invoice, JournalEntry
from maillage.apps.directory.models import Draft, Organization
from tests.apps.books.making import NOON, make_draft, make_issued, make_manager, make_seller
from tests.apps.books.test_invoice_pages import browser, typed
from tests.apps.books.test_pages import maya_browser, open_books_today, written  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def keep(client: Client, key: str, said: dict[str, Any]) -> None:
    assert client.post(reverse("directory:draft_keep", args=[key]), said).status_code == 204


def page(client: Client, url: str) -> str:
    return client.get(url).content.decode()


@pytest.mark.parametrize(
    ("address", "key"),
    [("", "facture-nouvelle"), ("?sorte=devis", "devis-nouveau"), ("?pour={pk}", "facture-nouvelle-{pk}")],
)
def test_a_new_document_is_kept_with_its_lines_and_never_its_key(address: str, key: str) -> None:
    seller, shop = make_seller("Radio Rivage"), make_seller("La Ressourcerie")
    client, key = browser(make_manager(seller)), key.format(pk=seller.pk)
    url = reverse("books:invoice_create") + address.format(pk=seller.pk)
    assert reverse("directory:draft_keep", args=[key]) in page(client, url)
    said = typed(seller, "La Ressourcerie") | {"subject": "Antenne de mai", "note": "Merci"}
    keep(client, key, {**said, "cle": "secrete", "csrfmiddlewaretoken": "jeton"})
    assert not {"cle", "csrfmiddlewaretoken"} & set(Draft.objects.get().data)
    again = page(client, url)
    assert "Nous avons gardé ce que vous écriviez" in again and "secrete" not in again
    for words in ("Antenne de mai", "Passages", "La Ressourcerie", "Merci"):
        assert f'value="{words}' in again
    assert "retour" in again and (address.format(pk=seller.pk) in again)
    client.post(url, said)
    assert Invoice.objects.get().customer == shop and not Draft.objects.exists()


def test_a_line_begun_is_shown_even_when_it_is_not_right_and_an_empty_one_is_not() -> None:
    seller = make_seller()
    client = browser(make_manager(seller))
    keep(client, "facture-nouvelle", {
        "subject": "x", "ligne-TOTAL_FORMS": "4",
        "ligne-0-price": "beaucoup", "ligne-0-quantity": "2",
        "ligne-1-quantity": "1", "ligne-1-unit": "C62",
        "ligne-2-name": "Retirée", "ligne-2-DELETE": "on",
        "ligne-3-name": "Studio",
    })  # fmt: skip
    shown = page(client, reverse("books:invoice_create"))
    assert 'value="beaucoup"' in shown and 'name="ligne-1-name" value="Studio"' in shown
    assert "Retirée" not in shown and 'name="ligne-3-name"' not in shown and "Erreur" not in shown


@pytest.mark.parametrize("kind", ["invoice", "credit_note"])
def test_the_changes_of_a_draft_are_kept_apart_from_what_is_saved(kind: str) -> None:
    if kind == "invoice":
        draft = make_draft()
    else:
        draft = credit_invoice(actor=None, invoice_id=make_issued().pk, request_key="a", now=NOON)
    client, url = browser(make_manager(draft.issuer)), reverse("books:invoice_edit", args=[draft.pk])
    said = typed(draft.issuer, draft.customer.name) | {"subject": "Changé"}
    keep(client, f"facture-{draft.pk}", said)
    assert 'value="Changé"' in page(client, url)
    draft.refresh_from_db()
    assert draft.subject != "Changé"
    client.post(url, said | {"ligne-0-price": "beaucoup"})
    assert Draft.objects.exists()
    client.post(url, said)
    draft.refresh_from_db()
    assert draft.subject == "Changé" and not Draft.objects.exists()
    keep(client, f"facture-{draft.pk}", said | {"subject": "Rejeté"})
    client.post(reverse("directory:draft_forget", args=[f"facture-{draft.pk}"]), {"retour": url})
    assert "Rejeté" not in page(client, url)


def test_a_payment_is_kept_but_for_its_key() -> None:
    invoice = make_issued()
    client, url = browser(make_manager(invoice.issuer)), reverse("books:invoice_payment", args=[invoice.pk])
    keep(
        client,
        f"paiement-{invoice.pk}",
        {"amount_cents": "12,5", "words": "CHQ 8", "means": "20", "key": "a"},
    )
    assert "key" not in Draft.objects.get().data
    shown = page(client, url)
    assert 'value="12,5"' in shown and 'value="CHQ 8"' in shown and 'value="a"' not in shown
    refused = client.post(
        url, {"amount_cents": "12,5", "words": "CHQ 8", "means": "", "paid_on": "", "key": "b"}
    )
    assert (
        refused.status_code == 422 and 'value="CHQ 8"' in refused.content.decode() and Draft.objects.exists()
    )
    client.post(
        url,
        {
            "amount_cents": "12,5",
            "words": "CHQ 8",
            "means": "20",
            "paid_on": str(invoice.issued_on),
            "key": "b",
        },
    )
    invoice.refresh_from_db()
    assert invoice.settled_cents == 1250 and not Draft.objects.exists()


def test_an_entry_by_hand_is_kept_with_all_its_lines_and_never_its_key(
    open_books_today: Books,  # noqa: F811
    maya_browser: Client,  # noqa: F811
    recyclerie: Organization,
) -> None:
    client, url = maya_browser, reverse("books:accounts_entry_new", args=[recyclerie.pk])
    key = f"ecriture-{recyclerie.pk}"
    assert reverse("directory:draft_keep", args=[key]) in page(client, url)
    keep(client, key, written(count="8", debit_7="beaucoup", key="secrete", label="Outils à main"))
    assert "key" not in Draft.objects.get().data
    shown = page(client, url)
    for words in ("Outils à main", "R1", "6063", "12,50", "beaucoup"):
        assert f'value="{words}"' in shown
    assert 'name="credit_8"' in shown and 'name="credit_9"' not in shown
    assert "secrete" not in shown and "m-error" not in shown
    refused = client.post(url, written(credit_2="12"))
    assert refused.status_code == 200 and Draft.objects.exists() and not JournalEntry.objects.exists()
    client.post(url, written() | {"ajouter": "1"})
    assert Draft.objects.exists()
    assert client.post(url, written()).status_code == 302
    assert JournalEntry.objects.count() == 1 and not Draft.objects.exists()
    assert "Outils à main" not in page(client, url)


def test_a_gift_in_kind_is_kept_until_it_is_noted(
    open_books_today: Books,  # noqa: F811
    maya_browser: Client,  # noqa: F811
    recyclerie: Organization,
) -> None:
    url = reverse("books:accounts_gift", args=[recyclerie.pk])
    said = {
        "is_given_back": "no", "day": timezone.localdate().isoformat(), "label": "Seize heures", "piece": "Feuille",
        "use_account": "864", "origin_account": "870", "amount_cents": "190",
    }  # fmt: skip
    keep(maya_browser, f"don-{recyclerie.pk}", said | {"key": "secrete"})
    shown = page(maya_browser, url)
    assert 'value="Seize heures"' in shown and 'value="190"' in shown and "secrete" not in shown
    assert maya_browser.post(url, said | {"key": "a"}).status_code == 302
    assert JournalEntry.objects.count() == 1 and not Draft.objects.exists()


def test_one_sees_one_s_own_drafts_only() -> None:
    draft = make_draft()
    keep(browser(make_manager(draft.issuer)), f"facture-{draft.pk}", {"subject": "À moi"})
    other = browser(make_manager(draft.issuer))
    assert "À moi" not in page(other, reverse("books:invoice_edit", args=[draft.pk]))
