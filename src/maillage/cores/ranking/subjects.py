"""What texts are about: words that go together in many of them stand for each other.

Latent semantic analysis (Deerwester et al., 1990): TF-IDF of the terms, then the strongest directions of a truncated singular
value decomposition, found by random projections (Halko, Martinsson and Tropp, 2011) with a fixed seed. Only directions that are stronger than those of the same words dealt out at random are kept (parallel
analysis, Horn, 1965): few texts, or texts of which nothing can be learnt, have no subjects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from math import log

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

TEXTS_LEAST = 30
TEXTS_PER_SUBJECT = 7
SUBJECTS_MAX = 100
STRONGER_SHARE = 0.25
"""Fewer directions than this share of those looked for are an accident, not what the texts are about."""
OVERSAMPLED = 8
PASSES = 3


class Subjects:
    """The subjects of some texts, given as counts of terms. `like` compares them with another one."""

    def __init__(self, texts: Sequence[Counter[str]]) -> None:
        self._size = len(texts)
        self._places: dict[str, int] = {}
        frequencies = Counter(term for counts in texts for term in counts)
        if self._size >= TEXTS_LEAST:
            shared = sorted(term for term, texts_with in frequencies.items() if texts_with > 1)
            self._places = {term: place for place, term in enumerate(shared)}
        count = min(SUBJECTS_MAX, self._size // TEXTS_PER_SUBJECT, len(self._places) - 1)
        if count < 2:
            self._places = {}
            return
        self._rarities = np.array(
            [log((1 + self._size) / (1 + frequencies[term])) + 1 for term in self._places]
        )
        table = self._table(texts)
        strengths, directions = table.directions(count)
        by_chance = table.shuffled().directions(2)[0][1]
        stronger = int((strengths > by_chance).sum())
        if stronger < max(2, STRONGER_SHARE * count):
            self._places = {}
            return
        self._directions = directions[:, : stronger + stronger // 2]  # the next ones still say something
        self._texts = _unit(table.times(self._directions))

    def with_more(self, texts: Sequence[Counter[str]]) -> Subjects:
        """The same subjects, with these texts after the others."""
        if not self._places:
            return self
        more = copy(self)
        more._texts = np.concatenate([self._texts, _unit(self._table(texts).times(self._directions))])
        more._size += len(texts)
        return more

    def __bool__(self) -> bool:
        """Whether something was learnt."""
        return bool(self._places)

    def like(self, asked: Counter[str]) -> Floats:
        """The cosine of the subjects of each text with those of `asked`, 0 where it is negative."""
        if not self._places:
            return np.zeros(self._size)
        about = _unit(self._table([asked]).times(self._directions))[0]
        return np.clip(self._texts @ about, 0.0, None)

    def _table(self, texts: Sequence[Counter[str]]) -> Sparse:
        """TF-IDF of the texts, each of length 1."""
        rows, columns, values = [], [], []
        for row, counts in enumerate(texts):
            held = [(self._places[term], times) for term, times in counts.items() if term in self._places]
            weights = [times * float(self._rarities[column]) for column, times in held]
            norm = sum(weight * weight for weight in weights) ** 0.5
            rows += [row] * len(held)
            columns += [column for column, _times in held]
            values += [weight / norm for weight in weights]
        shape = (len(texts), len(self._places))
        return Sparse(np.array(rows, dtype=int), np.array(columns, dtype=int), np.array(values), shape)


@dataclass(frozen=True)
class Sparse:
    """A table of which most is zero: `values` at (`rows`, `columns`)."""

    rows: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int64]
    values: Floats
    shape: tuple[int, int]

    def times(self, other: Floats) -> Floats:
        """This table × a dense one of as many rows as this has columns."""
        return _summed(self.rows, self.values, other, self.columns, self.shape[0])

    def turned_times(self, other: Floats) -> Floats:
        """This table turned on its side × a dense one."""
        return _summed(self.columns, self.values, other, self.rows, self.shape[1])

    def shuffled(self) -> Sparse:
        """The same table with its columns dealt out at random."""
        chance = np.random.default_rng(1)
        return replace(self, columns=chance.permutation(self.columns))

    def directions(self, count: int) -> tuple[Floats, Floats]:
        """The `count` strongest singular values, and their right singular vectors in columns."""
        width = min(count + OVERSAMPLED, *self.shape)
        chance = np.random.default_rng(0)
        basis = np.linalg.qr(self.times(chance.standard_normal((self.shape[1], width))))[0]
        for _pass in range(PASSES):
            basis = np.linalg.qr(self.times(np.linalg.qr(self.turned_times(basis))[0]))[0]
        vectors, values, _turned = np.linalg.svd(self.turned_times(basis), full_matrices=False)
        return values[:count], vectors[:, :count]


def _summed(
    into: npt.NDArray[np.int64], values: Floats, other: Floats, taken: npt.NDArray[np.int64], size: int
) -> Floats:
    """Rows `taken` of `other`, each times its value, added up in the rows `into` of a table of `size` rows."""
    made = np.empty((size, other.shape[1]))
    for column in range(other.shape[1]):  # a column at a time: memory stays that of the table
        made[:, column] = np.bincount(into, weights=values * other[taken, column], minlength=size)
    return made


def _unit(rows: Floats) -> Floats:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 1e-9)
