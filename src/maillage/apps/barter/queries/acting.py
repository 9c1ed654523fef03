"""Who acts, for which organisation, and whether a facilitator does it in its place."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.apps.accounts.models import Person
from maillage.apps.directory.models import Organization
from maillage.apps.directory.queries.contacts import own_email
from maillage.apps.directory.queries.managers import managers_of, money_handlers_of

__all__ = ["Acting", "is_reachable", "managers_of", "money_handlers_of"]


@dataclass(frozen=True)
class Acting:
    """Every act of the room that commits an organisation is done with one of these: see `actions.acting.trace`.

    Made by `access.acting_for` or `acting_with_money_for`, which check that the person may. `in_office_mode`: a facilitator who
    is neither its manager nor, for its money, its treasurer acts for somebody of it who has no computer.
    """

    person: Person
    organization: Organization
    in_office_mode: bool


def is_reachable(organization: Organization) -> bool:
    """Whether a notice to the organisation reaches anybody: a manager with an account, or its address."""
    return bool(own_email(organization)) or bool(managers_of(organization.pk))
