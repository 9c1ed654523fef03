"""A person's own decisions about their data."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from maillage.apps.accounts.actions.people import require_another_administrator
from maillage.apps.accounts.actions.sessions import end_sessions
from maillage.apps.accounts.models import Person
from maillage.kernel.audit.actions import record
from maillage.kernel.events import PersonErased
from maillage.kernel.jobs.queue import enqueue
from maillage.kernel.mail.send import send_message
from maillage.kernel.privacy.erasure import cancel_erasure, request_erasure
from maillage.kernel.privacy.models import ErasureRequest


def ask_erasure(*, person: Person, at_once: bool, now: datetime) -> ErasureRequest:
    """Schedule the erasure, or have the very next job do it. Raises LastAdministratorError."""
    with transaction.atomic():
        require_another_administrator(person)
        asked = request_erasure(person=person, at_once=at_once, now=now)
        record(
            actor=person,
            verb="person.ask_erasure",
            target_kind="person",
            target_id=person.pk,
            target_label=str(person),
            now=now,
        )
        if at_once:
            end_sessions(person=person)
            person.is_active = False
            person.save(update_fields=["is_active"])
            enqueue("privacy.erase_soon")
        else:
            send_message(
                to=person.email,
                template="accounts/mail/erasure_scheduled",
                context={"person": person, "due_at": asked.due_at},
                now=now,
            )
    return asked


def keep_account(*, person: Person, now: datetime) -> None:
    """Withdraw the request while there is time."""
    with transaction.atomic():
        cancel_erasure(person=person)
        record(
            actor=person,
            verb="person.keep_account",
            target_kind="person",
            target_id=person.pk,
            target_label=str(person),
            now=now,
        )


def forget_ways_in(event: PersonErased) -> None:
    """At an erasure: sessions, addresses and identities go before the account itself."""
    person = Person.objects.filter(pk=event.erased_person_id).first()
    if person is not None:
        end_sessions(person=person)
        EmailAddress.objects.filter(user=person).delete()
        SocialAccount.objects.filter(user=person).delete()
