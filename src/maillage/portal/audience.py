"""/administration/audience/: which pages are read, without knowing by whom."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from maillage.apps.accounts.access import administrator_required
from maillage.kernel.audience.queries import counts_by_day, counts_by_kind
from maillage.kernel.rooms.manifest import Text

DAYS = (30, 7, 90, 365)
KIND_LABELS: dict[str, Text] = {
    "portal:home": _("Home"),
    "portal:search": _("Search"),
    "portal:space": _("My space"),
    "directory:initiative_list": _("List of initiatives"),
    "directory:initiative_detail": _("Fiche of an initiative"),
    "directory:organization_list": _("List of organisations"),
    "directory:organization_detail": _("Fiche of an organisation"),
    "directory:map": _("Map"),
    "directory:territory": _("Territory"),
    "directory:territory_list": _("Territory"),
    "portal:territory": _("Territory"),
    "portal:legal_notices": _("Legal pages"),
    "portal:privacy": _("Legal pages"),
    "portal:accessibility": _("Legal pages"),
    "portal:eco_design": _("Legal pages"),
    "account_login": _("Sign in"),
    "account_signup": _("Create an account"),
}
ROOM_LABELS: dict[str, Text] = {
    "directory": _("Other pages of the directory"),
    "accounts": _("Accounts and administration"),
    "portal": _("Other pages of the site"),
    "": _("Accounts and administration"),
}


def kind_label(page: str) -> Text:
    """The words for the name of an address: its own, or those of the room that it belongs to."""
    room, colon, _rest = page.rpartition(":")
    return KIND_LABELS.get(page) or ROOM_LABELS.get(room if colon else "", page)


@require_GET
@administrator_required
def audience(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("jours", "")
    days = int(asked) if asked.isdecimal() and int(asked) in DAYS else DAYS[0]
    today = timezone.localdate()
    by_day = counts_by_day(today=today, days=days)
    by_kind: Counter[str] = Counter()
    for kind in counts_by_kind(today=today, days=days):
        by_kind[str(kind_label(kind.page))] += kind.count
    context = {
        "days": str(days),
        "choices": [str(choice) for choice in sorted(DAYS)],
        "by_day": list(reversed(by_day)),
        "busiest": max((day.count for day in by_day), default=0),
        "total": sum(day.count for day in by_day),
        "by_kind": [{"label": label, "count": count} for label, count in by_kind.most_common()],
    }
    return render(request, "portal/audience.html", context)
