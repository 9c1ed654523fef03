"""The structure answers by its link, without an account, on a phone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from maillage.apps.barter.access import get_interview_by_link
from maillage.apps.barter.actions.interviews import LinkOverError, answer_interview
from maillage.apps.barter.forms.interviews import ConfirmationForms
from maillage.apps.barter.models import Interview
from maillage.apps.barter.queries.interviews import LINK_LASTS, items_of
from maillage.kernel.http.pace import may_ask

PAGES_PER_MINUTE = 30


@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponseBase:
    """Each draft: publish it, correct it, do not publish it, or later."""
    if not may_ask(request, "barter-confirm", per_minute=PAGES_PER_MINUTE):
        return render(request, "barter/confirm_slow.html", status=429)
    opened = get_interview_by_link(token, now=timezone.now())
    if opened is None:
        return render(request, "barter/confirm_gone.html", status=410)
    interview, number = opened
    items = list(items_of(interview))
    forms = ConfirmationForms(
        request.POST if request.method == "POST" else None, items=[each for each in items if not each.answer]
    )
    if request.method == "POST" and forms.is_valid() and not forms.said():
        forms.who.add_error(None, _("Choose “publish” or “do not publish” for one draft at least."))
    elif request.method == "POST" and forms.is_valid():
        try:
            answer_interview(
                interview_id=interview.pk,
                link_number=number,
                name=forms.who.cleaned_data["name"],
                capacity=forms.who.cleaned_data["capacity"],
                said=forms.said(),
                now=timezone.now(),
            )
        except LinkOverError:
            return render(request, "barter/confirm_gone.html", status=410)
        return redirect("barter:confirm", token)
    return _draw(request, interview, forms, answered=[each for each in items if each.answer])


def _draw(
    request: HttpRequest, interview: Interview, forms: ConfirmationForms, answered: list[object]
) -> HttpResponse:
    refused = request.method == "POST"
    context = {
        "interview": interview,
        "organization": interview.member.organization,
        "circle": interview.member.circle,
        "forms": forms,
        "answered": answered,
        "refused": refused,
        "until": interview.sent_at + LINK_LASTS if interview.sent_at else None,
    }
    return render(request, "barter/confirm.html", context, status=422 if refused else 200)
