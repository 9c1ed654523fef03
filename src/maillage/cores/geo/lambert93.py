"""Lambert-93, the official projection of metropolitan France, back to latitude and longitude.

Formulas: IOGP Publication 373-7-2, "Lambert Conic Conformal (2SP)" (EPSG method 9802), with the parameters of
EPSG:2154 on the GRS 1980 ellipsoid; the same constants come out as in IGN's note technique NTG 71.
"""

import math

EASTING_RANGE_M = (0.0, 1_300_000.0)
NORTHING_RANGE_M = (6_000_000.0, 7_200_000.0)

_SEMI_MAJOR_AXIS_M = 6_378_137.0
_INVERSE_FLATTENING = 298.257222101
_FALSE_EASTING_M = 700_000.0
_FALSE_NORTHING_M = 6_600_000.0
_ORIGIN_LATITUDE_RAD = math.radians(46.5)
_ORIGIN_LONGITUDE_RAD = math.radians(3.0)
_FIRST_PARALLEL_RAD = math.radians(44.0)
_SECOND_PARALLEL_RAD = math.radians(49.0)

_FLATTENING = 1 / _INVERSE_FLATTENING
_ECCENTRICITY = math.sqrt(2 * _FLATTENING - _FLATTENING**2)


def _m(latitude_rad: float) -> float:
    sine = math.sin(latitude_rad)
    return math.cos(latitude_rad) / math.sqrt(1 - (_ECCENTRICITY * sine) ** 2)


def _t(latitude_rad: float) -> float:
    skewed = _ECCENTRICITY * math.sin(latitude_rad)
    return math.tan(math.pi / 4 - latitude_rad / 2) / ((1 - skewed) / (1 + skewed)) ** (_ECCENTRICITY / 2)


_N = (math.log(_m(_FIRST_PARALLEL_RAD)) - math.log(_m(_SECOND_PARALLEL_RAD))) / (
    math.log(_t(_FIRST_PARALLEL_RAD)) - math.log(_t(_SECOND_PARALLEL_RAD))
)
_F = _m(_FIRST_PARALLEL_RAD) / (_N * _t(_FIRST_PARALLEL_RAD) ** _N)
_ORIGIN_RADIUS_M = _SEMI_MAJOR_AXIS_M * _F * _t(_ORIGIN_LATITUDE_RAD) ** _N


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
    x = easting_m - _FALSE_EASTING_M
    y = _ORIGIN_RADIUS_M - (northing_m - _FALSE_NORTHING_M)
    t = (math.hypot(x, y) / (_SEMI_MAJOR_AXIS_M * _F)) ** (1 / _N)
    latitude_rad = math.pi / 2 - 2 * math.atan(t)
    for _step in range(8):  # converges to 1e-12 rad in five steps
        skewed = _ECCENTRICITY * math.sin(latitude_rad)
        latitude_rad = math.pi / 2 - 2 * math.atan(t * ((1 - skewed) / (1 + skewed)) ** (_ECCENTRICITY / 2))
    longitude_rad = math.atan2(x, y) / _N + _ORIGIN_LONGITUDE_RAD
    return math.degrees(latitude_rad), math.degrees(longitude_rad)
