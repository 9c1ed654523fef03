"""A programme of peers for the demonstration: its groups, a first session that was held, a second to come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from maillage.apps.accounts.models import Person
from maillage.apps.codevelopment.actions.composing import compose_programme
from maillage.apps.codevelopment.actions.people import add_participants
from maillage.apps.codevelopment.actions.programmes import open_programme
from maillage.apps.codevelopment.actions.sessions import (
    announce_absence,
    prepare_session,
    promise,
    schedule_meeting,
    take_attendance,
    write_step,
)
from maillage.apps.codevelopment.choices import Attendance, Step
from maillage.apps.codevelopment.models import Circle, CircleSeat, Participant, Programme
from maillage.apps.codevelopment.queries.contents import ParticipantContent


def add_programme(
    content: Mapping[str, Any], *, facilitator: Person, people: Mapping[str, Person], now: datetime
) -> None:
    opened = now - timedelta(days=40)
    programme = open_programme(
        actor=facilitator,
        title=content["titre"],
        about=content["objet"].strip(),
        place=content["lieu"],
        rounds_count=content["rencontres"],
        now=opened,
    )
    add_participants(
        actor=facilitator,
        programme_id=programme.pk,
        contents=[
            ParticipantContent(
                name=entry["nom"],
                structure=entry["structure"],
                email=people[entry["compte"]].email if "compte" in entry else "",
                profiles=tuple(entry["profils"]),
                sectors=tuple(entry["secteurs"]),
                half_days=tuple(entry.get("demi_journees", ())),
            )
            for entry in content["personne"]
        ],
        now=opened,
    )
    compose_programme(actor=facilitator, programme_id=programme.pk, seed=1, effort=0.1, now=opened)
    morning = _wednesday_morning(now)
    for number, starts_at in ((1, morning - timedelta(weeks=3)), (2, morning + timedelta(weeks=1))):
        schedule_meeting(
            actor=facilitator,
            meeting_id=programme.meetings.get(number=number).pk,
            starts_at=starts_at,
            minutes=150,
            place=content["lieu"],
            now=opened,
        )
    _hold_first(programme, content, facilitator, morning - timedelta(weeks=3))
    for name in content["manquera"]:
        away = programme.participants.get(name=name)
        announce_absence(
            actor=facilitator,
            participant_id=away.pk,
            round_number=2,
            is_away=True,
            now=now - timedelta(days=1),
        )


def _wednesday_morning(now: datetime) -> datetime:
    """Half past eight, universal time, on the Wednesday on or before `now`."""
    return (now - timedelta(days=(now.weekday() - 2) % 7)).replace(hour=8, minute=30, second=0, microsecond=0)


def _hold_first(
    programme: Programme, content: Mapping[str, Any], facilitator: Person, began: datetime
) -> None:
    """The session of the one who brought a case, word by word, and who came to each group."""
    told, ended = content["dite"], began + timedelta(hours=3)
    client = programme.participants.get(name=told["client"])
    circle = Circle.objects.get(meeting__programme=programme, meeting__number=1, seats__participant=client)
    others = circle.seats.exclude(participant=client).order_by("pk").values_list("participant_id", flat=True)
    prepare_session(
        actor=facilitator,
        circle_id=circle.pk,
        client_id=client.pk,
        facilitator_id=circle.facilitator_id if circle.facilitator_id != client.pk else others[0],
        topic=told["sujet"],
        now=began - timedelta(days=5),
    )
    for step in Step.values:
        write_step(
            actor=facilitator, circle_id=circle.pk, step=step, text=told[step].strip(), seen="", now=ended
        )
    for name, words, days in told["engagements"]:
        promise(
            actor=facilitator,
            circle_id=circle.pk,
            participant_id=programme.participants.get(name=name).pk,
            text=words,
            due_on=(ended + timedelta(days=21 + days)).date(),
            now=ended,
        )
    for each in Circle.objects.filter(meeting__programme=programme, meeting__number=1).order_by("number"):
        seats = CircleSeat.objects.filter(circle=each).select_related("participant").order_by("pk")
        said = {seat.participant_id: _came(seat.participant, content) for seat in seats}
        take_attendance(actor=facilitator, circle_id=each.pk, said=said, now=ended)


def _came(participant: Participant, content: Mapping[str, Any]) -> str:
    if participant.name in content["excuses"]:
        return Attendance.EXCUSED
    return Attendance.ABSENT if participant.name in content["absents"] else Attendance.PRESENT
