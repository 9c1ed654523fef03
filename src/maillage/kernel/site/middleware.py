"""What the site's settings mean for each request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from maillage.kernel.rooms.manifest import all_manifests
from maillage.kernel.site.settings import open_rooms


class ClosedRoomsMiddleware:
    """The pages of a room that is off are not there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._optional = {
            namespace: room.name
            for room in all_manifests()
            if room.optional
            for namespace in room.url_namespaces
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        match = request.resolver_match
        room = self._optional.get(match.namespace) if match else None
        if room is not None and all(each.name != room for each in open_rooms()):
            raise Http404
