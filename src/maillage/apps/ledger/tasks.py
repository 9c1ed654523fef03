from __future__ import annotations

from django.utils import timezone

from maillage.apps.ledger.actions import answers, circulation
from maillage.kernel.jobs.queue import periodic


@periodic(name="ledger.end_what_waits", every_minutes=60)
def end_what_waits() -> None:
    """Silence accepts where the payer chose so; what is out of date is given up, and its reservation freed."""
    now = timezone.now()
    answers.accept_by_silence(now=now)
    answers.expire_due(now=now)


@periodic(name="ledger.each_month", every_minutes=24 * 60)
def each_month() -> None:
    """Looked at every day, done once a month: demurrage where a circle chose it, reminders of passed soft limits."""
    now = timezone.now()
    circulation.collect_demurrage(now=now)
    circulation.remind_of_soft_limits(now=now)
