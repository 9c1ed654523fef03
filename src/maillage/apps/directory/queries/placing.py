"""Puts on the map what people wrote as an address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from maillage.apps.directory.queries.contents import PlaceContent
from maillage.apps.directory.queries.geocoding import locate
from maillage.apps.directory.queries.territories import commune_of


def with_coordinates(places: Iterable[PlaceContent]) -> tuple[PlaceContent, ...]:
    """The places with their commune and, for those that had no coordinates, where their address or their commune is.

    It may ask the address service: never call it inside a transaction.
    """
    return tuple(_placed(place) for place in places)


def _placed(place: PlaceContent) -> PlaceContent:
    commune = commune_of(place.postal_code, place.city) if place.city else None
    placed = replace(place, commune_id=commune.pk if commune else None)
    if place.latitude is not None:
        return placed
    found = locate(place.address, place.postal_code, place.city)
    if found is not None:
        return replace(placed, latitude=found.latitude, longitude=found.longitude)
    if commune is None or commune.latitude is None:
        return placed
    return replace(placed, latitude=commune.latitude, longitude=commune.longitude)
