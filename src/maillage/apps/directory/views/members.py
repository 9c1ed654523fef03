"""Who belongs to an organisation, and how people join and leave it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import is_facilitator, member_required, person_of
from maillage.apps.directory.access import (
    acting_organization,
    belongs_to,
    can_manage_organization,
    get_membership_to_change,
    get_organization_for,
)
from maillage.apps.directory.actions.memberships import (
    InvitationGoneError,
    MembershipError,
    accept_invitation,
    accept_request,
    change_role,
    end_membership,
    find_invitation,
    invite_person,
    request_to_join,
)
from maillage.apps.directory.choices import MembershipRole, MembershipStatus
from maillage.apps.directory.exports.lists import MEMBERS, member_rows
from maillage.apps.directory.forms.organizations import InvitationForm, JoinForm
from maillage.apps.directory.models import Organization
from maillage.apps.directory.queries.organizations import members_of
from maillage.apps.directory.views.cards import organization_crumbs, organization_url
from maillage.kernel.http.pace import may_send
from maillage.kernel.tables.leaving import table_links, table_response

INVITATIONS_PER_HOUR_MAX, REQUESTS_PER_HOUR_MAX = 30, 6
"""Of one person, whatever the organisation: anybody may propose one, and its invitations carry their words to any address."""

ROLES = {
    "gestion": MembershipRole.MANAGER,
    "tresorerie": MembershipRole.TREASURER,
    "membre": MembershipRole.MEMBER,
}


@member_required
def organization_members(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    """The members, for members; invitations and requests, for managers."""
    organization, manages = _seen(request, pk)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and manages and form.is_valid() and _goes_slowly(request, form):
        try:
            invite_person(
                actor=person_of(request),
                organization_id=pk,
                now=timezone.now(),
                on_behalf_of=acting_organization(request),
                **form.cleaned_data,
            )
        except MembershipError as fault:
            form.add_error("email", str(fault.message))
        else:
            messages.success(request, _("The invitation has gone."))
            return redirect(members_url(organization))
    return render(request, "directory/members.html", _members_context(request, organization, form, manages))


@member_required
def organization_members_file(request: HttpRequest, pk: int, slug: str, form: str) -> HttpResponseBase:
    """Those whom the page shows, as a table."""
    organization, manages = _seen(request, pk)
    found = members_of(organization).select_related("organization")
    if not manages:
        found = found.filter(status=MembershipStatus.ACTIVE)
    return table_response(form, f"membres-{organization.slug}", MEMBERS, member_rows(found))


def _seen(request: HttpRequest, pk: int) -> tuple[Organization, bool]:
    """The organisation, for its members, and whether the viewer manages it. Raises Http404."""
    organization = get_organization_for(request.user, pk)
    manages = can_manage_organization(request.user, organization)
    if not manages and not belongs_to(request.user, organization.pk):
        raise Http404
    return organization, manages


@member_required
@require_POST
def membership_change(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One button of the members' page: accept, give a role, end."""
    now, act = timezone.now(), request.POST.get("acte", "")
    tie = get_membership_to_change(request.user, pk, only_to_end=act == "finir")
    who: dict[str, Any] = {"actor": person_of(request), "on_behalf_of": acting_organization(request)}
    try:
        if act == "accepter":
            accept_request(**who, membership_id=pk, now=now)
        elif act in ROLES:
            change_role(**who, membership_id=pk, role=ROLES[act], now=now)
        elif act == "finir":
            end_membership(**who, membership_id=pk, now=now)
        else:
            raise Http404
    except MembershipError as fault:
        messages.error(request, str(fault.message))
    else:
        messages.success(request, _("Done."))
    if tie.person_id == request.user.pk and act == "finir":
        return redirect(organization_url(tie.organization))
    return redirect(members_url(tie.organization))


@member_required
def organization_join(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    organization = get_organization_for(request.user, pk)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _goes_slowly(request, form):
        try:
            request_to_join(
                person=person_of(request),
                organization_id=organization.pk,
                message=form.cleaned_data["message"],
                now=timezone.now(),
            )
        except MembershipError as fault:
            form.add_error(None, str(fault.message))
        else:
            messages.success(request, _("Your request has gone to those who manage the organisation."))
            return redirect(organization_url(organization))
    context = {"organization": organization, "form": form, "fiche_url": organization_url(organization)}
    return render(request, "directory/join.html", context)


@member_required
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """What the link of an invitation leads to: a page to accept it, once signed in."""
    try:
        tie = find_invitation(token, timezone.now())
    except InvitationGoneError as fault:
        return render(request, "directory/invitation_gone.html", {"sentence": fault.message}, status=410)
    if request.method == "POST":
        try:
            accepted = accept_invitation(person=person_of(request), token=token, now=timezone.now())
        except InvitationGoneError as fault:
            return render(request, "directory/invitation_gone.html", {"sentence": fault.message}, status=410)
        messages.success(request, _("Welcome among us!"))
        return redirect(organization_url(accepted.organization))
    return render(request, "directory/invitation.html", {"tie": tie, "organization": tie.organization})


def _goes_slowly(request: HttpRequest, form: InvitationForm | JoinForm) -> bool:
    """Count a message that the site sends for somebody; past the number of an hour, the form says so. Facilitators send as many as needed."""
    invites = isinstance(form, InvitationForm)
    kind = "organization-invitation" if invites else "organization-request"
    per_hour = INVITATIONS_PER_HOUR_MAX if invites else REQUESTS_PER_HOUR_MAX
    if is_facilitator(request.user) or may_send(request, kind, per_hour=per_hour):
        return True
    form.add_error(
        None, _("You have sent several messages this past hour. Wait a little before the next one.")
    )
    return False


def members_url(organization: Organization) -> str:
    return reverse("directory:organization_members", args=[organization.pk, organization.slug])


def _members_context(
    request: HttpRequest, organization: Organization, form: InvitationForm, manages: bool
) -> dict[str, Any]:
    ties = list(members_of(organization))
    return {
        "organization": organization,
        "form": form,
        "crumbs": organization_crumbs(organization, _("Members")),
        "can_manage": manages,
        "members": [tie for tie in ties if tie.status == MembershipStatus.ACTIVE],
        "requests": [tie for tie in ties if tie.status == MembershipStatus.REQUESTED] if manages else [],
        "invitations": [tie for tie in ties if tie.status == MembershipStatus.INVITED] if manages else [],
        "fiche_url": organization_url(organization),
        "exports": table_links(
            request, "directory:organization_members_file", organization.pk, organization.slug
        ),
    }
