from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy

from maillage.apps.directory.actions import maps
from maillage.kernel.jobs.queue import periodic


@periodic(
    name="directory.refresh_map_snapshot",
    says=gettext_lazy("Refresh the map’s snapshot"),
    every_minutes=24 * 60,
)
def refresh_map_snapshot() -> None:
    """The points go on disk for the processes to come, and the notes that no process can need go."""
    maps.refresh_map_snapshot(now=timezone.now())
