"""Completion of addresses and communes while one types."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maillage.apps.directory.queries.geocoding import find_places
from maillage.kernel.http.pace import may_ask

QUESTIONS_PER_MINUTE = 90


@require_safe
def addresses(request: HttpRequest) -> JsonResponse:
    """The places that `q` may mean, as JSON: a list of `FoundPlace` under "places"."""
    if not may_ask(request, "geocoding", per_minute=QUESTIONS_PER_MINUTE):
        said = _("Too many questions in a short time. Wait a minute, then try again.")
        return JsonResponse({"places": [], "error": said}, status=429, headers={"Retry-After": "60"})
    places = find_places(request.GET.get("q", ""))
    return JsonResponse({"places": [asdict(place) for place in places]})
