"""Periodic jobs, each enqueued once per period however many workers look at the clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from maillage.kernel.jobs.models import Schedule
from maillage.kernel.jobs.registry import Period, all_periods
from maillage.kernel.jobs.running import put


def enqueue_due(*, now: datetime) -> list[str]:
    """Enqueue the periodic jobs that are due; the names of those that this call enqueued.

    A period missed while nobody worked is made up for once, not as often as it was missed.
    """
    periods = {period.job.name: period for period in all_periods()}
    known = dict(Schedule.objects.filter(name__in=periods).values_list("name", "next_due_at"))
    for name in periods.keys() - known.keys():
        Schedule.objects.get_or_create(name=name, defaults={"next_due_at": now})
        known[name] = now
    due = [name for name, next_due_at in sorted(known.items()) if next_due_at <= now]
    return [name for name in due if _take(periods[name], now)]


def _take(period: Period, now: datetime) -> bool:
    """Move the due date forward; only the worker whose UPDATE finds the old date enqueues."""
    with transaction.atomic():
        taken = Schedule.objects.filter(name=period.job.name, next_due_at__lte=now).update(
            next_due_at=now + timedelta(minutes=period.every_minutes), last_enqueued_at=now
        )
        if taken:
            put(period.job, {}, tries=0)
    return bool(taken)
