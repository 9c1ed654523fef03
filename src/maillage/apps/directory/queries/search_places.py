"""Communes and territories as answers of the site's search: a place is looked for by its name or its postal code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from django.urls import reverse
from django.utils.http import int_to_base36
from django.utils.translation import gettext as _

from maillage.apps.directory.models import Commune, Territory
from maillage.kernel.search.documents import SearchDocument
from maillage.kernel.ui.markdown import plain_text

TIMELESS = datetime(2000, 1, 1, tzinfo=UTC)
"""Places have no news: sorted by date they come last."""

PLACE_BOOST = 1.3
"""Who types the name of a place means the place before what stands there."""


def commune_number(insee_code: str) -> int:
    """The code as the number by which the index knows the commune: « 2A004 » has a letter."""
    return int(insee_code, 36)


def commune_documents(ids: Sequence[int]) -> Iterator[SearchDocument]:
    """The communes of these numbers that are loaded."""
    codes = [int_to_base36(number).upper().zfill(5) for number in ids]
    for commune in Commune.objects.filter(pk__in=codes).order_by("pk").defer("contour"):
        yield SearchDocument(
            kind="commune",
            object_id=commune_number(commune.pk),
            title=commune.name,
            url=reverse("directory:commune", args=[commune.pk]),
            updated_at=TIMELESS,
            summary=_("Commune of department %(code)s") % {"code": commune.department_code},
            keywords=" ".join([*commune.postal_codes, commune.pk]),
            facets={"commune": [commune.pk]},
            latitude=commune.latitude,
            longitude=commune.longitude,
            boost=PLACE_BOOST,
        )


def all_commune_ids() -> Iterable[int]:
    codes = Commune.objects.order_by("pk").values_list("pk", flat=True)
    return (commune_number(code) for code in codes.iterator())


def territory_documents(ids: Sequence[int]) -> Iterator[SearchDocument]:
    for territory in Territory.objects.filter(pk__in=ids).order_by("pk").defer("contour"):
        yield SearchDocument(
            kind="territory",
            object_id=territory.pk,
            title=territory.name,
            url=reverse("directory:territory", args=[territory.slug]),
            updated_at=TIMELESS,
            summary=plain_text(territory.description)[:300],
            keywords=territory.code,
            facets={"territory": [territory.slug]},
            boost=PLACE_BOOST,
        )


def all_territory_ids() -> Iterable[int]:
    return Territory.objects.order_by("pk").values_list("pk", flat=True).iterator()
