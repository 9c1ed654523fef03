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


def home_square(latitude: float, longitude: float) -> tuple[float, float]:
    """The centre of the square of about one kilometre that holds a place: all its homes share it.

    Rows are 1/111.195 of a degree high; columns of a row are as many degrees wide as make a kilometre at its middle.
    """
    rows = round(180 * KM_PER_DEGREE)
    row = min(int((latitude + 90) / 180 * rows), rows - 1)
    middle = (row + 0.5) / rows * 180 - 90
    columns = max(1, round(360 * KM_PER_DEGREE * math.cos(math.radians(middle))))
    column = min(int((longitude + 180) / 360 * columns), columns - 1)
    return round(middle, 6), round((column + 0.5) / columns * 360 - 180, 6)


def _wrapped(longitude: float) -> float:
    return (longitude + 180.0) % 360.0 - 180.0
