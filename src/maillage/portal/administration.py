"""/administration/: what an administrator looks after, and the background work."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import administrator_required
from maillage.kernel.audit.actions import record
from maillage.kernel.jobs.letters import dead_letters, drop, run_again
from maillage.kernel.jobs.models import DeadLetter
from maillage.kernel.jobs.queries import queue_state, schedules
from maillage.kernel.jobs.registry import UnknownJobError
from maillage.kernel.rooms.manifest import ADMINISTRATOR
from maillage.portal.context import Link, menu
from maillage.portal.welcome import STEPS

OWN_ICONS = {"territoire": "map-pin", "salles": "grid-2x2", "mentions": "scroll-text", "courriel": "mail"}
OWN_WORDS = {
    "territoire": gettext_lazy("Its name, its sentence, where its map opens."),
    "salles": gettext_lazy("What members find here: switch it on or off."),
    "mentions": gettext_lazy("Who publishes, who hosts."),
    "courriel": gettext_lazy("Try that messages really leave."),
}
LETTERS_PER_PAGE = 50


@administrator_required
def administration(request: HttpRequest) -> HttpResponse:
    """The settings of the site, and what the rooms give to administrators."""
    own = [
        Link(label, reverse("portal:welcome_step", args=[slug]), OWN_ICONS[slug], False, OWN_WORDS[slug])
        for slug, label in STEPS
    ]
    given_up = dead_letters().count()
    return render(
        request,
        "portal/administration.html",
        {
            "site_links": own,
            "room_links": menu(request, "facilitation", only_role=ADMINISTRATOR),
            "given_up": given_up,
            "queue": queue_state(now=timezone.now()),
        },
    )


@administrator_required
def jobs(request: HttpRequest) -> HttpResponse:
    """The background work: who does it, what waits, what was given up."""
    page = Paginator(dead_letters(), LETTERS_PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "portal/jobs.html",
        {"queue": queue_state(now=timezone.now()), "letters": page, "schedules": schedules()},
    )


@administrator_required
@require_POST
def decide_job(request: HttpRequest, letter_id: int, decision: str) -> HttpResponse:
    """Run a job given up again, or drop it. Doing it twice does it once."""
    letter = DeadLetter.objects.filter(pk=letter_id).first()
    if decision not in ("relancer", "abandonner"):
        raise Http404
    try:
        acted = run_again(letter_id) if decision == "relancer" else drop(letter_id)
    except UnknownJobError:
        messages.error(request, _("This task no longer exists in this release; it can only be dropped."))
        return redirect("portal:jobs")
    if acted and letter:
        verb = "job.run_again" if decision == "relancer" else "job.drop"
        record(
            actor=request.user,
            verb=verb,
            target_kind="job",
            target_id=letter_id,
            target_label=letter.job_name,
            now=timezone.now(),
        )
    said = (
        gettext_lazy("The task is queued again.")
        if decision == "relancer"
        else gettext_lazy("The task is dropped.")
    )
    messages.success(request, str(said) if acted else _("This had already been seen to."))
    return redirect("portal:jobs")
