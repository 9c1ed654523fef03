"""/administration/personnes/: who has an account, with which role, and who is invited."""

from __future__ import annotations

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maillage.apps.accounts.access import administrator_required, facilitator_required, is_administrator
from maillage.apps.accounts.actions.invitations import (
    AlreadyMemberError,
    RoleTooHighError,
    invite_person,
    revoke_invitation,
)
from maillage.apps.accounts.actions.people import (
    LastAdministratorError,
    change_role,
    deactivate_person,
    reactivate_person,
    reset_second_factor,
)
from maillage.apps.accounts.actions.registration import set_registration
from maillage.apps.accounts.choices import Role
from maillage.apps.accounts.forms.people import (
    InvitationForm,
    PeopleFilterForm,
    RegistrationSettingForm,
    RoleForm,
)
from maillage.apps.accounts.models import Invitation, Person
from maillage.apps.accounts.queries import find_people, open_invitations
from maillage.kernel.site.settings import get_site
from maillage.kernel.tables.leaving import table_links, table_response

PAGE_SIZE = 50


@require_GET
@administrator_required
def people(request: HttpRequest) -> HttpResponse:
    form, found = _asked(request)
    context = {
        "form": form,
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "exports": table_links(request, "accounts:people_file"),
        "invitation_count": open_invitations(now=timezone.now()).count(),
        "registration_form": RegistrationSettingForm(
            initial={"registration_open": get_site().registration_open}
        ),
    }
    return render(request, "accounts/people.html", context)


@require_GET
@administrator_required
def people_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """The people of the page, as a table."""
    _form, found = _asked(request)
    header = (_("Name"), _("Address"), _("Role"), _("Two steps"), _("Since"), _("State"))
    rows = (
        (
            str(each),
            each.email,
            str(each.get_role_display()),
            _("Yes") if each.protected else _("No"),  # type: ignore[attr-defined]
            timezone.localtime(each.joined_at).date(),
            "" if each.is_active else _("closed"),
        )
        for each in found.iterator(chunk_size=2000)
    )
    return table_response(form, "personnes", header, rows)


def _asked(request: HttpRequest) -> tuple[PeopleFilterForm, QuerySet[Person]]:
    form = PeopleFilterForm(request.GET)
    wanted: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    found = find_people(
        words=wanted.get("q", ""), role=wanted.get("role", ""), with_closed=wanted.get("closed", False)
    )
    return form, found


@require_http_methods(["GET", "POST"])
@administrator_required
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One account: its role, and what else an administrator may do with it."""
    someone = get_object_or_404(Person, pk=person_id)
    form = RoleForm(request.POST or None, initial={"role": someone.role})
    if request.method == "POST" and form.is_valid():
        try:
            change_role(
                actor=_actor(request), person_id=person_id, role=form.cleaned_data["role"], now=timezone.now()
            )
        except LastAdministratorError as refusal:
            form.add_error("role", str(refusal.message))
        else:
            messages.success(request, _("%(name)s now has another role.") % {"name": someone})
            return redirect("accounts:people")
    context = {
        "person": someone,
        "form": form,
        "protected": is_mfa_enabled(someone),
    }
    return render(request, "accounts/person.html", context)


@require_POST
@administrator_required
def deactivate(request: HttpRequest, person_id: int) -> HttpResponse:
    get_object_or_404(Person, pk=person_id)
    try:
        someone = deactivate_person(actor=_actor(request), person_id=person_id, now=timezone.now())
    except LastAdministratorError as refusal:
        messages.error(request, str(refusal.message))
        return redirect("accounts:person", person_id)
    messages.success(
        request, _("The account of %(name)s is closed; it can be opened again.") % {"name": someone}
    )
    return redirect("accounts:people")


@require_POST
@administrator_required
def reactivate(request: HttpRequest, person_id: int) -> HttpResponse:
    get_object_or_404(Person, pk=person_id)
    someone = reactivate_person(actor=_actor(request), person_id=person_id, now=timezone.now())
    messages.success(request, _("The account of %(name)s is open again.") % {"name": someone})
    return redirect("accounts:person", person_id)


@require_POST
@administrator_required
def remove_second_factor(request: HttpRequest, person_id: int) -> HttpResponse:
    get_object_or_404(Person, pk=person_id)
    someone = reset_second_factor(actor=_actor(request), person_id=person_id, now=timezone.now())
    messages.success(request, _("%(name)s can sign in with a code by e-mail alone.") % {"name": someone})
    return redirect("accounts:person", person_id)


@require_POST
@administrator_required
def registration(request: HttpRequest) -> HttpResponse:
    form = RegistrationSettingForm(request.POST)
    if form.is_valid():
        set_registration(
            actor=_actor(request), is_open=form.cleaned_data["registration_open"], now=timezone.now()
        )
        messages.success(request, _("The choice is kept."))
    return redirect("accounts:people")


@require_http_methods(["GET", "POST"])
@facilitator_required
def invitations(request: HttpRequest) -> HttpResponse:
    inviter = _actor(request)
    form = InvitationForm(request.POST or None, inviter=inviter)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invite_person(actor=inviter, now=timezone.now(), **form.cleaned_data)
        except (AlreadyMemberError, RoleTooHighError) as refusal:
            form.add_error("email", str(refusal.message))
        else:
            messages.success(
                request, _("The invitation has left for %(email)s.") % {"email": invitation.email}
            )
            return redirect("accounts:invitations")
    waiting = open_invitations(now=timezone.now())
    if not is_administrator(request.user):
        waiting = waiting.exclude(role=Role.ADMINISTRATOR)
    page = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/invitations.html", {"form": form, "page": page})


@require_POST
@facilitator_required
def revoke(request: HttpRequest, invitation_id: int) -> HttpResponse:
    try:
        revoke_invitation(actor=_actor(request), invitation_id=invitation_id, now=timezone.now())
    except (Invitation.DoesNotExist, RoleTooHighError):
        raise Http404 from None
    messages.success(request, _("The invitation is withdrawn: its link no longer works."))
    return redirect("accounts:invitations")


def _actor(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user
