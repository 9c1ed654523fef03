from __future__ import annotations

import random

from maillage.cores.graph import communities


def planted(
    groups: int, size: int, seed: int, noise: float
) -> tuple[list[str], list[tuple[str, str]], dict[str, int]]:
    """Structures and terms of `groups` worlds; a link stays in its world but for a share of `noise`."""
    chance = random.Random(seed)
    world = {f"{side}{n}": n % groups for side in "ot" for n in range(groups * size)}
    terms = [node for node in world if node[0] == "t"]
    links = set()
    for node in (node for node in world if node[0] == "o"):
        for _ in range(6):
            own = [term for term in terms if world[term] == world[node]]
            links.add((node, chance.choice(terms if chance.random() < noise else own)))
    return list(world), sorted(links), world


def test_planted_worlds_are_found() -> None:
    for seed in range(5):
        nodes, links, world = planted(4, 12, seed, 0.1)
        found = communities(nodes, links, seed=seed)
        assert found.stronger_than_chance
        assert len(found.groups) == 4
        wrong = sum(
            1
            for group in found.groups
            for node in group
            if world[node] != max(set(map(world.get, group)), key=list(map(world.get, group)).count)
        )
        assert wrong <= 0.05 * len(nodes)


def test_chance_draws_nothing() -> None:
    """Of twenty graphs without any world, one at most shows a group: the rule promises one in twenty-one."""
    shown = 0
    for seed in range(20):
        nodes, links, _world = planted(4, 12, seed, 1.0)
        shown += bool(communities(nodes, links, seed=seed).groups)
    assert shown <= 2


def test_it_is_the_same_each_time_and_whatever_the_order() -> None:
    nodes, links, _world = planted(3, 10, 1, 0.2)
    assert communities(nodes, links, seed=4) == communities(nodes[::-1], links[::-1], seed=4)


def test_too_little_is_no_community() -> None:
    assert communities([], [], seed=1).groups == ()
    assert communities(["a", "b"], [("a", "b"), ("a", "a"), ("a", "nobody")], seed=1).groups == ()
