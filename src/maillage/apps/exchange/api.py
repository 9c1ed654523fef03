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
from maillage.apps.exchange.queries.owners import public_project
from maillage.kernel.http.paging import PageQuery, next_address
from maillage.kernel.site.settings import open_rooms

router = Router(tags=["exchange"])


class CriterionOut(Schema):
    """A criterion: `low` and `high` are inclusive, null when open."""

    kind: str
    unit: str
    low: float | None
    high: float | None
    begins: date | None
    ends: date | None


class ListingOut(Schema):
    """A need or an offer, of an organisation, of an initiative of the directory, or of a person when both are null. `themes` are slugs; coordinates are those of its commune, in degrees."""

    id: int
    url: str
    direction: str
    kind: str
    title: str
    text: str
    conditions: str
    organization: str | None
    initiative_id: int | None
    initiative: str | None
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


class ListingList(Schema):
    """`next` is the address of the following page, if there is one."""

    count: int
    next: str | None
    items: list[ListingOut]


class ListingQuery(Schema):
    """The parameters of the list's address; a value that makes no sense is as if absent."""

    sens: str = Query("", description="need or offer.")
    q: str = Query("", description="Words.")
    sorte: str = Query("", description="Kind: premises, vehicle, skills…")
    theme: str = Query("", description="Slug of a theme; it includes those below it.")
    commune: str = Query("", description="INSEE code or name of a commune.")
    rayon: str = Query("", description="Kilometres around the commune: 5, 10, 20, 50, 100 or 200.")
    le: str = Query(
        "", description="A day (AAAA-MM-JJ) on which it has begun and not ended, as far as it says."
    )


@router.get("/listings", response=ListingList, summary="Needs and offers")
def list_listings(
    request: HttpRequest, page: Query[PageQuery], wanted: Query[ListingQuery]
) -> dict[str, Any]:
    if all(room.name != "exchange" for room in open_rooms()):
        raise HttpError(404, "Not found")
    found = filter_listings(parse_listing_filter(request.GET, theme_tree()), is_member=False)
    count = found.count()
    return {
        "count": count,
        "next": next_address(request, page, count),
        "items": [_out(listing) for listing in freshest(found).prefetch_related("themes")[page.span]],
    }


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
    project = public_project(listing)
    return {name: getattr(listing, name) for name in (*plain, *dated)} | {
        "url": public_url(listing),
        "organization": listing.organization.name if listing.organization else None,
        "initiative_id": project.pk if project else None,
        "initiative": project.title if project else None,
        "themes": sorted(theme.slug for theme in listing.themes.all()),
        "criteria": [_criterion(each.value) for each in criteria],
        "insee_code": listing.commune_id,
    }


def _criterion(criterion: Any) -> dict[str, Any]:
    return {name: getattr(criterion, name) for name in ("kind", "unit", "low", "high", "begins", "ends")}
