"""Pairs and triples of structures that have what the others look for, each with its reasons."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

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


@dataclass(frozen=True)
class _Market:
    holders: Mapping[str, list[str]]
    gives: Mapping[tuple[str, str], list[str]]
    milieux: Mapping[str, frozenset[str]]
    crowd: Mapping[str, int]

    def term_worth(self, term: str) -> float:
        return 1.0 / math.log2(1.0 + len(self.holders[term]))

    def milieu_worth(self, term: str) -> float:
        return MILIEU_PART / math.log2(1.0 + self.crowd[term])

    def shared(self, one: str, other: str) -> list[str]:
        """The milieux of both, the least crowded first."""
        both = self.milieux.get(one, frozenset()) & self.milieux.get(other, frozenset())
        return sorted(both, key=lambda term: (self.crowd[term], term))

    def flow(self, giver: str, taker: str) -> float:
        return sum(map(self.term_worth, self.gives.get((giver, taker), ())))


def cooperations(
    structures: Collection[str],
    holds: Mapping[str, Collection[str]],
    seeks: Mapping[str, Collection[str]],
    milieux: Mapping[str, Collection[str]],
    *,
    top: int = 10,
    refused: Collection[tuple[str, ...]] = (),
) -> list[Cooperation]:
    """The best cooperations, the worthiest first: each structure's `top` ones; those of `refused` parties left out.

    A term that one has and another looks for is worth 1 / log2(1 + holders): what everybody has brings nobody together.
    A shared milieu adds 0.5 / log2(1 + those in it). A pair in which both give is worth half as much again. Three make a
    cooperation when each gives to the next (a fifth more), or when two that share a milieu look for what the third has;
    it is worth the mean of its parts, so that a third one is added only when it brings something.
    """
    market = _market(sorted(set(structures)), holds, seeks, milieux)
    gone = {tuple(sorted(parties)) for parties in refused}
    found = {each.parties: each for each in _pairs(market) if each.parties not in gone}
    for each in _triples(market):
        if each.parties not in gone and (each.parties not in found or each.worth > found[each.parties].worth):
            found[each.parties] = each
    ranked = sorted(found.values(), key=lambda each: (-each.worth, each.parties))
    counts: dict[str, int] = {}
    kept = []
    for each in ranked:
        if any(counts.get(party, 0) < top for party in each.parties):
            kept.append(each)
        for party in each.parties:
            counts[party] = counts.get(party, 0) + 1
    return kept


def _market(
    structures: list[str],
    holds: Mapping[str, Collection[str]],
    seeks: Mapping[str, Collection[str]],
    milieux: Mapping[str, Collection[str]],
) -> _Market:
    holders: dict[str, list[str]] = {}
    for one in structures:
        for term in sorted(set(holds.get(one, ()))):
            holders.setdefault(term, []).append(one)
    gives: dict[tuple[str, str], list[str]] = {}
    for one in structures:
        for term in sorted(set(seeks.get(one, ()))):
            givers = holders.get(term, [])
            if len(givers) > GIVERS_MAX:
                givers = sorted(givers, key=lambda key: (len(holds.get(key, ())), key))[:GIVERS_MAX]
            for giver in givers:
                if giver != one:
                    gives.setdefault((giver, one), []).append(term)
    worlds = {one: frozenset(milieux.get(one, ())) for one in structures}
    crowd: dict[str, int] = {}
    for world in worlds.values():
        for term in world:
            crowd[term] = crowd.get(term, 0) + 1
    return _Market(holders, gives, worlds, crowd)


def _pairs(market: _Market) -> Iterable[Cooperation]:
    for one, other in sorted({(min(pair), max(pair)) for pair in market.gives}):
        there, back = market.flow(one, other), market.flow(other, one)
        common = market.shared(one, other)
        worth = (there + back) * (MUTUAL if there and back else 1.0) + sum(map(market.milieu_worth, common))
        yield Cooperation((one, other), _reasons(market, [(one, other), (other, one)], [(one, other)]), worth)


def _reasons(
    market: _Market, flows: Iterable[tuple[str, str]], sharing: Iterable[tuple[str, str]]
) -> tuple[Reason, ...]:
    given = [
        Reason("holds_sought", giver, taker, term)
        for giver, taker in flows
        for term in sorted(
            market.gives.get((giver, taker), ()), key=lambda term: (len(market.holders[term]), term)
        )
    ]
    shared = [
        Reason("shared_milieu", one, other, term)
        for one, other in sharing
        for term in market.shared(one, other)[:MILIEUX_SHOWN_MAX]
    ]
    return (*shared, *given)


def _triples(market: _Market) -> Iterable[Cooperation]:
    after: dict[str, list[str]] = {}
    for giver, taker in sorted(market.gives):
        after.setdefault(giver, []).append(taker)
    for giver, takers in after.items():
        takers.sort(key=lambda taker: (-market.flow(giver, taker), taker))
        after[giver] = takers[:NEXT_MAX]
    seen = set()
    for one in sorted(after):
        for two in after[one]:
            for three in after.get(two, ()):
                turn = (one, two, three)
                if (
                    one < min(two, three)
                    and two != three
                    and one in after.get(three, ())
                    and turn not in seen
                ):
                    seen.add(turn)
                    yield _round(market, turn)
        yield from _shared_sources(market, one, after[one])


def _round(market: _Market, turn: tuple[str, str, str]) -> Cooperation:
    one, two, three = turn
    flows = [(one, two), (two, three), (three, one)]
    both = combinations(sorted(turn), 2)
    pairs = list(both)
    shared = sum(market.milieu_worth(term) for pair in pairs for term in market.shared(*pair))
    worth = ROUND * (sum(market.flow(*flow) for flow in flows) * 2 + shared) / 3
    return Cooperation(tuple(sorted(turn)), _reasons(market, flows, pairs), worth)


def _shared_sources(market: _Market, source: str, takers: list[str]) -> Iterable[Cooperation]:
    """Two that share a milieu and look for one same thing that a third has."""
    for one, other in combinations(sorted(takers), 2):
        same = set(market.gives[source, one]) & set(market.gives[source, other])
        common = market.shared(one, other)
        if not same or not common:
            continue
        flows = [(source, one), (source, other)]
        worth = (sum(market.flow(*flow) for flow in flows) * 2 + sum(map(market.milieu_worth, common))) / 3
        yield Cooperation(tuple(sorted((source, one, other))), _reasons(market, flows, [(one, other)]), worth)
