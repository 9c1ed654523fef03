from __future__ import annotations

from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext_lazy

from maillage.kernel.jobs.queue import periodic


@periodic(name="accounts.clear_sessions", says=gettext_lazy("Forget ended sessions"), every_minutes=24 * 60)
def clear_sessions() -> None:
    """Sessions that are over hold what their person was doing: they go every night."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
