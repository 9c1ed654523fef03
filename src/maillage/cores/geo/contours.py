"""Contours: GeoJSON polygons read with care, points inside them, and lines made simpler for a zoom."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from maillage.cores.geo.cells import Booleans, Floats

POSITIONS_MAX = 200_000
_POLYGONS = ("Polygon", "MultiPolygon")


class BadContourError(ValueError):
    """A contour cannot be used: `code` says why (a key of CODES), `where` at which ring, `value` what was found."""

    def __init__(self, code: str, *, ring: int = 0, value: str = "") -> None:
        super().__init__(f"{code} (ring {ring}) {value}".strip())
        self.code = code
        self.ring = ring
        self.value = value


CODES = (
    "not_geojson",
    "no_polygon",
    "too_many_positions",
    "bad_position",
    "out_of_range",
    "swapped",
    "projected",
    "short_ring",
    "open_ring",
    "flat_ring",
    "too_large",
)


@dataclass(frozen=True)
class Bounds:
    west: float
    south: float
    east: float
    north: float


def read_contour(data: Any) -> dict[str, Any]:
    """A Polygon or MultiPolygon out of any GeoJSON that holds polygons: geometry, feature or collection.

    Positions keep two coordinates, at six decimals. Raises BadContourError.
    """
    polygons = list(_polygons(data, depth=0))
    if not polygons:
        raise BadContourError("no_polygon")
    total = sum(len(ring) for polygon in polygons for ring in polygon if isinstance(ring, list))
    if total > POSITIONS_MAX:
        raise BadContourError("too_many_positions", value=str(total))
    number = 0
    read = []
    for polygon in polygons:
        rings = []
        for ring in polygon:
            number += 1
            rings.append(_read_ring(ring, number))
        read.append(rings)
    if len(read) == 1:
        return {"type": "Polygon", "coordinates": read[0]}
    return {"type": "MultiPolygon", "coordinates": read}


def rings_of(contour: dict[str, Any]) -> list[Floats]:
    """Every ring as an array of (longitude, latitude) rows, holes included."""
    polygons = [contour["coordinates"]] if contour["type"] == "Polygon" else contour["coordinates"]
    return [np.asarray(ring, dtype=np.float64)[:, :2] for polygon in polygons for ring in polygon]


def bounds_of(contour: dict[str, Any]) -> Bounds:
    positions = np.concatenate(rings_of(contour))
    west, south = positions.min(axis=0)
    east, north = positions.max(axis=0)
    return Bounds(float(west), float(south), float(east), float(north))


def contains(contour: dict[str, Any], latitudes: Floats, longitudes: Floats) -> Booleans:
    """Which places stand inside: even-odd rule over all rings, so that holes are out.

    A place on the very border may fall on either side.
    """
    inside = np.zeros(len(latitudes), dtype=bool)
    bounds = bounds_of(contour)
    near = np.flatnonzero(
        (longitudes >= bounds.west)
        & (longitudes <= bounds.east)
        & (latitudes >= bounds.south)
        & (latitudes <= bounds.north)
    )
    if not len(near):
        return inside
    x, y = longitudes[near], latitudes[near]
    odd = np.zeros(len(near), dtype=bool)
    for ring in rings_of(contour):
        for (x1, y1), (x2, y2) in itertools.pairwise(ring):
            if y1 == y2:
                continue
            spans = (y1 > y) != (y2 > y)
            odd ^= spans & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    inside[near] = odd
    return inside


def edges_of(contour: dict[str, Any]) -> Floats:
    """The edges of all rings as rows (x1, y1, x2, y2), those that run due east or west aside: see `holds`."""
    rings = rings_of(contour)
    edges = np.concatenate([np.hstack((ring[:-1], ring[1:])) for ring in rings])
    return edges[edges[:, 1] != edges[:, 3]]


def holds(edges: Floats, latitude: float, longitude: float) -> bool:
    """Whether one place stands inside, by the rule of `contains`: quicker, for many places one after the other."""
    x1, y1, x2, y2 = edges.T
    spans = (y1 > latitude) != (y2 > latitude)
    crossed = spans & (longitude < (x2 - x1) * (latitude - y1) / (y2 - y1) + x1)
    return bool(np.count_nonzero(crossed) % 2)


def simplify(line: Floats, tolerance: float) -> Floats:
    """The line without the positions that stray less than `tolerance` from it (Douglas and Peucker, 1973).

    The ends stay; a closed ring keeps at least four positions or becomes its two ends.
    """
    if len(line) <= 2:
        return line
    keep = np.zeros(len(line), dtype=bool)
    keep[0] = keep[-1] = True
    pending = [(0, len(line) - 1)]
    while pending:
        first, last = pending.pop()
        if last - first < 2:
            continue
        strays = _strays(line[first + 1 : last], line[first], line[last])
        farthest = int(np.argmax(strays))
        if strays[farthest] > tolerance:
            middle = first + 1 + farthest
            keep[middle] = True
            pending += [(first, middle), (middle, last)]
    return line[keep]


def area_of_ring(ring: Floats) -> float:
    """Twice nothing when flat: the area in the square of the ring's unit (shoelace formula), never negative."""
    x, y = ring[:, 0], ring[:, 1]
    return abs(float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))) / 2


def _strays(positions: Floats, start: Floats, end: Floats) -> Floats:
    along = end - start
    length = math.hypot(*along)
    if length == 0:
        return np.hypot(*(positions - start).T)
    share = np.clip((positions - start) @ along / length**2, 0, 1)
    return np.hypot(*(positions - (start + share[:, None] * along)).T)


def _polygons(data: Any, depth: int) -> Iterator[list[Any]]:
    if not isinstance(data, dict) or depth > 6:
        raise BadContourError("not_geojson")
    kind = data.get("type")
    if kind == "FeatureCollection" and isinstance(data.get("features"), list):
        for feature in data["features"]:
            yield from _polygons(feature, depth + 1)
    elif kind == "Feature":
        if data.get("geometry") is not None:
            yield from _polygons(data["geometry"], depth + 1)
    elif kind == "GeometryCollection" and isinstance(data.get("geometries"), list):
        for geometry in data["geometries"]:
            yield from _polygons(geometry, depth + 1)
    elif kind in _POLYGONS and isinstance(data.get("coordinates"), list):
        found = [data["coordinates"]] if kind == "Polygon" else data["coordinates"]
        for polygon in found:
            if not isinstance(polygon, list) or not polygon:
                raise BadContourError("not_geojson")
            yield polygon
    elif kind not in ("Point", "MultiPoint", "LineString", "MultiLineString"):
        raise BadContourError("not_geojson")


def _read_ring(ring: Any, number: int) -> list[list[float]]:
    if not isinstance(ring, list):
        raise BadContourError("not_geojson", ring=number)
    positions = [_read_position(position, number) for position in ring]
    if len(positions) < 4:
        raise BadContourError("short_ring", ring=number, value=str(len(positions)))
    if positions[0] != positions[-1]:
        raise BadContourError("open_ring", ring=number)
    array = np.asarray(positions)
    if area_of_ring(array) < 1e-9:
        raise BadContourError("flat_ring", ring=number)
    width, height = np.ptp(array, axis=0)
    if width > 180 or height > 90:
        raise BadContourError("too_large", ring=number)
    if _looks_swapped(array):
        raise BadContourError("swapped", ring=number)
    return positions


def _read_position(position: Any, ring: int) -> list[float]:
    fine = (
        isinstance(position, Sequence)
        and not isinstance(position, str)
        and len(position) >= 2
        and all(isinstance(part, int | float) and not isinstance(part, bool) for part in position[:2])
    )
    if not fine:
        raise BadContourError("bad_position", ring=ring, value=str(position)[:60])
    longitude, latitude = float(position[0]), float(position[1])
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        raise BadContourError("bad_position", ring=ring, value=str(position)[:60])
    if abs(longitude) > 1000 or abs(latitude) > 1000:
        raise BadContourError("projected", ring=ring, value=f"{longitude:.9g}, {latitude:.9g}")
    if abs(latitude) > 90 and abs(longitude) <= 90:
        raise BadContourError("swapped", ring=ring)
    if abs(longitude) > 180 or abs(latitude) > 90:
        raise BadContourError("out_of_range", ring=ring, value=f"{longitude:g}, {latitude:g}")
    return [round(longitude, 6), round(latitude, 6)]


def _looks_swapped(ring: Floats) -> bool:
    """Metropolitan France with its coordinates exchanged lies off Somalia, where nobody draws a territory of the ESS."""
    west, south = ring.min(axis=0)
    east, north = ring.max(axis=0)
    return bool(west >= 41 and east <= 51.5 and south >= -5.5 and north <= 10)
