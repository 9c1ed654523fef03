"""The contour of the area of a fiche, as GeoJSON and as KML."""

from __future__ import annotations

from typing import Any

from maillage.apps.directory.models import Initiative


def area_geometry(initiative: Initiative) -> dict[str, Any] | None:
    """The polygons of its area: those drawn or loaded, else those of its communes; None when there are none."""
    area = initiative.area
    if area is None:
        return None
    contours = [area.contour] if area.contour else [commune.contour for commune in area.communes.all()]
    polygons = [polygon for contour in contours if contour for polygon in polygons_of(contour)]
    if not polygons:
        return None
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def polygons_of(contour: dict[str, Any]) -> list[Any]:
    """The polygons of a GeoJSON geometry, each a list of rings, the outer one first."""
    if contour.get("type") == "Polygon":
        return [contour["coordinates"]]
    if contour.get("type") == "MultiPolygon":
        return list(contour["coordinates"])
    return [polygon for inner in contour.get("geometries") or () for polygon in polygons_of(inner)]


def kml_polygons(geometry: dict[str, Any] | None) -> list[str]:
    return [_kml_polygon(polygon) for polygon in polygons_of(geometry)] if geometry else []


def _kml_polygon(rings: list[Any]) -> str:
    drawn = [
        "<LinearRing><coordinates>"
        + " ".join(f"{position[0]!r},{position[1]!r}" for position in ring)
        + "</coordinates></LinearRing>"
        for ring in rings
    ]
    inner = "".join(f"<innerBoundaryIs>{ring}</innerBoundaryIs>" for ring in drawn[1:])
    return f"<Polygon><outerBoundaryIs>{drawn[0]}</outerBoundaryIs>{inner}</Polygon>"
