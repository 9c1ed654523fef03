from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy

from maillage.apps.knowledge.actions import drawing, workshops
from maillage.kernel.jobs.queue import job, periodic


@job(name="knowledge.redraw", says=gettext_lazy("Draw the map of knowledge again"))
def redraw() -> None:
    """The map after a change; several changes in a row are drawn once."""
    drawing.redraw(now=timezone.now())


@periodic(
    name="knowledge.forget_first_names",
    says=gettext_lazy("Forget first names of past workshops"),
    every_minutes=24 * 60,
)
def forget_first_names() -> None:
    """First names given at workshops are for the day."""
    workshops.forget_first_names(now=timezone.now())
