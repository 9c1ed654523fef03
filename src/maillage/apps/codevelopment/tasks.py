from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy

from maillage.apps.codevelopment.actions import sessions
from maillage.kernel.jobs.queue import periodic


@periodic(
    name="codevelopment.remind", says=gettext_lazy("Remind of co-development meetings"), every_minutes=60
)
def remind() -> None:
    """Who has a session within two days."""
    sessions.remind(now=timezone.now())
