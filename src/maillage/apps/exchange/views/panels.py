"""What the exchange shows on pages that cross rooms."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from maillage.apps.accounts.access import is_signed_in
from maillage.apps.exchange.access import listings_of
from maillage.apps.exchange.choices import SHOWN, Direction
from maillage.apps.exchange.queries.listings import ListingFilter, filter_listings, freshest
from maillage.apps.exchange.queries.matching import with_card
from maillage.apps.exchange.queries.proposals import proposals_to
from maillage.apps.exchange.views.cards import listing_cards

HOME_SHOWN = 3
SPACE_SHOWN = 5


def home(request: HttpRequest, **page: Any) -> dict[str, Any] | None:
    """The latest needs and the latest offers; nothing while there are none."""
    found = filter_listings(ListingFilter(), is_member=is_signed_in(request.user))
    cards = [
        card
        for direction in Direction.values
        for card in listing_cards(freshest(found.filter(direction=direction))[:HOME_SHOWN])
    ]
    return {"listing_cards": cards} if cards else None


def space(request: HttpRequest, **page: Any) -> dict[str, Any] | None:
    """One's latest needs and offers, and how many findings wait."""
    mine = listings_of(request.user)
    shown = list(with_card(mine).order_by("-updated_at", "-pk")[:SPACE_SHOWN])
    waiting = proposals_to(mine.filter(status__in=SHOWN)).filter(listing__status__in=SHOWN).count()
    return {"my_listing_cards": listing_cards(shown), "waiting": waiting}
