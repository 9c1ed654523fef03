"""A session: its date, its roles, what is written at each step, who came, and what each will do next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.accounts.models import Person
from maillage.apps.codevelopment.actions.programmes import journal, locked
from maillage.apps.codevelopment.actions.telling import PARTICIPATION, facilitators, tell
from maillage.apps.codevelopment.choices import Attendance
from maillage.apps.codevelopment.models import (
    Absence,
    Circle,
    Commitment,
    Meeting,
    Participant,
    PrivateNote,
    Programme,
    StepRecord,
)
from maillage.apps.codevelopment.queries.participation import warnings_of
from maillage.apps.codevelopment.queries.programmes import circles_to_remind
from maillage.cores.text import clean
from maillage.kernel.mail.notifications import notify

REMIND_BEFORE = timedelta(days=2)
COMMITMENTS_MAX = 100


class SameRoleError(Exception):
    message = gettext_lazy("The client and the facilitator are two different people.")


class NotThereError(Exception):
    message = gettext_lazy("Only somebody of this group can take this role.")


class WrittenMeanwhileError(Exception):
    """Somebody else wrote at this step since it was read. `text` is theirs."""

    message = gettext_lazy(
        "Somebody wrote at this step meanwhile. Their text is shown under yours: put the two together, then save."
    )

    def __init__(self, found: StepRecord) -> None:
        super().__init__(found.pk)
        self.found = found


class TooManyError(Exception):
    message = gettext_lazy("A session has 100 commitments at most.")


@transaction.atomic
def schedule_meeting(
    *, actor: Person, meeting_id: int, starts_at: datetime, minutes: int, place: str = "", now: datetime
) -> Meeting:
    """When and where everybody meets; those who have an account are told. Raises EndedError."""
    meeting = Meeting.objects.get(pk=meeting_id)
    programme = locked(meeting.programme_id)
    is_same = (meeting.starts_at, meeting.place) == (starts_at, place)
    meeting.starts_at, meeting.minutes, meeting.place = starts_at, minutes, place
    meeting.save(update_fields=["starts_at", "minutes", "place"])
    Circle.objects.filter(meeting=meeting).update(reminded_at=None)
    journal("schedule", programme, actor, now)
    if not is_same and starts_at > now:
        when = date_format(timezone.localtime(starts_at), "DATETIME_FORMAT")
        title = _("“%(title)s”, meeting %(number)d: %(when)s.") % {
            "title": programme.title,
            "number": meeting.number,
            "when": when,
        }
        tell(
            Participant.objects.filter(seats__circle__meeting=meeting, left_at=None).order_by("pk"),
            title=title,
            url=reverse("codevelopment:programme", args=[programme.pk]),
            now=now,
        )
    return meeting


@transaction.atomic
def prepare_session(
    *,
    actor: Person,
    circle_id: int,
    client_id: int | None,
    facilitator_id: int | None,
    topic: str = "",
    starts_at: datetime | None = None,
    place: str = "",
    now: datetime,
) -> Circle:
    """Who is client, who facilitates, on what, and when if it is not with the others.

    Raises SameRoleError, NotThereError, EndedError.
    """
    circle = Circle.objects.select_related("meeting").get(pk=circle_id)
    programme = locked(circle.meeting.programme_id)
    members = set(circle.seats.values_list("participant_id", flat=True))
    if client_id is not None and client_id == facilitator_id:
        raise SameRoleError
    if not {client_id, facilitator_id} - {None} <= members:
        raise NotThereError
    if circle.starts_at != starts_at:
        circle.reminded_at = None
    circle.client_id, circle.facilitator_id = client_id, facilitator_id
    circle.topic, circle.starts_at, circle.place = topic, starts_at, place
    circle.save(update_fields=["client", "facilitator", "topic", "starts_at", "place", "reminded_at"])
    journal("session", programme, actor, now)
    return circle


@transaction.atomic
def write_step(
    *, actor: Person, circle_id: int, step: str, text: str, seen: str, now: datetime
) -> StepRecord:
    """What the circle writes at a step. `seen`: the moment of the text that the writer had read, empty when there was none.

    Raises WrittenMeanwhileError, EndedError.
    """
    circle = Circle.objects.select_related("meeting").get(pk=circle_id)
    locked(circle.meeting.programme_id)
    found = StepRecord.objects.filter(circle=circle, step=step).first()
    said = clean(text)
    if found is not None and found.text != said and found.written_at.isoformat() != seen:
        raise WrittenMeanwhileError(found)
    found = found or StepRecord(circle=circle, step=step)
    found.text, found.written_by, found.written_at = said, actor, now
    found.save()
    return found


@transaction.atomic
def write_note(*, actor: Person, circle_id: int, text: str, now: datetime) -> PrivateNote | None:
    """What somebody keeps for themselves; an empty text removes it. An ended programme lets one do so."""
    said = clean(text)
    if not said:
        PrivateNote.objects.filter(circle_id=circle_id, person=actor).delete()
        return None
    note, _made = PrivateNote.objects.update_or_create(
        circle_id=circle_id, person=actor, defaults={"text": said, "written_at": now}
    )
    return note


@transaction.atomic
def promise(
    *, actor: Person, circle_id: int, participant_id: int, text: str, due_on: date | None, now: datetime
) -> Commitment:
    """What somebody of the circle will do next. Raises NotThereError, TooManyError, EndedError."""
    circle = Circle.objects.select_related("meeting").get(pk=circle_id)
    locked(circle.meeting.programme_id)
    if not circle.seats.filter(participant_id=participant_id).exists():
        raise NotThereError
    if circle.commitments.count() >= COMMITMENTS_MAX:
        raise TooManyError
    return Commitment.objects.create(
        circle=circle, participant_id=participant_id, text=text, due_on=due_on, created_at=now
    )


@transaction.atomic
def settle(*, actor: Person, commitment_id: int, is_done: bool, now: datetime) -> Commitment:
    """It is done, or not after all."""
    found = Commitment.objects.get(pk=commitment_id)
    found.done_at = now if is_done else None
    found.save(update_fields=["done_at"])
    return found


@transaction.atomic
def take_attendance(*, actor: Person, circle_id: int, said: Mapping[int, str], now: datetime) -> Circle:
    """Who came, by participant key. With its last circle a meeting is held, and its facilitator told of what weakens.

    Raises EndedError.
    """
    circle = Circle.objects.select_related("meeting").get(pk=circle_id)
    programme = locked(circle.meeting.programme_id)
    seats = list(circle.seats.order_by("pk"))
    for seat in seats:
        given = said.get(seat.participant_id, "")
        seat.attendance = given if given in Attendance.values else ""
        seat.save(update_fields=["attendance"])
    meeting = circle.meeting
    waiting = meeting.circles.filter(seats__attendance="").exists()
    if meeting.held_at is None and not waiting:
        meeting.held_at = now
        meeting.save(update_fields=["held_at"])
        _warn(programme, now)
    journal("attendance", programme, actor, now)
    return circle


@transaction.atomic
def announce_absence(
    *, actor: Person, participant_id: int, round_number: int, is_away: bool, now: datetime
) -> Participant:
    """Somebody says that they will miss a meeting, or come after all. Its facilitator is told when a group becomes too small.

    Raises EndedError.
    """
    found = Participant.objects.get(pk=participant_id)
    programme = locked(found.programme_id)
    before = set(warnings_of(programme).thin)
    if is_away:
        Absence.objects.get_or_create(participant=found, round_number=round_number)
    else:
        found.absences.filter(round_number=round_number).delete()
    journal("people", programme, actor, now)
    if set(warnings_of(programme).thin) - before:
        _warn(programme, now)
    return found


def _warn(programme: Programme, now: datetime) -> None:
    """Tell every facilitator of the network, whoever opened the programme: they may have left since."""
    if not warnings_of(programme):
        return
    for person in facilitators():
        notify(
            person=person,
            kind=PARTICIPATION,
            title=_("“%(title)s”: participation falls. Look at what can be done before the next meeting.")
            % {"title": programme.title},
            url=f"{reverse('codevelopment:programme', args=[programme.pk])}#participation",
            now=now,
        )


def remind(*, now: datetime) -> int:
    """Tell the people of each circle that begins within two days; gives how many circles."""
    circles = circles_to_remind(now, now + REMIND_BEFORE)
    for circle in circles:
        begins = circle.begins
        assert begins is not None
        title = _("Your session of “%(title)s”: %(when)s.") % {
            "title": circle.meeting.programme.title,
            "when": date_format(timezone.localtime(begins), "DATETIME_FORMAT"),
        }
        with transaction.atomic():
            coming = [seat.participant for seat in circle.seats.all() if seat.participant.left_at is None]
            tell(coming, title=title, url=reverse("codevelopment:session", args=[circle.pk]), now=now)
            circle.reminded_at = now
            circle.save(update_fields=["reminded_at"])
    return len(circles)
