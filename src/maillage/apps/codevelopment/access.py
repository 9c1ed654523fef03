"""Who may open what of co-development. What is absent and what is forbidden look alike."""

from __future__ import annotations

from django.http import Http404

from maillage.apps.accounts.access import is_facilitator, is_signed_in
from maillage.apps.codevelopment.models import Circle, Commitment, PairRule, Participant, Programme
from maillage.apps.codevelopment.queries.programmes import own_participants


def get_programme_to_lead(viewer: object, pk: int) -> Programme:
    found = Programme.objects.filter(pk=pk).first()
    if found is None or not is_facilitator(viewer):
        raise Http404
    return found


def get_programme_for(viewer: object, pk: int) -> Programme:
    """For the facilitators, and for who takes part in it."""
    found = Programme.objects.filter(pk=pk).first()
    if found is None or not is_signed_in(viewer):
        raise Http404
    if (
        not is_facilitator(viewer)
        and not own_participants(viewer).filter(programme=found, left_at=None).exists()
    ):
        raise Http404
    return found


def get_participant_to_change(viewer: object, programme: Programme, pk: int) -> Participant:
    found = programme.participants.filter(pk=pk).first()
    if found is None or not is_facilitator(viewer):
        raise Http404
    return found


def get_rule_to_remove(viewer: object, programme: Programme, pk: int) -> PairRule:
    found = programme.rules.filter(pk=pk).first()
    if found is None or not is_facilitator(viewer):
        raise Http404
    return found


def get_circle_for(viewer: object, pk: int) -> tuple[Circle, Participant | None]:
    """A circle, for who sits in it and for the facilitators, and the viewer's own place in it, if any."""
    found = Circle.objects.filter(pk=pk).select_related("meeting__programme", "client", "facilitator").first()
    if found is None or not is_signed_in(viewer):
        raise Http404
    mine = own_participants(viewer).filter(seats__circle=found, left_at=None).order_by("pk").first()
    if mine is None and not is_facilitator(viewer):
        raise Http404
    return found, mine


def may_lead(viewer: object, circle: Circle, mine: Participant | None) -> bool:
    """Who takes the attendance and gives the roles: the circle's facilitator, and those of the site."""
    return is_facilitator(viewer) or (mine is not None and mine.pk == circle.facilitator_id)


def get_commitment_to_settle(viewer: object, circle: Circle, mine: Participant | None, pk: int) -> Commitment:
    """One's own, or any for who leads."""
    found = Commitment.objects.filter(
        pk=pk, circle__meeting__programme_id=circle.meeting.programme_id
    ).first()
    if found is None:
        raise Http404
    is_mine = mine is not None and found.participant_id == mine.pk
    if not is_mine and not (found.circle_id == circle.pk and may_lead(viewer, circle, mine)):
        raise Http404
    return found
