"""Boxes of the earth, as addresses write them."""

from __future__ import annotations

from math import isfinite

import numpy as np
from numpy.typing import NDArray

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


FENCE_RANGES = 3
"""How many interquartile ranges past the quartiles a place is far from all the others: Tukey's outer fences."""
FENCE_DEG_MIN = 2.0
"""Never nearer than this: the places of a town all stand within a few hundredths of a degree."""


def usual_box(latitudes: NDArray[np.float64], longitudes: NDArray[np.float64]) -> Box:
    """The box of the places, but for those that are far from all the others: what a map opens on.

    Both arrays hold n ≥ 1 degrees. Source of the fences: J. W. Tukey, "Exploratory Data Analysis" (1977), 2D.
    """
    kept = _within_fences(latitudes) & _within_fences(longitudes)
    if not kept.any():
        kept = np.ones(len(latitudes), dtype=bool)
    south, north = latitudes[kept].min(), latitudes[kept].max()
    west, east = longitudes[kept].min(), longitudes[kept].max()
    return float(west), float(south), float(east), float(north)


def _within_fences(degrees: NDArray[np.float64]) -> NDArray[np.bool_]:
    first, third = np.percentile(degrees, (25, 75))
    margin = max(FENCE_RANGES * (third - first), FENCE_DEG_MIN)
    return np.asarray((degrees >= first - margin) & (degrees <= third + margin))


def _degrees(text: str, most: float) -> float | None:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if isfinite(value) and abs(value) <= most else None
