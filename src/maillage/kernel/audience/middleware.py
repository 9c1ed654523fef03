from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from maillage.kernel.audience.counter import AudienceCounter

ROBOTS = re.compile(r"bot|crawl|spider|slurp|curl|wget|python|preview|monitor", re.IGNORECASE)
counter = AudienceCounter(flush_seconds=settings.AUDIENCE_FLUSH_SECONDS)


class AudienceMiddleware:
    """Counts whole pages that were found and read by somebody who does not call themselves a robot."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if _is_page_read(request, response) and request.resolver_match is not None:
            counter.add(timezone.localdate(), request.resolver_match.view_name[:100])
        return response


def _is_page_read(request: HttpRequest, response: HttpResponseBase) -> bool:
    agent = request.headers.get("User-Agent", "")
    return (
        request.method == "GET"
        and response.status_code == 200
        and response.headers.get("Content-Type", "").startswith("text/html")
        and "HX-Request" not in request.headers
        and request.headers.get("Sec-Purpose", "") != "prefetch"
        and bool(agent)
        and not ROBOTS.search(agent)
    )
