"""The fiche of an organisation: all that it says, who sees what of it, its numbers checked, its history."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions.organizations import change_organization_status
from maillage.apps.directory.actions.themes import create_default_themes
from maillage.apps.directory.choices import Family, LegalForm, Status
from maillage.apps.directory.models import Organization, OrganizationVersion, Theme
from maillage.apps.directory.queries.contacts import own_email
from tests.apps.directory.conftest import NOW

pytestmark = pytest.mark.data

FULL = {
    "name": "Atelier coopératif des Vallons",
    "short_name": "ACV",
    "summary": "On y répare ensemble.",
    "description": "Un **atelier** ouvert.",
    "family": "cooperative",
    "legal_form": "scic",
    "siren": "732 829 320",
    "siret": "732 829 320 00074",
    "rna": "w871 000 001",
    "address": "3, rue des Établis",
    "postal_code": "87000",
    "city": "Limoges",
    "latitude": "45.83",
    "longitude": "1.26",
    "website": "atelier.example",
    "contacts-TOTAL_FORMS": "3",
    "contacts-INITIAL_FORMS": "0",
    "contacts-0-email": "cache@atelier.example",
    "contacts-1-label": "Accueil",
    "contacts-1-name": "Inès",
    "contacts-1-phone": "05 55 00 00 00",
    "contacts-1-public": "on",
    "opening_hours": "Le samedi matin",
    "links": "Nos films : https://films.example/a\nhttps://autre.example",
    "networks": "Réseau des ateliers",
    "labels": "ESUS",
}


def form_of(**changes: str) -> dict[str, str]:
    return {**FULL, **changes}


@pytest.fixture
def body(client: Client, facilitator: Person) -> Organization:
    """Made through its form by a facilitator, hence public at once."""
    create_default_themes(actor=None, now=NOW)
    client.force_login(facilitator)
    theme = Theme.objects.get(slug="alimentation")
    client.post(reverse("directory:organization_create"), form_of() | {"theme_ids": str(theme.pk)})
    client.logout()
    return Organization.objects.get()


def url(name: str, body: Organization, *more: object) -> str:
    return reverse(f"directory:{name}", args=[body.pk, body.slug, *more])


def test_all_that_was_said_is_on_the_page_but_what_is_hidden(client: Client, body: Organization) -> None:
    page = client.get(url("organization_detail", body)).content.decode()
    shown = (
        "Atelier coopératif des Vallons", "ACV", "On y répare ensemble.", "<strong>atelier</strong>", "Coopérative", "SCIC",
        "732829320", "73282932000074", "W871000001", "Accueil", "Inès", "Alimentation", "Limoges", "https://atelier.example", "05 55 00 00 00",
        "Le samedi matin", "Nos films", "https://films.example/a", "https://autre.example", "Réseau des ateliers", "ESUS",
    )  # fmt: skip
    assert [words for words in shown if words not in page] == []
    assert "cache@atelier.example" not in page
    assert "rue des Établis" not in page, "its address was not ticked as public"


def test_the_interface_and_the_table_say_the_same(client: Client, body: Organization) -> None:
    said = client.get(f"/api/organizations/{body.pk}").json()
    assert said == client.get("/api/organizations").json()["items"][0]
    assert (said["siret"], said["legal_form"], said["labels"]) == ("73282932000074", "scic", "ESUS")
    assert said["links"] == [
        {"label": "Nos films", "url": "https://films.example/a"},
        {"label": "", "url": "https://autre.example"},
    ]
    assert (said["email"], said["phone"]) == ("", "+33555000000")
    assert said["contacts"] == [{"label": "Accueil", "name": "Inès", "email": "", "phone": "+33555000000"}]
    assert (said["address"], said["latitude"]) == ("", None)
    table = client.get(reverse("directory:organization_export", args=["csv"])).getvalue().decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(table), delimiter=";")
    assert (row["sigle"], row["rna"], row["courriel"]) == ("ACV", "W871000001", "")
    assert (row["téléphone"], row["contacts"]) == ("'+33555000000", "Accueil · Inès · +33555000000")
    assert "https://films.example/a" in row["liens"]
    assert client.get("/api/organizations/999999").status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("siren", "732829321", "n’est pas un SIREN"),
        ("siret", "73282932000075", "n’est pas un SIRET"),
        ("siret", "35600000000048", "ne commence pas par le SIREN"),
        ("rna", "X871000001", "Un numéro RNA"),
        ("contacts-1-phone", "0555", "Téléphone 2 : « 0555 » n’est pas un numéro de téléphone"),
        ("contacts-1-phone", "", "ou retirez ce contact"),
        ("contacts-0-email", "cache", "Adresse électronique 1"),
        ("links", "Nos films", "n’est pas un lien"),
        ("website", "javascript:alert(1)", "valide"),
        ("latitude", "", "vont ensemble"),
    ],
)
def test_a_fault_is_named_and_nothing_is_saved(
    client: Client, facilitator: Person, field: str, value: str, sentence: str
) -> None:
    client.force_login(facilitator)
    page = client.post(reverse("directory:organization_create"), form_of(**{field: value})).content.decode()
    assert sentence in page
    assert 'href="#id_' in page
    assert "3, rue des Établis" in page, "what was typed is kept"
    assert not Organization.objects.exists()


def test_la_poste_has_a_rule_of_its_own(client: Client, facilitator: Person) -> None:
    client.force_login(facilitator)
    said = form_of(siren="", siret="35600000000048")
    client.post(reverse("directory:organization_create"), said)
    assert Organization.objects.get().siren == "356000000"


def test_a_siret_stands_once(client: Client, body: Organization, facilitator: Person) -> None:
    client.force_login(facilitator)
    page = client.post(reverse("directory:organization_create"), form_of(name="Une autre")).content.decode()
    assert "Une autre structure du répertoire" in page or "Une autre structure de l’annuaire" in page
    assert Organization.objects.count() == 1


def test_every_form_and_family_can_be_chosen(client: Client, facilitator: Person) -> None:
    client.force_login(facilitator)
    page = client.get(reverse("directory:organization_create")).content.decode()
    for value in (*Family.values, *LegalForm.values):
        assert f'value="{value}"' in page
    for words in ("SCIC", "SCOP", "CAE", "CUMA", "Mutuelle", "ESUS", "Fondation", "informel", "public"):
        assert words in page, words


def test_a_member_proposes_and_becomes_its_manager(client: Client, member: Person) -> None:
    client.force_login(member)
    client.post(reverse("directory:organization_create"), {"name": "Le Comptoir", "address_public": "on"})
    made = Organization.objects.get()
    assert made.status == Status.PROPOSED
    assert made.memberships.get().person == member
    client.logout()
    assert client.get(url("organization_detail", made)).status_code == 404


def test_its_history_is_told_and_returned_to(client: Client, body: Organization, facilitator: Person) -> None:
    client.force_login(facilitator)
    client.post(
        url("organization_edit", body),
        form_of(
            seen=str(body.version),
            description="Un atelier fermé.",
            **{"contacts-0-email": "autre@atelier.example"},
        ),
    )
    body.refresh_from_db()
    assert body.version == 2
    history = client.get(url("organization_history", body)).content.decode()
    assert "Anne Anim" in history
    assert "Description" in history
    version = client.get(url("organization_version", body, 2)).content.decode()
    assert "<del>" in version
    assert "fermé" in version
    assert "<ins>autre" in version
    client.logout()
    public = client.get(url("organization_version", body, 2)).content.decode()
    assert "fermé" in public
    assert "atelier.example" not in public.replace("https://atelier.example", "")
    assert client.post(url("organization_restore", body, 1)).status_code == 302
    assert OrganizationVersion.objects.count() == 2, "a visitor is led to sign in"
    client.force_login(facilitator)
    client.post(url("organization_restore", body, 1))
    body.refresh_from_db()
    assert (body.description, own_email(body), body.version) == (
        "Un **atelier** ouvert.",
        "cache@atelier.example",
        3,
    )
    assert client.post(url("organization_restore", body, 99)).status_code == 404


def test_what_was_said_before_its_publication_is_not_in_the_public_history(
    client: Client, member: Person, facilitator: Person
) -> None:
    client.force_login(member)
    for _click in range(2):
        client.post(
            reverse("directory:organization_create"),
            {"name": "Le Comptoir", "summary": "Le voisin ne veut pas."},
        )
    made = Organization.objects.get()
    edit = url("organization_edit", made)
    client.post(edit, {"name": "Le Comptoir", "summary": "On y mange.", "seen": "1"})
    change_organization_status(
        actor=facilitator, organization_id=made.pk, status=Status.PUBLISHED, now=timezone.now()
    )
    client.post(edit, {"name": "Le Comptoir du pays", "summary": "On y mange.", "seen": "2"})
    client.logout()
    history = client.get(url("organization_history", made)).content.decode()
    assert "Version 3" in history
    assert "Version 1" not in history
    assert "Le voisin" not in client.get(url("organization_version", made, 2)).content.decode()
    assert client.get(url("organization_version", made, 1)).status_code == 404
    client.force_login(member)
    assert "Le voisin" in client.get(url("organization_version", made, 1)).content.decode()


def test_two_people_at_once_lose_nothing(client: Client, body: Organization, facilitator: Person) -> None:
    client.force_login(facilitator)
    edit = url("organization_edit", body)
    client.post(edit, form_of(seen="1", summary="La première"))
    page = client.post(edit, form_of(seen="1", summary="La seconde")).content.decode()
    assert "La seconde" in page
    assert 'name="seen" value="2"' in page
    assert Organization.objects.get().summary == "La première"
