"""Impossibilities that can be counted, hence proven, before anything is searched."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from maillage.cores.grouping.tables import Booleans, Tables, group_counts
from maillage.cores.grouping.values import Family, Impossible


def counted_obstacle(tables: Tables) -> Impossible | None:
    """The first impossibility found, or None; None proves nothing."""
    for check in (_sizes, _structures, _pairs, _clusters, _shared_words):
        for obstacle in check(tables):
            return obstacle
    return None


def _sizes(tables: Tables) -> Iterator[Impossible]:
    """A number of people that makes no groups: how many more would, and how many fewer."""
    for number, present in enumerate(tables.present.sum(axis=1), start=1):
        if group_counts(tables, int(present)):
            continue
        more = next(count for count in range(int(present), 10**6) if group_counts(tables, count))
        fewer = next((c for c in range(int(present), 0, -1) if group_counts(tables, c)), 0)
        yield Impossible("size", ("size", "absence"), at_least=more - int(present), limit=fewer, round=number)


def _structures(tables: Tables) -> Iterator[Impossible]:
    """More people of one structure than there can be groups."""
    for number, present in enumerate(tables.present, start=1):
        most = int(present.sum()) // tables.size_min
        for person in np.flatnonzero(present):
            same = np.flatnonzero((tables.structure[person] | _only(int(person), present)) & present)
            if len(same) > most:
                names = tuple(tables.names[index] for index in same)
                yield Impossible("structure", ("structure",), names, len(same) - most, most, number)


def _only(person: int, like: Booleans) -> Booleans:
    mask = np.zeros(len(like), dtype=bool)
    mask[person] = True
    return mask


def _pairs(tables: Tables) -> Iterator[Impossible]:
    """Two people who must meet, and who cannot."""
    present = tables.present.astype(np.int64)
    never = present.T @ present == 0
    reasons: list[tuple[Family, Booleans]] = [
        ("apart", tables.apart),
        ("structure", tables.structure),
        ("absence", never),
    ]
    kinds: tuple[Family, Family] = ("language", "half_day")
    for kind, accepts in zip(kinds, tables.shared, strict=True):
        reasons.append((kind, accepts.astype(np.int64) @ accepts.T.astype(np.int64) == 0))
    for family, bars in reasons:
        for i, j in np.argwhere(np.triu(tables.together & bars)):
            yield Impossible("together", ("together", family), (tables.names[i], tables.names[j]), 1)


def _clusters(tables: Tables) -> Iterator[Impossible]:
    """In a single round, those who must meet make one group: too many of them, or two who may not meet."""
    if len(tables.present) > 1:
        return
    linked = tables.together | np.eye(len(tables.names), dtype=bool)
    for _ in range(len(tables.names).bit_length()):
        linked = linked.astype(np.int64) @ linked.astype(np.int64) > 0
    for row in linked[tables.present[0]]:
        members = np.flatnonzero(row)
        names = tuple(tables.names[index] for index in members)
        if len(members) > tables.size_max:
            surplus = len(members) - tables.size_max
            yield Impossible("together", ("together", "size"), names, surplus, tables.size_max, 1)
        clash = np.argwhere(np.triu(tables.barred[np.ix_(members, members)]))
        if len(clash):
            i, j = members[clash[0]]
            family: Family = "structure" if tables.structure[i, j] else "apart"
            yield Impossible("together", ("together", family), names, 1, 0, 1)


def _shared_words(tables: Tables) -> Iterator[Impossible]:
    """Somebody whose languages, or half-days, too few people share to make a group."""
    kinds: tuple[Family, Family] = ("language", "half_day")
    for number, present in enumerate(tables.present, start=1):
        for kind, accepts in zip(kinds, tables.shared, strict=True):
            for person in np.flatnonzero(present):
                possible = present & ~tables.barred[person]
                most = int(accepts[possible][:, accepts[person]].sum(axis=0).max())
                if most < tables.size_min:
                    missing = tables.size_min - most
                    names = (tables.names[person],)
                    yield Impossible(kind, (kind, "size"), names, missing, tables.size_min, number)
