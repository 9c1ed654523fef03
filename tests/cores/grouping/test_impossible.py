"""No solution: the reason, the people, and which constraint to relax; relaxing it does give groups."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maillage.cores.grouping import Grouping, Impossible, Person, Problem, compose
from tests.cores.grouping.examples import drawn


def refused(problem: Problem) -> Impossible:
    answer = compose(problem, effort=0.1)
    assert isinstance(answer, Impossible), answer
    return answer


def changed(people: tuple[Person, ...], numbers: range, **change: object) -> tuple[Person, ...]:
    return tuple(replace(p, **change) if n in numbers else p for n, p in enumerate(people))  # type: ignore[arg-type]


@pytest.mark.parametrize(("count", "missing", "fewer"), [(4, 1, 0), (9, 1, 8)])
def test_a_number_that_makes_no_groups(count: int, missing: int, fewer: int) -> None:
    answer = refused(Problem(drawn(1, count)))
    assert (answer.reason, answer.at_least, answer.limit, answer.round) == ("size", missing, fewer, 1)


def test_absences_that_leave_too_few() -> None:
    people = changed(drawn(1, 12), range(3), absent=frozenset({2}))
    answer = refused(Problem(people, rounds=2))
    assert (answer.reason, answer.relax, answer.round, answer.at_least) == ("size", ("size", "absence"), 2, 1)


def test_too_many_of_one_structure() -> None:
    people = changed(drawn(1, 20), range(6), structure="Régie")
    answer = refused(Problem(people))
    assert (answer.reason, answer.at_least, answer.limit) == ("structure", 2, 4)
    assert answer.names == tuple(f"{n:03}" for n in range(6))
    assert isinstance(compose(Problem(changed(people, range(2), structure="")), effort=0.1), Grouping)


@pytest.mark.parametrize("family", ["apart", "structure", "language", "half_day", "absence"])
def test_two_who_must_meet_and_cannot(family: str) -> None:
    people = list(drawn(1, 24))
    problem = Problem((), rounds=2, together=frozenset({("000", "001")}))
    if family == "apart":
        problem = replace(problem, apart=frozenset({("001", "000")}))
    for n in (0, 1):
        change: dict[str, object] = {
            "apart": {},
            "structure": {"structure": "Régie"},
            "language": {"languages": frozenset(["fr" if n else "en"])},
            "half_day": {"half_days": frozenset(["am" if n else "pm"])},
            "absence": {"absent": frozenset([n + 1])},
        }[family]
        people[n] = replace(people[n], **change)  # type: ignore[arg-type]
    answer = refused(replace(problem, people=tuple(people)))
    assert (answer.reason, answer.relax, answer.names) == ("together", ("together", family), ("000", "001"))
    assert answer.proven


def test_a_chain_of_pairs_longer_than_a_group() -> None:
    chain = frozenset((f"{n:03}", f"{n + 1:03}") for n in range(8))
    answer = refused(Problem(drawn(1, 20), together=chain))
    assert (answer.reason, answer.at_least, answer.limit, len(answer.names)) == ("together", 1, 8, 9)


def test_a_chain_that_holds_two_who_may_not_meet() -> None:
    problem = Problem(
        drawn(1, 20),
        together=frozenset({("000", "001"), ("001", "002")}),
        apart=frozenset({("000", "002")}),
    )
    answer = refused(problem)
    assert (answer.reason, answer.relax, answer.names) == (
        "together",
        ("together", "apart"),
        ("000", "001", "002"),
    )


@pytest.mark.parametrize("family", ["language", "half_day"])
def test_words_that_too_few_share(family: str) -> None:
    field = {"language": "languages", "half_day": "half_days"}[family]
    people = changed(drawn(1, 24), range(24), **{field: frozenset(["a"])})
    people = changed(people, range(3), **{field: frozenset(["b"])})
    answer = refused(Problem(people))
    assert (answer.reason, answer.names, answer.at_least, answer.limit) == (family, ("000",), 2, 5)


def test_which_families_are_enough_to_relax() -> None:
    """Six of the afternoon, four of them of two structures: each family alone is enough."""
    people = changed(drawn(1, 12), range(12), half_days=frozenset(["am"]))
    people = changed(people, range(6), half_days=frozenset(["pm"]))
    people = changed(people, range(2), structure="Régie")
    answer = refused(Problem(people))
    assert set(answer.relax) == {"structure", "half_day"} and answer.proven
    assert answer.reason == "several"


def test_beyond_a_dozen_people_nothing_is_proven_by_search() -> None:
    people = changed(drawn(1, 24), range(24), half_days=frozenset(["am"]))
    people = changed(people, range(6), half_days=frozenset(["pm"]))
    people = changed(people, range(2), structure="Régie")
    answer = refused(Problem(people))
    assert "half_day" in answer.relax and "structure" in answer.relax and not answer.proven
    assert answer.names
