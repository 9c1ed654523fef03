"""The pages of debts and batches, walked by a manager and a facilitator."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.barter.models import Circle, ClearingBatch, Debt
from maillage.apps.books.actions.invoices import save_profile
from maillage.apps.directory.models import Organization
from tests.apps.books.making import NOON, make_manager, make_seller
from tests.apps.books.test_invoice_pages import SETTINGS
from tests.apps.books.test_received import GOOD, take
from tests.cores.einvoicing.examples import RADIO
from tests.factories import make_circle, make_organization


def browser_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def maya_browser(maya: Person, circle: Circle) -> Client:
    return browser_of(maya)


def test_from_a_debt_to_its_clearing(
    solene: Person, maya_browser: Client, circle: Circle, centre: Organization, radio: Organization
) -> None:
    facilitator = browser_of(solene)
    mine, other = circle.members.get(organization=centre), circle.members.get(organization=radio)
    said = {"member": mine.pk, "other": other.pk, "invoice": "F1", "due_date": "2026-01-31"}
    enter = reverse("barter:debt_enter", args=[circle.pk])
    refused = maya_browser.post(enter, {**said, "side": "doit", "amount": "0"})
    assert refused.status_code == 422
    assert not Debt.objects.exists()
    for side, invoice, amount in (("doit", "F1", "120,50"), ("recoit", "F2", "80")):
        done = maya_browser.post(enter, {**said, "side": side, "invoice": invoice, "amount": amount})
        assert done.status_code == 302, done.content.decode()
    assert list(Debt.objects.order_by("pk").values_list("amount_cents", "due_date")) == [
        (12_050, date(2026, 1, 31)),
        (8_000, date(2026, 1, 31)),
    ]
    page = facilitator.get(reverse("barter:debts", args=[circle.pk])).content.decode()
    assert "120,50" in page
    for debt in Debt.objects.all():
        assert "Confirmer" in page
        facilitator.post(reverse("barter:debt_answer", args=[circle.pk, debt.pk, "confirmer"]))
    facilitator.post(reverse("barter:batch_propose", args=[circle.pk]))
    batch = ClearingBatch.objects.get()
    here = reverse("barter:batch", args=[circle.pk, batch.pk])
    shown = maya_browser.get(here).content.decode()
    assert "80,00" in shown
    assert "Radio Brume" in shown
    notice = maya_browser.get(reverse("barter:batch_notice", args=[circle.pk, batch.pk, mine.pk]))
    assert notice.content.startswith(b"%PDF")
    hidden = maya_browser.get(reverse("barter:batch_notice", args=[circle.pk, batch.pk, other.pk]))
    assert hidden.status_code == 404
    maya_browser.post(reverse("barter:batch_answer", args=[circle.pk, batch.pk, mine.pk]), {"answer": "oui"})
    facilitator.post(reverse("barter:batch_answer", args=[circle.pk, batch.pk, other.pk]), {"answer": "oui"})
    assert (
        maya_browser.post(reverse("barter:batch_end", args=[circle.pk, batch.pk, "executer"])).status_code
        == 404
    )
    facilitator.post(reverse("barter:batch_end", args=[circle.pk, batch.pk, "executer"]))
    assert sorted(Debt.objects.values_list("remaining_cents", flat=True)) == [0, 4_050]
    facilitator.post(reverse("barter:batch_end", args=[circle.pk, batch.pk, "annuler"]), {"reason": "Erreur"})
    assert sorted(Debt.objects.values_list("remaining_cents", flat=True)) == [8_000, 12_050]


def test_an_invoice_received_as_a_file_leads_to_the_debts_of_the_circle(solene: Person) -> None:
    radio, shop = make_seller("Radio Rivage"), make_organization("La Ressourcerie", siren="000345678")
    said = {**SETTINGS, "siren": RADIO.siren, "vat_number": RADIO.vat_number}
    save_profile(actor=None, organization=radio, said=said, now=NOON)
    circle = make_circle(solene, "Le troc", radio, shop)
    taken = take(radio, GOOD)
    browser = browser_of(make_manager(radio))
    detail = reverse("books:received_detail", args=[taken.pk])
    take_up = reverse("barter:debt_invoices", args=[circle.pk, circle.members.get(organization=radio).pk])
    assert take_up not in browser.get(detail).content.decode()
    browser.post(detail, {"avis": "oui"})
    assert take_up in browser.get(detail).content.decode()
    form = browser.get(take_up).content.decode()
    [chosen] = re.findall(r'name="invoices" value="([^"]+)"', form)
    browser.post(take_up, {"invoices": chosen})
    assert Debt.objects.get().amount_cents == taken.due_cents
    assert take_up not in browser.get(detail).content.decode()


@pytest.mark.parametrize("trial", [True, False])
def test_a_file_is_tried_then_kept_whole(maya_browser: Client, circle: Circle, trial: bool) -> None:
    address = reverse("barter:debt_import", args=[circle.pk])
    mine = circle.members.order_by("pk").first()
    assert mine is not None

    def give(text: str) -> str:
        file = SimpleUploadedFile("dettes.csv", text.encode("cp1252"))
        values = {"member": mine.pk, "file": file, **({"dry_run": "on"} if trial else {})}
        return maya_browser.post(address, values, follow=True).content.decode()

    title = "débiteur;créancier;montant;facture;échéance\n"
    bad = give(title + "La Recyclerie;Radio Brume;12,345;F1;\nLa Recyclerie;Radio Brume;1;F2;hier\n")
    assert "Ligne 2" in bad
    assert "Ligne 3" in bad
    many = give(title + "Inconnue;Radio Brume;1;F1;\n" * 203)
    assert "Ligne 201" in many and "Ligne 203" not in many and "… et 3 autres" in many
    assert "Ligne 3 : « Inconnue »" in give(
        title + "La Recyclerie;Radio Brume;1;F1;\nInconnue;La Recyclerie;2;F2;\n"
    ).replace("\xa0", " ")
    assert not Debt.objects.exists()
    give(title + "La Recyclerie;Radio Brume;12,34;F1;31/01/2026\nRadio Brume;La Recyclerie;2;F2;\n")
    assert Debt.objects.count() == (0 if trial else 2)


def test_one_try_names_every_bad_line_of_a_file_in_order(maya_browser: Client, circle: Circle) -> None:
    mine = circle.members.order_by("pk").first()
    assert mine is not None
    lines = (
        "débiteur;créancier;montant;facture;échéance",
        "La Recyclerie;Radio Brume;1;F1;",
        "La Recyclerie;Radio Brume;douze;F2;",
        "La Recyclerie;La Recyclerie;1;F3;",
        "Inconnue;La Recyclerie;1;F4;",
        "La Recyclerie;Radio Brume;1;F5;hier",
        "La Recyclerie;Radio Brume;9;F1;",
        "La Recyclerie;Radio Brume;1;;",
    )
    file = SimpleUploadedFile("dettes.csv", "\n".join(lines).encode())
    page = maya_browser.post(
        reverse("barter:debt_import", args=[circle.pk]), {"member": mine.pk, "file": file}
    ).content.decode()
    named = re.findall(r"<li[^>]*>\s*Ligne (\d)", page)
    assert list(dict.fromkeys(named)) == ["3", "4", "5", "6", "7", "8"]
    assert not Debt.objects.exists()


def test_strangers_see_nothing(client_of: Callable[[str], Client], circle: Circle) -> None:
    for name in ("barter:debts", "barter:batches", "barter:debt_enter", "barter:debt_import"):
        assert client_of("member").get(reverse(name, args=[circle.pk])).status_code == 404
