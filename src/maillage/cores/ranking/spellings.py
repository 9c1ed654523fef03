"""Terms that are nearly written alike: one word, misspelt or cut otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from typing import Any

import numpy as np
import numpy.typing as npt

from maillage.cores.text.similarity import trigrams

NEAR_LEAST = 0.5
"""Two terms of which half of the trigrams are shared are one word."""


class Spellings:
    """The terms of some texts, found by how they are written."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._terms: list[str] = []
        self._sizes = np.zeros(0, dtype=np.int32)
        self._holding: dict[str, npt.NDArray[np.int32]] = {}
        self._near: dict[str, list[tuple[str, float]]] = {}
        self._add(list(terms))

    def with_more(self, terms: list[str]) -> Spellings:
        """The same with these terms besides."""
        if not terms:
            return self
        more = copy(self)
        more._terms, more._holding, more._near = list(self._terms), dict(self._holding), {}
        more._add(terms)
        return more

    def near(self, term: str) -> list[tuple[str, float]]:
        """The other terms that are nearly this one, with the share of their trigrams that is common."""
        if term not in self._near:
            mine = trigrams(term)
            holding = [self._holding[three] for three in mine if three in self._holding]
            common = (
                np.bincount(np.concatenate(holding), minlength=len(self._terms)) if holding else np.zeros(0)
            )
            near = np.flatnonzero(2 * common >= len(mine)) if holding else ()  # fewer cannot be half of both
            found = (
                (self._terms[at], float(common[at] / (len(mine) + self._sizes[at] - common[at])))
                for at in near
            )
            self._near[term] = sorted(
                (other, likeness) for other, likeness in found if likeness >= NEAR_LEAST and other != term
            )
        return self._near[term]

    def __getstate__(self) -> dict[str, Any]:
        """What is found again at once is not kept."""
        return {**self.__dict__, "_near": {}}

    def _add(self, terms: list[str]) -> None:
        """Arrays are replaced, never changed: another index may hold them."""
        found: dict[str, list[int]] = defaultdict(list)
        sizes = []
        for number, term in enumerate(terms, start=len(self._terms)):
            spelt = trigrams(term)
            sizes.append(len(spelt))
            for three in spelt:
                found[three].append(number)
        self._terms += terms
        self._sizes = np.concatenate([self._sizes, np.array(sizes, dtype=np.int32)])
        for three, numbers in found.items():
            known, added = self._holding.get(three), np.array(numbers, dtype=np.int32)
            self._holding[three] = added if known is None else np.concatenate([known, added])
