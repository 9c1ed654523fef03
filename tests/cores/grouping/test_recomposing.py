"""After an absence, an arrival or a round held: few people move, and every rule still holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maillage.cores.grouping import Grouping, Impossible, InvalidProblem, Problem, compose, recompose
from tests.cores.grouping.examples import drawn, faults_of, meetings_of

EFFORT = 0.1


def composed(problem: Problem) -> Grouping:
    answer = compose(problem, effort=EFFORT)
    assert isinstance(answer, Grouping)
    return answer


def absent(problem: Problem, names: set[str], *rounds: int) -> Problem:
    people = tuple(
        replace(person, absent=person.absent | set(rounds)) if person.name in names else person
        for person in problem.people
    )
    return replace(problem, people=people)


def places(grouping: Grouping) -> dict[tuple[int, str], int]:
    return {
        (meeting.number, name): group.number
        for meeting in grouping.rounds
        for group in meeting.groups
        for name in group.members
    }


def check_moves(before: Grouping, after: Grouping) -> None:
    """What `moves` says is what changed."""
    old, new = places(before), places(after)
    changed = {
        (key[0], key[1], old[key], new[key]) for key in old.keys() & new.keys() if old[key] != new[key]
    }
    assert changed == {(move.round, move.name, move.number_before, move.number_after) for move in after.moves}


@pytest.mark.parametrize(("count", "gone"), [(36, 1), (35, 3), (47, 5), (60, 6)])
@pytest.mark.parametrize("rounds", [1, 3])
def test_an_absence_moves_a_fifth_at_most(count: int, gone: int, rounds: int) -> None:
    problem = Problem(drawn(count, count, structures=20), rounds=rounds)
    before = composed(problem)
    later = absent(problem, {person.name for person in problem.people[:gone]}, 1)
    after = recompose(later, before, effort=EFFORT)
    assert isinstance(after, Grouping), after
    assert faults_of(later, after) == []
    check_moves(before, after)
    for number in range(1, rounds + 1):
        present = sum(number not in person.absent for person in later.people)
        assert sum(move.round == number for move in after.moves) <= present // 5
    assert after.repeats <= before.repeats


def test_an_absence_that_breaks_nothing_moves_nobody() -> None:
    problem = Problem(drawn(1, 36))
    before = composed(problem)
    after = recompose(absent(problem, {"000"}, 1), before, effort=EFFORT)
    assert isinstance(after, Grouping) and after.moves == ()


def test_a_group_left_too_small_is_filled_or_shared_out() -> None:
    problem = Problem(drawn(2, 36))
    before = composed(problem)
    gone = set(before.rounds[0].groups[0].members[:2])
    after = recompose(absent(problem, gone, 1), before, effort=EFFORT)
    assert isinstance(after, Grouping)
    check_moves(before, after)
    assert len(after.moves) == 1


def test_rounds_already_held_stay() -> None:
    problem = Problem(drawn(3, 35), rounds=4, size_max=5)
    before = composed(problem)
    assert before.repeats == 0
    later = replace(absent(problem, {"004", "017"}, 3), size_min=4)
    after = recompose(later, before, rounds_held=2, effort=EFFORT)
    assert isinstance(after, Grouping)
    assert after.rounds[:2] == before.rounds[:2]
    assert [meeting.number for meeting in after.rounds] == [1, 2, 3, 4]
    check_moves(before, after)
    assert max(meetings_of(after).values()) == 1 and after.repeats == 0


def test_leavers_and_newcomers() -> None:
    problem = Problem(drawn(4, 30, structures=12), rounds=2)
    before = composed(problem)
    newcomers = tuple(replace(person, name=f"new {person.name}") for person in drawn(5, 3))
    later = replace(problem, people=problem.people[2:] + newcomers)
    after = recompose(later, before, effort=EFFORT)
    assert isinstance(after, Grouping)
    assert faults_of(later, after) == []
    check_moves(before, after)


def test_when_a_fifth_is_not_enough() -> None:
    """Fourteen people make two groups of seven only: the third group of five has four people to share out."""
    problem = Problem(drawn(6, 15), size_max=7)
    before = composed(replace(problem, size_wished=5))
    later = absent(problem, {before.rounds[0].groups[0].members[0]}, 1)
    answer = recompose(later, before, effort=EFFORT)
    assert isinstance(answer, Impossible)
    assert (answer.reason, answer.round, answer.at_least, answer.limit) == ("moves", 1, 4, 2)
    assert set(answer.names) == set(before.rounds[0].groups[0].members[1:])
    after = recompose(later, before, moved_share_max=0.4, effort=EFFORT)
    assert isinstance(after, Grouping) and len(after.moves) == 4


def test_the_rounds_must_be_those_known() -> None:
    problem = Problem(drawn(7, 12))
    before = composed(problem)
    for later, held in ((replace(problem, rounds=2), 0), (problem, 1)):
        with pytest.raises(InvalidProblem) as refused:
            recompose(later, before, rounds_held=held)
        assert refused.value.code == "rounds"
