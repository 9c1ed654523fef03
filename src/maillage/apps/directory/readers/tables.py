"""CSV and XLSX rows made into records, and the mapping proposed for their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import IO

from django.utils.translation import gettext as _

from maillage.apps.directory.readers.building import Record, Value
from maillage.apps.directory.readers.fields import fold_header
from maillage.apps.directory.readers.headers import field_of_header
from maillage.apps.directory.readers.nested import flatten, written_json
from maillage.apps.directory.readers.rows import RowError, RowWarning, UnreadableFileError
from maillage.apps.directory.readers.values import bare_address, email_address, storable, web_address
from maillage.kernel.tables.limits import DEFAULT_LIMITS, UnreadableTableError
from maillage.kernel.tables.read import Table, TableRow, read_csv, read_xlsx


def open_table(stream: IO[bytes], format: str) -> Table:
    """Raises UnreadableFileError."""
    try:
        read = read_xlsx if format == "xlsx" else read_csv
        return read(stream, is_title=_is_title)
    except UnreadableTableError as error:
        raise UnreadableFileError(error.sentence) from error


def _is_title(cell: str) -> bool:
    return len(cell) <= 60 and bool(field_of_header(cell))


def _is_total(values: Mapping[str, Value]) -> bool:
    """Whether a row is the sum that closes a table, not a thing of its own."""
    first, *rest = map(str, values.values()) if values else [""]
    return bool(_TOTAL.match(fold_header(first))) and all(_FIGURES.match(value) for value in rest)


def _swallowed(table: Table, cells: list[str]) -> list[RowWarning]:
    """A warning for each cell that holds what looks like rows of the table: a quotation mark opened and closed much later."""
    separators = len(table.header) - 1
    if not table.separator or separators < (5 if table.separator == "," else 2):
        return []
    sentence = _(
        "This cell holds lines that look like rows of the table: a quotation mark was perhaps never closed."
    )
    return [
        RowWarning(name, sentence)
        for name, cell in zip(table.header, cells, strict=True)
        if "\n" in cell and any(line.count(table.separator) == separators for line in cell.split("\n")[1:])
    ]


def _left_out(table: Table, cells: list[str], values: Mapping[str, Value]) -> str:
    """Why a row is no thing of its own; empty when it is one."""
    if (len(values) <= 4 or cells[0][:3].lower() in ("tot", "sou")) and _is_total(values):
        return _("This is a line of totals: left out.")
    if "moderationState" in values and _STATUS_LEFT.fullmatch(str(values.get("status", ""))):
        return _("This element was refused or deleted on the map that it comes from: left out.")
    filled = [(name, cell.strip()) for name, cell in zip(table.header, cells, strict=True) if cell.strip()]
    if len(filled) == 1 and len(table.header) > 1 and _NOTE.match(filled[0][1]):
        return _("This is a note under the table: left out.")
    if len(filled) >= min(2, len(table.header)) and all(_repeats(name, cell) for name, cell in filled):
        return _("This line repeats the header: left out.")
    return ""


def _repeats(name: str, cell: str) -> bool:
    return name.startswith(cell) and bool(_AGAIN.fullmatch(name, len(cell)))


_STATUS_LEFT = re.compile(r"-(?:[2-9]|\d\d+)(?:\.0+)?")
"""GoGoCarto's statuses from its administrators' refusal on, downwards."""
_AGAIN = re.compile(r"(?: \(\d+\))?")
"""What tells two columns of the same name apart."""
_NOTE = re.compile(
    r"\*+\s|\(\d\)|(?:sources?|notes?|nb|n\.b\.|champ|lecture|mise à jour|légende|données|total|totaux|total général)\s*:",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"^(?:sous )?tota(?:l|ux)(?: general)?$|^nombre (?:total )?(?:de|d) \w+$")
_FIGURES = re.compile(r"^[\d\s.,%€+-]+$")


_LINKED_FIELDS = {"website": web_address, "source_url": web_address, "email": email_address}
"""Fields of which the address behind a cell is the value, rather than its words."""


def table_columns(table: Table) -> tuple[str, ...]:
    """The columns that can be mapped: those of the header, then the links behind cells that have a value of their own."""
    linked = [table.header[position] for position in sorted(table.linked)]
    links = [_link_column(name) for name in linked if field_of_header(name) not in _LINKED_FIELDS]
    return tuple(map(storable, dict.fromkeys((*table.header, *links))))


def _link_column(name: str) -> str:
    return _("%(column)s (link)") % {"column": name}


def _followed(table: Table, row: TableRow) -> tuple[list[str], dict[str, str]]:
    """The cells of a row, and by column the links behind them that are no cell's value; what a cell says already is not repeated."""
    cells, beside = list(row.cells), {}
    for position, link in row.links:
        name = table.header[position]
        parse = _LINKED_FIELDS.get(field_of_header(name))
        address = link.removeprefix("mailto:").partition("?")[0] if link.startswith("mailto:") else link
        if bare_address(address) in cells[position]:
            continue
        if parse and parse(address) and not parse(cells[position]):
            cells[position] = address
        else:
            beside[_link_column(name)] = address
    return cells, beside


def table_records(table: Table) -> Iterator[Record]:
    """What was not read, then one record a row, numbered as the spreadsheet shows it.

    Raises UnreadableFileError when the file breaks off.
    """
    for sheet, reason in table.left_out:
        yield Record(1, {}, refusal=RowError(1, _("sheet “%(name)s”") % {"name": sheet}, reason))
    try:
        for row in table.rows:
            yield _row_record(table, row)
    except UnreadableTableError as error:
        raise UnreadableFileError(error.sentence) from error


def _row_record(table: Table, row: TableRow) -> Record:
    header = table.header
    if row.too_long:
        column = header[row.too_long[0]]
        message = _("The cell “%(column)s” holds more than %(limit)d characters.") % {
            "column": column,
            "limit": DEFAULT_LIMITS.cell_chars_max,
        }
        return Record(row.number, {}, refusal=RowError(row.number, column, message))
    cells, beside = _followed(table, row) if row.links else (row.cells, {})
    said = "\n\t".join(cells)
    values: dict[str, Value] = {name: cell for name, cell in zip(header, cells, strict=True) if cell}
    paths: list[str] = []
    if '"' in said and any(written_json(cell) is not None for cell in cells):
        values = flatten(values, paths)
    if reason := _left_out(table, cells, values):
        return Record(row.number, {}, refusal=RowError(row.number, next(iter(values)), reason))
    for name, link in beside.items():
        values.setdefault(name, link)
    warnings = _doubts(table, row)
    if said.count("\n") >= len(cells):
        warnings += _swallowed(table, cells)
    return Record(row.number, values, {"category_paths": paths} if paths else {}, warnings=tuple(warnings))


def _doubts(table: Table, row: TableRow) -> list[RowWarning]:
    warnings = [
        RowWarning(
            table.header[position],
            _("Some characters were in another encoding and were put right: check them."),
        )
        for position in row.mended
    ]
    if row.surplus:
        sentence = _("The row has more cells than the header: “%(cells)s” was left out.")
        warnings.append(RowWarning("", sentence % {"cells": " | ".join(row.surplus)[:80]}))
    return warnings
