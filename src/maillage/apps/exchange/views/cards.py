"""What a card and a page say of a need or an offer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from maillage.apps.directory.choices import Status
from maillage.apps.exchange.choices import Audience
from maillage.apps.exchange.models import Listing, ListingCriterion
from maillage.apps.exchange.queries.matching import Found
from maillage.apps.exchange.queries.owners import owner_name
from maillage.apps.exchange.queries.wording import PEOPLE, euros, reason_words, said_words, says_a_thing


@dataclass(frozen=True)
class ListingCard:
    """A need or an offer in a list; `facts` are its criteria in words."""

    id: int
    title: str
    href: str
    is_need: bool
    direction: str
    kind: str
    status: str
    is_for_members: bool
    facts: tuple[str, ...]
    place: str
    owner: str
    is_project: bool
    updated_at: Any


@dataclass(frozen=True)
class MatchCard:
    """A listing that another may meet, with the reasons for, to check, and against."""

    card: ListingCard
    good: tuple[str, ...]
    unsure: tuple[str, ...]
    bad: tuple[str, ...]


FACTS_MAX = 4


def listing_url(listing: Listing) -> str:
    return reverse("exchange:listing_detail", args=[listing.pk, listing.slug])


def listing_crumbs(listing: Listing, *here: str) -> list[tuple[str, str]]:
    """The way back: the list, the listing, and `here` when the page is about a part of it."""
    way = [(_("Needs and offers"), reverse("exchange:listing_list"))]
    return [*way, (listing.title, listing_url(listing)), *((label, "") for label in here)]


def owner_url(listing: Listing) -> str:
    """The page of the project or of the organisation, when everybody may read it."""
    for owner, name in (
        (listing.initiative, "directory:initiative_detail"),
        (listing.organization, "directory:organization_detail"),
    ):
        if owner is not None and owner.status == Status.PUBLISHED:
            return reverse(name, args=[owner.pk, owner.slug])
    return ""


def listing_cards(listings: Iterable[Listing]) -> list[ListingCard]:
    """Cards of listings read by `with_card`: no further query."""
    return [listing_card(listing) for listing in listings]


def listing_card(listing: Listing) -> ListingCard:
    criteria = sorted(listing.criteria.all(), key=lambda each: each.rank)
    return ListingCard(
        id=listing.pk,
        title=listing.title,
        href=listing_url(listing),
        is_need=listing.is_need,
        direction=str(listing.get_direction_display()),
        kind=str(listing.get_kind_display()),
        status=str(listing.get_status_display()),
        is_for_members=listing.audience == Audience.NETWORK,
        facts=tuple(said_words(each) for each in _once(criteria)[:FACTS_MAX]),
        place=listing.city,
        owner=owner_name(listing),
        is_project=listing.initiative_id is not None,
        updated_at=listing.updated_at,
    )


def _once(criteria: Sequence[ListingCriterion]) -> list[ListingCriterion]:
    """Without the people whom a title and its text both count, each in its words: "six jeunes", "6 bénévoles"."""
    counted = {(each.low, each.high) for each in criteria if says_a_thing(each)}
    return [each for each in criteria if each.unit not in PEOPLE or (each.low, each.high) not in counted]


def match_card(found: Found) -> MatchCard:
    def said(is_met: bool | None) -> tuple[str, ...]:
        return tuple(reason_words(reason, found.names) for reason in found.reasons if reason.is_met is is_met)

    return MatchCard(listing_card(found.listing), said(True), said(None), said(False))


def facts_of(listing: Listing) -> list[tuple[str, str]]:
    """The facts beside the text of a listing, empty ones left out by the component."""
    town = f"{listing.postal_code} {listing.city}".strip()
    return [
        (pgettext("of a listing", "Kind"), str(listing.get_kind_display())),
        (_("Where"), town),
        (_("How far"), f"{listing.radius_km} km" if listing.radius_km else ""),
        (_("When"), _dates(listing)),
        (_("Estimated value"), euros(listing.value_cents)),
        (_("Who sees it"), str(listing.get_audience_display())),
        (_("Shown until"), date_format(listing.expires_on, "DATE_FORMAT")),
    ]


def _dates(listing: Listing) -> str:
    first, last = (
        date_format(day, "DATE_FORMAT") if day else "" for day in (listing.starts_on, listing.ends_on)
    )
    if first and last:
        return _("from %(first)s to %(last)s") % {"first": first, "last": last}
    if first:
        return _("from %(first)s on") % {"first": first}
    return _("until %(last)s") % {"last": last} if last else ""
