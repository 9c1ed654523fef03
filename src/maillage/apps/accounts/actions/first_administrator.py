"""The first administrator: named by whoever holds the server, through a link that it prints."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from maillage.apps.accounts.actions.people import create_person
from maillage.apps.accounts.actions.tokens import fingerprint, new_token
from maillage.apps.accounts.choices import Role
from maillage.apps.accounts.models import FirstAdministratorLink, Person

VALIDITY = timedelta(days=2)


class LinkOverError(Exception):
    message = _("This link has been used, or is too old. Start the server again to get another one.")


def needs_first_administrator() -> bool:
    return not Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exists()


def mint_first_administrator_link(*, now: datetime) -> str:
    """A fresh token for /bienvenue/premier/<token>/; earlier ones no longer work."""
    token = new_token()
    with transaction.atomic():
        FirstAdministratorLink.objects.filter(used_at=None).delete()
        FirstAdministratorLink.objects.create(
            token_hash=fingerprint(token), created_at=now, expires_at=now + VALIDITY
        )
    return token


def is_link_open(*, token: str, now: datetime) -> bool:
    return needs_first_administrator() and _open_links(token, now).exists()


def name_first_administrator(*, token: str, email: str, name: str, now: datetime) -> Person:
    """Open the administrator's account; the link serves once. Raises LinkOverError, AddressTakenError."""
    with transaction.atomic():
        link = _open_links(token, now).select_for_update().first()
        if link is None or not needs_first_administrator():
            raise LinkOverError
        person = create_person(email=email, name=name, role=Role.ADMINISTRATOR, now=now)
        link.used_at = now
        link.save(update_fields=["used_at"])
    return person


def _open_links(token: str, now: datetime) -> QuerySet[FirstAdministratorLink]:
    return FirstAdministratorLink.objects.filter(
        token_hash=fingerprint(token), used_at=None, expires_at__gt=now
    )
