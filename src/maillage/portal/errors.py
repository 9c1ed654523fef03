"""Pages that say what went wrong: what happened, what was kept, what to do.

A broken request (400) and a fault of ours (500) may have broken anything, the database included: their pages stand on
`ui/bare.html`, which asks nothing of anybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseServerError
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string

WORDS_CHARACTERS_MAX = 80
NOT_WORDS = re.compile(r"[\W\d_]+")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponseBadRequest(render_to_string("portal/errors/400.html"))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "portal/errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    values = {"words": words_of(request.path)}
    return render(request, "portal/errors/404.html", values, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return HttpResponseServerError(render_to_string("portal/errors/500.html"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open for too long, or sent without cookies; `reason` is for the journal only."""
    return render(request, "portal/errors/403_csrf.html", status=403)


class WrongMethodMiddleware:
    """An address that only takes a form, opened by its link (after signing in, from the history): a page, not a blank."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        is_blank = answer.status_code == 405 and not getattr(answer, "content", b"-")
        if request.method != "GET" or not is_blank:
            return answer
        told = render(request, "portal/errors/405.html", status=405)
        told["Allow"] = answer.get("Allow", "")
        return told


def words_of(path: str) -> str:
    """What somebody may have been looking for, read from the last part of an address that leads nowhere.

    >>> words_of("/initiatives/12-repair-cafe-des-vallons/")
    'repair cafe des vallons'
    """
    last = unquote(path).rstrip("/").rpartition("/")[2]
    return NOT_WORDS.sub(" ", last).strip()[:WORDS_CHARACTERS_MAX]
