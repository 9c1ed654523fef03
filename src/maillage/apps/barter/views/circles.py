"""The list of the circles; opening one, changing its words."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.apps.accounts.access import (
    facilitator_required,
    is_facilitator,
    member_required,
    person_of,
)
from maillage.apps.barter.access import get_circle_to_lead, get_circle_to_read
from maillage.apps.barter.actions.circles import (
    ChangedMeanwhileError,
    NameTakenError,
    NoAgreementError,
    change_circle,
    open_circle,
)
from maillage.apps.barter.forms.circles import ChangeCircleForm, NewCircleForm, circle_initial
from maillage.apps.barter.forms.lists import NameFilterForm
from maillage.apps.barter.queries.circles import circles, circles_of, last_change, rules_versions
from maillage.apps.barter.views.circle import circle_url, frame
from maillage.kernel.db.holding import holding

PER_PAGE = 50


@member_required
def circle_list(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    own: dict[int, list[str]] = {}
    for circle, member in circles_of(person):
        own.setdefault(circle.pk, []).append(member.organization.name)
    asked = NameFilterForm.read(request)
    found = holding(circles(), asked.wanted.get("mots", ""), keys=("sort_key",))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "leads": is_facilitator(person),
        "rows": [(each, circle_url(each), own.get(each.pk, [])) for each in page],
        "page_obj": page,
        **asked.context,
    }
    return render(request, "barter/list.html", context)


@facilitator_required
def circle_open(request: HttpRequest) -> HttpResponseBase:
    form = NewCircleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = open_circle(actor=person_of(request), **form.cleaned_data, now=timezone.now())
        except NameTakenError as fault:
            form.add_error("name", str(fault.message))
        except NoAgreementError as fault:
            form.add_error("agreement", str(fault.message))
        else:
            messages.success(request, _("The circle is open. Its members join by signing the agreement."))
            return redirect(circle_url(made))
    return render(request, "barter/circle_form.html", {"form": form, "circle": None, "crumbs": None})


@facilitator_required
def circle_change(request: HttpRequest, pk: int) -> HttpResponseBase:
    circle = get_circle_to_lead(request.user, pk)
    last = last_change(circle)
    initial = {**circle_initial(circle), "seen": last.number if last else 1}
    form = ChangeCircleForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_circle(
                actor=person_of(request), circle_id=circle.pk, **form.cleaned_data, now=timezone.now()
            )
        except NameTakenError as fault:
            form.add_error("name", str(fault.message))
        except ChangedMeanwhileError as fault:
            form.add_error(None, str(fault.message))
            form.read_again(last.number if last else 1)
        else:
            return redirect(circle_url(circle))
    context = frame(request, circle, "barter:circle", (_("Change"), "")) | {"form": form}
    return render(request, "barter/circle_form.html", context)


@member_required
def circle_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """What the circle said of itself and its rules, version after version, for everybody who may join it."""
    circle = get_circle_to_read(request.user, pk)
    context = frame(request, circle, "barter:circle", (_("Versions of the rules"), ""))
    return render(request, "barter/circle_versions.html", context | {"versions": rules_versions(circle)})
