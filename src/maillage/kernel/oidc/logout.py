"""Leaving the provider too: whoever signs out here does not stay signed in there without knowing."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest

SESSION_KEY = "oidc_identity"


def remember_identity(request: HttpRequest, *, id_token: str, end_address: str) -> None:
    """Keep, in the session only, what the provider asks for when one leaves."""
    if end_address:
        request.session[SESSION_KEY] = {"id_token": id_token, "end_address": end_address}


def logout_address(request: HttpRequest) -> str:
    """Where to send someone who signs out, when they came through a provider that can end its session; else ""."""
    identity = request.session.get(SESSION_KEY)
    if not identity:
        return ""
    query = urlencode(
        {
            "id_token_hint": identity["id_token"],
            "post_logout_redirect_uri": f"{settings.PUBLIC_URL}/",
            "state": secrets.token_urlsafe(16),
        }
    )
    return f"{identity['end_address']}?{query}"
