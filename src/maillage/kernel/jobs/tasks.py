"""The queue's own housekeeping."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django_tasks_db.models import DBTaskResult

from maillage.kernel.jobs.models import JobProgress, WorkerBeat
from maillage.kernel.jobs.queue import periodic

KEPT_DAYS = 14


@periodic(name="jobs.clean", says=gettext_lazy("Put away finished tasks"), every_minutes=24 * 60)
def forget_finished_jobs() -> None:
    """Drop what finished long ago: results, progress, workers that left."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    with transaction.atomic():
        DBTaskResult.objects.finished().filter(finished_at__lt=before).delete()
        JobProgress.objects.filter(updated_at__lt=before).delete()
        WorkerBeat.objects.filter(seen_at__lt=before).delete()
