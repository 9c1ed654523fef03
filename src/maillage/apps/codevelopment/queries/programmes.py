"""Programmes, circles and sessions as their pages read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from maillage.apps.accounts.models import Person
from maillage.apps.codevelopment.models import (
    Circle,
    CircleSeat,
    Commitment,
    Meeting,
    Participant,
    Programme,
    StepRecord,
)
from maillage.kernel.db.holding import holding


def own_participants(person: Person) -> QuerySet[Participant]:
    """The places of a person: those of their account, and those noted under their e-mail address."""
    return Participant.objects.filter(Q(person=person) | Q(person=None, email__iexact=person.email))


def participants_of(programme: Programme) -> list[Participant]:
    """Everybody who ever took part, each with their announced absences."""
    return list(programme.participants.prefetch_related("absences").order_by("pk"))


def place_of(person: Person, programme: Programme) -> Participant | None:
    """The place that the person has in the programme today, with their announced absences."""
    mine = own_participants(person).filter(programme=programme, left_at=None)
    return mine.prefetch_related("absences").order_by("pk").first()


def place_among(person: Person, participants: Iterable[Participant]) -> Participant | None:
    """As `place_of`, among participants that were read already."""
    return next((each for each in participants if each.left_at is None and is_place_of(person, each)), None)


def is_place_of(person: Person, participant: Participant) -> bool:
    """As `own_participants` has it."""
    if participant.person_id is None:
        return participant.email.lower() == person.email.lower()
    return participant.person_id == person.pk


def programmes_of(person: Person) -> QuerySet[Programme]:
    """Those in which the person takes part, the latest first."""
    mine = own_participants(person).filter(left_at=None).values("programme_id")
    return Programme.objects.filter(pk__in=mine).order_by("-created_at", "-pk")


def all_programmes() -> QuerySet[Programme]:
    """The latest first, with how many people take part in each."""
    people = Count("participants", filter=Q(participants__left_at=None))
    return Programme.objects.annotate(people_count=people).order_by("-created_at", "-pk")


UNDER_WAY, ENDED = "en-cours", "termines"


def programmes_asked(found: QuerySet[Programme], *, mots: str = "", etat: str = "") -> QuerySet[Programme]:
    """The programmes whose title or place hold the words, ended or not."""
    found = holding(found, mots, texts=("title", "place"))
    return found.filter(ended_at__isnull=etat == UNDER_WAY) if etat else found


def sessions_of(person: Person) -> list[Circle]:
    """The circles to come of a person, the soonest first; those without a date last."""
    mine = own_participants(person).filter(left_at=None).values("pk")
    found = (
        Circle.objects.filter(
            seats__participant__in=mine, meeting__held_at=None, meeting__programme__ended_at=None
        )
        .select_related("meeting__programme", "client", "facilitator")
        .distinct()
        .order_by("pk")
    )
    return sorted(found, key=_when)


def _when(circle: Circle) -> tuple[bool, float, int, int]:
    begins = circle.begins
    return begins is None, begins.timestamp() if begins else 0.0, circle.meeting.number, circle.pk


def meetings_of(programme: Programme) -> list[Meeting]:
    """Its meetings with their circles, and who sits in each, in order."""
    seats = CircleSeat.objects.select_related("participant").order_by("participant__name", "pk")
    circles = (
        Circle.objects.select_related("client", "facilitator", "meeting__programme")
        .prefetch_related(Prefetch("seats", seats))
        .order_by("number")
    )
    return list(programme.meetings.prefetch_related(Prefetch("circles", circles)).order_by("number"))


@dataclass(frozen=True)
class Session:
    """A circle's page: who sits there, what was written at each step, who will do what."""

    circle: Circle
    seats: tuple[CircleSeat, ...]
    records: dict[str, StepRecord]
    commitments: tuple[Commitment, ...]
    before: tuple[Commitment, ...]

    @property
    def consultants(self) -> tuple[Participant, ...]:
        """Everybody but the client and the facilitator."""
        taken = {self.circle.client_id, self.circle.facilitator_id}
        return tuple(seat.participant for seat in self.seats if seat.participant_id not in taken)


def session_of(circle: Circle) -> Session:
    """`before`: what its people had promised at an earlier session and have not done."""
    seats = tuple(circle.seats.select_related("participant").order_by("participant__name", "pk"))
    who = [seat.participant_id for seat in seats]
    promised = Commitment.objects.select_related("participant", "circle__meeting").order_by(
        "created_at", "pk"
    )
    earlier = promised.filter(
        participant__in=who,
        done_at=None,
        circle__meeting__programme_id=circle.meeting.programme_id,
        circle__meeting__number__lt=circle.meeting.number,
    )
    return Session(
        circle=circle,
        seats=seats,
        records={each.step: each for each in circle.records.order_by("pk")},
        commitments=tuple(promised.filter(circle=circle)),
        before=tuple(earlier),
    )


def circles_to_remind(now: datetime, until: datetime) -> list[Circle]:
    """The circles that begin between the two and whose people were not told."""
    soon = Q(starts_at__gte=now, starts_at__lt=until) | Q(
        starts_at=None, meeting__starts_at__gte=now, meeting__starts_at__lt=until
    )
    found = Circle.objects.filter(
        soon, reminded_at=None, meeting__held_at=None, meeting__programme__ended_at=None
    )
    return list(
        found.select_related("meeting__programme")
        .prefetch_related("seats__participant__person")
        .order_by("pk")
    )


def half_day_of(begins: datetime) -> str:
    """The half-day of a local date and time, as `HalfDay` codes it; a Sunday has none of them."""
    day = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[begins.weekday()]
    return f"{day}_{'am' if begins.hour < 12 or (begins.hour == 12 and begins.minute < 30) else 'pm'}"


def late_commitments(programme: Programme, today: date) -> int:
    return Commitment.objects.filter(
        circle__meeting__programme=programme, done_at=None, due_on__lt=today
    ).count()
