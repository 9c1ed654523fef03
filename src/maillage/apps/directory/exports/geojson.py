"""Initiatives, and any features, as GeoJSON (RFC 7946)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from maillage.apps.directory.exports.contours import area_geometry
from maillage.apps.directory.exports.records import plain_value, points_of, record_of
from maillage.apps.directory.models import Initiative
from maillage.apps.directory.queries.themes import ThemeTree


def geojson_lines(initiatives: Iterable[Initiative], tree: ThemeTree) -> Iterator[str]:
    """A FeatureCollection, one feature a fiche, piece by piece."""
    return collection_lines(feature_of(initiative, tree) for initiative in initiatives)


def collection_lines(features: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield '{"type": "FeatureCollection", "features": ['
    separator = "\n"
    for feature in features:
        yield separator + json.dumps(feature, ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def feature_of(initiative: Initiative, tree: ThemeTree) -> dict[str, Any]:
    """A Point, a MultiPoint when there are several places, the polygons of its area, or both in a collection."""
    record = {name: plain_value(value) for name, value in record_of(initiative, tree).items()}
    kept = {name: value for name, value in record.items() if value not in ("", None, [])}
    for name in ("latitude", "longitude", "id"):
        kept.pop(name, None)
    return {
        "type": "Feature",
        "id": initiative.pk,
        "geometry": _together(geometry_of(points_of(initiative)), area_geometry(initiative)),
        "properties": kept,
    }


def _together(places: dict[str, Any] | None, area: dict[str, Any] | None) -> dict[str, Any] | None:
    if places and area:
        return {"type": "GeometryCollection", "geometries": [places, area]}
    return places or area


def geometry_of(points: list[tuple[float, float]]) -> dict[str, Any] | None:
    if not points:
        return None
    if len(points) == 1:
        return {"type": "Point", "coordinates": list(points[0])}
    return {"type": "MultiPoint", "coordinates": [list(point) for point in points]}
