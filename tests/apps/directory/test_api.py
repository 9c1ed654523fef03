"""The programming interface: what is public and nothing else; no request makes it fail."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from maillage.apps.directory.choices import Status
from maillage.apps.directory.models import Initiative
from maillage.apps.directory.queries.contents import PlaceContent

Publish = Callable[..., Initiative]


def test_initiatives_page_after_page(client: Client, publish: Publish) -> None:
    for number in range(3):
        publish(f"Fiche {number}")
    first = client.get("/api/initiatives?limit=2").json()
    assert first["count"] == 3
    assert len(first["items"]) == 2
    address = first["next"].removeprefix("http://localhost:8000")
    second = client.get(address).json()
    assert second["next"] is None
    assert {item["title"] for item in first["items"] + second["items"]} == {"Fiche 0", "Fiche 1", "Fiche 2"}


def test_one_initiative_without_its_private_contacts(client: Client, publish: Publish) -> None:
    fiche = publish(
        "Le four",
        contact_email="secret@exemple.test",
        context="Un four.",
        places=(PlaceContent(city="Niort", latitude=46.3, longitude=-0.4),),
    )
    said = client.get(f"/api/initiatives/{fiche.pk}").json()
    assert said["texts"] == {"context": "Un four."}
    assert said["points"] == [[-0.4, 46.3]]
    assert said["email"] == ""
    Initiative.objects.update(status=Status.DRAFT)
    assert client.get(f"/api/initiatives/{fiche.pk}").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/api/initiatives?limit=0",
        "/api/initiatives?offset=-1",
        "/api/initiatives?limit=abc",
        "/api/initiatives?bbox=a,b&rayon=NaN&lat=999&structure=99999999999999999999",
        "/api/initiatives?q=%00%00&theme=%00",
        "/api/initiatives/99999999999999999999999",
        "/api/organizations?q=%00&theme=%00&famille=%00",
        "/api/organizations?offset=1000001",
    ],
)
def test_odd_requests_are_answered(client: Client, db: None, address: str) -> None:
    assert client.get(address).status_code < 500


def test_the_interface_is_described(client: Client, db: None) -> None:
    schema = client.get("/api/openapi.json").json()
    assert set(schema["paths"]) >= {"/api/initiatives", "/api/organizations", "/api/themes"}
    page = client.get("/api/docs").content.decode()
    assert "/api/initiatives" in page
    assert "//cdn" not in page
