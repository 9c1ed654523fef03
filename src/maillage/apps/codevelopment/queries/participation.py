"""Who comes, and what warns that a programme weakens. The rules are in prose in `docs/explanation/participation.md`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maillage.apps.codevelopment.choices import Attendance
from maillage.apps.codevelopment.models import Absence, CircleSeat, Participant, Programme

LOW_SHARE = 0.75
FALL = 0.15
WORKING_MIN = 4
"""A circle of fewer people has no session: a client and three consultants at least."""
MISSED_IN_A_ROW = 2


@dataclass(frozen=True)
class Held:
    """A meeting whose attendance was taken: {participant key: whether they came}, circle by circle."""

    number: int
    circles: tuple[Mapping[int, bool], ...]

    @property
    def expected(self) -> int:
        return sum(len(circle) for circle in self.circles)

    @property
    def present(self) -> int:
        return sum(sum(circle.values()) for circle in self.circles)

    @property
    def share(self) -> float:
        """From 0 to 1; 1 when nobody was expected."""
        return self.present / self.expected if self.expected else 1.0


@dataclass(frozen=True)
class Warnings:
    """What weakens. Shares are from 0 to 1, None when the rule says nothing.

    `low`: the last meeting's share; `fallen`: from which share to which; `small_circles`: circles of the last meeting
    with too few people, by number; `away`: who missed the last two meetings in a row; `thin`: (meeting, circle,
    people left) where announced absences leave a circle under its least size.
    """

    low: float | None = None
    fallen: tuple[float, float] | None = None
    small_circles: tuple[int, ...] = ()
    away: tuple[int, ...] = ()
    thin: tuple[tuple[int, int, int], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.low is not None or self.fallen or self.small_circles or self.away or self.thin)


def weigh(held: Sequence[Held], coming: Mapping[tuple[int, int], int], size_min: int) -> Warnings:
    """What the meetings held, in their order, and those to come say. `coming`: people left in each (meeting, circle)."""
    thin = tuple((*place, left) for place, left in sorted(coming.items()) if left < size_min)
    if not held:
        return Warnings(thin=thin)
    last = held[-1]
    before = [meeting.share for meeting in held[-3:-1]]
    usual = sum(before) / len(before) if before else last.share
    return Warnings(
        low=last.share if last.share < LOW_SHARE else None,
        fallen=(usual, last.share) if round(usual - last.share, 9) >= FALL else None,
        small_circles=tuple(
            number
            for number, circle in enumerate(last.circles, start=1)
            if circle and sum(circle.values()) < WORKING_MIN
        ),
        away=_missing(held),
        thin=thin,
    )


def _missing(held: Sequence[Held]) -> tuple[int, ...]:
    """Who was expected at the last two meetings and came to neither."""
    if len(held) < MISSED_IN_A_ROW:
        return ()
    seen = [
        {who: came for circle in meeting.circles for who, came in circle.items()}
        for meeting in held[-MISSED_IN_A_ROW:]
    ]
    return tuple(sorted(who for who in seen[-1] if all(said.get(who) is False for said in seen)))


def meetings_held(programme: Programme) -> list[Held]:
    """The meetings whose attendance was taken, in their order. Excused people did not come."""
    rows = (
        CircleSeat.objects.filter(circle__meeting__programme=programme)
        .exclude(circle__meeting__held_at=None)
        .exclude(attendance="")
        .order_by("circle__meeting__number", "circle__number", "pk")
        .values_list("circle__meeting__number", "circle__number", "participant_id", "attendance")
    )
    found: dict[int, dict[int, dict[int, bool]]] = {}
    for meeting, circle, who, attendance in rows:
        found.setdefault(meeting, {}).setdefault(circle, {})[who] = attendance == Attendance.PRESENT
    return [
        Held(number, tuple(circles.get(at, {}) for at in range(1, max(circles) + 1)))
        for number, circles in sorted(found.items())
    ]


def people_left(programme: Programme) -> dict[tuple[int, int], int]:
    """How many people each circle to come keeps, once those who announced an absence or left are taken away."""
    away = set(
        Absence.objects.filter(participant__programme=programme).values_list("participant_id", "round_number")
    )
    rows = (
        CircleSeat.objects.filter(circle__meeting__programme=programme, circle__meeting__held_at=None)
        .order_by("pk")
        .values_list("circle__meeting__number", "circle__number", "participant_id", "participant__left_at")
    )
    left: dict[tuple[int, int], int] = {}
    for meeting, circle, who, gone in rows:
        stays = gone is None and (who, meeting) not in away
        left[meeting, circle] = left.get((meeting, circle), 0) + stays
    return left


def warnings_of(programme: Programme, held: Sequence[Held] | None = None) -> Warnings:
    """What warns its facilitators today."""
    found = meetings_held(programme) if held is None else held
    said = weigh(found, people_left(programme), programme.size_min)
    staying = (
        set(Participant.objects.filter(pk__in=said.away, left_at=None).values_list("pk", flat=True))
        if said.away
        else set()
    )
    return Warnings(
        low=said.low,
        fallen=said.fallen,
        small_circles=said.small_circles,
        away=tuple(who for who in said.away if who in staying),
        thin=said.thin,
    )
