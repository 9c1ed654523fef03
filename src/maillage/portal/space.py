"""/mon-espace/: what is mine, what waits for me, and where to see to the rest. And leaving a mailing by its link."""

from __future__ import annotations

from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maillage.apps.accounts.access import member_required
from maillage.apps.accounts.models import Person
from maillage.apps.accounts.queries import erasure_asked_by
from maillage.kernel.mail.choices import Rhythm
from maillage.kernel.mail.models import Notification
from maillage.kernel.mail.notifications import all_kinds, choose_rhythm, read_unsubscribe_token
from maillage.kernel.rooms.panels import panels_for
from maillage.portal.context import menu

NOTIFICATIONS_SHOWN = 5
NOTIFICATIONS_FOLDED = 20
"""The next ones, behind a click: on a phone, what is below must not be ten screens away."""


@require_GET
@member_required
def space(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    news = Notification.objects.filter(person=person)
    latest = list(news.order_by("-created_at", "-pk")[: NOTIFICATIONS_SHOWN + NOTIFICATIONS_FOLDED])
    context = {
        "panels": panels_for(request, "space"),
        "news": latest[:NOTIFICATIONS_SHOWN],
        "older_news": latest[NOTIFICATIONS_SHOWN:],
        "unseen_count": news.filter(seen_at=None).count(),
        "entries": menu(request, "space"),
        "erasure": erasure_asked_by(person),
    }
    return render(request, "portal/space.html", context)


@require_POST
@member_required
def mark_seen(request: HttpRequest) -> HttpResponse:
    Notification.objects.filter(person=_person(request), seen_at=None).update(seen_at=timezone.now())
    return redirect("portal:space")


@csrf_exempt  # a mailbox's one-click button posts here without a page of ours; the signed token is the proof
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST silences the kinds of the message (RFC 8058)."""
    try:
        key, kind_keys = read_unsubscribe_token(token)
    except BadSignature:
        raise Http404 from None
    kinds = [kind for kind in all_kinds() if kind.key in kind_keys]
    person = Person.objects.filter(key=key).first()
    if request.method == "POST" and person is not None:
        for kind in kinds:
            choose_rhythm(person=person, kind=kind.key, rhythm=Rhythm.NEVER, now=timezone.now())
    context = {"kinds": kinds, "done": request.method == "POST"}
    return render(request, "portal/unsubscribe.html", context)


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user
