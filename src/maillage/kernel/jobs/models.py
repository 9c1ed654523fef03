"""What the queue itself does not keep: schedules, progress, jobs given up, and the workers' signs of life."""

from django.db import models

from maillage.kernel.jobs.registry import job_label
from maillage.kernel.rooms.manifest import Text


class Schedule(models.Model):
    """When a periodic job is next due. Whoever moves `next_due_at` forward enqueues the job, nobody else."""

    name = models.CharField(max_length=100, primary_key=True)
    next_due_at = models.DateTimeField()
    last_enqueued_at = models.DateTimeField(null=True)

    @property
    def label(self) -> Text:
        return job_label(self.name)


class DeadLetter(models.Model):
    """A job that failed as often as it may. Kept until somebody runs it again or drops it."""

    job_name = models.CharField(max_length=100)
    arguments = models.JSONField(default=dict)
    tries = models.PositiveSmallIntegerField()
    error = models.CharField(max_length=500)
    trace = models.TextField(blank=True)
    failed_at = models.DateTimeField(db_index=True)

    @property
    def label(self) -> Text:
        return job_label(self.job_name)


class JobProgress(models.Model):
    """How far a long job has come, under a key that its page knows."""

    key = models.CharField(max_length=120, primary_key=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    label = models.CharField(max_length=200, blank=True)
    updated_at = models.DateTimeField(db_index=True)


class WorkerBeat(models.Model):
    """A worker's last sign of life. `worker_id` is `host:process:random`."""

    worker_id = models.CharField(max_length=64, primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
