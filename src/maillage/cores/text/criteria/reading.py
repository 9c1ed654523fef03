"""The order in which criteria are looked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial

from maillage.cores.text.criteria.calendar import read_periods, read_weekdays
from maillage.cores.text.criteria.measures import (
    MEASURED,
    read_ages,
    read_distances,
    read_durations,
    read_money,
    read_quantities,
    read_surfaces,
)
from maillage.cores.text.criteria.spelled import MARK
from maillage.cores.text.criteria.values import Criterion, Sheet

TEXT_CHARACTERS_MAX = 20_000
CRITERIA_MAX = 200
VALUE_MAX = 1e12
"""Beyond it, figures are a reference or a game."""


def read_criteria(text: str, *, today: date) -> tuple[Criterion, ...]:
    """The criteria that `text` states, in the order of the text; « mai » is the next one from `today`.

    Only the first TEXT_CHARACTERS_MAX characters are read, and CRITERIA_MAX criteria given. Never raises on any text.
    """
    sheet = Sheet(text[:TEXT_CHARACTERS_MAX])
    found: list[Criterion] = []
    # Money may hold a surface (« € / m² »), and what is left over is counted last.
    readers: tuple[Callable[[Sheet], Iterable[Criterion]], ...] = (
        read_money,
        read_surfaces,
        partial(read_periods, today=today),
        read_weekdays,
        read_distances,
        read_ages,
        read_durations,
        read_quantities,
    )
    for read in readers:
        for criterion in list(read(sheet)):
            if max(criterion.low or 0, criterion.high or 0) <= VALUE_MAX:
                found.append(criterion)
            sheet.cover(criterion.span)
    return tuple(sorted(found, key=lambda criterion: criterion.span)[:CRITERIA_MAX])


_ANY_DAY = date(2000, 1, 1)
_FIGURES = re.compile(rf"(?:{MARK}|\b)\d+")


def without_measures(text: str) -> str:
    """`text` without what can be measured in it, nor its numbers: « 30 chaises samedi » is about chairs.

    What is counted stays. Places stay what they are.
    """
    letters = list(text)
    spans = [
        each.span
        for each in read_criteria(text, today=_ANY_DAY)
        if each.kind != "quantity" or each.unit in MEASURED
    ]
    spans += [found.span() for found in _FIGURES.finditer(Sheet(text[:TEXT_CHARACTERS_MAX]).text)]
    for start, end in spans:
        letters[start:end] = " " * (end - start)
    return "".join(letters)
