"""The list of invoices that came as files: narrowed, page after page, out as a table."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.books.choices import ReceivedStatus
from maillage.apps.books.models import ReceivedInvoice
from maillage.apps.directory.models import Organization
from tests.apps.books.making import NOON, make_manager, make_seller
from tests.exported import csv_rows, xlsx_rows

pytestmark = [pytest.mark.django_db, pytest.mark.data]
DAY = date(2026, 11, 1)


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def received(receiver: Organization, number: str, **said: Any) -> ReceivedInvoice:
    return ReceivedInvoice.objects.create(
        **{
            "receiver": receiver,
            "supplier_siren": "732829320",
            "supplier_name": "Librairie du Pont",
            "kind": "invoice",
            "number": number,
            "issued_on": DAY,
            "net_cents": 10_000,
            "vat_cents": 2_000,
            "gross_cents": 12_000,
            "due_cents": 12_000,
            "profile": "EN 16931",
            "content": {},
            "verdict": {},
            "file_sha256": "0" * 64,
            "created_at": NOON,
            **said,
        }
    )


@pytest.fixture
def radio(db: None) -> Organization:
    return make_seller("Radio Brume")


def test_the_table_follows_the_filter_and_is_ones_own(radio: Organization) -> None:
    received(radio, "A-1", status=ReceivedStatus.DISPUTED, reason="=1+1")
    received(radio, "A-2", issued_on=DAY + timedelta(days=10), due_on=DAY + timedelta(days=40))
    received(radio, "B-3", supplier_name="Menuiserie")
    manager, address = browser(make_manager(radio)), reverse("books:received_export", args=["csv"])

    def numbers(client: Client, **asked: str) -> set[str]:
        return {row["numéro"] for row in csv_rows(client.get(address, asked))}

    assert numbers(manager) == {"A-1", "A-2", "B-3"}
    assert numbers(browser(make_manager(make_seller("Ailleurs")))) == set()
    assert numbers(manager, mots="librairie a-") == {"A-1", "A-2"}
    assert numbers(manager, etat="disputed") == {"A-1"}
    assert numbers(manager, du=(DAY + timedelta(days=1)).isoformat()) == {"A-2"}
    assert numbers(manager, au=DAY.isoformat()) == {"A-1", "B-3"}
    [row] = csv_rows(manager.get(address, {"etat": "disputed"}))
    assert row["motif"] == "'=1+1"
    [sheet] = xlsx_rows(manager.get(reverse("books:received_export", args=["xlsx"]), {"mots": "menuiserie"}))
    assert (sheet["TTC (€)"], sheet["reste à régler (€)"]) == (120, 120)
    assert Client().get(address).status_code == 302
    assert manager.get(reverse("books:received_export", args=["pdf"])).status_code == 404


def test_the_second_page_shows_the_rest(radio: Organization) -> None:
    for number in range(32):
        received(radio, f"N{number:02}", created_at=NOON - timedelta(minutes=number))
    manager, address = browser(make_manager(radio)), reverse("books:received_upload")
    first, second = (manager.get(address, {"mots": "n", "page": page}).content.decode() for page in "12")
    assert "N29" in first and "N30" not in first
    assert "N30" in second and "N31" in second and "N29" not in second
    assert "?mots=n&amp;page=2" in first
    narrowed = manager.get(address, {"mots": "n07"}).content.decode()
    assert "N07" in narrowed and "N08" not in narrowed
