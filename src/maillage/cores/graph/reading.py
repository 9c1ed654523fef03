"""What a graph of structures and terms says: ways from one structure to another, rare and common terms, the isolated."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

RARE_HOLDERS_MAX = 2
COMMON_HOLDERS_MIN = 3
COMMON_SHARE_MIN = 1 / 4


@dataclass(frozen=True)
class Path:
    """A way from a structure to another: structure, term, structure… `hops`: how many terms it passes through."""

    nodes: tuple[str, ...]
    hops: int


@dataclass(frozen=True)
class Spread:
    """`rare`: (term, holders) for terms of one or two structures, the rarest first. `common`: those of at least three
    structures and a quarter of all, the most common first. `isolated`: structures that share no term with another."""

    rare: tuple[tuple[str, int], ...]
    common: tuple[tuple[str, int], ...]
    isolated: tuple[str, ...]


def paths(
    start: str,
    targets: Collection[str],
    links: Sequence[tuple[str, str]],
    *,
    structures: Collection[str],
    hops_max: int = 2,
) -> list[Path]:
    """The best way from `start` to each of `targets` that `hops_max` terms can reach, the shortest first.

    A hop goes from a structure to another that shares a term. Between ways of one length, the one through the rarest
    terms says most (the sum of how many share each), then the order of the keys. Unknown targets and `start` itself
    are left out; `hops_max` from 1.
    """
    of_structure, of_term = _sides(links, structures)
    best: dict[str, tuple[float, tuple[str, ...]]] = {start: (0.0, (start,))}
    edge = dict(best)
    for _hop in range(hops_max):
        reached: dict[str, tuple[float, tuple[str, ...]]] = {}
        for cost, way in sorted(edge.values(), key=lambda each: each[1]):
            for term in of_structure.get(way[-1], ()):
                weight = cost + len(of_term[term])
                for other in of_term[term]:
                    if other in best:
                        continue
                    offered = (weight, (*way, term, other))
                    if other not in reached or offered < reached[other]:
                        reached[other] = offered
        best |= reached
        edge = reached
    found = [
        (len(way), cost, way)
        for target, (cost, way) in best.items()
        if target in set(targets) and target != start
    ]
    return [Path(way, len(way) // 2) for _length, _cost, way in sorted(found)]


def spread(
    terms: Collection[str], links: Sequence[tuple[str, str]], *, structures: Collection[str]
) -> Spread:
    """How the terms are spread over the structures. `links`: (structure, term), what each has."""
    of_structure, of_term = _sides(links, structures)
    held = [(term, len(of_term[term])) for term in sorted(set(terms)) if of_term.get(term)]
    needed = max(COMMON_HOLDERS_MIN, math.ceil(COMMON_SHARE_MIN * len(of_structure)))
    rare = sorted((pair for pair in held if pair[1] <= RARE_HOLDERS_MAX), key=lambda pair: (pair[1], pair[0]))
    common = sorted((pair for pair in held if pair[1] >= needed), key=lambda pair: (-pair[1], pair[0]))
    isolated = [
        one
        for one in sorted(set(structures))
        if all(len(of_term[term]) == 1 for term in of_structure.get(one, ()))
    ]
    return Spread(tuple(rare), tuple(common), tuple(isolated))


def _sides(
    links: Sequence[tuple[str, str]], structures: Collection[str]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The terms of each structure and the structures of each term, in order; links are read from either end."""
    known = set(structures)
    pairs = {(a, b) if a in known else (b, a) for a, b in links if (a in known) != (b in known)}
    of_structure: dict[str, list[str]] = {}
    of_term: dict[str, list[str]] = {}
    for structure, term in sorted(pairs):
        of_structure.setdefault(structure, []).append(term)
        of_term.setdefault(term, []).append(structure)
    return of_structure, of_term
