"""Keeps the points of the map in step with the fiches: a note of each change, and a snapshot on disk now and then."""

from __future__ import annotations

from datetime import datetime, timedelta

from maillage.apps.directory.models import MapChange
from maillage.apps.directory.queries import points
from maillage.kernel.events import ContentChanged

KEPT = timedelta(days=2)
IDS_PER_ROW = 2000
GROUND_KINDS = ("commune", "territory")


def note_map_change(event: ContentChanged) -> None:
    """Write down, in the transaction of the change itself, which initiatives the map must read again.

    Filters by commune and territory answer otherwise once these change: a note, even of no fiche, makes every process ask again.
    The time is the clock's, not the event's: imports and demonstrations give events the dates of their stories.
    """
    if event.kind not in (*GROUND_KINDS, "initiative") or not event.ids:
        return
    now = points.clock()
    if event.kind in GROUND_KINDS:
        MapChange.objects.create(ids=[], at=now)
        return
    MapChange.objects.bulk_create(
        MapChange(ids=list(event.ids[start : start + IDS_PER_ROW]), at=now)
        for start in range(0, len(event.ids), IDS_PER_ROW)
    )


def refresh_map_snapshot(*, now: datetime) -> None:
    """Write the points as they are now for the processes to come, and drop the notes that no process can need."""
    points.save_snapshot(points.current_points())
    MapChange.objects.filter(at__lt=now - KEPT).delete()
