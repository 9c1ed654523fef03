"""Loads what a territory stands on: communes, areas, and the addresses that geocoding without network knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import IO, Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from maillage.apps.accounts.models import Person
from maillage.apps.directory.choices import TerritoryKind
from maillage.apps.directory.models import BanAddress, Commune, Territory
from maillage.apps.directory.queries.search_places import commune_number
from maillage.apps.directory.readers.contours import UnusableContourError, contour_of
from maillage.apps.directory.readers.json_content import load_json
from maillage.apps.directory.readers.positions import (
    BadPositionError,
    position_of_degrees,
    position_of_geometry,
)
from maillage.apps.directory.readers.rows import UnreadableFileError
from maillage.cores.text import sort_key
from maillage.kernel.audit.actions import record
from maillage.kernel.events import ContentChanged, publish
from maillage.kernel.tables.limits import TableLimits, UnreadableTableError
from maillage.kernel.tables.read import read_csv

BATCH_ROWS = 2000
CONTOUR_POINTS_MAX = 200_000
POPULATION_MAX = 100_000_000
_INSEE = re.compile(r"[0-9][0-9AB][0-9]{3}")
_POSTAL_CODE = re.compile(r"[0-9]{5}")
_AREAS = ("Polygon", "MultiPolygon")
_ADDRESS_LIMITS = TableLimits(size_bytes_max=8_000_000_000, rows_max=40_000_000)


@dataclass(frozen=True)
class Loaded:
    """How many things a file gave, and why the others were left out, one sentence each (the first hundred)."""

    read: int
    written: int
    faults: tuple[str, ...]


class _Tally:
    def __init__(self) -> None:
        self.read = 0
        self.written = 0
        self.faults: list[str] = []

    def refuse(self, sentence: str) -> None:
        if len(self.faults) < 100:
            self.faults.append(_("Entry %(number)d: %(fault)s") % {"number": self.read, "fault": sentence})

    def loaded(self) -> Loaded:
        return Loaded(self.read, self.written, tuple(self.faults))


def load_communes(*, stream: IO[bytes], now: datetime, actor: Person | None = None) -> Loaded:
    """Communes in the form of geo.api.gouv.fr, JSON or GeoJSON; those already known are brought up to date.

    A file without contours or populations leaves those already loaded. `actor` None is the server's own command line.
    Raises UnreadableFileError.
    """
    tally = _Tally()
    with transaction.atomic():
        for items in _batches(_geo_items(stream)):
            communes = [commune for item in items if (commune := _commune(item, tally))]
            known = Commune.objects.in_bulk([commune.insee_code for commune in communes])
            for commune in communes:
                _keep_known(commune, known.get(commune.insee_code))
            unique = list({commune.insee_code: commune for commune in communes}.values())
            Commune.objects.bulk_create(
                unique,
                update_conflicts=True,
                unique_fields=["insee_code"],
                update_fields=[
                    "name", "sort_key", "postal_codes", "department_code", "region_code", "grouping_code", "population",
                    "latitude", "longitude", "contour",
                ],
            )  # fmt: skip
            tally.written += len(unique)
            _announce("commune", [commune_number(commune.pk) for commune in unique], now)
        _journal("commune.load", tally, now, actor)
    return tally.loaded()


def _geo_items(stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    """The objects of a JSON list, or the features of a GeoJSON with their geometry under `contour`."""
    for item in load_json(stream).items:
        if isinstance(item, dict) and isinstance(item.get("properties"), dict):
            yield {**item["properties"], "_geometry": item.get("geometry")}
        else:
            yield item if isinstance(item, dict) else {}


def _commune(item: dict[str, Any], tally: _Tally) -> Commune | None:
    tally.read += 1
    code = _word(item.get("code") or item.get("insee"), 20).upper()
    name = _word(item.get("nom") or item.get("name"), 120)
    if not _INSEE.fullmatch(code):
        tally.refuse(_("the code “%(code)s” is not that of a commune.") % {"code": code})
        return None
    if not name:
        tally.refuse(_("the commune %(code)s has no name.") % {"code": code})
        return None
    contour = _contour(item.get("contour") or item.get("_geometry"))
    centre = _centre(item.get("centre") or item.get("center"), contour)
    population, postal_codes = item.get("population"), item.get("codesPostaux")
    return Commune(
        insee_code=code,
        name=name,
        sort_key=sort_key(name)[:160],
        postal_codes=[str(each) for each in postal_codes if _POSTAL_CODE.fullmatch(str(each))]
        if isinstance(postal_codes, list)
        else [],
        department_code=_word(item.get("codeDepartement"), 3) or code[: 3 if code.startswith("97") else 2],
        region_code=_word(item.get("codeRegion"), 3),
        grouping_code=_word(item.get("codeEpci"), 9),
        population=population if isinstance(population, int) and 0 <= population <= POPULATION_MAX else None,
        latitude=centre[0] if centre else None,
        longitude=centre[1] if centre else None,
        contour=contour,
    )


def _word(value: object, length_max: int) -> str:
    """What a database may keep of a value: its printable characters, without blanks at its ends, `length_max` at most."""
    written = str(value) if isinstance(value, (str, int)) else ""
    return "".join(filter(str.isprintable, written[: 4 * length_max])).strip()[:length_max]


def _keep_known(commune: Commune, known: Commune | None) -> None:
    if known is None:
        return
    for name in ("contour", "population", "latitude", "longitude"):
        if getattr(commune, name) is None:
            setattr(commune, name, getattr(known, name))
    commune.postal_codes = commune.postal_codes or known.postal_codes
    for name in ("region_code", "grouping_code"):
        setattr(commune, name, getattr(commune, name) or getattr(known, name))


def _contour(geometry: object) -> dict[str, Any] | None:
    """A GeoJSON polygon or polygons in degrees; None for anything else, or when a point of it is nowhere."""
    if not isinstance(geometry, dict) or geometry.get("type") not in _AREAS:
        return None
    coordinates = geometry.get("coordinates")
    depth = 1 if geometry["type"] == "Polygon" else 2
    count = _count_points(coordinates, depth)
    if count is None or not 3 < count <= CONTOUR_POINTS_MAX:
        return None
    return {"type": geometry["type"], "coordinates": _flat(coordinates)}


def _flat(rings: Any) -> Any:
    """The same rings whose points are two numbers: heights, and whatever else a file put there, are left out."""
    return rings[:2] if _is_point(rings) else [_flat(inner) for inner in rings]


def _count_points(rings: object, depth: int) -> int | None:
    """How many points the rings have; None when one is not a pair of degrees."""
    if not isinstance(rings, list):
        return None
    total = 0
    for ring in rings:
        if depth > 0:
            inner = _count_points(ring, depth - 1)
            if inner is None:
                return None
            total += inner
        elif not _is_point(ring):
            return None
        else:
            total += 1
    return total


def _is_point(point: object) -> bool:
    if not isinstance(point, list) or len(point) < 2:
        return False
    x, y = point[:2]
    numbers = all(isinstance(number, (int, float)) and not isinstance(number, bool) for number in (x, y))
    return numbers and -180 <= x <= 180 and -90 <= y <= 90


def _centre(centre: object, contour: object) -> tuple[float, float] | None:
    for geometry in (centre, contour):
        try:
            position = position_of_geometry(geometry)
        except BadPositionError:
            continue
        if position is not None:
            return position.latitude, position.longitude
    return None


def load_areas(*, stream: IO[bytes], now: datetime) -> Loaded:
    """Territories from a GeoJSON of polygons: name, code, description, communes by INSEE code when given.

    An area of the same code, or else of the same name, is brought up to date. One whose contour cannot be right is left out.
    Raises UnreadableFileError.
    """
    tally = _Tally()
    written: list[int] = []
    with transaction.atomic():
        for item in _geo_items(stream):
            tally.read += 1
            name = str(
                item.get("nom") or item.get("name") or item.get("titre") or item.get("libelle") or ""
            ).strip()
            codes = [str(code) for code in item.get("communes") or () if isinstance(code, (str, int))]
            if not name:
                tally.refuse(_("this area has no name."))
                continue
            try:
                contour = contour_of(item.get("_geometry") or item.get("contour"))
            except UnusableContourError as fault:
                said = {"name": name[:80], "fault": fault.sentence}
                tally.refuse(_("the area “%(name)s”: %(fault)s") % said)
                continue
            if contour is None and not codes:
                tally.refuse(_("the area “%(name)s” has neither contour nor communes.") % {"name": name[:80]})
                continue
            written.append(_write_area(name[:160], str(item.get("code") or "")[:20], contour, codes, item))
            tally.written += 1
        _announce("territory", written, now)
        _journal("territory.load", tally, now)
    return tally.loaded()


def _write_area(
    name: str, code: str, contour: dict[str, Any] | None, codes: list[str], item: dict[str, Any]
) -> int:
    """Create the area or bring it up to date; its id."""
    known = Territory.objects.filter(code=code) if code else Territory.objects.filter(name=name)
    territory = known.order_by("pk").first() or Territory(slug=_free_slug(name))
    grouping = bool(codes) or item.get("kind") == TerritoryKind.GROUPING
    territory.kind = TerritoryKind.GROUPING if grouping else TerritoryKind.AREA
    territory.name, territory.code = name, code
    territory.contour = contour or territory.contour
    territory.description = str(item.get("description") or territory.description)[:5000]
    territory.save()
    if codes:
        territory.communes.set(Commune.objects.filter(insee_code__in=codes))
    return territory.pk


def _announce(kind: str, ids: list[int], now: datetime) -> None:
    publish(ContentChanged(kind=kind, ids=tuple(ids), person_id=None, at=now))


def _free_slug(name: str) -> str:
    base = slugify(name)[:160] or "territoire"
    taken = set(Territory.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(candidate for candidate in candidates if candidate not in taken)


_BAN_COLUMNS = ("id", "nom_commune", "lat", "lon")


def load_addresses(*, stream: IO[bytes], now: datetime) -> Loaded:
    """Addresses in the CSV form of the national address base, committed batch by batch: a load cut short is run again.

    Raises UnreadableFileError when the columns are not those of that form.
    """
    tally = _Tally()
    try:
        table = read_csv(stream, limits=_ADDRESS_LIMITS)
        header = [name.strip().lower() for name in table.header]
        missing = [column for column in _BAN_COLUMNS if column not in header]
        if missing:
            raise UnreadableFileError(
                _("This is not a file of the national address base: it has no column %(columns)s.")
                % {"columns": ", ".join(missing)}
            )
        for rows in _batches(table.rows):
            addresses = {}
            for row in rows:
                tally.read += 1
                if address := _address(dict(zip(header, row.cells, strict=True)), tally):
                    addresses[address.ban_id] = address
            BanAddress.objects.bulk_create(
                addresses.values(),
                update_conflicts=True,
                unique_fields=["ban_id"],
                update_fields=[
                    "number", "street", "street_key", "postal_code", "insee_code", "city", "city_key", "latitude", "longitude",
                ],
            )  # fmt: skip
            tally.written += len(addresses)
    except UnreadableTableError as error:
        raise UnreadableFileError(error.sentence) from error
    _journal("address.load", tally, now)
    return tally.loaded()


def _address(cells: dict[str, str], tally: _Tally) -> BanAddress | None:
    street = (
        cells.get("nom_voie") or cells.get("nom_ld") or cells.get("lieudit_complement_nom") or ""
    ).strip()
    city = cells.get("nom_commune", "").strip()
    if not street or not city or not cells["id"].strip():
        tally.refuse(_("neither street nor commune."))
        return None
    try:
        position = position_of_degrees(cells["lat"], cells["lon"])
    except BadPositionError as error:
        tally.refuse(error.sentence)
        return None
    if position is None:
        tally.refuse(_("no position."))
        return None
    number = " ".join(part for part in (cells.get("numero", ""), cells.get("rep", "")) if part.strip(" 0"))
    return BanAddress(
        ban_id=cells["id"].strip()[:60],
        number=number[:12],
        street=street[:160],
        street_key=sort_key(street),
        postal_code=cells.get("code_postal", "").strip()[:5],
        insee_code=cells.get("code_insee", "").strip()[:5],
        city=city[:120],
        city_key=sort_key(city, length_max=120),
        latitude=position.latitude,
        longitude=position.longitude,
    )


def _batches(items: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH_ROWS)):
        yield batch


def _journal(verb: str, tally: _Tally, now: datetime, actor: Person | None = None) -> None:
    record(
        actor=actor,
        verb=verb,
        target_kind=verb.split(".")[0],
        target_id="",
        target_label="",
        details={"read": tally.read, "written": tally.written},
        now=now,
    )
