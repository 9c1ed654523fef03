"""The rows of an XLSX sheet as a stream, and what stands beside them: cells merged over several rows, links behind words."""

from __future__ import annotations

import datetime
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from defusedxml.ElementTree import fromstring
from openpyxl.utils.cell import range_boundaries

from maillage.kernel.tables.limits import TableLimits

LINK_CHARS_MAX = 2_000
_CHUNK_BYTES = 1 << 20
_OPENING = re.compile(rb"<(?:\w{1,20}:)?worksheet\b[^>]{0,10000}>")
_ROWS_END = re.compile(rb"</(?:\w{1,20}:)?sheetData\s{0,9}>|<(?:\w{1,20}:)?sheetData\s{0,9}/>")
_MARK_CHARS = 64
"""No longer than this is what ends the rows: it may stand across two of the pieces that are read."""


class TooManyMarksError(Exception):
    """What stands beside the rows of a sheet weighs more than is read."""


@dataclass(frozen=True)
class Marks:
    """`merged` are the column and the last row of cells merged downwards, by first row; `links` addresses by row and column.

    Rows count from 1, columns from 0.
    """

    merged: Mapping[int, list[tuple[int, int]]] = field(default_factory=dict)
    links: Mapping[int, dict[int, str]] = field(default_factory=dict)


def marks_of(sheet: Any, limits: TableLimits) -> Marks:
    """The marks of a sheet that openpyxl opened to be read only: it gives the rows, and nothing of them.

    Raises TooManyMarksError.
    """
    archive, path = sheet.parent._archive, sheet._worksheet_path
    beside = fromstring(_beside_rows(archive, path, limits.marks_bytes_max), forbid_dtd=True)
    targets = _targets(archive, path, limits.marks_bytes_max)
    merged: dict[int, list[tuple[int, int]]] = {}
    links: dict[int, dict[int, str]] = {}
    left = limits.marks_bytes_max // 100  # a range may name more cells than the file has bytes
    for element in beside.iter():
        tag = _local(element.tag)
        if tag not in ("mergeCell", "hyperlink") or (area := _area(element.get("ref", ""))) is None:
            continue
        column, first, last = area
        if tag == "mergeCell":
            if last > first:
                merged.setdefault(first, []).append((column, last))
        elif address := _address(element, targets):
            left -= last - first + 1
            if left < 0:
                raise TooManyMarksError
            for number in range(first, last + 1):
                links.setdefault(number, {})[column] = address
    return Marks(merged, links)


def _beside_rows(archive: zipfile.ZipFile, path: str, bytes_max: int) -> bytes:
    """The XML of a sheet from the end of its rows on, under the root that declares its names."""
    with archive.open(path) as stream:
        seen = stream.read(_CHUNK_BYTES)
        opening = _OPENING.search(seen)
        while not (end := _ROWS_END.search(seen)):
            piece = stream.read(_CHUNK_BYTES)
            if not piece or opening is None:
                return b"<nothing/>"
            seen = seen[-_MARK_CHARS:] + piece
        rest = seen[end.end() :] + stream.read(bytes_max + 1)
    if len(rest) > bytes_max:
        raise TooManyMarksError
    return opening[0] + rest if opening else b"<nothing/>"


def _targets(archive: zipfile.ZipFile, path: str, bytes_max: int) -> dict[str, str]:
    """The addresses outside of the workbook that a sheet names, by their key in it."""
    folder, name = posixpath.split(path)
    try:
        member = archive.getinfo(f"{folder}/_rels/{name}.rels")
    except KeyError:
        return {}
    if member.file_size > bytes_max:
        raise TooManyMarksError
    relations = fromstring(archive.read(member), forbid_dtd=True)
    outside = [each for each in relations if each.get("TargetMode") == "External"]
    return {each.get("Id", ""): each.get("Target", "") for each in outside}


def _area(reference: str) -> tuple[int, int, int] | None:
    """The first column, from 0, and the first and last rows of `A2:B5`."""
    try:
        column, first, _last_column, last = range_boundaries(reference)
    except (ValueError, TypeError):
        return None
    return None if None in (column, first, last) else (column - 1, first, last)


def _address(hyperlink: Any, targets: Mapping[str, str]) -> str:
    """Where a link of a cell leads: a page or a mailbox; empty for a place inside the workbook, or a file of somebody's disk."""
    key = next((value for name, value in hyperlink.attrib.items() if _local(name) == "id"), "")
    address = targets.get(key, "").strip()
    if address and (place := hyperlink.get("location")):
        address = f"{address}#{place}"
    known = address.lower().startswith(("https://", "http://", "mailto:"))
    return address if known and len(address) <= LINK_CHARS_MAX else ""


def _local(name: object) -> str:
    return str(name).rsplit("}", 1)[-1]


def sheet_records(sheet: Any, limits: TableLimits) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, each with its number."""
    rows = sheet.iter_rows(values_only=True, max_col=limits.columns_max)
    for number, values in enumerate(rows, start=1):
        cells = [_cell_text(value) for value in values]
        if any(cells):
            yield number, cells


def filled_down(
    records: Iterable[tuple[int, list[str]]], merged: Mapping[int, list[tuple[int, int]]]
) -> Iterator[tuple[int, list[str]]]:
    """The rows, those that cells merged downwards go through having their words too."""
    going: dict[int, tuple[int, str]] = {}
    for number, cells in records:
        for column, (last, words) in list(going.items()):
            if number > last:
                del going[column]
            else:
                cells += [""] * (column + 1 - len(cells))
                cells[column] = cells[column] or words
        for column, last in merged.get(number, ()):
            if column < len(cells) and cells[column]:
                going[column] = (last, cells[column])
        yield number, cells


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))  # a SIRET or a telephone number typed as a number
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)
