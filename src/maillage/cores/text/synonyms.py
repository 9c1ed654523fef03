"""Expressions that mean the same to those who search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from maillage.cores.text.analysis import terms_of
from maillage.cores.text.folding import clean
from maillage.cores.text.words import CHUNK

Group = tuple[str, ...]
"""Expressions of one meaning, each of one to four words."""

EXPRESSION_WORDS_MAX = 4
SAME_MAX = 12
"""How many other expressions one expression may bring in."""


@dataclass(frozen=True)
class SynonymTable:
    """Groups of expressions; a question for one of them is also a question for the others of its groups.

    Meanings are not chained: if A is in a group with B, and B in another with C, asking A does not bring C.
    So groups may overlap, repeat or form circles without harm.
    """

    groups: tuple[Group, ...] = field(default=())

    @cached_property
    def _others(self) -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        found: dict[tuple[str, ...], dict[tuple[str, ...], None]] = {}
        for group in self.groups:
            members = dict.fromkeys(terms for expression in group if (terms := expression_terms(expression)))
            for terms in members:
                found.setdefault(terms, {}).update(members)
        return {
            terms: tuple(other for other in others if other != terms)[:SAME_MAX]
            for terms, others in found.items()
        }

    @cached_property
    def length_max(self) -> int:
        """The number of terms of the longest expression."""
        return max(map(len, self._others), default=0)

    def same_as(self, terms: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
        """The other expressions, as terms, that mean the same as `terms`."""
        return self._others.get(terms, ())

    def joined_by(self, groups: Iterable[Group]) -> SynonymTable:
        """The table with more groups."""
        return SynonymTable((*self.groups, *groups))


def expression_terms(expression: str) -> tuple[str, ...]:
    """The terms of an expression, compounds left out; empty when it is too long or says nothing."""
    terms = tuple(term for chunk in CHUNK.findall(clean(expression)) for term in terms_of(chunk).simple)
    return terms if len(terms) <= EXPRESSION_WORDS_MAX else ()
