"""Distances on a sphere, boxes, and the square kilometre that stands for a home."""

from __future__ import annotations

import math

import numpy as np

from maillage.cores.geo.cells import Floats

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""
KM_PER_DEGREE = math.pi * EARTH_RADIUS_KM / 180


def distance_km(latitude_a: float, longitude_a: float, latitude_b: float, longitude_b: float) -> float:
    """Great-circle distance between two places in degrees, by the haversine formula (Sinnott, 1984)."""
    return float(distances_km(np.array([latitude_a]), np.array([longitude_a]), latitude_b, longitude_b)[0])


def distances_km(latitudes: Floats, longitudes: Floats, latitude: float, longitude: float) -> Floats:
    """Distances from each place to one, in kilometres."""
    north = np.radians(latitudes - latitude) / 2
    east = np.radians(longitudes - longitude) / 2
    chord = (
        np.sin(north) ** 2
        + np.cos(np.radians(latitudes)) * math.cos(math.radians(latitude)) * np.sin(east) ** 2
    )
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))


def box_around(latitude: float, longitude: float, radius_km: float) -> tuple[float, float, float, float]:
    """(west, south, east, north) of a box that holds every place within `radius_km`.

    West passes east when the box crosses the antimeridian; near a pole it goes all the way round.
    """
    reach = radius_km / KM_PER_DEGREE
    south, north = max(-90.0, latitude - reach), min(90.0, latitude + reach)
    shrink = math.cos(math.radians(max(abs(south), abs(north))))
    width = reach / shrink if shrink > 1e-9 else 360.0
    if width >= 180 or south <= -90 or north >= 90:
        return -180.0, south, 180.0, north
    return _wrapped(longitude - width), south, _wrapped(longitude + width), north


def _wrapped(longitude: float) -> float:
    return (longitude + 180.0) % 360.0 - 180.0
