"""Boxes of the earth, as addresses write them."""

from __future__ import annotations

from math import isfinite

Box = tuple[float, float, float, float]
"""West, south, east, north, in degrees; west > east when the box crosses the antimeridian."""


def parse_box(text: str | None) -> Box | None:
    """A box written "west,south,east,north"; None when it is none."""
    parts = (text or "").split(",")
    if len(parts) != 4:
        return None
    west, east = (_degrees(parts[index], 180) for index in (0, 2))
    south, north = (_degrees(parts[index], 90) for index in (1, 3))
    if west is None or south is None or east is None or north is None or south > north:
        return None
    return west, south, east, north


def _degrees(text: str, most: float) -> float | None:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if isfinite(value) and abs(value) <= most else None
