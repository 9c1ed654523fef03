"""Groups of nodes that hold together more than chance explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import igraph
import numpy as np

from maillage.cores.graph.chance import drawing_from

SAMPLES = 20
SAMPLES_LARGE = 5
LARGE_LINKS = 20_000
SWAPS_PER_LINK = 6
PASSES = 4
CHANCE_MAX = 0.05


@dataclass(frozen=True)
class Communities:
    """`groups`, the biggest first: only those stronger than chance. `quality`: the modularity of the whole partition.

    `quality_by_chance`: mean and standard deviation of the modularity found in graphs of the same degrees drawn at
    random. `stronger_than_chance`: the partition beats every one of them.
    """

    groups: tuple[tuple[str, ...], ...]
    quality: float
    quality_by_chance: tuple[float, float]
    stronger_than_chance: bool


def communities(nodes: Sequence[str], links: Sequence[tuple[str, str]], *, seed: int) -> Communities:
    """The communities of an undirected graph (Leiden, modularity), kept only where they are stronger than chance.

    Chance: the second ends of the links exchanged at random, six times for each link, so that every degree stays and
    a graph of two sides keeps them; 20 such graphs, 5 beyond 20,000 links. A group stays when the share of its links
    that stay inside is above that of 95 % of the groups of like size (half to double) found by chance.
    """
    names = sorted(set(nodes))
    index = {name: at for at, name in enumerate(names)}
    ends = sorted({(index[a], index[b]) for a, b in links if a in index and b in index and a != b})
    if len(ends) < 3:
        return Communities((), 0.0, (0.0, 0.0), False)
    with drawing_from(seed):
        found, quality = _leiden(len(names), ends)
        samples = SAMPLES if len(ends) <= LARGE_LINKS else SAMPLES_LARGE
        by_chance: list[tuple[int, float]] = []
        qualities = []
        for _sample in range(samples):
            shuffled = _exchanged(len(names), ends)
            groups, theirs = _leiden(len(names), shuffled)
            qualities.append(theirs)
            by_chance += [
                (len(group), inside) for group, inside in zip(groups, _inside(groups, shuffled), strict=True)
            ]
    beats = quality > max(qualities)
    kept = []
    if beats:
        for group, inside in zip(found, _inside(found, ends), strict=True):
            like = [share for size, share in by_chance if len(group) / 2 <= size <= len(group) * 2]
            rivals = like or [share for _size, share in by_chance]
            if len(group) > 2 and sum(share >= inside for share in rivals) <= CHANCE_MAX * len(rivals):
                kept.append(tuple(names[node] for node in group))
    kept.sort(key=lambda group: (-len(group), group))
    return Communities(tuple(kept), quality, (float(np.mean(qualities)), float(np.std(qualities))), beats)


def _leiden(count: int, ends: list[tuple[int, int]]) -> tuple[list[list[int]], float]:
    """Traag, Waltman and van Eck's algorithm (2019), as igraph has it."""
    graph = igraph.Graph(n=count, edges=ends)
    parts = graph.community_leiden(objective_function="modularity", n_iterations=PASSES)
    return [sorted(part) for part in parts if len(part) > 1], float(parts.modularity)


def _inside(groups: list[list[int]], ends: list[tuple[int, int]]) -> list[float]:
    """Of the links that touch each group, the share that stays inside, both ends counted."""
    group_of = {node: number for number, group in enumerate(groups) for node in group}
    inside, touched = [0] * len(groups), [0] * len(groups)
    for one, other in ends:
        a, b = group_of.get(one), group_of.get(other)
        if a is not None:
            touched[a] += 1
        if b is not None:
            touched[b] += 1
        if a is not None and a == b:
            inside[a] += 2
    return [part / whole if whole else 0.0 for part, whole in zip(inside, touched, strict=True)]


def _exchanged(count: int, ends: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same links with their second ends exchanged, never twice the same link nor a node with itself."""
    graph = igraph.Graph(n=count, edges=ends, directed=True)
    graph.rewire(n=SWAPS_PER_LINK * len(ends))
    return [tuple(sorted(end)) for end in graph.get_edgelist()]
