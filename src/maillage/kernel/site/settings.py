"""Reads of the site's settings."""

from __future__ import annotations

from maillage.kernel.http.once import once
from maillage.kernel.rooms.manifest import RoomManifest, all_manifests
from maillage.kernel.site.models import SiteSettings


def get_site() -> SiteSettings:
    """The site's settings; an unsaved row of defaults before the first save."""
    return once("site settings", lambda: SiteSettings.objects.filter(pk=1).first() or SiteSettings())


def open_rooms() -> tuple[RoomManifest, ...]:
    """The manifests of the rooms that are on."""
    closed = set(get_site().rooms_off)
    return tuple(room for room in all_manifests() if not (room.optional and room.name in closed))
