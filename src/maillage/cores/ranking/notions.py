"""The words of a shared vocabulary, found in texts: each notion has several names and perhaps a broader notion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from maillage.cores.text.analysis import terms_of
from maillage.cores.text.synonyms import expression_terms
from maillage.cores.text.words import chunks

TEXT_LENGTH_MAX = 20_000
ABOVE_MAX = 12
"""How far up a notion counts; circles, which nobody wants, end there."""


@dataclass(frozen=True, slots=True)
class Notion:
    """One notion of the vocabulary. `names`: all the ways of saying it; `broader`: the key of the one above, or ""."""

    key: str
    names: tuple[str, ...]
    broader: str = ""


class NotionBook:
    """A vocabulary in which texts are looked up; plurals, accents and articles do not count."""

    def __init__(self, notions: Iterable[Notion]) -> None:
        self._above: dict[str, str] = {}
        self._named: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for notion in notions:
            self._above[notion.key] = notion.broader
            for name in notion.names:
                if terms := expression_terms(name):
                    self._named[terms[0]].append((terms, notion.key))

    def said_in(self, *texts: str) -> frozenset[str]:
        """The keys of the notions that the texts name, with those above them."""
        found = set()
        for text in texts:
            terms = tuple(term for chunk in chunks(text[:TEXT_LENGTH_MAX]) for term in terms_of(chunk).simple)
            for at, term in enumerate(terms):
                for name, key in self._named.get(term, ()):
                    if terms[at : at + len(name)] == name:
                        found.add(key)
        return self.with_broader(found)

    def with_broader(self, keys: Iterable[str]) -> frozenset[str]:
        """These notions and those above them."""
        found = set()
        for key in keys:
            for _step in range(ABOVE_MAX):
                if not key or key in found:
                    break
                found.add(key)
                key = self._above.get(key, "")
        return frozenset(found)
