"""What is asked of a signed-in person before anything else."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from maillage.apps.accounts.access import is_signed_in

OPEN_PREFIXES = ("/compte/", "/static/", "/fichiers/", "/informations/")
"""Pages that activate the second step, sign out, or tell one's rights."""


class SecondFactorMiddleware:
    """Who looks after the network, or the money of an organisation, without a second factor is led to activate one.

    The persons of a demonstration are not asked: their accounts are public and wiped with it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _must_protect_account(request):
            return redirect("accounts:protect")
        return self.get_response(request)


def _must_protect_account(request: HttpRequest) -> bool:
    person = request.user
    if not is_signed_in(person) or not person.must_have_second_factor or person.is_demonstration:
        return False
    if request.path.startswith(OPEN_PREFIXES) or request.path == reverse("accounts:protect"):
        return False
    # Read with the person of a session; who signed in just now is asked.
    known = getattr(person, "has_second_factor", None)
    return not (is_mfa_enabled(person) if known is None else known)
