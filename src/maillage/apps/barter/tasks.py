from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy

from maillage.apps.barter.actions import loops
from maillage.kernel.jobs.queue import job, periodic


@periodic(
    name="barter.expire_loops", says=gettext_lazy("Close loops left without answer"), every_minutes=6 * 60
)
def expire_loops() -> None:
    """The loops that were not answered in time are ended."""
    loops.expire_loops(now=timezone.now())


@periodic(
    name="barter.look_for_loops",
    says=gettext_lazy("Look for barter loops in all circles"),
    every_minutes=24 * 60,
)
def look_for_loops() -> None:
    """Each circle once a week, the first day that a worker passes."""
    loops.search_everywhere(now=timezone.now())


@job(name="barter.search_loops", says=gettext_lazy("Look for barter loops in a circle"))
def search_loops(*, circle_id: int, key: str) -> None:
    """After a refusal: other loops, without what was refused."""
    loops.search_loops(circle_id=circle_id, actor=None, key=key, now=timezone.now())
