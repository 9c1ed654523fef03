"""Who belongs to an organisation: invitations, requests, roles, leaving. A tie is ended, never deleted.

A manager does everything in the name of the organisation. A treasurer handles its money: invoices, accounts, units and debts;
not its fiches, nor its members, nor what commits it (signing, leaving, accepting a loop). A second step is asked of treasurers.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from maillage.apps.accounts.actions.people import note_who_handles_money
from maillage.apps.directory.actions.organizations import journal_organization
from maillage.apps.directory.choices import HANDLING_MONEY, MembershipRole, MembershipStatus
from maillage.apps.directory.models import Membership, Organization
from maillage.kernel.mail.send import send_message

if TYPE_CHECKING:
    from maillage.apps.accounts.models import Person

INVITATION_DAYS = 30
PENDING_INVITATIONS_MAX = 50


class MembershipError(Exception):
    """What was asked about a membership cannot be done; `sentence` says why."""

    message = _("This cannot be done.")

    def __init__(self) -> None:
        super().__init__(str(self.message))


class AlreadyMemberError(MembershipError):
    message = _("This person already belongs to the organisation, was already invited or already asked.")


class LastManagerError(MembershipError):
    message = _("The last manager cannot leave: name another one first.")


class InvitationGoneError(MembershipError):
    message = _("This invitation is no longer valid. Ask the organisation for a new one.")


class TooManyInvitationsError(MembershipError):
    message = _("Too many invitations are waiting for an answer: withdraw some first.")


@transaction.atomic
def invite_person(
    *,
    actor: Person,
    organization_id: int,
    email: str,
    role: str,
    message: str = "",
    now: datetime,
    on_behalf_of: Organization | None = None,
) -> Membership:
    """Send someone a link that makes them a member, a treasurer or a manager. Raises AlreadyMemberError, TooManyInvitationsError."""
    organization = _locked(organization_id)
    email = email.strip().lower()
    ties = organization.memberships.exclude(status=MembershipStatus.ENDED)
    if ties.filter(invited_email=email).exists() or ties.filter(person__email=email).exists():
        raise AlreadyMemberError
    if ties.filter(status=MembershipStatus.INVITED).count() >= PENDING_INVITATIONS_MAX:
        raise TooManyInvitationsError
    tie = Membership.objects.create(
        organization=organization,
        invited_email=email,
        token=secrets.token_urlsafe(32),
        role=role,
        status=MembershipStatus.INVITED,
        message=message,
        created_at=now,
    )
    path = reverse("directory:invitation", args=[tie.token])
    send_message(
        to=email,
        template="directory/mail/invitation",
        context={
            "organization": organization,
            "inviter": str(actor),
            "message": message,
            "path": path,
            "days": INVITATION_DAYS,
        },
        now=now,
    )
    journal_organization("membership.invite", organization, actor, on_behalf_of, now, {"role": role})
    return tie


def find_invitation(token: str, now: datetime) -> Membership:
    """The pending invitation that a link carries. Raises InvitationGoneError."""
    since = now - timedelta(days=INVITATION_DAYS)
    pending = Membership.objects.filter(status=MembershipStatus.INVITED, created_at__gte=since)
    tie = pending.select_related("organization").filter(token=token).first() if token else None
    if tie is None:
        raise InvitationGoneError
    return tie


@transaction.atomic
def accept_invitation(*, person: Person, token: str, now: datetime) -> Membership:
    """Make the person who holds the link a member. Raises InvitationGoneError.

    Someone who belongs there already keeps one tie, with the higher of the two roles: manager, treasurer, member.
    """
    tie = find_invitation(token, now)
    organization = _locked(tie.organization_id)
    existing = organization.memberships.filter(person=person).exclude(status=MembershipStatus.ENDED).first()
    if existing is not None:
        _end(tie, now)
        role = tie.role
        tie = existing
        tie.role = next((high for high in HANDLING_MONEY if high in (role, tie.role)), MembershipRole.MEMBER)
    tie.person, tie.status, tie.token, tie.invited_email = person, MembershipStatus.ACTIVE, "", ""
    tie.save()
    _ask_second_factor(tie)
    journal_organization("membership.accept_invitation", organization, person, None, now)
    return tie


@transaction.atomic
def request_to_join(*, person: Person, organization_id: int, message: str, now: datetime) -> Membership:
    """Ask the managers to be let in. Raises AlreadyMemberError."""
    organization = _locked(organization_id)
    if organization.memberships.filter(person=person).exclude(status=MembershipStatus.ENDED).exists():
        raise AlreadyMemberError
    tie = Membership.objects.create(
        organization=organization,
        person=person,
        role=MembershipRole.MEMBER,
        status=MembershipStatus.REQUESTED,
        message=message,
        created_at=now,
    )
    for manager in _managers(organization):
        send_message(
            to=manager.email,
            template="directory/mail/join_request",
            context={
                "organization": organization,
                "person": str(person),
                "message": message,
                "path": reverse("directory:organization_members", args=[organization.pk, organization.slug]),
            },
            now=now,
        )
    journal_organization("membership.request", organization, person, None, now)
    return tie


@transaction.atomic
def accept_request(
    *, actor: Person, membership_id: int, now: datetime, on_behalf_of: Organization | None = None
) -> Membership:
    """Let in someone who asked. Accepting twice changes nothing."""
    tie = _tie(membership_id)
    if tie.status != MembershipStatus.REQUESTED:
        return tie
    tie.status = MembershipStatus.ACTIVE
    tie.save(update_fields=["status"])
    _tell(tie, "directory/mail/join_accepted", now)
    journal_organization("membership.accept_request", tie.organization, actor, on_behalf_of, now)
    return tie


@transaction.atomic
def change_role(
    *, actor: Person, membership_id: int, role: str, now: datetime, on_behalf_of: Organization | None = None
) -> Membership:
    """Make a manager, a treasurer or a simple member of someone who belongs. Raises LastManagerError."""
    tie = _tie(membership_id)
    if tie.role == role or tie.status != MembershipStatus.ACTIVE:
        return tie
    _keep_a_manager(tie)
    tie.role = role
    tie.save(update_fields=["role"])
    _ask_second_factor(tie)
    if role == MembershipRole.TREASURER:
        _tell(tie, "directory/mail/treasurer", now)
    journal_organization("membership.change_role", tie.organization, actor, on_behalf_of, now, {"role": role})
    return tie


@transaction.atomic
def end_membership(
    *, actor: Person, membership_id: int, now: datetime, on_behalf_of: Organization | None = None
) -> Membership:
    """Leave, refuse a request, withdraw an invitation or remove a member. Raises LastManagerError."""
    tie = _tie(membership_id)
    if tie.status == MembershipStatus.ENDED:
        return tie
    before = tie.status
    _keep_a_manager(tie)
    _end(tie, now)
    if before == MembershipStatus.REQUESTED and tie.person_id != actor.pk:
        _tell(tie, "directory/mail/join_refused", now)
    journal_organization("membership.end", tie.organization, actor, on_behalf_of, now, {"before": before})
    return tie


def _locked(organization_id: int) -> Organization:
    return Organization.objects.select_for_update().get(pk=organization_id)


def _tie(membership_id: int) -> Membership:
    """The membership, its organisation locked first so that two managers cannot leave at once."""
    organization_id = Membership.objects.values_list("organization_id", flat=True).get(pk=membership_id)
    _locked(organization_id)
    return Membership.objects.select_related("organization", "person").get(pk=membership_id)


def _keep_a_manager(tie: Membership) -> None:
    if tie.role != MembershipRole.MANAGER or tie.status != MembershipStatus.ACTIVE:
        return
    others = Membership.objects.filter(
        organization=tie.organization, role=MembershipRole.MANAGER, status=MembershipStatus.ACTIVE
    ).exclude(pk=tie.pk)
    if not others.exists():
        raise LastManagerError


def _end(tie: Membership, now: datetime) -> None:
    tie.status, tie.ended_at, tie.token = MembershipStatus.ENDED, now, ""
    tie.save(update_fields=["status", "ended_at", "token"])
    _ask_second_factor(tie)


def _ask_second_factor(tie: Membership) -> None:
    """Of whoever is a treasurer somewhere after a change of this tie; no longer of who was."""
    if tie.person_id is not None:
        treasurers = Membership.objects.filter(
            person_id=tie.person_id, role=MembershipRole.TREASURER, status=MembershipStatus.ACTIVE
        )
        note_who_handles_money(person_id=tie.person_id, is_treasurer=treasurers.exists)


def _managers(organization: Organization) -> list[Person]:
    ties = organization.memberships.filter(role=MembershipRole.MANAGER, status=MembershipStatus.ACTIVE)
    return [tie.person for tie in ties.select_related("person").order_by("pk") if tie.person is not None]


def _tell(tie: Membership, template: str, now: datetime) -> None:
    if tie.person is not None:
        path = reverse("directory:organization_detail", args=[tie.organization_id, tie.organization.slug])
        context = {"organization": tie.organization, "path": path}
        send_message(to=tie.person.email, template=template, context=context, now=now)
