"""What facilitators do with territories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import transaction

from maillage.apps.directory.choices import TerritoryKind
from maillage.apps.directory.models import Commune, Territory
from maillage.cores.geo.contours import bounds_of, contains
from maillage.cores.text import slugify
from maillage.kernel.audit.actions import record
from maillage.kernel.events import ContentChanged, publish

if TYPE_CHECKING:
    from maillage.apps.accounts.models import Person


@transaction.atomic
def save_territory(
    *,
    actor: Person,
    territory_id: int | None,
    name: str,
    description: str,
    commune_ids: Sequence[str],
    contour: dict[str, Any] | None,
    now: datetime,
) -> Territory:
    """Make or change a territory. With a contour, its communes are those whose centre stands inside."""
    territory = Territory.objects.select_for_update().get(pk=territory_id) if territory_id else Territory()
    territory.name, territory.description = name, description
    territory.kind = TerritoryKind.AREA if contour else TerritoryKind.GROUPING
    territory.contour = contour
    territory.slug = territory.slug or _free_slug(name)
    territory.save()
    codes = communes_inside(contour) if contour else commune_ids
    territory.communes.set(Commune.objects.filter(pk__in=codes).order_by("pk"))
    _journal("territory.update" if territory_id else "territory.create", territory, actor, now)
    _announce(territory.pk, actor, now)
    return territory


@transaction.atomic
def delete_territory(*, actor: Person, territory_id: int, now: datetime) -> None:
    """Remove a territory; the fiches that named it as their area keep everything else."""
    territory = Territory.objects.select_for_update().get(pk=territory_id)
    _journal("territory.delete", territory, actor, now)
    territory.delete()
    _announce(territory_id, actor, now)


def communes_inside(contour: dict[str, Any]) -> list[str]:
    """The INSEE codes of the communes whose centre stands inside a contour."""
    box = bounds_of(contour)
    near = Commune.objects.filter(
        latitude__gte=box.south,
        latitude__lte=box.north,
        longitude__gte=box.west,
        longitude__lte=box.east,
    )
    rows = list(near.order_by("pk").values_list("pk", "latitude", "longitude"))
    if not rows:
        return []
    codes, latitudes, longitudes = zip(*rows, strict=True)
    inside = contains(contour, np.array(latitudes), np.array(longitudes))
    return [code for code, within in zip(codes, inside, strict=True) if within]


def _announce(territory_id: int, actor: Person, now: datetime) -> None:
    publish(ContentChanged(kind="territory", ids=(territory_id,), person_id=actor.pk, at=now))


def _free_slug(name: str) -> str:
    base = slugify(name)[:160] or "territoire"
    taken = set(Territory.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | {"nouveau"}
    candidates = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(candidate for candidate in candidates if candidate not in taken)


def _journal(verb: str, territory: Territory, actor: Person, now: datetime) -> None:
    record(
        actor=actor,
        verb=verb,
        target_kind="territory",
        target_id=territory.pk,
        target_label=territory.name,
        now=now,
    )
