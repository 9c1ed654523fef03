"""What the directory shows on pages that it does not own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from maillage.apps.accounts.access import is_signed_in
from maillage.apps.directory.access import acting_organization, active_memberships, initiatives_editable_by
from maillage.apps.directory.queries.initiatives import freshest_fiches
from maillage.apps.directory.queries.themes import theme_tree
from maillage.apps.directory.views.cards import initiative_cards

SHOWN = 6


def home(request: HttpRequest) -> dict[str, Any] | None:
    """The freshest fiches, and the themes to look through."""
    fresh = freshest_fiches()[:SHOWN]
    return {"cards": initiative_cards(fresh), "themes": [node.theme for node in theme_tree().tops]}


def space(request: HttpRequest) -> dict[str, Any] | None:
    """The organisations one belongs to, on whose behalf one acts, and the fiches one looks after."""
    if not is_signed_in(request.user):
        return None
    memberships = active_memberships(request.user).select_related("organization")
    return {
        "memberships": list(memberships.order_by("organization__sort_key", "pk")),
        "acting": acting_organization(request),
        "initiatives": list(initiatives_editable_by(request.user).order_by("-updated_at", "-pk")[:SHOWN]),
    }
