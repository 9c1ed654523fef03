"""One's sessions in one's calendar: a file, or an address that the calendar asks again by itself."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from maillage.apps.accounts.access import member_required, person_of
from maillage.apps.accounts.models import Person
from maillage.apps.codevelopment.actions.calendars import renew_calendar_address
from maillage.apps.codevelopment.exports import calendar_of
from maillage.apps.codevelopment.queries.calendars import calendar_token, own_places, person_of_calendar
from maillage.apps.codevelopment.queries.programmes import sessions_of
from maillage.kernel.site.settings import get_site


def calendar_address(person: Person) -> str:
    """The whole address to give to a calendar."""
    return settings.PUBLIC_URL + reverse("codevelopment:followed_calendar", args=[calendar_token(person)])


def _calendar(person: Person) -> HttpResponse:
    circles = sessions_of(person)
    made = calendar_of(
        circles,
        name=_("My sessions"),
        site=get_site().name,
        at=timezone.now(),
        places=own_places(person, circles),
    )
    response = HttpResponse(made, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="mes-seances.ics"'
    response["Cache-Control"] = "private, no-cache"
    return response


@member_required
def own_calendar(request: HttpRequest) -> HttpResponse:
    """The sessions to come of the person, as a file."""
    return _calendar(person_of(request))


@require_safe
def followed_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The same for a calendar that follows them, which cannot sign in: the address itself is the key."""
    person = person_of_calendar(token)
    if person is None:
        raise Http404
    return _calendar(person)


@member_required
@require_POST
def calendar_renew(request: HttpRequest) -> HttpResponseBase:
    renew_calendar_address(person=person_of(request), now=timezone.now())
    messages.success(
        request, _("Your calendar has a new address. The old one gives nothing any more: subscribe again.")
    )
    return redirect(f"{reverse('codevelopment:list')}#seances")
