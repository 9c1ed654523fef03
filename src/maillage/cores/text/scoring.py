"""How well a document answers a question: BM25 over weighted fields, then what people expect beyond it.

The formula is BM25F (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, §3.7) with the constants
below; `docs/explanation/search.md` works an example that the tests run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from maillage.cores.text.questions import Alternative, Clue, Question

K1 = 1.6
B = 0.5
COVERAGE_POWER = 1.5
NEIGHBOURS_BONUS = 0.25
WHOLE_TITLE_BONUS = 0.5


@dataclass(frozen=True, slots=True)
class Field:
    """How much a word found in a field is worth, and how many characters of terms the field usually has."""

    weight: float
    characters_usual: float


FIELDS = (Field(6.0, 30.0), Field(3.5, 50.0), Field(2.5, 120.0), Field(1.0, 700.0))
"""Title, keywords, summary, body, in the order of a document's texts."""


def rarity(documents_with: int, documents: int) -> float:
    """Inverse document frequency, never negative."""
    return math.log(1.0 + (max(documents, documents_with) - documents_with + 0.5) / (documents_with + 0.5))


class Scorer:
    """Scores documents for one question. `rarities` gives the rarity of each term; one that is not there counts as 1.

    `coverage_power`: how hard a document is taken for what it does not say of the question; 0 forgives all.
    """

    def __init__(
        self, question: Question, rarities: Mapping[str, float], *, coverage_power: float = COVERAGE_POWER
    ) -> None:
        self._coverage_power = coverage_power
        wanted = [clue.alternatives for clue in question.clues]
        wanted += [(Alternative(phrase, adjacent=True),) for phrase in question.phrases]
        worths = [sum(rarities.get(term, 1.0) for term in alternatives[0].terms) for alternatives in wanted]
        self._wanted = [
            (worth, [(each.weight, _needles(each)) for each in alternatives])
            for worth, alternatives in zip(worths, wanted, strict=True)
        ]
        self._total = sum(worths)
        self._clues = question.clues
        self._spoken = [" ".join(clue.terms) for clue in question.clues]
        self._pairs = [f" {left} {right} " for left, right in pairwise(self._spoken)]

    @property
    def most(self) -> float:
        """What a document that says each clue over and over would score, without bonus."""
        return self._total * (K1 + 1)

    def met(self, texts: Sequence[str]) -> tuple[Clue, ...]:
        """The clues that a document says, in one way or another, the one worth most first."""
        whole = "\n".join(f" {text} " for text in texts)
        said = [
            (worth, clue)
            for (worth, alternatives), clue in zip(self._wanted, self._clues, strict=False)
            if any(all(needle in whole for needle in needles) for _weight, needles in alternatives)
        ]
        return tuple(clue for _worth, clue in sorted(said, key=lambda each: -each[0]))

    def score(self, texts: Sequence[str]) -> float:
        """How well a document's `texts` (terms separated by spaces, in the order of FIELDS) answer; 0: not at all."""
        padded = [f" {text} " for text in texts]
        whole = "\n".join(padded)
        reached = earned = 0.0
        for worth, alternatives in self._wanted:
            share = best = 0.0
            for weight, needles in alternatives:
                if needles[0] not in whole:  # most alternatives are one needle, and most are not there
                    continue
                if len(needles) == 1:
                    found = _frequency(needles[0], padded)
                elif all(needle in whole for needle in needles[1:]):
                    found = min([_frequency(needle, padded) for needle in needles])
                else:
                    continue
                share = max(share, weight)
                best = max(best, weight * found * (K1 + 1) / (found + K1))
            earned += best * worth
            reached += share * worth
        if not earned:
            return 0.0
        return earned * (reached / self._total) ** self._coverage_power * (1.0 + self._bonus(padded))

    def _bonus(self, padded: Sequence[str]) -> float:
        """For clues that stand side by side in title, keywords or summary, and for a title that says just the question."""
        bonus = 0.0
        if self._pairs:
            near = sum(any(pair in text for text in padded[:3]) for pair in self._pairs)
            bonus += NEIGHBOURS_BONUS * near / len(self._pairs)
        if self._spoken and padded[0].strip() == " ".join(self._spoken):
            bonus += WHOLE_TITLE_BONUS
        return bonus


def _needles(alternative: Alternative) -> tuple[str, ...]:
    """What is looked for in padded texts: the whole when adjacent, else each term."""
    if alternative.adjacent:
        return (f" {' '.join(alternative.terms)} ",)
    return tuple(f" {term} " for term in alternative.terms)


def _frequency(needle: str, padded: Sequence[str]) -> float:
    """How often a needle stands in the fields, weighted, long fields counting for less."""
    found = 0.0
    for text, kind in zip(padded, FIELDS, strict=True):
        if times := text.count(needle):
            found += kind.weight * times / (1 - B + B * len(text) / kind.characters_usual)
    return found
