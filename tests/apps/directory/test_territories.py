"""Communes and territories: their pages, their figures, and how facilitators make them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions.themes import create_default_themes
from maillage.apps.directory.models import Commune, Initiative, Territory, Theme
from maillage.apps.directory.queries.contents import PlaceContent
from maillage.apps.directory.queries.filters import InitiativeFilter, filter_initiatives
from tests.apps.directory.conftest import NOW

Publish = Callable[..., Initiative]
AROUND_LIMOGES = {
    "type": "Polygon",
    "coordinates": [[[1.1, 45.7], [1.4, 45.7], [1.4, 45.95], [1.1, 45.95], [1.1, 45.7]]],
}
CENTRE_OF_LIMOGES = {
    "type": "Polygon",
    "coordinates": [[[1.25, 45.82], [1.27, 45.82], [1.27, 45.84], [1.25, 45.84], [1.25, 45.82]]],
}


@pytest.fixture
def country(db: None) -> None:
    for code, name, latitude, longitude in (
        ("87085", "Limoges", 45.85, 1.25),
        ("87154", "Saint-Junien", 45.89, 0.90),
        ("87114", "Panazol", 45.84, 1.31),
        ("23001", "Panazol", 46.2, 2.1),
    ):
        Commune.objects.create(
            insee_code=code, name=name, sort_key=name.lower().replace("-", " "), department_code=code[:2], grouping_code="248719312",
            latitude=latitude, longitude=longitude, population=1000, contour=AROUND_LIMOGES if code == "87085" else None,
        )  # fmt: skip


@pytest.fixture
def garden(country: None, publish: Publish) -> Initiative:
    create_default_themes(actor=None, now=NOW)
    child = Theme.objects.filter(parent__isnull=False).order_by("pk").first()
    assert child is not None
    place = PlaceContent(city="Limoges", commune_id="87085", latitude=45.83, longitude=1.26)
    return publish("Jardin <b>partagé</b>", places=(place,), family="association", theme_ids=(child.pk,))


def post(client: Client, person: Person, **said: Any) -> Any:
    client.force_login(person)
    return client.post("/territoires/nouveau/", {"name": "Pays", "description": "", **said})


def test_communes_put_together(client: Client, facilitator: Person, garden: Initiative) -> None:
    answer = post(client, facilitator, communes="Limoges\n87154, 87114")
    assert answer.status_code == 302
    territory = Territory.objects.get()
    assert (territory.slug, territory.kind) == ("pays", "grouping")
    assert set(territory.communes.values_list("pk", flat=True)) == {"87085", "87154", "87114"}
    page = client.get(answer["Location"]).content.decode()
    assert "Jardin &lt;b&gt;partagé&lt;/b&gt;" in page
    assert "Association" in page
    drawing = client.get("/territoires/pays/dessin.geojson").json()
    kinds = [feature["geometry"]["type"] for feature in drawing["features"]]
    assert kinds == ["Polygon", "Point"]
    edited = client.get("/territoires/pays/modifier/")
    assert "87085" in edited.content.decode()


def test_whole_groupings_and_departments(client: Client, facilitator: Person, country: None) -> None:
    post(client, facilitator, communes="EPCI 248719312")
    assert Territory.objects.get().communes.count() == 4
    post(client, facilitator, communes="DEP 87")
    assert Territory.objects.order_by("-pk")[0].slug == "pays-2"
    assert Territory.objects.order_by("-pk")[0].communes.count() == 3


def test_a_contour_takes_the_communes_inside(client: Client, facilitator: Person, garden: Initiative) -> None:
    upload = SimpleUploadedFile("pays.geojson", json.dumps(AROUND_LIMOGES).encode())
    assert post(client, facilitator, communes="", file=upload).status_code == 302
    territory = Territory.objects.get()
    assert territory.kind == "area"
    assert set(territory.communes.values_list("pk", flat=True)) == {"87085", "87114"}
    assert list(filter_initiatives(InitiativeFilter(territory="pays"))) == [garden]


def test_an_area_smaller_than_a_commune_holds_the_places_inside(
    client: Client, facilitator: Person, garden: Initiative, publish: Publish
) -> None:
    publish("Ailleurs", places=(PlaceContent(commune_id="87085", latitude=45.9, longitude=1.26),))
    post(client, facilitator, contour=json.dumps(CENTRE_OF_LIMOGES))
    assert Territory.objects.get().communes.count() == 0
    assert list(filter_initiatives(InitiativeFilter(territory="pays"))) == [garden]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("communes", "", "au moins une commune"),
        ("communes", "Atlantis", "Ligne 1"),
        ("communes", "Limoges\nPanazol", "plusieurs communes"),
        ("communes", "DEP 99", "aucune commune"),
        ("contour", "{", "même pas du JSON"),
        ("contour", "[" * 100_000, "trop de niveaux"),
        ("contour", '{"type": "Point", "coordinates": [1, 2]}', "aucun polygone"),
        (
            "contour",
            json.dumps({"type": "Polygon", "coordinates": [[[45, 1], [45, 2], [46, 2], [45, 1]]]}),
            "inversées",
        ),
        (
            "contour",
            json.dumps({"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 2]]]}),
            "fermé",
        ),
        ("contour", "x" * 2_000_001, "trop long"),
        ("name", "", "obligatoire"),
    ],
)
def test_faults_are_named_and_nothing_is_saved(
    client: Client, facilitator: Person, country: None, field: str, value: str, sentence: str
) -> None:
    answer = post(client, facilitator, **{field: value})
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not Territory.objects.exists()


def test_only_facilitators_make_and_remove(
    client: Client, facilitator: Person, member: Person, country: None
) -> None:
    assert client.get("/territoires/nouveau/").status_code == 302
    assert post(client, member, communes="Limoges").status_code == 404
    post(client, facilitator, communes="Limoges")
    client.force_login(member)
    assert client.post("/territoires/pays/retirer/").status_code == 404
    client.force_login(facilitator)
    assert client.get("/territoires/pays/retirer/").status_code == 405
    assert client.post("/territoires/pays/retirer/").status_code == 302
    assert not Territory.objects.exists()


def test_pages_for_everybody(client: Client, garden: Initiative) -> None:
    assert "Pas encore de territoire" in client.get("/territoires/").content.decode()
    page = client.get("/communes/87085/").content.decode()
    assert "Limoges" in page
    assert "Jardin" in page
    assert len(client.get("/communes/87085/dessin.geojson").json()["features"]) == 2
    assert client.get("/communes/2A999/").status_code == 404
    assert client.get("/territoires/rien/").status_code == 404
    assert client.get("/territoires/rien/dessin.geojson").status_code == 404
