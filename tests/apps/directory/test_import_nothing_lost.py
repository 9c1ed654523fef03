"""What files say beside their plain cells is read, and what is not read is said."""

from __future__ import annotations

import io
import json

import pytest
from django.utils.translation import override
from openpyxl import Workbook

from maillage.apps.directory.readers import json_content
from maillage.apps.directory.readers.reading import open_source
from maillage.apps.directory.readers.rows import EXCHANGED, RowError, UnreadableFileError


def rows_of(data):
    """What a file gives, its sentences as the code has them."""
    if not isinstance(data, (str, bytes)):
        data = json.dumps(data)
    with override("en"):
        return list(open_source(io.BytesIO(data.encode() if isinstance(data, str) else data)).rows())


def workbook(*sheets, links=None, merged=()):
    book = Workbook()
    book.remove(book.active)
    for number, lines in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Feuille {number}")
        for line in lines:
            sheet.append(line)
    for cell, address in (links or {}).items():
        book["Feuille 1"][cell].hyperlink = address
    for area in merged:
        book["Feuille 1"].merge_cells(area)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_sheet_whose_columns_stand_in_another_order_is_read_and_one_with_others_is_named():
    data = workbook(
        [["Nom", "Ville"], ["Jardin", "Guéret"]],
        [["Ville", "Nom"], ["Limoges", "Ferme"]],
        [["Code", "Sens"], ["1", "oui"], ["2", "non"]],
    )
    left_out, *rows = rows_of(data)
    assert isinstance(left_out, RowError) and left_out.field == "sheet “Feuille 3”"
    assert left_out.message == "This sheet was not read: its columns are others."
    assert [(row.title, row.city) for row in rows] == [("Jardin", "Guéret"), ("Ferme", "Limoges")]


def test_links_of_a_workbook_are_the_values_of_sites_and_a_column_beside_other_words():
    data = workbook(
        [
            ["Nom", "Ville", "Site", "Courriel"],
            ["Jardin", "Guéret", "Notre site", "Écrire"],
            ["Ferme", "Limoges", "https://ferme.example", "a@b.example"],
            ["Four", "Tulle", "", ""],
        ],
        links={
            "C2": "https://jardin.example/x",
            "D2": "mailto:jardin@jardin.example?subject=Bonjour",
            "C3": "https://autre.example/",
            "A4": "https://four.example/",
        },
    )
    garden, farm, oven = rows_of(data)
    assert (garden.website, garden.email, garden.warnings) == (
        "https://jardin.example/x",
        "jardin@jardin.example",
        (),
    )
    assert (farm.website, farm.email) == ("https://ferme.example", "a@b.example")
    assert farm.extra == {"Site (link)": "https://autre.example/"}
    assert (oven.title, oven.website) == ("Four", "") and oven.extra == {
        "Nom (link)": "https://four.example/"
    }
    with override("en"):
        source = open_source(io.BytesIO(data))
        assert source.columns == ("Nom", "Ville", "Site", "Courriel", "Nom (link)")
        assert list(source.rows({"Nom (link)": "website"}))[2].website == "https://four.example/"


def test_a_category_merged_over_two_rows_is_that_of_both():
    data = workbook(
        [["Catégorie", "Nom", "Ville"], ["Jardins", "Un", "Guéret"], [None, "Deux", "Limoges"]],
        merged=["A2:A3"],
    )
    assert [row.categories for row in rows_of(data)] == [("Jardins",), ("Jardins",)]


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(16.2, -61.5), (14.6, -61.0), (4.9, -52.3), (-20.88, 55.45), (-12.8, 45.2), (46.8, -56.2), (-22.3, 166.4), (-17.5, -149.6)],
)  # fmt: skip
def test_positions_of_overseas_that_changed_places_are_seen(latitude, longitude):
    right, wrong = rows_of(f"nom;lat;lon\nDroit;{latitude};{longitude}\nInversé;{longitude};{latitude}\n")
    assert (right.latitude, right.longitude) == (latitude, longitude)
    assert (wrong.row, wrong.field, wrong.reason) == (3, "latitude", EXCHANGED)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(-54.8, -68.3), (64.1, -21.9), (-1.3, 36.8), (43.36, -8.4), (59.9, 10.7), (-33.9, 18.4), (9.0, 38.7), (-46.4, 51.8), (38.7, -27.2)],
)  # fmt: skip
def test_positions_abroad_are_left_as_they_are(latitude, longitude):
    (row,) = rows_of(f"nom;lat;lon\nLoin;{latitude};{longitude}\n")
    assert (row.latitude, row.longitude) == (latitude, longitude)


CAFE = {"type": "node", "id": 9, "lat": 46.1, "lon": 1.8, "tags": {"name": "Un café", "amenity": "cafe"}}
REMARK = 'runtime error: Query timed out in "query" at line 3 after 25 seconds.'
ANSWER = {"version": 0.6, "generator": "Overpass API", "elements": [CAFE], "remark": REMARK}
XML = f"""<osm version="0.6"><node id="9" lat="46.1" lon="1.8"><tag k="name" v="Un café"/><tag k="amenity" v="cafe"/></node>
<remark> {REMARK} </remark></osm>"""


@pytest.mark.parametrize("bytes_max", [10, 10_000])
@pytest.mark.parametrize("data", [ANSWER, XML])
def test_an_answer_of_overpass_that_was_cut_short_says_so(data, bytes_max, monkeypatch):
    monkeypatch.setattr(json_content, "WHOLE_BYTES_MAX", bytes_max)
    cafe, remark = rows_of(data)
    assert (cafe.title, cafe.external_id) == ("Un café", "node/9")
    assert isinstance(remark, RowError) and REMARK in remark.message and remark.field == "whole file"


@pytest.mark.parametrize(
    "data", [{"elements": [], "remark": REMARK}, f"<osm><remark>{REMARK}</remark></osm>"]
)
def test_an_answer_of_overpass_with_a_remark_and_nothing_else_is_refused_with_it(data):
    with pytest.raises(UnreadableFileError, match="Query timed out"):
        rows_of(data)


@pytest.mark.parametrize("separator", ["\t", ";"])
@pytest.mark.parametrize("format", ["auto", "osm"])
def test_a_table_of_overpass_is_read_as_its_elements(separator, format):
    lines = [
        "@id,@type,name,@lat,@lon,amenity",
        "1,node,A lieu,46.1,1.8,cafe",
        "2,way,B lieu,,,",
        "3,node,C lieu,1.8,46.1,",
    ]
    data = "\n".join(lines).replace(",", separator)
    source = open_source(io.BytesIO(data.encode()), format=format)
    place, way, wrong = source.rows()
    assert (source.format, source.variant) == ("osm", "csv")
    assert (place.number, place.external_id, place.title) == (2, "node/1", "A lieu")
    assert (place.latitude, place.longitude, place.categories) == (46.1, 1.8, ("Café",))
    assert place.source_url == "https://www.openstreetmap.org/node/1"
    assert (way.external_id, way.latitude) == ("way/2", None)
    assert (wrong.row, wrong.reason) == (4, EXCHANGED)


def test_a_table_of_overpass_without_kinds_keeps_its_positions():
    (row,) = rows_of("@id,name,@lat,@lon\n1,A lieu,46.1,1.8\n")
    assert (row.external_id, row.latitude, row.longitude) == ("1", 46.1, 1.8)


@pytest.mark.parametrize(
    "cell",
    [
        "https://www.openstreetmap.org/#map=19/46.1/1.8",
        "https://umap.example/fr/map/carte_12#17/46.1/1.8",
        "https://www.google.com/maps/place/Lieu/data=!3d46.1!4d1.8",
        "GEOMETRYCOLLECTION(POINT(1.8 46.1))",
        "GEOMETRYCOLLECTION (POLYGON((0 45, 1 45, 1 46, 0 45)), POINT Z (1.8 46.1 3))",
        "SRID=4326;GEOMETRYCOLLECTION(LINESTRING(1.7 46.0, 1.9 46.2))",
        "lat: 46.1, lon: 1.8",
        "Latitude = 46,1 ; Longitude = 1,8",
        "(lng: 1.8, lat: 46.1)",
    ],
)
def test_a_position_is_understood_as_people_copy_it(cell):
    (row,) = rows_of([{"nom": "Lieu", "coordonnées": cell}])
    assert (row.latitude, row.longitude, row.address, row.warnings) == (46.1, 1.8, "", ())


@pytest.mark.parametrize(
    "cell", ["POINT EMPTY", "SRID=4326;POINT Z EMPTY", "POINT(0 0)", "0, 0", "[0.0, 0.0]"]
)
def test_an_empty_position_is_none(cell):
    (row,) = rows_of([{"nom": "Lieu", "coordonnées": cell}])
    assert (row.latitude, row.address, row.extra, row.warnings) == (None, "", {}, ())


@pytest.mark.parametrize(
    "cell", ["https://maps.app.goo.gl/AbCd12", "POINT(ici)", "46.1 / 1.8 / 3 / 4", "12/06/2022"]
)
def test_a_position_that_is_not_understood_is_kept_and_said(cell):
    (row,) = rows_of([{"nom": "Lieu", "coordonnées": cell}])
    assert (row.latitude, row.address, row.extra) == (None, "", {"point": cell})
    assert [warning.field for warning in row.warnings] == ["point"] and cell in row.warnings[0].message


def test_words_where_a_position_was_expected_are_the_address_or_kept():
    alone, beside = rows_of("nom;adresse;location\nA;;Place du Marché\nB;3 rue X;Place du Marché\n")
    assert (alone.address, alone.extra) == ("Place du Marché", {})
    assert (beside.address, beside.extra) == ("3 rue X", {"point": "Place du Marché"})
    assert not alone.warnings and not beside.warnings


def test_addresses_between_angles_are_no_tags():
    (row,) = rows_of(
        "nom;courriel;description\nA;<a@b.example>;Écrire à <c@d.example> ou voir <https://e.example/f> <b>vite</b>\n"
    )
    assert row.email == "a@b.example" and not row.warnings
    assert row.description == "Écrire à c@d.example ou voir https://e.example/f vite"


def test_cells_of_a_table_in_a_text_are_lines():
    table = "<table><tr><th>Adresse</th> <td>3 rue X</td></tr><tr><td>Ville</td><td>Guéret</td></tr></table>"
    (row,) = rows_of([{"nom": "A", "description": f"Avant<br>{table}Après"}])
    assert row.description == "Avant\nAdresse\n3 rue X\nVille\nGuéret\nAprès"


@pytest.mark.parametrize(
    ("shape", "latitude", "longitude"),
    [
        ("<Point><coordinates>1.8, 46.1, 0</coordinates></Point>", 46.1, 1.8),
        ("<Point><coordinates>\n 1.8 , 46.1 \n</coordinates></Point>", 46.1, 1.8),
        ("<LineString><coordinates>1.8, 46.1, 0 2.0, 46.3, 0</coordinates></LineString>", 46.2, 1.9),
        ("<LineString><coordinates>1.8,46.1 2.0,46.3,5</coordinates></LineString>", 46.2, 1.9),
        ("<gx:Track><when>2024</when><gx:coord>1.8 46.1 0</gx:coord><gx:coord>2.0 46.3 0</gx:coord></gx:Track>", 46.2, 1.9),
        ("<gx:MultiTrack><gx:Track><gx:coord>1.8 46.1 0</gx:coord></gx:Track></gx:MultiTrack>", 46.1, 1.8),
    ],
)  # fmt: skip
def test_a_place_of_kml_is_found_however_its_numbers_are_parted(shape, latitude, longitude):
    names = 'xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"'
    (row,) = rows_of(f"<kml {names}><Placemark><name>A</name>{shape}</Placemark></kml>")
    assert (row.latitude, row.longitude) == (latitude, longitude)
