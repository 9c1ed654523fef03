"""The header of a table: which of its first rows it is, what groups above it and boxes below it say, and columns without title."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from django.utils.translation import gettext as _

from maillage.kernel.tables.limits import TableLimits, UnreadableTableError
from maillage.kernel.tables.text import mend

TICKED = frozenset(
    (
        "oui",
        "x",
        "1",
        "1.0",
        "vrai",
        "true",
        "yes",
        "o",
        "v",
        "✓",
        "✔",
        "☑",
        "☒",
        "coché",
        "checked",
        "selected",
    )
)
BLANK = frozenset(
    ("non", "0", "0.0", "faux", "false", "no", "n", "☐", "□", "-", "non coché", "unchecked", "not selected")
)
"""What stands in a box that is ticked, and in one that is not."""

IsTitle = Callable[[str], bool]


def is_continued(rows: list[tuple[int, list[str]]]) -> bool:
    """Whether the second of two rows only tells apart the columns that cells of the first, which is a header, stand above."""
    if len(rows) < 2 or rows[1][0] != rows[0][0] + 1:
        return False
    width = max(len(cells) for _number, cells in rows)
    above, below = (_padded([cell.strip() for cell in cells], width) for _number, cells in rows)
    columns = zip(below, above, _groups_of(above, width), strict=True)
    under = [(cell, group) for cell, title, group in columns if cell != title]
    told = [cell for cell, _group in under if cell]
    return (
        len(set(told)) == len(told) > 1
        and all(group for cell, group in under if cell)
        and not any(shape.fullmatch(cell) for cell in told for shape in _DATA)
        and all(1 < len(cell) <= 80 for cell in told)
    )


def _groups_of(cells: list[str], width: int) -> list[str]:
    """For each column, the cell that stands above it and above the next ones that are empty; empty for the others."""
    cells = _padded([cell.strip() for cell in cells], width)
    groups = [""] * len(cells)
    for position, cell in enumerate(cells):
        if not cell and position and (groups[position - 1] or cells[position - 1]):
            groups[position] = groups[position - 1] or cells[position - 1]
            groups[position - 1] = groups[position]
    return groups


def _padded(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))


def completed(rows: list[tuple[int, list[str]]], at: int, is_title: IsTitle | None) -> list[str]:
    """The header, its empty cells named by the row right above when that one groups columns.

    A cell above boxes, or one that another has the words of, stands with the title of its group: « Thèmes » above « Culture » is
    "Thèmes [Culture]".
    """
    cells = rows[at][1]
    above = rows[at - 1][1] if at and rows[at - 1][0] == rows[at][0] - 1 else []
    if sum(1 for cell in above if cell.strip()) < 2:
        return cells
    width = max(len(cells), len(above))
    cells, above, groups = _padded(cells, width), _padded(above, width), _groups_of(above, width)
    names = [cell if cell.strip() else group for cell, group in zip(cells, above, strict=True)]
    for position, group in enumerate(groups):
        cell = cells[position].strip()
        if not (cell and is_title and is_title(group)):
            continue
        told_before = cell.casefold() in [name.strip().casefold() for name in names[:position]]
        if told_before or _are_boxes(
            [row[position] for _number, row in rows[at + 1 :] if position < len(row)]
        ):
            names[position] = f"{group} [{cell}]"
    return names


def _are_boxes(cells: list[str]) -> bool:
    """Whether a column holds nothing but crosses, or yes and no, with a cross or a yes among them."""
    said = {cell.strip().lower() for cell in cells if cell.strip()}
    return bool(said & TICKED) and said <= TICKED | BLANK


def with_filled_columns(cells: list[str], rows: list[tuple[int, list[str]]]) -> list[str]:
    """The header, its last empty cells numbered where several rows fill them all the same."""
    titled = max((position for position, cell in enumerate(cells, start=1) if cell.strip()), default=0)
    filled = Counter(
        position
        for _number, row in rows
        for position, cell in enumerate(row[titled : len(cells)], start=titled + 1)
        if cell.strip()
    )
    width = max((position for position, count in filled.items() if count > 1), default=0)
    return cells[:titled] + [_("Column %(n)d") % {"n": position} for position in range(titled + 1, width + 1)]


def header_position(rows: list[list[str]], is_title: IsTitle | None) -> int:
    """The first row about as wide as the widest: titles and notes above a table fill one or two cells.

    A row that holds at least two titles, and more of them than that one, is the header rather.
    """
    widest_at = _first_wide_row(rows)
    if is_title is None:
        return widest_at
    titles = [count_titles(cells, is_title) for cells in rows]
    best = titles.index(max(titles))
    return best if titles[best] >= 2 and titles[best] > titles[widest_at] else widest_at


def numbered(cells: list[str]) -> list[str]:
    """Names for the columns of a table that has no header."""
    return [_("Column %(n)d") % {"n": position} for position in range(1, len(cells) + 1)]


def is_header(rows: list[list[str]], is_title: IsTitle) -> bool:
    """Whether the first of two rows is a header, not a row like the second: figures stand above figures then, dates above dates."""
    if len(rows) < 2:
        return True
    alike = sum(
        any(shape.fullmatch(above.strip()) and shape.fullmatch(below.strip()) for shape in _DATA)
        for above, below in zip(*rows, strict=False)
    )
    return alike <= count_titles(rows[0], is_title)


def count_titles(cells: list[str], is_title: IsTitle) -> int:
    """The different titles of a row: crosses in boxes are many times the same "x"."""
    return sum(map(is_title, {cell.strip().lower() for cell in cells if cell.strip()}))


_DATA = tuple(
    re.compile(pattern)
    for pattern in (
        r"[-+]?\d{1,7}[.,]\d+",
        r"\d{5,14}",
        r"(?:\d\d ?){5}",
        r"\d{4}-\d\d-\d\d.*|\d\d/\d\d/\d{4}",
        r"[^\s@]+@[^\s@]+\.\w+",
        r"https?://\S+",
    )
)
"""What cells hold and titles do not: decimals, codes, telephones, dates, e-mail and web addresses."""


def _first_wide_row(rows: list[list[str]]) -> int:
    filled = [sum(1 for cell in cells if cell.strip()) for cells in rows]
    widest = max(filled)
    for position, count in enumerate(filled):
        if count * 2 >= widest and (count > 1 or widest == 1):
            return position
    return 0


def unique_names(cells: list[str], limits: TableLimits) -> list[str]:
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) > limits.columns_max:
        raise UnreadableTableError(
            _("This table has %(count)d columns: more than %(limit)d are refused.")
            % {"count": len(cells), "limit": limits.columns_max}
        )
    names: list[str] = []
    seen: dict[str, int] = {}
    for position, cell in enumerate(cells, start=1):
        name = " ".join(mend(cell)[0].lstrip("\ufeff").split())[:120] or _("Column %(n)d") % {"n": position}
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names
