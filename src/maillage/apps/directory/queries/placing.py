"""Puts on the map what people wrote as an address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from maillage.apps.directory.queries.commune_at import CommuneFinder, CommuneThere, commune_at
from maillage.apps.directory.queries.contents import PlaceContent
from maillage.apps.directory.queries.geocoding import locate
from maillage.apps.directory.queries.territories import commune_of
from maillage.apps.directory.readers.rows import ImportedRow


def with_coordinates(places: Iterable[PlaceContent]) -> tuple[PlaceContent, ...]:
    """The places with their commune and, for those that had no coordinates, where their address or their commune is;
    for those that have coordinates and name no town, the town where they stand.

    It may ask the address service: never call it inside a transaction.
    """
    return tuple(_placed(place) for place in places)


def with_town(place: PlaceContent, communes: CommuneFinder | None = None) -> PlaceContent:
    """The place with the town where it stands, when it names none; what was written is never changed."""
    if place.city or place.commune_id or place.latitude is None or place.longitude is None:
        return place
    at = communes.at if communes else commune_at
    found = at(place.latitude, place.longitude, place.postal_code)
    if found is None:
        return place
    return replace(place, city=found.name, postal_code=found.postal_code, commune_id=found.insee_code)


def town_of_position(row: ImportedRow, communes: CommuneFinder) -> CommuneThere | None:
    """The commune that the position of a row tells, when the row names none."""
    if row.city or row.insee_code or row.latitude is None or row.longitude is None:
        return None
    return communes.at(row.latitude, row.longitude, row.postal_code)


def towns_found(before: Iterable[PlaceContent], after: Iterable[PlaceContent]) -> list[tuple[int, str]]:
    """(number of the place, counted from 1; town) of those whose town was found from their position."""
    pairs = enumerate(zip(before, after, strict=True), start=1)
    return [
        (number, f"{placed.postal_code} {placed.city}".strip())
        for number, (said, placed) in pairs
        if placed.city and not said.city
    ]


def _placed(place: PlaceContent) -> PlaceContent:
    commune = commune_of(place.postal_code, place.city) if place.city else None
    placed = replace(place, commune_id=commune.pk if commune else None)
    if place.latitude is not None:
        return with_town(placed)
    found = locate(place.address, place.postal_code, place.city)
    if found is not None:
        return replace(placed, latitude=found.latitude, longitude=found.longitude)
    if commune is None or commune.latitude is None:
        return placed
    return replace(placed, latitude=commune.latitude, longitude=commune.longitude)
