"""What a page reads once. A GET never writes: what it read holds until its answer, and not a moment longer.

Elsewhere (a POST, a job, a command) nothing is held: each call reads.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponse

Read = TypeVar("Read")

_held: ContextVar[dict[Hashable, Any] | None] = ContextVar("read_once", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """Inside, `once` reads at its first call for a key only."""
    before = _held.set({})
    try:
        yield
    finally:
        _held.reset(before)


def once(key: Hashable, read: Callable[[], Read]) -> Read:
    """What `read` gives, or gave for the same key on this page. The key names all that the answer depends on."""
    held = _held.get()
    if held is None:
        return read()
    if key not in held:
        held[key] = read()
    return cast(Read, held[key])


class ReadOnceMiddleware:
    """A page that is only read reads once what its parts have in common."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with reading_once():
            return self.get_response(request)
