"""A glimpse of the map for the home page: one small drawing, the same bytes until the map changes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from maillage.apps.directory.queries.filters import InitiativeFilter
from maillage.apps.directory.queries.ground import ground_features
from maillage.apps.directory.queries.layers import MapLayer, map_layer
from maillage.cores.geo.boxes import Box

WIDTH, HEIGHT = 480, 400
MARGIN = 28
DOTS_MAX = 320
NAMES_MAX = 5
NAME_RISE = 14
LEFT_OUT_PERCENT = 2
"""Fiches far from all the others do not shrink the drawing."""
SPAN_MIN_DEG = 0.05
OUTLINED = ("department", "commune")
PLAIN_COLOR = "#7fd1bf"


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    color: str


@dataclass(frozen=True)
class Name:
    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Glimpse:
    """Contours as SVG paths, a dot for each place (or an even choice of them), the names of the largest towns."""

    width: int
    height: int
    contours: list[str]
    dots: list[Dot]
    names: list[Name]


def has_glimpse() -> bool:
    """Whether anything published has a place."""
    return len(map_layer(InitiativeFilter()).layer) > 0


def glimpse() -> Glimpse | None:
    """The drawing of all that is published; None when nothing has a place."""
    shown = map_layer(InitiativeFilter())
    rows = shown.layer.rows
    if not len(rows):
        return None
    frame = _Frame(_box(shown))
    chosen = rows[:: math.ceil(len(rows) / DOTS_MAX)]
    ground = ground_features(frame.box_seen(), 9)["features"]
    lines = [one["geometry"] for one in ground if one["properties"].get("kind") in OUTLINED]
    towns = [one for one in ground if one["properties"].get("name")]
    return Glimpse(
        width=WIDTH,
        height=HEIGHT,
        contours=[frame.path(polygon[0]) for line in lines for polygon in line["coordinates"]],
        dots=[_dot(shown, int(row), frame) for row in chosen],
        names=_names(towns, frame),
    )


def _box(shown: MapLayer) -> Box:
    rows = shown.layer.rows
    ends = (LEFT_OUT_PERCENT, 100 - LEFT_OUT_PERCENT)
    south, north = np.percentile(shown.points.latitudes[rows], ends)
    west, east = np.percentile(shown.points.longitudes[rows], ends)
    return float(west), float(south), float(east), float(north)


class _Frame:
    """Places of a box, put in the drawing by the Mercator projection, as large as they fit."""

    def __init__(self, box: Box) -> None:
        west, south, east, north = box
        self._x, self._y = (west + east) / 2, (_stretched(south) + _stretched(north)) / 2
        across = max(east - west, SPAN_MIN_DEG)
        upright = max(_stretched(north) - _stretched(south), SPAN_MIN_DEG)
        self._scale = min((WIDTH - 2 * MARGIN) / across, (HEIGHT - 2 * MARGIN) / upright)

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = WIDTH / 2 + (longitude - self._x) * self._scale
        y = HEIGHT / 2 - (_stretched(latitude) - self._y) * self._scale
        return round(x, 1), round(y, 1)

    def path(self, ring: list[list[float]]) -> str:
        return "M" + "L".join("{:g} {:g}".format(*self.at(*place[:2])) for place in ring[:-1]) + "Z"

    def box_seen(self) -> Box:
        across, upright = WIDTH / 2 / self._scale, HEIGHT / 2 / self._scale
        south, north = (
            math.degrees(math.atan(math.sinh(math.radians(self._y + end)))) for end in (-upright, upright)
        )
        return self._x - across, south, self._x + across, north


def _stretched(latitude: float) -> float:
    """The latitude on the Mercator map, in degrees of longitude."""
    return math.degrees(math.asinh(math.tan(math.radians(latitude))))


def _dot(shown: MapLayer, row: int, frame: _Frame) -> Dot:
    points = shown.points
    x, y = frame.at(float(points.longitudes[row]), float(points.latitudes[row]))
    theme = shown.tree.top_of(int(points.main_themes[row]))
    return Dot(x, y, theme.color if theme else PLAIN_COLOR)


def _names(towns: list[dict[str, Any]], frame: _Frame) -> list[Name]:
    """The most peopled towns first, those that would stand on another's name left out."""
    kept: list[Name] = []
    for town in towns:
        x, y = frame.at(*town["geometry"]["coordinates"])
        inside = MARGIN < x < WIDTH - 3 * MARGIN and MARGIN < y < HEIGHT - MARGIN
        free = all(abs(y - NAME_RISE - other.y) > 26 or abs(x - other.x) > 150 for other in kept)
        if inside and free:
            kept.append(Name(x, y - NAME_RISE, town["properties"]["name"]))
        if len(kept) == NAMES_MAX:
            break
    return kept
