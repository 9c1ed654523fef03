"""A question completed with what the index knows: corrections, beginnings of words, rarity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from maillage.cores.text.analysis import is_stop_word
from maillage.cores.text.questions import Alternative, Clue, Question, read_question
from maillage.cores.text.scoring import rarity
from maillage.kernel.search import lexicon
from maillage.kernel.search.models import LexiconWord
from maillage.kernel.search.synonyms import synonyms_in_force

CORRECTED_WEIGHT = 0.7
BEGINNING_WEIGHT = 0.8
BEGINNINGS_MAX = 12
FAMILY_LETTERS_MIN = 5
"""Words that begin with the term of another, if it is that long, are of its family."""


@dataclass(frozen=True)
class Expanded:
    """A question, the rarity of its terms, in how many documents each stands, and how it may have been meant."""

    question: Question
    rarities: Mapping[str, float] = field(default_factory=dict)
    documents: Mapping[str, int] = field(default_factory=dict)
    did_you_mean: str = ""

    @property
    def terms(self) -> frozenset[str]:
        """The terms to mark in results: what was asked, and what answers it in one word."""
        marked = {
            term
            for clue in self.question.clues
            for other in clue.alternatives
            if not other.adjacent
            for term in other.terms
        }
        return frozenset(marked.union(*self.question.phrases))


def expand(words: str, *, completed: bool = True) -> Expanded:
    """Read a question and complete it; not `completed`, its words are taken as they are written: two queries.

    A word that no document has is taken for its likeliest corrections, or for the beginning of known words; unless its
    synonyms answer: who asks for a « recyclerie » where all say « ressourcerie » has made no mistake.
    """
    question = read_question(words, synonyms_in_force())
    if question.is_empty:
        return Expanded(question)
    asked = _terms(question)
    documents = lexicon.documents_with(asked)
    meant = question.text
    for at, clue in enumerate(question.clues if completed else ()):
        if any(documents.get(term) for term in clue.terms) or _has_synonym(clue, documents):
            continue
        better, suggestion = _completed(clue)
        question = question.with_clue(at, better)
        if suggestion:
            meant = meant.lower().replace(clue.shown, suggestion)
    documents |= lexicon.documents_with(_terms(question) - asked)
    most = lexicon.most_documents()
    rarities = {term: rarity(documents.get(term, 0), most) for term in _terms(question)}
    for clue in question.clues:
        others = [
            rarities[term] for other in clue.alternatives[1:] for term in other.terms if documents.get(term)
        ]
        if others and not any(documents.get(term) for term in clue.terms):
            rarities |= dict.fromkeys(clue.terms, max(others))  # an unknown word is worth what it stands for
    return Expanded(
        question=question,
        rarities=rarities,
        documents=documents,
        did_you_mean=meant if meant != question.text else "",
    )


def _has_synonym(clue: Clue, documents: Mapping[str, int]) -> bool:
    return any(all(documents.get(term) for term in other.terms) for other in clue.alternatives[1:])


def _terms(question: Question) -> set[str]:
    clues = {term for clue in question.clues for other in clue.alternatives for term in other.terms}
    return clues.union(*question.phrases)


def _completed(clue: Clue) -> tuple[Clue, str]:
    """The clue with beginnings, words of its family or corrections, and the word to propose instead, if any.

    Who asks for a « banque » where all say « banquier » has made no mistake either.
    """
    beginnings = _beginning_with(clue.word) if len(clue.word) > 1 else []
    if not beginnings and len(clue.terms) == 1 and len(clue.terms[0]) >= FAMILY_LETTERS_MIN:
        beginnings = _beginning_with(clue.terms[0])
    for word in beginnings:
        clue = clue.joined_by(Alternative((word.term,), BEGINNING_WEIGHT))
    if beginnings:
        return clue, ""
    meant = lexicon.corrections(clue.word)
    for word in meant:
        clue = clue.joined_by(Alternative((word.term,), CORRECTED_WEIGHT))
    return clue, meant[0].shown if meant else ""


def _beginning_with(letters: str) -> list[LexiconWord]:
    words = lexicon.beginning_with(letters, count_max=BEGINNINGS_MAX)
    return [word for word in words if not is_stop_word(word.word)]
