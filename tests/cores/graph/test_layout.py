from __future__ import annotations

import hashlib
import math
import os
import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.cores.graph import layout
from maillage.cores.graph.layouts import WIDTH


def sparse(structures: int, terms: int, links: int, seed: int) -> tuple[list[str], list[tuple[str, str]]]:
    chance = random.Random(seed)
    bodies, words = [f"o{n}" for n in range(structures)], [f"t{n}" for n in range(terms)]
    return bodies + words, sorted({(chance.choice(bodies), chance.choice(words)) for _ in range(links)})


def test_same_data_and_seed_give_the_same_places_whatever_the_order() -> None:
    nodes, links = sparse(35, 60, 180, 1)
    shuffled = list(reversed(nodes)), [(b, a) for a, b in reversed(links)]
    assert layout(nodes, links, seed=3) == layout(*shuffled, seed=3)
    assert layout(nodes, links, seed=3) != layout(nodes, links, seed=4)


EVERYTHING = """
from maillage.cores.graph import communities, cooperations, layout, outline
from tests.cores.graph.test_layout import sparse
nodes, links = sparse(60, 90, 260, 1)
holds, seeks = {}, {}
for number, (body, word) in enumerate(links):
    (seeks if number % 4 == 0 else holds).setdefault(body, []).append(word)
places = layout(nodes, links, seed=3)
found = communities(nodes, links, seed=3)
print(places, found, cooperations(nodes[:60], holds, seeks, holds), outline([places[key] for key in nodes[:9]]))
"""


def test_another_process_gives_the_same_bytes() -> None:
    """Whatever the order in which Python keeps its sets there."""
    found = set()
    for hashing in ("1", "2"):
        made = subprocess.run(
            [sys.executable, "-c", EVERYTHING],
            env={
                **os.environ,
                "PYTHONHASHSEED": hashing,
                "PYTHONPATH": os.pathsep.join(["src", ".", *sys.path]),
            },
            capture_output=True,
            check=True,
        )
        assert len(made.stdout) > 10_000
        found.add(hashlib.sha256(made.stdout).hexdigest())
    assert len(found) == 1


@pytest.mark.parametrize("seed", range(10))
def test_one_node_in_a_hundred_leaves_the_others_where_they_stood(seed: int) -> None:
    nodes, links = sparse(120, 280, 900, seed)
    before = layout(nodes, links, seed=7)
    after = layout(
        [*nodes, "n1", "n2", "n3"],
        [*links, ("n1", "t4"), ("o3", "n2"), ("o5", "n3")],
        seed=7,
        previous=before,
    )
    assert {node: after[node] for node in nodes} == before
    assert math.dist(after["n2"], after["o3"]) < WIDTH / 4
    assert len({after[node] for node in ("n1", "n2", "n3")}) == 3


def test_a_map_that_grows_word_by_word_fills_its_frame() -> None:
    """The wall of a workshop: six people sit down, then words come one at a time."""
    nodes, links = [f"s{n}" for n in range(6)], []
    places = layout(nodes, links, seed=1)
    for number in range(36):
        nodes.append(f"w{number}")
        links += [(f"s{number % 6}", f"w{number}"), (f"s{number * 5 % 6}", f"w{number}")]
        places = layout(nodes, links, seed=1, previous=places)
    across, down = ([place[axis] for place in places.values()] for axis in (0, 1))
    assert max(across) - min(across) > 0.7 * WIDTH
    assert max(down) - min(down) > 0.7 * WIDTH
    assert nearest(places) > 250


def nearest(places: dict[str, tuple[int, int]]) -> float:
    points = list(places.values())
    return min(math.dist(a, b) for at, a in enumerate(points) for b in points[:at])


def test_nodes_keep_their_distance() -> None:
    for seed in range(5):
        nodes, links = sparse(35, 60, 150, seed)
        assert nearest(layout(nodes, links, seed=2)) > 300


def test_what_is_linked_stands_nearer_than_the_rest() -> None:
    nodes, links = sparse(30, 60, 130, 5)
    places = layout(nodes, links, seed=1)
    linked = [math.dist(places[a], places[b]) for a, b in links]
    every = [math.dist(places[a], places[b]) for at, a in enumerate(nodes) for b in nodes[:at]]
    assert sum(linked) / len(linked) < 0.75 * sum(every) / len(every)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 12).flatmap(
        lambda count: st.tuples(
            st.just([f"n{n}" for n in range(count)]),
            st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), max_size=30),
        )
    )
)
def test_any_small_graph_has_a_place_for_each_node(graph: tuple[list[str], list[tuple[int, int]]]) -> None:
    nodes, ends = graph
    places = layout(nodes, [(f"n{a}", f"n{b}") for a, b in ends], seed=1)
    assert set(places) == set(nodes)
    assert all(0 <= part <= WIDTH for place in places.values() for part in place)
