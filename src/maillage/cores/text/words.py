"""Cuts French text in words: elisions, compounds, acronyms, inclusive forms, numbers and units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from maillage.cores.text.folding import clean, fold

WORD_CHARACTERS_MAX = 40
"""A longer word is cut: it is an address or noise, and indexes dislike it."""

_INNER = r"\w\u0300-\u036f\u00ad\u200b-\u200d\u2060"
_JOINERS = "'’‘ʼ´`′·•‧.\u2010\u2011&-"
CHUNK = re.compile(
    rf"\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})+(?![{_INNER}])|\d+,\d+|[{_INNER}]+(?:[{_JOINERS}][{_INNER}]+)*"
)
"""What stands together: a number with its thousands, or letters with apostrophes, hyphens, dots between them."""

_ELIDED = frozenset("l d j m t s c n qu jusqu lorsqu puisqu quoiqu".split())
_INCLUSIVE_ENDINGS = frozenset(
    "e es s x ne nes le les lle lles te tes ère ères ière ières se ses sse sses rice rices trice trices euse euses"
    " ive ives ve ves fe fes que ques".split()
)
_WHOLE = {"aujourd'hui": "aujourd'hui", "quelqu'un": "quelqu'un"}
_ABBREVIATIONS = {
    "st": "saint",
    "ste": "sainte",
    "assoc": "association",
    "asso": "association",
    "assos": "associations",
}
_UNITS = frozenset("km m cm mm m2 m3 ha a g kg mg t l cl ml h min s j kw kwh mw mwh w v eur k an ans".split())
_NUMBER_AND_UNIT = re.compile(r"(\d+)([a-z]+\d?)")
_ACRONYM = re.compile(r"[^\W\d_](?:\.[^\W\d_])+")
_DIGIT_GROUPS = re.compile(r"[ \u00a0\u202f]")


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is the folded word; it stands at [start, end) of the cleaned text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pieces:
    """What a chunk holds: its `words` in order, and the `compounds` made by joining them, as (shown, folded)."""

    words: tuple[tuple[str, str], ...]
    compounds: tuple[tuple[str, str], ...] = ()


_NOTHING = Pieces(())


def chunks(text: str) -> list[str]:
    """The chunks of a text, as written, in order."""
    return CHUNK.findall(clean(text))


def tokens(text: str) -> Iterator[Token]:
    """The words of a text with the place of their chunk: « l'éco-lieu » gives eco and lieu, at the same place."""
    for found in CHUNK.finditer(clean(text)):
        for _shown, folded in pieces(found.group()).words:
            yield Token(folded, found.start(), found.end())


@lru_cache(maxsize=200_000)
def pieces(chunk: str) -> Pieces:
    """Take a chunk apart."""
    if chunk.isdecimal() and chunk.isascii() and len(chunk) <= WORD_CHARACTERS_MAX:
        return Pieces(((chunk, chunk),))
    if chunk.isalpha() and len(chunk) <= WORD_CHARACTERS_MAX:
        shown = chunk.lower()
        folded = fold(shown)[:WORD_CHARACTERS_MAX]
        return Pieces(((shown, _ABBREVIATIONS.get(folded, folded)),)) if folded.isalnum() else _of([shown])
    shown = chunk.lower().replace("’", "'").replace("‘", "'").replace("ʼ", "'").replace("´", "'")
    shown = shown.replace("`", "'").replace("′", "'").replace("\u2010", "-").replace("\u2011", "-")
    if shown[0].isdigit() and (" " in shown or "\u00a0" in shown or "\u202f" in shown):
        return _of([_DIGIT_GROUPS.sub("", shown)])
    if "," in shown:
        return _of([shown.replace(",", ".")])
    if _ACRONYM.fullmatch(shown):
        return _of([shown.replace(".", "")])
    if len(shown) > 4 * WORD_CHARACTERS_MAX:
        return _of(re.split(rf"[{_JOINERS}_]+", shown)[:20])
    return _of_joined(shown)


def _of_joined(shown: str) -> Pieces:
    found: list[tuple[str, str]] = []
    compounds: list[tuple[str, str]] = []
    for run in re.split(r"[.·•‧_]", _without_inclusive_endings(shown)):
        if run.replace(".", "").isdigit() and found and found[-1][1].isdigit() and "." in shown:
            decimal = f"{found[-1][1]}.{run}"
            found[-1] = (decimal, decimal)
            continue
        held = _of_run(run)
        found += held.words
        compounds += held.compounds
    return Pieces(tuple(found), tuple(compounds))


def _of_run(run: str) -> Pieces:
    """A run has only apostrophes, hyphens and ampersands between its letters."""
    parts = [part for part in run.split("'") if part]
    while len(parts) > 1 and parts[0] in _ELIDED:
        parts = parts[1:]
    run = "'".join(parts)
    if run in _WHOLE:
        return _of([_WHOLE[run]])
    words = [part for part in re.split(r"['&-]", run) if part]
    simple = _of(words)
    if not 2 <= len(words) <= 5 or all(word.isdigit() for word in words):
        return simple
    joined = "".join(folded for _shown, folded in simple.words)
    if len(joined) > WORD_CHARACTERS_MAX:
        return simple
    return Pieces(simple.words, ((run, joined),))


def _of(words: list[str]) -> Pieces:
    kept = []
    for word in words:
        folded = fold(word)[:WORD_CHARACTERS_MAX]
        unit = _NUMBER_AND_UNIT.fullmatch(folded)
        if unit and unit.group(2) in _UNITS:
            kept += [(unit.group(1), unit.group(1)), (unit.group(2), unit.group(2))]
        elif folded := "".join(letter for letter in folded if letter.isalnum() or letter in ".'"):
            folded = _ABBREVIATIONS.get(folded, folded)
            kept.append((word[: 2 * WORD_CHARACTERS_MAX], folded.replace("'", "")))
    return Pieces(tuple(kept)) if kept else _NOTHING


def _without_inclusive_endings(shown: str) -> str:
    """« habitant·e·s », « citoyen.ne.s » and « adhérent-e-s » say « habitant », « citoyen », « adhérent »."""
    for mark in "·•‧.-":
        parts = shown.split(mark)
        if (
            2 <= len(parts) <= 4
            and len(parts[0]) > 3
            and all(part in _INCLUSIVE_ENDINGS for part in parts[1:])
        ):
            return parts[0]
    return shown
