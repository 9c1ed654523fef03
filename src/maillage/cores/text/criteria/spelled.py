"""Numbers written in words: « deux cent cinquante », « quatre-vingt-dix-sept », « un million et demi ».

Hyphens or spaces, the hyphens of 1990, septante, huitante, octante and nonante. The text is folded. Each number becomes
figures of the same length, so that a place in them is a place in the text. The grammar is small enough not to be worth a
compiled library.
"""

from __future__ import annotations

import re

_UNITS = {
    word: value
    for value, word in enumerate("un deux trois quatre cinq six sept huit neuf".split(), 1)
} | {"une": 1}  # fmt: skip
_TEENS = {word: value for value, word in enumerate("dix onze douze treize quatorze quinze seize".split(), 10)}
_TENS = {
    word: 10 * value for value, word in enumerate("vingt trente quarante cinquante soixante".split(), 2)
} | {"septante": 70, "huitante": 80, "octante": 80, "nonante": 90}
_POWERS = {"mille": 1_000, "million": 1_000_000, "milliard": 1_000_000_000}
_VALUES = _UNITS | _TEENS | _TENS

_ROUND: dict[str, int] = {
    "huitaine": 8,
    "demi-douzaine": 6,
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
OF = r"(?: de\b| d')?"
ROUNDED = rf"(?:{'|'.join(_ROUND)})s?\b{OF}"
"""« dizaine », « milliers d' » : an order of magnitude, to be counted by the number before it."""
_ROUND_WORD = re.compile(rf"\b({'|'.join(_ROUND)})")

_S = "[- ]"
_AND_ONE = rf"(?:{_S}et{_S}|-)une?\b(?! (?:{'|'.join(_ROUND)}))"
_UNIT = "(?:deux|trois|quatre|cinq|six|sept|huit|neuf)"
_TEEN = rf"(?:dix(?:{_S}(?:sept|huit|neuf)\b)?|onze|douze|treize|quatorze|quinze|seize)"
_PLAIN_TEN = "(?:vingt|trente|quarante|cinquante|septante|huitante|octante|nonante)"
_BELOW_100 = (
    rf"(?:quatre{_S}vingts?\b(?:{_AND_ONE}|{_S}une?\b|{_S}(?:et{_S}(?=onze))?(?:{_TEEN}|{_UNIT})\b)?"
    rf"|soixante\b(?:{_AND_ONE}|{_S}(?:et{_S}(?=onze))?(?:{_TEEN}|{_UNIT})\b)?"
    rf"|{_PLAIN_TEN}\b(?:{_AND_ONE}|{_S}{_UNIT}\b)?"
    rf"|{_TEEN}|{_UNIT}|une?)\b"
)
_HUNDREDS = rf"(?:(?:{_UNIT}|{_TEEN}){_S}cents?|cent)\b(?:{_S}(?:et{_S}(?=une?\b))?{_BELOW_100})?"
_BELOW_1000 = rf"(?:{_HUNDREDS}|{_BELOW_100})"
_BELOW_MILLION = (
    rf"(?:(?:{_BELOW_1000}{_S})?mille\b(?:{_S}(?:et{_S}(?=une?\b))?{_BELOW_1000})?|{_BELOW_1000})"
)
HALF = r" et demie?(?![\w-])"
MILLIONS = rf"milli(?:on|ard)s?\b(?:{HALF})?"
_MILLIONS_SAID = rf"{_BELOW_1000}{_S}{MILLIONS}(?:{_S}{_BELOW_MILLION})?(?![\w-]){OF}"
_SPELLED = re.compile(rf"(?<!\w)(?<!\w-)(?!(?<=\d )mille)(?:{_MILLIONS_SAID}|{_BELOW_MILLION}(?![\w-]))")
_PAIR = re.compile(rf"(?<!\w)(?<!\w-)({_UNIT}|une?)-({_UNIT}(?:{_S}(?:cents?|mille))?)(?![\w-])")
"""« deux-trois chaises »."""
MARK = "\x01"
"""What a number in words begins with, once it is in figures: « deux » and « 2 » are not told the same way."""
SAID = rf"(?:{MARK}0*)?"
"""Before figures that may have been words."""


def in_figures(text: str) -> str:
    """`text` with each number in words as MARK and its figures, as long as the words were."""
    return _SPELLED.sub(_figures, _PAIR.sub(lambda pair: f"{_figures(pair, 1)}-{_figures(pair, 2)}", text))


def _figures(found: re.Match[str], group: int = 0) -> str:
    return MARK + str(value_of_words(found[group])).zfill(len(found[group]) - 1)


def value_of_words(written: str) -> int:
    """The number that these words say."""
    total = hundreds = 0
    last, power = "", 1
    for word in re.findall(r"[a-z]+", written):
        word = word if word in _VALUES else word.rstrip("s")
        if word in _VALUES:
            hundreds += 76 if word == "vingt" and last == "quatre" else _VALUES[word]
        elif word == "cent":
            hundreds = max(hundreds, 1) * 100
        elif word == "mille":
            total, hundreds = total + max(hundreds, 1) * 1_000, 0
        elif word in _POWERS:
            power = _POWERS[word]
            total, hundreds = (total + hundreds) * power, 0
        elif word.startswith("demi"):
            total += power // 2
        last = word
    return total + hundreds


def round_in(written: str) -> tuple[int, int] | None:
    """(value, where it begins) of the order of magnitude that `written` ends with, if any."""
    found = _ROUND_WORD.search(written)
    return (_ROUND[found[1]], found.start()) if found else None
