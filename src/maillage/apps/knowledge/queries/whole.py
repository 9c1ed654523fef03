"""The whole map, kept in memory until something that it shows changes."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass

from django.db.models import Count, Max, Sum

from maillage.apps.directory.queries.themes import ThemeTree
from maillage.apps.knowledge.models import Drawing, Statement
from maillage.apps.knowledge.queries.maps import (
    WHOLE_MAP,
    KnowledgeMap,
    MapFilter,
    map_of,
    places_of,
    statements_asked,
)

Places = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class DrawnMap:
    """A map, where each of its nodes stands, and its communities (lists of node keys). `version` changes when any of them does."""

    version: str
    drawn: KnowledgeMap
    places: Places
    groups: tuple[tuple[str, ...], ...]


_lock = threading.Lock()
_kept: dict[str, DrawnMap] = {}


def map_version() -> str:
    """Changes with each statement, name, publication or drawing. Two counting queries, whatever the size of the map."""
    said = Statement.objects.shown().aggregate(
        Count("pk"), Sum("pk"), Sum("term_id"), Max("organization__updated_at"), Max("term__updated_at")
    )
    drawn_at = Drawing.objects.filter(name=WHOLE_MAP).values_list("drawn_at", flat=True).first()
    return hashlib.sha256(repr([*said.items(), drawn_at]).encode()).hexdigest()[:20]


def whole_map() -> DrawnMap:
    """Everything that the published organisations say, made once after each change."""
    version = map_version()
    kept = _kept.get(version)
    if kept is None:
        kept = _drawn(version, map_of(Statement.objects.shown()))
        with _lock:
            _kept.clear()
            _kept[version] = kept
    return kept


def drawn_map(wanted: MapFilter, tree: ThemeTree | None = None) -> DrawnMap:
    """The part of the map that a filter keeps, each node where the whole map has it."""
    if wanted == MapFilter():
        return whole_map()
    made = map_of(statements_asked(wanted, tree))
    version = hashlib.sha256(f"{map_version()} {wanted}".encode()).hexdigest()[:20]
    return _drawn(version, made)


def _drawn(version: str, made: KnowledgeMap) -> DrawnMap:
    kept = Drawing.objects.filter(name=WHOLE_MAP).first()
    there = {node.key for node in made.nodes}
    groups = [tuple(key for key in group if key in there) for group in (kept.groups if kept else ())]
    places = places_of(made, kept.positions if kept else {})
    return DrawnMap(version, made, places, tuple(group for group in groups if len(group) > 2))


def forget_maps() -> None:
    _kept.clear()
