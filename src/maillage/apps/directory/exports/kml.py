"""Initiatives, and any placemarks, as KML 2.2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from maillage.apps.directory.exports.contours import area_geometry, kml_polygons
from maillage.apps.directory.exports.records import points_of, record_of
from maillage.apps.directory.models import Initiative
from maillage.apps.directory.queries.themes import ThemeTree
from maillage.cores.text import clean


def kml_lines(initiatives: Iterable[Initiative], tree: ThemeTree, title: str) -> Iterator[str]:
    """A document, one Placemark a fiche, piece by piece."""
    return document_lines((placemark(initiative, tree) for initiative in initiatives), title)


def document_lines(placemarks: Iterable[str], title: str) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
    yield f"<name>{_text(title)}</name>\n"
    yield from placemarks
    yield "</Document></kml>\n"


def placemark(initiative: Initiative, tree: ThemeTree) -> str:
    return placemark_of(
        identifier=f"fiche-{initiative.pk}",
        title=initiative.title,
        description=initiative.activities or initiative.summary,
        record={
            name: value
            for name, value in record_of(initiative, tree).items()
            if name not in ("latitude", "longitude", "title", "activities")
        },
        points=points_of(initiative),
        polygons=kml_polygons(area_geometry(initiative)),
    )


def placemark_of(
    *,
    identifier: str,
    title: str,
    description: str,
    record: Mapping[str, Any],
    points: list[tuple[float, float]],
    polygons: Sequence[str] = (),
) -> str:
    """One Placemark: `record` as ExtendedData without what is empty, `points` as (longitude, latitude)."""
    data = []
    for name, value in record.items():
        if value in ("", None, []):
            continue
        said = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        data.append(f"<Data name={quoteattr(name)}><value>{_text(said)}</value></Data>")
    drawn = [
        f"<Point><coordinates>{longitude!r},{latitude!r}</coordinates></Point>"
        for longitude, latitude in points
    ]
    drawn += polygons
    geometry = (
        drawn[0] if len(drawn) == 1 else f"<MultiGeometry>{''.join(drawn)}</MultiGeometry>" if drawn else ""
    )
    return (
        f'<Placemark id="{identifier}"><name>{_text(title)}</name>'
        f"<description>{_text(description)}</description>"
        f"<ExtendedData>{''.join(data)}</ExtendedData>{geometry}</Placemark>\n"
    )


def _text(said: str) -> str:
    return escape(clean(said))
