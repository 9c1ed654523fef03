"""Where each node stands: the same graph and seed give the same places, and what is added moves little of what stood."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import igraph
import numpy as np
from numpy.typing import NDArray

from maillage.cores.graph.chance import drawing_from

Point = tuple[int, int]
Floats = NDArray[np.float64]

WIDTH = 10_000
MARGIN = 400
FEW_NEW = 0.01
"""Nodes that stood do not move when no more than this part of the nodes is new."""
SETTLING_MAX = 1_200
"""What a node may move, before the drawing is fitted to its frame, when more than that is new."""
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
SPACED_NODES_MAX = 20_000
SETTLED_NODES_MAX = 1_500
SPACING_ROUNDS = 60
READ_NODES_MAX = 1_500
"""Beyond, nodes are not read all at once: a quarter of the rounds is enough."""
PLAIN_NODES_MAX = 1_000


def layout(
    nodes: Sequence[str],
    links: Sequence[tuple[str, str]],
    *,
    seed: int,
    previous: Mapping[str, Point] | None = None,
) -> dict[str, Point]:
    """The place of each node, integers from 0 to 10,000 across and down, whatever the order of nodes and links.

    Links are undirected; those of unknown nodes are left out. With `previous`, nodes that are in it do not
    move when at most 1 % of the nodes are new, and the new ones stand beside their neighbours; beyond 1 %, everything
    settles anew from where it stood, without that promise.
    """
    names = sorted(set(nodes))
    if not names:
        return {}
    index = {name: at for at, name in enumerate(names)}
    pairs = sorted(
        {
            (min(index[a], index[b]), max(index[a], index[b]))
            for a, b in links
            if a in index and b in index and a != b
        }
    )
    known = {name: previous[name] for name in names if previous and name in previous}
    if known:
        new = len(names) - len(known)
        places = _beside(names, pairs, known)
        if new > FEW_NEW * len(names) and len(names) <= SETTLED_NODES_MAX:
            places = _settled(places, pairs, seed)
    else:
        places = _drawn(len(names), pairs, seed)
        places = _spaced(places)
    whole = np.clip(np.rint(places), 0, WIDTH).astype(int)
    return {name: (int(whole[at, 0]), int(whole[at, 1])) for name, at in index.items()}


def _drawn(count: int, pairs: list[tuple[int, int]], seed: int) -> Floats:
    """A fresh drawing: each component on its own, packed by rows, the nodes without link in a band below."""
    graph = igraph.Graph(n=count, edges=pairs)
    parts = sorted(
        (sorted(part) for part in graph.connected_components()), key=lambda part: (-len(part), part)
    )
    linked = [part for part in parts if len(part) > 1]
    alone = [part[0] for part in parts if len(part) == 1]
    places = np.zeros((count, 2))
    band = _band_height(len(alone), count)
    if linked:
        boxes = [(_force(graph.induced_subgraph(part), seed), math.sqrt(len(part))) for part in linked]
        for part, packed in zip(linked, _packed(boxes), strict=True):
            places[part] = packed
        flat = np.concatenate(linked)
        places[flat] = _fitted(places[flat], WIDTH - 2 * MARGIN, WIDTH - 2 * MARGIN - band) + MARGIN
    if alone:
        across = (
            max(1, math.ceil(math.sqrt(len(alone) * (WIDTH - 2 * MARGIN) / max(band, 1.0))))
            if linked
            else math.ceil(math.sqrt(len(alone)))
        )
        rows = math.ceil(len(alone) / across)
        height = band if linked else WIDTH - 2 * MARGIN
        for rank, node in enumerate(alone):
            row, column = divmod(rank, across)
            x = MARGIN + (column + 0.5) * (WIDTH - 2 * MARGIN) / across
            places[node] = (x, WIDTH - MARGIN - height + (row + 0.7) * height / rows)
    return places


def _band_height(alone: int, count: int) -> float:
    return min(0.45, 0.08 + 0.6 * alone / count) * (WIDTH - 2 * MARGIN) if alone else 0.0


def _force(graph: igraph.Graph, seed: int) -> Floats:
    """Forces until rest, from places drawn at random; of unit size about its centre."""
    count = graph.vcount()
    chance = np.random.default_rng(seed)
    start = chance.normal(size=(count, 2)) * math.sqrt(count)
    if count <= PLAIN_NODES_MAX:
        places = _forces(graph, seed, {"niter": 600, "seed": start.tolist(), "grid": "nogrid"})
    else:
        places = _forces(graph, seed, {"niter": 80, "seed": start.tolist(), "grid": "grid"})
    places -= places.mean(axis=0)
    # A few nodes far out would press the others together: distances grow by their square root beyond the common one.
    radii = np.linalg.norm(places, axis=1)
    common = float(np.quantile(radii, 0.8)) or 1.0
    far = radii > common
    places[far] *= (common * np.sqrt(radii[far] / common) / radii[far])[:, None]
    return places / (np.abs(places).max() or 1.0)


def _packed(boxes: list[tuple[Floats, float]]) -> list[Floats]:
    """Components side by side in rows about as wide as all are high, the biggest first."""
    width = max(math.sqrt(sum((2 * side) ** 2 for _places, side in boxes)), 2 * boxes[0][1])
    x = y = row_height = 0.0
    packed = []
    for places, side in boxes:
        size = 2 * side
        if x and x + size > width * 1.05:
            x, y, row_height = 0.0, y + row_height, 0.0
        packed.append(places * side * 0.92 + np.array([x + side, y + side]))
        x, row_height = x + size, max(row_height, size)
    return packed


def _fitted(places: Floats, width: float, height: float) -> Floats:
    """Stretched to the frame; one direction is stretched at most half as much again as the other."""
    low, span = places.min(axis=0), np.maximum(np.ptp(places, axis=0), 1e-9)
    scale = np.array([width, height]) / span
    scale = np.minimum(scale, 1.5 * scale.min())
    return (places - low) * scale + (np.array([width, height]) - span * scale) / 2


def _spaced(places: Floats) -> Floats:
    """Nodes that are too near push each other away, for as many as people can read."""
    count = len(places)
    if not 1 < count <= SPACED_NODES_MAX:
        return places
    from scipy.spatial import KDTree  # scipy reaches for the network's modules: only a drawing loads it

    least = spacing(count)
    found = places.copy()
    for _round in range(SPACING_ROUNDS if count <= READ_NODES_MAX else SPACING_ROUNDS // 4):
        near = KDTree(found).query_pairs(least, output_type="ndarray")
        if not len(near):
            break
        one, other = near[np.lexsort((near[:, 1], near[:, 0]))].T
        gaps = found[one] - found[other]
        far = np.linalg.norm(gaps, axis=1)
        angle = (one * 31 + other * 17) * GOLDEN_ANGLE
        aside = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        away = np.where(far[:, None] > 1, gaps / np.maximum(far, 1)[:, None], aside)
        push = away * ((least - far) * 0.4)[:, None]
        np.add.at(found, one, push)
        np.add.at(found, other, -push)
        found = np.clip(found, MARGIN / 2, WIDTH - MARGIN / 2)
    return found


def spacing(count: int) -> float:
    """How far apart `count` nodes stand at least, nearly: a tenth of the width for few, less for many."""
    return min(900.0, 0.62 * (WIDTH - 2 * MARGIN) / math.sqrt(count))


def _beside(names: list[str], pairs: list[tuple[int, int]], known: Mapping[str, Point]) -> Floats:
    """What stood keeps its place; each new node takes the first free spot of a spiral about its neighbours."""
    places = np.full((len(names), 2), np.nan)
    for at, name in enumerate(names):
        if name in known:
            places[at] = known[name]
    around: dict[int, list[int]] = {}
    for one, other in pairs:
        around.setdefault(one, []).append(other)
        around.setdefault(other, []).append(one)
    waiting = [at for at in range(len(names)) if np.isnan(places[at, 0])]
    waiting.sort(
        key=lambda at: (-sum(not np.isnan(places[near, 0]) for near in around.get(at, [])), names[at])
    )
    least = spacing(len(names)) * 0.8
    for at in waiting:
        near = [other for other in around.get(at, []) if not np.isnan(places[other, 0])]
        centre = places[near].mean(axis=0) if near else np.array([WIDTH / 2, WIDTH / 2])
        places[at] = _free_spot(centre, places[~np.isnan(places[:, 0])], least)
    return places


def _free_spot(centre: Floats, taken: Floats, least: float) -> Floats:
    best, best_gap = centre, -1.0
    for turn in range(240):
        angle, radius = turn * GOLDEN_ANGLE, least * 0.55 * math.sqrt(turn)
        spot = np.clip(
            centre + radius * np.array([math.cos(angle), math.sin(angle)]), MARGIN / 2, WIDTH - MARGIN / 2
        )
        gap = float(np.sqrt(((taken - spot) ** 2).sum(axis=1)).min()) if len(taken) else math.inf
        if gap >= least:
            return spot
        if gap > best_gap:
            best, best_gap = spot, gap
    return best


def _settled(places: Floats, pairs: list[tuple[int, int]], seed: int) -> Floats:
    """Forces for a moment from where everything stands; fitted to the frame, then spaced."""
    graph = igraph.Graph(n=len(places), edges=pairs)
    linked = [at for at in range(len(places)) if graph.degree(at)]
    if len(linked) < 3:
        return _spaced(places)
    unit = spacing(len(places))
    how = {"niter": 150, "seed": (places / unit).tolist(), "start_temp": 0.6, "grid": "nogrid"}
    settled = _forces(graph, seed, how) * unit
    settled += places.mean(axis=0) - settled.mean(axis=0)
    gone = settled - places
    far = np.maximum(np.linalg.norm(gone, axis=1, keepdims=True), 1e-9)
    found = places + gone * np.minimum(1.0, SETTLING_MAX / far)
    return _spaced(_fitted(found, WIDTH - 2 * MARGIN, WIDTH - 2 * MARGIN) + MARGIN)


def _forces(graph: igraph.Graph, seed: int, how: dict[str, Any]) -> Floats:
    """Fruchterman and Reingold's forces."""
    with drawing_from(seed):
        return np.array(graph.layout_fruchterman_reingold(**how).coords, dtype=float)
