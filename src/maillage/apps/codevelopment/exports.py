"""Sessions as a calendar, groups as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from maillage.apps.codevelopment.choices import STEP_MINUTES, Attendance, Step
from maillage.apps.codevelopment.models import Circle, CircleSeat, Programme
from maillage.apps.codevelopment.queries.programmes import meetings_of

HEADERS = ("rencontre", "date", "groupe", "personne", "structure", "role", "presence")


def calendar_of(
    circles: Iterable[Circle], *, name: str, site: str, at: datetime, places: Mapping[int, int] | None = None
) -> bytes:
    """The sessions that have a date, as iCalendar (RFC 5545), with the six steps; their subjects and their people stay here.

    `places`: {circle's key: the reader's participant}, whose role is said.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{site}//Maillage//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for circle in circles:
        begins = circle.begins
        if begins is None:
            continue
        event = Event()
        event.add("uid", f"codeveloppement-{circle.pk}@{settings.PUBLIC_URL.split('://', 1)[-1]}")
        event.add("dtstamp", at)
        event.add("dtstart", begins)
        event.add("dtend", begins + timedelta(minutes=circle.meeting.minutes))
        event.add("summary", circle.meeting.programme.title)
        event.add("description", description_of(circle, (places or {}).get(circle.pk)))
        event.add("location", circle.where)
        event.add("url", settings.PUBLIC_URL + reverse("codevelopment:session", args=[circle.pk]))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def description_of(circle: Circle, participant_id: int | None) -> str:
    """The reader's own role, if they have a place, then the six steps with their usual minutes."""
    lines = []
    if participant_id is not None:
        lines += [_("Your role: %(role)s") % {"role": role_of(circle, participant_id)}, ""]
    lines += [
        _("%(number)d. %(step)s (%(minutes)d min)")
        % {"number": number, "step": step.label, "minutes": STEP_MINUTES[step]}
        for number, step in enumerate(Step, start=1)
    ]
    return "\n".join(lines)


def group_rows(programme: Programme) -> Iterator[tuple[Any, ...]]:
    """One row a person and a meeting, under `HEADERS`."""
    for meeting in meetings_of(programme):
        for circle in meeting.circles.all():
            begins = circle.begins
            for seat in circle.seats.all():
                yield (
                    meeting.number,
                    begins.date() if begins else "",
                    circle.number,
                    str(seat.participant),
                    seat.participant.structure,
                    role_of(circle, seat.participant_id),
                    str(seat.get_attendance_display()),
                )


def attendance_table(programme: Programme) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """The heading and the rows: each person, by name, with a column for each meeting whose attendance was taken."""
    held = [meeting for meeting in meetings_of(programme) if meeting.held_at is not None]
    said: dict[int, dict[int, CircleSeat]] = {}
    for meeting in held:
        for circle in meeting.circles.all():
            for seat in circle.seats.all():
                said.setdefault(seat.participant_id, {})[meeting.number] = seat
    days = [meeting.starts_at for meeting in held]
    head = [
        f"rencontre {meeting.number}" + (f" ({timezone.localtime(day):%d/%m/%Y})" if day else "")
        for meeting, day in zip(held, days, strict=True)
    ]
    rows = []
    for person in programme.participants.order_by("key", "pk"):
        seats = said.get(person.pk, {})
        taken = [seat.attendance for seat in seats.values() if seat.attendance]
        came = taken.count(Attendance.PRESENT)
        rows.append(
            (
                str(person),
                person.structure,
                *(
                    str(seats[meeting.number].get_attendance_display()) if meeting.number in seats else ""
                    for meeting in held
                ),
                came,
                len(taken),
                round(100 * came / len(taken)) if taken else "",
                timezone.localtime(person.left_at).date() if person.left_at else "",
            )
        )
    return ("personne", "structure", *head, "venue", "attendue", "part (%)", "partie le"), rows


def role_of(circle: Circle, participant_id: int) -> str:
    if participant_id == circle.client_id:
        return _("client")
    return _("facilitator") if participant_id == circle.facilitator_id else _("consultant")
