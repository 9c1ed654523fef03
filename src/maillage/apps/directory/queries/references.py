"""Keeps an old content from pointing at what exists no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Model

from maillage.apps.directory.models import Commune, Initiative, Organization, Territory, Theme
from maillage.apps.directory.queries.contents import CarrierContent, InitiativeContent


def existing_only(content: InitiativeContent) -> InitiativeContent:
    """`content` without the themes, organisations, communes, areas and fiches that went since.

    A carrier that went leaves its name when the content knew one.
    """
    themes = _present(Theme, [*content.theme_ids, content.main_theme_id])
    bodies = _present(Organization, [content.owner_id, *(c.organization_id for c in content.carriers)])
    communes = _present(Commune, [place.commune_id for place in content.places])
    carriers = [
        replace(said, organization_id=said.organization_id if said.organization_id in bodies else None)
        for said in content.carriers
    ]
    return replace(
        content,
        theme_ids=tuple(pk for pk in content.theme_ids if pk in themes),
        main_theme_id=content.main_theme_id if content.main_theme_id in themes else None,
        owner_id=content.owner_id if content.owner_id in bodies else None,
        carriers=tuple(said for said in carriers if _is_someone(said)),
        places=tuple(
            replace(place, commune_id=place.commune_id if place.commune_id in communes else None)
            for place in content.places
        ),
        area_id=content.area_id if content.area_id in _present(Territory, [content.area_id]) else None,
        adapted_from_id=(
            content.adapted_from_id
            if content.adapted_from_id in _present(Initiative, [content.adapted_from_id])
            else None
        ),
    )


def _is_someone(carrier: CarrierContent) -> bool:
    return carrier.organization_id is not None or bool(carrier.name)


def _present(model: type[Model], ids: Iterable[Any]) -> set[Any]:
    wanted = {pk for pk in ids if pk is not None}
    if not wanted:
        return set()
    return set(model._default_manager.filter(pk__in=wanted).values_list("pk", flat=True))
