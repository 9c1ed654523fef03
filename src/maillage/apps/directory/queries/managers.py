"""Who speaks for an organisation."""

from __future__ import annotations

from maillage.apps.accounts.models import Person
from maillage.apps.directory.choices import MembershipRole, MembershipStatus


def managers_of(organization_id: int) -> list[Person]:
    """The people with an open account who manage the organisation, in the order of their accounts."""
    return list(
        Person.objects.filter(
            is_active=True,
            memberships__organization_id=organization_id,
            memberships__role=MembershipRole.MANAGER,
            memberships__status=MembershipStatus.ACTIVE,
        )
        .order_by("pk")
        .distinct()
    )
