"""The ground under the pins: contours and names of the communes and territories that the site has loaded, in their country."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import F, Max, Min, Q, QuerySet

from maillage.apps.directory.models import Commune, Territory
from maillage.apps.directory.queries.country import Town, country_sketch
from maillage.cores.geo.boxes import Box
from maillage.cores.geo.contours import rings_of, simplify

COMMUNES_MAX = 600
"""The most peopled ones of the area shown: a country has 35,000."""
TOWNS_MAX = 400
TERRITORIES_MAX = 50
MARGIN_DEG = 0.1
TILE_PIXELS = 512
SCREEN_TILES = 16
"""Wider than any screen, and its margin."""
FINEST_ZOOM = 13

Drawing = dict[str, Any]
"""A GeoJSON MultiPolygon."""

NOWHERE: Drawing = {"type": "MultiPolygon", "coordinates": []}
_DRAWINGS_MAX = 4_000
_drawings: dict[tuple[str, str, int], Drawing] = {}
"""Contours already drawn to the pixel of a zoom, by kind, key and zoom. Contours change with a loading of communes, which restarts
nothing: an old drawing is a pixel off at worst."""


def ground_features(box: Box, zoom: int) -> dict[str, Any]:
    """A GeoJSON FeatureCollection: contours as polygons, names as points with `name` and `population`.

    Contours are drawn to the pixel of `zoom`, the larger ones first.
    """
    level = max(0, min(zoom, FINEST_ZOOM, _finest_zoom(box)))
    features = [*_departments(box, level), *_communes(box, level), *_towns(box)]
    territories = Territory.objects.filter(contour__isnull=False).order_by("pk")[:TERRITORIES_MAX]
    for territory in territories:
        key = str(territory.pk)
        features.append(_feature(_drawn("territory", key, level, territory.contour), kind="territory"))
    return {"type": "FeatureCollection", "features": features}


def _finest_zoom(box: Box) -> int:
    """The zoom at which the box would fill a screen of SCREEN_TILES: nobody sees finer lines of so large an area."""
    west, _south, east, _north = box
    width_deg = max(east - west, 1e-6) if east > west else 360
    return int(math.log2(360 * SCREEN_TILES / width_deg))


def ground_box() -> Box | None:
    """The area that the loaded communes cover, a little enlarged; None when there are none."""
    return _box_of(Commune.objects.all())


def _box_of(communes: QuerySet[Commune]) -> Box | None:
    ends = communes.aggregate(Min("longitude"), Min("latitude"), Max("longitude"), Max("latitude"))
    if ends["latitude__min"] is None or ends["longitude__min"] is None:
        return None
    west, south = ends["longitude__min"] - MARGIN_DEG, ends["latitude__min"] - MARGIN_DEG
    return west, south, ends["longitude__max"] + MARGIN_DEG, ends["latitude__max"] + MARGIN_DEG


def _departments(box: Box, level: int) -> Iterator[dict[str, Any]]:
    sketch = country_sketch()
    for code in sketch.departments_in(box):
        yield _feature(_drawn("department", code, level, sketch.contours[code]), kind="department")


def _towns(box: Box) -> Iterator[dict[str, Any]]:
    """The towns of the départements whose communes are not loaded; none where an invented territory stands."""
    sketch = country_sketch()
    loaded = set(Commune.objects.order_by().values_list("department_code", flat=True).distinct())
    invented = loaded - sketch.contours.keys()
    taken = _box_of(Commune.objects.filter(department_code__in=invented)) if invented else None
    for town in sketch.towns_in(box, count_max=TOWNS_MAX, known=loaded):
        if taken is None or not _holds(taken, town):
            yield _named(town.name, town.population, town.longitude, town.latitude)


def _holds(box: Box, town: Town) -> bool:
    west, south, east, north = box
    return west <= town.longitude <= east and south <= town.latitude <= north


def _communes(box: Box, level: int) -> Iterator[dict[str, Any]]:
    west, south, east, north = box
    inside = Commune.objects.filter(
        latitude__gte=south, latitude__lte=north, longitude__gte=west, longitude__lte=east
    )
    shown = inside.order_by(F("population").desc(nulls_last=True), "pk").defer("contour")
    communes = list(shown.annotate(has_contour=Q(contour__isnull=False))[:COMMUNES_MAX])
    drawn = _communes_drawn([commune.pk for commune in communes if commune.has_contour], level)
    for commune in communes:
        if commune.pk in drawn:
            yield _feature(drawn[commune.pk], kind="commune")
        yield _named(commune.name, commune.population or 0, commune.longitude, commune.latitude)


def _communes_drawn(codes: Iterable[str], level: int) -> Mapping[str, Drawing]:
    """By INSEE code; only the contours not drawn yet are read."""
    found = {code: _drawings.get(("commune", code, level)) for code in codes}
    missing = [code for code, drawing in found.items() if drawing is None]
    contours = Commune.objects.filter(pk__in=missing).order_by().values_list("pk", "contour")
    for code, contour in contours if missing else ():
        found[code] = _drawn("commune", code, level, contour)
    return {code: drawing for code, drawing in found.items() if drawing is not None}


def _drawn(kind: str, key: str, level: int, contour: Drawing | None) -> Drawing:
    known = _drawings.get((kind, key, level))
    if known is not None:
        return known
    tolerance = 360 / (TILE_PIXELS << level)
    lines = [simplify(ring, tolerance).round(5).tolist() for ring in rings_of(contour or NOWHERE)]
    drawing = {"type": "MultiPolygon", "coordinates": [[line] for line in lines if len(line) > 3]}
    if len(_drawings) >= _DRAWINGS_MAX:
        _drawings.clear()
    _drawings[kind, key, level] = drawing
    return drawing


def _named(name: str, population: int, longitude: float | None, latitude: float | None) -> dict[str, Any]:
    place = {"type": "Point", "coordinates": [longitude, latitude]}
    return _feature(place, name=name, population=population)


def _feature(geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}
