"""How much two listings say the same: BM25 on the analysed French, trigrams and subjects for what it misses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
import numpy.typing as npt

from maillage.cores.ranking.subjects import Subjects
from maillage.cores.text.analysis import analyse, terms_of
from maillage.cores.text.similarity import trigrams
from maillage.cores.text.synonyms import SynonymTable
from maillage.cores.text.words import chunks

Floats = npt.NDArray[np.float64]

K1 = 1.2
B = 0.75
TITLE_TIMES = 2
SYNONYM_WEIGHT = 0.7
WORDS_SHARE, SUBJECTS_SHARE = 0.7, 0.3
NEAR_WEIGHT = 0.8
NEAR_LEAST = 0.5
"""Two terms of which half of the trigrams are shared are one word, misspelt or cut otherwise."""
ECHO_SHARE = 0.3
ECHO_TEXTS = 10
ECHO_TERMS_MAX = 24
"""The rarest terms of each of the best texts are asked in their turn."""
ASKED_TERMS_MAX = 64
"""A text of a hundred thousand characters asks no more than its rarest terms."""
TEXT_LENGTH_MAX = 20_000


@dataclass(frozen=True)
class Said:
    """The words of a listing: its terms with how often each is said, and its trigrams."""

    counts: Counter[str]
    trigrams: frozenset[str]

    @property
    def length(self) -> int:
        return sum(self.counts.values())


def said(title: str, text: str) -> Said:
    text = text[:TEXT_LENGTH_MAX]
    counts = Counter(analyse(text))
    for term in analyse(title):
        counts[term] += TITLE_TIMES
    return Said(counts, trigrams(f"{title} {text}"))


class WordIndex:
    """Texts that are compared with one. Rarities are those of the texts held; `like` gives a note from 0 to 1 for each."""

    def __init__(self, texts: Sequence[Said], synonyms: SynonymTable) -> None:
        self._size = len(texts)
        self._synonyms = synonyms
        lengths = np.array([text.length for text in texts], dtype=float)
        usual = float(lengths.mean()) if self._size and lengths.sum() else 1.0
        self._norms = K1 * (1 - B + B * lengths / usual)
        self._terms = _postings((number, text.counts.items()) for number, text in enumerate(texts))
        self._spelt: dict[str, list[str]] = defaultdict(list)
        self._sizes: dict[str, int] = {}
        for term in self._terms:
            spelt = trigrams(term)
            self._sizes[term] = len(spelt)
            for three in spelt:
                self._spelt[three].append(term)
        self._neighbours: dict[str, list[tuple[str, float]]] = {}
        self._threes = _postings(
            (number, ((three, 1) for three in text.trigrams)) for number, text in enumerate(texts)
        )
        squares = np.zeros(self._size)
        for three, (places, _times) in self._threes.items():
            squares[places] += self._three_rarity(three) ** 2
        self._weights = np.sqrt(squares)
        self._texts = tuple(texts)
        self._subjects = Subjects([text.counts for text in texts])

    def rarity(self, term: str) -> float:
        """Inverse document frequency, never negative."""
        return _rarity(len(self._terms[term][0]) if term in self._terms else 0, self._size)

    def like(self, asked: Said) -> Floats:
        """How much each text says what `asked` says."""
        words = self._echoed(self._bm25(asked))
        if not self._subjects:
            return words
        return WORDS_SHARE * words + SUBJECTS_SHARE * self._subjects.like(asked.counts)

    def trigram_cosines(self, asked: frozenset[str]) -> Floats:
        """The cosine of the trigrams of each text with these, rarity included."""
        dots, square = np.zeros(self._size), 0.0
        for three in sorted(asked):
            weight = self._three_rarity(three)
            square += weight * weight
            if three in self._threes:
                dots[self._threes[three][0]] += weight * weight
        norms = self._weights * sqrt(square)
        return np.divide(dots, norms, out=np.zeros(self._size), where=norms > 0)

    def shared(self, asked: Said, other: Said) -> tuple[list[str], list[str]]:
        """The terms of `other` that answer: those that are asked, be they misspelt, and those that mean the same; the
        rarest first."""
        direct = [
            term
            for asked_term in asked.counts
            for term in (asked_term, *(near for near, _likeness in self._near(asked_term)))
            if term in other.counts
        ]
        meant = {
            term
            for _clue, alternatives in self._clues(asked)
            for alternative in alternatives
            if all(term in other.counts for term in alternative)
            for term in alternative
        }
        rarest = sorted(direct, key=lambda term: (-self.rarity(term), term))
        return rarest, sorted(meant.difference(direct), key=lambda term: (-self.rarity(term), term))

    def _bm25(self, asked: Said, terms_max: int = ASKED_TERMS_MAX) -> Floats:
        total, best = np.zeros(self._size), 0.0
        for clue, alternatives in self._clues(asked, terms_max):
            rarity = self.rarity(clue)
            best += rarity * (K1 + 1)
            earned = self._saturation(clue)
            for near, likeness in self._near(clue):
                earned = np.maximum(earned, NEAR_WEIGHT * likeness * self._saturation(near))
            for alternative in alternatives:
                together = np.min([self._saturation(term) for term in alternative], axis=0)
                earned = np.maximum(earned, SYNONYM_WEIGHT * together)
            total += rarity * earned
        return total / best if best else total

    def _echoed(self, words: Floats) -> Floats:
        """The notes with an echo: what says the same as the best texts says it too, with other words.

        Pseudo-relevance feedback (Rocchio, 1971): the best texts, of both directions, are asked in their turn, each as loud as
        its own note.
        """
        best = [int(place) for place in np.argsort(-words, kind="stable")[:ECHO_TEXTS] if words[place] > 0]
        if not best:
            return words
        heard = sum(words[place] * self._bm25(self._texts[place], ECHO_TERMS_MAX) for place in best)
        return (1 - ECHO_SHARE) * words + ECHO_SHARE * heard / float(words[best].sum())

    def _clues(
        self, asked: Said, terms_max: int = ASKED_TERMS_MAX
    ) -> Iterator[tuple[str, tuple[tuple[str, ...], ...]]]:
        """The terms asked, with what means the same as each."""
        terms = sorted(asked.counts, key=lambda term: (-self.rarity(term), term))[:terms_max]
        return ((term, self._synonyms.same_as((term,))) for term in terms)

    def _near(self, term: str) -> list[tuple[str, float]]:
        """The other terms of the texts that are nearly this one, with the share of their trigrams that is common."""
        if term not in self._neighbours:
            mine, common = trigrams(term), Counter[str]()
            for three in mine:
                common.update(self._spelt.get(three, ()))
            found = (
                (other, shared / (len(mine) + self._sizes[other] - shared))
                for other, shared in common.items()
            )
            self._neighbours[term] = sorted(
                (other, likeness) for other, likeness in found if likeness >= NEAR_LEAST and other != term
            )
        return self._neighbours[term]

    def _saturation(self, term: str) -> Floats:
        """The share of BM25 that depends on the text, for one term."""
        earned = np.zeros(self._size)
        if term in self._terms:
            places, times = self._terms[term]
            earned[places] = times * (K1 + 1) / (times + self._norms[places])
        return earned

    def _three_rarity(self, three: str) -> float:
        return _rarity(len(self._threes[three][0]) if three in self._threes else 0, self._size)


Postings = dict[str, tuple[npt.NDArray[np.int64], Floats]]


def _postings(texts: Iterable[tuple[int, Iterable[tuple[str, int]]]]) -> Postings:
    gathered: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for number, counted in texts:
        for term, times in counted:
            places, counts = gathered[term]
            places.append(number)
            counts.append(times)
    return {
        term: (np.array(places, dtype=np.int64), np.array(counts, dtype=float))
        for term, (places, counts) in gathered.items()
    }


def _rarity(texts_with: int, texts: int) -> float:
    return log(1 + (texts - texts_with + 0.5) / (texts_with + 0.5))


def as_written(terms: Sequence[str], *texts: str) -> tuple[str, ...]:
    """The words that stand for these terms in the texts, as they are written there, in the order of the terms."""
    found: dict[str, str] = {}
    for text in texts:
        for chunk in chunks(text[:TEXT_LENGTH_MAX]):
            for entry in terms_of(chunk).entries:
                found.setdefault(entry.term, entry.shown)
    shown = dict.fromkeys(found[term] for term in terms if term in found)
    parts = {part for word in shown for part in word.split("-") if part != word}
    return tuple(word for word in shown if word not in parts)
