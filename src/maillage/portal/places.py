"""A place that someone types: the name of a commune, its postal code, or both."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import F

from maillage.apps.directory.models import Commune
from maillage.cores.text import sort_key

_POSTAL_CODE = re.compile(r"\b\d{5}\b")
NAMED_ALIKE_MAX = 50


@dataclass(frozen=True)
class NamedPlace:
    """A known place, by its centre in degrees."""

    name: str
    latitude: float
    longitude: float


def named_place(text: str) -> NamedPlace | None:
    """The commune that a text most likely names; None when no commune begins so.

    Among communes of one name, the postal code or the department given decides, then the number of people.
    """
    postal = _POSTAL_CODE.search(text)
    words = re.sub(r"[\d()]+", " ", text)
    key = f" {sort_key(words)} ".replace(" st ", " saint ").replace(" ste ", " sainte ").strip()
    known = Commune.objects.filter(latitude__isnull=False, longitude__isnull=False)
    ordered = known.order_by(F("population").desc(nulls_last=True), "pk")
    if key:
        found = list(ordered.filter(sort_key=key)[:NAMED_ALIKE_MAX])
        found = found or list(ordered.filter(sort_key__startswith=key)[:NAMED_ALIKE_MAX])
    elif postal:
        found = list(ordered.filter(department_code__in=_departments(postal.group()))[:1000])
        found = [commune for commune in found if postal.group() in commune.postal_codes]
    else:
        found = []
    if postal:
        found.sort(key=lambda commune: postal.group() not in commune.postal_codes)
    for commune in found[:1]:
        if commune.latitude is not None and commune.longitude is not None:
            return NamedPlace(commune.name, commune.latitude, commune.longitude)
    return None


def _departments(postal_code: str) -> list[str]:
    """The departments whose postal codes begin so: Corsica and overseas have their own ways."""
    if postal_code.startswith("20"):
        return ["2A", "2B"]
    return [postal_code[:2], postal_code[:3]]
