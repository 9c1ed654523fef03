"""The members of a circle, and one of them: its states, what it signed."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import facilitator_required, is_facilitator, member_required, person_of
from maillage.apps.barter.access import (
    acting_for,
    acting_or_none,
    get_circle_for,
    get_member_for,
)
from maillage.apps.barter.actions.members import (
    ForbiddenStepError,
    NoReasonError,
    ObstacleError,
    change_member_state,
    leave_circle,
)
from maillage.apps.barter.choices import MemberState
from maillage.apps.barter.exports.lists import MEMBERS, member_rows
from maillage.apps.barter.forms.circles import LeaveForm, MemberStateForm
from maillage.apps.barter.forms.lists import MemberFilterForm
from maillage.apps.barter.models import Circle, CircleMember
from maillage.apps.barter.queries.acting import is_reachable
from maillage.apps.barter.queries.circles import (
    changes_of,
    latest_number,
    members_of,
    signatures_of,
    with_last_reason,
)
from maillage.apps.barter.queries.credit import accounts_of_circle
from maillage.apps.barter.queries.lists import members_asked
from maillage.apps.barter.views.circle import frame
from maillage.kernel.rooms.panels import panels_for
from maillage.kernel.tables.leaving import table_links, table_response

PER_PAGE = 50

TONES = {
    MemberState.ACTIVE: "success",
    MemberState.SUSPENDED: "warning",
    MemberState.FROZEN: "danger",
    MemberState.LEFT: "",
}


def member_url(member: CircleMember) -> str:
    return reverse("barter:member", args=[member.circle_id, member.pk])


def fiche_url(member: CircleMember) -> str:
    """What the directory says of a member: its page in the circle is for its own people, and for facilitators."""
    organization = member.organization
    return reverse("directory:organization_detail", args=[organization.pk, organization.slug])


@member_required
def members(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody, by name: those who left too, for the facilitators."""
    circle = get_circle_for(request.user, pk)
    context = frame(request, circle, "barter:members")
    asked = MemberFilterForm.read(request)
    found = members_asked(_seen(request, circle), **asked.wanted)
    page = Paginator(with_last_reason(found), PER_PAGE).get_page(request.GET.get("page"))
    own = {each.pk for each in context["mine"]}
    latest = latest_number(circle)
    context["rows"] = [
        {
            "member": each,
            "href": member_url(each) if context["leads"] or each.pk in own else fiche_url(each),
            "tone": TONES[MemberState(each.state)],
            "is_behind": each.is_present and each.signed_number < latest,
        }
        for each in page
    ]
    context |= {
        "page_obj": page,
        **asked.context,
        "exports": table_links(request, "barter:members_file", circle.pk),
    }
    return render(request, "barter/members.html", context)


@member_required
def members_file(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """The members of the page, as a table."""
    circle = get_circle_for(request.user, pk)
    leads = is_facilitator(request.user)
    found = members_asked(_seen(request, circle), **MemberFilterForm.read(request).wanted)
    rows = member_rows(with_last_reason(found), with_reasons=leads)
    return table_response(form, "membres", MEMBERS if leads else MEMBERS[:-1], rows)


def _seen(request: HttpRequest, circle: Circle) -> QuerySet[CircleMember]:
    found = members_of(circle)
    return found if is_facilitator(request.user) else found.present()


@member_required
def member(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    return draw_member(request, get_member_for(request.user, pk, member_pk))


def draw_member(
    request: HttpRequest,
    found: CircleMember,
    *,
    state_form: MemberStateForm | None = None,
    obstacles: list[str] | None = None,
) -> HttpResponse:
    """The page of a member; `obstacles` say why it cannot leave yet."""
    circle = found.circle
    context = frame(request, circle, "barter:members", (found.organization.name, ""))
    acting = acting_or_none(request.user, found.organization)
    in_office = acting is not None and acting.in_office_mode
    context |= {
        "member": found,
        "tone": TONES[MemberState(found.state)],
        "changes": list(changes_of(found)),
        "signatures": list(signatures_of(found)),
        "is_behind": found.is_present and found.signed_number < latest_number(circle),
        "acts": acting is not None,
        "in_office": in_office,
        "is_reachable": not in_office or is_reachable(found.organization),
        "state_form": state_form or (MemberStateForm(member=found) if context["leads"] else None),
        "leave_form": LeaveForm(auto_id="depart-%s"),
        "obstacles": obstacles or [],
        "account": accounts_of_circle(circle).filter(owner_id=found.organization_id).first(),
        "panels": panels_for(request, "circle_member", circle=circle, member=found, leads=context["leads"]),
    }
    context["refused"] = state_form is not None or bool(obstacles)
    return render(request, "barter/member.html", context, status=422 if context["refused"] else 200)


@facilitator_required
@require_POST
def member_state(request: HttpRequest, pk: int, member_pk: int) -> HttpResponseBase:
    """A facilitator suspends, freezes, lets back in."""
    found = get_member_for(request.user, pk, member_pk)
    form = MemberStateForm(request.POST, member=found)
    if not form.is_valid():
        return draw_member(request, found, state_form=form)
    try:
        change_member_state(
            actor=person_of(request), member_id=found.pk, **form.cleaned_data, now=timezone.now()
        )
    except ForbiddenStepError as fault:
        form.add_error("state", fault.sentence)
    except NoReasonError as fault:
        form.add_error("reason", str(fault.message))
    except ObstacleError as fault:
        return draw_member(request, found, state_form=form, obstacles=fault.sentences)
    else:
        messages.success(request, _("It is noted, dated and told to the member."))
        return redirect(member_url(found))
    return draw_member(request, found, state_form=form)


@member_required
@require_POST
def member_leave(request: HttpRequest, pk: int, member_pk: int) -> HttpResponseBase:
    """A member leaves, by its managers or by a facilitator in its place."""
    found = get_member_for(request.user, pk, member_pk)
    acting = acting_for(request.user, found.organization)
    form = LeaveForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else request.POST.get("reason", "")[:300]
    try:
        leave_circle(acting=acting, member_id=found.pk, reason=reason, now=timezone.now())
    except ObstacleError as fault:
        return draw_member(request, found, obstacles=fault.sentences)
    messages.success(
        request, _("%(organization)s has left the circle.") % {"organization": found.organization}
    )
    return redirect("barter:circle", pk)
