"""Joining a circle by signing its agreement; being suspended, frozen, let back in; leaving."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.accounts.choices import Role
from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.acting import trace
from maillage.apps.barter.actions.consequences import follow, obstacles_to_leaving
from maillage.apps.barter.choices import MEMBER_TRANSITIONS, MemberState
from maillage.apps.barter.models import Circle, CircleMember, MemberChange, Signature
from maillage.apps.barter.queries.acting import Acting, managers_of
from maillage.apps.barter.queries.circles import agreement_in_force
from maillage.kernel.audit.actions import record
from maillage.kernel.mail.notifications import notify

MEMBERSHIP = "barter.membership"
RECIPIENTS_MAX = 20


class NewVersionError(Exception):
    """The agreement changed between the reading and the signing."""

    message = gettext_lazy("The agreement has just changed. Read the new version below, then sign it.")


class NoSignatoryError(Exception):
    message = gettext_lazy("Say who signs, and in what capacity.")


class ForbiddenStepError(Exception):
    """A step that the states of a member do not know."""

    def __init__(self, before: str, after: str) -> None:
        super().__init__(before, after)
        self.before, self.after = before, after

    @property
    def sentence(self) -> str:
        return _("The member is now “%(before)s”: it cannot become “%(after)s”.") % {
            "before": MemberState(self.before).label,
            "after": MemberState(self.after).label,
        }


class NoReasonError(Exception):
    message = gettext_lazy("Say why: the member will read it, and so will those who come after you.")


class ObstacleError(Exception):
    """Something must be settled before the member leaves; `sentences` say what."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(*sentences)
        self.sentences = sentences


@transaction.atomic
def sign_agreement(
    *, acting: Acting, circle_id: int, seen: int, signatory: str, capacity: str, now: datetime
) -> CircleMember:
    """The organisation signs the version in force, and joins the circle when it is not in it.

    Signing twice the same version changes nothing. `seen` is the number of the version that was read. One that left suspended
    or frozen comes back so: only a facilitator lifts it.
    Raises NewVersionError, NoSignatoryError.
    """
    circle = Circle.objects.select_for_update().get(pk=circle_id)
    agreement = agreement_in_force(circle)
    if agreement.number != seen:
        raise NewVersionError
    if not signatory.strip() or not capacity.strip():
        raise NoSignatoryError
    member = circle.members.filter(organization=acting.organization).first()
    if member is not None and member.is_present and member.signed_number == agreement.number:
        return member
    joins = member is None or member.state == MemberState.LEFT
    if member is None:
        member = CircleMember(circle=circle, organization=acting.organization, joined_at=now, since=now)
        before = ""
    else:
        before = member.state
    member.signed_number = agreement.number
    if joins:
        member.state, member.since = _state_on_joining(member), now
    member.save()
    Signature.objects.create(
        member=member,
        agreement=agreement,
        signatory=signatory.strip()[:120],
        capacity=capacity.strip()[:120],
        person=acting.person,
        in_office_mode=acting.in_office_mode,
        signed_at=now,
    )
    if joins:
        kept = "" if member.may_trade else _("Came back as it had left.")
        _note(member, before, kept, acting.person, now, in_office_mode=acting.in_office_mode)
        _tell_facilitators(member, now)
    trace(
        acting,
        verb="circle.sign",
        target_kind="circle",
        target_id=circle.pk,
        target_label=circle.name,
        told=_(
            "%(who)s noted that %(organization)s signed version %(number)d of the agreement of the circle “%(circle)s”."
        )
        % {
            "who": acting.person,
            "organization": acting.organization,
            "number": agreement.number,
            "circle": circle.name,
        },
        url=_path_of(member),
        details={"number": agreement.number, "signatory": signatory.strip()[:120]},
        now=now,
    )
    return member


def _state_on_joining(member: CircleMember) -> str:
    """Active; for one that left suspended or frozen, that state again."""
    if member.pk is None:
        return MemberState.ACTIVE
    left = member.changes.filter(after=MemberState.LEFT).order_by("-pk")
    return left.values_list("before", flat=True).first() or MemberState.ACTIVE


@transaction.atomic
def leave_circle(*, acting: Acting, member_id: int, reason: str, now: datetime) -> CircleMember:
    """The organisation leaves. Leaving twice changes nothing. Raises ObstacleError."""
    member = _locked(member_id)
    if member.state == MemberState.LEFT:
        return member
    obstacles = obstacles_to_leaving(member)
    if obstacles:
        raise ObstacleError(obstacles)
    _move(member, MemberState.LEFT, reason, acting.person, now, in_office_mode=acting.in_office_mode)
    trace(
        acting,
        verb="circle.leave",
        target_kind="circle",
        target_id=member.circle_id,
        target_label=member.circle.name,
        told=_("%(who)s noted that %(organization)s leaves the circle “%(circle)s”.")
        % {"who": acting.person, "organization": acting.organization, "circle": member.circle.name},
        url=reverse("barter:circle", args=[member.circle_id]),
        details={"reason": reason},
        now=now,
    )
    _tell_facilitators(member, now)
    return member


@transaction.atomic
def change_member_state(
    *, actor: Person, member_id: int, state: str, reason: str, now: datetime
) -> CircleMember:
    """A facilitator suspends, freezes or lets back in; the member's managers are told why.

    Asking for the state it has changes nothing. Raises ForbiddenStepError, NoReasonError, ObstacleError.
    """
    member = _locked(member_id)
    if member.state == state:
        return member
    if state not in MEMBER_TRANSITIONS[member.state] or member.state == MemberState.LEFT:
        raise ForbiddenStepError(member.state, state)
    if not reason.strip():
        raise NoReasonError
    if state == MemberState.LEFT and (obstacles := obstacles_to_leaving(member)):
        raise ObstacleError(obstacles)
    before = member.state
    _move(member, state, reason, actor, now)
    record(
        actor=actor,
        verb=f"circle.{state}",
        target_kind="circle",
        target_id=member.circle_id,
        target_label=member.circle.name,
        on_behalf_of="",
        details={"member": member.organization.name, "before": before, "reason": reason},
        now=now,
    )
    title = _("%(organization)s in the circle “%(circle)s”: %(state)s. %(reason)s") % {
        "organization": member.organization,
        "circle": member.circle.name,
        "state": MemberState(state).label,
        "reason": reason,
    }
    for manager in managers_of(member.organization_id):
        notify(person=manager, kind=MEMBERSHIP, title=title, url=_path_of(member), now=now)
    return member


def _locked(member_id: int) -> CircleMember:
    return (
        CircleMember.objects.select_for_update(of=("self",))
        .select_related("circle", "organization")
        .get(pk=member_id)
    )


def _move(
    member: CircleMember,
    state: str,
    reason: str,
    actor: Person,
    now: datetime,
    *,
    in_office_mode: bool = False,
) -> None:
    before = member.state
    member.state, member.since = state, now
    member.save(update_fields=["state", "since"])
    _note(member, before, reason, actor, now, in_office_mode=in_office_mode)


def _note(
    member: CircleMember, before: str, reason: str, actor: Person, now: datetime, *, in_office_mode: bool
) -> None:
    MemberChange.objects.create(
        member=member,
        before=before,
        after=member.state,
        reason=reason.strip()[:300],
        person=actor,
        in_office_mode=in_office_mode,
        at=now,
    )
    follow(member, actor, now)


def _path_of(member: CircleMember) -> str:
    return reverse("barter:member", args=[member.circle_id, member.pk])


def _tell_facilitators(member: CircleMember, now: datetime) -> None:
    words = {"organization": member.organization, "circle": member.circle.name}
    if member.state == MemberState.LEFT:
        title = _("%(organization)s has left the circle “%(circle)s”.") % words
    else:
        title = _("%(organization)s has joined the circle “%(circle)s”.") % words
    people = Person.objects.filter(is_active=True, role__in=(Role.FACILITATOR, Role.ADMINISTRATOR))
    for person in people.order_by("pk")[:RECIPIENTS_MAX]:
        notify(person=person, kind=MEMBERSHIP, title=title, url=_path_of(member), now=now)
