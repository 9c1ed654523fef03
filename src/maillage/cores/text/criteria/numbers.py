"""Numbers and bounds as French writes them, in figures and in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from maillage.cores.text.criteria.spelled import MARK, MILLIONS, OF, ROUNDED, round_in, value_of_words

_GROUPED = r"\d{1,3}(?:[ .]\d{3})+(?!\d)"
FIGURES = rf"(?:{_GROUPED}(?:,\d+|(?<= \d{{3}})\.\d\d?(?!\d))?|\d+(?:[.,]\d+)?)"
_SPELLED = rf"{MARK}\d+"
_IN_FIGURES = rf"(?<![\w.,/])(?!1/2 |[13]/4 ){FIGURES}(?: (?:mille\b|{MILLIONS}){OF})?"
_MEASURED_HALF = "(?=(?:heure|hectare|tonne|litre|kilo|kilometre)s?(?![a-z]))"
_PART = rf"(?:(?:(?:{MARK}0*[13]|\b[13]) quarts? |\b[13]/4 )d'(?=heure)|(?:{MARK}0*1 )?\bdemi[- ]{_MEASURED_HALF}|\b1/2 (?=heure|journee))"
_PART_TOLD = re.compile(rf"(?:{MARK}0*)?(?:(?P<quarts>[13])(?: quart|/4)|1/2|(?:1 )?demi[- ](?!douzaine))")
_ROUNDED = rf"(?:(?:{_SPELLED}|\b{FIGURES}|\bquelques) |\b){ROUNDED}"
NUMBER = rf"(?:{_PART}|{_ROUNDED}|{_IN_FIGURES}|{_SPELLED})"
"""A number, as a pattern without groups."""

ABOUT = r"environ|autour de|a peu pres|aux alentours de|dans les|approximativement|~|pres de|quelque"
_MORE = r"plus d[e']|superieure?s? a|au[- ]dessus d[e']|au[- ]dela d[e']"
_LESS = r"moins d[e']|inferieure?s? a|(?:en|au)[- ]dessous d[e']|sous"
_NOT = r"(?:pas|jamais) (?:etre |a )?"
"""« ne doit pas être inférieur à », « pas à plus de » : what follows is turned round."""
_AT_LEAST_BEFORE = (
    rf"{_NOT}(?:{_LESS})|au moins|minimum|au minimum|mini|{_MORE}|a partir d[e']|des|minimum d[e']"
)
_AT_MOST_BEFORE = (
    rf"{_NOT}(?:{_MORE})|au plus|au maximum|maximum|maxi?|{_LESS}|jusqu'a|ne depassant pas|"
    r"sans depasser|n'excedant pas|plafonnee?s? a|dans la limite de|limitee?s? a|maximum de|"
    r"ne depasse(?:ra)? pas|(?:ne )?(?:doit |doivent )?pas depasser"
)
_AT_LEAST_AFTER = r"(?:au )?minimum|mini|min\b\.?|au moins|(?:et|ou) (?:plus|\+)|et au[- ]dela"
_AT_MOST_AFTER = r"(?:au )?maximum|(?:grand )?maxi?\b\.?|au plus|ou moins|grand maximum|tout au plus"

_BEFORE = rf"(?:(?P<least>\b(?:{_AT_LEAST_BEFORE})|(?<![-=])>=?|≥|\+ de\b) ?|(?P<most>\b(?:{_AT_MOST_BEFORE})|<=?|≤) ?|(?P<about>(?:\b|(?=~))(?:{ABOUT})) ?)?"
_EXTRA = r"(?: et (?P<extra>demie?|quart|trois quarts)(?![\w-]))?"
"""« et demie », « et quart », after the unit."""
_EXTRAS = {"demi": 0.5, "demie": 0.5, "quart": 0.25, "trois quarts": 0.75}
_AFTER = rf"(?: ?[,(]? ?(?:(?P<least_after>{_AT_LEAST_AFTER})|(?P<most_after>{_AT_MOST_AFTER})|(?P<about_after>environ))(?!\w))?"
_BEHIND_SLASH = rf"(?<=[ .]\d{{3}}/){FIGURES}|(?<=\d/)(?!0)\d+(?:,\d+)?"
"""« 80/120 », « 1 200/1 500 » : not « 12/03 », nor the thousands of « le 12/10 100 m² »."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """`low` and `high`, inclusive, None when open."""

    low: float | None
    high: float | None
    about: bool = False

    def times(self, factor: float) -> Bounds:
        low = None if self.low is None else tidy(self.low * factor)
        high = None if self.high is None else tidy(self.high * factor)
        return Bounds(low, high, self.about)


def measure(unit: str, *, after: str = "", repeats: bool = True) -> re.Pattern[str]:
    """The pattern of numbers of `unit` (a pattern): « 10 u », « de 10 à 20 u », « 10 u minimum », « entre 10 et 20 u »…

    `after` is a pattern that follows the unit; `repeats` allows « de 10 u à 20 u », where the groups of the first unit are
    called first_… `bounds_of` reads its matches.
    """
    item = rf"(?:{unit}){_EXTRA}"
    second = rf"{NUMBER}|(?(first)(?:{_BEHIND_SLASH})|(?!))"
    first_item = re.sub(r"[?]P<([a-z_]+)>", r"?P<first_\1>", item)
    repeated = f"(?:{first_item})?" if repeats else ""
    return re.compile(
        rf"{_BEFORE}"
        rf"(?:(?:\bde |\bd'|\bentre )?(?P<first>{NUMBER}) ?{repeated} ?(?:a|et|ou|-|/)(?: environ)? ?)?"
        rf"(?P<second>{second}) ?{item}{after}{_AFTER}"
    )


def bounds_of(found: re.Match[str], scale: Callable[[str], float] = lambda unit: 1.0) -> Bounds:
    """What a match of `measure` says, times the `scale` of the unit that each number is said in.

    « moins de 20 » is read as « 20 at most », as forms ask it.
    """
    parts = found.groupdict()
    unit = parts.get("unit") or ""
    second, round_second = _valued(parts, "")
    second = tidy(second * scale(unit))
    about = round_second or bool(found["about"] or found["about_after"])
    if found["first"]:
        first = _valued(parts, "first_")[0] * _shared_power(found["first"], found["second"])
        own = parts.get("first_unit")
        scaled = tidy(first * scale(own or unit))
        if own is None and scaled > second >= first:
            scaled = first  # « de 500 à 2 k€ »
        return Bounds(min(scaled, second), max(scaled, second), about)
    if found["least"] or found["least_after"] or parts.get("least_within"):
        return Bounds(second, None, about)
    if found["most"] or found["most_after"] or parts.get("most_within"):
        return Bounds(None, second, about)
    return Bounds(second, second, about)


def _valued(parts: dict[str, str | None], which: str) -> tuple[float, bool]:
    """(value, whether it is an order of magnitude) of the first or the second number, with what its unit adds."""
    value, is_round = number_of(parts["first" if which else "second"] or "")
    value += _EXTRAS.get(parts.get(f"{which}extra") or "", 0.0)
    value += int(parts.get(f"{which}minutes") or parts.get(f"{which}minutes_said") or 0) / 60
    if cents := parts.get(f"{which}cents"):
        value += number_of(cents)[0] / 100
    return value, is_round


def _shared_power(first: str, second: str) -> int:
    """What the second number lends the first: 100 in « deux à trois cents », 1000 in « 2 à 3 mille », else 1."""
    value, limit = number_of(first)[0], number_of(second)[0]
    if first.startswith(MARK) != second.startswith(MARK) or ("mill" in first) != ("mill" in second):
        return 1 if first.startswith(MARK) or "mill" not in second else _lent(value, limit)
    return _lent(value, limit) if first.startswith(MARK) else 1


def _lent(value: float, limit: float) -> int:
    return next(
        (power for power in (1_000_000, 1000, 100) if limit % power == 0 and value * power < limit), 1
    )


def number_of(written: str) -> tuple[float, bool]:
    """(value, whether it is an order of magnitude) of what NUMBER matched."""
    written = written.strip()
    if part := _PART_TOLD.match(written):
        return int(part["quarts"] or 2) / 4, False
    if rounded := round_in(written):
        each, place = rounded
        times = written[:place].strip()
        return tidy(each * (number_of(times)[0] if times and times != "quelques" else 1)), True
    if written.startswith(MARK):
        return float(written[1:]), False
    figures = re.match(FIGURES, written)
    assert figures is not None
    grouped = re.match(_GROUPED, figures[0])
    whole = grouped[0] if grouped else ""
    value = float(re.sub(r"[ .]", "", whole) + figures[0][len(whole) :].replace(",", "."))
    if power := written[figures.end() :].strip():
        value *= value_of_words(f"un {power}")
    return tidy(value), False


def tidy(value: float) -> float:
    """Without the dust of binary fractions."""
    return round(value, 6)
