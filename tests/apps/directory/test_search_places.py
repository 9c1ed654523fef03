"""Places answer a search, and the index stays what a full rebuild would make of it, whatever happens."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions import imports as actions
from maillage.apps.directory.actions.geography import load_areas, load_communes
from maillage.apps.directory.actions.territories import delete_territory, save_territory
from maillage.apps.directory.models import ImportRun, Initiative, Territory
from maillage.kernel.privacy.erasure import erase_person
from maillage.kernel.search.index import rebuild
from maillage.kernel.search.models import LexiconWord, SearchEntry
from tests.apps.directory.conftest import NOW

pytestmark = pytest.mark.data

COMMUNES = [
    {
        "code": code,
        "nom": name,
        "codesPostaux": [postal_code],
        "codeDepartement": code[:2],
        "population": 100,
        "centre": {"type": "Point", "coordinates": [1.5, 45.5]},
    }
    for code, name, postal_code in (
        ("87085", "Limoges", "87000"),
        ("2A004", "Ajaccio", "20000"),
        ("01004", "Ambérieu", "01500"),
    )
]


@pytest.fixture(autouse=True)
def committed(db: None, django_capture_on_commit_callbacks: Callable[..., Any]) -> Iterator[None]:
    """Words are counted after the commit: here, as they would be in life."""
    with django_capture_on_commit_callbacks(execute=True):
        load_communes(stream=io.BytesIO(json.dumps(COMMUNES).encode()), now=NOW)
    yield


def found(client: Client, **query: str) -> str:
    return client.get(reverse("portal:search"), query).content.decode()


def index_now() -> list[dict[str, Any]]:
    return list(SearchEntry.objects.order_by("kind", "object_id").values(*_INDEXED))


_INDEXED = (
    "kind",
    "object_id",
    "title",
    "url",
    "facets",
    "digest",
    "terms_title",
    "terms_keywords",
    "latitude",
)


def as_a_rebuild_would() -> bool:
    kept = index_now()
    rebuild()
    return kept == index_now()


@pytest.mark.parametrize(
    ("words", "code", "name"),
    [("limoges", "87085", "Limoges"), ("amberieu", "01004", "Ambérieu"), ("20000", "2A004", "Ajaccio")],
)
def test_a_commune_is_found_by_its_name_or_postal_code(
    client: Client, words: str, code: str, name: str
) -> None:
    page = found(client, q=words)
    assert f'href="{reverse("directory:commune", args=[code])}"' in page
    assert f'href="{reverse("directory:map")}?commune={code}"' in page
    assert f'href="{reverse("directory:initiative_list")}?commune={code}"' in page
    assert "Voir sur la carte" in page and "Voir les initiatives d’ici" in page
    proposed = client.get(reverse("portal:search_suggestions"), {"q": name}).content.decode()
    assert reverse("directory:commune", args=[code]) in proposed


def test_a_territory_is_found_while_it_exists(client: Client, facilitator: Person) -> None:
    made = save_territory(
        actor=facilitator,
        territory_id=None,
        name="Pays des Vallons",
        description="Entre **deux** rivières.",
        commune_ids=["87085"],
        contour=None,
        now=NOW,
    )
    page = found(client, q="vallons")
    assert f'href="{reverse("directory:territory", args=[made.slug])}"' in page
    assert f'href="{reverse("directory:initiative_list")}?territoire={made.slug}"' in page
    assert as_a_rebuild_would()
    delete_territory(actor=facilitator, territory_id=made.pk, now=NOW)
    assert reverse("directory:territory", args=[made.slug]) not in found(client, q="vallons")
    assert as_a_rebuild_would()


def test_places_are_a_kind_among_others_with_their_number(
    client: Client, publish: Callable[..., Initiative]
) -> None:
    publish("Le jardin de Limoges")
    page = found(client, q="limoges")
    assert "2 résultats" in page and 'value="commune"' in page and 'value="initiative"' in page
    alone = found(client, q="limoges", type="commune")
    assert "1 résultat" in alone and "Le jardin de" not in alone


def test_loading_areas_and_communes_again_leaves_the_index_true() -> None:
    area = {"type": "Feature", "properties": {"nom": "La Vallée", "code": "V1", "communes": ["87085"]}}
    for name in ("La Vallée", "La Haute Vallée"):
        area["properties"]["nom"] = name  # type: ignore[index]
        document = {"type": "FeatureCollection", "features": [area]}
        load_areas(stream=io.BytesIO(json.dumps(document).encode()), now=NOW)
        assert as_a_rebuild_would()
    assert (
        SearchEntry.objects.get(kind="territory").title == Territory.objects.get().name == "La Haute Vallée"
    )
    renamed = [{**COMMUNES[0], "nom": "Limoges-la-Neuve"}]
    load_communes(stream=io.BytesIO(json.dumps(renamed).encode()), now=NOW)
    assert SearchEntry.objects.filter(kind="commune", title="Limoges-la-Neuve").exists()
    assert as_a_rebuild_would()


def test_an_import_its_undoing_and_an_erasure_leave_the_index_true(
    facilitator: Person, publish: Callable[..., Initiative]
) -> None:
    publish("Le four")
    table = b"titre;commune;description\nLe verger;Limoges;On y plante\nLe lavoir;Ajaccio;On y lave\n"
    actions.import_file(actor=facilitator, stream=io.BytesIO(table), name="a.csv", source="essai", now=NOW)
    assert SearchEntry.objects.filter(kind="initiative").count() == 3
    assert as_a_rebuild_would()
    actions.undo_import(actor=facilitator, run_id=ImportRun.objects.get().pk, now=NOW)
    assert SearchEntry.objects.filter(kind="initiative").count() == 1
    assert as_a_rebuild_would()
    erase_person(person=facilitator, now=NOW)
    assert as_a_rebuild_would()
    assert LexiconWord.objects.filter(word="limoges").exists()
