"""Addresses become places: by the national service when there is one, by what is loaded here otherwise."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from maillage.apps.directory.models import BanAddress, Commune
from maillage.apps.directory.queries import geocoding
from maillage.apps.directory.queries.contents import PlaceContent
from maillage.apps.directory.queries.geocoding import find_places, locate
from maillage.apps.directory.queries.placing import with_coordinates
from maillage.cores.text import sort_key
from maillage.kernel.fetch.safe import Policy


@pytest.fixture
def country(db: None) -> None:
    for code, name, postal, population in (
        ("87085", "Limoges", "87000", 130_000),
        ("87154", "Saint-Junien", "87200", 11_000),
        ("23176", "Saint-Étienne-de-Fursac", "23290", 800),
        ("42218", "Saint-Étienne", "42000", 170_000),
    ):
        Commune.objects.create(
            insee_code=code, name=name, sort_key=sort_key(name), postal_codes=[postal], department_code=code[:2],
            population=population, latitude=45.0 + int(code[:2]) / 100, longitude=1.5,
        )  # fmt: skip
    for number, (street, city, code, postal) in enumerate(
        [
            ("Rue Jean Jaurès", "Limoges", "87085", "87000"),
            ("Rue de la Gare", "Saint-Junien", "87154", "87200"),
        ]
    ):
        for house in ("", "12", "12 bis", "14"):
            BanAddress.objects.create(
                ban_id=f"{code}_{number}_{house}", number=house, street=street, street_key=sort_key(street),
                postal_code=postal, insee_code=code, city=city, city_key=sort_key(city),
                latitude=45.8 + len(house) / 100, longitude=1.2,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("limo", "Limoges (87000)"),
        ("St Junien", "Saint-Junien (87200)"),
        ("saint étienne", "Saint-Étienne (42000)"),
        ("87200", "Saint-Junien (87200)"),
        ("12 bis rue jean jaures limoges", "12 bis Rue Jean Jaurès, 87000 Limoges"),
        ("12 rue de la gare 87200", "12 Rue de la Gare, 87200 Saint-Junien"),
        ("99 rue Jean-Jaurès, 87000 LIMOGES", "Rue Jean Jaurès, 87000 Limoges"),
        ("rue jaurès limoges", "Rue Jean Jaurès, 87000 Limoges"),
        ("rue jean j", "Rue Jean Jaurès, 87000 Limoges"),
    ],
)
def test_found_without_network(country: None, typed: str, label: str) -> None:
    assert find_places(typed)[0].label == label


@pytest.mark.parametrize("typed", ["", "x", "\x00", "zzzz qqqq", "12", "%_%", "'" * 500])
def test_nothing_is_no_fault(country: None, typed: str) -> None:
    assert [place for place in find_places(typed) if place.kind == "address"] == []


def test_forms_place_an_address_or_else_its_commune(country: None) -> None:
    said = (
        PlaceContent(address="14 rue Jean Jaurès", postal_code="87000", city="Limoges"),
        PlaceContent(address="Le Bourg", postal_code="87000", city="Limoges"),
        PlaceContent(address="14 rue Jean Jaurès", city="Limoges", latitude=1.0, longitude=2.0),
        PlaceContent(city="Ailleurs"),
    )
    street, centre, typed, nowhere = with_coordinates(said)
    assert (street.latitude, street.commune_id) == (45.82, "87085")
    assert (centre.latitude, centre.longitude) == (45.87, 1.5)
    assert (typed.latitude, typed.commune_id) == (1.0, "87085")
    assert nowhere.latitude is None


def feature(label: str, kind: str, score: float = 0.9, at: Any = (1.26, 45.83)) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": at},
        "properties": {
            "label": label, "type": kind, "score": score, "name": label.split(" 87")[0], "postcode": "87000", "citycode": "87085",
            "city": "Limoges",
        },
    }  # fmt: skip


class FakeService(http.server.BaseHTTPRequestHandler):
    answer: bytes = b""
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(parse_qs(urlsplit(self.path).query)["q"][0])
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_said: object) -> None:
        pass


@pytest.fixture
def service(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[FakeService]]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FakeService)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    port = server.server_address[1]
    monkeypatch.setattr(geocoding, "POLICY", Policy(ports=(port,), allows=lambda _address: True))
    settings.GEOCODER_URL = f"http://127.0.0.1:{port}/search"
    FakeService.asked = []
    yield FakeService
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_national_service_is_asked_first(country: None, service: type[FakeService]) -> None:
    features = [
        feature("3 Rue Neuve 87000 Limoges", "housenumber"),
        feature("Doubtful", "street", score=0.1),
        feature("Nowhere", "street", at=[1]),
        feature("Off", "street", at=[1, 950]),
        {"properties": None},
        "?",
    ]
    service.answer = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    places = find_places("3 rue neuve & limoges")
    assert [place.label for place in places] == ["3 Rue Neuve 87000 Limoges"]
    assert (places[0].latitude, places[0].longitude, places[0].kind) == (45.83, 1.26, "address")
    assert service.asked == ["3 rue neuve & limoges"]
    found = locate("3 rue Neuve", "87000", "Limoges")
    assert found is not None
    assert locate("8 place Haute", "87000", "Limoges") is None


@pytest.mark.parametrize(
    "answer", [b"", b"<html>", b"[]", b'{"features": 3}', b"[" * 100_000, b"x" * 400_000]
)
def test_a_service_that_fails_leaves_what_is_here(
    country: None, service: type[FakeService], answer: bytes
) -> None:
    service.answer = answer
    assert find_places("limoges")[0].label == "Limoges (87000)"


def test_the_service_off_line_leaves_what_is_here(country: None, settings: Any) -> None:
    settings.GEOCODER_URL = "http://127.0.0.1:9/search"
    assert find_places("limoges")[0].label == "Limoges (87000)"


def test_completion_over_http(client: Client, country: None, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.get("/carte/adresses/", {"q": "limoges"})
    assert answer.json()["places"][0]["city"] == "Limoges"
    monkeypatch.setattr("maillage.apps.directory.views.geocoding.QUESTIONS_PER_MINUTE", 2)
    statuses = [client.get("/carte/adresses/", {"q": "li"}).status_code for _turn in range(4)]
    assert 429 in statuses
    assert client.post("/carte/adresses/").status_code == 405
