"""The frame of a circle's pages: its tabs, its way back, its page.

A part of the room adds a tab by a line of `SECTIONS`, and a fragment on the circle's own page by a `Panel` of the
manifest with `page="circle"`; its context is called with `circle`, `mine` (the viewer's members) and `leads`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from maillage.apps.accounts.access import is_facilitator, member_required
from maillage.apps.barter.access import get_circle_for, get_circle_to_read, organizations_to_sign_for
from maillage.apps.barter.exports.sheet import team_sheet
from maillage.apps.barter.models import Circle, CircleMember
from maillage.apps.barter.queries.circles import agreement_in_force, members_of, own_members
from maillage.kernel.rooms.manifest import Text
from maillage.kernel.rooms.panels import panels_for
from maillage.kernel.site.settings import get_site


@dataclass(frozen=True)
class Section:
    """A tab of the circle: `url_name` takes the circle's number. `inside`: for its people and the facilitators only;
    `for_leaders`: for the facilitators alone."""

    label: Text
    url_name: str
    rank: int
    inside: bool = True
    for_leaders: bool = False


SECTIONS: tuple[Section, ...] = (
    Section(gettext_lazy("The circle"), "barter:circle", rank=10, inside=False),
    Section(gettext_lazy("Members"), "barter:members", rank=20),
    Section(pgettext_lazy("tab of a circle", "Accounts"), "barter:credit", rank=30),
    Section(pgettext_lazy("tab of a circle", "Exchanges"), "barter:exchanges", rank=33, for_leaders=True),
    Section(pgettext_lazy("tab of a circle", "Loops"), "barter:loops", rank=25),
    Section(gettext_lazy("Participation"), "barter:participation", rank=36),
    Section(gettext_lazy("Debts"), "barter:debts", rank=50),
    Section(gettext_lazy("Clearing"), "barter:batches", rank=52),
    Section(gettext_lazy("Interviews"), "barter:interviews", rank=70, for_leaders=True),
    Section(gettext_lazy("Agreement"), "barter:agreement", rank=80, inside=False),
)


def circle_url(circle: Circle) -> str:
    return reverse("barter:circle", args=[circle.pk])


def frame(
    request: HttpRequest,
    circle: Circle,
    current: str,
    *here: tuple[str, str],
    mine: list[CircleMember] | None = None,
) -> dict[str, Any]:
    """What every page of a circle is given: `circle`, `crumbs`, `tabs`, `leads`, `mine`.

    `current` is the `url_name` of the tab under which the page stands; `here` are the steps below it, (label, address).
    """
    leads = is_facilitator(request.user)
    own = own_members(request.user, circle) if mine is None else mine
    inside = leads or bool(own)
    shown = [
        each
        for each in sorted(SECTIONS, key=lambda each: each.rank)
        if (leads or not each.for_leaders) and (inside or not each.inside)
    ]
    above = [(_("Barter"), reverse("barter:list"))]
    if current != "barter:circle" or here:
        above.append((circle.name, circle_url(circle)))
        tab = next((each for each in SECTIONS if each.url_name == current), None)
        if tab is not None and current != "barter:circle":
            above.append((str(tab.label), reverse(current, args=[circle.pk])))
    else:
        above.append((circle.name, ""))
    return {
        "circle": circle,
        "crumbs": [*above, *here],
        "tabs": [
            (each.label, reverse(each.url_name, args=[circle.pk]), each.url_name == current) for each in shown
        ],
        "leads": leads,
        "mine": own,
        "inside": inside,
    }


@member_required
def circle_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What it is, where one's own organisations stand in it, and what its parts have to say."""
    circle = get_circle_to_read(request.user, pk)
    context = frame(request, circle, "barter:circle")
    agreement = agreement_in_force(circle)
    present = list(members_of(circle).present())
    context |= {
        "agreement": agreement,
        "present": present,
        "unsigned": [each for each in context["mine"] if each.signed_number < agreement.number],
        "may_join": bool(organizations_to_sign_for(request.user, circle)),
    }
    inside = context["inside"]
    context["panels"] = (
        panels_for(request, "circle", circle=circle, mine=context["mine"], leads=context["leads"])
        if inside
        else []
    )
    return render(request, "barter/circle.html", context)


@member_required
def circle_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The two pages that train a team, as a PDF."""
    circle = get_circle_for(request.user, pk)
    made = team_sheet(
        circle,
        agreement_in_force(circle),
        member_count=members_of(circle).present().count(),
        address=f"{settings.PUBLIC_URL}{circle_url(circle)}",
        site=get_site().name,
        at=timezone.now(),
    )
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="fiche-equipe-troc.pdf"'
    return response
