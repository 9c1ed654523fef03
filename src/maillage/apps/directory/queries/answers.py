"""The order of the initiatives that answer a filter, kept until something published changes.

A page of the list then costs the reading of its own fiches, whatever the filter and however many answer. Distances come
from the points of the map, which are in memory; every other order from one count and one query of the first pages.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import Count, Max
from numpy.typing import NDArray

from maillage.apps.directory.models import MapChange
from maillage.apps.directory.queries.filters import (
    MATCHES_MAX,
    InitiativeFilter,
    centre_of,
    filter_initiatives,
)
from maillage.apps.directory.queries.layers import matching_rows, square_distances
from maillage.apps.directory.queries.points import LATE, clock, current_points
from maillage.apps.directory.queries.themes import ThemeTree
from maillage.kernel.search.expansion import Expanded, expand
from maillage.kernel.search.queries import matching_ids

FIRST_MAX = 2400
"""How many of an answer are kept, in order: a hundred pages. Those who leaf further ask the database."""
WIDE = 20_000
"""A theme with more fiches than this is met so often that leafing in the order asked for finds the first pages sooner
than reading and sorting the whole theme.
"""
ANSWERS_MAX = 500
"""How many answers a process keeps, at most about 40 kB each."""
ORDERS = {"nom": ("sort_key", "pk"), "recent": ("-updated_at", "-pk")}


Stretch = list[tuple[int, float]]
"""(id, square of its distance in degrees, 0 when nobody asked) pairs, in order."""


@dataclass(frozen=True)
class Answer:
    """As a paginator wants it: how many answer, and any stretch of them. `further` reads what is not kept."""

    total: int
    first: Stretch
    further: Callable[[slice], Stretch]

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, stretch: slice) -> Stretch:
        if len(self.first) == self.total or stretch.stop <= len(self.first):
            return self.first[stretch]
        return self.further(stretch)


_lock = threading.Lock()
_answers: OrderedDict[Any, Answer] = OrderedDict()


def answer_in_order(wanted: InitiativeFilter, sort: str, *, tree: ThemeTree, now: datetime) -> Answer:
    """The answer in the order "nom", "recent" or "distance"."""
    make = _by_distance if sort == "distance" else _by_date_or_name
    if wanted.words:
        return make(wanted, sort, tree, now)
    return _kept(wanted, sort, tree, now, (), lambda: make(wanted, sort, tree, now))


def answer_by_relevance(wanted: InitiativeFilter, *, tree: ThemeTree, now: datetime) -> Answer:
    """What the words find, best first, less what the other criteria refuse.

    The question is read and completed each time: another synonym, or another rarity of a word, is another question. So
    is another minute, for an index that was built anew.
    """
    asked = expand(wanted.words)
    question = (asked.question, tuple(sorted(asked.rarities.items())), int(now.timestamp()) // 60)
    return _kept(wanted, "pertinence", tree, now, question, lambda: _by_words(wanted, asked, tree, now))


def _kept(
    wanted: InitiativeFilter,
    sort: str,
    tree: ThemeTree,
    now: datetime,
    question: tuple[Any, ...],
    make: Callable[[], Answer],
) -> Answer:
    """The answer that was made before, or a new one."""
    if wanted.organization_id is not None:
        return make()
    key = (_key(wanted, sort, tree, now), question)
    with _lock:
        if key in _answers:
            _answers.move_to_end(key)
            return _answers[key]
    made = make()
    with _lock:
        _answers[key] = made
        while len(_answers) > ANSWERS_MAX:
            _answers.popitem(last=False)
    return made


def forget_answers() -> None:
    _answers.clear()


def _key(wanted: InitiativeFilter, sort: str, tree: ThemeTree, now: datetime) -> Any:
    """All that the answer depends on: the filter, and the notes that every change of what is published leaves.

    Transactions commit in another order than they take their numbers, so that the last note does not tell of all: the recent
    ones are counted, those of this hour and of the one before, for a note appears within the hour of its writing (`points.LATE`).
    """
    since = clock().replace(minute=0, second=0, microsecond=0) - LATE
    notes = MapChange.objects.filter(at__gte=since).aggregate(many=Count("pk"), last=Max("pk"))
    branch = frozenset(tree.branch_ids(wanted.themes))
    minute = int(now.timestamp()) // 60 if wanted.fresh_days is not None else 0
    return (since, *notes.values(), wanted, branch, centre_of(wanted), sort, minute)


def _by_words(wanted: InitiativeFilter, asked: Expanded, tree: ThemeTree, now: datetime) -> Answer:
    ids = matching_ids("initiative", asked, MATCHES_MAX)
    others = replace(wanted, words="")
    if not others.is_empty:  # else the index has nothing but what is published
        found = filter_initiatives(others, tree=tree, now=now, among=ids)
        kept = set(found.order_by("pk").values_list("pk", flat=True))
        ids = [pk for pk in ids if pk in kept]
    first = [(pk, 0.0) for pk in ids]
    return Answer(len(first), first, lambda stretch: first[stretch])


def _by_date_or_name(wanted: InitiativeFilter, sort: str, tree: ThemeTree, now: datetime) -> Answer:
    found = filter_initiatives(wanted, tree=tree, now=now)
    total = found.count() if wanted.themes else None
    if total is not None and total > WIDE:
        found = filter_initiatives(wanted, tree=tree, now=now, leafing=True)
    ids = found.order_by(*ORDERS[sort]).values_list("pk", flat=True)

    def read(stretch: slice) -> Stretch:
        return [(pk, 0.0) for pk in ids[stretch]]

    first = read(slice(0, FIRST_MAX)) if total != 0 else []
    if total is None:
        total = len(first) if len(first) < FIRST_MAX else found.count()
    return Answer(total, first, read)


def _by_distance(wanted: InitiativeFilter, sort: str, tree: ThemeTree, now: datetime) -> Answer:
    """Those that have a place, nearest first, from the points in memory."""

    def read(stretch: slice) -> Stretch:
        ids, squares = _nearest(wanted, now)
        return list(zip(ids[stretch].tolist(), squares[stretch].tolist(), strict=True))

    ids, squares = _nearest(wanted, now)
    first = list(zip(ids[:FIRST_MAX].tolist(), squares[:FIRST_MAX].tolist(), strict=True))
    return Answer(len(ids), first, read)


def _nearest(wanted: InitiativeFilter, now: datetime) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The ids and the square distance of their nearest place."""
    centre = centre_of(wanted)
    assert centre is not None
    points = current_points()
    rows = np.flatnonzero(matching_rows(points, wanted, now))
    ids, squares = points.initiatives[rows], square_distances(points, *centre)[rows]
    order = np.lexsort((ids, squares))
    ids, squares = ids[order], squares[order]
    nearest = np.sort(np.unique(ids, return_index=True)[1])
    return ids[nearest], squares[nearest]
