"""The labels of lists and of nested objects, and the tree of categories that they draw."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from maillage.apps.directory.readers.fields import fold_header
from maillage.apps.directory.readers.headers import field_of_header, is_rank, is_wrapper
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
    labels: list[str] = []
    for value in values:
        if isinstance(value, dict):
            plain = {key.rsplit(":", 1)[-1]: inner for key, inner in value.items()}
            named = (_named(plain.get(key)) for key in _LABEL_KEYS)
            labels.extend([name for name in named if name][:1])
        elif text := text_of(value):
            labels.append(text)
    return labels


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
        named = "".join(labels_of([value]))
        plain = {fold_header(key.rsplit(":", 1)[-1]): inner for key, inner in value.items()}
        for upper in [inner for key, inner in plain.items() if key in _ABOVE]:
            if isinstance(upper, (dict, list)):
                self.read(upper, "", depth + 1)
                above = above or "".join(labels_of([upper] if isinstance(upper, dict) else upper)[:1])
            elif named and not above and (target := text_of(upper)):
                self._waiting.append((target, named))
        self._name(named, above)
        self._by_id |= {text_of(value[key]): named for key in _IDS if named and value.get(key)}
        for key, inner in plain.items():
            if key in _BELOW or (not named and key not in _ABOVE and is_rank(key)):
                self.read(inner, named or above, depth + 1)

    def _name(self, label: str, above: str) -> None:
        if label:
            self.labels.append(label)
        if label and above:
            self.pairs.append((above, label))

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


def category_paths(record: Mapping[str, Any], depth: int = 0) -> list[str]:
    """What a nested record tells of the tree of its categories, as a cell would: "Alimentation > Bio"."""
    paths = []
    for key, value in record.items():
        if not isinstance(value, (dict, list)):
            continue
        if field_of_header(key) == "categories":
            paths += [" > ".join(pair) for pair in told_categories(value).pairs]
        elif isinstance(value, dict) and is_wrapper(key) and depth < DEPTH_MAX:
            paths += category_paths(value, depth + 1)
    return paths


def parents_told(texts: Iterable[str]) -> dict[str, str]:
    """The category above each, from cells that tell several: "Alimentation > Bio"."""
    parents: dict[str, str] = {}
    for text in texts:
        for path in _SEVERAL.split(text):
            for above, below in pairwise(split_labels(path) if _PATH.search(path) else ()):
                if above != below:
                    parents.setdefault(below, above)
    return parents


_SEVERAL = re.compile(r"[|;\n\t]+")
_PATH = re.compile(r"\s[>›»]\s")
