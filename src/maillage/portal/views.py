from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maillage.apps.accounts.access import facilitator_required, is_administrator, is_facilitator
from maillage.apps.directory.queries.glimpse import has_glimpse
from maillage.kernel.rooms.manifest import ADMINISTRATOR
from maillage.kernel.rooms.panels import panels_for
from maillage.kernel.rooms.steps import steps_taken
from maillage.kernel.site.settings import get_site, open_rooms
from maillage.portal.context import Link, menu
from maillage.portal.guide import guide_pages


def home(request: HttpRequest) -> HttpResponse:
    """The front door: a search, what the rooms show, and for those who run a new site its first steps."""
    steps = []
    if is_facilitator(request.user):
        declared = [step for room in open_rooms() for step in room.first_steps]
        declared.sort(key=lambda step: step.rank)
        taken = steps_taken(declared, request.user)
        steps = [] if all(taken) else list(zip(declared, taken, strict=True))
    return render(
        request,
        "portal/home.html",
        {
            "panels": panels_for(request, "home"),
            "has_glimpse": has_glimpse(),
            "steps": steps,
            "welcome_waits": is_administrator(request.user) and get_site().welcomed_at is None,
        },
    )


@facilitator_required
def facilitation(request: HttpRequest) -> HttpResponse:
    """What facilitators look after, as the rooms declare it."""
    links = [
        *menu(request, "facilitation", but_role=ADMINISTRATOR),
        Link(
            _("Synonyms of the search"),
            reverse("portal:synonyms"),
            "search",
            False,
            _("The words of your territory that mean the same."),
        ),
    ]
    return render(request, "portal/facilitation.html", {"links": links})


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How to use the site, in the words of those who do."""
    text = get_template("portal/help.md").render({"site": get_site()})
    return render(request, "portal/help.html", {"text": text.strip(), "guide": guide_pages().values()})
