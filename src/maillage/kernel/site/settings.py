"""Reads of the site's settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from maillage.kernel.rooms.manifest import RoomManifest, all_manifests
from maillage.kernel.site.models import SiteSettings

_read: ContextVar[list[SiteSettings] | None] = ContextVar("site_settings_read", default=None)


@contextmanager
def settings_read_once() -> Iterator[None]:
    """Inside, `get_site` reads at its first call only."""
    before = _read.set([])
    try:
        yield
    finally:
        _read.reset(before)


def get_site() -> SiteSettings:
    """The site's settings; an unsaved row of defaults before the first save."""
    read = _read.get()
    if read:
        return read[0]
    site = SiteSettings.objects.filter(pk=1).first() or SiteSettings()
    if read is not None:
        read.append(site)
    return site


def open_rooms() -> tuple[RoomManifest, ...]:
    """The manifests of the rooms that are on."""
    closed = set(get_site().rooms_off)
    return tuple(room for room in all_manifests() if not (room.optional and room.name in closed))
