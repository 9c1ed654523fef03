"""What lies under the pins of every map, as the host chose it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse

from maillage.kernel.site.settings import get_site
from maillage.kernel.ui.components.marker import readable_on

GROUND_SOURCES = "geo.api.gouv.fr · Natural Earth · GeoNames"
"""Where the contours and the names of the plain style come from; two of the three licences ask that it be said."""


def map_settings() -> dict[str, str]:
    """What every map of the house is told: its style, or the ground of the plain one."""
    style = str(getattr(settings, "MAP_STYLE_URL", ""))
    said = str(getattr(settings, "MAP_ATTRIBUTION", ""))
    if style:
        return {"style_url": style, "ground": "", "attribution": said}
    return {
        "style_url": "",
        "ground": reverse("directory:ground"),
        "attribution": " · ".join(filter(None, (said, GROUND_SOURCES))),
    }


@dataclass(frozen=True)
class Mark:
    """A kind of pin: its number in the tiles, its colour and its drawing."""

    id: int
    color: str
    icon: str


def explore_settings(
    *, layer: str, one: str, tiles: str, here: str, list_url: str, marks: Iterable[Mark]
) -> dict[str, str]:
    """What the large map beside a list is told: where its tiles and its list are, and how its pins are drawn.

    `layer` is the tiles' layer; `one` the parameter by which `here` is asked for a single pin.
    """
    drawn = [{**vars(mark), "ink": readable_on(mark.color)} for mark in marks]
    return {
        **map_settings(),
        "layer": layer,
        "one": one,
        "tiles": tiles,
        "here": here,
        "list": list_url,
        "icons": static("build/icons.svg"),
        "themes": json.dumps(drawn, ensure_ascii=False),
        "centre": _site_view(),
    }


def map_frame() -> dict[str, str]:
    """The same for small maps, with where they open and where addresses are looked for."""
    return {**map_settings(), "view": _site_view(), "addresses": reverse("directory:addresses")}


def _site_view() -> str:
    site = get_site()
    placed = site.latitude is not None and site.longitude is not None
    return f"{site.latitude},{site.longitude},{site.zoom}" if placed else ""
