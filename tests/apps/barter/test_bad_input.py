"""What cannot be a debt, on screen: the field or the line is named, what was typed is kept, and nothing changes."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.barter.models import Circle, Debt
from maillage.apps.directory.models import Organization
from tests.apps.barter.test_clearing_pages import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.data]
TITLE = "débiteur;créancier;montant;facture;échéance\n"


@pytest.fixture
def maya_browser(maya: Person, circle: Circle) -> Client:
    return browser_of(maya)


def typed(circle: Circle, centre: Organization, radio: Organization, **changes: object) -> dict[str, object]:
    mine, other = circle.members.get(organization=centre), circle.members.get(organization=radio)
    said = {"member": mine.pk, "side": "doit", "other": other.pk, "amount": "12,50", "invoice": "F1"}
    return said | changes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"amount": "0"}, "supérieur à zéro"),
        ({"amount": "-5"}, "supérieur à zéro"),
        ({"amount": "1,234"}, "deux décimales"),
        ({"amount": "92233720368547758,08"}, "trop grand"),
        ({"amount": "douze"}, "douze"),
        ({"other": "999999"}, "membre"),
        ({"other": "soi"}, "membre"),
        ({"invoice": " "}, "facture"),
        ({"due_date": "2026-13-01"}, "date"),
    ],
)
def test_a_debt_that_cannot_be_is_refused_on_its_page(
    maya_browser: Client,
    circle: Circle,
    centre: Organization,
    radio: Organization,
    changes: dict[str, object],
    said: str,
) -> None:
    values = typed(circle, centre, radio, **changes)
    if values["other"] == "soi":
        values["other"] = values["member"]
    answer = maya_browser.post(reverse("barter:debt_enter", args=[circle.pk]), values)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Erreur" in page and said in page.replace("\xa0", " ")
    assert str(values["amount"]) in page and not Debt.objects.exists()


def test_the_number_of_an_invoice_serves_once(
    maya_browser: Client, circle: Circle, centre: Organization, radio: Organization
) -> None:
    enter = reverse("barter:debt_enter", args=[circle.pk])
    assert maya_browser.post(enter, typed(circle, centre, radio)).status_code == 302
    again = maya_browser.post(enter, typed(circle, centre, radio, amount="99"))
    assert again.status_code == 422 and "F1" in again.content.decode()
    assert Debt.objects.get().amount_cents == 12_50


BAD_FILES = {
    "empty": (b"", "vide"),
    "bytes": (b"a\0b", "Erreur"),
    "no column": (b"nom;prix\na;1\n", "Erreur"),
    "cut": ((TITLE + 'La Recyclerie;Radio Brume;1;"F1').encode(), "Erreur"),
    "too big": (b"x" * 5_000_001, "Mo"),
    "unknown member": ((TITLE + "Inconnue;Radio Brume;1;F1;\n").encode(), "Inconnue"),
    "negative": ((TITLE + "La Recyclerie;Radio Brume;-1;F1;\n").encode(), "Ligne 2"),
    "zero": ((TITLE + "La Recyclerie;Radio Brume;0;F1;\n").encode(), "Ligne 2"),
    "three decimals": ((TITLE + "La Recyclerie;Radio Brume;1,234;F1;\n").encode(), "Ligne 2"),
    "over 64 bits": ((TITLE + "La Recyclerie;Radio Brume;92233720368547758,08;F1;\n").encode(), "Ligne 2"),
    "oneself": ((TITLE + "La Recyclerie;La Recyclerie;1;F1;\n").encode(), "Ligne 2"),
    "twice": (
        (TITLE + "La Recyclerie;Radio Brume;1;F1;\nLa Recyclerie;Radio Brume;2;F1;\n").encode(),
        "Ligne 3",
    ),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_of_debts_is_refused_whole(
    maya_browser: Client, circle: Circle, centre: Organization, name: str
) -> None:
    content, said = BAD_FILES[name]
    member = circle.members.get(organization=centre)
    values = {"member": member.pk, "file": SimpleUploadedFile("dettes.csv", content)}
    page = maya_browser.post(reverse("barter:debt_import", args=[circle.pk]), values).content.decode()
    assert said in page.replace("\xa0", " ") and "Erreur" in page
    assert not Debt.objects.exists()


def test_a_bulk_file_that_is_too_big_is_refused(maya_browser: Client, circle: Circle, maya: Person) -> None:
    account = circle.credit.unit.accounts.get(owner__name="La Recyclerie")
    url = reverse("barter:bulk", args=[circle.pk, account.pk])
    answer = maya_browser.post(url, {"fichier": SimpleUploadedFile("e.csv", b"x" * 400_001)})
    assert answer.status_code == 422 and "Erreur" in answer.content.decode()
