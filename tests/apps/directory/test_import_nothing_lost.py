"""What files say beside their plain cells is read, and what is not read is said."""

from __future__ import annotations

import io
import json

import pytest
from django.utils.translation import override
from openpyxl import Workbook

from maillage.apps.directory.readers.reading import open_source
from maillage.apps.directory.readers.rows import EXCHANGED, RowError


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
