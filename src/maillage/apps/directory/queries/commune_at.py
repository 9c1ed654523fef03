"""Which commune a position stands in: by its contour, else by the nearest centre of a commune that has none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet

from maillage.apps.directory.models import Commune
from maillage.cores.geo.cells import Floats
from maillage.cores.geo.contours import edges_of, holds
from maillage.cores.geo.distances import box_around, distances_km

REACH_KM = 60.0
"""A commune whose centre is farther is not looked at: the widest of mainland France reaches half as far."""
NEAREST_MAX = 16
FIRST_LOOKED_AT = 4
CENTRE_KM_MAX = 5.0
"""Without contours, a centre farther than this is no sign: communes are four kilometres wide on average."""
CONTOURS_KEPT_MAX = 2_000


@dataclass(frozen=True)
class CommuneThere:
    """The commune of a position; its postal code when it has only one, or when it was asked with one of its own."""

    insee_code: str
    name: str
    postal_code: str


def commune_at(latitude: float, longitude: float, postal_code: str = "") -> CommuneThere | None:
    """The commune of one position; None in doubt, or when it has not this postal code."""
    west, south, east, north = box_around(latitude, longitude, REACH_KM)
    around = Commune.objects.filter(latitude__range=(south, north))
    if west <= east:
        around = around.filter(longitude__range=(west, east))
    return CommuneFinder(around).at(latitude, longitude, postal_code)


class CommuneFinder:
    """The same for many positions: centres are read once, when first asked, and contours as they are needed."""

    def __init__(self, communes: QuerySet[Commune] | None = None) -> None:
        self._communes = Commune.objects.all() if communes is None else communes
        self._centres: tuple[list[CommuneThere], list[list[str]], Floats, Floats] | None = None
        self._edges: dict[str, Floats | None] = {}

    def at(self, latitude: float, longitude: float, postal_code: str = "") -> CommuneThere | None:
        if self._centres is None:
            self._centres = self._read_centres()
        communes, codes, latitudes, longitudes = self._centres
        reach = REACH_KM / 110
        start, end = np.searchsorted(latitudes, (latitude - reach, latitude + reach))
        away = distances_km(latitudes[start:end], longitudes[start:end], latitude, longitude)
        nearest = [int(start + place) for place in np.argsort(away)[:NEAREST_MAX] if away[place] <= REACH_KM]
        found = self._holder([communes[place].insee_code for place in nearest], latitude, longitude)
        for place in nearest:
            commune = communes[place]
            near = self._edges[commune.insee_code] is None and away[place - start] <= CENTRE_KM_MAX
            if commune.insee_code == found or (found is None and near):
                return self._answer(commune, codes[place], postal_code)
        return None

    def _read_centres(self) -> tuple[list[CommuneThere], list[list[str]], Floats, Floats]:
        placed = self._communes.filter(latitude__isnull=False, longitude__isnull=False)
        rows = list(
            placed.order_by("latitude", "pk").values_list(
                "insee_code", "name", "postal_codes", "latitude", "longitude"
            )
        )
        communes = [CommuneThere(code, name, "") for code, name, *_rest in rows]
        latitudes = np.array([row[3] for row in rows], dtype=np.float64)
        longitudes = np.array([row[4] for row in rows], dtype=np.float64)
        return communes, [row[2] for row in rows], latitudes, longitudes

    def _holder(self, insee_codes: list[str], latitude: float, longitude: float) -> str | None:
        """The first whose contour holds the position; the contours of all those looked at are there afterwards."""
        if len(self._edges) > CONTOURS_KEPT_MAX:
            self._edges.clear()
        for some in (insee_codes[:FIRST_LOOKED_AT], insee_codes[FIRST_LOOKED_AT:]):
            self._load([code for code in some if code not in self._edges])
            for code in some:
                edges = self._edges[code]
                if edges is not None and holds(edges, latitude, longitude):
                    return code
        return None

    def _load(self, insee_codes: list[str]) -> None:
        if not insee_codes:
            return
        rows = Commune.objects.filter(pk__in=insee_codes).order_by("pk").values_list("pk", "contour")
        for code, contour in rows:
            self._edges[code] = edges_of(contour) if contour else None
        for code in insee_codes:
            self._edges.setdefault(code, None)

    def _answer(self, commune: CommuneThere, codes: list[str], postal_code: str) -> CommuneThere | None:
        if postal_code and postal_code not in codes:
            return None
        known = postal_code or (codes[0] if len(codes) == 1 else "")
        return CommuneThere(commune.insee_code, commune.name, known)
