"""Inviting someone: the link goes to their address, serves once, and proves that the address is theirs."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from maillage.apps.accounts.actions.people import create_person
from maillage.apps.accounts.actions.tokens import fingerprint, new_token
from maillage.apps.accounts.choices import ROLE_RANKS, Role
from maillage.apps.accounts.models import Invitation, Person
from maillage.kernel.audit.actions import record
from maillage.kernel.mail.send import absolute_url, send_message

VALIDITY = timedelta(days=14)


class RoleTooHighError(Exception):
    message = _("You cannot invite someone to a role above your own.")


class AlreadyMemberError(Exception):
    message = _("This person already has an account.")


class InvitationOverError(Exception):
    message = _("This invitation has been used, withdrawn, or is too old. Ask for another one.")


def invite_person(*, actor: Person, email: str, role: str, message: str = "", now: datetime) -> Invitation:
    """Send an invitation; an earlier one for the same address no longer works.

    Raises RoleTooHighError, AlreadyMemberError.
    """
    role = Role(role)
    if not actor.is_facilitator or ROLE_RANKS[role] > ROLE_RANKS[actor.role]:
        raise RoleTooHighError
    email = email.strip().lower()
    token = new_token()
    with transaction.atomic():
        if Person.objects.filter(email__iexact=email).exists():
            raise AlreadyMemberError
        Invitation.objects.open_at(now).filter(email=email).update(revoked_at=now)
        invitation = Invitation.objects.create(
            email=email,
            role=role,
            token_hash=fingerprint(token),
            invited_by=actor,
            created_at=now,
            expires_at=now + VALIDITY,
        )
        send_message(
            to=email,
            template="accounts/mail/invitation",
            context={
                "inviter": actor,
                "message": message.strip(),
                "url": absolute_url(reverse("accounts:invitation", args=[token])),
                "expires_at": invitation.expires_at,
            },
            now=now,
        )
        _record(actor, "invitation.send", invitation, now)
    return invitation


def revoke_invitation(*, actor: Person, invitation_id: int, now: datetime) -> None:
    """Withdraw an invitation that is still open. Raises Invitation.DoesNotExist and RoleTooHighError."""
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().get(pk=invitation_id)
        if not actor.is_facilitator or ROLE_RANKS[invitation.role] > ROLE_RANKS[actor.role]:
            raise RoleTooHighError
        if invitation.accepted_at is None and invitation.revoked_at is None:
            invitation.revoked_at = now
            invitation.save(update_fields=["revoked_at"])
            _record(actor, "invitation.revoke", invitation, now)


def accept_invitation(*, token: str, name: str, now: datetime) -> Person:
    """Open the account that was offered, once. Raises InvitationOverError, AddressTakenError."""
    with transaction.atomic():
        invitation = open_invitation(token=token, now=now, lock=True)
        inviter = invitation.invited_by
        still_allowed = inviter is not None and inviter.is_active
        person = create_person(
            email=invitation.email,
            name=name,
            # Whoever invited must still be able to give the role on the day that it is taken.
            role=_role_within(invitation.role, inviter.role if inviter and still_allowed else Role.MEMBER),
            actor=inviter if still_allowed else None,
            now=now,
        )
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
    return person


def open_invitation(*, token: str, now: datetime, lock: bool = False) -> Invitation:
    """The invitation of `token` while it can be accepted. Raises InvitationOverError."""
    invitations = Invitation.objects.open_at(now).filter(token_hash=fingerprint(token))
    if lock:
        invitations = invitations.select_for_update()
    invitation = invitations.first()
    if invitation is None:
        raise InvitationOverError
    return invitation


def _role_within(role: str, ceiling: str) -> str:
    return role if ROLE_RANKS[role] <= ROLE_RANKS[ceiling] else ceiling


def _record(actor: Person, verb: str, invitation: Invitation, now: datetime) -> None:
    record(
        actor=actor,
        verb=verb,
        target_kind="invitation",
        target_id=invitation.pk,
        # The address itself is not copied to the journal: it may have to be erased one day.
        target_label=str(Role(invitation.role).label),
        now=now,
    )
