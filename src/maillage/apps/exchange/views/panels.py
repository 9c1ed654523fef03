"""What the exchange shows on pages that cross rooms."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from maillage.apps.accounts.access import is_signed_in
from maillage.apps.directory.choices import Status
from maillage.apps.directory.models import Initiative, Organization
from maillage.apps.exchange.access import listings_of
from maillage.apps.exchange.choices import SHOWN
from maillage.apps.exchange.queries.listings import ListingFilter, filter_listings, freshest
from maillage.apps.exchange.queries.proposals import proposals_to
from maillage.apps.exchange.views.cards import listing_cards, listing_url

HOME_SHOWN = 6
SPACE_SHOWN = 5


def map_page(request: HttpRequest, **page: Any) -> dict[str, Any] | None:
    """The way from the map of initiatives to that of needs and offers."""
    return {}


def home(request: HttpRequest, **page: Any) -> dict[str, Any] | None:
    """The latest needs and offers; nothing while there are none."""
    found = filter_listings(ListingFilter(), is_member=is_signed_in(request.user))
    cards = listing_cards(freshest(found)[:HOME_SHOWN])
    return {"listing_cards": cards} if cards else None


def organization(request: HttpRequest, *, organization: Organization, **page: Any) -> dict[str, Any] | None:
    """What an organisation looks for and gives, on its page."""
    return _of_owner(request, Q(organization=organization))


def initiative(
    request: HttpRequest, *, initiative: Initiative, can_edit: bool = False, **page: Any
) -> dict[str, Any] | None:
    """What a project looks for and gives, on its fiche; those who look after it may say more."""
    shown = _of_owner(request, Q(initiative=initiative))
    if can_edit and initiative.status == Status.PUBLISHED:
        address = f"{reverse('exchange:listing_create')}?projet={initiative.pk}"
        return {"listing_cards": [], **(shown or {}), "say_url": address}
    return shown


def _of_owner(request: HttpRequest, owner: Q) -> dict[str, Any] | None:
    found = filter_listings(ListingFilter(), is_member=is_signed_in(request.user)).filter(owner)
    cards = listing_cards(freshest(found)[:HOME_SHOWN])
    return {"listing_cards": cards, "say_url": ""} if cards else None


def space(request: HttpRequest, **page: Any) -> dict[str, Any] | None:
    """One's latest needs and offers, and how many findings wait."""
    mine = listings_of(request.user)
    latest = list(mine.order_by("-updated_at", "-pk")[:SPACE_SHOWN])
    waiting = proposals_to(mine.filter(status__in=SHOWN)).filter(listing__status__in=SHOWN).count()
    rows = [(listing.title, listing_url(listing), listing.get_status_display()) for listing in latest]
    return {"my_listings": rows, "waiting": waiting}
