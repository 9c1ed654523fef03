"""A facilitator gives the maps their ground, from a file or from the national service."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from maillage.apps.directory.forms import communes as forms
from maillage.apps.directory.models import Commune
from maillage.apps.directory.views import communes as page
from maillage.kernel.audit.models import AuditEntry
from maillage.kernel.fetch.safe import Fetched, FetchError
from tests.factories import make_person

pytestmark = pytest.mark.django_db

SQUARE = {"type": "Polygon", "coordinates": [[[1, 45], [2, 45], [2, 46], [1, 46], [1, 45]]]}


def geojson(*names: str) -> bytes:
    features = [
        {
            "type": "Feature",
            "geometry": SQUARE,
            "properties": {
                "code": f"8700{number}", "nom": name, "codesPostaux": ["87000"], "codeDepartement": "87",
                "centre": {"type": "Point", "coordinates": [1.5, 45.5]},
            },
        }
        for number, name in enumerate(names, 1)
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.fixture
def facilitator(client: Client) -> Client:
    client.force_login(make_person("facilitator"))
    return client


def asked(client: Client, **said: Any) -> tuple[int, str]:
    answer = client.post(reverse("directory:communes"), said, follow=True)
    return answer.status_code, answer.content.decode()


def test_an_empty_site_says_what_they_are_for_and_its_map_leads_to_them(facilitator: Client) -> None:
    assert "Aucune commune" in facilitator.get(reverse("directory:communes")).content.decode()
    assert reverse("directory:communes") in facilitator.get(reverse("directory:map")).content.decode()
    assert reverse("directory:communes") in facilitator.get(reverse("portal:facilitation")).content.decode()


def test_a_file_is_loaded_and_told(facilitator: Client) -> None:
    file = SimpleUploadedFile("communes.geojson", geojson("Limoges", "Panazol"))
    status, said = asked(facilitator, file=file)
    assert status == 200
    assert "2 communes sont chargées." in said
    assert Commune.objects.get(name="Panazol").contour == SQUARE
    assert AuditEntry.objects.get(verb="commune.load").actor_id is not None
    assert reverse("directory:communes") not in facilitator.get(reverse("directory:map")).content.decode()


def test_a_departement_is_asked_of_the_service(facilitator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = []

    def fetch(url: str, **_bounds: Any) -> Fetched:
        addresses.append(url)
        return Fetched(url, io.BytesIO(geojson("Ajaccio")), 1, "application/geo+json", "utf-8", "")

    monkeypatch.setattr(page, "fetch", fetch)
    assert "1 commune est chargée." in asked(facilitator, department=" 2a ")[1]
    assert addresses[0].startswith("https://geo.api.gouv.fr/departements/2A/communes?")


@pytest.mark.parametrize("code", ["1", "96", "00", "../..", "20", "99"])
def test_what_is_no_departement_is_not_asked(facilitator: Client, code: str) -> None:
    status, said = asked(facilitator, department=code)
    assert status == 422
    assert "n’est pas un numéro de département" in said or "caractères" in said


def test_one_of_the_two_is_needed(facilitator: Client) -> None:
    file = SimpleUploadedFile("communes.geojson", geojson("Limoges"))
    for said in ({}, {"department": "87", "file": file}):
        status, shown = asked(facilitator, **said)
        assert status == 422
        assert "l’un des deux" in shown
    assert not Commune.objects.exists()


def test_a_service_that_does_not_answer_is_told(facilitator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(url: str, **_bounds: Any) -> Fetched:
        raise FetchError("Le site ne répond pas.")

    monkeypatch.setattr(page, "fetch", fetch)
    status, said = asked(facilitator, department="87")
    assert status == 422
    assert "Le site ne répond pas." in said


@pytest.mark.parametrize("content", [b"pas du JSON", b"[]", b'{"type": "FeatureCollection", "features": []}'])
def test_a_file_without_communes_is_told_so(facilitator: Client, content: bytes) -> None:
    status, said = asked(facilitator, file=SimpleUploadedFile("a.json", content))
    assert status == 422
    assert "Erreur" in said
    assert not Commune.objects.exists()


def test_an_entry_that_cannot_be_read_is_named_and_the_others_are_kept(facilitator: Client) -> None:
    spoilt = json.loads(geojson("Limoges", "Panazol"))
    del spoilt["features"][0]["properties"]["nom"]
    status, said = asked(facilitator, file=SimpleUploadedFile("a.json", json.dumps(spoilt).encode()))
    assert status == 200
    assert "Certaines entrées ont été laissées de côté" in said
    assert [commune.name for commune in Commune.objects.all()] == ["Panazol"]


def test_a_file_too_heavy_is_refused_before_it_is_read(
    facilitator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "FILE_BYTES_MAX", 100)
    status, said = asked(facilitator, file=SimpleUploadedFile("a.json", geojson("Limoges")))
    assert status == 422
    assert "un département à la fois" in said
    assert not Commune.objects.exists()


HOSTILE = (
    {"nom": "<script>alert(1)</script>"},
    {"nom": "a\x00b" + "é" * 20_000},
    {"nom": ["une", "liste"]},
    {"code": "²²²²²"},
    {"code": {"$ne": 1}},
    {"codesPostaux": 87000},
    {"codesPostaux": ["٨٧٠٠٠", None, {"a": 1}]},
    {"population": 10**30},
    {"population": True},
    {"codeDepartement": "\x00" * 50},
    {"codeEpci": 10**40},
    {"centre": {"type": "Point", "coordinates": ["nan", 1e400]}},
)


def test_a_point_of_a_contour_is_two_numbers(facilitator: Client) -> None:
    given = json.loads(geojson("Limoges"))
    given["features"][0]["geometry"]["coordinates"][0][1] = [2, 45, "\x00", {"a": []}]
    asked(facilitator, file=SimpleUploadedFile("a.json", json.dumps(given).encode()))
    assert Commune.objects.get().contour == SQUARE


@pytest.mark.parametrize("spoilt", HOSTILE)
def test_hostile_words_are_kept_small_or_left_out(facilitator: Client, spoilt: dict[str, Any]) -> None:
    given = json.loads(geojson("Limoges", "Panazol"))
    given["features"][0]["properties"] |= spoilt
    status, said = asked(facilitator, file=SimpleUploadedFile("a.json", json.dumps(given).encode()))
    assert status == 200
    assert "<script>alert" not in said
    assert Commune.objects.filter(name="Panazol").exists()


def test_the_same_departement_twice_is_there_once(facilitator: Client) -> None:
    for _click in range(2):
        asked(facilitator, file=SimpleUploadedFile("a.json", geojson("Limoges")))
    assert Commune.objects.count() == 1
