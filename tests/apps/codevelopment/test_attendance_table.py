"""Who came, meeting by meeting, as a table; programmes beyond a page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.codevelopment.actions.programmes import open_programme
from maillage.apps.codevelopment.models import CircleSeat, Meeting, Participant
from tests.exported import csv_rows, xlsx_rows
from tests.factories import NOW, make_person, make_programme

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_each_person_has_a_line_and_each_meeting_held_a_column(solene: Person, maya: Person) -> None:
    programme = make_programme(solene, maya)
    first = Meeting.objects.get(programme=programme, number=1)
    Meeting.objects.filter(pk=first.pk).update(held_at=NOW)
    seats = CircleSeat.objects.filter(circle__meeting=first)
    seats.update(attendance="present")
    away = Participant.objects.get(programme=programme, name="Personne 3 4")
    Participant.objects.filter(pk=away.pk).update(structure="=1+1")
    seats.filter(participant=away).update(attendance="excused")
    table = reverse("codevelopment:attendance_export", args=[programme.pk, "csv"])
    rows = {row["personne"]: row for row in csv_rows(browser(solene).get(table))}
    assert len(rows) == 10
    there, missing = rows["Personne 1 2"], rows["Personne 3 4"]
    assert (there["venue"], there["attendue"], there["part (%)"]) == ("1", "1", "100")
    assert (missing["venue"], missing["attendue"], missing["part (%)"]) == ("0", "1", "0")
    assert missing["structure"] == "'=1+1"
    columns = [name for name in there if name.startswith("rencontre")]
    assert columns == ["rencontre 1"], "the second was not held"
    sheet = xlsx_rows(browser(solene).get(table.replace("csv", "xlsx")))
    assert {row["personne"] for row in sheet} == rows.keys()
    assert browser(maya).get(table).status_code == 404
    assert Client().get(table).status_code == 302
    page = browser(solene).get(reverse("codevelopment:programme", args=[programme.pk])).content.decode()
    assert table in page


def test_no_programme_is_cut(solene: Person) -> None:
    for number in range(32):
        open_programme(actor=solene, title=f"Programme {number:02}", rounds_count=2, now=NOW)
    client, address = browser(solene), reverse("codevelopment:list")
    pages = [client.get(address, {"page": page}).content.decode() for page in "12"]
    assert [sum(f"Programme {number:02}" in page for number in range(32)) for page in pages] == [30, 2]
    found = client.get(address, {"mots": "programme 07", "etat": "en-cours"}).content.decode()
    assert "Programme 07" in found and "Programme 08" not in found
    assert "Programme 07" not in client.get(address, {"etat": "termines"}).content.decode()
    assert "Programme 07" not in browser(make_person()).get(address).content.decode()
