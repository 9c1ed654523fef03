"""What lies under the pins: the country that the house carries, then the communes and territories that the site loads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from maillage.apps.directory.models import Commune
from maillage.apps.directory.queries import ground as drawn
from maillage.apps.directory.queries.country import COUNTRY, country_sketch
from maillage.cores.geo.contours import contains, read_contour
from tests.factories import make_initiative

pytestmark = pytest.mark.django_db

LIMOUSIN = "0.8,45.2,2.6,46.4"


@pytest.fixture(autouse=True)
def nothing_drawn() -> None:
    drawn._drawings.clear()


def ground(client: Client, **asked: str) -> tuple[list[str], list[str]]:
    """The kinds of the contours and the names of the places, in order."""
    answer = client.get(reverse("directory:ground"), asked)
    features = json.loads(answer.content)["features"]
    kinds = [one["properties"]["kind"] for one in features if one["geometry"]["type"] != "Point"]
    return kinds, [one["properties"]["name"] for one in features if one["geometry"]["type"] == "Point"]


def commune(
    code: str, department: str, name: str = "Bellac", contour: dict[str, Any] | None = None
) -> Commune:
    return Commune.objects.create(
        insee_code=code, name=name, sort_key=name.lower(), department_code=department, population=4000,
        latitude=46.12, longitude=1.05, contour=contour,
    )  # fmt: skip


def square(west: float, south: float) -> dict[str, Any]:
    ring = [[west, south], [west + 0.1, south], [west + 0.1, south + 0.1], [west, south + 0.1], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_a_site_without_communes_stands_in_its_country(client: Client) -> None:
    kinds, names = ground(client, bbox=LIMOUSIN, zoom="8")
    assert kinds.count("department") >= 3 and set(kinds) == {"department"}
    assert names[0] == "Limoges" and {"Guéret", "Tulle", "Eymoutiers"} <= set(names)


def test_without_a_box_the_whole_country_is_drawn(client: Client) -> None:
    kinds, names = ground(client)
    assert kinds.count("department") == 96
    assert names[:2] == ["Paris", "Marseille"] and len(names) == drawn.TOWNS_MAX


def test_loaded_communes_say_the_names_of_their_departement(client: Client) -> None:
    commune("87011", "87", "Bellac-le-Vrai", square(1.0, 46.1))
    kinds, names = ground(client, bbox=LIMOUSIN, zoom="8")
    assert kinds.count("commune") == 1 and "department" in kinds
    assert "Bellac-le-Vrai" in names and "Limoges" not in names
    assert "Tulle" in names, "the towns of the others stay"


def test_an_invented_territory_takes_the_place_of_the_towns_there(client: Client) -> None:
    """What is imported beside it still stands in its country."""
    assert "Bellac" in ground(client, bbox=LIMOUSIN, zoom="8")[1]
    commune("00001", "00", "Belleronde", square(1.0, 46.1))
    kinds, names = ground(client, bbox=LIMOUSIN, zoom="8")
    assert kinds[-1] == "commune" and "department" in kinds
    assert names[:2] == ["Belleronde", "Limoges"] and "Bellac" not in names


def test_a_contour_is_drawn_to_the_pixel_and_read_once(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    commune("00001", "00", "Belleronde", square(1.0, 46.1))
    commune("00002", "00", "Sansborne")
    ground(client, bbox=LIMOUSIN, zoom="8")
    with django_assert_max_num_queries(5):
        kinds, names = ground(client, bbox=LIMOUSIN, zoom="8")
    assert kinds.count("commune") == 1 and names[:2] == ["Belleronde", "Sansborne"]


def test_a_large_area_is_never_drawn_finely(client: Client) -> None:
    """Whoever asks for the whole country at the finest zoom is given the lines that a screen of it can show."""
    address = reverse("directory:ground")
    fine, plain = (client.get(address, {"bbox": "-6,41,10,52", "zoom": zoom}).content for zoom in ("13", "8"))
    assert fine == plain and len(fine) < 400_000
    near = json.loads(client.get(address, {"bbox": "1.2,45.8,1.3,45.9", "zoom": "13"}).content)["features"]
    assert near[0]["geometry"]["coordinates"][0][0]


def test_far_away_there_is_nothing(client: Client) -> None:
    assert ground(client, bbox="-150,-40,-149,-39", zoom="8") == ([], [])


@pytest.mark.parametrize(("bbox", "zoom"), [("x", "8"), ("1,2,3", "8"), (LIMOUSIN, "x"), (LIMOUSIN, "99")])
def test_a_box_or_a_zoom_that_is_none(client: Client, bbox: str, zoom: str) -> None:
    kinds, _names = ground(client, bbox=bbox, zoom=zoom)
    assert "department" in kinds


def test_the_glimpse_of_the_home_page_stands_on_it_too(client: Client) -> None:
    make_initiative()
    drawing = client.get(reverse("directory:glimpse")).content.decode()
    assert drawing.count("<path") >= 1 and "Limoges" in drawing


def test_the_sketch_holds_together() -> None:
    """Every town has its département, every département its towns, and Limoges is in the Haute-Vienne."""
    sketch = country_sketch()
    assert {town.department_code for town in sketch.towns} == sketch.contours.keys()
    assert len(sketch.contours) == 101 and len(sketch.departments_in(COUNTRY)) == 96
    limoges = next(town for town in sketch.towns if town.name == "Limoges")
    assert limoges.department_code == "87"
    assert contains(sketch.contours["87"], *sketch.places[[sketch.towns.index(limoges)]].T[::-1]).all()
    for contour in sketch.contours.values():
        read_contour(contour)
