"""Contours of areas out of GeoJSON, and in words why one cannot be used."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from maillage.apps.directory.readers.positions import BadPositionError, position_of_geometry
from maillage.cores.geo.contours import BadContourError, read_contour

CONTOUR_FAULTS = {
    "not_geojson": _("This is not GeoJSON, or a part of it is of no known type."),
    "no_polygon": _("There is no polygon in this GeoJSON: a contour is a closed line around an area."),
    "too_many_positions": _("This contour has too many points (%(value)s). Simplify it, then try again."),
    "bad_position": _("Ring %(ring)s: “%(value)s” is not a pair of numbers, longitude then latitude."),
    "out_of_range": _("Ring %(ring)s: %(value)s is not on Earth. Longitudes go from -180 to 180, latitudes from -90 to 90."),
    "swapped": _("Ring %(ring)s: latitude and longitude seem to be swapped. GeoJSON writes longitude first."),
    "projected": _("Ring %(ring)s: %(value)s looks like metres (Lambert-93?). Export it again in degrees (WGS 84)."),
    "short_ring": _("Ring %(ring)s has %(value)s points; a contour needs four, the last like the first."),
    "open_ring": _("Ring %(ring)s is not closed: its last point must be its first."),
    "flat_ring": _("Ring %(ring)s encloses nothing: its points stand on one line."),
    "too_large": _("Ring %(ring)s goes around half of the Earth: is it the right contour?"),
}  # fmt: skip


class UnusableContourError(Exception):
    """A contour that cannot be right. `sentence` is already translated."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def contour_of(geometry: object) -> dict[str, Any] | None:
    """The polygons that a geometry holds; None when there is none among its shapes. Raises UnusableContourError.

    The middle of a contour has to be a right position, so that overseas too latitudes taken for longitudes are seen.
    """
    if not geometry:
        return None
    try:
        contour = read_contour(geometry)
        position_of_geometry(contour)
    except BadContourError as fault:
        if fault.code == "no_polygon":
            return None
        said = {"ring": fault.ring, "value": fault.value}
        raise UnusableContourError(str(CONTOUR_FAULTS[fault.code]) % said) from fault
    except BadPositionError as fault:
        raise UnusableContourError(fault.sentence) from fault
    return contour
