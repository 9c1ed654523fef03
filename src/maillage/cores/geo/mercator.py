"""Web Mercator tiles and Morton cells.

A *cell* is the Morton code (interleaved bits, x even, y odd) of the Web-Mercator tile that holds a point at
`CELL_ZOOM`; the cells of a tile at a lower zoom are one contiguous range, so that a tile or a box is a
B-tree range on any database.
"""

import math

CELL_ZOOM = 26
LATITUDE_MAX_DEG = 85.05112877980659
RADIUS_M = 6_378_137.0


def tile_of(latitude_deg: float, longitude_deg: float, zoom: int) -> tuple[int, int]:
    """The (x, y) of the tile at `zoom` holding a point; latitudes beyond the projection are clamped.

    Raises ValueError when a coordinate is not finite or out of [-90, 90] x [-180, 180].
    """
    if not (-90 <= latitude_deg <= 90 and -180 <= longitude_deg <= 180):
        raise ValueError(f"not a place on Earth: {latitude_deg}, {longitude_deg}")
    latitude_rad = math.radians(max(-LATITUDE_MAX_DEG, min(LATITUDE_MAX_DEG, latitude_deg)))
    size = 1 << zoom
    x = int((longitude_deg + 180.0) / 360.0 * size)
    y = int((1.0 - math.asinh(math.tan(latitude_rad)) / math.pi) / 2.0 * size)
    return min(x, size - 1), min(max(y, 0), size - 1)


def from_mercator(easting_m: float, northing_m: float) -> tuple[float, float]:
    """The latitude and longitude of the metres of web maps (EPSG:3857)."""
    longitude_rad = easting_m / RADIUS_M
    latitude_rad = math.atan(math.sinh(max(-50.0, min(50.0, northing_m / RADIUS_M))))
    return math.degrees(latitude_rad), math.degrees(longitude_rad)


def interleave(x: int, y: int) -> int:
    """The Morton code of two non-negative integers below 2**32."""
    return _spread(x) | (_spread(y) << 1)


def cell_of(latitude_deg: float, longitude_deg: float) -> int:
    """The Morton cell of a point; raises ValueError as `tile_of` does."""
    return interleave(*tile_of(latitude_deg, longitude_deg, CELL_ZOOM))


def _spread(value: int) -> int:
    return (
        _SPREAD[value & 0xFF]
        | _SPREAD[value >> 8 & 0xFF] << 16
        | _SPREAD[value >> 16 & 0xFF] << 32
        | _SPREAD[value >> 24 & 0xFF] << 48
    )


_SPREAD = tuple(sum((byte >> bit & 1) << 2 * bit for bit in range(8)) for byte in range(256))
"""Each byte with a zero before every bit."""
