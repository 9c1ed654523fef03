"""Filters over the points of the map: each makes a layer of clusters, kept for the tiles that follow."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from maillage.apps.directory.queries.filters import (
    KM_PER_DEGREE,
    InitiativeFilter,
    centre_of,
    filter_initiatives,
)
from maillage.apps.directory.queries.points import FAMILIES, STAGES, Points, current_points, microseconds
from maillage.apps.directory.queries.themes import ThemeTree, theme_tree
from maillage.cores.geo.cells import Booleans
from maillage.cores.geo.clusters import PointLayer, point_layer

LAYER_POINTS_MAX = 4_000_000
"""How many points the layers kept in memory have together, at 32 bytes each."""


@dataclass(frozen=True)
class MapLayer:
    """The points that answer a filter. `key` changes whenever the answer may."""

    points: Points
    layer: PointLayer
    tree: ThemeTree
    key: str

    @property
    def initiatives_count(self) -> int:
        return len(np.unique(self.points.initiatives[self.layer.rows]))


_lock = threading.Lock()
_layers: OrderedDict[str, MapLayer] = OrderedDict()
_trees: dict[str, ThemeTree] = {}


def map_layer(wanted: InitiativeFilter, *, now: datetime | None = None) -> MapLayer:
    """The layer of a filter: made once, then found again until something changes."""
    points = current_points()
    now = now or timezone.now()
    minute = f"@{int(now.timestamp()) // 60}" if wanted.fresh_days is not None else ""
    key = f"{points.version}?{wanted.to_query()}{minute}"
    with _lock:
        if key in _layers:
            _layers.move_to_end(key)
            return _layers[key]
    made = MapLayer(points, _layer(points, wanted, now), _tree(points), key)
    with _lock:
        _layers[key] = made
        while len(_layers) > 1 and sum(len(held.layer) for held in _layers.values()) > LAYER_POINTS_MAX:
            _layers.popitem(last=False)
        for old in [name for name in _layers if not name.startswith(f"{points.version}?")]:
            del _layers[old]
    return made


def forget_layers() -> None:
    _layers.clear()
    _trees.clear()


def _tree(points: Points) -> ThemeTree:
    """The themes as they were when the points last changed: repainting a theme notes its initiatives."""
    if points.version not in _trees:
        _trees.clear()
        _trees[points.version] = theme_tree()
    return _trees[points.version]


def _layer(points: Points, wanted: InitiativeFilter, now: datetime) -> PointLayer:
    rows = np.arange(len(points))
    if wanted.is_empty:
        return point_layer(points.cells, rows)
    chosen = rows[matching_rows(points, wanted, now)]
    return point_layer(points.cells[chosen], chosen)


def matching_rows(points: Points, wanted: InitiativeFilter, now: datetime) -> Booleans:
    """For each point, whether its initiative answers: the same initiatives as `filter_initiatives`.

    What the columns know is answered here; words, recipes, organisations, communes and territories are asked of the database.
    """
    found = np.ones(len(points), dtype=bool)
    if wanted.themes:
        found &= _has_theme(points, _tree(points).branch_ids(wanted.themes))
    if wanted.family:
        found &= points.families == FAMILIES.index(wanted.family)
    if wanted.stage:
        found &= points.stages == STAGES.index(wanted.stage)
    if wanted.looks_for_hands:
        found &= points.hands
    if wanted.fresh_days is not None:
        found &= points.updated >= microseconds(now - timedelta(days=wanted.fresh_days))
    centre = centre_of(wanted) if wanted.radius_km is not None else None
    if centre is not None and wanted.radius_km is not None:
        found &= _initiatives_having(points, _within(points, *centre, wanted.radius_km))
    if wanted.box is not None:
        found &= _initiatives_having(points, _in_box(points, wanted.box))
    asked = InitiativeFilter(
        words=wanted.words,
        commune=wanted.commune if centre is None else "",
        territory=wanted.territory,
        organization_id=wanted.organization_id,
        has_recipe=wanted.has_recipe,
    )
    if not asked.is_empty:
        found &= _initiatives_among(points, asked)
    return found


def _has_theme(points: Points, theme_ids: set[int]) -> Booleans:
    mask = np.zeros(points.theme_bits.shape[1], dtype=np.uint64)
    for index, theme_id in enumerate(points.theme_ids):
        if theme_id in theme_ids:
            mask[index // 64] |= np.uint64(1 << (index % 64))
    found = np.zeros(len(points), dtype=bool)
    for word in np.flatnonzero(mask):
        found |= (points.theme_bits[:, word] & mask[word]) != 0
    return found


def square_distances(points: Points, latitude: float, longitude: float) -> NDArray[np.float64]:
    """The arithmetic of `filters.square_distance`, so that the map and the list draw the same circle."""
    north = points.latitudes - latitude
    east = (points.longitudes - longitude) * math.cos(math.radians(latitude))
    return np.asarray(north * north + east * east)


def _within(points: Points, latitude: float, longitude: float, radius_km: float) -> Booleans:
    reach = radius_km / KM_PER_DEGREE
    return np.asarray(square_distances(points, latitude, longitude) <= reach * reach)


def _in_box(points: Points, box: tuple[float, float, float, float]) -> Booleans:
    west, south, east, north = box
    across = (points.longitudes >= west, points.longitudes <= east)
    inside = across[0] & across[1] if west <= east else across[0] | across[1]
    return inside & (points.latitudes >= south) & (points.latitudes <= north)


def _initiatives_having(points: Points, some: Booleans) -> Booleans:
    """All the points of the initiatives that have one among `some`."""
    named = np.zeros(_ids_end(points), dtype=bool)
    named[points.initiatives[some]] = True
    return named[points.initiatives]


def _initiatives_among(points: Points, asked: InitiativeFilter) -> Booleans:
    ids = np.fromiter(filter_initiatives(asked).values_list("pk", flat=True).iterator(5000), dtype=np.int64)
    end = _ids_end(points)
    named = np.zeros(end, dtype=bool)
    named[ids[ids < end]] = True
    return named[points.initiatives]


def _ids_end(points: Points) -> int:
    return int(points.initiatives.max()) + 1 if len(points) else 1


def without_box(wanted: InitiativeFilter) -> InitiativeFilter:
    """The filter as tiles take it: a tile is its own box, and the view's would only defeat the cache."""
    return replace(wanted, box=None)
