"""The sheets of an OpenDocument workbook (ODS), as LibreOffice and Nextcloud write it: rows as a stream, merged cells, links."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import IO, Any

from defusedxml.ElementTree import iterparse

from maillage.kernel.tables.limits import TableLimits
from maillage.kernel.tables.sheets import LINK_CHARS_MAX, Marks, TooManyMarksError

CONTENT = "content.xml"
_REPEATED_MAX = 10_000
"""A row that its file says to be there many times over is given so many times at most."""
_DEPTH_MAX = 100
_TEXT_BYTES_MAX = 40_000_000
_AT_ONCE_MAX = 500_000
"""Elements that may be in memory: those of one row of thousands of cells, not those of a file made to fill it."""


class DocumentSheet:
    """One table of the document, by its rank in it: each reading goes through the file again, whatever its size."""

    def __init__(self, stream: IO[bytes], rank: int, title: str) -> None:
        self.title = title
        self._stream = stream
        self._rank = rank

    def records(self, limits: TableLimits) -> Iterator[tuple[int, list[str]]]:
        """The rows that hold something, each with its number."""
        for number, repeated, cells in self._rows(limits):
            texts = [_text_of(cell) if cell is not None else "" for cell in cells]
            if any(texts):
                for again in range(min(repeated, _REPEATED_MAX)):
                    yield number + again, list(texts)

    def marks(self, limits: TableLimits) -> Marks:
        """The cells merged downwards, and the links behind words. Raises TooManyMarksError."""
        merged: dict[int, list[tuple[int, int]]] = {}
        links: dict[int, dict[int, str]] = {}
        left = limits.marks_bytes_max // 100
        for number, _repeated, cells in self._rows(limits):
            for column, cell in enumerate(cells):
                if cell is None:
                    continue
                if (last := _count(cell, "number-rows-spanned")) > 1:
                    merged.setdefault(number, []).append((column, number + last - 1))
                    left -= 1
                if address := _address_of(cell):
                    links.setdefault(number, {})[column] = address
                    left -= 1
            if left < 0:
                raise TooManyMarksError
        return Marks(merged, links)

    def _rows(self, limits: TableLimits) -> Iterator[tuple[int, int, list[Any]]]:
        """The number of each row, how many times it stands there, and its cells, without those that are empty."""
        rank, number = -1, 1
        for event, tag, element in _events(self._stream):
            if event == "start" and tag == "table":
                rank += 1
            elif event == "end" and tag == "table" and rank == self._rank:
                return
            elif event == "end" and tag == "table-row" and rank == self._rank:
                repeated = _count(element, "number-rows-repeated")
                yield number, repeated, _cells_of(element, limits.columns_max)
                number += repeated


def document_sheets(stream: IO[bytes]) -> list[DocumentSheet]:
    """The sheets that show, or all of them when none does. Raises whatever reading XML raises."""
    hidden: set[str] = set()
    shown: list[DocumentSheet] = []
    others: list[DocumentSheet] = []
    style, rank = "", -1
    for event, tag, element in _events(stream):
        if event == "start" and tag == "style":
            style = _attribute(element, "name")
        elif event == "start" and tag == "table-properties" and _attribute(element, "display") == "false":
            hidden.add(style)
        elif event == "start" and tag == "table":
            rank += 1
            sheet = DocumentSheet(stream, rank, _attribute(element, "name"))
            (others if _attribute(element, "style-name") in hidden else shown).append(sheet)
    return shown or others


def _events(stream: IO[bytes]) -> Iterator[tuple[str, str, Any]]:
    """What begins and ends in the content, tables within cells left out; the tree is freed row by row."""
    above: list[Any] = []
    stream.seek(0)
    with zipfile.ZipFile(stream) as archive, archive.open(CONTENT) as content:
        tables = alive = 0
        for event, element in iterparse(_InPieces(content), events=("start", "end"), forbid_dtd=True):
            tag = _local(element)
            if event == "start":
                above.append(element)
                alive += 1
                if len(above) > _DEPTH_MAX or alive > _AT_ONCE_MAX:
                    raise ValueError("nested too deeply, or a row that never ends")
                tables += tag == "table"
            else:
                above.pop()
            inner = tables > 1 or (tag == "table-row" and any(_local(each) == "table-cell" for each in above))
            if not inner:
                yield event, tag, element
            if event == "end":
                tables -= tag == "table"
                if above and not inner and tag in ("table-row", "table", "style", "font-face"):
                    above[-1].remove(element)
                    alive = len(above)


class _InPieces:
    """What an XML parser reads from, that refuses a text which no cell can hold: it would all be in memory at once."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._since_mark = 0

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        at = data.rfind(b"<")
        self._since_mark = self._since_mark + len(data) if at < 0 else len(data) - at
        if self._since_mark > _TEXT_BYTES_MAX:
            raise ValueError("a text that never ends")
        return data


def _cells_of(row: Any, columns_max: int) -> list[Any]:
    """The cells of a row, each as often as it is repeated; None where there is nothing."""
    cells: list[Any] = []
    for cell in row:
        tag = _local(cell)
        if tag not in ("table-cell", "covered-table-cell"):
            continue
        told = cell if tag == "table-cell" and len(cell) else None
        cells += [told] * min(_count(cell, "number-columns-repeated"), columns_max - len(cells))
    while cells and cells[-1] is None:
        cells.pop()
    return cells


_VALUES = {
    "date": "date-value",
    "boolean": "boolean-value",
    "float": "value",
    "currency": "value",
    "percentage": "value",
}


def _text_of(cell: Any) -> str:
    """The value of a cell as it is, not as it shows: `46.3214` that shows as "46,32"; of texts their words."""
    kind = _attribute(cell, "value-type")
    value = _attribute(cell, _VALUES.get(kind, "")) if kind in _VALUES else ""
    if not value:
        return "\n".join(_words(part) for part in cell if _local(part) == "p").strip()
    if kind == "date":
        return value.removesuffix("T00:00:00")
    if kind == "boolean":
        return value
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _words(paragraph: Any) -> str:
    """The words of a paragraph, its blanks, tabulations and line ends being elements; a note beside it is none of them."""
    said = [paragraph.text or ""]
    for part in paragraph:
        tag = _local(part)
        if tag == "s":
            said.append(" " * min(_count(part, "c"), 100))
        elif tag in ("tab", "line-break"):
            said.append("\t" if tag == "tab" else "\n")
        elif tag in ("span", "a"):
            said.append(_words(part))
        said.append(part.tail or "")
    return "".join(said)


def _address_of(cell: Any) -> str:
    """Where a link of a cell leads: a page or a mailbox; empty without one, or when it leads elsewhere."""
    links = (part for paragraph in cell if _local(paragraph) == "p" for part in paragraph.iter())
    address = next((_attribute(part, "href") for part in links if _local(part) == "a"), "").strip()
    known = address.lower().startswith(("https://", "http://", "mailto:"))
    return address if known and len(address) <= LINK_CHARS_MAX else ""


def _count(element: Any, name: str) -> int:
    said = _attribute(element, name)
    return max(1, int(said)) if said.isdigit() and len(said) < 9 else 1


def _attribute(element: Any, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if _local_name(key) == name), "")


def _local(element: Any) -> str:
    return _local_name(str(element.tag))


def _local_name(name: str) -> str:
    return name.rsplit("}", 1)[-1]
