"""Clusters: exact sums, agreement between neighbouring tiles, and the same answer as a slow reading of the rule."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.cores.geo.cells import cells_of, deinterleave, interleave_arrays, place_of, world_of
from maillage.cores.geo.clusters import (
    GRID,
    GRID_BITS,
    REACH_SQUARES,
    ZOOM_MAX,
    PointLayer,
    cluster_members,
    clusters_of_tile,
    point_layer,
)
from maillage.cores.geo.mercator import CELL_ZOOM, cell_of, interleave

COORDINATE = st.tuples(st.floats(40, 52), st.floats(-5, 10))
HEAP = st.tuples(st.floats(44.9, 45.1), st.floats(1.0, 1.3))
POINTS = st.lists(st.one_of(COORDINATE, HEAP, HEAP), max_size=60)


def layer_of(points: list[tuple[float, float]]) -> PointLayer:
    cells = np.array([cell_of(*point) for point in points], dtype=np.int64)
    order = np.argsort(cells, kind="stable")
    return point_layer(cells[order], order)


def tiles_of(layer: PointLayer, zoom: int) -> list[tuple[int, int]]:
    """The tiles of a zoom that hold points, and their neighbours."""
    x, y = deinterleave(layer.cells)
    shift = CELL_ZOOM - zoom
    last = (1 << zoom) - 1
    near = {
        (int(a) + i, int(b) + j)
        for a, b in set(zip(x >> shift, y >> shift, strict=True))
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
    }
    return sorted((a, b) for a, b in near if 0 <= a <= last and 0 <= b <= last)


def slow_clusters(layer: PointLayer, zoom: int) -> set[tuple[int, int, int]]:
    """The rule of docs/explanation/map.md, square by square: {(count, mean x, mean y)} of the whole world."""
    shift = CELL_ZOOM - zoom - GRID_BITS
    squares: dict[tuple[int, int], list[tuple[int, int]]] = {}
    xs, ys = deinterleave(layer.cells)
    for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
        squares.setdefault((x >> shift, y >> shift), []).append((x, y))

    def mean(square: tuple[int, int]) -> tuple[float, float]:
        own = squares[square]
        size = len(own) * (1 << shift)
        return sum(x for x, _y in own) / size, sum(y for _x, y in own) / size

    def weight(square: tuple[int, int]) -> tuple[int, int]:
        return len(squares[square]), interleave(*square)

    def heaviest(square: tuple[int, int]) -> tuple[int, int]:
        (x, y), best = mean(square), square
        for i in (-1, 0, 1):
            for j in (-1, 0, 1):
                other = (square[0] + i, square[1] + j)
                if other in squares:
                    a, b = mean(other)
                    if (a - x) ** 2 + (b - y) ** 2 < REACH_SQUARES**2 and weight(other) > weight(best):
                        best = other
        return best

    homes: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for square, own in squares.items():
        best = heaviest(square)
        home = best if heaviest(best) == best else square
        homes.setdefault(home, []).extend(own)
    return {
        (len(own), sum(x for x, _ in own) // len(own), sum(y for _, y in own) // len(own))
        for own in homes.values()
    }


@settings(max_examples=40, deadline=None)
@given(points=POINTS, zoom=st.integers(0, ZOOM_MAX))
def test_every_point_is_in_one_cluster_of_one_tile(points: list[tuple[float, float]], zoom: int) -> None:
    layer = layer_of(points)
    found = [clusters_of_tile(layer, zoom, x, y) for x, y in tiles_of(layer, zoom)]
    assert sum(int(clusters.counts.sum()) for clusters in found) == len(points)
    members = [
        row
        for clusters in found
        for x, y in zip(clusters.squares_x, clusters.squares_y, strict=True)
        for row in cluster_members(layer, zoom, int(x), int(y)).tolist()
    ]
    assert sorted(members) == list(range(len(points)))


@settings(max_examples=40, deadline=None)
@given(points=POINTS, zoom=st.integers(0, ZOOM_MAX))
def test_tiles_say_what_the_rule_says(points: list[tuple[float, float]], zoom: int) -> None:
    layer = layer_of(points)
    found = set()
    for x, y in tiles_of(layer, zoom):
        clusters = clusters_of_tile(layer, zoom, x, y)
        found |= set(zip(clusters.counts.tolist(), clusters.x.tolist(), clusters.y.tolist(), strict=True))
    assert found == slow_clusters(layer, zoom)


@settings(max_examples=30, deadline=None)
@given(points=POINTS, zoom=st.integers(0, ZOOM_MAX - 1))
def test_a_cluster_comes_apart_at_the_zoom_it_names(points: list[tuple[float, float]], zoom: int) -> None:
    layer = layer_of(points)
    for x, y in tiles_of(layer, zoom):
        clusters = clusters_of_tile(layer, zoom, x, y)
        for index in np.flatnonzero(clusters.counts > 1):
            rows = cluster_members(
                layer, zoom, int(clusters.squares_x[index]), int(clusters.squares_y[index])
            )
            assert len(rows) == clusters.counts[index]
            own = np.array([cell_of(*points[row]) for row in rows])
            apart = int(clusters.zooms[index])
            assert apart > zoom
            if apart <= CELL_ZOOM - GRID_BITS:
                assert len(set(own >> (2 * (CELL_ZOOM - GRID_BITS - apart)))) > 1
            else:
                assert len(set(own)) == 1


def test_points_of_one_place_stay_together() -> None:
    clusters = clusters_of_tile(layer_of([(45.0, 1.0)] * 3), ZOOM_MAX, *tile(45.0, 1.0, ZOOM_MAX))
    assert clusters.counts.tolist() == [3]
    assert clusters.zooms[0] > ZOOM_MAX


def test_no_points_no_clusters() -> None:
    assert len(clusters_of_tile(layer_of([]), 4, 8, 5)) == 0
    assert cluster_members(layer_of([]), 4, 8 * GRID, 5 * GRID).tolist() == []


@pytest.mark.parametrize("tile", [(-1, 0, 0), (3, 8, 0), (3, 0, -1), (ZOOM_MAX + 1, 0, 0)])
def test_tiles_that_do_not_exist_are_refused(tile: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="no such tile"):
        clusters_of_tile(layer_of([(45.0, 1.0)]), *tile)


@given(st.lists(st.tuples(st.integers(0, 2**26 - 1), st.integers(0, 2**26 - 1)), min_size=1, max_size=20))
def test_arrays_interleave_as_numbers_do(pairs: list[tuple[int, int]]) -> None:
    x, y = np.array(pairs, dtype=np.int64).T
    codes = interleave_arrays(x, y)
    assert codes.tolist() == [interleave(*pair) for pair in pairs]
    again = deinterleave(codes)
    assert again[0].tolist() == x.tolist()
    assert again[1].tolist() == y.tolist()


@given(st.floats(-85, 85), st.floats(-180, 180))
def test_places_go_to_the_plane_and_back(latitude: float, longitude: float) -> None:
    back = place_of(*world_of(np.array([latitude]), np.array([longitude])))
    assert back[0][0] == pytest.approx(latitude, abs=1e-9)
    assert back[1][0] == pytest.approx(longitude, abs=1e-9)
    found = deinterleave(cells_of(np.array([latitude]), np.array([longitude])))
    one = deinterleave(np.array([cell_of(latitude, longitude)]))
    assert abs(int(found[0][0]) - int(one[0][0])) <= 1
    assert abs(int(found[1][0]) - int(one[1][0])) <= 1


def tile(latitude: float, longitude: float, zoom: int) -> tuple[int, int]:
    from maillage.cores.geo.mercator import tile_of

    return tile_of(latitude, longitude, zoom)
