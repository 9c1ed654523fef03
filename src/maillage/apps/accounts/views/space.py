"""What a person sees to about themselves: name, notifications, safety, data."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import get_adapter as get_provider_adapter
from django.contrib import messages
from django.contrib.auth import logout
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maillage.apps.accounts.access import member_required
from maillage.apps.accounts.actions.people import LastAdministratorError, rename_person
from maillage.apps.accounts.actions.personal_data import ask_erasure, keep_account
from maillage.apps.accounts.actions.sessions import end_sessions
from maillage.apps.accounts.choices import ROLE_RANKS
from maillage.apps.accounts.forms.people import ErasureForm, NotificationChoicesForm, ProfileForm
from maillage.apps.accounts.models import Person
from maillage.apps.accounts.queries import erasure_asked_by, open_sessions
from maillage.kernel.mail.notifications import all_kinds, choose_rhythm, rhythms_of
from maillage.kernel.privacy.export import export_person, held_about
from maillage.kernel.rooms.manifest import NotificationKind, Text, all_manifests


@require_http_methods(["GET", "POST"])
@member_required
def profile(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    form = ProfileForm(request.POST or None, initial={"name": person.name})
    if request.method == "POST" and form.is_valid():
        rename_person(person=person, name=form.cleaned_data["name"])
        messages.success(request, _("Your name is kept."))
        return redirect("portal:space")
    return render(request, "accounts/profile.html", {"form": form})


@require_http_methods(["GET", "POST"])
@member_required
def notifications(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    kinds = kinds_for(person)
    rhythms = rhythms_of(person, kinds)
    form = NotificationChoicesForm(request.POST or None, kinds=kinds, rhythms=rhythms)
    if request.method == "POST" and form.is_valid():
        for kind in kinds:
            chosen = form.cleaned_data[kind.key]
            if chosen != rhythms[kind.key]:
                choose_rhythm(person=person, kind=kind.key, rhythm=chosen, now=timezone.now())
        messages.success(request, _("Your choices are kept."))
        return redirect("accounts:notifications")
    context = {"form": form, "rooms": _by_room(kinds, form)}
    return render(request, "accounts/notifications.html", context)


def _by_room(
    kinds: list[NotificationKind], form: NotificationChoicesForm
) -> list[tuple[Text, list[BoundField]]]:
    """(name of a room, the questions about its news), in the order of the house; rooms that tell nothing are left out."""
    asked = {kind.key for kind in kinds}
    rooms = [
        (manifest.label, [form[kind.key] for kind in manifest.notification_kinds if kind.key in asked])
        for manifest in all_manifests()
    ]
    return [(label, questions) for label, questions in rooms if questions]


@require_GET
@member_required
@never_cache
def security(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    current_key = request.session.session_key or ""
    context = {
        "sessions": open_sessions(person, current_key=current_key, now=timezone.now()),
        "protected": is_mfa_enabled(person),
        "has_password": person.has_usable_password(),
        "has_providers": bool(get_provider_adapter().list_providers(request)),
    }
    return render(request, "accounts/security.html", context)


@require_POST
@member_required
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    ended = end_sessions(person=_person(request), keep_session_key=request.session.session_key or "")
    if ended:
        messages.success(request, _("You are signed out of your other devices."))
    else:
        messages.info(request, _("You were signed in nowhere else."))
    return redirect("accounts:security")


@require_GET
@member_required
@never_cache
def data(request: HttpRequest) -> HttpResponse:
    """What we hold about the person, why, how long; and the ways to take it away or have it erased."""
    person = _person(request)
    context = {
        "held": [{"said": said, "count": count} for said, count in held_about(person)],
        "erasure": erasure_asked_by(person),
    }
    return render(request, "accounts/data.html", context)


@require_POST
@member_required
def data_export(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    response = HttpResponse(export_person(person, now=timezone.now()), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="mes-donnees.zip"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
@member_required
def erasure(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    form = ErasureForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        at_once = form.cleaned_data["at_once"]
        try:
            asked = ask_erasure(person=person, at_once=at_once, now=timezone.now())
        except LastAdministratorError as refusal:
            form.add_error(None, str(refusal.message))
        else:
            if at_once:
                logout(request)
                return render(request, "accounts/erased.html", {})
            messages.success(
                request, _("Your account will be erased on %(day)s.") % {"day": f"{asked.due_at:%d/%m/%Y}"}
            )
            return redirect("accounts:data")
    return render(request, "accounts/erasure.html", {"form": form})


@require_POST
@member_required
def erasure_cancel(request: HttpRequest) -> HttpResponse:
    keep_account(person=_person(request), now=timezone.now())
    messages.success(request, _("Your account stays. Nothing was erased."))
    return redirect("accounts:data")


def kinds_for(person: Person) -> list[NotificationKind]:
    """The kinds that can reach a person of this role."""
    return [kind for kind in all_kinds() if ROLE_RANKS.get(kind.role, 0) <= ROLE_RANKS[person.role]]


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user
