"""Workbooks: sheets that follow each other, merged cells and links."""

import io
import re
import zipfile

import pytest
from openpyxl import Workbook

from maillage.kernel.tables.limits import TableLimits
from maillage.kernel.tables.read import read_xlsx


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def book_of(*sheets):
    book = Workbook()
    book.remove(book.active)
    for number, lines in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"F{number}")
        for line in lines:
            sheet.append(line)
    return book


def cells_of(table):
    return [(row.number, row.cells) for row in table.rows]


def test_sheets_are_matched_by_the_names_of_their_columns():
    book = book_of(
        [["Nom", "Ville"], ["A", "Guéret"]],
        [["ville", "Nom"], ["Limoges", "B"]],
        [["Nom", "Code"], ["C", "1"]],
        [["Lisez-moi"]],
        [["Ville", "Nom"]],
    )
    book["F2"]["B2"].hyperlink = "https://b.example/"
    table = read_xlsx(saved(book))
    assert table.header == ["Nom", "Ville"] and table.linked == {0}
    assert [name for name, _reason in table.left_out] == ["F3", "F4"]
    rows = list(table.rows)
    assert [(row.number, row.cells) for row in rows] == [(2, ["A", "Guéret"]), (4, ["B", "Limoges"])]
    assert rows[1].links == ((0, "https://b.example/"),)


def test_a_cell_merged_downwards_has_its_words_in_each_row_that_has_some():
    book = book_of(
        [
            ["Genre", "Nom", "Lieu"],
            ["Jardins", "A", "x"],
            [None, "B", None],
            [],
            [None, "C", "y"],
            [None, "D", "z"],
        ]
    )
    book["F1"].merge_cells("A2:A5")
    book["F1"].merge_cells("C2:D3")
    table = read_xlsx(saved(book))
    assert cells_of(table) == [
        (2, ["Jardins", "A", "x"]),
        (3, ["Jardins", "B", "x"]),
        (5, ["Jardins", "C", "y"]),
        (6, ["", "D", "z"]),
    ]


def test_the_addresses_behind_cells_come_with_their_rows():
    book = book_of([["Nom", "Site"], ["A", "Notre site"], ["B", "La page"], ["C", "Plus loin"], ["D", "Ici"]])
    sheet = book["F1"]
    sheet["B2"].hyperlink = "https://a.example/x"
    sheet["A3"].hyperlink = "mailto:b@b.example"
    sheet["B3"].hyperlink = "javascript:alert(1)"
    sheet["B4"].hyperlink = "#F1!A1"
    sheet["E2"].hyperlink = "https://outside.example/"
    sheet["B5"].hyperlink = "file:///C:/secret.txt"
    table = read_xlsx(saved(book))
    assert [row.links for row in table.rows] == [
        ((1, "https://a.example/x"),),
        ((0, "mailto:b@b.example"),),
        (),
        (),
    ]


def spoilt(book, wanted, change):
    """The workbook, the members whose names match being written otherwise."""
    changed = io.BytesIO()
    with zipfile.ZipFile(saved(book)) as before, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            data = before.read(name)
            after.writestr(name, change(data) if re.search(wanted, name) else data)
    return changed


@pytest.mark.parametrize("limit", [200, 3_000])
def test_too_many_links_are_left_out_and_that_is_said(limit):
    book = book_of([["Nom", "Site"], *[[f"Lieu {number}", "page"] for number in range(100)]])
    for number in range(2, 102):
        book["F1"][f"B{number}"].hyperlink = "https://a.example/"
    whole = read_xlsx(saved(book))
    assert not whole.left_out and sum(bool(row.links) for row in whole.rows) == 100
    table = read_xlsx(saved(book), limits=TableLimits(marks_bytes_max=limit))
    assert [name for name, _reason in table.left_out] == ["F1"]
    assert [row.links for row in table.rows] == [()] * 100


def test_one_link_over_a_million_rows_is_one_too_many():
    book = book_of([["Nom", "Site"], ["A", "page"]])
    book["F1"]["B2"].hyperlink = "https://a.example/"
    stream = spoilt(book, r"sheet1\.xml$", lambda data: data.replace(b'ref="B2"', b'ref="B2:B1048576"'))
    table = read_xlsx(stream)
    assert [name for name, _reason in table.left_out] == ["F1"]
