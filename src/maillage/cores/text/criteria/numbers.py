"""Numbers and bounds as French writes them, in figures and in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONES = (
    "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
    " dix-sept dix-huit dix-neuf vingt"
).split()
_WORDS: dict[str, float] = {word: float(value) for value, word in enumerate(_ONES)} | {
    "une": 1,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
    "cent": 100,
    "mille": 1000,
}
_MANY = re.compile(r"(?P<times>[a-z-]+) (?P<power>cents?|mille)")
_ROUND: dict[str, float] = {
    "huitaine": 8,
    "dizaine": 10,
    "douzaine": 12,
    "quinzaine": 15,
    "vingtaine": 20,
    "trentaine": 30,
    "quarantaine": 40,
    "cinquantaine": 50,
    "soixantaine": 60,
    "centaine": 100,
    "millier": 1000,
}
FIGURES = r"(?:\d{1,3}(?:[ .]\d{3})+(?!\d)|\d+(?:[.,]\d+)?)"
_SPELLED = "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
_SPELLED = rf"(?:(?:{_SPELLED}) (?:cents|mille)|{_SPELLED})"
_ROUNDED = rf"(?:(?:{_SPELLED}|quelques) )?(?:{'|'.join(_ROUND)})s?(?: de| d')?"
NUMBER = rf"(?:(?<![\w.,/]){FIGURES}|\b(?:{_ROUNDED}|(?:{_SPELLED})(?![\w-])))"
"""A number, as a pattern without groups."""

ABOUT = r"environ|autour de|a peu pres|aux alentours de|dans les|approximativement|~|pres de|quelque"
_AT_LEAST_BEFORE = r"au moins|minimum|au minimum|mini|plus d[e']|a partir de|superieure?s? a|des|au dessus de|au-dessus de|minimum de"
_AT_MOST_BEFORE = (
    r"au plus|au maximum|maximum|maxi?|moins d[e']|jusqu'a|pas plus de|ne depassant pas|inferieure?s? a|sous|"
    r"sans depasser|n'excedant pas|plafonnee?s? a|dans la limite de|limitee?s? a|maximum de|pas au-dela de|en dessous de|"
    r"ne depasse(?:ra)? pas|(?:ne )?(?:doit |doivent )?pas depasser"
)
_AT_LEAST_AFTER = r"(?:au )?minimum|mini|min\b\.?|au moins|et plus|ou plus|et au-dela"
_AT_MOST_AFTER = r"(?:au )?maximum|(?:grand )?maxi?\b\.?|au plus|ou moins|grand maximum|tout au plus"

_BEFORE = rf"(?:(?P<least>\b(?:{_AT_LEAST_BEFORE})) ?|(?P<most>\b(?:{_AT_MOST_BEFORE})) ?|(?P<about>(?:\b|(?=~))(?:{ABOUT})) ?)?"
_AFTER = rf"(?: ?[,(]? ?(?:(?P<least_after>{_AT_LEAST_AFTER})|(?P<most_after>{_AT_MOST_AFTER})|(?P<about_after>environ))(?!\w))?"


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

    `after` is a pattern that follows the unit; `repeats` allows « de 10 u à 20 u ». `bounds_of` reads its matches.
    """
    repeated = rf"(?:{re.sub(r'[?]P<[a-z]+>', '?:', unit)})?" if repeats else ""
    return re.compile(
        rf"{_BEFORE}"
        rf"(?:(?:\bde |\bd'|\bentre )?(?P<first>{NUMBER}) ?{repeated} ?(?:a|et|ou|-|/)(?: environ)? ?)?"
        rf"(?P<second>{NUMBER}) ?(?:{unit}){after}{_AFTER}"
    )


def bounds_of(found: re.Match[str]) -> Bounds:
    """What a match of `measure` says. « moins de 20 » is read as « 20 at most », as forms ask it."""
    second, round_second = number_of(found["second"])
    about = round_second or bool(found["about"] or found["about_after"])
    if found["first"]:
        first, _round = number_of(found["first"])
        return Bounds(min(first, second), max(first, second), about)
    parts = found.groupdict()
    if found["least"] or found["least_after"] or parts.get("least_within"):
        return Bounds(second, None, about)
    if found["most"] or found["most_after"] or parts.get("most_within"):
        return Bounds(None, second, about)
    return Bounds(second, second, about)


def number_of(written: str) -> tuple[float, bool]:
    """(value, whether it is an order of magnitude) of what NUMBER matched."""
    written = written.strip()
    if written[0].isdigit():
        grouped = re.fullmatch(r"\d{1,3}(?:[ .]\d{3})+", written)
        return tidy(float(re.sub(r"[ .]", "", written) if grouped else written.replace(",", "."))), False
    for word, value in _ROUND.items():
        if found := re.search(rf"\b{word}", written):
            times = written[: found.start()].strip()
            return tidy(value * _WORDS.get(times, 1)), True
    if many := _MANY.fullmatch(written):
        return _WORDS[many["times"]] * _WORDS[many["power"].rstrip("s")], False
    return _WORDS[written], False


def tidy(value: float) -> float:
    """Without the dust of binary fractions."""
    return round(value, 6)
