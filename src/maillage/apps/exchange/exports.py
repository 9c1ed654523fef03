"""Needs and offers going out: tables, and Murmurations' `offers_wants`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from maillage.apps.exchange.choices import Kind
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.matching import with_everything
from maillage.apps.exchange.queries.owners import public_project
from maillage.apps.exchange.queries.wording import said_words

HEADERS = (
    "identifiant", "sens", "sorte", "titre", "texte", "conditions", "structure", "projet", "critères", "thèmes", "code postal",
    "commune", "rayon (km)", "du", "au", "valeur (€)", "visible jusqu’au", "adresse",
)  # fmt: skip
ROWS_MAX = 10_000
SCHEMA = "offers_wants_schema-v0.1.0"


OWN_HEADERS = (*HEADERS, "état", "mis à jour")


def own_rows(found: QuerySet[Listing]) -> Iterator[tuple[Any, ...]]:
    """One row a listing that one looks after, under `OWN_HEADERS`, whatever its state."""
    for listing, cells in _rows(found):
        yield (*cells, str(listing.get_status_display()), listing.updated_at)


def listing_rows(found: QuerySet[Listing]) -> Iterator[tuple[Any, ...]]:
    """One row a listing, under `HEADERS`; people's names are not in it, organisations' are."""
    return (cells for _listing, cells in _rows(found))


def _rows(found: QuerySet[Listing]) -> Iterator[tuple[Listing, tuple[Any, ...]]]:
    for listing in with_everything(found).order_by("pk")[:ROWS_MAX]:
        criteria = sorted(listing.criteria.all(), key=lambda each: each.rank)
        cells = (
            listing.pk,
            str(listing.get_direction_display()),
            str(listing.get_kind_display()),
            listing.title,
            listing.text,
            listing.conditions,
            listing.organization.name if listing.organization else "",
            project.title if (project := public_project(listing)) else "",
            " ; ".join(said_words(each) for each in criteria),
            ", ".join(sorted(theme.name for theme in listing.themes.all())),
            listing.postal_code,
            listing.city,
            listing.radius_km,
            listing.starts_on,
            listing.ends_on,
            listing.value_cents / 100 if listing.value_cents is not None else None,
            listing.expires_on,
            public_url(listing),
        )
        yield listing, cells


def murmurations_profiles(found: QuerySet[Listing]) -> list[dict[str, Any]]:
    """The listings as profiles of the schema `offers_wants` of Murmurations, empty fields left out."""
    return [murmurations_profile(listing) for listing in with_everything(found).order_by("pk")[:ROWS_MAX]]


def murmurations_profile(listing: Listing) -> dict[str, Any]:
    """One listing as a profile of the schema, whose rules are in `docs/reference/exports.md`."""
    placed = listing.latitude is not None
    themes = sorted(theme.name for theme in listing.themes.all())
    profile: dict[str, Any] = {
        "linked_schemas": [SCHEMA],
        "exchange_type": "want" if listing.is_need else "offer",
        "item_type": ITEM_TYPES.get(listing.kind),
        "transaction_type": transaction_types(listing),
        "title": listing.title,
        "description": "\n\n".join(part for part in (listing.text, listing.conditions) if part)
        or listing.title,
        "tags": list(dict.fromkeys([str(listing.get_kind_display()), *themes])),
        "geolocation": {"lat": listing.latitude, "lon": listing.longitude} if placed else None,
        "geographic_scope": _scope(listing.radius_km),
        "details_url": public_url(listing),
        "contact_details": {"contact_form": f"{settings.PUBLIC_URL}{_reply_path(listing)}"},
        "expires_at": _end_of(listing.expires_on),
    }
    return {name: value for name, value in profile.items() if value is not None}


LENT = frozenset({Kind.PREMISES, Kind.ROOM, Kind.EQUIPMENT, Kind.VEHICLE})
"""What comes back to its owner."""
GIVEN = frozenset({Kind.VOLUNTEERS, Kind.PARTNER, Kind.TESTER, Kind.FUNDING, Kind.ADVICE})
"""What is given when no price is said."""
ITEM_TYPES: dict[str, str] = {
    **dict.fromkeys((*LENT, Kind.GOODS), "good"),
    **dict.fromkeys(
        (Kind.SKILLS, Kind.VOLUNTEERS, Kind.TRAINING, Kind.MEDIA, Kind.PARTNER, Kind.TESTER, Kind.ADVICE),
        "service",
    ),
}
"""A product or service may be either, and money is neither: the schema lets them say nothing."""
BY_TIME = (
    "hour",
    "half_day",
    "day",
    "evening",
    "night",
    "weekend",
    "week",
    "fortnight",
    "month",
    "quarter",
    "year",
)


def transaction_types(listing: Listing) -> list[str]:
    """On what basis it changes hands, both sides of each being one word of the schema; all that is possible when it is not said."""
    money = [each.value for each in listing.criteria.all() if each.kind in ("rent", "price")]
    if listing.kind == Kind.FUNDING:  # its amount is what is given
        return ["receive-donate"]
    if money and all(each.low == each.high == 0 for each in money):
        return ["borrow-lend"] if listing.kind in LENT else ["receive-donate"]
    if listing.kind not in LENT:
        if money:
            return ["buy-sell"]
        return ["receive-donate"] if listing.kind in GIVEN else ["buy-sell", "receive-donate"]
    if not money:
        return ["borrow-lend", "rent-lease"]
    is_rent = any(each.kind == "rent" or each.unit.endswith(BY_TIME) for each in money)
    return ["rent-lease"] if is_rent or listing.kind == Kind.ROOM else ["rent-lease", "buy-sell"]


LOCAL_KM_MAX, REGIONAL_KM_MAX = 30, 200


def _scope(radius_km: int | None) -> str:
    """How far it is offered or looked for; near, as it is matched, when that is not said."""
    if radius_km is None or radius_km <= LOCAL_KM_MAX:
        return "local"
    return "regional" if radius_km <= REGIONAL_KM_MAX else "national"


def _end_of(day: date) -> int:
    """The end of the last day on which it is shown, in seconds since 1970."""
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=timezone.get_default_timezone())
    return int(midnight.timestamp())


def public_url(listing: Listing) -> str:
    return f"{settings.PUBLIC_URL}{reverse('exchange:listing_detail', args=[listing.pk, listing.slug])}"


def _reply_path(listing: Listing) -> str:
    return reverse("exchange:listing_reply", args=[listing.pk, listing.slug])
