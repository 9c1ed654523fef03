"""Where the words of a question stand in a text, as it was written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from maillage.cores.text.analysis import terms_of
from maillage.cores.text.folding import clean, squeeze
from maillage.cores.text.words import CHUNK

EXCERPT_CHARACTERS = 220
_READ_MAX = 2_000


class Segment(NamedTuple):
    """A piece of text, and whether it answers the question."""

    text: str
    marked: bool


def mark(text: str, terms: frozenset[str]) -> list[Segment]:
    """Cut a text where words answer one of `terms`; the segments joined give the cleaned text back."""
    text = clean(text)
    segments, done = [], 0
    for start, end, _term in _found(text, terms):
        if start > done:
            segments.append(Segment(text[done:start], False))
        segments.append(Segment(text[start:end], True))
        done = end
    if done < len(text):
        segments.append(Segment(text[done:], False))
    return segments


def excerpt(
    texts: Iterable[str], terms: frozenset[str], *, enough: int = 3, characters: int = EXCERPT_CHARACTERS
) -> list[Segment]:
    """The passage with most of the question's words, marked, with « … » where it is cut; else the beginning.

    A later text is only read while `enough` different terms were not found; reading stops at _READ_MAX characters.
    """
    best, best_worth = "", 0
    for text in texts:
        if best_worth >= enough:
            break
        text = squeeze(clean(text[:_READ_MAX]))
        start, worth = _best_window(_found(text, terms), characters)
        if worth > best_worth or not best:
            best, best_worth = _cut(text, start, characters), worth
    return mark(best, terms)


def _found(text: str, terms: frozenset[str]) -> list[tuple[int, int, str]]:
    found = []
    for chunk in CHUNK.finditer(text):
        known = terms_of(chunk.group())
        if terms.isdisjoint(known.simple) and terms.isdisjoint(known.compounds):  # most words answer nothing
            continue
        hit = next(term for term in (*known.simple, *known.compounds) if term in terms)
        found.append((chunk.start(), chunk.end(), hit))
    return found


def _best_window(found: list[tuple[int, int, str]], characters: int) -> tuple[int, int]:
    """Where to start reading, and how many different terms are then seen."""
    best = (0, 0)
    for at, (start, _end, _term) in enumerate(found):
        seen = {term for begin, end, term in found[at : at + 40] if end - start <= characters}
        if len(seen) > best[1]:
            best = (start, len(seen))
    return best


def _cut(text: str, start: int, characters: int) -> str:
    """About `characters` of text around `start`, from word to word."""
    if len(text) <= characters:
        return text
    begin = max(0, min(start - characters // 4, len(text) - characters))
    if begin:
        begin = text.find(" ", begin, begin + 40) + 1 or begin
    end = min(len(text), begin + characters)
    if end < len(text):
        end = max(text.rfind(" ", begin, end), begin + characters // 2)
    return ("… " if begin else "") + text[begin:end] + (" …" if end < len(text) else "")
