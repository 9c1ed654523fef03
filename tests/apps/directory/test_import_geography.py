"""Communes, areas and addresses, from small invented files of the national forms."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maillage.apps.directory.actions.geography import load_addresses, load_areas, load_communes
from maillage.apps.directory.models import BanAddress, Commune, Territory
from maillage.apps.directory.readers.rows import UnreadableFileError

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FILES = Path(__file__).resolve().parents[2] / "data" / "imports"


def load(loader, data):
    if not isinstance(data, (bytes, str)):
        data = json.dumps(data)
    return loader(stream=io.BytesIO(data.encode() if isinstance(data, str) else data), now=NOW)


def test_communes_with_contours_then_without():
    loaded = load(load_communes, (FILES / "communes.json").read_bytes())
    assert (loaded.read, loaded.written, len(loaded.faults)) == (4, 2, 2)
    commune = Commune.objects.get(pk="99001")
    assert (commune.name, commune.sort_key, commune.postal_codes, commune.grouping_code) == (
        "L’Isle-aux-Essais",
        "isle aux essais",
        ["99100", "99110"],
        "249900001",
    )
    assert (commune.latitude, commune.longitude, commune.population) == (46.25, 1.25, 1234)
    load(load_communes, [{"nom": "L’Isle-aux-Essais", "code": "99001", "codesPostaux": ["99100"]}])
    commune.refresh_from_db()
    assert (
        commune.contour["type"] == "Polygon"
        and commune.population == 1234
        and commune.postal_codes == ["99100"]
    )


def test_communes_as_geojson():
    square = {"type": "Polygon", "coordinates": [[[1, 46], [2, 46], [2, 47], [1, 47], [1, 46]]]}
    feature = {"type": "Feature", "properties": {"nom": "Essai", "code": "2A999"}, "geometry": square}
    load(load_communes, {"type": "FeatureCollection", "features": [feature]})
    commune = Commune.objects.get()
    assert (commune.insee_code, commune.department_code, commune.latitude) == ("2A999", "2A", 46.5)


@pytest.mark.parametrize(
    "coordinates",
    [[[[1, 46], [200, 46], [2, 47], [1, 46]]], [[1, 2]], "x", [[["a", "b"]] * 5], [[[True, False]] * 5], []],
)
def test_contours_that_are_none_are_left_out(coordinates):
    load(
        load_communes,
        [{"nom": "Essai", "code": "99009", "contour": {"type": "Polygon", "coordinates": coordinates}}],
    )
    assert Commune.objects.get().contour is None


def test_areas_are_created_then_brought_to_date():
    Commune.objects.create(insee_code="99001", name="A", sort_key="a", department_code="99")
    square = {"type": "Polygon", "coordinates": [[[1, 46], [2, 46], [2, 47], [1, 47], [1, 46]]]}
    features = [
        {
            "type": "Feature",
            "properties": {"nom": "Pays d’Essai", "code": "P1", "communes": ["99001", "99999"]},
            "geometry": square,
        },
        {
            "type": "Feature",
            "properties": {"nom": "Sans rien"},
            "geometry": {"type": "Point", "coordinates": [1, 46]},
        },
        {"type": "Feature", "properties": {}, "geometry": square},
    ]
    for _time in range(2):
        loaded = load(load_areas, {"type": "FeatureCollection", "features": features})
        assert (loaded.written, len(loaded.faults)) == (1, 2)
    area = Territory.objects.get()
    assert (area.slug, area.kind, area.communes.count()) == ("pays-dessai", "grouping", 1)


def polygon(*corners):
    return {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}


def test_an_area_is_a_contour_among_other_shapes_and_one_that_cannot_be_right_says_why():
    shapes = {
        "Parmi d’autres": {
            "type": "GeometryCollection",
            "geometries": [{"type": "Point", "coordinates": [1, 46]}, polygon([1, 46], [2, 46], [2, 47])],
        },
        "Une île à l’étranger": polygon([-25.7, 37.7], [-25.1, 37.7], [-25.1, 37.9]),
        "En France inversée": polygon([46, 1], [46, 2], [47, 2]),
        "La Réunion inversée": polygon([-21.3, 55.3], [-20.9, 55.3], [-20.9, 55.7]),
        "En mètres": polygon([700000, 6600000], [710000, 6600000], [710000, 6610000]),
        "Ailleurs": polygon([190, 46], [191, 46], [191, 47]),
        "Un point": {"type": "Point", "coordinates": [1, 46]},
        "Rien": None,
    }
    features = [
        {"type": "Feature", "properties": {"nom": name}, "geometry": shape} for name, shape in shapes.items()
    ]
    loaded = load(load_areas, {"type": "FeatureCollection", "features": features})
    kept = Territory.objects.order_by("pk").values_list("name", "contour__type")
    assert list(kept) == [("Parmi d’autres", "Polygon"), ("Une île à l’étranger", "Polygon")]
    france, island, metres, nowhere, point, nothing = loaded.faults
    assert "inversées" in france and "inversée" in island and "Lambert-93" in metres and "190" in nowhere
    assert all("ni contour ni communes" in each for each in (point, nothing))


def test_addresses_of_the_national_base():
    for _time in range(2):
        loaded = load(load_addresses, (FILES / "adresses.csv").read_bytes())
        assert (loaded.read, loaded.written, len(loaded.faults)) == (4, 2, 2)
    address = BanAddress.objects.get(ban_id="99001_0010_00012_bis")
    assert str(address) == "12 bis Rue de l’Essai, 99100 L’Isle-aux-Essais"
    assert (address.latitude, address.longitude) == (46.2512, 1.2534)


def test_another_csv_is_refused():
    with pytest.raises(UnreadableFileError, match="lat"):
        load(load_addresses, "id;nom\n1;x\n")
