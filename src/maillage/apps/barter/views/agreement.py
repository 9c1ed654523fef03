"""The framework agreement: its text, its versions, who signed; publishing one, signing it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.apps.accounts.access import facilitator_required, is_facilitator, member_required, person_of
from maillage.apps.barter.access import (
    acting_for,
    get_agreement_for,
    get_circle_to_lead,
    get_circle_to_read,
    organizations_to_sign_for,
)
from maillage.apps.barter.actions.circles import (
    NoAgreementError,
    OldVersionError,
    SameTextError,
    publish_agreement,
)
from maillage.apps.barter.actions.members import NewVersionError, NoSignatoryError, sign_agreement
from maillage.apps.barter.forms.circles import AgreementForm, SignForm
from maillage.apps.barter.models import Circle
from maillage.apps.barter.queries.circles import (
    agreement_in_force,
    must_sign_again,
    version_changes,
    versions_of,
)
from maillage.apps.barter.views.circle import circle_url, frame


def agreement_url(circle: Circle) -> str:
    return reverse("barter:agreement", args=[circle.pk])


@member_required
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    circle = get_circle_to_read(request.user, pk)
    context = frame(request, circle, "barter:agreement")
    context |= {
        "agreement": agreement_in_force(circle),
        "versions": versions_of(circle),
        "may_sign": bool(organizations_to_sign_for(request.user, circle)),
        "waiting": list(must_sign_again(circle)) if context["leads"] else [],
    }
    return render(request, "barter/agreement.html", context)


@member_required
def agreement_version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version: what it changed, then its text."""
    found = get_agreement_for(request.user, pk, number)
    circle = found.circle
    label = _("Version %(number)d") % {"number": number}
    context = frame(request, circle, "barter:agreement", (label, ""))
    context |= {
        "agreement": found,
        "label": label,
        "is_in_force": agreement_in_force(circle).pk == found.pk,
        "changes": version_changes(found, _("Text of the agreement")),
    }
    return render(request, "barter/agreement_version.html", context)


@facilitator_required
def agreement_publish(request: HttpRequest, pk: int) -> HttpResponseBase:
    circle = get_circle_to_lead(request.user, pk)
    current = agreement_in_force(circle)
    initial = {"text": current.text, "seen": current.number}
    form = AgreementForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = publish_agreement(
                actor=person_of(request), circle_id=circle.pk, **form.cleaned_data, now=timezone.now()
            )
        except (NoAgreementError, SameTextError) as fault:
            form.add_error("text", str(fault.message))
        except OldVersionError as fault:
            form.add_error(None, str(fault.message))
            form.read_again(current.number)
        else:
            messages.success(
                request,
                _("Version %(number)d is published. The members are asked to sign it.")
                % {"number": made.number},
            )
            return redirect(agreement_url(circle))
    context = frame(request, circle, "barter:agreement", (_("New version"), "")) | {"form": form}
    return render(request, "barter/agreement_form.html", context)


@member_required
def join(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Read the agreement and sign it: that is how one joins, and how a member signs a new version."""
    circle = get_circle_to_read(request.user, pk)
    current = agreement_in_force(circle)
    organizations = organizations_to_sign_for(request.user, circle)
    leads = is_facilitator(request.user)
    initial = {
        "seen": current.number,
        "signatory": "" if leads else str(person_of(request)),
        "organization": request.GET.get("structure", ""),
    }
    form = SignForm(
        request.POST if request.method == "POST" else None, organizations=organizations, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.chosen()
        try:
            member = sign_agreement(
                acting=acting_for(request.user, chosen),
                circle_id=circle.pk,
                seen=form.cleaned_data["seen"],
                signatory=form.cleaned_data["signatory"],
                capacity=form.cleaned_data["capacity"],
                now=timezone.now(),
            )
        except NewVersionError as fault:
            form.add_error(None, str(fault.message))
            form.read_again(current.number)
        except NoSignatoryError as fault:
            form.add_error("signatory", str(fault.message))
        else:
            words = {"organization": chosen, "number": current.number}
            messages.success(
                request, _("%(organization)s has signed version %(number)d of the agreement.") % words
            )
            if not member.may_trade:
                said = _("It is still “%(state)s”: the facilitators alone lift that.")
                messages.warning(request, said % {"state": member.get_state_display()})
            return redirect(circle_url(circle))
    context = frame(request, circle, "barter:agreement", (_("Sign"), ""))
    context |= {"agreement": current, "form": form, "organizations": organizations}
    return render(request, "barter/join.html", context)
