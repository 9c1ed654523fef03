"""Every page but the home page shows the way back, read from its address when it does not say it itself."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils.html import strip_tags

from maillage.apps.accounts.choices import Role
from maillage.apps.accounts.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def facilitator(client: Client) -> Person:
    person = Person.objects.create_user("solene@exemple.org", name="Solène", role=Role.FACILITATOR)
    client.force_login(person)
    return person


def way_of(client: Client, address: str) -> list[str]:
    page = client.get(address).content.decode()
    trail = re.findall(r'<nav class="m-breadcrumb".*?</nav>', page, re.S)
    assert len(trail) <= 1
    return [strip_tags(step).strip() for step in re.findall(r"<li.*?</li>", "".join(trail), re.S)]


@pytest.mark.parametrize(
    ("address", "way"),
    [
        ("/", []),
        ("/initiatives/", ["Accueil", "Initiatives"]),
        ("/mon-espace/", ["Accueil", "Mon espace"]),
        ("/mon-espace/notifications/", ["Accueil", "Mon espace", "Notifications"]),
        ("/compte/cles/", ["Accueil", "Mon espace", "Connexion et sécurité", "Mes clés d’accès"]),
        ("/animation/", ["Accueil", "Animation"]),
        ("/themes/", ["Accueil", "Animation", "Thèmes"]),
        ("/animation/imports/nouveau/", ["Accueil", "Animation", "Imports", "Importer un fichier"]),
        ("/informations/mentions-legales/", ["Accueil", "Mentions légales"]),
        ("/aide/", ["Accueil", "Aide"]),
    ],
)
def test_the_way_back(client: Client, facilitator: Person, address: str, way: list[str]) -> None:
    assert [step.replace("'", "’") for step in way_of(client, address)] == way


def test_a_page_that_draws_its_own_way_shows_it_once(client: Client, facilitator: Person) -> None:
    assert way_of(client, "/animation/synonymes/nouveau/")[:2] == ["Accueil", "Animation"]


def test_the_gallery_shows_one_way_and_the_example(client: Client) -> None:
    page = client.get("/composants/").content.decode()
    assert page.count('<nav class="m-breadcrumb"') == 2
