"""The ground under the pins: contours and names of the communes and territories that the site has loaded."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db.models import F

from maillage.apps.directory.models import Commune, Territory
from maillage.cores.geo.boxes import Box
from maillage.cores.geo.contours import rings_of, simplify

COMMUNES_MAX = 600
"""The most peopled ones of the area shown: a country has 35,000."""
TILE_PIXELS = 512
FINEST_ZOOM = 13


def ground_features(box: Box, zoom: int) -> dict[str, Any]:
    """A GeoJSON FeatureCollection: contours as polygons, names as points with `name` and `population`.

    Contours are drawn to the pixel of `zoom`.
    """
    west, south, east, north = box
    inside = Commune.objects.filter(
        latitude__gte=south, latitude__lte=north, longitude__gte=west, longitude__lte=east
    )
    shown = inside.order_by(F("population").desc(nulls_last=True), "pk")
    level = min(max(zoom, 0), FINEST_ZOOM)
    features = []
    for commune in shown[:COMMUNES_MAX]:
        if commune.contour:
            features.append(_feature(_drawn("commune", commune.pk, level), kind="commune"))
        features.append(
            _feature(
                {"type": "Point", "coordinates": [commune.longitude, commune.latitude]},
                name=commune.name,
                population=commune.population or 0,
            )
        )
    for territory in Territory.objects.filter(contour__isnull=False).order_by("pk")[:50]:
        features.append(_feature(_drawn("territory", str(territory.pk), level), kind="territory"))
    return {"type": "FeatureCollection", "features": features}


def ground_box() -> Box | None:
    """The area that the loaded communes cover, a little enlarged; None when there are none."""
    rows = list(
        Commune.objects.filter(latitude__isnull=False).order_by("pk").values_list("latitude", "longitude")
    )
    if not rows:
        return None
    latitudes, longitudes = zip(*rows, strict=True)
    return min(longitudes) - 0.1, min(latitudes) - 0.1, max(longitudes) + 0.1, max(latitudes) + 0.1


def _feature(geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


@lru_cache(maxsize=4_000)
def _drawn(kind: str, key: str, zoom: int) -> dict[str, Any]:
    """A contour to the pixel of a zoom. Contours change with a loading of communes, which restarts nothing:
    an old drawing is a pixel off at worst."""
    model = Commune if kind == "commune" else Territory
    contour = model.objects.filter(pk=key).values_list("contour", flat=True).first()
    if contour is None:
        return {"type": "MultiPolygon", "coordinates": []}
    tolerance = 360 / (TILE_PIXELS << zoom)
    lines = [simplify(ring, tolerance).round(5).tolist() for ring in rings_of(contour)]
    return {"type": "MultiPolygon", "coordinates": [[line] for line in lines if len(line) > 3]}
