"""The rules of `docs/explanation/boucles.md`: its example, the best set where all can be tried, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from maillage.cores.loops import Invalid, Loops, Need, Offer, Pair, Problem, Room, Share, find_loops
from tests.cores.loops.examples import best_weight, drawn, faults_of, rings_of, worked_example


def found(problem: Problem, **options: object) -> Loops:
    """The answer, checked against the rules read slowly."""
    answer = find_loops(problem, **options)  # type: ignore[arg-type]
    assert isinstance(answer, Loops), answer
    assert faults_of(problem, answer.loops) == []
    assert answer.weight == sum(loop.weight for loop in answer.loops) <= answer.bound
    assert sum(share.difference_cents for share in answer.shares) == 0
    return answer


def rings(answer: Loops) -> list[tuple[str, ...]]:
    return [tuple(leg.offer for leg in loop.legs) for loop in answer.loops]


def test_worked_example() -> None:
    answer = found(worked_example())
    assert rings(answer) == [("buffet", "bureaux", "annonces"), ("comptabilité", "camionnette")]
    assert (answer.weight, answer.bound, answer.gap, answer.proven) == (66_200, 66_200, 0.0, True)
    assert answer.shares == (
        Share("Cabinet", 24_000, 8_000),
        Share("Fournil", 15_000, 10_000),
        Share("Radio", 10_000, 12_000),
        Share("Recyclerie", 20_000, 39_000),
    )
    assert [share.difference_cents for share in answer.shares] == [16_000, 5_000, -2_000, -19_000]


def test_worked_example_in_loops_of_two() -> None:
    answer = found(worked_example(legs_max=2))
    assert rings(answer) == [("comptabilité", "bureaux")]
    assert (answer.weight, answer.bound, round(answer.gap, 3), answer.proven) == (30_000, 66_200, 0.547, True)


def test_worked_example_refused() -> None:
    problem = worked_example()
    refused = frozenset({("bureaux", "bureaux de la Radio")})
    small = found(problem).loops[1]
    again = found(problem, refused=refused, kept=(small,))
    assert again.loops == (small,) and (again.weight, again.bound, again.proven) == (28_000, 30_000, False)
    anew = found(problem, refused=refused)
    assert rings(anew) == [("comptabilité", "bureaux")] and (anew.weight, anew.bound) == (30_000, 30_000)


def test_worked_example_near_the_limit_of_an_account() -> None:
    answer = found(worked_example(rooms=(Room("Recyclerie", 0, 10_000),)))
    assert (answer.weight, len(answer.loops), answer.proven) == (38_200, 1, True)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(3, 5), st.integers(2, 5), st.booleans())
def test_small_problems_have_the_best_answer(seed: int, members: int, legs_max: int, tight: bool) -> None:
    """Against every set of every loop; and the bound is above the best set of loops of any length."""
    problem = drawn(seed, members, subjects=5, legs_max=legs_max)
    if tight:
        problem = replace(problem, rooms=(Room("m000", 5_000, 5_000), Room("m001", 0, 20_000)))
    assume(len(rings_of(problem, members)) <= 11)
    answer = found(problem)
    assert answer.proven and answer.weight == best_weight(problem, legs_max)
    assert answer.bound >= best_weight(problem, members)


@pytest.mark.parametrize("legs_max", [2, 3, 4, 5])
def test_longer_loops_weigh_at_least_as_much(legs_max: int) -> None:
    """With proof, on a problem where not all sets of loops can be tried."""
    problem = drawn(7, 14, subjects=14, quantity_max=2, legs_max=legs_max)
    answer = found(problem)
    longer = found(replace(problem, legs_max=legs_max + 1))
    assert (
        answer.proven and longer.proven and 0 < answer.weight <= longer.weight <= longer.bound <= answer.bound
    )


def test_many_members() -> None:
    answer = found(drawn(3, 60, subjects=30), effort=0.3)
    assert len(answer.loops) > 20 and answer.gap < 0.35


def test_order_does_not_matter() -> None:
    problem = drawn(11, 25, subjects=15)
    turned = replace(
        problem,
        offers=problem.offers[::-1],
        needs=problem.needs[::-1],
        pairs=tuple(sorted(problem.pairs, key=repr)),
    )
    assert found(problem, effort=0.3) == found(turned, effort=0.3)


def test_a_clock_stops_the_search() -> None:
    problem = drawn(3, 40, subjects=20)
    ticks = count()
    hurried = found(problem, clock=lambda: float(next(ticks)), seconds_max=1.0)
    assert next(ticks) < 10 and hurried.weight <= found(problem, effort=0.5).weight


def test_refusals_and_kept_loops_over_and_over() -> None:
    """Each time, the first pair of the heaviest loop is refused: it never comes back, and the other loops stay."""
    problem = drawn(5, 20, subjects=12)
    answer, refused = found(problem, effort=0.2), frozenset[tuple[str, str]]()
    for _ in range(4):
        first, kept = answer.loops[0], answer.loops[1:]
        refused |= {first.legs[0].pair}
        after = found(problem, refused=refused, kept=kept, effort=0.2)
        assert set(kept) <= set(after.loops) and after.bound <= answer.bound
        assert not refused & {leg.pair for loop in after.loops for leg in loop.legs}
        answer = after


def test_nothing_closes() -> None:
    alone = Problem((Offer("o", "A"),), (Need("n", "B"),), (Pair("o", "n", 100, 1.0),))
    for problem in (Problem((), (), ()), alone):
        assert find_loops(problem) == Loops((), 0, 0, proven=True)


def test_a_pair_serves_once_though_quantities_allow_more() -> None:
    problem = Problem(
        (Offer("pain", "A", 10), Offer("vin", "B", 10)),
        (Need("du pain", "B", 10), Need("du vin", "A", 10)),
        (Pair("pain", "du pain", 100, 1.0), Pair("vin", "du vin", 100, 1.0)),
    )
    assert [loop.value_cents for loop in found(problem).loops] == [200]


SOUND = Problem(
    (Offer("o", "A", 2), Offer("p", "B")),
    (Need("n", "B", 2), Need("m", "A")),
    (Pair("o", "n", 100, 1.0, 2), Pair("p", "m", 100, 1.0)),
)


@pytest.mark.parametrize(
    ("problem", "fault"),
    [
        (replace(SOUND, legs_max=1), Invalid("legs")),
        (replace(SOUND, legs_max=7), Invalid("legs")),
        (replace(SOUND, offers=(*SOUND.offers, Offer("o", "C"))), Invalid("twice", ("o",))),
        (replace(SOUND, pairs=(*SOUND.pairs, Pair("o", "n", 1, 1.0))), Invalid("twice", ("o → n",))),
        (replace(SOUND, pairs=(Pair("z", "n", 1, 1.0),)), Invalid("unknown", ("z → n",))),
        (replace(SOUND, pairs=(Pair("o", "m", 1, 1.0),)), Invalid("self", ("o → m",))),
        (replace(SOUND, pairs=(Pair("o", "n", 1, 1.0, 3),)), Invalid("quantity", ("o → n",))),
        (replace(SOUND, pairs=(Pair("o", "n", 1, 1.0, 0),)), Invalid("quantity", ("o → n",))),
        (replace(SOUND, offers=(Offer("o", "A", 0),), pairs=()), Invalid("quantity", ("o",))),
        (replace(SOUND, pairs=(Pair("o", "n", -1, 1.0),)), Invalid("value", ("o → n",))),
        (replace(SOUND, pairs=(Pair("o", "n", 10**11, 1.0),)), Invalid("value", ("o → n",))),
        (replace(SOUND, pairs=(Pair("o", "n", 1, 1.1),)), Invalid("fit", ("o → n",))),
        (replace(SOUND, pairs=(Pair("o", "n", 1, float("nan")),)), Invalid("fit", ("o → n",))),
        (replace(SOUND, needs=(Need("n", "B", 2, urgency=2.0),), pairs=()), Invalid("urgency", ("n",))),
        (replace(SOUND, rooms=(Room("A", -1, 0),)), Invalid("room", ("A",))),
    ],
)
def test_what_makes_no_sense(problem: Problem, fault: Invalid) -> None:
    assert find_loops(problem) == fault


def test_kept_loops_must_be_loops_of_the_problem() -> None:
    (loop,) = found(SOUND).loops
    assert find_loops(replace(SOUND, pairs=()), kept=(loop,)) == Invalid("kept", ("o → n", "p → m"))
    assert find_loops(SOUND, kept=(loop, loop)) == Invalid("kept", ("m", "n", "o", "p"))
