"""Lambert-93 and the nine conic conformal zones, the official projections of metropolitan France, back to degrees.

Formulas: IOGP Publication 373-7-2, "Lambert Conic Conformal (2SP)" (EPSG method 9802), with the parameters of
EPSG:2154 and EPSG:3942 to 3950 on the GRS 1980 ellipsoid; for Lambert-93 the same constants come out as in IGN's note NTG 71.
"""

import math
from dataclasses import dataclass
from functools import cache

EASTING_RANGE_M = (0.0, 1_300_000.0)
NORTHING_RANGE_M = (6_000_000.0, 7_200_000.0)
ZONES = range(42, 51)

_SEMI_MAJOR_AXIS_M = 6_378_137.0
_INVERSE_FLATTENING = 298.257222101
_ORIGIN_LONGITUDE_RAD = math.radians(3.0)

_FLATTENING = 1 / _INVERSE_FLATTENING
_ECCENTRICITY = math.sqrt(2 * _FLATTENING - _FLATTENING**2)


def _m(latitude_rad: float) -> float:
    sine = math.sin(latitude_rad)
    return math.cos(latitude_rad) / math.sqrt(1 - (_ECCENTRICITY * sine) ** 2)


def _t(latitude_rad: float) -> float:
    skewed = _ECCENTRICITY * math.sin(latitude_rad)
    return math.tan(math.pi / 4 - latitude_rad / 2) / ((1 - skewed) / (1 + skewed)) ** (_ECCENTRICITY / 2)


@dataclass(frozen=True)
class _Cone:
    """A cone through two parallels: its exponent, its scale, and where the metres are counted from."""

    n: float
    f: float
    origin_radius_m: float
    false_easting_m: float
    false_northing_m: float

    def degrees(self, easting_m: float, northing_m: float) -> tuple[float, float]:
        x = easting_m - self.false_easting_m
        y = self.origin_radius_m - (northing_m - self.false_northing_m)
        t = (math.hypot(x, y) / (_SEMI_MAJOR_AXIS_M * self.f)) ** (1 / self.n)
        latitude_rad = math.pi / 2 - 2 * math.atan(t)
        for _step in range(8):  # converges to 1e-12 rad in five steps
            skewed = _ECCENTRICITY * math.sin(latitude_rad)
            latitude_rad = math.pi / 2 - 2 * math.atan(
                t * ((1 - skewed) / (1 + skewed)) ** (_ECCENTRICITY / 2)
            )
        longitude_rad = math.atan2(x, y) / self.n + _ORIGIN_LONGITUDE_RAD
        return math.degrees(latitude_rad), math.degrees(longitude_rad)


def _cone(
    parallels_degrees: tuple[float, float],
    origin_degrees: float,
    false_easting_m: float,
    false_northing_m: float,
) -> _Cone:
    first, second = map(math.radians, parallels_degrees)
    n = (math.log(_m(first)) - math.log(_m(second))) / (math.log(_t(first)) - math.log(_t(second)))
    f = _m(first) / (n * _t(first) ** n)
    radius_m = _SEMI_MAJOR_AXIS_M * f * _t(math.radians(origin_degrees)) ** n
    return _Cone(n, f, radius_m, false_easting_m, false_northing_m)


_LAMBERT93 = _cone((44.0, 49.0), 46.5, 700_000.0, 6_600_000.0)


@cache
def _zone_cone(zone: int) -> _Cone:
    return _cone((zone - 0.75, zone + 0.75), zone, 1_700_000.0, (zone - 41) * 1_000_000.0 + 200_000.0)


def looks_like_lambert93(easting_m: float, northing_m: float) -> bool:
    """Whether the pair can only be metres of Lambert-93, not degrees."""
    return (
        EASTING_RANGE_M[0] < easting_m < EASTING_RANGE_M[1]
        and NORTHING_RANGE_M[0] < northing_m < NORTHING_RANGE_M[1]
    )


def from_lambert93(easting_m: float, northing_m: float) -> tuple[float, float]:
    """(latitude, longitude) in degrees of a point of Lambert-93 in metres; good to less than a millimetre.

    RGF93 and WGS 84 are taken as one: they differ by less than a metre.
    """
    return _LAMBERT93.degrees(easting_m, northing_m)


def from_conic_zone(zone: int, easting_m: float, northing_m: float) -> tuple[float, float]:
    """The same of a point of the zone CC42 to CC50, which `zone` (42 to 50, the latitude of its middle) names."""
    assert zone in ZONES
    return _zone_cone(zone).degrees(easting_m, northing_m)
