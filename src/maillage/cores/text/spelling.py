"""Finds the known word that someone meant, by exact look-ups only.

Each known word is filed under its *keys*: its first letters, those of its sound skeleton, and both with one letter
left out. Two words that share a key may be a typing error apart, and their distance tells; a database finds them
with an ordinary index, whatever its size.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from maillage.cores.text.similarity import edit_distance

WORD_LENGTH_MIN = 4
WORD_LENGTH_MAX = 24
"""Shorter words have too many neighbours, longer ones are rarely typed."""

KEY_LENGTH_MAX = 7
"""Letters of a word that its keys are made of; what differs beyond is told by the distance."""

COMMONER_TIMES = 20
"""A word that stands in so many times fewer documents than its neighbour is taken for a misspelling of it."""

_SOUNDS = (
    (re.compile(r"ph"), "f"),
    (re.compile(r"eau|au"), "o"),
    (re.compile(r"ai|ei|ay|ey"), "e"),
    (re.compile(r"qu|ck|ch(?=[rl])"), "k"),
    (re.compile(r"c(?=[eiy])|ss|t(?=io)"), "s"),
    (re.compile(r"g(?=[ei])"), "j"),
    (re.compile(r"c(?!h)|q"), "k"),
    (re.compile(r"y"), "i"),
    (re.compile(r"(?<!^)h"), ""),
    (re.compile(r"z"), "s"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"(?<=..)(?:e?s|e|x)$"), ""),
)


class Known(NamedTuple):
    """A word of the lexicon, and in how many documents it stands."""

    word: str
    documents: int


def skeleton(word: str) -> str:
    """How a folded word sounds, roughly: « asossiation » and « association » are the same."""
    for sound, written in _SOUNDS:
        word = sound.sub(written, word)
    return word


def can_be_corrected(word: str) -> bool:
    """Whether a folded word is of a length and of letters that corrections are kept for."""
    return WORD_LENGTH_MIN <= len(word) <= WORD_LENGTH_MAX and word.isalpha() and word.isascii()


def spelling_keys(word: str) -> frozenset[str]:
    """The keys under which a folded word is filed and looked for; none when it cannot be corrected."""
    if not can_be_corrected(word):
        return frozenset()
    keys = set()
    for said in (word[:KEY_LENGTH_MAX], skeleton(word)[:KEY_LENGTH_MAX]):
        keys.add(said)
        if len(said) >= WORD_LENGTH_MIN:
            keys.update(said[:at] + said[at + 1 :] for at in range(len(said)))
    return frozenset(keys)


def best_corrections(word: str, candidates: Iterable[Known], *, count_max: int = 3) -> list[Known]:
    """The candidates nearest to `word`, nearest first, then the most used.

    At most one edit up to five letters, two up to eight, three beyond; words that sound the same count for half.
    A word that is itself the rare misspelling of a much commoner one gives its place to it.
    """
    candidates = list(candidates)
    distance_max = 1 if len(word) <= 5 else 2 if len(word) <= 8 else 3
    sound = skeleton(word)
    found = []
    for known in candidates:
        distance = edit_distance(word, known.word, distance_max=distance_max)
        if known.word != word and distance <= distance_max:
            apart = distance / 2 if skeleton(known.word) == sound else distance
            apart += 0.5 * (known.word[0] != word[0])
            found.append((apart, -known.documents, known))
    found.sort(key=lambda each: (*each[:2], each[2].word))
    nearest = found[: 4 * count_max]
    meant = [_well_written(known, word, candidates) for _apart, _documents, known in nearest]
    return list(dict.fromkeys(meant))[:count_max]


def _well_written(known: Known, word: str, candidates: Iterable[Known]) -> Known:
    """The commonest candidate that `known` is one slip or the same sound away from, if it is so much commoner; else
    `known` itself.
    """
    sound = skeleton(known.word)
    common = [
        other
        for other in candidates
        if other.documents >= COMMONER_TIMES * known.documents
        and other.word != word
        and (skeleton(other.word) == sound or edit_distance(known.word, other.word, distance_max=1) <= 1)
    ]
    return max(common, key=lambda other: (other.documents, other.word), default=known)
