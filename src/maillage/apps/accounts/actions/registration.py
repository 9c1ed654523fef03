from __future__ import annotations

from datetime import datetime

from django.db import transaction

from maillage.apps.accounts.models import Person
from maillage.kernel.audit.actions import record
from maillage.kernel.site.models import SiteSettings


def set_registration(*, actor: Person, is_open: bool, now: datetime) -> None:
    """Let anyone create a member's account, or only those who are invited."""
    with transaction.atomic():
        site, _created = SiteSettings.objects.select_for_update().get_or_create(pk=1)
        if site.registration_open == is_open:
            return
        site.registration_open = is_open
        site.save(update_fields=["registration_open"])
        record(
            actor=actor,
            verb="site.open_registration" if is_open else "site.close_registration",
            target_kind="site",
            target_id=1,
            target_label=site.name,
            now=now,
        )
