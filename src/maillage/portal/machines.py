"""Small files that browsers and robots ask for by name."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control

from maillage.kernel.site.settings import get_site

PRIVATE_PLACES = (
    "/compte/",
    "/mon-espace/",
    "/animation/",
    "/administration/",
    "/bienvenue/",
    "/demonstration/",
)
PAPER = "#fbf7ef"
LEAF = "#17594f"
SHORT_NAME_CHARACTERS_MAX = 12


@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be indexed; what needs an account, and endless searches, may not."""
    lines = ["User-agent: *", *(f"Disallow: {place}" for place in PRIVATE_PLACES), "Disallow: /recherche/"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@cache_control(public=True, max_age=3600)
def favicon(request: HttpRequest) -> HttpResponse:
    """Where the icon is: a browser that shows a feed or a data file has no page to read it from."""
    return redirect(static("maillage/icon.svg"))


@cache_control(public=True, max_age=3600)
def web_manifest(request: HttpRequest) -> JsonResponse:
    """The site as something that can be kept on a telephone's first screen."""
    name = get_site().name
    return JsonResponse(
        {
            "name": name,
            "short_name": name if len(name) <= SHORT_NAME_CHARACTERS_MAX else "Maillage",
            "lang": "fr",
            "start_url": "/",
            "display": "minimal-ui",
            "background_color": PAPER,
            "theme_color": LEAF,
            "icons": [{"src": static("maillage/icon.svg"), "type": "image/svg+xml", "sizes": "any"}],
        },
        content_type="application/manifest+json",
    )
