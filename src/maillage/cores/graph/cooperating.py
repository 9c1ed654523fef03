"""Pairs and triples of structures that have what the others look for, each with its reasons."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

MUTUAL = 1.5
"""What a pair is worth more when each has something that the other looks for."""
ROUND = 1.2
"""The same for three that each give to the next."""
MILIEU_PART = 0.5
GIVERS_MAX = 60
"""Structures that have one same term, among which those with the fewest terms are looked at."""
NEXT_MAX = 25
MILIEUX_SHOWN_MAX = 3


@dataclass(frozen=True, order=True)
class Reason:
    """`giver` has `term`, which `taker` looks for; or the two share it as a milieu."""

    kind: Literal["holds_sought", "shared_milieu"]
    giver: str
    taker: str
    term: str


@dataclass(frozen=True)
class Cooperation:
    """Two or three `parties`, in order, and why. `worth`: the sum of what the reasons are worth, see `cooperations`."""

    parties: tuple[str, ...]
    reasons: tuple[Reason, ...]
    worth: float


Flow = tuple[int, int]
"""From the giver to the taker, by their places in the order of the structures."""


class _Found(NamedTuple):
    """A cooperation whose reasons are not written yet: what goes from whom to whom, and who shares milieux."""

    parties: tuple[int, ...]
    flows: tuple[Flow, ...]
    sharing: tuple[Flow, ...]
    worth: float


@dataclass(frozen=True)
class _Market:
    """`gives`: the terms of each flow; `flow`: what they are worth; `had_by`: how many have each term."""

    names: tuple[str, ...]
    gives: Mapping[Flow, list[str]]
    flow: Mapping[Flow, float]
    milieux: tuple[frozenset[str], ...]
    had_by: Mapping[str, int]
    milieu_worth: Mapping[str, float]

    def shared(self, one: int, other: int) -> list[str]:
        """The milieux of both, the least crowded first."""
        both = self.milieux[one] & self.milieux[other]
        return sorted(both, key=lambda term: (self.had_by[term], term))

    def shared_worth(self, one: int, other: int) -> float:
        both = self.milieux[one] & self.milieux[other]
        return math.fsum(self.milieu_worth[term] for term in both) if both else 0.0


def cooperations(
    structures: Collection[str],
    holds: Mapping[str, Collection[str]],
    seeks: Mapping[str, Collection[str]],
    milieux: Mapping[str, Collection[str]],
    *,
    top: int = 10,
    refused: Collection[tuple[str, ...]] = (),
    around: str = "",
    had_by: Mapping[str, int] | None = None,
) -> list[Cooperation]:
    """The best cooperations, the worthiest first: each structure's `top` ones; those of `refused` parties left out.

    A term that one has and another looks for is worth 1 / log2(1 + holders): what everybody has brings nobody together.
    A shared milieu adds 0.5 / log2(1 + those in it). A pair in which both give is worth half as much again. Three make a
    cooperation when each gives to the next (a fifth more), or when two that share a milieu look for what the third has;
    it is worth the mean of its parts, so that a third one is added only when it brings something.
    With `around`, only the `top` ones of that structure. `had_by`: how many have each term where `structures` are only a
    part of the graph; counted among them when it is not given.
    """
    market = _market(sorted(set(structures)), holds, seeks, milieux, had_by)
    place = {name: at for at, name in enumerate(market.names)}
    gone = {tuple(sorted(place.get(party, -1) for party in parties)) for parties in refused}
    me = place.get(around, -1) if around else None
    best: dict[tuple[int, ...], _Found] = {}
    for each in (*_pairs(market, top, gone, me), *_triples(market)):
        if each.parties in gone or (me is not None and me not in each.parties):
            continue
        if each.parties not in best or each.worth > best[each.parties].worth:
            best[each.parties] = each
    counts = [0] * len(market.names)
    kept = []
    for each in sorted(best.values(), key=lambda each: (-each.worth, each.parties)):
        if any(counts[party] < top for party in each.parties if me in (None, party)):
            kept.append(_written(market, each))
        for party in each.parties:
            counts[party] += 1
    return kept


def _market(
    names: list[str],
    holds: Mapping[str, Collection[str]],
    seeks: Mapping[str, Collection[str]],
    milieux: Mapping[str, Collection[str]],
    had_by: Mapping[str, int] | None,
) -> _Market:
    holders: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        for term in set(holds.get(name, ())):
            holders.setdefault(term, []).append(at)
    worlds = tuple(frozenset(milieux.get(name, ())) for name in names)
    counted = {term: len(having) for term, having in holders.items()}
    crowd: dict[str, int] = {}
    for world in worlds:
        for term in world:
            crowd[term] = crowd.get(term, 0) + 1
    known = {**counted, **{term: max(count, counted.get(term, 0)) for term, count in crowd.items()}}
    if had_by is not None:
        known = {term: max(count, had_by.get(term, 0)) for term, count in known.items()}
    givers = {
        term: having
        if len(having) <= GIVERS_MAX
        else sorted(having, key=lambda at: (len(holds.get(names[at], ())), at))[:GIVERS_MAX]
        for term, having in holders.items()
    }
    gives: dict[Flow, list[str]] = {}
    flow: dict[Flow, float] = {}
    for taker, name in enumerate(names):
        for term in sorted(set(seeks.get(name, ()))):
            worth = 1.0 / math.log2(1.0 + known.get(term, 1))
            for giver in givers.get(term, ()):
                if giver != taker:
                    gives.setdefault((giver, taker), []).append(term)
                    flow[giver, taker] = flow.get((giver, taker), 0.0) + worth
    milieu_worth = {term: MILIEU_PART / math.log2(1.0 + known[term]) for term in crowd}
    return _Market(tuple(names), gives, flow, worlds, known, milieu_worth)


def _pairs(market: _Market, top: int, gone: Collection[tuple[int, ...]], me: int | None) -> list[_Found]:
    """The pairs among the `top` ones of either of the two: the others are in nobody's list, whatever the triples."""
    ends = sorted({(min(pair), max(pair)) for pair in market.gives})
    ends = [pair for pair in ends if pair not in gone and (me is None or me in pair)]
    worths = []
    for one, other in ends:
        there, back = market.flow.get((one, other), 0.0), market.flow.get((other, one), 0.0)
        worth = (there + back) * (MUTUAL if there and back else 1.0)
        worths.append(worth + market.shared_worth(one, other))
    return [
        _Found(ends[at], (ends[at], ends[at][::-1]), (ends[at],), worths[at])
        for at in _in_somebodys_top(np.array(ends).reshape(-1, 2), np.array(worths), top)
    ]


def _in_somebodys_top(ends: NDArray[np.int64], worths: NDArray[np.float64], top: int) -> Iterator[int]:
    """The places of the pairs, best first, that are among the `top` of one of their two ends."""
    order = np.lexsort((ends[:, 1], ends[:, 0], -worths))
    seen: dict[int, int] = {}
    for at, (one, other) in zip(order.tolist(), ends[order].tolist(), strict=True):
        mine, theirs = seen.get(one, 0), seen.get(other, 0)
        if mine < top or theirs < top:
            yield at
        seen[one], seen[other] = mine + 1, theirs + 1


def _triples(market: _Market) -> Iterator[_Found]:
    takers: dict[int, list[int]] = {}
    for giver, taker in sorted(market.gives):
        takers.setdefault(giver, []).append(taker)
    after = {
        giver: sorted(found, key=lambda taker: (-market.flow[giver, taker], taker))[:NEXT_MAX]
        for giver, found in takers.items()
    }
    before: dict[int, set[int]] = {}
    for giver, found in after.items():
        for taker in found:
            before.setdefault(taker, set()).add(giver)
    for one in sorted(after):
        back = before.get(one, set())
        for two in after[one] if back else ():
            for three in sorted(back.intersection(after.get(two, ()))):
                if one < min(two, three) and two != three:
                    yield _round(market, (one, two, three))
        yield from _shared_sources(market, one, after[one])


def _round(market: _Market, turn: tuple[int, int, int]) -> _Found:
    one, two, three = turn
    flows = ((one, two), (two, three), (three, one))
    pairs = tuple(combinations(sorted(turn), 2))
    shared = sum(market.shared_worth(*pair) for pair in pairs)
    worth = ROUND * (sum(market.flow[flow] for flow in flows) * 2 + shared) / 3
    return _Found(tuple(sorted(turn)), flows, pairs, worth)


def _shared_sources(market: _Market, source: int, takers: list[int]) -> Iterator[_Found]:
    """Two that share a milieu and look for one same thing that a third has."""
    crowds: dict[str, list[int]] = {}
    for taker in sorted(takers):
        for term in market.milieux[taker]:
            crowds.setdefault(term, []).append(taker)
    together = {pair for crowd in crowds.values() for pair in combinations(crowd, 2)}
    for one, other in sorted(together):
        if set(market.gives[source, one]).isdisjoint(market.gives[source, other]):
            continue
        flows = ((source, one), (source, other))
        worth = (sum(market.flow[flow] for flow in flows) * 2 + market.shared_worth(one, other)) / 3
        yield _Found(tuple(sorted((source, one, other))), flows, ((one, other),), worth)


def _written(market: _Market, found: _Found) -> Cooperation:
    """With its keys and its reasons."""
    names = market.names
    given = [
        Reason("holds_sought", names[giver], names[taker], term)
        for giver, taker in found.flows
        for term in sorted(market.gives.get((giver, taker), ()), key=lambda term: (market.had_by[term], term))
    ]
    shared = [
        Reason("shared_milieu", names[one], names[other], term)
        for one, other in found.sharing
        for term in market.shared(one, other)[:MILIEUX_SHOWN_MAX]
    ]
    return Cooperation(tuple(names[party] for party in found.parties), (*shared, *given), found.worth)
