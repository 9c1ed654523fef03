"""A workshop from its opening to the words that enter the map."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy

from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions.organizations import create_organization
from maillage.apps.directory.choices import Status
from maillage.apps.directory.queries.organizations import OrganizationContent, organization_named
from maillage.apps.knowledge.actions.drawing import redraw_workshop
from maillage.apps.knowledge.actions.statements import state
from maillage.apps.knowledge.actions.terms import NoWordsError
from maillage.apps.knowledge.choices import STAGE_TRANSITIONS, Origin, Stage
from maillage.apps.knowledge.models import Seat, SeatRound, Term, Workshop, WorkshopAnswer
from maillage.apps.knowledge.models.terms import NAME_LENGTH_MAX
from maillage.apps.knowledge.models.workshops import CODE_LENGTH
from maillage.apps.knowledge.queries.terms import name_key
from maillage.apps.knowledge.queries.workshops import (
    last_round,
    met_before,
    people_to_group,
    present_seats,
    seat_key,
)
from maillage.cores.grouping import Grouping, Impossible, Problem, compose
from maillage.cores.text import clean, slugify
from maillage.kernel.audit.actions import record

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No I nor O, which are read as digits."""
CODE_LASTS = timedelta(hours=12)
FIRST_NAMES_LAST = timedelta(days=90)
SEATS_MAX = 150
ANSWERS_PER_SEAT_MAX = 150
GROUP_SIZES = (2, 3)


class ClosedWorkshopError(Exception):
    """The workshop has ended, or its code no longer opens it."""

    message = gettext_lazy("This workshop has ended. Nothing that was said is lost.")


class NoStructureError(Exception):
    """The name of a structure has no letter nor digit."""

    message = gettext_lazy("Say which structure you come for.")


class FullWorkshopError(Exception):
    """More seats or words than a workshop has."""

    message = gettext_lazy("The workshop is full: tell its facilitator.")


class TooFewError(Exception):
    """Fewer structures than a group needs."""

    message = gettext_lazy("Two structures at least are needed to make a group.")


@transaction.atomic
def open_workshop(*, actor: Person, title: str, held_on: date, place: str = "", now: datetime) -> Workshop:
    """A workshop that people may join at once by its code of six letters."""
    workshop = Workshop.objects.create(
        title=title,
        slug=slugify(title) or "atelier",
        held_on=held_on,
        place=place,
        code=_fresh_code(),
        code_ends_at=now + CODE_LASTS,
        created_by=actor,
        created_at=now,
    )
    _journal("workshop.open", workshop, actor, now)
    return workshop


@transaction.atomic
def renew_code(*, actor: Person, workshop_id: int, now: datetime) -> Workshop:
    """A new code for twelve more hours; the old one opens nothing any more. Raises ClosedWorkshopError."""
    workshop = _open(workshop_id)
    workshop.code, workshop.code_ends_at = _fresh_code(), now + CODE_LASTS
    workshop.save(update_fields=["code", "code_ends_at"])
    _journal("workshop.code", workshop, actor, now)
    return workshop


@transaction.atomic
def take_seat(
    *, workshop_id: int, structure: str, first_name: str = "", on_paper: bool = False, now: datetime
) -> Seat:
    """A structure sits down; whoever comes back for the same one takes the same seat. A paper sheet may come after the end.

    Raises ClosedWorkshopError, NoStructureError, FullWorkshopError.
    """
    workshop = _locked(workshop_id) if on_paper else _open(workshop_id)
    said = clean(" ".join(structure.split()))[:200]
    key = seat_key(said)
    if not key:
        raise NoStructureError
    found = workshop.seats.filter(key=key).first()
    if found is not None:
        found.is_away = False
        found.first_name = found.first_name or first_name
        found.save(update_fields=["is_away", "first_name"])
    else:
        if workshop.seats.count() >= SEATS_MAX:
            raise FullWorkshopError
        body = organization_named(said)
        found = Seat.objects.create(
            workshop=workshop,
            organization=body,
            structure=body.name if body else said,
            key=key,
            first_name=first_name,
            on_paper=on_paper,
            joined_at=now,
        )
    redraw_workshop(workshop=workshop, now=now)
    return found


@transaction.atomic
def leave_seat(*, actor: Person, seat_id: int, now: datetime) -> Seat:
    """A facilitator notes that somebody left: what was said for them stays, as does the group they were in.

    Coming back takes the seat again.
    """
    seat = Seat.objects.select_for_update().select_related("workshop").get(pk=seat_id)
    seat.is_away = True
    seat.save(update_fields=["is_away"])
    redraw_workshop(workshop=seat.workshop, now=now)
    return seat


@transaction.atomic
def compose_groups(*, actor: Person, workshop_id: int, seed: int, now: datetime) -> Grouping:
    """A round: groups of two or three complementary structures, not those that met before while that is possible.

    The rounds before are kept, and who was in one group then has met.

    Raises TooFewError, ClosedWorkshopError.
    """
    workshop = _open(workshop_id)
    seats = present_seats(workshop)
    least, most = GROUP_SIZES
    if len(seats) < least:
        raise TooFewError
    people = people_to_group(seats)
    problem = Problem(
        people, size_min=least, size_max=most, size_wished=most, met=met_before(workshop, seats)
    )
    answer = compose(problem, seed=seed)
    if isinstance(
        answer, Impossible
    ):  # one seat a structure and no other constraint: only the number may forbid
        raise TooFewError
    number = last_round(workshop) + 1
    numbers = {int(name): group.number for group in answer.rounds[0].groups for name in group.members}
    for seat in seats:
        seat.group_number = numbers.get(seat.pk, 0)
    Seat.objects.bulk_update(seats, ["group_number"])
    workshop.seats.filter(is_away=True).update(group_number=0)
    SeatRound.objects.bulk_create(
        [SeatRound(seat=seat, number=number, group_number=seat.group_number) for seat in seats]
    )
    _step(workshop, Stage.RUNNING)
    _journal("workshop.groups", workshop, actor, now)
    return answer


@transaction.atomic
def move_seat(*, actor: Person, seat_id: int, group_number: int, now: datetime) -> Seat:
    """A facilitator puts somebody in another group, or in a new one. Raises ClosedWorkshopError."""
    seat = Seat.objects.select_related("workshop").get(pk=seat_id)
    workshop = _open(seat.workshop_id)
    seat.group_number = group_number
    seat.save(update_fields=["group_number"])
    SeatRound.objects.update_or_create(
        seat=seat, number=last_round(workshop) or 1, defaults={"group_number": group_number}
    )
    return seat


@transaction.atomic
def add_words(
    *, seat_id: int, kind: str, relation: str, words: str, term: Term | None = None, now: datetime
) -> WorkshopAnswer:
    """Note words that a structure said; the same ones twice count once.

    Raises NoWordsError, FullWorkshopError, ClosedWorkshopError.
    """
    seat = Seat.objects.select_related("workshop").get(pk=seat_id)
    workshop = _open(seat.workshop_id)
    answer = _note(seat, kind, relation, words, term, now)
    redraw_workshop(workshop=workshop, now=now)
    return answer


@transaction.atomic
def add_late_words(
    *,
    actor: Person,
    seat_id: int,
    kind: str,
    relation: str,
    words: str,
    term: Term | None = None,
    now: datetime,
) -> WorkshopAnswer:
    """Words of a paper sheet that a facilitator enters once the workshop has ended: they go straight to the map.

    Raises NoWordsError, FullWorkshopError.
    """
    seat = Seat.objects.select_related("workshop").get(pk=seat_id)
    workshop = _locked(seat.workshop_id)
    assert workshop.stage == Stage.ENDED, workshop.stage
    answer = _note(seat, kind, relation, words, term, now)
    if not answer.kept:
        answer.kept = True
        answer.save(update_fields=["kept"])
        _enter(actor, workshop, answer, now)
    redraw_workshop(workshop=workshop, now=now)
    return answer


def _note(
    seat: Seat, kind: str, relation: str, words: str, term: Term | None, now: datetime
) -> WorkshopAnswer:
    """The words as they are kept in the record; the same ones twice are one."""
    said = term.name if term else clean(" ".join(words.split()))
    if not name_key(said) or len(said) > NAME_LENGTH_MAX:
        raise NoWordsError
    if seat.answers.count() >= ANSWERS_PER_SEAT_MAX:
        raise FullWorkshopError
    answer, _made = WorkshopAnswer.objects.get_or_create(
        seat=seat,
        kind=kind,
        relation=relation,
        key=name_key(said),
        defaults={"words": said, "term": term, "said_at": now},
    )
    return answer


@transaction.atomic
def remove_words(*, answer_id: int, now: datetime) -> None:
    """Take words back before the workshop ends. Raises ClosedWorkshopError."""
    answer = WorkshopAnswer.objects.select_related("seat").get(pk=answer_id)
    workshop = _open(answer.seat.workshop_id)
    answer.delete()
    redraw_workshop(workshop=workshop, now=now)


@transaction.atomic
def end_workshop(*, actor: Person, workshop_id: int, kept: Collection[int], now: datetime) -> Workshop:
    """End it: the words of `kept` enter the map, in the name of each structure; the others stay in the session's record.

    A structure that the directory does not know gets a draft fiche. Raises ClosedWorkshopError.
    """
    workshop = _open(workshop_id)
    answers = WorkshopAnswer.objects.filter(seat__workshop=workshop).select_related("seat", "term")
    for answer in answers.order_by("pk"):
        answer.kept = answer.pk in kept
        answer.save(update_fields=["kept"])
        if answer.kept:
            _enter(actor, workshop, answer, now)
    _step(workshop, Stage.ENDED)
    workshop.ended_at = now
    workshop.save(update_fields=["ended_at"])
    _journal("workshop.end", workshop, actor, now)
    return workshop


def forget_first_names(*, now: datetime) -> int:
    """Blank the first names of workshops opened more than three months ago; gives how many."""
    old = Seat.objects.filter(workshop__created_at__lt=now - FIRST_NAMES_LAST).exclude(first_name="")
    return old.update(first_name="")


def _enter(actor: Person, workshop: Workshop, answer: WorkshopAnswer, now: datetime) -> None:
    """One word of a workshop becomes a statement."""
    seat = Seat.objects.get(pk=answer.seat_id)
    if seat.organization_id is None:
        body = organization_named(seat.structure) or create_organization(
            actor=actor, content=OrganizationContent(name=seat.structure), status=Status.DRAFT, now=now
        )
        seat.organization = body
        seat.save(update_fields=["organization"])
    assert seat.organization_id is not None
    said = state(
        actor=actor,
        organization_id=seat.organization_id,
        kind=answer.kind,
        words=answer.words,
        term=answer.term,
        relation=answer.relation,
        origin=Origin.WORKSHOP,
        workshop=workshop,
        now=now,
    )
    answer.term = said.term
    answer.save(update_fields=["term"])


def _locked(workshop_id: int) -> Workshop:
    return Workshop.objects.select_for_update().get(pk=workshop_id)


def _open(workshop_id: int) -> Workshop:
    workshop = _locked(workshop_id)
    if workshop.stage == Stage.ENDED:
        raise ClosedWorkshopError
    return workshop


def _step(workshop: Workshop, stage: str) -> None:
    if workshop.stage == stage:
        return
    assert stage in STAGE_TRANSITIONS[workshop.stage], (workshop.stage, stage)
    workshop.stage = stage
    workshop.save(update_fields=["stage"])


def _fresh_code() -> str:
    while True:
        code = "".join(secrets.choice(LETTERS) for _letter in range(CODE_LENGTH))
        if not Workshop.objects.filter(code=code).exists():
            return code


def _journal(verb: str, workshop: Workshop, actor: Person | None, now: datetime) -> None:
    record(
        actor=actor,
        verb=verb,
        target_kind="workshop",
        target_id=workshop.pk,
        target_label=workshop.title,
        now=now,
    )
