"""The ground of the fictional country: contours of its communes, drawn around their centres.

Each commune holds what is nearer to its centre than to any other (Voronoi cells), inside one irregular outline; then each border
wanders a little, the same way for both neighbours, so that no crack appears.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import Any

Point = tuple[float, float]
"""(longitude, latitude), in degrees, as GeoJSON has it."""

OUTLINE_CORNERS = 40
REACH_DEG = 0.075
"""How far the outline stands beyond the outermost centres."""
WANDER = 0.09
"""The largest swerve of a border, as a part of its length."""
WANDER_DEPTH = 3


def commune_contours(centers: Sequence[tuple[float, float]]) -> list[dict[str, Any]]:
    """One GeoJSON Polygon for each (latitude, longitude), in the same order; together they leave no gap."""
    points = [(longitude, latitude) for latitude, longitude in centers]
    outline = _outline(points)
    contours = []
    for own in points:
        ring = outline
        for other in points:
            if other != own:
                ring = _nearer(ring, own, other)
        contours.append({"type": "Polygon", "coordinates": [_wandering(ring)]})
    return contours


def _outline(points: Sequence[Point]) -> list[Point]:
    """An uneven oval around all the centres."""
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    middle = ((west + east) / 2, (south + north) / 2)
    across, along = (east - west) / 2 + REACH_DEG, (north - south) / 2 + REACH_DEG
    ring = []
    for corner in range(OUTLINE_CORNERS):
        angle = 2 * math.pi * corner / OUTLINE_CORNERS
        swell = 1.12 + 0.05 * math.sin(3 * angle + 1) + 0.04 * math.sin(7 * angle)
        ring.append(
            (middle[0] + across * swell * math.cos(angle), middle[1] + along * swell * math.sin(angle))
        )
    return ring


def _nearer(ring: Sequence[Point], own: Point, other: Point) -> list[Point]:
    """The part of `ring` nearer to `own` than to `other` (Sutherland and Hodgman, one half-plane)."""
    normal = (other[0] - own[0], other[1] - own[1])
    limit = (normal[0] * (own[0] + other[0]) + normal[1] * (own[1] + other[1])) / 2
    kept: list[Point] = []
    for index, here in enumerate(ring):
        before = ring[index - 1]
        out_before = normal[0] * before[0] + normal[1] * before[1] - limit
        out_here = normal[0] * here[0] + normal[1] * here[1] - limit
        if (out_before > 0) != (out_here > 0):
            part = out_before / (out_before - out_here)
            kept.append((before[0] + part * (here[0] - before[0]), before[1] + part * (here[1] - before[1])))
        if out_here <= 0:
            kept.append(here)
    return kept


def _wandering(ring: Sequence[Point]) -> list[list[float]]:
    rounded = [(round(x, 5), round(y, 5)) for x, y in ring]
    corners = [corner for index, corner in enumerate(rounded) if corner != rounded[index - 1]]
    path: list[Point] = []
    for index, start in enumerate(corners):
        path += _swerve(start, corners[(index + 1) % len(corners)], WANDER_DEPTH)
    return [[round(x, 5), round(y, 5)] for x, y in [*path, path[0]]]


def _swerve(start: Point, end: Point, depth: int) -> list[Point]:
    """The points from `start` up to `end` excluded; the swerve depends on the two ends, not on their order."""
    if depth == 0:
        return [start]
    first, second = sorted((start, end))
    seed = hashlib.sha256(f"{first} {second}".encode()).digest()[0] / 255 - 0.5
    middle = (
        round((first[0] + second[0]) / 2 + 2 * WANDER * seed * (second[1] - first[1]), 5),
        round((first[1] + second[1]) / 2 - 2 * WANDER * seed * (second[0] - first[0]), 5),
    )
    return _swerve(start, middle, depth - 1) + _swerve(middle, end, depth - 1)
