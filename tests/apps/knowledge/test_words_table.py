"""The vocabulary and who has a word, out as tables; workshops, all of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.actions.terms import update_term
from maillage.apps.knowledge.models import Workshop
from maillage.apps.knowledge.queries.terms import TermContent, chain_above
from tests.exported import csv_rows, xlsx_rows
from tests.factories import NOW, make_organization, make_statement, make_workshop

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_vocabulary_leaves_with_what_its_pages_say(
    client: Client, solene: Person, fournil: Organization
) -> None:
    bread = make_statement(fournil, "Faire du pain").term
    craft = make_statement(fournil, "Artisanat").term
    make_statement(make_organization("Ailleurs"), "Faire du pain", relation="seeks")
    hidden = make_organization("Brouillon", status="draft")
    make_statement(hidden, "Faire du pain")
    update_term(
        actor=solene,
        term_id=bread.pk,
        content=TermContent(
            name="Faire du pain",
            description="=2+2",
            reference="D1102",
            broader_id=craft.pk,
            synonyms=("Boulanger", "Pétrir"),
        ),
        now=NOW,
    )
    rows = {row["mot"]: row for row in csv_rows(client.get(reverse("knowledge:terms_export", args=["csv"])))}
    row = rows["Faire du pain"]
    assert (row["se dit aussi"], row["mots plus larges"]) == ("Boulanger, Pétrir", "Artisanat")
    assert (row["référence"], row["l’ont"], row["le cherchent"]) == ("D1102", "1", "1")
    assert row["adresse de la référence"].endswith("D1102")
    assert row["description"] == "'=2+2"
    narrowed = xlsx_rows(client.get(reverse("knowledge:terms_export", args=["xlsx"]), {"q": "petrir"}))
    assert [each["mot"] for each in narrowed] == ["Faire du pain"]
    assert csv_rows(client.get(reverse("knowledge:terms_export", args=["csv"]), {"sorte": "milieu"})) == []
    assert client.get(reverse("knowledge:terms_export", args=["pdf"])).status_code == 404
    shown = client.get(reverse("knowledge:terms"), {"q": "petrir"}).content.decode()
    assert reverse("knowledge:terms_export", args=["csv"]) + "?q=petrir" in shown


def test_who_has_a_word_leaves_from_its_page(client: Client, fournil: Organization) -> None:
    bread = make_statement(fournil, "Faire du pain").term
    make_statement(fournil, "Artisanat")
    address = reverse("knowledge:term_export", args=[bread.pk, bread.slug, "csv"])
    assert address in client.get(reverse("knowledge:term", args=[bread.pk, bread.slug])).content.decode()
    assert [(row["structure"], row["mot"]) for row in csv_rows(client.get(address))] == [
        ("Le Fournil", "Faire du pain")
    ]


def test_a_ring_of_broader_words_stops_the_climb() -> None:
    assert chain_above(1, {1: 2, 2: 3, 3: None}) == [2, 3]
    assert chain_above(1, {1: 2, 2: 1}) == [2]
    assert chain_above(1, {1: 2, 2: 3, 3: 2}) == [2, 3]
    assert chain_above(9, {}) == []


def test_every_workshop_is_listed(solene: Person, maya: Person) -> None:
    for number in range(32):
        made = make_workshop(solene, f"Atelier {number:02}")
        Workshop.objects.filter(pk=made.pk).update(held_on=NOW.date() - timedelta(days=number))
    facilitator, address = browser(solene), reverse("knowledge:workshops")
    assert "Atelier 30" not in facilitator.get(address).content.decode()
    assert "Atelier 30" in facilitator.get(address, {"page": "2"}).content.decode()
    table = reverse("knowledge:workshops_export", args=["csv"])
    since = (NOW.date() - timedelta(days=1)).isoformat()
    assert [row["atelier"] for row in csv_rows(facilitator.get(table, {"du": since}))] == [
        "Atelier 00",
        "Atelier 01",
    ]
    assert browser(maya).get(table).status_code == 404
