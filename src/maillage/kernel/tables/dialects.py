"""What cuts the lines of a CSV into cells: its separator, its quotation marks, the spaces around them."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice, pairwise
from operator import itemgetter

PROBE_CHARS = 200_000
_PROBE_ROWS = 50
_SEPARATORS = (";", ",", "\t", "|")
_OF_WORDS = frozenset("_-.,;|?@'\"’()[]{}<>«»“”°")
"""Signs that stand within the words of one cell, and the usual separators, of which it is known already whether they cut."""

csv.field_size_limit(
    64_000_000
)  # beyond that a quote was never closed; `cell_chars_max` is checked on our own


@dataclass(frozen=True)
class Dialect:
    """`spaced` says that spaces stand around quoted cells, of which they are no part.

    `starts` are where the columns begin that spaces alone keep apart: there is no separator then.
    """

    separator: str
    quote: str = '"'
    spaced: bool = False
    starts: tuple[int, ...] = ()

    def cells(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """The cells of each row. Raises csv.Error."""
        if self.starts:
            spans = [slice(*pair) for pair in pairwise((*self.starts, None))]
            return ([line[span].strip() for span in spans] for line in lines)
        rows = csv.reader(lines, delimiter=self.separator, quotechar=self.quote, skipinitialspace=self.spaced)
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
    """The usual separator that cuts best; another one when none of the usual cuts all the rows alike, and this one does."""
    usual = max(
        ((_score(probe, each), each) for each in map(partial(_dialect, probe), _SEPARATORS)),
        key=itemgetter(0),
    )
    if usual[0] >= 1:
        return usual[1]
    return _unusual(probe) or _aligned(probe) or (usual[1] if usual[0] > 0 else None)


def _unusual(probe: str) -> Dialect | None:
    """Any other sign of the header that cuts it and all the rows into as many cells."""
    header = _first_lines(probe)[:1]
    signs = [sign for sign in dict.fromkeys("".join(header)) if unicodedata.category(sign)[0] in "PS"]
    scores = {sign: _score(probe, _dialect(probe, sign)) for sign in signs if sign not in _OF_WORDS}
    best = max(scores, key=lambda sign: scores[sign], default="")
    if not best or scores[best] < 1 or _is_punctuation(best, probe):
        return None
    dialect = _dialect(probe, best)
    rows = list(islice(dialect.cells(io.StringIO(probe, newline="")), 2))
    names = rows[0] if rows[0][-1].strip() else rows[0][:-1]
    are_names = len(names) > 1 and all(any(map(str.isalpha, name)) for name in names)
    return dialect if are_names and len(rows) > 1 else None


def _aligned(probe: str) -> Dialect | None:
    """Columns that begin at the same place of each line, after two spaces at least."""
    lines = _first_lines(probe)
    starts = [0, *(found.end() for found in _GAP.finditer(lines[0]))] if lines else []
    kept = all(not line[start - 2 : start].strip(" ") for line in lines for start in starts[1:])
    filled = all(any(line[start : start + 1].strip() for line in lines[1:]) for start in starts)
    return Dialect("", starts=tuple(starts)) if kept and filled and len(starts) > 1 else None


_GAP = re.compile(r"(?<=\S) {2,}(?=\S)")


def _first_lines(probe: str) -> list[str]:
    """The first lines that hold something, but for one that the probe's end cuts off."""
    lines = probe.lstrip("\ufeff").splitlines()
    if len(lines) > 1 and len(probe) >= PROBE_CHARS:
        lines.pop()
    return [line for line in lines[:_PROBE_ROWS] if line.strip()]


def _is_punctuation(sign: str, probe: str) -> bool:
    """Whether a colon stands in a text as people write it, or in addresses."""
    return sign == ":" and bool(re.search(r"\s:|:\s|://", probe))


def _dialect(probe: str, separator: str) -> Dialect:
    quote = "'" if _is_single_quoted(probe, separator) else '"'
    return Dialect(separator, quote, spaced=bool(_spaces_around(separator, quote).search(probe)))


def _is_single_quoted(probe: str, separator: str) -> bool:
    """Whether each cell stands between apostrophes, figures excepted."""
    if not probe.lstrip("\ufeff ").startswith("'"):
        return False
    cell = r" *+(?:'(?:[^'\n]|'')*+'|[-+\d.,]*+) *+"
    row = re.compile(rf"{cell}(?:{re.escape(separator)}{cell})+")
    return all(map(row.fullmatch, _first_lines(probe)))


def _spaces_around(separator: str, quote: str) -> re.Pattern[str]:
    """A quoted cell, whole, with spaces before or after its quotation marks."""
    quoted = f"{quote}(?:[^{quote}\n]|{quote}{quote})*+{quote}"
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
