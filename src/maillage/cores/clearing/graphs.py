"""scipy's walks through graphs, on arcs given as arrays.

scipy is loaded when it is first asked for something: it brings half of the standard library along, which who only reads
a table of debts does without.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Indexes = NDArray[np.int64] | NDArray[np.int32]
Marks = NDArray[np.bool_]


def load_libraries() -> None:
    """Load beforehand what the first call would, for who measures it."""
    from ortools.graph.python import max_flow
    from pylmcf import pylmcf_cpp
    from scipy.sparse import csgraph

    assert max_flow and pylmcf_cpp and csgraph


def _sorted_matrix(size: int, tails: Indexes, heads: Indexes, weights: NDArray[Any]) -> Any:
    """A graph from arcs that are sorted by tail already: nothing is summed, zeros are kept."""
    from scipy.sparse import csr_array

    pointers = np.zeros(size + 1, np.int32)
    np.cumsum(np.bincount(tails, minlength=size), out=pointers[1:])
    return csr_array((weights, heads.astype(np.int32, copy=False), pointers), shape=(size, size))


def grouped(keys: Indexes, size: int) -> NDArray[np.int32]:
    """The places of the keys by key, from 0 to `size`, those of one key in their order: a sort that only counts."""
    from scipy.sparse import coo_array

    count = len(keys)
    places = (keys.astype(np.int32, copy=False), np.arange(count, dtype=np.int32))
    graph = coo_array((np.ones(count, np.bool_), places), shape=(size, count)).tocsr()
    order: NDArray[np.int32] = graph.indices
    return order


def components_of(size: int, tails: Indexes, heads: Indexes, *, strong: bool) -> NDArray[np.int64]:
    """The number of each node's component, from 0."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    arcs = (tails.astype(np.int32, copy=False), heads.astype(np.int32, copy=False))
    graph = coo_array((np.ones(len(tails), np.int8), arcs), shape=(size, size)).tocsr()
    connection = "strong" if strong else "weak"
    return connected_components(graph, directed=True, connection=connection)[1].astype(np.int64)


def reachable(origins: Marks, tails: Indexes, heads: Indexes, *, backwards: bool = False) -> Marks:
    """What can be reached from the origins along arcs that are sorted by tail; backwards, what reaches them."""
    from scipy.sparse.csgraph import breadth_first_order

    size, begin = len(origins), np.flatnonzero(origins)
    graph = _sorted_matrix(size, tails, heads, np.ones(len(tails)))
    if backwards:
        graph = graph.T.tocsr()
    # One more node leads to every origin, so that a single walk starts from all of them.
    graph.resize((size + 1, size + 1))
    graph.indptr[size + 1] += len(begin)
    graph.indices = np.concatenate((graph.indices, begin.astype(np.int32)))
    graph.data = np.concatenate((graph.data, np.ones(len(begin))))
    found = np.zeros(size + 1, np.bool_)
    found[breadth_first_order(graph, size, directed=True, return_predecessors=False)] = True
    return found[:size]


def distances_from(
    origins: Marks, tails: Indexes, heads: Indexes, lengths: NDArray[Any]
) -> NDArray[np.int64]:
    """Least sum of lengths from any origin to each node, along arcs that are sorted by tail; -1 for out of reach.

    Lengths are whole and not negative. To scipy each arc weighs one more, of a unit too large for a path to make one.
    """
    from scipy.sparse.csgraph import dijkstra

    size, begin = len(origins), np.flatnonzero(origins)
    unit = size + 2
    graph = _sorted_matrix(
        size + 1,
        np.concatenate((tails, np.full(len(begin), size))).astype(np.int64),
        np.concatenate((heads, begin)).astype(np.int64),
        np.concatenate((lengths * unit + 1, np.ones(len(begin)))).astype(np.float64),
    )
    ways = dijkstra(graph, directed=True, indices=size)[:size]
    found = np.isfinite(ways)
    return np.where(found, np.where(found, ways, 0) // unit, -1).astype(np.int64)
