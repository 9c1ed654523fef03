"""Morton cells by whole arrays; `mercator` has the same for one point at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maillage.cores.geo.mercator import CELL_ZOOM, LATITUDE_MAX_DEG

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

_SPREADING = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


def interleave_arrays(x: Integers, y: Integers) -> Integers:
    """Morton codes of arrays of non-negative integers below 2**31, of any shape."""
    return _spread(x) | (_spread(y) << 1)


def deinterleave(cells: Integers) -> tuple[Integers, Integers]:
    """The (x, y) of Morton codes, in tiles of `CELL_ZOOM` when the codes are cells."""
    return _gather(cells), _gather(cells >> 1)


def cells_of(latitudes_deg: Floats, longitudes_deg: Floats) -> Integers:
    """The cells of places; those beyond the projection are brought to its edge.

    Raises ValueError when a coordinate is not finite or out of [-90, 90] x [-180, 180].
    """
    fine = (np.abs(latitudes_deg) <= 90) & (np.abs(longitudes_deg) <= 180)
    if not fine.all():
        raise ValueError("not places on Earth")
    x, y = world_of(latitudes_deg, longitudes_deg)
    size = 1 << CELL_ZOOM
    column = np.clip((x * size).astype(np.int64), 0, size - 1)
    row = np.clip((y * size).astype(np.int64), 0, size - 1)
    return interleave_arrays(column, row)


def world_of(latitudes_deg: Floats, longitudes_deg: Floats) -> tuple[Floats, Floats]:
    """Web-Mercator positions in [0, 1], x eastwards and y southwards."""
    clamped = np.clip(latitudes_deg, -LATITUDE_MAX_DEG, LATITUDE_MAX_DEG)
    x = (longitudes_deg + 180.0) / 360.0
    y = (1.0 - np.arcsinh(np.tan(np.radians(clamped))) / np.pi) / 2.0
    return x, y


def place_of(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """(latitudes, longitudes) in degrees of world positions; the inverse of `world_of`."""
    return np.degrees(np.arctan(np.sinh(np.pi * (1.0 - 2.0 * y)))), x * 360.0 - 180.0


def _spread(value: Integers) -> Integers:
    value = value.astype(np.int64)
    for shift, mask in _SPREADING:
        value = (value | (value << shift)) & mask
    return value


def _gather(value: Integers) -> Integers:
    value = value & _SPREADING[-1][1]
    for (shift, _own), (_wider, mask) in zip(_SPREADING[:0:-1], _SPREADING[-2::-1], strict=True):
        value = (value | (value >> shift)) & mask
    return (value | (value >> 16)) & 0x00000000FFFFFFFF
