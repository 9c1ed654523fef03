"""Who takes part in a programme: one by one, by a list, and what binds them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import facilitator_required, person_of
from maillage.apps.codevelopment.access import (
    get_participant_to_change,
    get_programme_to_lead,
    get_rule_to_remove,
)
from maillage.apps.codevelopment.actions.people import (
    NoNameError,
    SameNameError,
    SamePersonError,
    TooManyPeopleError,
    add_participants,
    change_participant,
    leave_programme,
    remove_rule,
    set_rule,
)
from maillage.apps.codevelopment.actions.programmes import EndedError
from maillage.apps.codevelopment.forms import ListForm, ParticipantForm, RuleForm
from maillage.apps.codevelopment.models import Programme
from maillage.apps.codevelopment.queries.problems import people_in
from maillage.apps.codevelopment.views.programmes import crumbs


def people_url(programme: Programme) -> str:
    return reverse("codevelopment:people", args=[programme.pk])


@facilitator_required
def people(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The people of a programme; one more, or a whole list."""
    programme = get_programme_to_lead(request.user, pk)
    if request.method != "POST":
        return _draw(request, programme)
    is_list = "liste" in request.POST
    form: ParticipantForm | ListForm = (
        ListForm(request.POST, request.FILES) if is_list else ParticipantForm(request.POST)
    )
    if form.is_valid():
        contents = form.contents if isinstance(form, ListForm) else [form.content()]
        try:
            added, same = add_participants(
                actor=person_of(request), programme_id=pk, contents=contents, now=timezone.now()
            )
        except (NoNameError, TooManyPeopleError, EndedError) as fault:
            form.add_error(None, str(fault.message))
        else:
            _tell(request, added, same)
            return redirect(people_url(programme))
    return _draw(request, programme, **{"listed" if is_list else "form": form})


def _tell(request: HttpRequest, added: int, same: int) -> None:
    if added:
        said = ngettext("%(count)d person came in.", "%(count)d people came in.", added)
        messages.success(request, said % {"count": added})
    if same:
        said = ngettext("%(count)d person was there already.", "%(count)d people were there already.", same)
        messages.info(request, said % {"count": same})


def _draw(request: HttpRequest, programme: Programme, **forms: Any) -> HttpResponse:
    found = people_in(programme)
    rules = programme.rules.select_related("first", "second").order_by("pk")
    context = {
        "programme": programme,
        "crumbs": crumbs(programme, _("People")),
        "people": [
            (each, reverse("codevelopment:participant", args=[programme.pk, each.pk])) for each in found
        ],
        "rules": list(rules),
        "form": forms.get("form") or ParticipantForm(),
        "listed": forms.get("listed") or ListForm(auto_id="liste-%s"),
        "rule_form": forms.get("rule_form") or RuleForm(people=found, auto_id="regle-%s"),
        "refused": forms.get("form") or forms.get("listed") or forms.get("rule_form"),
        "list_refused": "listed" in forms,
        "rule_refused": "rule_form" in forms,
    }
    return render(request, "codevelopment/people.html", context)


@facilitator_required
def participant(request: HttpRequest, pk: int, participant_pk: int) -> HttpResponseBase:
    """What is said of somebody, the meetings that they will miss, and their leaving."""
    programme = get_programme_to_lead(request.user, pk)
    who = get_participant_to_change(request.user, programme, participant_pk)
    if request.method == "POST" and "partir" in request.POST:
        try:
            leave_programme(actor=person_of(request), participant_id=who.pk, now=timezone.now())
        except EndedError as fault:
            messages.error(request, str(fault.message))
        else:
            messages.success(
                request, _("%(who)s leaves. Adjust the groups when you are ready.") % {"who": who}
            )
        return redirect(people_url(programme))
    data = request.POST if request.method == "POST" else None
    form = ParticipantForm(data, participant=who, rounds=programme.rounds_count)
    if request.method == "POST" and form.is_valid():
        try:
            change_participant(
                actor=person_of(request),
                participant_id=who.pk,
                content=form.content(),
                absent=form.cleaned_data["absent"],
                now=timezone.now(),
            )
        except (NoNameError, SameNameError) as fault:
            form.add_error("name", str(fault.message))
        except EndedError as fault:
            form.add_error(None, str(fault.message))
        else:
            return redirect(people_url(programme))
    context = {"programme": programme, "who": who, "form": form, "crumbs": crumbs(programme, str(who))}
    return render(request, "codevelopment/participant.html", context)


@facilitator_required
@require_POST
def rules(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Two people who must, or must not, meet."""
    programme = get_programme_to_lead(request.user, pk)
    if "retirer" in request.POST:
        text = request.POST["retirer"]
        key = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
        found = get_rule_to_remove(request.user, programme, key)
        try:
            remove_rule(actor=person_of(request), rule_id=found.pk, now=timezone.now())
        except EndedError as fault:
            messages.error(request, str(fault.message))
        return redirect(f"{people_url(programme)}#regles")
    form = RuleForm(request.POST, people=people_in(programme), auto_id="regle-%s")
    if form.is_valid():
        try:
            set_rule(actor=person_of(request), programme_id=pk, **form.cleaned_data, now=timezone.now())
        except (SamePersonError, EndedError) as fault:
            form.add_error(None, str(fault.message))
        else:
            return redirect(f"{people_url(programme)}#regles")
    return _draw(request, programme, rule_form=form)
