from __future__ import annotations

from django.contrib.sessions.models import Session
from django.utils import timezone

from maillage.kernel.jobs.queue import periodic


@periodic(name="accounts.clear_sessions", every_minutes=24 * 60)
def clear_sessions() -> None:
    """Sessions that are over hold what their person was doing: they go every night."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
