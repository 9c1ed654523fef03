"""How much two listings say the same: BM25 on the analysed French, trigrams and subjects for what it misses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
import numpy.typing as npt

from maillage.cores.ranking.spellings import Spellings
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


MEASURE_TERMS = frozenset(
    analyse(
        "quantité nombre heures minutes secondes demi-journées journées jours places billets pièces fois kilos kilogrammes"
        " premier première second seconde deuxième"
    )
)
"""What amounts are counted in, and ranks: 20 places at a show and 6 at a course have no word in common, nor have a « seconde boutique » and
a message of « trente secondes »."""


def said(title: str, text: str) -> Said:
    text = text[:TEXT_LENGTH_MAX]
    counts = Counter(analyse(text))
    for term in analyse(title):
        counts[term] += TITLE_TIMES
    for term in MEASURE_TERMS:
        counts.pop(term, None)
    return Said(counts, trigrams(f"{title} {text}"))


class WordIndex:
    """Texts that are compared with one. Rarities are those of the texts held; `like` gives a note from 0 to 1 for each."""

    def __init__(self, texts: Sequence[Said], synonyms: SynonymTable) -> None:
        self._size = len(texts)
        self._synonyms = synonyms
        lengths = np.array([text.length for text in texts], dtype=float)
        self._usual = float(lengths.mean()) if self._size and lengths.sum() else 1.0
        self._norms = self._norms_of(texts)
        self._terms = _postings(enumerate(text.counts for text in texts))
        self._spellings = Spellings(self._terms)
        self._threes = _places(enumerate(text.trigrams for text in texts))
        squares = np.zeros(self._size)
        for three, places in self._threes.items():
            squares[places] += self._three_rarity(three) ** 2
        self._weights = np.sqrt(squares)
        self._texts = tuple(text.counts for text in texts)
        self._subjects = Subjects(self._texts)

    def with_more(self, texts: Sequence[Said]) -> WordIndex:
        """The same with these texts after the others, for little: the usual length of a text and the subjects are not learnt anew."""
        more, first = copy(self), self._size
        more._size += len(texts)
        more._norms = np.concatenate([self._norms, self._norms_of(texts)])
        added = _postings(enumerate((text.counts for text in texts), start=first))
        more._terms = {
            **self._terms,
            **{term: _joined(self._terms.get(term), own) for term, own in added.items()},
        }
        threes = _places(enumerate((text.trigrams for text in texts), start=first))
        more._threes = dict(self._threes)
        for three, places in threes.items():
            known = self._threes.get(three)
            more._threes[three] = places if known is None else np.concatenate([known, places])
        more._weights = np.concatenate([self._weights, [more._weight(text.trigrams) for text in texts]])
        more._spellings = self._spellings.with_more([term for term in added if term not in self._terms])
        more._texts = (*self._texts, *(text.counts for text in texts))
        more._subjects = self._subjects.with_more([text.counts for text in texts])
        return more

    def with_synonyms(self, synonyms: SynonymTable) -> WordIndex:
        """The same texts, compared with other synonyms."""
        other = copy(self)
        other._synonyms = synonyms
        return other

    def _norms_of(self, texts: Sequence[Said]) -> Floats:
        lengths = np.array([text.length for text in texts], dtype=float)
        norms: Floats = K1 * (1 - B + B * lengths / self._usual)
        return norms

    def _weight(self, threes: Collection[str]) -> float:
        return sqrt(sum(self._three_rarity(three) ** 2 for three in sorted(threes)))

    def rarity(self, term: str) -> float:
        """Inverse document frequency, never negative."""
        return _rarity(len(self._terms[term][0]) if term in self._terms else 0, self._size)

    def like(self, asked: Said, *, without: Collection[int] = ()) -> Floats:
        """How much each text says what `asked` says; those at the places `without` do not count."""
        found = self._bm25(asked.counts)
        found[list(without)] = 0.0
        words = self._echoed(found)
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
                dots[self._threes[three]] += weight * weight
        norms = self._weights * sqrt(square)
        return np.divide(dots, norms, out=np.zeros(self._size), where=norms > 0)

    def shared(self, asked: Said, other: Counter[str]) -> tuple[list[str], list[str]]:
        """The terms of `other` that answer: those that are asked, be they misspelt, and those that mean the same; the
        rarest first."""
        direct = [
            term
            for asked_term in asked.counts
            for term in (asked_term, *(near for near, _likeness in self._spellings.near(asked_term)))
            if term in other
        ]
        meant = {
            term
            for _clue, alternatives in self._clues(asked.counts)
            for alternative in alternatives
            if all(term in other for term in alternative)
            for term in alternative
        }
        rarest = sorted(direct, key=lambda term: (-self.rarity(term), term))
        return rarest, sorted(meant.difference(direct), key=lambda term: (-self.rarity(term), term))

    def _bm25(self, asked: Counter[str], terms_max: int = ASKED_TERMS_MAX) -> Floats:
        total, best = np.zeros(self._size), 0.0
        for clue, alternatives in self._clues(asked, terms_max):
            rarity = self.rarity(clue)
            best += rarity * (K1 + 1)
            earned = self._saturation(clue)
            for near, likeness in self._spellings.near(clue):
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
        self, asked: Counter[str], terms_max: int = ASKED_TERMS_MAX
    ) -> Iterator[tuple[str, tuple[tuple[str, ...], ...]]]:
        """The terms asked, with what means the same as each."""
        terms = sorted(asked, key=lambda term: (-self.rarity(term), term))[:terms_max]
        return ((term, self._synonyms.same_as((term,))) for term in terms)

    def _saturation(self, term: str) -> Floats:
        """The share of BM25 that depends on the text, for one term."""
        earned = np.zeros(self._size)
        if term in self._terms:
            places, times = self._terms[term]
            earned[places] = times * (K1 + 1) / (times + self._norms[places])
        return earned

    def _three_rarity(self, three: str) -> float:
        return _rarity(len(self._threes[three]) if three in self._threes else 0, self._size)


Places = npt.NDArray[np.int32]
Posting = tuple[Places, Places]


def _postings(texts: Iterable[tuple[int, Counter[str]]]) -> dict[str, Posting]:
    """For each term, the texts that say it and how often."""
    gathered: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for number, counted in texts:
        for term, times in counted.items():
            places, counts = gathered[term]
            places.append(number)
            counts.append(times)
    return {
        term: (np.array(places, dtype=np.int32), np.array(counts, dtype=np.int32))
        for term, (places, counts) in gathered.items()
    }


def _places(texts: Iterable[tuple[int, Iterable[str]]]) -> dict[str, Places]:
    """For each group of three letters, the texts that hold it."""
    gathered: dict[str, list[int]] = defaultdict(list)
    for number, threes in texts:
        for three in threes:
            gathered[three].append(number)
    return {three: np.array(places, dtype=np.int32) for three, places in gathered.items()}


def _joined(known: Posting | None, added: Posting) -> Posting:
    if known is None:
        return added
    return np.concatenate([known[0], added[0]]), np.concatenate([known[1], added[1]])


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
