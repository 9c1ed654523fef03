"""Communes and territories as the filters and forms need them."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When

from maillage.apps.directory.choices import TerritoryKind
from maillage.apps.directory.models import Commune, Territory
from maillage.cores.text import sort_key
from maillage.kernel.http.once import once

CHOICES_MAX = 8


def communes_named(text: str) -> list[Commune]:
    """The communes of this very name, or beginning with it when none has it; the most populated first."""
    key = sort_key(text)
    if not key:
        return []
    ordered = Commune.objects.order_by("-population", "pk").defer("contour")
    same = list(ordered.filter(sort_key=key)[:CHOICES_MAX])
    return same or list(ordered.filter(sort_key__startswith=key)[:CHOICES_MAX])


def commune_of(postal_code: str, city: str) -> Commune | None:
    """The commune of an address; None when in doubt."""
    named = [commune for commune in communes_named(city) if commune.sort_key == sort_key(city)]
    with_code = [commune for commune in named if postal_code in commune.postal_codes]
    if len(with_code) == 1:
        return with_code[0]
    return named[0] if len(named) == 1 and not postal_code else None


def territory_choices() -> QuerySet[Territory]:
    return Territory.objects.order_by("name", "pk").only("name", "slug")


def counted_territories() -> QuerySet[Territory]:
    """All of them by name, each with the `count` of its communes."""
    return Territory.objects.annotate(count=Count("communes")).order_by("name", "pk").defer("contour")


def territory_named(slug: str) -> Any:
    """The territory of this address, read once for a page; its contour comes apart, for it may be long.

    `small_contour`: the contour of an area that holds the centre of no commune, a neighbourhood or a valley; None for others.
    """
    members = Territory.communes.through.objects.filter(territory=OuterRef("pk"))
    is_small = Q(kind=TerritoryKind.AREA) & ~Exists(members)
    found = Territory.objects.annotate(small_contour=Case(When(is_small, then=F("contour")))).filter(
        slug=slug
    )
    return once(("territory", slug), found.defer("contour").first)


def communes_of(territory: Territory) -> QuerySet[Commune]:
    """By name, without their contours."""
    found: QuerySet[Commune] = territory.communes.order_by("sort_key", "pk")
    return found.defer("contour")


def commune_alone(insee_code: str) -> QuerySet[Commune]:
    return Commune.objects.filter(pk=insee_code).order_by("pk")


def territories_of(commune: Commune) -> QuerySet[Territory]:
    """Those of which the commune is a part, by name."""
    found: QuerySet[Territory] = commune.territories.order_by("name", "pk")
    return found.defer("contour")


def commune_name(insee_code: str) -> str | None:
    return Commune.objects.filter(pk=insee_code).values_list("name", flat=True).first()


def areas_for_choice() -> list[tuple[int, str]]:
    """(key, name) of the territories, by name."""
    return list(Territory.objects.order_by("name", "pk").values_list("pk", "name"))
