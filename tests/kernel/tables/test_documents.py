"""Workbooks of LibreOffice: values, merged cells, links, hidden sheets, and what is made to do harm."""

from __future__ import annotations

import io
import zipfile

import pytest

from maillage.kernel.tables.limits import UnreadableTableError
from maillage.kernel.tables.read import read_xlsx

NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
)
HIDDEN = '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'


def text(words, more=""):
    return f'<table:table-cell office:value-type="string"{more}><text:p>{words}</text:p></table:table-cell>'


def row(*cells, more=""):
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def sheet(name, *rows, style="ta1"):
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'


def book(*sheets, before="", manifest=""):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?>{before}<office:document-content {NAMES}><office:automatic-styles>{HIDDEN}'
            f"</office:automatic-styles><office:body><office:spreadsheet>{''.join(sheets)}</office:spreadsheet></office:body>"
            "</office:document-content>",
        )
        if manifest:
            archive.writestr("META-INF/manifest.xml", manifest)
    return stream


HEADER = row(text("Nom"), text("Ville"), text("Latitude"), text("Date"))


def test_values_are_read_as_they_are_not_as_they_show():
    number = '<table:table-cell office:value-type="float" office:value="46.3214"><text:p>46,32</text:p></table:table-cell>'
    code = '<table:table-cell office:value-type="float" office:value="79000"><text:p>79 000</text:p></table:table-cell>'
    day = '<table:table-cell office:value-type="date" office:date-value="2020-01-31"><text:p>31/01/20</text:p></table:table-cell>'
    words = text('Le<text:s text:c="2"/>Four<text:line-break/><text:span>du bas</text:span>')
    table = read_xlsx(
        book(sheet("Lieux", HEADER, row(words, code, number, day), row(text("Deux"), text("Niort"))))
    )
    assert table.header == ["Nom", "Ville", "Latitude", "Date"]
    assert [each.cells for each in table.rows] == [
        ["Le  Four\ndu bas", "79000", "46.3214", "2020-01-31"],
        ["Deux", "Niort", "", ""],
    ]


def test_repeated_and_empty_rows_and_cells_keep_their_numbers():
    empty = '<table:table-cell table:number-columns-repeated="16000"/>'
    table = read_xlsx(
        book(
            sheet(
                "F",
                HEADER,
                row(empty, more=' table:number-rows-repeated="3"'),
                row(text("A"), text("x", ' table:number-columns-repeated="2"'), empty),
                row(text("B"), more=' table:number-rows-repeated="2"'),
                row(empty, more=' table:number-rows-repeated="1048000"'),
            )
        )
    )
    assert [(each.number, each.cells) for each in table.rows] == [
        (5, ["A", "x", "x", ""]),
        (6, ["B", "", "", ""]),
        (7, ["B", "", "", ""]),
    ]


def test_cells_merged_downwards_and_links_behind_words():
    link = text('<text:a xlink:href="https://a.example/x">Notre site</text:a>')
    script = text('<text:a xlink:href="javascript:alert(1)">Ici</text:a>')
    covered = "<table:covered-table-cell/>"
    merged = text("Niort", ' table:number-rows-spanned="2"')
    table = read_xlsx(
        book(
            sheet(
                "F",
                row(text("Ville"), text("Nom"), text("Site")),
                row(merged, text("A"), link),
                row(covered, text("B"), script),
            )
        )
    )
    assert [(each.cells, each.links) for each in table.rows] == [
        (["Niort", "A", "Notre site"], ((2, "https://a.example/x"),)),
        (["Niort", "B", "Ici"], ()),
    ]


def test_hidden_sheets_are_not_read_and_the_others_are_named():
    table = read_xlsx(
        book(
            sheet("Cachée", row(text("Nom")), row(text("Secret")), style="ta2"),
            sheet("Lieux", HEADER, row(text("A"), text("Niort"))),
            sheet("Notes", row(text("Rien"), text("à voir")), row(text("x"), text("y"))),
        )
    )
    assert [each.cells[0] for each in table.rows] == ["A"]
    assert [name for name, _reason in table.left_out] == ["Notes"]


@pytest.mark.parametrize(
    "stream",
    [
        book(sheet("F", HEADER), before='<!DOCTYPE x [<!ENTITY a "b">]>'),
        book(sheet("F", "<table:table-row>" + "<table:table-cell/>" * 600_000 + "</table:table-row>")),
        book("<table:table>" + "<text:section>" * 200),
        book(sheet("F", HEADER, row(text("x" * 41_000_000)))),
        book(sheet("F")),
        book(sheet("F", HEADER), manifest="<manifest><encryption-data/></manifest>"),
    ],
    ids=["entities", "a row without end", "too deep", "a text without end", "no row", "locked"],
)
def test_what_is_broken_or_made_to_do_harm_ends_in_a_sentence(stream):
    with pytest.raises(UnreadableTableError) as caught:
        list(read_xlsx(stream).rows)
    assert str(caught.value.sentence).endswith(".")
