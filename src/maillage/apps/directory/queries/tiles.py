"""Vector tiles of the initiatives, and the members of a cluster."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from datetime import datetime

import numpy as np

from maillage.apps.directory.queries.filters import InitiativeFilter
from maillage.apps.directory.queries.layers import MapLayer, map_layer, without_box
from maillage.cores.geo import clusters
from maillage.cores.geo.boxes import usual_box
from maillage.cores.geo.vector_tiles import Feature, Value, encode_tile, point

LAYER = "initiatives"
ZOOM_MAX = 18
HERE_MAX = 50
TILES_MAX = 4096
assert ZOOM_MAX <= clusters.ZOOM_MAX


class NoSuchTileError(ValueError):
    """Zoom or position out of range."""


_lock = threading.Lock()
_tiles: OrderedDict[tuple[str, int, int, int], bytes] = OrderedDict()


def tile_bytes(wanted: InitiativeFilter, zoom: int, x: int, y: int, *, now: datetime | None = None) -> bytes:
    """The vector tile of what `wanted` asks for, its box left aside: the tile is the box. Raises NoSuchTileError."""
    return layer_tile(map_layer(without_box(wanted), now=now), zoom, x, y)


def layer_tile(shown: MapLayer, zoom: int, x: int, y: int) -> bytes:
    """A tile, made or found again.

    One layer, "initiatives": `count` places stand there, `id` is the fiche and `theme` the top theme (0: none) of the
    first; of several, `cell` names the cluster and `to` is the zoom where it comes apart, 0 when it never does.
    """
    if zoom > ZOOM_MAX:
        raise NoSuchTileError(f"{zoom}/{x}/{y}")
    key = (shown.key, zoom, x, y)
    with _lock:
        if key in _tiles:
            _tiles.move_to_end(key)
            return _tiles[key]
    try:
        found = clusters.clusters_of_tile(shown.layer, zoom, x, y)
    except ValueError:
        raise NoSuchTileError(f"{zoom}/{x}/{y}") from None
    made = encode_tile({LAYER: _features(shown, found, zoom, x, y)})
    with _lock:
        _tiles[key] = made
        while len(_tiles) > TILES_MAX:
            _tiles.popitem(last=False)
    return made


def members_of_cell(wanted: InitiativeFilter, cell: str, *, now: datetime | None = None) -> list[int]:
    """The ids of the fiches of the cluster that a tile named `cell`; none when it is no more. Raises NoSuchTileError."""
    match = _CELL.fullmatch(cell)
    if match is None:
        raise NoSuchTileError(cell)
    zoom, square_x, square_y = (int(part) for part in match.groups())
    shown = map_layer(without_box(wanted), now=now)
    try:
        rows = clusters.cluster_members(shown.layer, zoom, square_x, square_y)
    except ValueError:
        raise NoSuchTileError(cell) from None
    return [int(pk) for pk in np.unique(shown.points.initiatives[rows])]


_CELL = re.compile(r"(\d{1,2})-(\d{1,8})-(\d{1,8})")


def bounds(
    wanted: InitiativeFilter, *, now: datetime | None = None
) -> tuple[float, float, float, float] | None:
    """West, south, east and north of what the filter finds, but for what is far from all the rest; None when it finds no place."""
    shown = map_layer(without_box(wanted), now=now)
    if not len(shown.layer):
        return None
    rows = shown.layer.rows
    return usual_box(shown.points.latitudes[rows], shown.points.longitudes[rows])


def forget_tiles() -> None:
    _tiles.clear()


def _features(shown: MapLayer, found: clusters.Clusters, zoom: int, x: int, y: int) -> Iterator[Feature]:
    at_x, at_y = clusters.positions_in_tile(found, zoom, x, y)
    ids = shown.points.initiatives[found.rows].tolist()
    themes = shown.points.main_themes[found.rows].tolist()
    for index, count in enumerate(found.counts.tolist()):
        top = shown.tree.top_of(themes[index])
        tags: dict[str, Value] = {"count": count, "id": ids[index], "theme": top.pk if top else 0}
        if count > 1:
            apart = int(found.zooms[index])
            tags["cell"] = f"{zoom}-{found.squares_x[index]}-{found.squares_y[index]}"
            tags["to"] = apart if apart <= ZOOM_MAX else 0
        yield point(int(at_x[index]), int(at_y[index]), tags)
