"""The address by which a calendar follows one's sessions."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from maillage.apps.accounts.models import Person
from maillage.apps.codevelopment.models import CalendarAddress


@transaction.atomic
def renew_calendar_address(*, person: Person, now: datetime) -> CalendarAddress:
    """Another address; the one before opens nothing any more."""
    kept, is_new = CalendarAddress.objects.select_for_update().get_or_create(
        person=person, defaults={"turn": 1, "renewed_at": now}
    )
    if not is_new:
        kept.turn += 1
        kept.renewed_at = now
        kept.save(update_fields=["turn", "renewed_at"])
    return kept
