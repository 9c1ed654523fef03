"""What is read from a text, and the text as the rules see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from maillage.cores.text.criteria.spelled import MARK, in_figures
from maillage.cores.text.folding import fold

Span = tuple[int, int]
"""[start, end) in the text as it was given."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One measurable thing that a text asks or gives, with the words that say it.

    `kind` is one of surface (unit "m2"), rent ("eur/month", "eur/m2/year"…), price ("eur", "eur/hour"…), distance ("km" or
    "minute"), duration ("hour", "half_day/week"…), age ("year"), quantity (the thing counted, singular and folded, or
    "kg", "t", "l"), period (dates) or weekdays (unit "mon,thu/morning").
    `low` and `high` are inclusive bounds, None when open; `about` says that the text gave an order of magnitude.
    """

    kind: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    begins: date | None = None
    ends: date | None = None
    about: bool = False
    span: Span = (0, 0)

    @property
    def slot(self) -> tuple[str, str, float | None, float | None, date | None, date | None]:
        """What two readings of a sentence are compared by: all but the place and the "about"."""
        return self.kind, self.unit, self.low, self.high, self.begins, self.ends


class Sheet:
    """A text folded letter for letter, its numbers in figures, in which what was read is covered, so that it is not read twice."""

    def __init__(self, text: str) -> None:
        self._letters = list(in_figures("".join(_fold_letter(letter) for letter in text)))

    @property
    def text(self) -> str:
        """As long as the given text: places found here are places there."""
        return "".join(self._letters)

    def cover(self, span: Span) -> None:
        for place in range(*span):
            self._letters[place] = "\0"


def _fold_letter(letter: str) -> str:
    if letter == "²":
        return "2"
    if letter.isspace() or letter == MARK:
        return " "
    folded = fold(letter)
    return folded if len(folded) == 1 else letter.lower()[:1]
