"""Public needs and offers, read only, with the filter of the list."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import HttpError

from maillage.apps.directory.queries.themes import theme_tree
from maillage.apps.exchange.exports import public_url
from maillage.apps.exchange.forms import parse_listing_filter
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.listings import filter_listings, freshest
from maillage.kernel.site.settings import open_rooms

router = Router(tags=["exchange"])

PAGE_SIZE_MAX = 100
OFFSET_MAX = 1_000_000


class CriterionOut(Schema):
    """A criterion: `low` and `high` are inclusive, null when open."""

    kind: str
    unit: str
    low: float | None
    high: float | None
    begins: date | None
    ends: date | None


class ListingOut(Schema):
    """A need or an offer. `themes` are slugs; coordinates are those of its commune, in degrees."""

    id: int
    url: str
    direction: str
    kind: str
    title: str
    text: str
    conditions: str
    organization: str | None
    themes: list[str]
    criteria: list[CriterionOut]
    insee_code: str | None
    city: str
    latitude: float | None
    longitude: float | None
    radius_km: int | None
    starts_on: date | None
    ends_on: date | None
    value_cents: int | None
    expires_on: date
    updated_at: datetime


class ListingPage(Schema):
    total: int
    items: list[ListingOut]


@router.get("/listings", response=ListingPage, summary="Needs and offers")
def listings(
    request: HttpRequest,
    sens: str = Query("", description="need or offer"),
    q: str = Query("", description="words"),
    sorte: str = Query("", description="kind: premises, vehicle, skills…"),
    theme: str = Query("", description="slug of a theme"),
    limit: int = Query(20, ge=1, le=PAGE_SIZE_MAX),
    offset: int = Query(0, ge=0, le=OFFSET_MAX),
) -> dict[str, Any]:
    """The latest first."""
    if all(room.name != "exchange" for room in open_rooms()):
        raise HttpError(404, "Not Found")
    found = filter_listings(parse_listing_filter(request.GET, theme_tree()), is_member=False)
    page = freshest(found)[offset : offset + limit]
    return {"total": found.count(), "items": [_out(listing) for listing in page]}


def _out(listing: Listing) -> dict[str, Any]:
    plain = (
        "id",
        "direction",
        "kind",
        "title",
        "text",
        "conditions",
        "city",
        "latitude",
        "longitude",
        "radius_km",
    )
    dated = ("starts_on", "ends_on", "value_cents", "expires_on", "updated_at")
    criteria = sorted(listing.criteria.all(), key=lambda each: each.rank)
    return {name: getattr(listing, name) for name in (*plain, *dated)} | {
        "url": public_url(listing),
        "organization": listing.organization.name if listing.organization else None,
        "themes": sorted(theme.slug for theme in listing.themes.all()),
        "criteria": [_criterion(each.value) for each in criteria],
        "insee_code": listing.commune_id,
    }


def _criterion(criterion: Any) -> dict[str, Any]:
    return {name: getattr(criterion, name) for name in ("kind", "unit", "low", "high", "begins", "ends")}
