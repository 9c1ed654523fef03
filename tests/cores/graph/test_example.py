"""The worked example of `docs/explanation/carte-des-savoirs.md`, number by number."""

from __future__ import annotations

import pytest

from maillage.cores.graph import cooperations, paths, spread

HOLDS = {"A": ["vélo", "accueil"], "B": ["vélo", "bois"], "C": ["bois", "compost"], "D": ["radio"]}
SEEKS = {"B": ["accueil"], "C": ["vélo"]}
MILIEUX = {"A": ["réemploi"], "B": ["réemploi"]}
LINKS = [(structure, term) for structure, terms in HOLDS.items() for term in terms]


def test_who_knows_compost_from_a() -> None:
    [path] = paths("A", ["C"], LINKS, structures=HOLDS)
    assert path.nodes == ("A", "vélo", "B", "bois", "C")
    assert path.hops == 2


def test_what_is_rare_and_who_is_isolated() -> None:
    found = spread(["accueil", "compost", "radio", "bois", "vélo"], LINKS, structures=HOLDS)
    assert found.rare == (("accueil", 1), ("compost", 1), ("radio", 1), ("bois", 2), ("vélo", 2))
    assert found.common == ()
    assert found.isolated == ("D",)


def test_what_cooperations_are_worth() -> None:
    found = cooperations(list(HOLDS), HOLDS, SEEKS, MILIEUX)
    assert [(each.parties, round(each.worth, 3)) for each in found] == [
        (("A", "B"), 1.315),
        (("A", "C"), 0.631),
        (("B", "C"), 0.631),
    ]
    assert [(reason.kind, reason.giver, reason.taker, reason.term) for reason in found[0].reasons] == [
        ("shared_milieu", "A", "B", "réemploi"),
        ("holds_sought", "A", "B", "accueil"),
    ]


def test_refused_parties_are_not_proposed_again() -> None:
    found = cooperations(list(HOLDS), HOLDS, SEEKS, MILIEUX, refused=[("B", "A")])
    assert ("A", "B") not in {each.parties for each in found}


def test_three_that_give_to_the_next_are_one_cooperation() -> None:
    holds = {"A": ["x"], "B": ["y"], "C": ["z"]}
    seeks = {"B": ["x"], "C": ["y"], "A": ["z"]}
    [best, *rest] = cooperations("ABC", holds, seeks, {})
    assert best.parties == ("A", "B", "C")
    assert best.worth == pytest.approx(1.2 * (3 * 2) / 3)
    assert [reason.term for reason in best.reasons] == ["x", "y", "z"]
    assert {len(each.parties) for each in rest} == {2}


def test_two_of_one_milieu_may_turn_to_a_third() -> None:
    holds = {"A": ["x"]}
    seeks = {"B": ["x"], "C": ["x"]}
    found = {each.parties: each for each in cooperations("ABC", holds, seeks, {"B": ["m"], "C": ["m"]})}
    assert ("A", "B", "C") in found
    assert found["A", "B", "C"].reasons[0].kind == "shared_milieu"
    without = {each.parties for each in cooperations("ABC", holds, seeks, {})}
    assert ("A", "B", "C") not in without


def test_each_structure_keeps_its_best_ones_only() -> None:
    holds = {f"g{n}": [f"t{n}"] for n in range(6)}
    seeks = {"me": [f"t{n}" for n in range(6)]}
    assert (
        len(cooperations(["me", *holds], holds, seeks, {}, top=2)) == 6
    )  # each giver has one cooperation of its own
    both = {"g0": ["a", "b", "c"]}
    takers = {f"s{n}": ["a"] for n in range(5)}
    assert len(cooperations(["g0", *takers], both, takers, {}, top=1)) == 5
