"""Which fiche, or which earlier row, a row resembles so much that a person should look.

The rule, in words and with examples, is docs/explanation/doublons.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from django.db import connection
from rapidfuzz import fuzz

from maillage.apps.directory.choices import Status
from maillage.apps.directory.models import Initiative, InitiativePlace, Organization
from maillage.apps.directory.readers.rows import ImportedRow
from maillage.cores.geo.mercator import CELL_ZOOM, cell_of, interleave, tile_of
from maillage.cores.text import sort_key
from maillage.kernel.db.among import ids_among, texts_among

SAME_SITE = "website"
SAME_NAME = "name"
SAME_SIRET = "siret"

ALIKE_MIN = 88
"""Names at least so alike, out of 100, are taken for one name."""
NEAR_KM = 0.5
SAME_NAME_KM = 5.0
SAME_SITE_KM = 1.0
SAME_SITE_ALIKE_KM = 30.0
SAME_SITE_ALIKE_MIN = 50
SIRET_ALIKE_MIN = 60
NEIGHBOURS_MAX = 300
"""Places compared around one row at most: thousands may stand at the centre of one town."""

_TILE_ZOOM = 15
_TILE_SHIFT = 2 * (CELL_ZOOM - _TILE_ZOOM)
_DIGITS = re.compile(r"\d+")
_GENERIC_HOSTS = frozenset(
    ("facebook.com", "fr-fr.facebook.com", "instagram.com", "helloasso.com", "sites.google.com", "linktr.ee")
)


@dataclass(frozen=True, slots=True)
class Known:
    """A fiche (`initiative_id`) or an earlier row of the same file (`ordinal`) that rows are compared with."""

    name_key: str
    latitude: float | None
    longitude: float | None
    town_key: str = ""
    initiative_id: int | None = None
    ordinal: int | None = None


@dataclass(frozen=True)
class Likeness:
    """What a row resembles, and by what."""

    known: Known
    reason: str


name_key = sort_key


class Candidates:
    """What the rows of an import are compared with: the fiches of the directory, and the rows that went before.

    The web sites of the directory are read once; names and neighbours once per batch, by `load`.
    """

    def __init__(self) -> None:
        self._by_name: dict[str, list[Known]] = {}
        self._by_site: dict[str, list[Known]] = {}
        self._by_tile: dict[int, list[Known]] = {}
        self._by_siret: dict[str, list[Known]] = {}
        self._stored_sites: dict[str, list[int]] = {}
        self._batch_name: dict[str, list[Known]] = {}
        self._batch_site: dict[str, list[Known]] = {}
        self._batch_tile: dict[int, list[Known]] = {}
        self._batch_siret: dict[str, list[Known]] = {}
        sites = Initiative.objects.exclude(website="").values_list("pk", "website")
        for pk, website in sites.iterator(chunk_size=5000):
            if key := site_key(website):
                self._stored_sites.setdefault(key, []).append(pk)

    def load(self, rows: Sequence[ImportedRow]) -> None:
        """Read from the database all that the rows of a batch may resemble: five queries whatever their number."""
        self._batch_name, self._batch_site, self._batch_tile, self._batch_siret = {}, {}, {}, {}
        keys = {name_key(row.title) for row in rows} - {""}
        sites = {site_key(row.website) for row in rows} & self._stored_sites.keys()
        site_ids = {pk for site in sites for pk in self._stored_sites[site][:NEIGHBOURS_MAX]}
        sirets = self._fiches_of_sirets({row.siret for row in rows} - {""})
        tiles = {tile for row in rows for tile in tiles_around(row.latitude, row.longitude)}
        named = set(_ids_of_names(keys)) if keys else set()
        neighbours = _ids_of_tiles(tiles)
        all_ids = named | site_ids | neighbours | {pk for ids in sirets.values() for pk in ids}
        sites_of = _reversed({site: self._stored_sites[site][:NEIGHBOURS_MAX] for site in sites})
        sirets_of = _reversed(sirets)
        for known in _known_fiches(all_ids):
            self._batch_name.setdefault(known.name_key, []).append(known)
            self._add_tile(self._batch_tile, known)
            for site in sites_of.get(known.initiative_id, ()):
                self._batch_site.setdefault(site, []).append(known)
            for siret in sirets_of.get(known.initiative_id, ()):
                self._batch_siret.setdefault(siret, []).append(known)

    def _fiches_of_sirets(self, sirets: set[str]) -> dict[str, list[int]]:
        if not sirets:
            return {}
        found: dict[str, list[int]] = {}
        bodies = Organization.objects.filter(siret__in=sirets)
        for siret, owned, carried in bodies.values_list("siret", "owned_initiatives", "initiatives"):
            found.setdefault(siret, []).extend(pk for pk in (owned, carried) if pk is not None)
        return found

    def add(self, row: ImportedRow, ordinal: int) -> None:
        """Remember a row that will become a fiche, for those that follow in the file."""
        known = Known(name_key(row.title), row.latitude, row.longitude, name_key(row.city), ordinal=ordinal)
        self._by_name.setdefault(known.name_key, []).append(known)
        if site := site_key(row.website):
            self._by_site.setdefault(site, []).append(known)
        if row.siret:
            self._by_siret.setdefault(row.siret, []).append(known)
        self._add_tile(self._by_tile, known)

    @staticmethod
    def _add_tile(tiles: dict[int, list[Known]], known: Known) -> None:
        if known.latitude is None or known.longitude is None:
            return
        neighbours = tiles.setdefault(cell_of(known.latitude, known.longitude) >> _TILE_SHIFT, [])
        if len(neighbours) < NEIGHBOURS_MAX:
            neighbours.append(known)

    def find(self, row: ImportedRow) -> Likeness | None:
        """The best reason to think that the row is already there; None when there is none."""
        key, town = name_key(row.title), name_key(row.city)
        for known in self._both(self._by_siret, self._batch_siret, row.siret):
            if alike(key, known.name_key) >= SIRET_ALIKE_MIN:
                return Likeness(known, SAME_SIRET)
        for known in self._both(self._by_site, self._batch_site, site_key(row.website)):
            if _same_by_site(row, key, known):
                return Likeness(known, SAME_SITE)
        for known in self._both(self._by_name, self._batch_name, key):
            if _same_by_name(row, key, town, known):
                return Likeness(known, SAME_NAME)
        for tile in tiles_around(row.latitude, row.longitude):
            for known in self._both(self._by_tile, self._batch_tile, tile):
                distance_km = distance_between(row, known)
                if (
                    distance_km is not None
                    and distance_km <= NEAR_KM
                    and alike(key, known.name_key) >= ALIKE_MIN
                ):
                    return Likeness(known, SAME_NAME)
        return None

    @staticmethod
    def _both(first: dict, second: dict, key: object) -> list[Known]:  # type: ignore[type-arg]
        if not key:
            return []
        return [*second.get(key, ())[:NEIGHBOURS_MAX], *first.get(key, ())[:NEIGHBOURS_MAX]]


def _reversed(ids_by_key: dict[str, list[int]]) -> dict[int | None, list[str]]:
    keys: dict[int | None, list[str]] = {}
    for key, ids in ids_by_key.items():
        for pk in ids:
            keys.setdefault(pk, []).append(key)
    return keys


def _same_by_site(row: ImportedRow, key: str, known: Known) -> bool:
    likeness = alike(key, known.name_key)
    distance_km = distance_between(row, known)
    if distance_km is None:
        return likeness >= ALIKE_MIN
    if distance_km <= SAME_SITE_KM:
        return likeness >= SAME_SITE_ALIKE_MIN
    return distance_km <= SAME_SITE_ALIKE_KM and likeness >= ALIKE_MIN


def _same_by_name(row: ImportedRow, key: str, town: str, known: Known) -> bool:
    """The very same name: near enough, or in the same town when one of the two has no position."""
    if len(key) < 4:
        return False
    distance_km = distance_between(row, known)
    if distance_km is None:
        return town == known.town_key
    return distance_km <= SAME_NAME_KM


def alike(first: str, second: str) -> float:
    """How alike two folded names are, from 0 to 100, whatever the order of their words.

    Names with different numbers are different names: "Utopia 35" is not "Utopia 37".
    """
    if first == second:
        return 100.0
    if _DIGITS.findall(first) != _DIGITS.findall(second):
        return 0.0
    return float(fuzz.token_sort_ratio(first, second))


def distance_between(row: ImportedRow, known: Known) -> float | None:
    """Kilometres on the local plane, good enough below fifty; None when one of the two is nowhere."""
    if row.latitude is None or row.longitude is None or known.latitude is None or known.longitude is None:
        return None
    north_km = (row.latitude - known.latitude) * 111.2
    east_km = (row.longitude - known.longitude) * 111.3 * math.cos(math.radians(row.latitude))
    return math.hypot(north_km, east_km)


@lru_cache(maxsize=8192)
def site_key(website: str) -> str:
    """Host and path of an address, without `www.` or final slash; empty for a bare address of a hosting giant."""
    if not website:
        return ""
    try:
        parts = urlsplit(website)
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    path = parts.path.rstrip("/")
    if host in _GENERIC_HOSTS and not path:
        return ""
    return f"{host}{path.lower()}" + (f"?{parts.query}" if parts.query else "")


def tiles_around(latitude: float | None, longitude: float | None) -> frozenset[int]:
    """The tiles that reach within `NEAR_KM` of a point: from one to four."""
    if latitude is None or longitude is None:
        return frozenset()
    return _tiles_around(latitude, longitude)


@lru_cache(maxsize=4096)
def _tiles_around(latitude: float, longitude: float) -> frozenset[int]:
    """Remembered: a batch asks once to read the neighbours, once to compare."""
    north_deg = NEAR_KM / 111.2
    east_deg = NEAR_KM / (111.3 * max(0.05, math.cos(math.radians(latitude))))
    west, north = tile_of(min(90.0, latitude + north_deg), max(-180.0, longitude - east_deg), _TILE_ZOOM)
    east, south = tile_of(max(-90.0, latitude - north_deg), min(180.0, longitude + east_deg), _TILE_ZOOM)
    return frozenset(interleave(x, y) for x in (west, east) for y in (north, south))


def _ids_of_names(keys: set[str]) -> list[int]:
    named = texts_among(keys)
    found = Initiative.objects.filter(status__in=Status.values, sort_key__in=named)  # as the index begins
    return list(found.order_by("pk").values_list("pk", flat=True)[: NEIGHBOURS_MAX * 10])


def _ids_of_tiles(tiles: set[int]) -> set[int]:
    """The fiches with a place in any of the tiles: each tile is one range of the index on cells."""
    if not tiles:
        return set()
    found: set[int] = set()
    ordered = sorted(tiles)
    table = InitiativePlace._meta.db_table
    for start in range(0, len(ordered), 400):
        some = ordered[start : start + 400]
        ranges = ", ".join(["(%s, %s)"] * len(some))
        bounds = [edge for tile in some for edge in (tile << _TILE_SHIFT, (tile + 1) << _TILE_SHIFT)]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT place.initiative_id FROM (VALUES {ranges}) AS tile "  # noqa: S608
                f"JOIN {table} place ON place.cell >= tile.column1 AND place.cell < tile.column2",
                bounds,
            )
            found.update(row[0] for row in cursor.fetchall())
    return found


def _known_fiches(ids: set[int]) -> list[Known]:
    known = []
    ordered = sorted(ids)
    for start in range(0, len(ordered), 5000):
        fiches = Initiative.objects.filter(pk__in=ids_among(ordered[start : start + 5000])).order_by("pk")
        places = fiches.values_list("pk", "sort_key", "places__latitude", "places__longitude", "places__city")
        for pk, key, latitude, longitude, city in places:
            known.append(Known(key, latitude, longitude, name_key(city or ""), initiative_id=pk))
    return known
