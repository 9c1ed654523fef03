"""The labels of lists and of nested objects, and the tree of categories that they draw."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from maillage.apps.directory.readers.fields import fold_header
from maillage.apps.directory.readers.headers import is_rank
from maillage.apps.directory.readers.values import split_labels

_LABEL_KEYS = (
    "name",
    "label",
    "title",
    "nom",
    "libelle",
    "titre",
    "prefLabel",
    "shortName",
    "@value",
    "value",
    "@id",
)


def labels_of(values: Iterable[object]) -> list[str]:
    """The labels of a list of texts or of named things; what has no name is left out."""
    said = (label_of(value) if isinstance(value, dict) else text_of(value) for value in values)
    return [label for label in said if label]


def label_of(value: Mapping[str, Any]) -> str:
    """What a named thing is called; empty when it has no name."""
    plain = {key.rsplit(":", 1)[-1]: inner for key, inner in value.items()}
    return next((name for key in _LABEL_KEYS if key in plain and (name := _named(plain[key]))), "")


def _named(value: object) -> str:
    if isinstance(value, dict):
        return text_of(value.get("@value") or value.get("fr") or value.get("en"))
    return text_of(value)


def text_of(value: object) -> str:
    if value is None or isinstance(value, (dict, list)):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


DEPTH_MAX = 8
_ABOVE = frozenset(("parent", "parents", "parentid", "parent id", "broader"))
_BELOW = frozenset(
    ("children", "childs", "enfants", "subcategories", "sous categories", "souscategories", "narrower")
)
_IDS = ("id", "@id", "slug", "code")


@lru_cache(maxsize=4096)
def _rank_of(key: str) -> str:
    """Where what a key of a category holds stands: "above", "below" or "beside" it; empty when it is no category."""
    folded = fold_header(key.rsplit(":", 1)[-1])
    if folded in _ABOVE:
        return "above"
    return "below" if folded in _BELOW else "beside" if is_rank(folded) else ""


@dataclass
class ToldCategories:
    """What a value tells of categories: their `labels`, those above first, and the (above, below) `pairs` among them."""

    labels: list[str] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    _by_id: dict[str, str] = field(default_factory=dict)
    _waiting: list[tuple[str, str]] = field(default_factory=list)

    def read(self, value: object, above: str = "", depth: int = 0) -> None:
        """Categories under one another (`children`), over one another (`parent`), or by rank (`principale`, `"3"`)."""
        if depth > DEPTH_MAX:
            return
        if isinstance(value, list):
            for each in value:
                self.read(each, above, depth + 1)
        elif isinstance(value, dict):
            self._read_category(value, above, depth)
        else:
            self._name(text_of(value), above)

    def _read_category(self, value: Mapping[str, Any], above: str, depth: int) -> None:
        named = label_of(value)
        ranked = [(_rank_of(key), inner) for key, inner in value.items()]
        for upper in [inner for rank, inner in ranked if rank == "above"]:
            if isinstance(upper, (dict, list)):
                self.read(upper, "", depth + 1)
                above = above or "".join(labels_of([upper] if isinstance(upper, dict) else upper)[:1])
            elif named and not above and (target := text_of(upper)):
                self._waiting.append((target, named))
        self._name(named, above)
        self._by_id |= {text_of(value[key]): named for key in _IDS if named and value.get(key)}
        wraps = not named and not any(rank for rank, _inner in ranked)
        for rank, inner in ranked:
            if wraps and isinstance(inner, dict):
                self.read(
                    inner, above, depth + 1
                )  # `{"categories_id": {"nom": "Culture"}}`, `{"attributes": {"name": …}}`
            elif rank == "below" or (rank == "beside" and not named):
                self.read(inner, named or above, depth + 1)

    def _name(self, label: str, above: str) -> None:
        if label:
            self.labels.append(label)
        if label and above:
            self.pairs.append((above, label))

    def paths(self) -> list[str]:
        """The pairs as a cell would tell them: "Alimentation > Bio"."""
        return [" > ".join(pair) for pair in self.pairs]

    def settle(self) -> None:
        """Finds which categories the identifiers of those above are of. One that is a name is a category of its own."""
        for target, label in self._waiting:
            above = self._by_id.get(target, "")
            if not above and target[:1].isupper():
                above = target
                self.labels.append(above)
            if above:
                self.pairs.append((above, label))


def told_categories(value: object) -> ToldCategories:
    told = ToldCategories()
    told.read(value)
    told.settle()
    return told


def parents_told(texts: Iterable[str]) -> dict[str, str]:
    """The category above each, from cells that tell several: "Alimentation > Bio"."""
    parents: dict[str, str] = {}
    for text in filter(_PATH.search, texts):
        for path in filter(_PATH.search, _SEVERAL.split(text)):
            for above, below in pairwise(split_labels(path)):
                if above != below:
                    parents.setdefault(below, above)
    return parents


_SEVERAL = re.compile(r"[|;\n\t]+")
_PATH = re.compile(r"\s[>›»]\s")
