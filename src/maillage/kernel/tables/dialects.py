"""What cuts the lines of a CSV into cells: its separator, and the spaces that stand around quotation marks."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

PROBE_CHARS = 200_000
_PROBE_ROWS = 50
_SEPARATORS = (";", ",", "\t", "|")

csv.field_size_limit(
    64_000_000
)  # beyond that a quote was never closed; `cell_chars_max` is checked on our own


@dataclass(frozen=True)
class Dialect:
    """`spaced` says that spaces stand around quoted cells, of which they are no part."""

    separator: str
    spaced: bool = False

    def cells(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """The cells of each row. Raises csv.Error."""
        rows = csv.reader(lines, delimiter=self.separator, skipinitialspace=self.spaced)
        return ([cell.rstrip(" ") for cell in row] for row in rows) if self.spaced else rows

    def cut(self, line: str) -> list[str]:
        """The cells of one row; the row itself when its quotation marks are not right."""
        try:
            return next(self.cells([" ".join(line.splitlines())]), [])
        except csv.Error:
            return [line]


def dialect_of(probe: str) -> tuple[Dialect, int]:
    """What cuts a file that begins so, and the lines to skip before the table (Excel's `sep=;`)."""
    first = probe.lstrip("\ufeff").split("\n", 1)[0].strip()
    if len(first) == 5 and first.lower().startswith("sep="):
        return _dialect(probe, first[4]), 1
    return _best(probe) or Dialect(","), 0


def dialect_within(probe: str, dialect: Dialect) -> Dialect | None:
    """What cuts rows that were each put between quotation marks as a whole; None for other tables."""
    try:
        rows = [row for row in islice(dialect.cells(io.StringIO(probe, newline="")), _PROBE_ROWS) if any(row)]
    except csv.Error:
        return None
    if len(rows) < 2 or not probe.lstrip("\ufeff").startswith('"') or any(len(cells) != 1 for cells in rows):
        return None
    lines = "\n".join(cells[0] for cells in rows if "\n" not in cells[0])
    found = (_dialect(lines, separator) for separator in _SEPARATORS)
    return next((each for each in found if _score(lines, each) >= 1), None)


def _best(probe: str) -> Dialect | None:
    dialects = [_dialect(probe, separator) for separator in _SEPARATORS]
    scores = [_score(probe, dialect) for dialect in dialects]
    return dialects[scores.index(max(scores))] if max(scores) > 0 else None


def _dialect(probe: str, separator: str) -> Dialect:
    return Dialect(separator, spaced=bool(_spaces_around(separator).search(probe)))


def _spaces_around(separator: str) -> re.Pattern[str]:
    """A quoted cell, whole, with spaces before or after its quotation marks."""
    quoted = '"(?:[^"\n]|"")*+"'
    cut = re.escape(separator)
    return re.compile(rf"(?:^|{cut})(?: ++{quoted} *+|{quoted} ++)(?=$|\r|{cut})", re.MULTILINE)


def _score(probe: str, dialect: Dialect) -> float:
    """How much a dialect cuts the first rows into the same number of cells, more than one."""
    widths: list[int] = []
    try:
        for cells in islice(dialect.cells(io.StringIO(probe, newline="")), _PROBE_ROWS):
            if any(cell.strip() for cell in cells):
                widths.append(len(cells))
    except csv.Error:
        return 0
    if len(widths) > 1 and len(probe) >= PROBE_CHARS:
        widths.pop()  # cut off by the probe's end
    if not widths:
        return 0
    usual = max(set(widths), key=lambda width: (widths.count(width), width))
    if usual < 2:
        return 0
    return widths.count(usual) / len(widths) + min(usual, 50) / 1000
