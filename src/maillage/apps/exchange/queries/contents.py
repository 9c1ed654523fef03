"""What a listing says, as a value: what forms give, what actions write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from maillage.apps.directory.models import Commune, Initiative, Organization, Theme
from maillage.apps.exchange.choices import Audience
from maillage.apps.exchange.models import Listing
from maillage.cores.text.criteria import Criterion

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
    initiative_id: int | None = None
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


Measured = tuple[Criterion, str]
"""A criterion with the words that say it."""
_DAYS = ("starts_on", "ends_on")
_BOUNDS = ("begins", "ends")
_CRITERION = ("kind", "unit", "low", "high", *_BOUNDS, "about")


def version_data(listing: Listing) -> dict[str, Any]:
    """What `listing` says now, criteria included, as its history keeps it."""
    said = {name: _written(value) for name, value in vars(listing_content(listing)).items()}
    kept = listing.criteria.order_by("rank", "pk")
    said["criteria"] = [
        {name: _written(getattr(each, name)) for name in _CRITERION} | {"words": each.words} for each in kept
    ]
    return said


def said_in(data: Mapping[str, Any]) -> tuple[ListingContent, tuple[Measured, ...]]:
    """What a version says: the reverse of `version_data`."""
    said = {name: data[name] for name in ListingContent.__dataclass_fields__ if name in data}
    said |= {name: _day(said.get(name)) for name in _DAYS}
    said["theme_ids"] = tuple(said.get("theme_ids", ()))
    measured = []
    for each in data.get("criteria", ()):
        parts = {name: each[name] for name in _CRITERION} | {name: _day(each[name]) for name in _BOUNDS}
        measured.append((Criterion(**parts), each["words"]))
    return ListingContent(**said), tuple(measured)


def existing_only(content: ListingContent) -> ListingContent:
    """`content` without the themes, the commune and the owner that went since."""
    themes = set(Theme.objects.filter(pk__in=content.theme_ids).values_list("pk", flat=True))
    kept: dict[str, Any] = {"theme_ids": tuple(pk for pk in content.theme_ids if pk in themes)}
    for name, model in (
        ("commune_id", Commune),
        ("organization_id", Organization),
        ("initiative_id", Initiative),
    ):
        value = getattr(content, name)
        if value is not None and not model._default_manager.filter(pk=value).exists():
            kept[name] = None
    return replace(content, **kept)


def _written(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def local_day(now: datetime) -> date:
    """The day that it is here at `now`."""
    return now.astimezone(timezone.get_current_timezone()).date()


def lasts_until(today: date, ends_on: date | None) -> date:
    """The last day on which a listing confirmed `today` is shown."""
    usual = today + timedelta(days=LASTS_DAYS)
    return min(usual, ends_on) if ends_on and ends_on >= today else usual
