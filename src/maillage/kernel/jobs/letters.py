"""What becomes of a job that was given up: run again, or dropped."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from maillage.kernel.jobs.models import DeadLetter
from maillage.kernel.jobs.registry import find_job
from maillage.kernel.jobs.running import put


def dead_letters() -> QuerySet[DeadLetter]:
    """The jobs given up, latest first."""
    return DeadLetter.objects.order_by("-failed_at", "-pk")


def run_again(letter_id: int) -> bool:
    """Give the job a fresh set of tries; False when somebody else already saw to it.

    Raises UnknownJobError when no such job exists any more.
    """
    with transaction.atomic():
        letter = DeadLetter.objects.select_for_update().filter(pk=letter_id).first()
        if letter is None:
            return False
        put(find_job(letter.job_name), letter.arguments, tries=0)
        letter.delete()
    return True


def drop(letter_id: int) -> bool:
    """Forget the job; False when it was gone already."""
    deleted, _kinds = DeadLetter.objects.filter(pk=letter_id).delete()
    return bool(deleted)
