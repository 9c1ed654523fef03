"""The state of the background work, for those who look after the site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django_tasks_db.models import DBTaskResult

from maillage.kernel.jobs.models import Schedule
from maillage.kernel.jobs.worker import workers_alive


@dataclass(frozen=True)
class QueueState:
    """How many workers live, and how many tasks wait and run."""

    workers: int
    waiting: int
    running: int


def queue_state(*, now: datetime) -> QueueState:
    return QueueState(
        workers=workers_alive(now=now),
        waiting=DBTaskResult.objects.filter(status="READY").count(),
        running=DBTaskResult.objects.running().count(),
    )


def schedules() -> QuerySet[Schedule]:
    """The regular tasks, the next due first."""
    return Schedule.objects.order_by("next_due_at", "name")
