"""A programme as the grouping core takes it and gives it back. People go by their keys, as text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple
from typing import Any

from django.db.models import Q

from maillage.apps.codevelopment.choices import Attendance, Rule
from maillage.apps.codevelopment.models import Circle, CircleSeat, Participant, Programme
from maillage.cores.grouping import Group, Grouping, Move, Person, Problem, Round
from maillage.cores.text import sort_key


def people_in(programme: Programme) -> list[Participant]:
    """Who takes part, in the order of their names."""
    found = programme.participants.filter(left_at=None).prefetch_related("absences")
    return sorted(found, key=lambda each: (sort_key(each.name), each.pk))


def keys_of(words: Iterable[str]) -> frozenset[str]:
    """Two ways of writing a word are one."""
    return frozenset(sort_key(word) for word in words)


def problem_of(programme: Programme) -> Problem:
    """What is asked of the core: the people who take part, with their absences, and the rules between them."""
    people = people_in(programme)
    known = {each.pk for each in people}
    pairs: dict[str, set[tuple[str, str]]] = {Rule.APART: set(), Rule.TOGETHER: set()}
    for first, second, rule in programme.rules.order_by("pk").values_list("first_id", "second_id", "rule"):
        if first in known and second in known:
            pairs[rule].add((str(first), str(second)))
    return Problem(
        people=tuple(_person(each) for each in people),
        rounds=programme.rounds_count,
        size_min=programme.size_min,
        size_max=programme.size_max,
        size_wished=programme.size_wished,
        together=frozenset(pairs[Rule.TOGETHER]),
        apart=frozenset(pairs[Rule.APART]),
    )


def _person(each: Participant) -> Person:
    return Person(
        name=str(each.pk),
        profiles=keys_of(each.profiles),
        sectors=keys_of(each.sectors),
        structure=sort_key(each.structure),
        languages=keys_of(each.languages),
        half_days=frozenset(each.half_days),
        absent=frozenset(absence.round_number for absence in each.absences.all()),
    )


def composed(programme: Programme) -> Grouping:
    """The groups as they stand; the core reads who sits where."""
    rows = CircleSeat.objects.filter(circle__meeting__programme=programme).order_by("participant_id")
    seats: dict[tuple[int, int], list[str]] = {}
    for meeting, circle, person in rows.values_list(
        "circle__meeting__number", "circle__number", "participant_id"
    ):
        seats.setdefault((meeting, circle), []).append(str(person))
    rounds = []
    for number in range(1, programme.rounds_count + 1):
        groups = sorted(
            (circle, members) for (meeting, circle), members in seats.items() if meeting == number
        )
        rounds.append(
            Round(
                number,
                tuple(
                    Group(circle, tuple(members), frozenset(), frozenset(), 0.0) for circle, members in groups
                ),
            )
        )
    return Grouping(
        rounds=tuple(rounds),
        value=programme.value,
        bound=programme.bound,
        repeats=programme.repeats,
        repeats_bound=programme.repeats_bound,
        proven=programme.proven,
    )


def rounds_begun(programme: Programme) -> int:
    """The number of the last meeting that was held, or of which something was noted; 0 when none was."""
    circles = Circle.objects.filter(meeting__programme=programme)
    written = circles.filter(Q(records__isnull=False) | Q(notes__isnull=False) | Q(commitments__isnull=False))
    held = programme.meetings.exclude(held_at=None).values_list("number", flat=True)
    seated = circles.filter(seats__attendance__in=Attendance.values)
    numbers = held.union(*(rows.values_list("meeting__number", flat=True) for rows in (seated, written)))
    return max(numbers, default=0)


def stamp_of(programme: Programme) -> str:
    """What a proposal was made from: the people, their absences, the rules, the groups and the meetings held."""
    problem = problem_of(programme)
    seen = (
        [
            [sorted(said) if isinstance(said, frozenset) else said for said in astuple(person)]
            for person in problem.people
        ],
        sorted(problem.apart),
        sorted(problem.together),
        (problem.rounds, problem.size_min, problem.size_max, problem.size_wished),
        [[sorted(group.members) for group in meeting.groups] for meeting in composed(programme).rounds],
        rounds_begun(programme),
    )
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


def as_proposal(answer: Grouping, stamp: str) -> dict[str, Any]:
    """Groups to be confirmed, as `Programme.proposal` keeps them."""
    return {
        "stamp": stamp,
        "rounds": [
            [
                [
                    group.number,
                    [int(name) for name in group.members],
                    sorted(group.half_days),
                    sorted(group.languages),
                    group.value,
                ]
                for group in meeting.groups
            ]
            for meeting in answer.rounds
        ],
        "moves": [
            [move.round, int(move.name), move.number_before, move.number_after] for move in answer.moves
        ],
        "value": answer.value,
        "bound": answer.bound,
        "repeats": answer.repeats,
        "repeats_bound": answer.repeats_bound,
        "proven": answer.proven,
    }


def from_proposal(kept: dict[str, Any]) -> Grouping:
    """The reverse of `as_proposal`."""
    return Grouping(
        rounds=tuple(
            Round(
                number,
                tuple(
                    Group(circle, tuple(map(str, members)), frozenset(languages), frozenset(half_days), value)
                    for circle, members, half_days, languages, value in groups
                ),
            )
            for number, groups in enumerate(kept["rounds"], start=1)
        ),
        value=kept["value"],
        bound=kept["bound"],
        repeats=kept["repeats"],
        repeats_bound=kept["repeats_bound"],
        proven=kept["proven"],
        moves=tuple(Move(number, str(name), before, after) for number, name, before, after in kept["moves"]),
    )
