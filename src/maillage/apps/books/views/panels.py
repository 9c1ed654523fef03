"""What the invoices show on pages that cross rooms."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q
from django.http import HttpRequest

from maillage.apps.books.choices import DocumentKind, DocumentStatus
from maillage.apps.books.models import Invoice
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
    out, into = Q(issuer=acting), Q(customer=acting)
    owed = Q(kind=DocumentKind.INVOICE, status=DocumentStatus.ISSUED) & Q(
        gross_cents__gt=F("prepaid_cents") + F("settled_cents") + F("credited_cents")
    )
    return Invoice.objects.filter(out | into).aggregate(
        drafts=Count("pk", filter=out & Q(status=DocumentStatus.DRAFT)),
        owed_to=Count("pk", filter=out & owed),
        owing=Count("pk", filter=into & owed),
        quotes=Count("pk", filter=into & Q(kind=DocumentKind.QUOTE, status=DocumentStatus.ISSUED)),
    )


def member(request: HttpRequest, *, member: Any, **page: Any) -> dict[str, Any] | None:
    """For facilitators: the way to the invoices and accounts of a member, in whose place they write."""
    if not acts_in_office(request.user, member.organization_id):
        return None
    return {"organization": member.organization}
