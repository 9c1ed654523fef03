"""Telling those who take part and have an account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from maillage.apps.accounts.choices import Role
from maillage.apps.accounts.models import Person
from maillage.apps.codevelopment.models import Participant
from maillage.kernel.mail.notifications import notify

SESSION = "codevelopment.session"
PARTICIPATION = "codevelopment.participation"


def facilitators() -> list[Person]:
    """Those of the network who are active; where there is none, its administrators, who have their rights."""
    active = Person.objects.filter(is_active=True).order_by("pk")
    return list(active.filter(role=Role.FACILITATOR)) or list(active.filter(role=Role.ADMINISTRATOR))


def tell(participants: Iterable[Participant], *, title: str, url: str, now: datetime) -> None:
    """One sentence to each who has an account, by their tie or by the address that was noted."""
    found = list(participants)
    accounts = Q(pk__in=[each.person_id for each in found if each.person_id]) | Q(
        email__in=[each.email.lower() for each in found if each.email and not each.person_id]
    )
    for person in Person.objects.filter(accounts, is_active=True).order_by("pk"):
        notify(person=person, kind=SESSION, title=title, url=url, now=now)
