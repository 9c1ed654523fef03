"""Tables coming in: any separator, any encoding, and limits that speak."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from maillage.kernel.tables.limits import TableLimits, UnreadableTableError
from maillage.kernel.tables.read import check_archive, read_csv, read_xlsx
from maillage.kernel.tables.text import Encoding, detect_encoding

ROWS = "nom{0}ville\nÉpicerie d’été{0}Guéret\nCafé associatif{0}Felletin\n"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_separator_and_encoding_are_found(separator, encoding):
    table = read_csv(io.BytesIO(ROWS.format(separator).encode(encoding)))
    assert table.header == ["nom", "ville"]
    assert [row.cells for row in table.rows] == [
        ["Épicerie d’été", "Guéret"],
        ["Café associatif", "Felletin"],
    ]


def test_rows_are_numbered_as_a_spreadsheet_does():
    table = read_csv(io.BytesIO(b'Liste des lieux\n\nnom;texte\nA;"deux\nlignes"\n\nB;x\n'))
    assert table.header == ["nom", "texte"]
    assert [(row.number, row.cells[0]) for row in table.rows] == [(4, "A"), (6, "B")]


def test_excel_separator_line_is_obeyed():
    assert read_csv(io.BytesIO(b"sep=;\na;b,c\n1;2,3\n")).header == ["a", "b,c"]


def test_commas_inside_quotes_do_not_mislead():
    table = read_csv(io.BytesIO(b'nom,texte\nA,"un; deux; trois"\nB,"x; y; z"\n'))
    assert table.separator == ","


def test_broken_bytes_are_mended_and_named():
    data = "nom;ville\n" + "Épicerie;Guéret\n" * 20
    table = read_csv(io.BytesIO(data.encode() + "Café;Bénévent\n".encode("cp1252")))
    last = list(table.rows)[-1]
    assert last.cells == ["Café", "Bénévent"]
    assert last.mended == (0, 1)


@pytest.mark.parametrize(
    ("end", "encoding"),
    [
        ("é".encode() * 9, Encoding("utf-8")),
        ("é".encode() * 9 + b"\xe9", Encoding("utf-8", broken=True)),
        ("é".encode() * 9 + b"\xc3", Encoding("utf-8", broken=True)),
        (b"\xe9t\xe9", Encoding("cp1252")),
    ],
)
def test_the_whole_of_a_long_file_tells_its_encoding(end, encoding):
    """An accent may stand across two of the pieces that are read, and the only fault in the last bytes."""
    stream = io.BytesIO(b"a" * ((1 << 20) - 1) + end)
    assert detect_encoding(stream) == encoding
    assert stream.tell() == 0


def test_uneven_rows_are_padded_and_surplus_is_kept_apart():
    rows = list(read_csv(io.BytesIO(b"a;b\n1\n1;2;3\n")).rows)
    assert rows[0].cells == ["1", ""]
    assert rows[1].surplus == ("3",)


def test_same_and_empty_headers_get_names_of_their_own():
    assert len(set(read_csv(io.BytesIO(b"nom;nom;;x\n1;2;3;4\n")).header)) == 4


@pytest.mark.parametrize("data", [b"", b"\n\n\n"])
def test_nothing_to_read_is_said(data):
    with pytest.raises(UnreadableTableError):
        read_csv(io.BytesIO(data))


def test_a_huge_cell_is_emptied_and_named():
    table = read_csv(io.BytesIO(b"a;b\nx;" + b"y" * 20_000_000 + b"\n1;2\n"))
    rows = list(table.rows)
    assert rows[0].too_long == (1,) and rows[0].cells == ["x", ""]
    assert rows[1].cells == ["1", "2"]


def test_too_many_rows_or_columns_are_refused():
    limits = TableLimits(rows_max=2, columns_max=3)
    with pytest.raises(UnreadableTableError):
        list(read_csv(io.BytesIO(b"a;b\n1;2\n1;2\n1;2\n"), limits=limits).rows)
    with pytest.raises(UnreadableTableError):
        read_csv(io.BytesIO(b"a;b;c;d\n1;2;3;4\n"), limits=limits)


def workbook(rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def test_xlsx_gives_the_same_as_csv():
    table = read_xlsx(workbook([["nom", "siret", "date"], ["Café", 73282932000074, None], [None, 1.5, "x"]]))
    assert table.header == ["nom", "siret", "date"]
    assert [row.cells for row in table.rows] == [["Café", "73282932000074", ""], ["", "1.5", "x"]]


def test_a_zip_bomb_is_refused_before_it_is_opened():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 5_000_000)
    with pytest.raises(UnreadableTableError, match=r"Mo|MB"):
        check_archive(bomb, TableLimits(expanded_bytes_max=1_000_000))


def test_what_only_claims_to_be_a_workbook_is_refused():
    fake = io.BytesIO()
    with zipfile.ZipFile(fake, "w") as archive:
        archive.writestr("xl/workbook.xml", "<oops")
    with pytest.raises(UnreadableTableError):
        read_xlsx(fake)
    with pytest.raises(UnreadableTableError):
        read_xlsx(io.BytesIO(b"PK\x03\x04 no archive"))
