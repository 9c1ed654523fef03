"""The systems in which maps of France are drawn in metres, back to degrees."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.utils.translation import gettext as _

from maillage.apps.directory.readers.rows import UnreadableFileError
from maillage.cores.geo.lambert93 import from_conic_zone, from_lambert93, looks_like_lambert93
from maillage.cores.geo.mercator import from_mercator

Projection = Callable[[float, float], tuple[float, float] | None]
"""Latitude and longitude of projected metres; None for what is in degrees already."""

_DEGREES = ("", "CRS84", "4326", "4171", "4258")
_LAMBERT93 = ("2154", "9793", "9794", "102110")
_MERCATOR = ("3857", "900913", "3785", "102100", "102113")
_ZONES = {str(first + zone): zone for first in (3900, 9800) for zone in range(42, 51)}
"""The nine conic conformal zones in which towns draw their plans: EPSG:3942 to 3950, and 9842 to 9850 in the newer frame."""


def projection_named(name: str) -> Projection | None:
    """How to leave the metres of the system that `name` ends with the number of; None for degrees.

    Raises UnreadableFileError for any other than Lambert-93, the conic zones, web maps and WGS 84.
    """
    code = name.rsplit(":", 1)[-1].upper()
    if code in _DEGREES:
        return None
    if code in _LAMBERT93:
        return _from_lambert93
    if code in _MERCATOR:
        return _from_mercator
    if code in _ZONES:
        return partial(_from_zone, _ZONES[code])
    raise UnreadableFileError(
        _("The positions of this file are in the system “%(name)s”: save it in WGS 84 (EPSG:4326).")
        % {"name": name[:60]}
    )


def unprojected(geometry: object, projection: Projection) -> object:
    """A geometry of projected metres in degrees; what is already in degrees stays."""
    if isinstance(geometry, dict):
        return {key: unprojected(inner, projection) for key, inner in geometry.items()}
    if not isinstance(geometry, list):
        return geometry
    if len(geometry) >= 2 and all(isinstance(number, (int, float)) for number in geometry[:2]):
        if (place := projection(geometry[0], geometry[1])) is None:
            return geometry
        latitude, longitude = place
        return [round(longitude, 7), round(latitude, 7)]
    return [unprojected(inner, projection) for inner in geometry]


def _from_lambert93(x: float, y: float) -> tuple[float, float] | None:
    return from_lambert93(x, y) if looks_like_lambert93(x, y) else None


def _from_zone(zone: int, x: float, y: float) -> tuple[float, float] | None:
    return from_conic_zone(zone, x, y) if abs(x) > 180 and abs(y) > 90 else None


def _from_mercator(x: float, y: float) -> tuple[float, float] | None:
    return from_mercator(x, y) if abs(x) > 180 or abs(y) > 90 else None
