"""Who speaks for an organisation."""

from __future__ import annotations

from collections.abc import Sequence

from maillage.apps.accounts.models import Person
from maillage.apps.directory.choices import HANDLING_MONEY, MembershipRole, MembershipStatus


def managers_of(organization_id: int) -> list[Person]:
    """The people with an open account who manage the organisation, in the order of their accounts."""
    return _people_of(organization_id, (MembershipRole.MANAGER,))


def money_handlers_of(organization_id: int) -> list[Person]:
    """As `managers_of`, with its treasurers: who is told what happens to its money."""
    return _people_of(organization_id, HANDLING_MONEY)


def _people_of(organization_id: int, roles: Sequence[MembershipRole]) -> list[Person]:
    return list(
        Person.objects.filter(
            is_active=True,
            memberships__organization_id=organization_id,
            memberships__role__in=roles,
            memberships__status=MembershipStatus.ACTIVE,
        )
        .order_by("pk")
        .distinct()
    )
