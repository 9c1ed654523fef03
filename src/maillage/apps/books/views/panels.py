"""What the invoices show on pages that cross rooms."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from maillage.apps.books.queries.invoices import figures_of
from maillage.apps.directory.access import (
    acting_organization,
    acts_in_office,
    money_organization_ids,
)


def space(request: HttpRequest, **page: Any) -> dict[str, Any] | None:
    """What waits for the organisation that one acts for and manages; nothing, and no query, for who acts for oneself."""
    acting = acting_organization(request)
    if acting is None or acting.pk not in money_organization_ids(request.user):
        return None
    return figures_of(acting)


def member(request: HttpRequest, *, member: Any, **page: Any) -> dict[str, Any] | None:
    """For facilitators: the way to the invoices and accounts of a member, in whose place they write."""
    if not acts_in_office(request.user, member.organization_id):
        return None
    return {"organization": member.organization}
