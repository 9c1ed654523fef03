"""The points of the map, in memory: one row per place of a published initiative, sorted by Morton cell.

Each process holds the same columns. A change is noted in `MapChange` by the transaction that makes it; before each answer
one small query tells whether notes were added, and only the initiatives they name are read again. A large set is also
kept on disk, memory-mapped by the processes that start later. `docs/explanation/map.md` tells the whole story.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import numpy as np
from django.conf import settings
from django.db.models import Count, Max
from django.utils import timezone
from numpy.typing import NDArray

from maillage.apps.directory.choices import Family, Stage, Status
from maillage.apps.directory.models import Initiative, InitiativePlace, MapChange

FAMILIES = ("", *Family.values)
STAGES = ("", *Stage.values)
SNAPSHOT_POINTS_MIN = 20_000
"""Smaller sets are read from the database faster than a file is worth."""
REREAD_SHARE_MAX = 0.2
"""When more than this share of the initiatives changed, reading everything again is quicker."""
TRUSTED = timedelta(days=1)
"""What was not compared with the notes for that long is read again: notes are kept twice as long."""
LATE = timedelta(hours=1)
"""Notes are written before their transaction commits: those of the last hour may still appear."""
CHUNK = 5000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Stamp(NamedTuple):
    """Which notes have been taken in; two equal stamps mean the same map."""

    size: int
    last_id: int
    last_at: int


@dataclass(frozen=True)
class Points:
    """Columns of n rows sorted by (cell, initiative). `theme_bits` has one 64-bit word per 64 `theme_ids`.

    `updated` is in microseconds since 1970, `main_themes` is 0 for none. `read_at` is when the reading began.
    """

    cells: NDArray[np.int64]
    initiatives: NDArray[np.int64]
    latitudes: NDArray[np.float64]
    longitudes: NDArray[np.float64]
    families: NDArray[np.int8]
    stages: NDArray[np.int8]
    hands: NDArray[np.bool_]
    updated: NDArray[np.int64]
    main_themes: NDArray[np.int32]
    theme_bits: NDArray[np.uint64]
    theme_ids: tuple[int, ...]
    known: frozenset[int]
    stamp: Stamp
    read_at: datetime

    def __len__(self) -> int:
        return len(self.cells)

    @property
    def version(self) -> str:
        return "-".join(f"{part:x}" for part in self.stamp)


COLUMNS = tuple(field.name for field in fields(Points))[:10]

_lock = threading.Lock()
_held: dict[str, Points] = {}
_checked: dict[str, datetime] = {}


def clock(now: datetime | None = None) -> datetime:
    """The machine's time: notes and readings are compared by it, whatever dates the events tell."""
    return now or timezone.now()


def current_points() -> Points:
    """The points as the database has them now; usually one small query."""
    now = clock()
    held = _held.get("points")
    if held is not None and now - _checked["at"] > TRUSTED:
        held = None
    if held is None or _stamp(held.read_at) != held.stamp:
        with _lock:
            held = _brought_up_to_date(_held.get("points") if held is not None else None)
            _held["points"] = held
    _checked["at"] = now
    return held


def forget_points() -> None:
    """Read everything again at the next question; for tests, and after rows were written without events."""
    _held.clear()


def save_snapshot(points: Points) -> None:
    """Keep the points on disk for the processes that start later; small sets are not worth it."""
    if len(points) < SNAPSHOT_POINTS_MIN:
        return
    home = _snapshots()
    home.mkdir(parents=True, exist_ok=True)
    folder = home / f"points-{uuid4().hex}"
    folder.mkdir()
    for name in COLUMNS:
        np.save(folder / f"{name}.npy", getattr(points, name))
    meta = {
        "theme_ids": points.theme_ids,
        "known": sorted(points.known),
        "stamp": points.stamp,
        "read_at": points.read_at.isoformat(),
    }
    (folder / "meta.json").write_text(json.dumps(meta), encoding="ascii")
    pointer = home / f"{folder.name}.new"
    pointer.write_text(folder.name, encoding="ascii")
    os.replace(pointer, home / "current")
    for old in home.glob("points-*"):
        if old.is_dir() and old != folder:
            shutil.rmtree(old, ignore_errors=True)


def _brought_up_to_date(held: Points | None) -> Points:
    base = held or _read_snapshot()
    if base is None:
        return _read_everything()
    stamp = _stamp(base.read_at)
    if stamp == base.stamp:
        return base
    notes = MapChange.objects.filter(at__gte=base.read_at - LATE).values_list("pk", "ids")
    new = [(pk, ids) for pk, ids in notes if pk not in base.known]
    changed = {int(initiative_id) for _pk, ids in new for initiative_id in ids}
    if len(changed) > max(1000, REREAD_SHARE_MAX * len(base)):
        return _read_everything()
    known = base.known | {pk for pk, _ids in new}
    return replace(_with_changes(base, changed), known=known, stamp=stamp)


def _stamp(read_at: datetime) -> Stamp:
    row = MapChange.objects.filter(at__gte=read_at - LATE).aggregate(
        size=Count("pk"), last_id=Max("pk"), last_at=Max("at")
    )
    return Stamp(row["size"], row["last_id"] or 0, microseconds(row["last_at"]) if row["last_at"] else 0)


def _read_everything() -> Points:
    read_at = clock()
    stamp = _stamp(read_at)
    known = frozenset(MapChange.objects.filter(at__gte=read_at - LATE).values_list("pk", flat=True))
    points = _read_points(None, ())
    points = replace(points, known=known, stamp=stamp, read_at=read_at)
    save_snapshot(points)
    return points


def _read_points(ids: Iterable[int] | None, theme_ids: tuple[int, ...]) -> Points:
    """The points of some initiatives, or of all; `theme_ids` are those whose bits are already given out."""
    places = InitiativePlace.objects.filter(cell__isnull=False, initiative__status=Status.PUBLISHED)
    tagged = Initiative.themes.through.objects.filter(initiative__status=Status.PUBLISHED)
    if ids is not None:
        places = places.filter(initiative_id__in=list(ids))
        tagged = tagged.filter(initiative_id__in=list(ids))
    parts = [_chunk(rows) for rows in _chunks(places.values_list(*_PLACE_FIELDS).iterator(CHUNK))]
    columns = [np.concatenate(parts_of) for parts_of in zip(*[_chunk([]), *parts], strict=True)]
    order = np.lexsort((columns[1], columns[0]))
    columns = [column[order] for column in columns]
    pairs = _pairs(tagged)
    theme_ids = theme_ids + tuple(sorted(set(pairs[:, 1].tolist()) - set(theme_ids)))
    bits = _theme_bits(columns[1], pairs, theme_ids)
    return Points(*columns, bits, theme_ids, frozenset(), Stamp(0, 0, 0), _EPOCH)  # type: ignore[arg-type, call-arg]


_PLACE_FIELDS = (
    "cell",
    "initiative_id",
    "latitude",
    "longitude",
    "initiative__family",
    "initiative__stage",
    "initiative__looks_for_hands",
    "initiative__updated_at",
    "initiative__main_theme_id",
)
_FAMILY_CODES = {value: code for code, value in enumerate(FAMILIES)}
_STAGE_CODES = {value: code for code, value in enumerate(STAGES)}


def _chunks(rows: Iterable[tuple[Any, ...]]) -> Iterable[list[tuple[Any, ...]]]:
    held = []
    for row in rows:
        held.append(row)
        if len(held) == CHUNK:
            yield held
            held = []
    if held:
        yield held


def _chunk(rows: list[tuple[Any, ...]]) -> list[NDArray[Any]]:
    columns = list(zip(*rows, strict=True)) or [()] * len(_PLACE_FIELDS)
    return [
        np.array(columns[0], dtype=np.int64),
        np.array(columns[1], dtype=np.int64),
        np.array(columns[2], dtype=np.float64),
        np.array(columns[3], dtype=np.float64),
        np.array([_FAMILY_CODES.get(value, 0) for value in columns[4]], dtype=np.int8),
        np.array([_STAGE_CODES.get(value, 0) for value in columns[5]], dtype=np.int8),
        np.array(columns[6], dtype=np.bool_),
        np.array([microseconds(value) for value in columns[7]], dtype=np.int64),
        np.array([value or 0 for value in columns[8]], dtype=np.int32),
    ]


def _pairs(tagged: Any) -> NDArray[np.int64]:
    """(initiative, theme) rows."""
    rows = tagged.values_list("initiative_id", "theme_id").iterator(CHUNK)
    parts = [np.array(chunk, dtype=np.int64) for chunk in _chunks(rows)]
    return np.concatenate([np.zeros((0, 2), dtype=np.int64), *parts])


def _theme_bits(
    initiatives: NDArray[np.int64], pairs: NDArray[np.int64], theme_ids: tuple[int, ...]
) -> NDArray[np.uint64]:
    words = max(1, -(-len(theme_ids) // 64))
    distinct, inverse = np.unique(initiatives, return_inverse=True)
    bits = np.zeros((len(distinct), words), dtype=np.uint64)
    if len(distinct) and len(pairs):
        pairs = pairs[np.isin(pairs[:, 0], distinct)]
        position = {theme_id: index for index, theme_id in enumerate(theme_ids)}
        themes = np.array([position[theme_id] for theme_id in pairs[:, 1].tolist()], dtype=np.int64)
        owners = np.searchsorted(distinct, pairs[:, 0])
        ones = np.left_shift(np.uint64(1), (themes % 64).astype(np.uint64))
        np.bitwise_or.at(bits, (owners, themes // 64), ones)
    return bits[inverse]


def _with_changes(base: Points, changed: set[int]) -> Points:
    """The columns without the old rows of `changed`, and with what the database says of them now."""
    if not changed:
        return base
    fresh = _read_points(changed, base.theme_ids)
    gone = np.isin(base.initiatives, np.fromiter(changed, dtype=np.int64))
    keys = base.cells[~gone]
    places = np.searchsorted(keys, fresh.cells)
    columns = {
        name: np.insert(getattr(base, name)[~gone], places, getattr(fresh, name), axis=0)
        for name in COLUMNS
        if name != "theme_bits"
    }
    wider = np.zeros((len(base), fresh.theme_bits.shape[1]), dtype=np.uint64)
    wider[:, : base.theme_bits.shape[1]] = base.theme_bits
    columns["theme_bits"] = np.insert(wider[~gone], places, fresh.theme_bits, axis=0)
    return replace(base, **columns, theme_ids=fresh.theme_ids)


def _read_snapshot() -> Points | None:
    """The points on disk, if they are of this database and young enough; None otherwise."""
    try:
        folder = _snapshots() / (_snapshots() / "current").read_text(encoding="ascii")
        meta = json.loads((folder / "meta.json").read_text(encoding="ascii"))
        columns = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in COLUMNS}
        points = Points(
            **columns,
            theme_ids=tuple(meta["theme_ids"]),
            known=frozenset(meta["known"]),
            stamp=Stamp(*meta["stamp"]),
            read_at=datetime.fromisoformat(meta["read_at"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return points if _is_ours(points) else None


def _is_ours(points: Points) -> bool:
    """Whether the notes that the snapshot knew are still those of this database: a restored one has others."""
    if clock() - points.read_at > TRUSTED:
        return False
    last = points.stamp.last_id
    if not last:
        places = InitiativePlace.objects.filter(cell__isnull=False, initiative__status=Status.PUBLISHED)
        return places.count() == len(points)
    at = MapChange.objects.filter(pk=last).values_list("at", flat=True).first()
    return at is not None and microseconds(at) == points.stamp.last_at


def _snapshots() -> Path:
    return Path(settings.DATA) / "map"


def microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
