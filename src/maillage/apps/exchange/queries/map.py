"""Needs and offers on the map: the point of each is its commune's, never nearer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from maillage.apps.exchange.choices import Direction
from maillage.apps.exchange.queries.listings import ListingFilter, filter_listings
from maillage.cores.geo import clusters
from maillage.cores.geo.boxes import Box
from maillage.cores.geo.clusters import PointLayer, point_layer
from maillage.cores.geo.vector_tiles import Feature, Value, encode_tile, point

LAYER = "listings"
ZOOM_MAX = 18
HERE_MAX = 50
POINTS_MAX = 20_000
NEED, OFFER = 1, 2
"""The pins of the tiles."""
_CELL = re.compile(r"(\d{1,2})-(\d{1,8})-(\d{1,8})")


class NoSuchTileError(ValueError):
    """Zoom or position out of range."""


@dataclass(frozen=True)
class ListingPoints:
    """The located listings that answer a filter, sorted by cell; arrays of n."""

    layer: PointLayer
    ids: NDArray[np.int64]
    pins: NDArray[np.int64]
    latitudes: NDArray[np.float64]
    longitudes: NDArray[np.float64]

    @property
    def key(self) -> str:
        """Two sets of points of one key draw the same tiles."""
        said = blake2b(digest_size=12)
        for column in (self.layer.cells, self.ids, self.pins):
            said.update(column.tobytes())
        return said.hexdigest()

    @property
    def bounds(self) -> Box | None:
        """None when nothing is located."""
        if not len(self.ids):
            return None
        east_west, north_south = self.longitudes, self.latitudes
        return (
            float(east_west.min()),
            float(north_south.min()),
            float(east_west.max()),
            float(north_south.max()),
        )


def listing_points(wanted: ListingFilter, *, is_member: bool) -> ListingPoints:
    """What a filter shows on the map, its box left aside: one query, read again at each question."""
    found = filter_listings(replace(wanted, box=None), is_member=is_member).filter(cell__isnull=False)
    rows = found.order_by("cell", "pk").values_list("cell", "pk", "direction", "latitude", "longitude")
    columns = list(zip(*rows[:POINTS_MAX], strict=True)) or [()] * 5
    cells = np.array(columns[0], dtype=np.int64)
    return ListingPoints(
        point_layer(cells, np.arange(len(cells))),
        np.array(columns[1], dtype=np.int64),
        np.array(
            [NEED if direction == Direction.NEED else OFFER for direction in columns[2]], dtype=np.int64
        ),
        np.array(columns[3], dtype=np.float64),
        np.array(columns[4], dtype=np.float64),
    )


def listing_tile(points: ListingPoints, zoom: int, x: int, y: int) -> bytes:
    """A vector tile, as those of the initiatives: `theme` is the pin, NEED or OFFER. Raises NoSuchTileError."""
    if zoom > ZOOM_MAX:
        raise NoSuchTileError(f"{zoom}/{x}/{y}")
    try:
        found = clusters.clusters_of_tile(points.layer, zoom, x, y)
    except ValueError:
        raise NoSuchTileError(f"{zoom}/{x}/{y}") from None
    return encode_tile({LAYER: _features(points, found, zoom, x, y)})


def members_of_cell(points: ListingPoints, cell: str) -> list[int]:
    """The ids of the listings of the cluster that a tile named `cell`. Raises NoSuchTileError."""
    match = _CELL.fullmatch(cell)
    if match is None:
        raise NoSuchTileError(cell)
    try:
        rows = clusters.cluster_members(points.layer, *(int(part) for part in match.groups()))
    except ValueError:
        raise NoSuchTileError(cell) from None
    return [int(pk) for pk in points.ids[rows][:HERE_MAX]]


def _features(
    points: ListingPoints, found: clusters.Clusters, zoom: int, x: int, y: int
) -> Iterator[Feature]:
    at_x, at_y = clusters.positions_in_tile(found, zoom, x, y)
    for index, count in enumerate(found.counts.tolist()):
        row = int(found.rows[index])
        tags: dict[str, Value] = {"count": count, "id": int(points.ids[row]), "theme": int(points.pins[row])}
        if count > 1:
            apart = int(found.zooms[index])
            tags["cell"] = f"{zoom}-{found.squares_x[index]}-{found.squares_y[index]}"
            tags["to"] = apart if apart <= ZOOM_MAX else 0
        yield point(int(at_x[index]), int(at_y[index]), tags)
