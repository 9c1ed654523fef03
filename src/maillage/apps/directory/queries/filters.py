"""Which published initiatives are wanted: one value shared by the list, the map, the exports and the API."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import cast
from urllib.parse import urlencode

import numpy as np
from django.db.models import Exists, F, FloatField, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import CombinedExpression, ExpressionWrapper
from django.utils import timezone

from maillage.apps.directory.models import Commune, Initiative, InitiativeCarrier, InitiativePlace, Territory
from maillage.apps.directory.queries.territories import territory_named
from maillage.apps.directory.queries.themes import ThemeTree, theme_tree
from maillage.cores.geo.boxes import Box
from maillage.cores.geo.contours import bounds_of, contains
from maillage.kernel.db.among import ids_among
from maillage.kernel.search.queries import matching_ids

KM_PER_DEGREE = 111.195
"""Length of a degree of latitude on a sphere of 6,371 km."""
RADIUS_KM_MAX = 200.0
MATCHES_MAX = 2000
"""How many of the best answers to the words are looked at."""

AREA_PLACES_MAX = 20_000
"""How many places near a small area are looked at one by one."""


@dataclass(frozen=True, kw_only=True)
class InitiativeFilter:
    """What a visitor asks for; an empty filter asks for everything that is published.

    `themes` are slugs, each including what stands below it. A radius counts from the coordinates or, when
    there are none, from the centre of the commune.
    """

    words: str = ""
    themes: tuple[str, ...] = ()
    family: str = ""
    stage: str = ""
    commune: str = ""
    territory: str = ""
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float | None = None
    looks_for_hands: bool = False
    has_recipe: bool = False
    fresh_days: int | None = None
    organization_id: int | None = None
    box: Box | None = None

    @property
    def is_empty(self) -> bool:
        return self == InitiativeFilter()

    @property
    def count(self) -> int:
        """How many criteria are set, as the panel says it; coordinates and radius are one."""
        unset = InitiativeFilter()
        together = {"latitude", "longitude", "radius_km"}
        single = [f.name for f in fields(self) if f.name not in together]
        near = self.latitude is not None or self.radius_km is not None
        return sum(getattr(self, name) != getattr(unset, name) for name in single) + near

    def to_query(self) -> str:
        """The query string of this filter, always in the same order, so that equal filters share one URL."""
        pairs: list[tuple[str, str]] = []
        _add(pairs, "q", self.words)
        pairs += [("theme", slug) for slug in self.themes]
        _add(pairs, "famille", self.family)
        _add(pairs, "etape", self.stage)
        _add(pairs, "commune", self.commune)
        _add(pairs, "territoire", self.territory)
        _add(pairs, "lat", self.latitude)
        _add(pairs, "lon", self.longitude)
        _add(pairs, "rayon", self.radius_km)
        _add(pairs, "mains", "1" if self.looks_for_hands else "")
        _add(pairs, "recette", "1" if self.has_recipe else "")
        _add(pairs, "fraicheur", self.fresh_days)
        _add(pairs, "structure", self.organization_id)
        _add(pairs, "bbox", ",".join(_number(side) for side in self.box) if self.box else "")
        return urlencode(pairs)


def filter_initiatives(
    wanted: InitiativeFilter,
    *,
    tree: ThemeTree | None = None,
    now: datetime | None = None,
    among: Sequence[int] | None = None,
    leafing: bool = False,
) -> QuerySet[Initiative]:
    """The published initiatives that answer `wanted`, each once, in no order.

    `tree` spares the query of the themes to a page that has read them; `now` is when freshness counts from; `among`
    narrows the answer to a few ids, which spares reading a whole theme; `leafing` asks of each fiche whether it has the
    theme, which is quicker for the first of many.
    """
    found: QuerySet[Initiative] = Initiative.objects.filter(status="published")
    if among is not None:
        found = found.filter(pk__in=ids_among(among))
    if wanted.words:
        found = found.filter(pk__in=ids_among(matching_ids("initiative", wanted.words, MATCHES_MAX)))
    if wanted.themes:
        ids = (tree or theme_tree()).branch_ids(wanted.themes)
        tagged = Initiative.themes.through.objects.filter(theme_id__in=ids)
        if among is not None:
            tagged = tagged.filter(initiative_id__in=ids_among(among))
        if leafing:
            found = found.filter(Exists(tagged.filter(initiative_id=OuterRef("pk"))))
        else:
            found = found.filter(pk__in=tagged.values("initiative_id"))
    if wanted.family:
        found = found.filter(family=wanted.family)
    if wanted.stage:
        found = found.filter(stage=wanted.stage)
    if wanted.looks_for_hands:
        found = found.filter(looks_for_hands=True)
    if wanted.has_recipe:
        found = found.exclude(recipe_steps="")
    if wanted.fresh_days is not None:
        since = (now or timezone.now()) - timedelta(days=wanted.fresh_days)
        found = found.filter(updated_at__gte=since)
    if wanted.organization_id is not None:
        carried = InitiativeCarrier.objects.filter(organization_id=wanted.organization_id)
        found = found.filter(Q(owner_id=wanted.organization_id) | Q(pk__in=carried.values("initiative_id")))
    return _somewhere(found, wanted)


def centre_of(wanted: InitiativeFilter) -> tuple[float, float] | None:
    """The (latitude, longitude) that distances count from, if any."""
    if wanted.latitude is not None and wanted.longitude is not None:
        return wanted.latitude, wanted.longitude
    if wanted.radius_km is not None and wanted.commune:
        row = Commune.objects.filter(pk=wanted.commune).values_list("latitude", "longitude").first()
        if row and row[0] is not None and row[1] is not None:
            return row[0], row[1]
    return None


def square_distance(latitude: float, longitude: float) -> ExpressionWrapper:
    """SQL for the square of the distance from a place to the point, in square degrees of latitude.

    Equirectangular, with nothing but arithmetic so that both databases agree:
    d² = (φ - φ0)² + ((λ - λ0) cos φ0)². Under 0.5 % off at 200 km in France.
    """
    north = F("latitude") - Value(latitude)
    east = (F("longitude") - Value(longitude)) * Value(math.cos(math.radians(latitude)))
    return ExpressionWrapper(cast(CombinedExpression, north * north + east * east), output_field=FloatField())


def places_within(latitude: float, longitude: float, radius_km: float) -> QuerySet[InitiativePlace]:
    """The places at most `radius_km` away."""
    reach = radius_km / KM_PER_DEGREE
    width = reach / max(math.cos(math.radians(latitude)), 0.01)
    return (
        places_in((longitude - width, latitude - reach, longitude + width, latitude + reach))
        .annotate(square_distance=square_distance(latitude, longitude))
        .filter(square_distance__lte=reach * reach)
    )


def places_in(box: Box) -> QuerySet[InitiativePlace]:
    """The places inside a box, its sides included."""
    west, south, east, north = box
    across = Q(longitude__gte=west) & Q(longitude__lte=east)
    if west > east:
        across = Q(longitude__gte=west) | Q(longitude__lte=east)
    return InitiativePlace.objects.filter(across, latitude__gte=south, latitude__lte=north)


def places_of_small_area(slug: str) -> set[int]:
    """The initiatives with a place inside an area that holds the centre of no commune: a neighbourhood, a valley.

    Larger areas are answered by their communes. At most AREA_PLACES_MAX places are looked at.
    """
    area = territory_named(slug)
    contour = area.small_contour if area is not None else None
    if not contour:
        return set()
    box = bounds_of(contour)
    around = places_in((box.west, box.south, box.east, box.north))
    rows = around.order_by("pk").values_list("initiative_id", "latitude", "longitude")
    near = list(rows[:AREA_PLACES_MAX])
    if not near:
        return set()
    ids, latitudes, longitudes = zip(*near, strict=True)
    inside = contains(contour, np.array(latitudes), np.array(longitudes))
    return {pk for pk, within in zip(ids, inside, strict=True) if within}


def _somewhere(found: QuerySet[Initiative], wanted: InitiativeFilter) -> QuerySet[Initiative]:
    centre = centre_of(wanted)
    if centre and wanted.radius_km is not None:
        near = places_within(*centre, wanted.radius_km)
        found = found.filter(pk__in=near.values("initiative_id"))
    elif wanted.commune:
        there = InitiativePlace.objects.filter(commune_id=wanted.commune).values("initiative_id")
        covering = Territory.objects.filter(communes=wanted.commune).values("pk")
        found = found.filter(Q(pk__in=there) | Q(area_id__in=covering))
    if wanted.territory:
        communes = Commune.objects.filter(territories__slug=wanted.territory).values("pk")
        there = InitiativePlace.objects.filter(commune_id__in=communes).values("initiative_id")
        inside = list(places_of_small_area(wanted.territory))
        found = found.filter(Q(pk__in=there) | Q(pk__in=inside) | Q(area__slug=wanted.territory))
    if wanted.box:
        found = found.filter(pk__in=places_in(wanted.box).values("initiative_id"))
    return found


def _add(pairs: list[tuple[str, str]], name: str, value: str | float | None) -> None:
    if value is not None and value != "":
        pairs.append((name, value if isinstance(value, str) else _number(value)))


def _number(value: float) -> str:
    """Six decimals are a hand's breadth on the ground; a whole number has none."""
    return f"{value:.6f}".rstrip("0").rstrip(".")
