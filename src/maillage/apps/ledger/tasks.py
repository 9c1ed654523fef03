from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy

from maillage.apps.ledger.actions import answers, circulation
from maillage.kernel.jobs.queue import periodic


@periodic(
    name="ledger.end_what_waits", says=gettext_lazy("End exchanges whose time is over"), every_minutes=60
)
def end_what_waits() -> None:
    """Silence accepts where the payer chose so; what is out of date is given up, and its reservation freed."""
    now = timezone.now()
    answers.accept_by_silence(now=now)
    answers.expire_due(now=now)


@periodic(
    name="ledger.each_month",
    says=gettext_lazy("Do what is due each month on accounts in units"),
    every_minutes=24 * 60,
)
def each_month() -> None:
    """Looked at every day, done once a month: demurrage where a circle chose it, reminders of passed soft limits."""
    now = timezone.now()
    circulation.collect_demurrage(now=now)
    circulation.remind_of_soft_limits(now=now)
