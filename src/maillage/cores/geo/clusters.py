"""Clusters of points for map tiles, computed on demand from points sorted by Morton cell.

How. A tile is cut into `GRID` x `GRID` squares, aligned with the Morton order: the points of a square are one slice of the
sorted array, found by binary search, and running sums of their coordinates give their number and mean in constant
time. So a tile costs the same with a hundred points or a million. Two heaps on either side of a square's border would
touch on the screen: a square whose heaviest near neighbour (`REACH_SQUARES` between means) is nobody's
satellite gives it all its points. That rule looks at squares three steps away at most, whatever tile asks, so
neighbouring tiles agree, and each point is counted in exactly one cluster of one tile.

`docs/explanation/map.md` has the rule in prose and a worked example.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from maillage.cores.geo.cells import Booleans, Integers, deinterleave, interleave_arrays
from maillage.cores.geo.mercator import CELL_ZOOM

GRID_BITS = 3
GRID = 1 << GRID_BITS
"""Squares along a tile's side: 64 pixels each on a tile of 512."""
REACH_SQUARES = 0.7
"""Means nearer than this make one cluster: 45 pixels, a little more than two discs side by side."""
ZOOM_MAX = CELL_ZOOM - GRID_BITS - 3
"""Beyond, a square is smaller than a doorstep."""
_MARGIN = 3
_NEIGHBOURS = tuple(step for step in product((-1, 0, 1), repeat=2) if step != (0, 0))


@dataclass(frozen=True)
class PointLayer:
    """Points sorted by cell: `cells` and `rows` (the caller's own numbers) of n, running sums of n + 1."""

    cells: Integers
    rows: Integers
    sums_x: Integers
    sums_y: Integers

    def __len__(self) -> int:
        return len(self.cells)


@dataclass(frozen=True)
class Clusters:
    """The clusters of a tile, one element each, in a fixed order.

    `x`, `y`: mean position in cells of `CELL_ZOOM`; `rows`: the row of its first point, which is its only one when
    `counts` is 1; `squares_x`, `squares_y`: the square that names it at this zoom; `zooms`: the first zoom at which its
    points stand in different squares, above `ZOOM_MAX` when they all stand in one place.
    """

    counts: Integers
    x: Integers
    y: Integers
    rows: Integers
    squares_x: Integers
    squares_y: Integers
    zooms: Integers

    def __len__(self) -> int:
        return len(self.counts)


@dataclass(frozen=True)
class _Window:
    """The squares around a tile: the slices of their points, and the square that each belongs to in the end."""

    left: int
    top: int
    starts: Integers
    ends: Integers
    homes: Integers


def point_layer(cells: Integers, rows: Integers) -> PointLayer:
    """A layer of points already sorted by cell."""
    x, y = deinterleave(cells)
    return PointLayer(cells, rows, _running_sum(x), _running_sum(y))


def clusters_of_tile(layer: PointLayer, zoom: int, x: int, y: int) -> Clusters:
    """The clusters whose mean stands in a tile. Raises ValueError for a tile that does not exist."""
    check_tile(zoom, x, y)
    window = _window(layer, zoom, x << GRID_BITS, y << GRID_BITS, GRID)
    side = GRID + 2 * _MARGIN
    counts = _per_home(window, window.ends - window.starts)
    sums_x = _per_home(window, layer.sums_x[window.ends] - layer.sums_x[window.starts])
    sums_y = _per_home(window, layer.sums_y[window.ends] - layer.sums_y[window.starts])
    inner = np.zeros((side, side), dtype=bool)
    inner[1:-1, 1:-1] = True  # means stand one square away from home at most
    homes = np.flatnonzero((counts > 0) & inner.ravel())
    mean_x, mean_y = sums_x[homes] // counts[homes], sums_y[homes] // counts[homes]
    shift = CELL_ZOOM - zoom
    here = (mean_x >> shift == x) & (mean_y >> shift == y)
    homes, mean_x, mean_y = homes[here], mean_x[here], mean_y[here]
    return Clusters(
        counts=counts[homes],
        x=mean_x,
        y=mean_y,
        rows=layer.rows[window.starts[homes]] if len(layer) else homes,
        squares_x=window.left + homes % side,
        squares_y=window.top + homes // side,
        zooms=_splitting_zooms(layer, window, zoom)[homes],
    )


def cluster_members(layer: PointLayer, zoom: int, square_x: int, square_y: int) -> Integers:
    """The rows of the cluster that a square names at a zoom; none when that square leads no cluster."""
    check_tile(zoom, square_x >> GRID_BITS, square_y >> GRID_BITS)
    window = _window(layer, zoom, square_x, square_y, 1)
    side = 1 + 2 * _MARGIN
    home = side * _MARGIN + _MARGIN
    squares = np.flatnonzero((window.homes == home) & (window.ends > window.starts))
    slices = [layer.rows[window.starts[square] : window.ends[square]] for square in squares]
    return np.concatenate(slices) if slices else np.zeros(0, dtype=np.int64)


def check_tile(zoom: int, x: int, y: int) -> None:
    """Raises ValueError for a tile that does not exist, or is finer than clusters go."""
    if not 0 <= zoom <= ZOOM_MAX or not (0 <= x < 1 << zoom and 0 <= y < 1 << zoom):
        raise ValueError(f"no such tile: {zoom}/{x}/{y}")


def _window(layer: PointLayer, zoom: int, left: int, top: int, size: int) -> _Window:
    left, top, side = left - _MARGIN, top - _MARGIN, size + 2 * _MARGIN
    grid_zoom = zoom + GRID_BITS
    world = 1 << grid_zoom
    columns, rows = np.meshgrid(np.arange(left, left + side), np.arange(top, top + side))
    real = ((columns >= 0) & (columns < world) & (rows >= 0) & (rows < world)).ravel()
    codes = interleave_arrays(columns.clip(0, world - 1), rows.clip(0, world - 1)).ravel()
    shift = 2 * (CELL_ZOOM - grid_zoom)
    starts = np.searchsorted(layer.cells, codes << shift)
    ends = np.where(real, np.searchsorted(layer.cells, (codes + 1) << shift), starts)
    return _Window(left, top, starts, ends, _homes(layer, starts, ends, codes, side, grid_zoom))


def _homes(
    layer: PointLayer, starts: Integers, ends: Integers, codes: Integers, side: int, grid_zoom: int
) -> Integers:
    """For each square of the window, the index of the square that takes its points: itself or a neighbour."""
    counts = ends - starts
    divisor = np.maximum(counts, 1) * (1 << (CELL_ZOOM - grid_zoom))
    x = (layer.sums_x[ends] - layer.sums_x[starts]) / divisor
    y = (layer.sums_y[ends] - layer.sums_y[starts]) / divisor
    weights = _weights(counts, codes)
    best = np.arange(side * side)
    best_weights = weights.copy()
    for step_x, step_y in _NEIGHBOURS:
        there, exists = _stepped(side, step_x, step_y)
        near = (x[there] - x) ** 2 + (y[there] - y) ** 2 < REACH_SQUARES**2
        takes = exists & near & (counts > 0) & (counts[there] > 0) & (weights[there] > best_weights)
        best = np.where(takes, there, best)
        best_weights = np.where(takes, weights[there], best_weights)
    own = np.arange(side * side)
    return np.where(best[best] == best, best, own)


def _weights(counts: Integers, codes: Integers) -> Integers:
    """Ranks by number of points, then by code, so that no two squares are ever equal; the same for every window."""
    order = np.lexsort((codes, counts))
    ranks = np.empty_like(order)
    ranks[order] = np.arange(len(order))
    return ranks


def _stepped(side: int, step_x: int, step_y: int) -> tuple[Integers, Booleans]:
    """For each square, the index of the one a step away, and whether the window holds it."""
    rows, columns = np.divmod(np.arange(side * side), side)
    rows, columns = rows + step_y, columns + step_x
    exists = (rows >= 0) & (rows < side) & (columns >= 0) & (columns < side)
    return np.where(exists, rows * side + columns, 0), exists


def _per_home(window: _Window, values: Integers) -> Integers:
    totals = np.zeros(len(values), dtype=np.int64)
    np.add.at(totals, window.homes, values)
    return totals


def _splitting_zooms(layer: PointLayer, window: _Window, zoom: int) -> Integers:
    """For each home, the zoom from which its points no longer share one square."""
    size = len(window.starts)
    if not len(layer):
        return np.full(size, zoom + 1)
    filled = window.ends > window.starts
    firsts = np.full(size, np.iinfo(np.int64).max)
    lasts = np.full(size, -1, dtype=np.int64)
    np.minimum.at(firsts, window.homes[filled], layer.cells[window.starts[filled]])
    np.maximum.at(lasts, window.homes[filled], layer.cells[window.ends[filled] - 1])
    apart = np.where(lasts >= 0, firsts ^ lasts, 0)
    bits = np.frexp(apart.astype(np.float64))[1]  # 53 bits hold the 52 of a cell: exact
    levels = (bits + 1) // 2
    return np.maximum(CELL_ZOOM - levels + 1 - GRID_BITS, zoom + 1)


def _running_sum(values: Integers) -> Integers:
    sums = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(values, out=sums[1:])
    return sums


def positions_in_tile(
    clusters: Clusters, zoom: int, x: int, y: int, extent: int = 4096
) -> tuple[Integers, Integers]:
    """Means in the tile's own units, from 0 to `extent` - 1."""
    shift = CELL_ZOOM - zoom
    left, top = x << shift, y << shift
    return ((clusters.x - left) * extent) >> shift, ((clusters.y - top) * extent) >> shift
