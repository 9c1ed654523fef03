"""What a listing says, as a value: what forms give, what actions write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from maillage.apps.exchange.choices import Audience
from maillage.apps.exchange.models import Listing

LASTS_DAYS = 90
"""How long a listing is shown before its owner is asked again, unless it ends sooner."""


@dataclass(frozen=True, kw_only=True)
class ListingContent:
    """Everything that a person writes on a listing but its criteria. Coordinates in degrees, both or none."""

    direction: str
    kind: str
    title: str
    text: str = ""
    conditions: str = ""
    organization_id: int | None = None
    audience: str = Audience.PUBLIC
    theme_ids: tuple[int, ...] = ()
    postal_code: str = ""
    city: str = ""
    commune_id: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    radius_km: int | None = None
    value_cents: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None


PLAIN_FIELDS = tuple(name for name in ListingContent.__dataclass_fields__ if name != "theme_ids")


def listing_content(listing: Listing) -> ListingContent:
    """What `listing` says now."""
    themes = sorted(listing.themes.values_list("pk", flat=True))
    return ListingContent(**{name: getattr(listing, name) for name in PLAIN_FIELDS}, theme_ids=tuple(themes))


def local_day(now: datetime) -> date:
    """The day that it is here at `now`."""
    return now.astimezone(timezone.get_current_timezone()).date()


def lasts_until(today: date, ends_on: date | None) -> date:
    """The last day on which a listing confirmed `today` is shown."""
    usual = today + timedelta(days=LASTS_DAYS)
    return min(usual, ends_on) if ends_on and ends_on >= today else usual
