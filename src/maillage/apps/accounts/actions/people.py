"""Opening and closing accounts, and changing what they may do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from maillage.apps.accounts.actions.sessions import end_sessions
from maillage.apps.accounts.choices import Role
from maillage.apps.accounts.models import Person
from maillage.kernel.audit.actions import record


class LastAdministratorError(Exception):
    """A network keeps at least one administrator who can sign in."""

    message = _("This is the last administrator: name another one first.")


class AddressTakenError(Exception):
    message = _("An account already has this address.")


class NotAllowedError(Exception):
    message = _("Only an administrator can do this.")


def create_person(
    *,
    email: str,
    name: str,
    role: str,
    now: datetime,
    actor: Person | None = None,
    is_demonstration: bool = False,
    password: str | None = None,
) -> Person:
    """Open an account whose address is held to be verified: by an invitation, or by whoever holds the server.

    Raises AddressTakenError.
    """
    with transaction.atomic():
        if Person.objects.filter(email__iexact=email.strip()).exists():
            raise AddressTakenError
        person = Person.objects.create_user(
            email, password, name=name.strip(), role=Role(role), is_demonstration=is_demonstration
        )
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        record(
            actor=actor,
            verb="person.create",
            target_kind="person",
            target_id=person.pk,
            target_label=str(person),
            details={"role": str(role)},
            now=now,
        )
    return person


def change_role(*, actor: Person | None, person_id: int, role: str, now: datetime) -> Person:
    """Give another role. `actor` None is the server's own command line.

    Raises NotAllowedError, LastAdministratorError, and ValueError for an unknown role.
    """
    _require_administrator(actor)
    role = Role(role)
    with transaction.atomic():
        person = _lock_with_administrators(person_id)
        if role != Role.ADMINISTRATOR:
            require_another_administrator(person)
        former = person.role
        if role != former:
            person.role = role
            person.save(update_fields=["role"])
            _record(actor, "person.change_role", person, now, {"from": former, "to": role.value})
    return person


def deactivate_person(*, actor: Person | None, person_id: int, now: datetime) -> Person:
    """Close the account: it cannot be signed in to, and its open sessions end. Nothing is erased."""
    _require_administrator(actor)
    with transaction.atomic():
        person = _lock_with_administrators(person_id)
        require_another_administrator(person)
        if person.is_active:
            person.is_active = False
            person.save(update_fields=["is_active"])
            end_sessions(person=person)
            _record(actor, "person.deactivate", person, now)
    return person


def reactivate_person(*, actor: Person | None, person_id: int, now: datetime) -> Person:
    _require_administrator(actor)
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person_id)
        if not person.is_active:
            person.is_active = True
            person.save(update_fields=["is_active"])
            _record(actor, "person.reactivate", person, now)
    return person


def reset_second_factor(*, actor: Person | None, person_id: int, now: datetime) -> Person:
    """Take away the passkeys, application and recovery codes of someone who lost them all; sessions end."""
    _require_administrator(actor)
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person_id)
        Authenticator.objects.filter(user=person).delete()
        end_sessions(person=person)
        _record(actor, "person.reset_second_factor", person, now)
    return person


def note_who_handles_money(*, person_id: int, is_treasurer: Callable[[], bool]) -> None:
    """A second step is asked of somebody who handles the money of an organisation, as long as they do.

    Called in the transaction that changed it, which journals it. `is_treasurer` is asked once the person is locked, so that of
    two organisations that change it at once the last one sees both.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    if person.handles_money != (handles_money := is_treasurer()):
        person.handles_money = handles_money
        person.save(update_fields=["handles_money"])


def rename_person(*, person: Person, name: str) -> None:
    person.name = " ".join(name.split())
    person.save(update_fields=["name"])


def _require_administrator(actor: Person | None) -> None:
    if actor is not None and not actor.is_administrator:
        raise NotAllowedError


def _lock_with_administrators(person_id: int) -> Person:
    """Lock every administrator and the person, in id order: two demotions at once cannot empty the list."""
    administrators = Person.objects.filter(role=Role.ADMINISTRATOR) | Person.objects.filter(pk=person_id)
    locked = {person.pk: person for person in administrators.select_for_update().order_by("pk")}
    if person_id not in locked:
        raise Person.DoesNotExist
    return locked[person_id]


def require_another_administrator(person: Person) -> None:
    """Raise LastAdministratorError when nobody else could administer the network."""
    if not (person.is_administrator and person.is_active):
        return
    others = Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=person.pk)
    if not others.exists():
        raise LastAdministratorError


def _record(
    actor: Person | None, verb: str, person: Person, now: datetime, details: dict[str, str] | None = None
) -> None:
    record(
        actor=actor,
        verb=verb,
        target_kind="person",
        target_id=person.pk,
        target_label=str(person),
        details=details,
        now=now,
    )
