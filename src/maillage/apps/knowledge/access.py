"""Who may see and change the knowledge of organisations. What is absent and what is forbidden look alike."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest

from maillage.apps.accounts.access import is_facilitator, is_signed_in
from maillage.apps.directory.access import (
    belongs_to,
    get_organization_for,
)
from maillage.apps.directory.choices import Status
from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.choices import Stage
from maillage.apps.knowledge.models import Seat, Statement, Term, TermMerge, Workshop, WorkshopAnswer

SEATS_KEY = "workshop_seats"
"""In the session of a phone: {workshop's key: seat's key}."""


class OverError(Exception):
    """The workshop of this phone has ended."""

    def __init__(self, workshop: Workshop) -> None:
        super().__init__(workshop.pk)
        self.workshop = workshop


def can_speak_for(viewer: object, organization: Organization) -> bool:
    """Its members, and facilitators, whose words are marked as theirs."""
    return is_facilitator(viewer) or belongs_to(viewer, organization.pk)


def get_knowledge_of(viewer: object, pk: int) -> Organization:
    """The organisation whose knowledge is read; raises Http404 as its fiche does."""
    return get_organization_for(viewer, pk)


def get_organization_to_speak_for(viewer: object, pk: int) -> Organization:
    organization = get_organization_for(viewer, pk)
    if not can_speak_for(viewer, organization):
        raise Http404
    return organization


def get_statement_to_withdraw(viewer: object, pk: int) -> Statement:
    said = Statement.objects.standing().filter(pk=pk).select_related("organization", "term").first()
    if said is None or not can_speak_for(viewer, said.organization):
        raise Http404
    return said


def get_statement_to_endorse(viewer: object, pk: int) -> Statement:
    """A statement that the viewer reads, and that an organisation of theirs may co-sign."""
    said = Statement.objects.standing().filter(pk=pk).select_related("organization", "term").first()
    if said is None or not is_signed_in(viewer) or said.organization.status != Status.PUBLISHED:
        raise Http404
    return said


def get_term(pk: int) -> Term:
    term = Term.objects.filter(pk=pk).select_related("merged_into", "broader").first()
    if term is None:
        raise Http404
    return term


def get_term_to_tend(viewer: object, pk: int) -> Term:
    """A live term, for facilitators: the vocabulary is everybody's."""
    term = Term.objects.live().filter(pk=pk).select_related("broader").first()
    if term is None or not is_facilitator(viewer):
        raise Http404
    return term


def get_merge_to_undo(viewer: object, pk: int) -> TermMerge:
    made = TermMerge.objects.filter(pk=pk).select_related("kept", "merged").first()
    if made is None or not is_facilitator(viewer):
        raise Http404
    return made


def get_workshop_to_lead(viewer: object, pk: int) -> Workshop:
    workshop = Workshop.objects.filter(pk=pk).first()
    if workshop is None or not is_facilitator(viewer):
        raise Http404
    return workshop


def get_workshop_under_way(
    request: HttpRequest, code: str, now: datetime, *, on_paper: bool = False
) -> Workshop:
    """The workshop that a code opens at `now`. Who has a seat there, and facilitators, go on after the code is over.

    `on_paper`: facilitators go on after the workshop too, for the sheets that come late.

    Raises Http404 when it opens none, and OverError to who had a seat in a workshop that has ended.
    """
    workshop = Workshop.objects.filter(code=code.upper()).first()
    if workshop is None:
        raise Http404
    if workshop.lets_in(now):
        return workshop
    if on_paper and is_facilitator(request.user):
        return workshop
    is_seated = own_seat(request, workshop) is not None
    if workshop.stage == Stage.ENDED and is_seated:
        raise OverError(workshop)
    if workshop.stage == Stage.ENDED or not (is_seated or is_facilitator(request.user)):
        raise Http404
    return workshop


def own_seat(request: HttpRequest, workshop: Workshop) -> Seat | None:
    """The seat that this phone took in the workshop."""
    seats = request.session.get(SEATS_KEY, {})
    return workshop.seats.filter(pk=seats.get(str(workshop.pk)), is_away=False).first()


def can_go_on(request: HttpRequest, code: str) -> bool:
    """Whether the code is of a workshop where this phone has a seat, or is asked by a facilitator."""
    if is_facilitator(request.user):
        return True
    workshop = Workshop.objects.filter(code=code.upper()).first()
    return workshop is not None and own_seat(request, workshop) is not None


def remember_seat(request: HttpRequest, seat: Seat) -> None:
    request.session[SEATS_KEY] = {**request.session.get(SEATS_KEY, {}), str(seat.workshop_id): seat.pk}


def get_words_to_remove(request: HttpRequest, workshop: Workshop, pk: int) -> tuple[WorkshopAnswer, Seat]:
    """Words written in the workshop, and the seat whose they are, which the viewer may interview."""
    found = WorkshopAnswer.objects.filter(pk=pk, seat__workshop=workshop).first()
    if found is None:
        raise Http404
    return found, get_seat_to_interview(request, workshop, found.seat_id)


def get_seat_to_interview(request: HttpRequest, workshop: Workshop, pk: int) -> Seat:
    """A seat whose words the viewer may write: those of their own group, or any for a facilitator."""
    asked = workshop.seats.filter(pk=pk, is_away=False).first()
    if asked is None:
        raise Http404
    if is_facilitator(request.user):
        return asked
    mine = own_seat(request, workshop)
    if mine is None:
        raise Http404
    if asked.pk != mine.pk and (not mine.group_number or asked.group_number != mine.group_number):
        raise Http404
    return asked
