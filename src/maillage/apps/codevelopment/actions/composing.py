"""Groups composed, and composed again when somebody cannot come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.accounts.models import Person
from maillage.apps.codevelopment.actions.programmes import journal, locked
from maillage.apps.codevelopment.actions.telling import tell
from maillage.apps.codevelopment.models import Circle, CircleSeat, Meeting, Programme
from maillage.apps.codevelopment.queries.problems import (
    as_proposal,
    composed,
    from_proposal,
    problem_of,
    rounds_begun,
    stamp_of,
)
from maillage.cores.grouping import Grouping, Impossible, InvalidProblem, Round, compose, recompose
from maillage.cores.text import sort_key

SECONDS_MAX = 4.0
Clock = Callable[[], float]


class NoSolutionError(Exception):
    """No groups hold every constraint. `why` names which one, and what would be enough to relax."""

    def __init__(self, why: Impossible) -> None:
        super().__init__(why.reason)
        self.why = why


class NobodyError(Exception):
    message = gettext_lazy("Add the people first: there is nobody to put in groups.")


class BegunError(Exception):
    message = gettext_lazy(
        "A session has been held or written down: the groups are no longer composed anew, they are adjusted."
    )


class OverError(Exception):
    message = gettext_lazy("All the meetings have been held: there is nothing left to adjust.")


class ChangedError(Exception):
    """People, absences or sessions changed since the adjustment was proposed."""

    message = gettext_lazy("Something changed meanwhile: look at the adjustment again before you confirm it.")


@transaction.atomic
def compose_programme(
    *,
    actor: Person,
    programme_id: int,
    seed: int,
    effort: float = 1.0,
    clock: Clock | None = None,
    now: datetime,
) -> Programme:
    """The groups of all meetings, with a first idea of who is client and who facilitates.

    `effort` multiplies the time spent looking. Raises NoSolutionError, NobodyError, BegunError, EndedError. Dates of meetings that
    were set stay.
    """
    programme = locked(programme_id)
    if rounds_begun(programme):
        raise BegunError
    try:
        answer = compose(
            problem_of(programme), seed=seed, effort=effort, clock=clock, seconds_max=SECONDS_MAX
        )
    except InvalidProblem as fault:
        raise NobodyError from fault
    if isinstance(answer, Impossible):
        raise NoSolutionError(answer)
    programme.seed, programme.composed_at = seed, now
    Circle.objects.filter(meeting__programme=programme).delete()
    _seat(programme, answer, 0)
    journal("compose", programme, actor, now)
    tell(
        programme.participants.filter(left_at=None).order_by("pk"),
        title=_("The groups of “%(title)s” are composed.") % {"title": programme.title},
        url=reverse("codevelopment:programme", args=[programme.pk]),
        now=now,
    )
    return programme


@transaction.atomic
def propose_adjustment(
    *, actor: Person, programme_id: int, seed: int, clock: Clock | None = None, now: datetime
) -> Programme:
    """Groups that hold what has changed and move as few people as possible; they wait for `confirm_adjustment`.

    Raises NoSolutionError, NobodyError, OverError, EndedError.
    """
    programme = locked(programme_id)
    begun = rounds_begun(programme)
    if begun >= programme.rounds_count:
        raise OverError
    try:
        answer = recompose(
            problem_of(programme),
            composed(programme),
            rounds_held=begun,
            seed=seed,
            clock=clock,
            seconds_max=SECONDS_MAX,
        )
    except InvalidProblem as fault:
        raise NobodyError from fault
    if isinstance(answer, Impossible):
        raise NoSolutionError(answer)
    programme.proposal = as_proposal(answer, stamp_of(programme))
    programme.save(update_fields=["proposal"])
    return programme


@transaction.atomic
def confirm_adjustment(*, actor: Person, programme_id: int, now: datetime) -> Programme:
    """What was proposed becomes the groups. Raises ChangedError when it no longer fits, EndedError."""
    programme = locked(programme_id)
    if not programme.proposal or programme.proposal["stamp"] != stamp_of(programme):
        raise ChangedError
    answer = from_proposal(programme.proposal)
    _seat(programme, answer, rounds_begun(programme))
    journal("adjust", programme, actor, now)
    moved = {int(move.name) for move in answer.moves}
    tell(
        programme.participants.filter(pk__in=moved, left_at=None).order_by("pk"),
        title=_("Your group changes in “%(title)s”.") % {"title": programme.title},
        url=reverse("codevelopment:programme", args=[programme.pk]),
        now=now,
    )
    return programme


@transaction.atomic
def forget_adjustment(*, programme_id: int) -> Programme:
    """The groups stay as they are. Raises EndedError."""
    programme = locked(programme_id)
    programme.proposal = {}
    programme.save(update_fields=["proposal"])
    return programme


def _seat(programme: Programme, answer: Grouping, begun: int) -> None:
    """Write the rounds after those begun; circles that stay keep their date, their place and their roles."""
    for name in ("value", "bound", "repeats", "repeats_bound", "proven"):
        setattr(programme, name, getattr(answer, name))
    programme.proposal = {}
    programme.save()
    words = _words_of(programme)
    for planned in answer.rounds[begun:]:
        meeting, _made = Meeting.objects.get_or_create(programme=programme, number=planned.number)
        _seat_round(meeting, planned, words)
    suggest_roles(programme, begun)


def _words_of(programme: Programme) -> dict[str, str]:
    """How languages are written, by their key."""
    rows = programme.participants.order_by("pk").values_list("languages", flat=True)
    return {sort_key(word): word for languages in rows for word in languages}


def _seat_round(meeting: Meeting, planned: Round, words: dict[str, str]) -> None:
    meeting.circles.exclude(number__in=[group.number for group in planned.groups]).delete()
    for group in planned.groups:
        circle, _made = Circle.objects.update_or_create(
            meeting=meeting,
            number=group.number,
            defaults={
                "value": group.value,
                "half_days": sorted(group.half_days),
                "languages": sorted(words.get(key, key) for key in group.languages),
            },
        )
        members = {int(name) for name in group.members}
        circle.seats.exclude(participant_id__in=members).delete()
        there = set(circle.seats.values_list("participant_id", flat=True))
        CircleSeat.objects.bulk_create(
            [CircleSeat(circle=circle, participant_id=pk) for pk in sorted(members - there)]
        )


def suggest_roles(programme: Programme, begun: int) -> None:
    """A client and a facilitator for each circle to come that lacks one: who has been so least, in turn."""
    clients: Counter[int] = Counter()
    facilitators: Counter[int] = Counter()
    circles = Circle.objects.filter(meeting__programme=programme).select_related("meeting")
    for circle in circles.prefetch_related("seats").order_by("meeting__number", "number"):
        members = sorted(seat.participant_id for seat in circle.seats.all())
        if circle.meeting.number > begun:
            if circle.client_id not in members:
                circle.client_id = _least(members, clients, {circle.facilitator_id})
            if circle.facilitator_id not in members or circle.facilitator_id == circle.client_id:
                circle.facilitator_id = _least(members, facilitators, {circle.client_id})
            circle.save(update_fields=["client", "facilitator"])
        clients.update([circle.client_id] if circle.client_id else [])
        facilitators.update([circle.facilitator_id] if circle.facilitator_id else [])


def _least(members: list[int], turns: Counter[int], apart: set[int | None]) -> int | None:
    free = [pk for pk in members if pk not in apart]
    return min(free, key=lambda pk: (turns[pk], pk)) if free else None
