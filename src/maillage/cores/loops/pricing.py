"""Loops that are worth the most once each leg pays the price of what it uses: the best ones, or all above a threshold.

A walk of two to L legs that comes back where it began falls apart into loops of at most L legs, and one of them at least
is worth as much as its part of the walk. So the best loops are found with walks only, by products of matrices where sums
are maxima: nothing is enumerated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from maillage.cores.loops.tables import Chosen, Floats, Integers, Tables

_CELLS_MAX = 4_000_000
"""Of an intermediate table: 32 MB."""


@dataclass(frozen=True)
class Arcs:
    """One arc per (giver, taker) that have pairs: `firsts[a]:firsts[a + 1]` are its pairs."""

    firsts: Integers
    givers: Integers
    takers: Integers
    starts: Integers


@dataclass(frozen=True)
class Priced:
    """`values`: of each pair, its price paid. `best[k][i, j]`: the most that a walk of 1 to k legs from i to j is worth."""

    values: Floats
    arc_values: Floats
    arc_pairs: Integers
    best: list[Floats]


def arcs_of(tables: Tables) -> Arcs:
    count = len(tables.pairs)
    new = np.ones(count, dtype=bool)
    new[1:] = (np.diff(tables.givers) != 0) | (np.diff(tables.takers) != 0)
    firsts = np.flatnonzero(new)
    givers, takers = tables.givers[firsts], tables.takers[firsts]
    starts = np.searchsorted(givers, np.arange(len(tables.members) + 1)).astype(np.int64)
    return Arcs(np.append(firsts, count).astype(np.int64), givers, takers, starts)


def priced(tables: Tables, arcs: Arcs, values: Floats) -> Priced:
    """The best walks for these values of pairs (not empty)."""
    members = len(tables.members)
    arc_values = np.maximum.reduceat(values, arcs.firsts[:-1])
    lengths = np.diff(arcs.firsts)
    at_best = np.flatnonzero(values == np.repeat(arc_values, lengths))
    arc_of = np.repeat(np.arange(len(lengths)), lengths)
    arc_pairs = at_best[np.searchsorted(arc_of[at_best], np.arange(len(lengths)))]
    direct = np.full((members, members), -np.inf)
    direct[arcs.givers, arcs.takers] = arc_values
    best = [np.full((members, members), -np.inf), direct]
    for _ in range(tables.legs_max - 2):
        best.append(np.maximum(direct, _extended(arcs, arc_values, best[-1])))
    return Priced(values, arc_values, arc_pairs, best)


def _extended(arcs: Arcs, arc_values: Floats, walks: Floats) -> Floats:
    """The best walks with one leg more in front."""
    members = len(walks)
    longer = np.full((members, members), -np.inf)
    givers = np.flatnonzero(np.diff(arcs.starts))
    block_arcs = max(1, _CELLS_MAX // members)
    begin = 0
    while begin < len(givers):
        end = int(
            np.searchsorted(arcs.starts[givers + 1], arcs.starts[givers[begin]] + block_arcs, side="right")
        )
        end = max(end, begin + 1)
        block = givers[begin:end]
        first, last = int(arcs.starts[block[0]]), int(arcs.starts[block[-1] + 1])
        sums = arc_values[first:last, None] + walks[arcs.takers[first:last]]
        longer[block] = np.maximum.reduceat(sums, arcs.starts[block] - first, axis=0)
        begin = end
    return longer


def through_arcs(tables: Tables, arcs: Arcs, prices: Priced) -> Floats:
    """For each arc, the most that a closed walk which holds it is worth."""
    return np.asarray(prices.arc_values + prices.best[tables.legs_max - 1][arcs.takers, arcs.givers])


def best_loops(tables: Tables, arcs: Arcs, prices: Priced, *, above: float, count: int) -> list[Chosen]:
    """Loops worth more than `above`: those of the best walk through each of the `count` best arcs."""
    through = through_arcs(tables, arcs, prices)
    order = np.argsort(-through, kind="stable")[:count]
    found: dict[Chosen, None] = {}
    for arc in order[through[order] > above]:
        for loop in _simple(tables, _walk(tables, arcs, prices, int(arc))):
            if prices.values[list(loop)].sum() > above:
                found[loop] = None
    return list(found)


def _walk(tables: Tables, arcs: Arcs, prices: Priced, arc: int) -> list[int]:
    """Pairs of the best closed walk that begins with an arc."""
    home = int(arcs.givers[arc])
    pairs, here = [int(prices.arc_pairs[arc])], int(arcs.takers[arc])
    for left in range(tables.legs_max - 1, 0, -1):
        first, last = int(arcs.starts[here]), int(arcs.starts[here + 1])
        takers = arcs.takers[first:last]
        rest = np.where(
            takers == home,
            np.maximum(0.0, prices.best[left - 1][takers, home]),
            prices.best[left - 1][takers, home],
        )
        step = first + int(np.argmax(prices.arc_values[first:last] + rest))
        pairs.append(int(prices.arc_pairs[step]))
        here = int(arcs.takers[step])
        if here == home:
            break
    return pairs


def _simple(tables: Tables, walk: list[int]) -> list[Chosen]:
    """The loops that a closed walk falls apart into."""
    loops: list[Chosen] = []
    open_legs: list[int] = []
    for pair in walk:
        open_legs.append(pair)
        for at, begun in enumerate(open_legs):
            if tables.givers[begun] == tables.takers[pair]:
                loops.append(from_first(tables, open_legs[at:]))
                del open_legs[at:]
                break
    return loops


def from_first(tables: Tables, legs: list[int]) -> Chosen:
    """The same loop, from the member who comes first."""
    at = min(range(len(legs)), key=lambda index: int(tables.givers[legs[index]]))
    return tuple(legs[at:] + legs[:at])


def loops_above(tables: Tables, prices: Priced, threshold: float, count_max: int) -> list[Chosen] | None:
    """All loops worth at least `threshold`, or None when there are more than `count_max` of them (or of their beginnings)."""
    found: list[Chosen] = []
    paths = np.arange(len(tables.pairs))[:, None]
    worth = prices.values.copy()
    for legs in range(1, tables.legs_max + 1):
        homes, ends = tables.givers[paths[:, 0]], tables.takers[paths[:, -1]]
        closed = ends == homes
        rows = paths[closed & (worth >= threshold)]
        if len(found) + len(rows) > count_max:
            return None
        found += [tuple(row) for row in rows.tolist()]
        if legs == tables.legs_max:
            break
        ahead = (
            ~closed & (ends > homes) & (worth + prices.best[tables.legs_max - legs][ends, homes] >= threshold)
        )
        paths, worth, ends, homes = paths[ahead], worth[ahead], ends[ahead], homes[ahead]
        lengths = tables.starts[ends + 1] - tables.starts[ends]
        if lengths.sum() > 100 * count_max:
            return None
        origin = np.repeat(np.arange(len(paths)), lengths)
        offsets = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        pairs = np.repeat(tables.starts[ends], lengths) + offsets
        takers = tables.takers[pairs]
        worth = worth[origin] + prices.values[pairs]
        left = tables.legs_max - legs - 1
        possible = np.where(
            takers == homes[origin],
            worth >= threshold,
            worth + prices.best[left][takers, homes[origin]] >= threshold,
        )
        possible &= takers >= homes[origin]
        for leg in range(1, legs):
            possible &= tables.givers[paths[origin, leg]] != takers
        paths = np.column_stack([paths[origin[possible]], pairs[possible]])
        worth = worth[possible]
        if len(paths) > 4 * count_max:
            return None
    return found
