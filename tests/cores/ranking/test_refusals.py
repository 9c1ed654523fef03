"""What a refusal says of the others: the worked example of docs/explanation/appariement.md, then each motive alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maillage.cores.ranking import MOTIVES, Pool, Reason, Refusal
from tests.cores.ranking.test_ranking import GUERET, NEED, TODAY, criteria, found, listing

SIZE_AND_RENT = "150 m², loyer 450 €/mois"
A = listing(
    2, "Ancienne école à louer", criteria=criteria(f"{SIZE_AND_RENT}, du 15 avril au 15 mai"), **GUERET
)
F = replace(A, key=3, owner="o3", criteria=criteria(f"{SIZE_AND_RENT}, du 1er avril au 31 mai"))
F = replace(F, latitude=46.17 + 40 / 111.195)
G = replace(A, key=4, owner="o4", criteria=criteria(SIZE_AND_RENT), latitude=46.17 + 50 / 111.195)
H = listing(
    5,
    "Grange et préau",
    criteria=criteria("190 m², loyer 300 €/mois, à partir du 1er avril"),
    **GUERET,
)
POOL = Pool([NEED, A, F, G, H])
UNTOUCHED = {2: 0.4, 4: 0.16, 5: 0.4}


@pytest.mark.parametrize(
    ("motive", "halved"),
    [
        ("too_far", {4}),
        ("too_expensive", {2, 4}),
        ("wrong_size", {2, 4}),
        ("wrong_dates", {2}),
        ("other_subject", {2, 4}),
        ("no_longer", set()),
    ],
)
def test_the_worked_example(motive: str, halved: set[int]) -> None:
    before = POOL.best_for(NEED, today=TODAY)
    assert {match.key: match.score for match in before if match.key != 3} == pytest.approx(
        UNTOUCHED, abs=0.002
    )
    after = POOL.best_for(NEED, today=TODAY, refused=[Refusal(3, motive)])
    expected = {key: score / 2 if key in halved else score for key, score in UNTOUCHED.items()}
    shown = {key: score for key, score in expected.items() if score >= 0.12}
    assert {match.key: match.score for match in after} == pytest.approx(shown, abs=0.002)
    for key in halved & shown.keys():
        assert found(after, key, "refused") == [Reason(kind="refused", is_met=False, words=(motive,))]
    for key in shown.keys() - halved:
        assert found(after, key, "refused") == []


def test_every_motive_is_in_the_example() -> None:
    assert len(MOTIVES) == 6


def test_two_motives_halve_once_and_are_both_told() -> None:
    refused = [Refusal(3, "too_expensive"), Refusal(3, "wrong_dates")]
    [school] = [match for match in POOL.best_for(NEED, today=TODAY, refused=refused) if match.key == 2]
    assert school.score == pytest.approx(0.2, abs=0.002)
    assert found((school,), 2, "refused")[0].words == ("too_expensive", "wrong_dates")


def test_the_refusal_of_the_other_side_only_parts_the_two() -> None:
    after = POOL.best_for(NEED, today=TODAY, refused=[Refusal(3)])
    assert {match.key: match.score for match in after} == pytest.approx(UNTOUCHED, abs=0.002)


def test_too_far_in_one_s_own_commune_says_nothing() -> None:
    after = POOL.best_for(NEED, today=TODAY, refused=[Refusal(2, "too_far")])
    assert all(not found(after, match.key, "refused") for match in after)


def test_too_far_holds_for_any_kind_and_needs_places() -> None:
    van = replace(G, key=6, owner="o6", kind="vehicle")
    nowhere = replace(A, key=7, owner="o7", latitude=None, longitude=None)
    after = Pool([NEED, F, van, nowhere]).best_for(
        NEED, today=TODAY, refused=[Refusal(3, "too_far")], score_least=0
    )
    assert found(after, 6, "refused")
    assert not found(after, 7, "refused")


@pytest.mark.parametrize(
    ("motive", "before", "after", "is_like"),
    [
        ("too_expensive", "loyer 450 €/mois", "loyer 5400 €/an", True),
        ("too_expensive", "loyer 450 €/mois", "loyer 5300 €/an", False),
        ("too_expensive", "loyer 450 €/mois", "20 € de l'heure", False),
        ("too_expensive", "150 m²", "loyer 450 €/mois", False),
        ("wrong_size", "150 m²", "130 m²", True),
        ("wrong_size", "150 m²", "100 m²", False),
        ("wrong_size", "40 chaises", "45 chaises", True),
        ("wrong_size", "40 chaises", "40 tables", False),
        ("wrong_dates", "le mardi", "le mardi soir", True),
        ("wrong_dates", "le mardi soir", "le mardi", False),
        ("wrong_dates", "le mardi", "le mardi et le jeudi", False),
        ("wrong_dates", "du 3 au 10 mai", "du 8 au 20 mai", False),
    ],
)
def test_prices_sizes_and_dates_are_compared(motive: str, before: str, after: str, is_like: bool) -> None:
    refused, other = (
        replace(A, key=key, owner=f"o{key}", criteria=criteria(said))
        for key, said in ((8, before), (9, after))
    )
    [match] = Pool([NEED, refused, other]).best_for(
        NEED, today=TODAY, refused=[Refusal(8, motive)], score_least=0
    )
    assert bool(found((match,), 9, "refused")) is is_like
    stranger = replace(other, kind="advice")
    [match] = Pool([NEED, refused, stranger]).best_for(
        NEED, today=TODAY, refused=[Refusal(8, motive)], score_least=0
    )
    assert not found((match,), 9, "refused"), "of a strange kind"


def test_an_offer_that_refuses_a_budget_refuses_the_lower_ones() -> None:
    low, lower, higher = (
        replace(NEED, key=key, owner=f"o{key}", criteria=criteria(f"loyer {most} €/mois maximum"))
        for key, most in ((8, 300), (9, 250), (10, 500))
    )
    after = Pool([A, low, lower, higher]).best_for(
        A, today=TODAY, refused=[Refusal(8, "too_expensive")], score_least=0
    )
    assert found(after, 9, "refused")
    assert not found(after, 10, "refused")
