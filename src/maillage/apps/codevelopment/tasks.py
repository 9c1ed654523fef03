from __future__ import annotations

from django.utils import timezone

from maillage.apps.codevelopment.actions import sessions
from maillage.kernel.jobs.queue import periodic


@periodic(name="codevelopment.remind", every_minutes=60)
def remind() -> None:
    """Who has a session within two days."""
    sessions.remind(now=timezone.now())
