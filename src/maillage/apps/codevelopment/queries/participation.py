"""Who comes, and what warns that a programme weakens. The rules are in prose in `docs/explanation/participation.md`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from maillage.apps.codevelopment.choices import Attendance
from maillage.apps.codevelopment.models import Absence, Meeting, Programme
from maillage.apps.codevelopment.queries.programmes import meetings_of

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


def meetings_held(meetings: Sequence[Meeting]) -> list[Held]:
    """Those of the meetings read by `meetings_of` whose attendance was taken, in their order. Excused people did not come."""
    found = []
    for meeting in meetings:
        circles = {
            circle.number: {
                seat.participant_id: seat.attendance == Attendance.PRESENT
                for seat in circle.seats.all()
                if seat.attendance
            }
            for circle in meeting.circles.all()
        }
        taken = [number for number, came in circles.items() if came]
        if meeting.held_at is not None and taken:
            found.append(Held(meeting.number, tuple(circles.get(at, {}) for at in range(1, max(taken) + 1))))
    return found


def people_left(meetings: Sequence[Meeting], away: Collection[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """How many people each circle to come keeps, once those who announced an absence (`away`) or left are taken away."""
    return {
        (meeting.number, circle.number): sum(
            seat.participant.left_at is None and (seat.participant_id, meeting.number) not in away
            for seat in seats
        )
        for meeting in meetings
        if meeting.held_at is None
        for circle in meeting.circles.all()
        if (seats := list(circle.seats.all()))
    }


def absences_of(programme: Programme) -> set[tuple[int, int]]:
    """(participant, meeting) of each announced absence."""
    rows = Absence.objects.filter(participant__programme=programme).order_by("pk")
    return set(rows.values_list("participant_id", "round_number"))


def warnings_of(
    programme: Programme,
    meetings: Sequence[Meeting] | None = None,
    away: Collection[tuple[int, int]] | None = None,
) -> Warnings:
    """What warns its facilitators today; its meetings and announced absences are read unless they are given."""
    meetings = meetings_of(programme) if meetings is None else meetings
    away = absences_of(programme) if away is None else away
    said = weigh(meetings_held(meetings), people_left(meetings, away), programme.size_min)
    seats = (seat for each in meetings for circle in each.circles.all() for seat in circle.seats.all())
    gone = {seat.participant_id for seat in seats if seat.participant.left_at is not None}
    return replace(said, away=tuple(who for who in said.away if who not in gone))
