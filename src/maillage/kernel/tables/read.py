"""CSV, XLSX and ODS files of others, read as a stream of rows of text."""

from __future__ import annotations

import csv
import io
import itertools
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any

from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from maillage.kernel.tables.dialects import PROBE_CHARS, Dialect, dialect_of, dialect_within
from maillage.kernel.tables.documents import CONTENT, DocumentSheet, document_sheets
from maillage.kernel.tables.header import (
    IsTitle,
    completed,
    header_position,
    is_continued,
    is_header,
    numbered,
    unique_names,
    with_filled_columns,
)
from maillage.kernel.tables.limits import DEFAULT_LIMITS, TableLimits, UnreadableTableError
from maillage.kernel.tables.sheets import Marks, TooManyMarksError, filled_down, marks_of, sheet_records
from maillage.kernel.tables.text import detect_encoding, mend, open_text

_HEADER_SEARCH_ROWS = 20


@dataclass(frozen=True)
class TableRow:
    """`number` is the row's number as a spreadsheet shows it; `cells` are as many as the header's columns.

    `mended` are the columns where bytes of a wrong encoding were put right, `too_long` those emptied because
    they pass the limit, `surplus` the cells beyond the header's columns, `links` the addresses behind cells, by column.
    """

    number: int
    cells: list[str]
    mended: tuple[int, ...] = ()
    too_long: tuple[int, ...] = ()
    surplus: tuple[str, ...] = ()
    links: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Table:
    """A table being read: `rows` can be gone through once. `encoding` and `separator` are empty for XLSX.

    `linked` are the columns of which cells have links, `left_out` what was not read: the name of a sheet, and why.
    """

    header: list[str]
    rows: Iterator[TableRow]
    encoding: str = ""
    separator: str = ""
    linked: frozenset[int] = frozenset()
    left_out: Sequence[tuple[str, str]] = ()


def read_csv(
    stream: IO[bytes], *, limits: TableLimits = DEFAULT_LIMITS, is_title: IsTitle | None = None
) -> Table:
    """A CSV of any usual separator and encoding. Raises UnreadableTableError.

    `is_title` tells the titles that a header is expected to hold: it is found by them under other lines.
    """
    _check_size(stream, limits)
    encoding = detect_encoding(stream)
    text = open_text(stream, encoding)
    try:
        probe = text.read(PROBE_CHARS)
    except UnicodeError as error:
        raise UnreadableTableError(
            _("The text of this file is broken: it begins as %(encoding)s and does not go on so.")
            % {"encoding": encoding.name}
        ) from error
    dialect, lines_to_skip = dialect_of(probe)
    text = open_text(stream, encoding)
    for _line in range(lines_to_skip):
        text.readline()
    records = _csv_records(text, dialect, lines_to_skip)
    if inner := dialect_within(probe, dialect):
        records = _each_cut_again(records, dialect, inner)
        dialect = inner
    return _table(records, limits, is_title, encoding=encoding.name, separator=dialect.separator)


def read_xlsx(
    stream: IO[bytes], *, limits: TableLimits = DEFAULT_LIMITS, is_title: IsTitle | None = None
) -> Table:
    """The sheet of an XLSX or an ODS whose header holds most titles, else the first that has rows. Raises UnreadableTableError.

    The sheets with the same columns, in any order, follow it, their rows numbered after its own; `left_out` names the others.
    Formulas give their last value, and cells merged downwards theirs in each of the rows.
    """
    _check_size(stream, limits)
    names = check_archive(stream, limits)
    try:
        sheets = _document_sheets(stream, names) if CONTENT in names else _workbook_sheets(stream)
        found = [(sheet, begin) for sheet in sheets if (begin := _beginning(sheet, limits))]
        if found:
            sheet, _rows = max(found, key=lambda pair: _titles_in(pair[1], is_title))
            others = [other for other, _rows in found if other is not sheet]
            return _first_with_its_likes(sheet, others, limits, is_title)
    except UnreadableTableError:
        raise
    except (InvalidFileException, DefusedXmlException, zipfile.BadZipFile) as error:
        raise UnreadableTableError(_broken_workbook()) from error
    except Exception as error:  # openpyxl raises whatever its parts raise on a spoilt workbook
        raise UnreadableTableError(_broken_workbook()) from error
    raise UnreadableTableError(_("This workbook has no row."))


def _workbook_sheets(stream: IO[bytes]) -> list[Any]:
    book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    return [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or list(book.worksheets)


def _document_sheets(stream: IO[bytes], names: list[str]) -> list[Any]:
    """The sheets of an OpenDocument workbook. Raises UnreadableTableError when it is locked."""
    with zipfile.ZipFile(stream) as archive:
        told = archive.open(_MANIFEST).read(1_000_000) if _MANIFEST in names else b""
    if b"encryption-data" in told:
        raise UnreadableTableError(_("This file is protected by a password. Save it without password first."))
    return list(document_sheets(stream))


_MANIFEST = "META-INF/manifest.xml"


def _first_with_its_likes(
    sheet: Any, others: list[Any], limits: TableLimits, is_title: IsTitle | None
) -> Table:
    table = _sheet_table(sheet, limits, is_title)
    likes, left_out = [], list(table.left_out)
    for other in others:
        follower = _sheet_table(other, limits, is_title)
        if order := _places_of(table.header, follower.header):
            likes.append(_in_order(follower, order))
            left_out += follower.left_out
        else:
            left_out.append((str(other.title), _("This sheet was not read: its columns are others.")))
    linked = table.linked.union(*(like.linked for like in likes))
    return replace(table, rows=_one_after_another([table, *likes]), linked=linked, left_out=left_out)


def _sheet_table(sheet: Any, limits: TableLimits, is_title: IsTitle | None) -> Table:
    left_out = []
    try:
        marks = sheet.marks(limits) if isinstance(sheet, DocumentSheet) else marks_of(sheet, limits)
    except TooManyMarksError:
        marks = Marks()
        sentence = _("This sheet has too many links and merged cells: its rows were read without them.")
        left_out.append((str(sheet.title), sentence))
    table = _table(filled_down(_sheet_records(sheet, limits), marks.merged), limits, is_title)
    width = len(table.header)
    links = {
        number: tuple((column, link) for column, link in found.items() if column < width)
        for number, found in marks.links.items()
    }
    rows = (replace(row, links=links[row.number]) if row.number in links else row for row in table.rows)
    linked = frozenset(column for found in links.values() for column, _link in found)
    return replace(table, rows=rows, linked=linked, left_out=left_out)


def _places_of(header: list[str], other: list[str]) -> list[int]:
    """For each column of a header, where the other header has it; empty when the two have not the same columns."""
    if header == other:
        return list(range(len(header)))
    ours, theirs = ([name.casefold() for name in names] for names in (header, other))
    if sorted(ours) != sorted(theirs) or len(set(ours)) < len(ours):
        return []
    return [theirs.index(name) for name in ours]


def _in_order(table: Table, order: list[int]) -> Table:
    """The table with its columns put in another order, given as the places where they stand."""
    if order == sorted(order):
        return table
    place = {before: after for after, before in enumerate(order)}
    rows = (
        replace(
            row,
            cells=[row.cells[position] for position in order],
            mended=tuple(sorted(place[position] for position in row.mended)),
            too_long=tuple(sorted(place[position] for position in row.too_long)),
            links=tuple((place[position], link) for position, link in row.links),
        )
        for row in table.rows
    )
    return replace(table, rows=rows, linked=frozenset(place[position] for position in table.linked))


def _one_after_another(tables: list[Table]) -> Iterator[TableRow]:
    """The rows of several sheets; those of a next one are numbered as if it were pasted under the one before."""
    last = 0
    for table in tables:
        before = last
        for row in table.rows:
            last = before + row.number
            yield replace(row, number=last) if before else row


def _beginning(sheet: Any, limits: TableLimits) -> list[list[str]]:
    if not isinstance(sheet, DocumentSheet):
        sheet.reset_dimensions()
    return [cells for _number, cells in itertools.islice(_sheet_records(sheet, limits), _HEADER_SEARCH_ROWS)]


def _titles_in(rows: list[list[str]], is_title: IsTitle | None) -> int:
    """How many titles the likeliest header of a sheet holds; a sheet of one row holds no table."""
    if is_title is None or len(rows) < 2:
        return 0
    return max(sum(1 for cell in cells if is_title(cell)) for cells in rows[:-1])


def check_archive(stream: IO[bytes], limits: TableLimits = DEFAULT_LIMITS) -> list[str]:
    """The members' names of a ZIP that keeps to the limits once opened. Raises UnreadableTableError."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, EOFError) as error:
        raise UnreadableTableError(_("This archive is damaged and cannot be opened.")) from error
    finally:
        stream.seek(0)
    if len(members) > limits.archive_members_max:
        raise UnreadableTableError(
            _("This archive holds %(count)d files: more than %(limit)d are refused.")
            % {"count": len(members), "limit": limits.archive_members_max}
        )
    expanded_bytes = sum(member.file_size for member in members)
    if expanded_bytes > limits.expanded_bytes_max:
        raise UnreadableTableError(
            _("Once opened this archive would weigh %(size)d MB: more than %(limit)d MB are refused.")
            % {"size": expanded_bytes // 1_000_000, "limit": limits.expanded_bytes_max // 1_000_000}
        )
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableTableError(_("This file is protected by a password. Save it without password first."))
    return [member.filename for member in members]


def _check_size(stream: IO[bytes], limits: TableLimits) -> None:
    size_bytes = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if size_bytes == 0:
        raise UnreadableTableError(_("This file is empty."))
    if size_bytes > limits.size_bytes_max:
        raise UnreadableTableError(
            _("This file weighs %(size)d MB: more than %(limit)d MB are refused.")
            % {"size": size_bytes // 1_000_000, "limit": limits.size_bytes_max // 1_000_000}
        )


def _each_cut_again(
    records: Iterable[tuple[int, list[str]]], dialect: Dialect, inner: Dialect
) -> Iterator[tuple[int, list[str]]]:
    for number, cells in records:
        yield number, inner.cut(dialect.separator.join(cells))


def _csv_records(text: io.TextIOWrapper, dialect: Dialect, skipped: int) -> Iterator[tuple[int, list[str]]]:
    ended: list[bool] = []
    reader = dialect.cells(_until_the_end(text, ended))
    number = skipped
    try:
        for cells in reader:
            if ended:
                raise csv.Error("the file ends inside quotation marks")
            number += 1
            if any(cells):
                yield number, cells
    except (csv.Error, UnicodeError) as error:
        raise UnreadableTableError(
            _("The file cannot be read beyond row %(number)d: a quotation mark was perhaps never closed.")
            % {"number": number + 1}
        ) from error


def _until_the_end(lines: Iterable[str], ended: list[bool]) -> Iterator[str]:
    """The lines; `ended` is told when a reader asks for more than there are: it is then inside quotation marks."""
    yield from lines
    ended.append(True)


def _sheet_records(sheet: Any, limits: TableLimits) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from sheet.records(limits) if isinstance(sheet, DocumentSheet) else sheet_records(sheet, limits)
    except Exception as error:  # openpyxl raises whatever its parts raise on a spoilt workbook
        raise UnreadableTableError(_broken_workbook()) from error


def _broken_workbook() -> str:
    return _("This workbook is damaged. Open it in your spreadsheet software and save it again as XLSX.")


def _table(
    records: Iterable[tuple[int, list[str]]],
    limits: TableLimits,
    is_title: IsTitle | None,
    *,
    encoding: str = "",
    separator: str = "",
) -> Table:
    ahead = iter(records)
    first = list(itertools.islice(ahead, _HEADER_SEARCH_ROWS))
    if not first:
        raise UnreadableTableError(_("This file has no row."))
    at = header_position([cells for _number, cells in first], is_title)
    named = is_title is None or is_header([cells for _number, cells in first[at : at + 2]], is_title)
    if named and is_title and is_continued(first[at : at + 2]):
        at += 1
    cells = (
        with_filled_columns(completed(first, at, is_title), first[at:]) if named else numbered(first[at][1])
    )
    header = unique_names(cells, limits)
    rows = _bounded(itertools.chain(first[at + 1 if named else at :], ahead), len(header), limits)
    return Table(header, rows, encoding=encoding, separator=separator)


def _bounded(records: Iterable[tuple[int, list[str]]], width: int, limits: TableLimits) -> Iterator[TableRow]:
    for count, (number, cells) in enumerate(records, start=1):
        if count > limits.rows_max:
            raise UnreadableTableError(
                _("This table has more than %(limit)d rows. Cut it into several files.")
                % {"limit": limits.rows_max}
            )
        surplus = tuple(cell for cell in cells[width:] if cell.strip())
        yield _row(number, cells[:width] + [""] * (width - len(cells)), surplus, limits)


def _row(number: int, cells: list[str], surplus: tuple[str, ...], limits: TableLimits) -> TableRow:
    mended: list[int] = []
    too_long: list[int] = []
    if '="' in "".join(cells):
        cells = [_kept_as_text(cell) for cell in cells]
    for position, cell in enumerate(cells):
        if len(cell) > limits.cell_chars_max:
            too_long.append(position)
            cells[position] = ""
        elif not cell.isascii():
            cells[position], was_broken = mend(cell)
            if was_broken:
                mended.append(position)
    return TableRow(number, cells, tuple(mended), tuple(too_long), surplus)


def _kept_as_text(cell: str) -> str:
    """`="01000"` as `01000`: the way to make Excel keep the zeros of a code."""
    return cell[2:-1] if len(cell) > 3 and cell.startswith('="') and cell.endswith('"') else cell
