"""Needs and offers on the map: the same filter as the list, only what one may see, never nearer than the commune."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.directory.models import Commune
from maillage.apps.exchange.choices import Audience, Direction, Kind
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.listings import ListingFilter
from maillage.apps.exchange.queries.map import (
    NEED,
    OFFER,
    NoSuchTileError,
    listing_points,
    listing_tile,
    members_of_cell,
)
from tests.cores.geo.decoding import read_tile
from tests.factories import make_listing

pytestmark = pytest.mark.django_db
GUERET = {"city": "Guéret", "latitude": 46.17, "longitude": 1.87}
LIMOGES = {"city": "Limoges", "latitude": 45.83, "longitude": 1.26}
HERE = "/besoins-et-offres/carte/"


def drawn(client: Client, zoom: int = 0, x: int = 0, y: int = 0, **query: str) -> list[dict[str, object]]:
    answer = client.get(f"{HERE}tuiles/{zoom}/{x}/{y}", query)
    assert answer.status_code == 200
    return tags(answer.content)


def tags(tile: bytes) -> list[dict[str, object]]:
    return [feature["tags"] for feature in read_tile(tile).get("listings", [])]


def test_pins_say_needs_from_offers_and_group(client: Client, maya: Person) -> None:
    one = make_listing("Un local", actor=maya, **GUERET)
    make_listing("Un van", actor=maya, kind=Kind.VEHICLE, **LIMOGES)
    make_listing("Une salle", actor=maya, direction=Direction.OFFER, kind=Kind.ROOM, **LIMOGES)
    make_listing("Nulle part", actor=maya)
    [everything] = drawn(client)
    assert everything["count"] == 3
    points = listing_points(ListingFilter(), is_member=False)
    assert sorted(points.pins.tolist()) == [NEED, NEED, OFFER]
    assert points.bounds == (1.26, 45.83, 1.87, 46.17)
    near = [listing_tile(points, 8, 129, 90), listing_tile(points, 8, 128, 91)]
    found = [feature for tile in near for feature in tags(tile)]
    alone = [feature for feature in found if feature["count"] == 1]
    assert [(feature["id"], feature["theme"]) for feature in alone] == [(one.pk, NEED)]
    [together] = [feature for feature in found if feature["count"] == 2]
    assert together["to"] == 0, "two in one commune never come apart"
    assert len(members_of_cell(points, str(together["cell"]))) == 2
    assert [feature["count"] for feature in drawn(client, sens="offer")] == [1]


def test_the_map_shows_what_the_viewer_may_see(client: Client, maya: Person, omar: Person) -> None:
    hidden = make_listing("Un local discret", actor=maya, audience=Audience.NETWORK, **GUERET)
    make_listing("Un brouillon", actor=maya, opened=False, **GUERET)
    assert drawn(client) == []
    assert "discret" not in client.get(HERE).content.decode()
    assert "discret" not in client.get(f"{HERE}ici/", {"annonce": hidden.pk}).content.decode()
    client.force_login(omar)
    assert [feature["id"] for feature in drawn(client)] == [hidden.pk]
    page = client.get(HERE).content.decode()
    assert "discret" in page and "brouillon" not in page
    assert "discret" in client.get(f"{HERE}ici/", {"annonce": hidden.pk}).content.decode()


def test_tiles_are_nobody_elses_and_asked_again(client: Client, maya: Person, omar: Person) -> None:
    make_listing("Un local", actor=maya, **GUERET)
    first = client.get(f"{HERE}tuiles/0/0/0")
    assert first["Cache-Control"] == "private, no-cache"
    again = client.get(f"{HERE}tuiles/0/0/0", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    make_listing("Un local discret", actor=maya, audience=Audience.NETWORK, **GUERET)
    assert client.get(f"{HERE}tuiles/0/0/0", headers={"If-None-Match": first["ETag"]}).status_code == 304
    client.force_login(omar)
    changed = client.get(f"{HERE}tuiles/0/0/0", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_the_list_beside_the_map_follows_its_frame_and_the_address(client: Client, maya: Person) -> None:
    make_listing("Un local", actor=maya, **GUERET)
    make_listing("Un van", actor=maya, kind=Kind.VEHICLE, **LIMOGES)
    framed = client.get(HERE, {"bbox": "1.5,46,2,46.5"}).content.decode()
    assert "Un local" in framed and "Un van" not in framed and 'data-box="1"' in framed
    wanted = client.get(HERE, {"sorte": "vehicle", "vue": "45.8,1.2,9"}).content.decode()
    assert 'data-query="sorte=vehicle"' in wanted and 'data-view="45.8,1.2,9"' in wanted
    assert "Un van" in wanted and "Un local" not in wanted
    part = client.get(HERE, headers={"HX-Request": "true", "HX-Target": "div#resultats"}).content.decode()
    assert "<html" not in part and "Un local" in part and part.strip() in client.get(HERE).content.decode()


@pytest.mark.parametrize(
    "box", ["", "1,2,3", "a,b,c,d", "nan,0,1,1", "2,90,1,-90", "9999,0,1,1", "1e400,0,0,0"]
)
def test_a_frame_that_makes_no_sense_is_left_aside(client: Client, maya: Person, box: str) -> None:
    make_listing("Un local", actor=maya, **GUERET)
    assert "Un local" in client.get(HERE, {"bbox": box}).content.decode()


def test_what_is_no_tile_is_not_there(client: Client, maya: Person) -> None:
    make_listing("Un local", actor=maya, **GUERET)
    for path in ("19/0/0", "3/9/0", "99999999999999999999/0/0"):
        assert client.get(f"{HERE}tuiles/{path}").status_code == 404, path
    points = listing_points(ListingFilter(), is_member=False)
    for cell in ("", "x", "3-1", "40-0-0", "3-999-0", "3-1-1; DROP"):
        with pytest.raises(NoSuchTileError):
            members_of_cell(points, cell)
        assert client.get(f"{HERE}ici/", {"groupe": cell}).status_code == 200


def test_a_need_said_at_an_address_stands_at_its_commune(client: Client, maya: Person) -> None:
    Commune.objects.create(
        insee_code="23096",
        name="Guéret",
        sort_key="gueret",
        postal_codes=["23000"],
        department_code="23",
        latitude=46.17,
        longitude=1.87,
    )
    client.force_login(maya)
    said = {"direction": "need", "kind": "premises", "title": "Un local", "audience": "public"}
    client.post(
        reverse("exchange:listing_create"),
        {**said, "postal_code": "23000", "city": "Guéret", "latitude": "46.1712", "address": "3 rue d’ici"},
    )
    listing = Listing.objects.get()
    assert (listing.latitude, listing.longitude, listing.address) == (46.17, 1.87, "")


def test_both_maps_lead_to_each_other(client: Client) -> None:
    assert HERE in client.get("/carte/").content.decode()
    assert "/carte/" in client.get(HERE).content.decode()
    assert HERE in client.get("/besoins-et-offres/").content.decode()
