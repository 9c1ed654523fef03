"""What a card says of a fiche, in lists and panels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.apps.directory.choices import CarrierRole
from maillage.apps.directory.models import Initiative, Organization, Theme
from maillage.kernel.http.addresses import address_of_thing


@dataclass(frozen=True)
class Card:
    """A fiche in a list; `place` and `carrier` can be empty. No picture: a list stays light on a phone."""

    id: int
    title: str
    href: str
    summary: str
    theme: Theme | None
    place: str
    carrier: str
    looks_for_hands: bool
    has_recipe: bool
    updated_at: Any
    latitude: float | None
    longitude: float | None
    status_href: str
    distance_km: float | None = None


def initiative_url(initiative: Initiative) -> str:
    return address_of_thing("directory:initiative_detail", initiative.pk, initiative.slug)


def crumbs_of(initiative: Initiative, *here: str) -> list[tuple[str, str]]:
    """The way back from a page of a fiche: the list, the fiche, and `here` when the page is about a part of it."""
    way = [(_("Initiatives"), reverse("directory:initiative_list"))]
    return [*way, (initiative.title, initiative_url(initiative)), *((label, "") for label in here)]


def organization_crumbs(organization: Organization, *here: str) -> list[tuple[str, str]]:
    way = [(_("Organisations"), reverse("directory:organization_list"))]
    return [*way, (organization.name, organization_url(organization)), *((label, "") for label in here)]


def organization_url(organization: Organization) -> str:
    return address_of_thing("directory:organization_detail", organization.pk, organization.slug)


def initiative_cards(
    initiatives: Iterable[Initiative], distances_km: Mapping[int, float] | None = None
) -> list[Card]:
    """Cards of initiatives read by `with_card`: no further query."""
    distances_km = distances_km or {}
    return [_card(initiative, distances_km.get(initiative.pk)) for initiative in initiatives]


def _card(initiative: Initiative, distance_km: float | None) -> Card:
    places = list(initiative.places.all())
    pinned = next((place for place in places if place.latitude is not None), None)
    towns = list(dict.fromkeys(place.city for place in places if place.city))
    return Card(
        id=initiative.pk,
        title=initiative.title,
        href=initiative_url(initiative),
        summary=initiative.summary,
        theme=initiative.main_theme,
        place=_places_in_words(towns),
        carrier=_carrier(initiative),
        looks_for_hands=initiative.looks_for_hands,
        has_recipe=bool(initiative.recipe_steps),
        updated_at=initiative.updated_at,
        latitude=pinned.latitude if pinned else None,
        longitude=pinned.longitude if pinned else None,
        status_href=address_of_thing("directory:initiative_status", initiative.pk, initiative.slug),
        distance_km=distance_km,
    )


def _places_in_words(towns: list[str]) -> str:
    if len(towns) > 1:
        return _("%(town)s and elsewhere") % {"town": towns[0]}
    return towns[0] if towns else ""


def _carrier(initiative: Initiative) -> str:
    carriers = [said for said in initiative.carriers.all() if said.role == CarrierRole.CARRIER]
    names = [said.organization.name if said.organization else said.name for said in carriers]
    if not names and initiative.owner:
        names = [initiative.owner.name]
    return names[0] if names else ""
