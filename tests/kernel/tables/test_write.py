"""Tables going out are safe to open in a spreadsheet."""

import io

from openpyxl import load_workbook

from maillage.kernel.tables.write import csv_lines, csv_response, write_xlsx


def test_csv_opens_in_french_spreadsheets():
    text = b"".join(csv_lines(["Nom", "Ville"], [["Épicerie", "Guéret"]]))
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.decode("utf-8-sig") == "Nom;Ville\r\nÉpicerie;Guéret\r\n"


def test_csv_cells_are_never_formulas():
    for evil in ("=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1+1", "\r=1+1"):
        line = list(csv_lines(["a"], [[evil]]))[1].decode().strip('"\r\n')
        assert line[0] == "'", evil


def test_csv_response_names_its_file():
    response = csv_response("Initiatives été", ["a"], [])
    assert "Initiatives%20%C3%A9t%C3%A9.csv" in response["Content-Disposition"]


def test_xlsx_texts_are_texts_and_numbers_numbers():
    file = io.BytesIO()
    write_xlsx(file, ["Nom", "Âge"], [["=1+1", 3], ["a\x00b", None]], sheet_title="Liste")
    sheet = load_workbook(file).active
    assert [cell.data_type for cell in sheet[2]] == ["s", "n"]
    assert sheet["A2"].value == "=1+1"
    assert sheet["A3"].value == "ab"
