"""From French text to the terms that indexes hold and questions ask for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

from maillage.cores.text.folding import fold
from maillage.cores.text.stop_words import STOP_WORDS
from maillage.cores.text.words import CHUNK, chunks, pieces

_STEMMER = snowballstemmer.stemmer("french")
_STOPS = frozenset(fold(word).replace("'", "") for word in STOP_WORDS)
_IRREGULAR = {"travaux": "travail", "yeux": "oeil", "vitraux": "vitrail", "baux": "bail"}
_LOST_ACCENTS = (
    (re.compile(r"ee$"), "ée"),
    (re.compile(r"ite$"), "ité"),
    (re.compile(r"iere$"), "ière"),
)


class Entry(NamedTuple):
    """A word as a lexicon keeps it: folded, as written in lower case, and its term."""

    word: str
    shown: str
    term: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What one chunk gives: the terms of its words, those of its compounds, and its words for the lexicon."""

    simple: tuple[str, ...] = ()
    compounds: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()


def analyse(text: str) -> tuple[str, ...]:
    """The terms of a text in order, without stop words; then those of its compounds.

    « Les éco-constructions d'Éric » gives eco, construct, eric, ecoconstruct. Compounds stand last, so that
    they do not come between words that a quoted phrase asks for side by side.
    """
    return tuple(terms_text(chunks(text)).split())


def terms_text(found: Sequence[str]) -> str:
    """The terms of chunks, words first and compounds last, separated by single spaces."""
    joined = [
        chunk for chunk in found if not chunk.isalnum()
    ]  # no compound without a hyphen or an apostrophe
    return " ".join(filter(None, [*map(_simple_text, found), *map(_compounds_text, joined)]))


def terms_and_chunks(text: str) -> tuple[str, set[str]]:
    """`terms_text` of a cleaned text, and its chunks: between two blanks, what was met before is not read again.

    Blanks stand between chunks but in numbers with their thousands, and very long ones are not worth remembering.
    """
    between = text.split()
    if not between:
        return "", set()
    if _THOUSANDS.search(text):
        return _terms_and_chunks_anew(text)
    memory = _memory
    terms = list(map(memory.terms.get, between))
    if None in terms:
        filled = _remember(between)
        if filled is None:
            return _terms_and_chunks_anew(text)
        memory = filled
        terms = list(map(memory.terms.get, between))
    found = set(map(memory.chunk.get, between))
    if None in found:
        apart = [memory.apart[part] for part in between if part in memory.apart]
        terms += [compounds for compounds, _chunks in apart]
        found.discard(None)
        found.update(*(chunks for _compounds, chunks in apart))
    return " ".join(filter(None, terms)), found  # type: ignore[return-value]  # None is gone


def _terms_and_chunks_anew(text: str) -> tuple[str, set[str]]:
    found = CHUNK.findall(text)
    return terms_text(found), set(found)


_THOUSANDS = re.compile(r"\d[ \u00a0\u202f]\d{3}")
_REMEMBERED_CHARACTERS_MAX = 60
_REMEMBERED_PARTS_MAX = 200_000


class _Memory(NamedTuple):
    """By what stands between two blanks: the terms of its words; its chunk, when that is all there is to say;
    else, `apart`, the terms of its compounds and its chunks.
    """

    terms: dict[str, str]
    chunk: dict[str, str]
    apart: dict[str, tuple[str, tuple[str, ...]]]


_memory = _Memory({}, {}, {})
"""Replaced by another when it is full, so that who reads it meanwhile keeps what it has."""


def _remember(between: Sequence[str]) -> _Memory | None:
    """Read and remember what was not met yet; None when one is too long for that, or all are too many."""
    global _memory
    parts = set(between)
    if len(parts) > _REMEMBERED_PARTS_MAX or len(max(parts, key=len)) > _REMEMBERED_CHARACTERS_MAX:
        return None
    memory = _memory
    if len(memory.terms) + len(parts) > _REMEMBERED_PARTS_MAX:
        memory = _Memory({}, {}, {})
    for part in parts:
        if part in memory.terms:
            continue
        found = tuple(CHUNK.findall(part))
        compounds = " ".join(filter(None, map(_compounds_text, found)))
        if compounds or len(found) != 1:
            memory.apart[part] = compounds, found
        else:
            memory.chunk[part] = found[0]
        memory.terms[part] = " ".join(filter(None, map(_simple_text, found)))  # last: others read meanwhile
    _memory = memory
    return memory


@lru_cache(maxsize=200_000)
def _simple_text(chunk: str) -> str:
    return " ".join(terms_of(chunk).simple)


@lru_cache(maxsize=200_000)
def _compounds_text(chunk: str) -> str:
    return " ".join(terms_of(chunk).compounds)


@lru_cache(maxsize=200_000)
def terms_of(chunk: str) -> Terms:
    """The terms of one chunk; none when it says nothing."""
    held = pieces(chunk)
    words = [(shown, folded) for shown, folded in held.words if not is_stop_word(folded)]
    if not words:
        return _NOTHING
    compounds = [(shown, folded) for shown, folded in held.compounds if not is_stop_word(folded)]
    simple = tuple(stem(folded) for _shown, folded in words)
    joined = tuple(stem(folded) for _shown, folded in compounds)
    entries = zip([*words, *compounds], [*simple, *joined], strict=True)
    return Terms(simple, joined, tuple(Entry(folded, shown, term) for (shown, folded), term in entries))


def is_stop_word(folded: str) -> bool:
    """Whether a folded word says nothing of a subject; single letters say nothing, digits do."""
    return folded in _STOPS or (len(folded) == 1 and not folded.isdigit())


@lru_cache(maxsize=200_000)
def stem(folded: str) -> str:
    """The Snowball stem of a folded word, folded.

    Accents are gone, since half of the questions have none; the endings that the stemmer knows by their accent
    (-ée, -ité, -ière) get it back for the time of stemming. The plural goes first: the stemmer takes « boulanger »
    for a verb, but not « boulangers ». Words with a digit are kept.
    """
    if not folded.isalpha():
        return folded
    folded = _singular(folded)
    for ending, accented in _LOST_ACCENTS:
        folded = ending.sub(accented, folded)
    return fold(_STEMMER.stemWord(folded))


def _singular(folded: str) -> str:
    if folded in _IRREGULAR:
        return _IRREGULAR[folded]
    if len(folded) > 3 and folded.endswith("s") and not folded.endswith("ss"):
        return folded[:-1]
    if 4 <= len(folded) <= 5 and folded.endswith("eux"):  # jeux, lieux, vœux: not « heureux »
        return folded[:-1]
    return folded


_NOTHING = Terms()
