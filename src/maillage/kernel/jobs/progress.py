"""How far a long job has come, for the page that waits for it.

Progress is written by the job's own connection: others see it between the job's transactions, so a long
job reports where it commits.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from maillage.kernel.jobs.models import JobProgress


@dataclass(frozen=True)
class Progress:
    """`done` of `total` things; `total` 0 means that nobody knows yet."""

    done: int
    total: int
    label: str

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def finished(self) -> bool:
        return self.total > 0 and self.done >= self.total


def report_progress(key: str, done: int, total: int, label: str = "") -> None:
    """Say that `done` of `total` is done, with an optional word on what is going on."""
    JobProgress.objects.update_or_create(
        key=key,
        defaults={"done": done, "total": total, "label": label[:200], "updated_at": timezone.now()},
    )


def read_progress(key: str) -> Progress | None:
    """The last report under `key`; None before the first."""
    row = JobProgress.objects.filter(pk=key).first()
    return Progress(done=row.done, total=row.total, label=row.label) if row else None
