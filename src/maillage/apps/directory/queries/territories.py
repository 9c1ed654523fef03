"""Communes and territories as the filters and forms need them."""

from __future__ import annotations

from django.db.models import QuerySet

from maillage.apps.directory.models import Commune, Territory
from maillage.cores.text import sort_key

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
