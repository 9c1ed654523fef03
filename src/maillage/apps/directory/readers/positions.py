"""Where a row says that it is: degrees, decimal commas, pairs in one cell, WKT, GeoJSON, Lambert-93."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from maillage.cores.geo.lambert93 import from_lambert93, looks_like_lambert93

GEOMETRY_DEPTH_MAX = 6
GEOMETRY_POINTS_MAX = 200_000

_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d{1,3})?")
_DMS = re.compile(
    r"""^\s*([-+]?\d{1,3}(?:[.,]\d+)?)\s*°\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*['’′]?\s*)?(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:["”″]|''))?\s*([NSEWO]?)\s*$""",
    re.IGNORECASE,
)
_SIDE_LAST = re.compile(r"^(\d{1,3}[.,]\d+)\s*([NSEWO])$", re.IGNORECASE)
_SIDE_FIRST = re.compile(r"^([NSEWO])\s*(\d.*)$", re.IGNORECASE)
_WKT = re.compile(
    r"^\s*(?:SRID=\d+;)?\s*(?:GEOMETRYCOLLECTION|(?:MULTI)?(?:POINT|LINESTRING|POLYGON))\s*Z?M?\s*(?:\(|EMPTY\s*$)",
    re.IGNORECASE,
)
_WKT_POINT = re.compile(r"\bPOINT\s*Z?M?\s*\(([^()]*)\)", re.IGNORECASE)

_FRENCH_BOXES = (
    (41.0, 51.6, -5.6, 9.8),  # métropole
    (15.7, 18.2, -63.3, -60.7),  # Guadeloupe, Saint-Martin, Saint-Barthélemy
    (14.3, 15.0, -61.4, -60.7),  # Martinique
    (2.0, 6.0, -54.8, -51.4),  # Guyane
    (-21.6, -20.7, 55.0, 56.0),  # La Réunion
    (-13.2, -12.4, 44.9, 45.5),  # Mayotte
    (46.6, 47.3, -56.6, -56.0),  # Saint-Pierre-et-Miquelon
    (-23.0, -18.0, 162.0, 169.0),  # Nouvelle-Calédonie
    (-28.0, -7.0, -155.0, -134.0),  # Polynésie française
    (-14.5, -13.0, -178.5, -176.0),  # Wallis-et-Futuna
)
"""South, north, west, east. The other way round, those overseas lie in open sea: nothing is there that they could be taken for."""


class BadPositionError(Exception):
    """A position that cannot be right. `field` names the faulty one; `sentence` is already translated.

    `exchanged` is the position the other way round, when latitude and longitude seem to have changed places.
    """

    def __init__(self, field: str, sentence: str, exchanged: Position | None = None) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence
        self.exchanged = exchanged


@dataclass(frozen=True)
class Position:
    """Degrees; `warning` says what was done to get there."""

    latitude: float
    longitude: float
    warning: str = ""


def parse_number(text: str) -> float | None:
    """A number with decimal point or comma, or degrees, minutes and seconds; None when it is neither.

    Not-a-number and the infinities are numbers to Python and to nobody else: they give None.
    """
    cleaned = text.strip().replace("\u00a0", "").replace("\u202f", "").replace("−", "-")
    if not cleaned:
        return None
    try:
        value = float(cleaned.replace(" ", "").replace(",", ".") if cleaned.count(",") <= 1 else cleaned)
    except ValueError:
        return _from_degrees(cleaned)
    return value if math.isfinite(value) else None


def _from_degrees(text: str) -> float | None:
    if side_first := _SIDE_FIRST.match(text):
        text = text[1:] + text[0] if "°" in text else f"{side_first[2].strip()}°{side_first[1]}"
    elif side_last := _SIDE_LAST.match(text):
        text = f"{side_last[1]}°{side_last[2]}"
    match = _DMS.match(text)
    if match is None:
        return None
    degrees, minutes, seconds, side = match.groups()
    size = abs(float(degrees.replace(",", "."))) + float((minutes or "0").replace(",", ".")) / 60
    size += float((seconds or "0").replace(",", ".")) / 3600
    negative = degrees.startswith("-") or side.upper() in ("S", "W", "O")
    return -size if negative else size


def position_of_degrees(latitude: str, longitude: str) -> Position | None:
    """The position of two cells; None when both are empty, or both nought, which means unknown everywhere.

    Raises BadPositionError naming the cell, and saying so when the two seem to be exchanged.
    """
    if not latitude.strip() and not longitude.strip():
        return None
    numbers = []
    for field, text in (("latitude", latitude), ("longitude", longitude)):
        if not text.strip():
            raise BadPositionError(field, _("There is no %(field)s.") % {"field": _name(field)})
        number = parse_number(text)
        if number is None:
            raise BadPositionError(
                field,
                _("“%(value)s” is not a %(field)s.") % {"value": text.strip()[:40], "field": _name(field)},
            )
        numbers.append(number)
    return checked_position(*numbers)


def checked_position(latitude: float, longitude: float) -> Position | None:
    """The two numbers as a position; metres of Lambert-93 are recognised. Raises BadPositionError."""
    if latitude == 0 and longitude == 0:
        return None
    for easting, northing in ((longitude, latitude), (latitude, longitude)):
        if looks_like_lambert93(easting, northing):
            return position_of_lambert93(easting, northing)
    if not -90 <= latitude <= 90 or not -180 <= longitude <= 180:
        _refuse(latitude, longitude)
    if not in_france(latitude, longitude) and in_france(longitude, latitude):
        raise BadPositionError(
            "latitude",
            _(
                "Latitude %(latitude)s and longitude %(longitude)s seem to be exchanged: the other way round, it is in France."
            )
            % {"latitude": _short(latitude), "longitude": _short(longitude)},
            _exchanged(latitude, longitude),
        )
    return Position(latitude, longitude)


def _refuse(latitude: float, longitude: float) -> None:
    if -90 <= longitude <= 90 and -180 <= latitude <= 180:
        raise BadPositionError(
            "latitude",
            _(
                "Latitude %(latitude)s is out of range (−90 to 90): latitude and longitude seem to be exchanged."
            )
            % {"latitude": _short(latitude)},
            _exchanged(latitude, longitude),
        )
    field, value, limit = ("latitude", latitude, 90) if abs(latitude) > 90 else ("longitude", longitude, 180)
    raise BadPositionError(
        field,
        _("The %(field)s %(value)s is out of range (−%(limit)d to %(limit)d).")
        % {"field": _name(field), "value": _short(value), "limit": limit},
    )


def _exchanged(latitude: float, longitude: float) -> Position:
    """The position that a file meant whose two numbers changed places."""
    return Position(
        longitude, latitude, _("Latitude and longitude were exchanged in the file: read the other way round.")
    )


def position_of_lambert93(easting_m: float, northing_m: float) -> Position:
    """Raises BadPositionError when the metres are not those of metropolitan France."""
    if looks_like_lambert93(northing_m, easting_m):
        easting_m, northing_m = northing_m, easting_m
    if not looks_like_lambert93(easting_m, northing_m):
        raise BadPositionError(
            "easting",
            _("X %(x)s and Y %(y)s are not Lambert-93 coordinates.")
            % {"x": _short(easting_m), "y": _short(northing_m)},
        )
    latitude, longitude = from_lambert93(easting_m, northing_m)
    return Position(round(latitude, 7), round(longitude, 7))


def position_of_text(text: str) -> Position | None:
    """The position of one cell: `46.2, 1.87`, WKT, or a GeoJSON geometry. None when the cell is not a position at all."""
    stripped = text.strip()
    if not stripped:
        return None
    if stripped.startswith("{"):
        try:
            return position_of_geometry(json.loads(stripped))
        except (ValueError, RecursionError):
            return None
    if match := _WKT.match(stripped):
        return _from_wkt(stripped[match.end() :])
    if linked := _IN_LINK.search(stripped):
        return position_of_degrees(linked[1], linked[2])
    if sided := _SIDED.match(stripped):
        return position_of_degrees(f"{sided[1]}°{sided[2]}", f"{sided[3]}°{sided[4]}")
    if named := _NAMED.match(stripped):
        first, second = (named[2], named[4]) if named[1].lower() == "lat" else (named[4], named[2])
        return position_of_degrees(first, second)
    if "°" in stripped:
        before = _SIDES_BEFORE.match(stripped)
        halves = before.groups() if before else re.split(r"(?<=[NSns])[\s,;]+", stripped, maxsplit=1)
        return position_of_degrees(*halves) if len(halves) == 2 else None
    plain = stripped.strip("[]()")
    marked = re.search(r"[;/|]", plain)
    parts = re.split(r"\s*[;/|]\s*", plain) if marked else _cut_pair(plain)
    if len(parts) not in ((2, 3) if marked else (2, 3, 4)) or any(
        parse_number(part) is None for part in parts
    ):
        return None
    if not any(mark in part for part in parts[:2] for mark in ".,"):
        return None  # two or three whole numbers are a date or a quantity: "12/06/2022"
    return position_of_degrees(parts[0], parts[1])


_IN_LINK = re.compile(
    r"(?:/@|\bgeo:|[?&](?:q|ll|query|center|daddr)=|\bmlat=|#(?:map=)?\d{1,2}(?:\.\d+)?/|!3d)(-?\d{1,3}\.\d+)(?:,|%2C|&mlon=|/|!4d)(-?\d{1,3}\.\d+)",
    re.IGNORECASE,
)
"""Where the addresses of maps, Google's and OpenStreetMap's, say what they show."""
_SIDED = re.compile(
    r"^(\d{1,3}[.,]\d+)\s*°?\s*([NS]?)\s*[,;/ ]\s*(\d{1,3}[.,]\d+)\s*°?\s*([EWO]?)$", re.IGNORECASE
)

_NAMED = re.compile(
    r"^\(?\s*(lat(?=.*?\blo?ng?)|lo?ng?(?=.*?\blat))\w*\s*[:=]\s*([-+]?\d{1,3}(?:[.,]\d+)?)\s*[,;/]?\s*(lat|lo?ng?)\w*\s*[:=]\s*([-+]?\d{1,3}(?:[.,]\d+)?)\s*\)?$",
    re.IGNORECASE,
)
"""`lat: 46.1, lon: 1.8`, in either order."""


def says_no_place(text: str) -> bool:
    """Whether a cell that gives no position means just that: an empty shape, or noughts."""
    shape = _WKT.match(text)
    said = text[shape.end() :] if shape else text
    if not text.startswith("{") and any(map(str.isalpha, said)):
        return False
    return not any(digit in said for digit in "123456789")


def may_be_address(text: str) -> bool:
    """Whether a cell that gives no position is words about a place, rather than a position that is not understood."""
    return any(map(str.isalpha, text)) and "{" not in text and "://" not in text and not _WKT.match(text)


def _cut_pair(text: str) -> list[str]:
    """`46.2,1.87`, `46,2 1,87`, `46,2, 1,87` and `46,215,1,874` each cut in two; what KoboToolbox writes, with height and precision, in four."""
    if commas := _ONLY_COMMAS.match(text):
        return list(commas.groups())
    if ", " in text:
        return re.split(r",\s+", text)
    if " " in text.strip():
        return text.split()
    return text.split(",")


_ONLY_COMMAS = re.compile(r"^([-+]?\d{1,2},\d{3,}),([-+]?\d{1,3},\d{3,})$")
_SIDES_BEFORE = re.compile(r"^([NS]\s*\d[^EWO]*?)[\s,;/]+([EWO]\s*\d.*)$", re.IGNORECASE)


def _from_wkt(body: str) -> Position | None:
    """The middle of what is drawn; of a collection that holds points, that of its points."""
    body = ",".join(_WKT_POINT.findall(body)) or body
    numbers: list[tuple[float, float]] = []
    for pair in re.split(r"[(),]+", body):
        found = _NUMBER.findall(pair)
        if len(found) >= 2:
            numbers.append((float(found[0]), float(found[1])))
        if len(numbers) >= GEOMETRY_POINTS_MAX:
            break
    return _middle(numbers) if numbers else None


_POINTS = ("Point", "MultiPoint")


def position_of_geometry(geometry: object) -> Position | None:
    """The point of a GeoJSON geometry, or the middle of its extent. None when it has no coordinates.

    In a collection that holds points and contours, the points say where it is, the contours how far it goes.
    """
    if isinstance(geometry, dict) and isinstance(geometry.get("geometries"), list):
        alone = [
            part for part in geometry["geometries"] if isinstance(part, dict) and part.get("type") in _POINTS
        ]
        geometry = {"geometries": alone} if alone else geometry
    points = [(x, y) for x, y in _points(geometry, GEOMETRY_DEPTH_MAX)]
    return _middle(points) if points else None


def _points(geometry: object, depth: int) -> Iterator[tuple[float, float]]:
    if depth < 0:
        return
    if isinstance(geometry, dict):
        inner = geometry.get("coordinates")
        if inner is None:
            inner = geometry.get("geometries") or geometry.get("geometry")
        yield from _points(inner, depth - 1)
    elif isinstance(geometry, list):
        if len(geometry) >= 2 and all(not isinstance(part, (list, dict)) for part in geometry[:2]):
            x, y = (parse_number(str(part)) for part in geometry[:2])
            if x is None or y is None:
                raise BadPositionError(
                    "geometry",
                    _("“%(value)s” is not a position.") % {"value": str(geometry[:2])[:60]},
                )
            yield x, y
        else:
            for part in geometry[:GEOMETRY_POINTS_MAX]:
                yield from _points(part, depth - 1)


def _middle(points: Iterable[tuple[float, float]]) -> Position | None:
    """The middle of the extent of (x, y) points: the point itself when there is one."""
    xs, ys = zip(*points, strict=True)
    return checked_position(round((min(ys) + max(ys)) / 2, 7), round((min(xs) + max(xs)) / 2, 7))


def in_france(latitude: float, longitude: float) -> bool:
    """Whether the point is about in France, overseas included (boxes, not contours)."""
    return any(_in_box(latitude, longitude, box) for box in _FRENCH_BOXES)


def _in_box(latitude: float, longitude: float, box: tuple[float, float, float, float]) -> bool:
    south, north, west, east = box
    return south <= latitude <= north and west <= longitude <= east


def _short(value: float) -> str:
    """Six digits at most, as the reader's language writes numbers."""
    return number_format(Decimal(f"{value:.6g}"))


def _name(field: str) -> str:
    return _("latitude") if field == "latitude" else _("longitude")
