"""Who is looking, and what that opens. The one place that knows that a visitor is no Person."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeGuard

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase

if TYPE_CHECKING:
    from maillage.apps.accounts.models import Person

View = Callable[..., HttpResponseBase]


def is_signed_in(viewer: object) -> TypeGuard[Person]:
    return bool(getattr(viewer, "is_authenticated", False))


def person_of(request: HttpRequest) -> Person:
    """Who asks, on a page that only members reach. Raises Http404 for a visitor."""
    if is_signed_in(request.user):
        return request.user
    raise Http404


def is_facilitator(viewer: object) -> bool:
    """Whether `viewer` (a Person or Django's AnonymousUser) has the facilitator's rights."""
    return bool(getattr(viewer, "is_facilitator", False))


def is_administrator(viewer: object) -> bool:
    return bool(getattr(viewer, "is_administrator", False))


def member_required(view: View) -> View:
    """A visitor is led to the sign-in and comes back to this page."""
    return _guarded(view, is_signed_in)


def facilitator_required(view: View) -> View:
    """A visitor is led to the sign-in; a member without the role meets the page of what does not exist."""
    return _guarded(view, is_facilitator)


def administrator_required(view: View) -> View:
    """As `facilitator_required`, for the network's administrators."""
    return _guarded(view, is_administrator)


def _guarded(view: View, allows: Callable[[object], bool]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if allows(request.user):
            return view(request, *args, **kwargs)
        if is_signed_in(request.user):
            raise Http404
        return redirect_to_login(request.get_full_path())

    return guarded
