"""Tables going out: CSV and XLSX that no spreadsheet will run as formulas."""

from __future__ import annotations

import datetime
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from defusedcsv import csv
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

Row = Sequence[object]

CSV_MEDIA_TYPE = "text/csv; charset=utf-8"
XLSX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELL_CHARS_MAX = 32_767
"""Excel's own limit on a cell."""

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPILL_BYTES = 2_000_000


def csv_response(name: str, header: Sequence[str], rows: Iterable[Row]) -> StreamingHttpResponse:
    """A streamed CSV that French spreadsheets open with a double click: semicolons, UTF-8 with its mark.

    `name` is the file's name without extension. Cells that would be run as formulas get an apostrophe.
    """
    response = StreamingHttpResponse(csv_lines(header, rows), content_type=CSV_MEDIA_TYPE)
    response["Content-Disposition"] = _attachment(f"{name}.csv")
    return response


def csv_lines(header: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """The lines of the CSV, encoded, the first one with the byte-order mark."""
    writer = csv.writer(_Echo(), delimiter=";")
    yield b"\xef\xbb\xbf" + writer.writerow(header)
    for row in rows:
        yield writer.writerow([_csv_value(value) for value in row])


def xlsx_response(
    name: str, header: Sequence[str], rows: Iterable[Row], *, sheet_title: str = ""
) -> FileResponse:
    """A workbook of one sheet, its header frozen and bold; every text is a text, never a formula."""
    file = tempfile.SpooledTemporaryFile(max_size=_SPILL_BYTES)  # noqa: SIM115 (the response closes it)
    write_xlsx(file, header, rows, sheet_title=sheet_title or name)
    file.seek(0)
    response = FileResponse(file, content_type=XLSX_MEDIA_TYPE)
    response["Content-Disposition"] = _attachment(f"{name}.xlsx")
    return response


def write_xlsx(file: Any, header: Sequence[str], rows: Iterable[Row], *, sheet_title: str = "") -> None:
    """Write the workbook into a binary file open for writing, row by row."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", sheet_title)[:31] or None)
    sheet.freeze_panes = "A2"
    bold = Font(bold=True)
    titles = [_xlsx_cell(sheet, title) for title in header]
    for cell in titles:
        cell.font = bold
    sheet.append(titles)
    for row in rows:
        sheet.append([_xlsx_cell(sheet, value) for value in row])
    book.save(file)


class _Echo:
    """A file whose `write` gives back what it was given, encoded: the writer becomes an encoder of rows."""

    def write(self, line: str) -> bytes:
        return line.encode("utf-8", "replace")


def _attachment(filename: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(filename)}"


def _csv_value(value: object) -> object:
    value = _plain(value)
    if isinstance(value, str):
        # A tab or a line end before the sign would hide a formula from the guard.
        return value.lstrip("\t\r\n") if value[:1] in "\t\r\n" else value
    return value


def _xlsx_cell(sheet: Any, value: object) -> Any:
    value = _plain(value)
    if isinstance(value, str):
        value = _FORBIDDEN.sub("", value)[:CELL_CHARS_MAX]
        cell = WriteOnlyCell(sheet, value=value)
        cell.data_type = "s"  # "=1+1" is words here, not a sum
        return cell
    return WriteOnlyCell(sheet, value=value)


def _plain(value: object) -> Any:
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        return timezone.localtime(value).replace(tzinfo=None)
    if value is None or isinstance(value, (str, int, float, datetime.date)):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(str(part) for part in value)
    return str(value)
