"""What the exchange shows on pages that cross rooms."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from maillage.apps.accounts.access import is_signed_in
from maillage.apps.exchange.access import listings_of
from maillage.apps.exchange.choices import SHOWN
from maillage.apps.exchange.queries.listings import ListingFilter, filter_listings, freshest
from maillage.apps.exchange.queries.proposals import proposals_to
from maillage.apps.exchange.views.cards import listing_cards, listing_url

HOME_SHOWN = 6
SPACE_SHOWN = 5


def home(request: HttpRequest, **page: Any) -> dict[str, Any] | None:
    """The latest needs and offers; nothing while there are none."""
    found = filter_listings(ListingFilter(), is_member=is_signed_in(request.user))
    cards = listing_cards(freshest(found)[:HOME_SHOWN])
    return {"listing_cards": cards} if cards else None


def space(request: HttpRequest, **page: Any) -> dict[str, Any] | None:
    """One's latest needs and offers, and how many findings wait."""
    mine = listings_of(request.user)
    latest = list(mine.order_by("-updated_at", "-pk")[:SPACE_SHOWN])
    waiting = proposals_to(mine.filter(status__in=SHOWN)).filter(listing__status__in=SHOWN).count()
    rows = [(listing.title, listing_url(listing), listing.get_status_display()) for listing in latest]
    return {"my_listings": rows, "waiting": waiting}
