"""What lies under the pins of every map, as the host chose it."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from maillage.kernel.site.settings import get_site


def map_settings() -> dict[str, str]:
    """What every map of the house is told: its style, or the ground of the plain one."""
    style = str(getattr(settings, "MAP_STYLE_URL", ""))
    return {
        "style_url": style,
        "ground": "" if style else reverse("directory:ground"),
        "attribution": str(getattr(settings, "MAP_ATTRIBUTION", "")),
    }


def map_frame() -> dict[str, str]:
    """The same for small maps, with where they open and where addresses are looked for."""
    site = get_site()
    placed = site.latitude is not None and site.longitude is not None
    return {
        **map_settings(),
        "view": f"{site.latitude},{site.longitude},{site.zoom}" if placed else "",
        "addresses": reverse("directory:addresses"),
    }
