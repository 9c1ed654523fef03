"""Office mode in invoices and books: what a facilitator does in the place of an organisation is traced as such, and told.

The rule is in `docs/explanation/comptes.md`, « En mode guichet ».
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from maillage.apps.accounts.models import Person
from maillage.apps.directory.access import acts_in_office
from maillage.apps.directory.actions.office import tell_office
from maillage.apps.directory.models import Organization

OFFICE = "books.office"


def office_details(
    *, actor: Person | None, organization: Organization, told: str, url: str, now: datetime
) -> dict[str, Any]:
    """What the journal adds to a line of an act done in office mode; the organisation is told, unless `told` is empty.

    Nothing for who handles the money of the organisation, nor for what nobody did.
    """
    if actor is None or not acts_in_office(actor, organization.pk):
        return {}
    if not told:
        return {"office_mode": True}
    count = tell_office(
        organization=organization, facilitator=actor, kind=OFFICE, told=told, url=url, now=now
    )
    return {"office_mode": True, "told": count}
