"""Tables that a phone can read: each cell knows the heading of its column."""

from __future__ import annotations

import re
from itertools import count

from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe

TALL_FROM = 4
"""From this number of columns on, a table does not fit the width of a phone."""

_HEAD = re.compile(r"<thead\b.*?</thead>", re.DOTALL)
_HEADING = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<t[dh]\b(?! scope=\"row\")")
_SPANNING = re.compile(r"\bcolspan=")


def labelled_cells(content: str, *, tall: bool = False) -> tuple[SafeString, bool]:
    """The rows with, on each cell but the headings of rows, the heading of its column; and whether the table is tall: it is said to
    be, or has TALL_FROM columns. One that is not, or has no head, is left as it is.

    A row with merged cells, or with another number of cells, is left as it is.
    """
    head = _HEAD.search(content)
    if head is None:
        return mark_safe(content), False  # noqa: S308
    labels = [escape(" ".join(strip_tags(words).split(" ")).strip()) for words in _HEADING.findall(head[0])]
    if not tall and len(labels) < TALL_FROM:
        return mark_safe(content), False  # noqa: S308

    def labelled(row: re.Match[str]) -> str:
        cells = re.findall(r"<t[dh]\b", row[0])
        if len(cells) != len(labels) or _SPANNING.search(row[0]):
            return row[0]
        position = count()
        return re.sub(r"<t[dh]\b", lambda start: _with_label(start, row[0], labels[next(position)]), row[0])

    rows = _ROW.sub(labelled, content[head.end() :])
    return mark_safe(content[: head.end()] + rows), True  # noqa: S308


def _with_label(start: re.Match[str], row: str, label: str) -> str:
    is_heading = not _CELL.match(row, start.start())
    return start[0] if is_heading or not label else f'{start[0]} data-label="{label}"'
