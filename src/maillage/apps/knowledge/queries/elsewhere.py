"""What people said under another kind: the same thing is a savoir for one, a savoir-faire for the next."""

from __future__ import annotations

from maillage.apps.knowledge.choices import Kind
from maillage.apps.knowledge.models import Term
from maillage.apps.knowledge.queries.terms import near_terms

EACH_MAX = 2


def near_elsewhere(kind: str, words: str) -> list[Term]:
    """Terms of the other kinds that may mean the same, two of each at most."""
    return [
        term for other in Kind.values if other != kind for term in near_terms(other, words, limit=EACH_MAX)
    ]


def chosen_elsewhere(text: str) -> Term | None:
    """The live term, of whichever kind, that a form's proposal names by its number; None for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        return None
    return Term.objects.live().filter(pk=int(text)).first()
