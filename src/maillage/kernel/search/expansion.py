"""A question completed with what the index knows: corrections, beginnings of words, rarity."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
    return expand_all([words], completed=completed)[0]


def expand_all(questions: Sequence[str], *, completed: bool = True, weighed: bool = True) -> list[Expanded]:
    """As many questions at once, in as many queries as one: at most six, five when they need not be `weighed`, which is
    for those who count what answers and do not rank it.
    """
    synonyms = synonyms_in_force()
    read = [read_question(words, synonyms) for words in questions]
    if all(question.is_empty for question in read):
        return [Expanded(question) for question in read]
    asked = set().union(*map(_terms, read))
    documents, most = lexicon.documents_and_most(asked)
    unknown = {
        clue
        for question in read
        for clue in (question.clues if completed else ())
        if not any(documents.get(term) for term in clue.terms) and not _has_synonym(clue, documents)
    }
    meant = _completed(unknown)
    better = [_with_completed(question, meant) for question in read]
    added = set().union(*(_terms(question) for question, _said in better)) - asked
    documents |= lexicon.documents_with(added) if added and weighed else {}
    return [_weighed(question, said, documents, most) for question, said in better]


def _with_completed(question: Question, meant: Mapping[Clue, tuple[Clue, str]]) -> tuple[Question, str]:
    """The question with the clues that were completed, and how it may have been meant."""
    said = question.text
    for at, clue in enumerate(question.clues):
        if clue in meant:
            better, suggestion = meant[clue]
            question = question.with_clue(at, better)
            if suggestion:
                said = said.lower().replace(clue.shown, suggestion)
    return question, said


def _weighed(question: Question, said: str, documents: Mapping[str, int], most: int) -> Expanded:
    if question.is_empty:
        return Expanded(question)
    terms = _terms(question)
    rarities = {term: rarity(documents.get(term, 0), most) for term in terms}
    for clue in question.clues:
        others = [
            rarities[term] for other in clue.alternatives[1:] for term in other.terms if documents.get(term)
        ]
        if others and not any(documents.get(term) for term in clue.terms):
            rarities |= dict.fromkeys(clue.terms, max(others))  # an unknown word is worth what it stands for
    return Expanded(
        question=question,
        rarities=rarities,
        documents={term: documents[term] for term in terms if term in documents},
        did_you_mean=said if said != question.text else "",
    )


def _has_synonym(clue: Clue, documents: Mapping[str, int]) -> bool:
    return any(all(documents.get(term) for term in other.terms) for other in clue.alternatives[1:])


def _terms(question: Question) -> set[str]:
    clues = {term for clue in question.clues for other in clue.alternatives for term in other.terms}
    return clues.union(*question.phrases)


def _completed(clues: Collection[Clue]) -> dict[Clue, tuple[Clue, str]]:
    """Each clue with beginnings, words of its family or corrections, and the word to propose instead, if any.

    Who asks for a « banque » where all say « banquier » has made no mistake either.
    """
    begun = _beginnings({clue: clue.word for clue in clues if len(clue.word) > 1})
    families = {
        clue: clue.terms[0]
        for clue in clues
        if clue not in begun and len(clue.terms) == 1 and len(clue.terms[0]) >= FAMILY_LETTERS_MIN
    }
    begun |= _beginnings(families)
    spelt = lexicon.corrections_of(sorted({clue.word for clue in clues if clue not in begun}))
    completed = {}
    for clue in clues:
        words = begun.get(clue) or spelt[clue.word]
        weight = BEGINNING_WEIGHT if clue in begun else CORRECTED_WEIGHT
        better = clue
        for word in words:
            better = better.joined_by(Alternative((word.term,), weight))
        suggestion = words[0].shown if words and clue not in begun else ""
        completed[clue] = (better, suggestion)
    return completed


def _beginnings(letters: Mapping[Clue, str]) -> dict[Clue, list[LexiconWord]]:
    """For each clue the known words that begin with its letters; clues without any are left out."""
    found = lexicon.beginning_with_each(sorted(set(letters.values())), count_max=BEGINNINGS_MAX)
    begun = {
        clue: [word for word in found[said] if not is_stop_word(word.word)] for clue, said in letters.items()
    }
    return {clue: words for clue, words in begun.items() if words}
