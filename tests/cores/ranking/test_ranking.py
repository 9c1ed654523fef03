"""Needs and offers: the worked example of docs/explanation/appariement.md, then what any ranking must keep to."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.cores.ranking import Listing, Match, Pool, Reason
from maillage.cores.text.criteria import Criterion, read_criteria
from maillage.cores.text.synonyms import SynonymTable

TODAY = date(2026, 3, 10)
GUERET = {"latitude": 46.17, "longitude": 1.87}
FORTY_KM_NORTH = {"latitude": 46.17 + 40 / 111.195, "longitude": 1.87}


def listing(key: int, title: str, *, is_need: bool = False, **more: Any) -> Listing:
    said: dict[str, Any] = {"owner": f"o{key}", "kind": "premises", "confirmed_on": TODAY, **more}
    return Listing(key=key, title=title, is_need=is_need, **said)


def criteria(text: str) -> tuple[Criterion, ...]:
    return tuple(read_criteria(text, today=TODAY))


NEED = listing(
    1,
    "Local de 100 à 200 m²",
    is_need=True,
    radius_km=20,
    concepts=frozenset({"theme:alimentation"}),
    criteria=criteria("100 à 200 m², loyer 600 €/mois maximum"),
    **GUERET,
)
SCHOOL = listing(2, "Ancienne école à louer", criteria=criteria("150 m², loyer 450 €/mois"), **GUERET)


def found(matches: tuple[Match, ...], key: int, kind: str) -> list[Reason]:
    return [
        reason for match in matches if match.key == key for reason in match.reasons if reason.kind == kind
    ]


def test_the_worked_example() -> None:
    small = replace(SCHOOL, key=3, owner="o3", criteria=criteria("60 m², loyer 450 €/mois"))
    far = replace(SCHOOL, key=4, owner="o4", concepts=frozenset({"theme:alimentation"}), **FORTY_KM_NORTH)
    old = replace(SCHOOL, key=5, owner="o5", confirmed_on=TODAY - timedelta(days=180))
    known = replace(SCHOOL, key=6, owner="o6", owner_concepts=frozenset({"term:cuisson"}))
    need = replace(NEED, owner_concepts=frozenset({"term:cuisson"}))
    matches = Pool([need, SCHOOL, small, far, old, known]).best_for(need, today=TODAY)
    assert [match.key for match in matches] == [6, 2, 4, 5, 3]
    assert [match.score for match in matches] == pytest.approx([0.475, 0.4, 0.2375, 0.2, 0.18], abs=0.002)
    assert found(matches, 6, "owner_concepts") == [Reason(kind="owner_concepts", words=("term:cuisson",))]
    [surface, rent] = found(matches, 2, "criterion")
    assert (surface.is_met, rent.is_met) == (True, True)
    assert (surface.comparison.given.low, surface.comparison.asked.low) == (150, 100)  # type: ignore[union-attr]
    assert [reason.is_met for reason in found(matches, 3, "criterion")] == [False, True]
    assert found(matches, 2, "distance") == [Reason(kind="distance", value=0.0, limit=20)]
    assert found(matches, 4, "distance")[0].is_met is False
    assert found(matches, 5, "freshness") == [Reason(kind="freshness", is_met=False, value=180.0)]


def test_words_synonyms_and_faults_are_told_as_the_other_writes_them() -> None:
    need = listing(1, "Cherche une camionnette pour un déménagement", is_need=True, kind="vehicle")
    offers = [
        listing(2, "Fourgon à prêter", kind="vehicle", text="Pour vos Déménagements."),
        listing(3, "Camionette le samedi", kind="vehicle"),
        listing(4, "Cours de guitare", kind="training"),
    ]
    table = SynonymTable((("camionnette", "fourgon", "utilitaire"),))
    matches = Pool([need, *offers], synonyms=table).best_for(need, today=TODAY)
    assert [match.key for match in matches] == [2, 3]
    assert found(matches, 2, "words")[0].words == ("déménagements",)
    assert found(matches, 2, "synonyms")[0].words == ("fourgon",)


def test_what_owners_are_known_for_is_not_enough() -> None:
    need = listing(1, "Une grange", is_need=True, owner_concepts=frozenset({"term:cuisson"}))
    offer = listing(2, "Un garage", owner_concepts=frozenset({"term:cuisson"}))
    assert Pool([need, offer]).best_for(need, today=TODAY) == ()


def test_what_says_the_same_as_the_best_with_other_words_rises() -> None:
    need = listing(1, "Osier à tresser", is_need=True, kind="training")
    bridge = listing(2, "Osier et vannerie en rotin", kind="training")
    echoed = listing(3, "Tresser la vannerie en rotin", kind="training")
    plain = listing(4, "Tresser la laine en pelotes", kind="training")
    scores = {
        match.key: match.score for match in Pool([need, bridge, echoed, plain]).best_for(need, today=TODAY)
    }
    assert scores[3] > scores[4]


def test_both_sides_find_each_other() -> None:
    pool = Pool([NEED, SCHOOL])
    [from_offer] = pool.best_for(SCHOOL, today=TODAY)
    assert from_offer.key == NEED.key
    assert [reason.is_met for reason in from_offer.reasons if reason.kind == "criterion"] == [True, True]


def test_one_does_not_meet_oneself_nor_ones_own_side() -> None:
    mine = replace(SCHOOL, key=6, owner=NEED.owner)
    other_need = replace(NEED, key=7, owner="o7")
    assert Pool([NEED, mine, other_need]).best_for(NEED, today=TODAY) == ()


def test_reciprocity_is_told_and_counts() -> None:
    ours = listing(8, "Un fourgon", kind="vehicle", owner=NEED.owner)
    theirs = listing(9, "Cherche un fourgon", kind="vehicle", is_need=True, owner=SCHOOL.owner)
    alone = Pool([NEED, SCHOOL]).best_for(NEED, today=TODAY)[0]
    both = Pool([NEED, SCHOOL, ours, theirs]).best_for(NEED, today=TODAY)[0]
    assert both.score == pytest.approx(alone.score * 1.1, rel=0.03)
    assert found((both,), 2, "reciprocity")[0].words == ("vehicle",)


def test_at_equal_relevance_the_owners_least_shown_come_first() -> None:
    """The example of docs/explanation/appariement.md: the Fabrique has two offers, the school one."""
    often = replace(SCHOOL, key=3, owner="fabrique", shown=3)
    never = replace(SCHOOL, key=4, owner="fabrique")
    school = replace(SCHOOL, key=9, owner="school", shown=2)
    pool = Pool([NEED, often, never, school])
    assert [match.key for match in pool.best_for(NEED, today=TODAY)] == [9, 3, 4]
    assert [match.key for match in pool.best_for(NEED, today=TODAY, one_per_owner=True)] == [9, 3]
    newer = pool.best_for(NEED, today=TODAY, shown={3: 0, 4: 1, 9: 5})
    assert [match.key for match in newer] == [3, 4, 9]
    left = pool.best_for(NEED, today=TODAY, owners_left_out={"school"}, one_per_owner=True)
    assert [match.key for match in left] == [3]


def test_what_one_asks_for_does_not_count_as_seen_when_one_gives() -> None:
    busy = replace(NEED, key=6, owner="o2", title="Un four", shown=9)
    other = replace(SCHOOL, key=9, owner="o9", shown=1)
    assert [match.key for match in Pool([NEED, SCHOOL, busy, other]).best_for(NEED, today=TODAY)] == [2, 9]


@pytest.mark.parametrize(
    ("asked", "given_", "is_met"),
    [
        ("au moins 250 m²", "200 m²", False),
        ("au moins 250 m²", "environ 230 m²", True),
        ("100 à 200 m²", "400 m²", False),
        ("30 chaises", "50 chaises", True),
        ("30 chaises", "10 chaises", False),
        ("loyer 450 €/mois maximum", "loyer 6000 €/an", False),
        ("loyer 450 €/mois maximum", "loyer 4800 €/an", True),
        ("loyer modéré", "loyer 450 €/mois", None),
        ("budget de 100 € maximum", "gratuit", True),
        ("le mardi soir", "les mardis et jeudis", True),
        ("le mardi soir", "le mardi matin", False),
        ("avant fin juin", "du 3 au 10 mai", True),
        ("du 3 au 10 mai", "en septembre", False),
    ],
)
def test_criteria_are_compared(asked: str, given_: str, is_met: bool | None) -> None:
    need = listing(1, "Besoin", is_need=True, criteria=criteria(asked))
    offer = listing(2, "Besoin", criteria=criteria(given_))
    matches = Pool([need, offer]).best_for(need, today=TODAY)
    assert [reason.is_met for reason in found(matches, 2, "criterion")] == [is_met]


SEATS = (Criterion("quantity", "place", 20, 20),)
TICKETS = listing(1, "Vingt places de spectacle", is_need=True, kind="product", family="x", criteria=SEATS)


def test_seats_of_two_kinds_have_nothing_in_common() -> None:
    course = listing(2, "Formation, 20 places", kind="training", criteria=SEATS)
    assert Pool([TICKETS, course]).best_for(TICKETS, today=TODAY) == ()
    near = replace(course, key=3, owner="o3", family="x", title="Spectacle et sa formation")
    matches = Pool([TICKETS, near]).best_for(TICKETS, today=TODAY)
    assert found(matches, 3, "words") == [Reason(kind="words", words=("spectacle",))]
    assert found(matches, 3, "criterion") == []
    show = replace(course, key=4, owner="o4", kind="product", title="Places de spectacle")
    [seats] = found(Pool([TICKETS, show]).best_for(TICKETS, today=TODAY), 4, "criterion")
    assert seats.is_met


def test_what_an_offer_does_not_say_is_to_be_checked() -> None:
    offer = replace(SCHOOL, criteria=criteria("150 m²"))
    matches = Pool([NEED, offer]).best_for(NEED, today=TODAY)
    surface, rent = found(matches, 2, "criterion")
    assert (surface.is_met, rent.is_met) == (True, None)
    assert rent.comparison is not None and rent.comparison.given is None


@pytest.mark.parametrize("text", ["", "😀" * 500, "a" * 100_000, "<script>alert(1)</script>", "\x00" * 9])
def test_hostile_texts_break_nothing(text: str) -> None:
    need = listing(1, text, is_need=True, text=text)
    assert Pool([need, SCHOOL]).best_for(need, today=TODAY) == ()
    assert Pool([]).best_for(need, today=TODAY) == ()


WORDS = "local atelier camion chaise jardin cuisine concert formation comptable semences four toiture".split()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(2, 25))
def test_an_answer_does_not_depend_on_the_order_of_the_listings(seed: int, size: int) -> None:
    draw = random.Random(seed)
    listings = [
        listing(
            key,
            " ".join(draw.sample(WORDS, 3)),
            is_need=draw.random() < 0.5,
            kind=draw.choice(["premises", "vehicle"]),
            owner=f"o{draw.randrange(6)}",
            shown=draw.randrange(3),
        )
        for key in range(size)
    ]
    asked = listings[0]
    matches = Pool(listings).best_for(asked, today=TODAY)
    shuffled = draw.sample(listings, size)
    assert Pool(shuffled).best_for(asked, today=TODAY) == matches
    others = {each.key: each for each in listings}
    for match in matches:
        assert 0 < match.score <= 1.1
        assert others[match.key].owner != asked.owner
        assert others[match.key].is_need != asked.is_need
