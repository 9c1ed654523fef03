"""Who acts, for which organisation, and whether a facilitator does it in its place."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.apps.accounts.models import Person
from maillage.apps.directory.choices import MembershipRole, MembershipStatus
from maillage.apps.directory.models import Organization


@dataclass(frozen=True)
class Acting:
    """Every act of the room that commits an organisation is done with one of these: see `actions.acting.trace`.

    Made by `access.acting_for`, which checks that the person may. `in_office_mode`: a facilitator who does not
    manage the organisation acts for somebody of it who has no computer.
    """

    person: Person
    organization: Organization
    in_office_mode: bool


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


def is_reachable(organization: Organization) -> bool:
    """Whether a notice to the organisation reaches anybody: a manager with an account, or its address."""
    return bool(organization.email) or bool(managers_of(organization.pk))
