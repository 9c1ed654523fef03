"""What a search becomes: for each word, what is looked for in its place, and why. Shown to those who keep synonyms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from maillage.cores.text.questions import JOINED_WEIGHT, SYNONYM_WEIGHT, Alternative, Clue
from maillage.kernel.search.expansion import BEGINNING_WEIGHT, CORRECTED_WEIGHT, expand
from maillage.kernel.search.models import LexiconWord
from maillage.kernel.search.queries import search

_WHYS = {
    1.0: _("as it is written"),
    JOINED_WEIGHT: _("written in one word"),
    BEGINNING_WEIGHT: _("beginning of a word"),
    CORRECTED_WEIGHT: _("correction"),
    SYNONYM_WEIGHT: _("synonym"),
}


@dataclass(frozen=True)
class Meaning:
    """One thing looked for: its words as documents write them, why, and in how many documents they all may stand."""

    words: str
    why: str
    documents: int


@dataclass(frozen=True)
class Explained:
    """`clues` are (word as written, what is looked for, best first); `total` is what the search finds."""

    clues: list[tuple[str, list[Meaning]]]
    total: int


def explain(words: str) -> Explained:
    expanded = expand(words)
    clues = expanded.question.clues
    shown = _shown({term for clue in clues for other in clue.alternatives for term in other.terms})
    return Explained(
        clues=[(clue.shown, _meanings(clue, shown, expanded.documents)) for clue in clues],
        total=search(words, page_size=1).total,
    )


def _meanings(clue: Clue, shown: Mapping[str, str], documents: Mapping[str, int]) -> list[Meaning]:
    """What answers a clue; a compound that nobody wrote is tried in silence, and would only puzzle here."""
    meanings = []
    for at, other in enumerate(clue.alternatives):
        count = min(documents.get(term, 0) for term in other.terms)
        if at and not count and other.weight in (1.0, JOINED_WEIGHT):
            continue
        words = " ".join(shown.get(term, term) for term in other.terms) if at else clue.shown
        meanings.append(Meaning(words, str(_why(other)), count))
    return meanings


def _why(alternative: Alternative) -> object:
    return _WHYS.get(alternative.weight, _WHYS[JOINED_WEIGHT])


def _shown(terms: Iterable[str]) -> dict[str, str]:
    """For each term, the word that most documents write."""
    found = LexiconWord.objects.filter(term__in=list(terms)).order_by("documents", "word")
    return {word.term: word.shown for word in found}
