"""The searches that people follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from maillage.apps.accounts.models import Person
from maillage.apps.directory.queries.themes import theme_tree
from maillage.apps.exchange.choices import Direction, Kind
from maillage.apps.exchange.models import Listing, SavedSearch
from maillage.apps.exchange.queries.listings import ListingFilter, filter_listings, freshest
from maillage.apps.exchange.queries.towns import commune_names
from maillage.apps.exchange.queries.wording import day_in_words

FOUND_MAX = 50


def searches_of(person: Person) -> list[SavedSearch]:
    """The searches that a person follows, the oldest first."""
    return list(SavedSearch.objects.filter(person=person).order_by("created_at", "pk"))


def filter_of(saved: SavedSearch) -> ListingFilter:
    """The filter that was saved, from its own address."""
    said = QueryDict(saved.query)
    radius = said.get("rayon", "")
    return ListingFilter(
        words=said.get("q", ""),
        direction=said.get("sens", ""),
        kind=said.get("sorte", ""),
        theme=said.get("theme", ""),
        commune=said.get("commune", ""),
        radius_km=int(radius) if radius.isascii() and radius.isdigit() and len(radius) < 5 else None,
        day=parse_date(said.get("le", "")),
    )


def filter_words(wanted: ListingFilter, towns: Mapping[str, str] | None = None) -> str:
    """The filter in words: "Besoins, local, Guéret (20 km), jardin"; `towns` names communes by code, once for many filters."""
    ways = {Direction.NEED: _("Needs"), Direction.OFFER: _("Offers")}
    said = [ways.get(Direction(wanted.direction), "") if wanted.direction else _("Needs and offers")]
    if wanted.kind in Kind.values:
        said.append(str(Kind(wanted.kind).label).lower())
    if wanted.theme:
        node = theme_tree().by_slug.get(wanted.theme)
        said.append(node.theme.name if node else wanted.theme)
    if wanted.commune:
        named = commune_names([wanted.commune]) if towns is None else towns
        town = named.get(wanted.commune, wanted.commune)
        said.append(f"{town} ({wanted.radius_km}\N{NO-BREAK SPACE}km)" if wanted.radius_km else town)
    if wanted.day:
        said.append(_("on %(day)s") % {"day": day_in_words(wanted.day)})
    if wanted.words:
        said.append(wanted.words)
    return ", ".join(said)


def newly_answering(saved: SavedSearch, *, now: datetime) -> list[Listing]:
    """What was published since the follower was last told, their own left out, the latest first."""
    found = filter_listings(filter_of(saved), is_member=True).filter(
        opened_at__gt=saved.told_until, opened_at__lte=now
    )
    return list(freshest(found.exclude(created_by=saved.person_id))[:FOUND_MAX])
