"""Reads of needs and offers: the list and its filter, what belongs to whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from maillage.apps.directory.models import Commune
from maillage.apps.directory.queries.filters import KM_PER_DEGREE, square_distance
from maillage.apps.directory.queries.themes import theme_tree
from maillage.apps.exchange.choices import Direction
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.matching import with_card
from maillage.cores.geo.boxes import Box
from maillage.kernel.db.holding import holding
from maillage.kernel.search.queries import matching_ids


@dataclass(frozen=True)
class ListingFilter:
    """What a list of needs and offers is narrowed to; empty values narrow nothing. `box` is the frame of a map, and is not kept.

    `commune` is an INSEE code; with `radius_km`, what stands that near to its centre, else what is in it. On `day` a listing must have
    begun and not have ended, as far as it says.
    """

    words: str = ""
    direction: str = ""
    kind: str = ""
    theme: str = ""
    commune: str = ""
    radius_km: int | None = None
    day: date | None = None
    box: Box | None = None

    @property
    def is_narrow(self) -> bool:
        return bool(self.words or self.kind or self.theme or self.commune or self.day)

    def to_initial(self) -> dict[str, str]:
        """The values of the panel of filters."""
        return {
            "sens": self.direction,
            "q": self.words,
            "sorte": self.kind,
            "theme": self.theme,
            "commune": self.commune,
            "rayon": str(self.radius_km) if self.commune and self.radius_km else "",
            "le": self.day.isoformat() if self.day else "",
        }

    def turned(self, direction: str) -> ListingFilter:
        """The same filter for needs, for offers, or for both ("")."""
        return replace(self, direction=direction)

    def directions(self) -> list[tuple[str, str, bool]]:
        """(label, direction, is it this one) of the three ways to look."""
        ways = (
            (pgettext("needs and offers", "All"), ""),
            (_("Needs"), Direction.NEED),
            (_("Offers"), Direction.OFFER),
        )
        return [(label, direction, direction == self.direction) for label, direction in ways]

    def to_query(self, **more: str) -> str:
        """The address of this filter: only what narrows is said."""
        said = {**self.to_initial(), **more}
        return urlencode({name: value for name, value in said.items() if value})


WORDS_FOUND_MAX = 2000


def filter_listings(wanted: ListingFilter, *, is_member: bool) -> QuerySet[Listing]:
    """The shown listings that answer the filter, those for members only left out for visitors; in no order."""
    found: QuerySet[Listing] = Listing.objects.shown() if is_member else Listing.objects.public()
    if wanted.direction:
        found = found.filter(direction=wanted.direction)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.theme:
        found = found.filter(pk__in=_of_themes(wanted.theme))
    if wanted.commune:
        found = _around(found, wanted.commune, wanted.radius_km)
    if wanted.day:
        begun = Q(starts_on=None) | Q(starts_on__lte=wanted.day)
        found = found.filter(begun, Q(ends_on=None) | Q(ends_on__gte=wanted.day))
    if wanted.box:
        found = found.filter(_inside(wanted.box))
    if wanted.words:
        ids = matching_ids("listing", wanted.words, WORDS_FOUND_MAX, for_members=is_member)
        found = found.filter(pk__in=ids)
    return found


def _around(found: QuerySet[Listing], commune: str, radius_km: int | None) -> QuerySet[Listing]:
    """Those of a commune; with a radius, those whose point is that near to its centre, which it must have."""
    centre = Commune.objects.filter(pk=commune).values_list("latitude", "longitude").first()
    latitude, longitude = centre or (None, None)
    if radius_km is None or latitude is None or longitude is None:
        return found.filter(commune_id=commune)
    reach = radius_km / KM_PER_DEGREE
    away = found.filter(latitude__range=(latitude - reach, latitude + reach))
    return away.annotate(square_distance=square_distance(latitude, longitude)).filter(
        square_distance__lte=reach * reach
    )


def _inside(box: Box) -> Q:
    west, south, east, north = box
    after, before = Q(longitude__gte=west), Q(longitude__lte=east)
    return Q(latitude__range=(south, north)) & (after & before if west <= east else after | before)


def _of_themes(slug: str) -> QuerySet[Listing, int]:
    branch = theme_tree().branch_ids([slug])
    return Listing.objects.filter(themes__in=branch).values_list("pk", flat=True)


def freshest(found: QuerySet[Listing]) -> QuerySet[Listing]:
    """The listings with what cards show, the latest first."""
    return with_card(found).order_by("-updated_at", "-pk")


def own_asked(found: QuerySet[Listing], *, mots: str = "", etat: str = "") -> QuerySet[Listing]:
    """The listings whose title holds the words, in a state."""
    found = holding(found, mots, keys=("sort_key",))
    return found.filter(status=etat) if etat else found


def shown_title(pk: int) -> str | None:
    """The title of a listing that is shown; None for any other."""
    return Listing.objects.shown().filter(pk=pk).values_list("title", flat=True).first()
