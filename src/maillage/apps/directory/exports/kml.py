"""Initiatives as KML 2.2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from maillage.apps.directory.exports.records import points_of, record_of
from maillage.apps.directory.models import Initiative
from maillage.apps.directory.queries.themes import ThemeTree
from maillage.cores.text import clean


def kml_lines(initiatives: Iterable[Initiative], tree: ThemeTree, title: str) -> Iterator[str]:
    """A document, one Placemark a fiche, piece by piece."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
    yield f"<name>{_text(title)}</name>\n"
    for initiative in initiatives:
        yield placemark(initiative, tree)
    yield "</Document></kml>\n"


def placemark(initiative: Initiative, tree: ThemeTree) -> str:
    data = []
    for name, value in record_of(initiative, tree).items():
        if name in ("latitude", "longitude", "title", "activities") or value in ("", None, []):
            continue
        said = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        data.append(f"<Data name={quoteattr(name)}><value>{_text(said)}</value></Data>")
    points = [
        f"<Point><coordinates>{longitude!r},{latitude!r}</coordinates></Point>"
        for longitude, latitude in points_of(initiative)
    ]
    geometry = (
        points[0]
        if len(points) == 1
        else f"<MultiGeometry>{''.join(points)}</MultiGeometry>"
        if points
        else ""
    )
    return (
        f'<Placemark id="fiche-{initiative.pk}"><name>{_text(initiative.title)}</name>'
        f"<description>{_text(initiative.activities or initiative.summary)}</description>"
        f"<ExtendedData>{''.join(data)}</ExtendedData>{geometry}</Placemark>\n"
    )


def _text(said: str) -> str:
    return escape(clean(said))
