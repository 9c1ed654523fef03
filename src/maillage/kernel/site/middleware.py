"""A page that only reads asks for the site's settings once."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from maillage.kernel.site.settings import settings_read_once


class SettingsReadOnceMiddleware:
    """A GET never writes: what it read of the settings holds until its answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with settings_read_once():
            return self.get_response(request)
