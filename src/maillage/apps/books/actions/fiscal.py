"""Adding what the law says from a day on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from maillage.apps.accounts.models import Person
from maillage.apps.books.models import FiscalSetting
from maillage.kernel.audit.actions import record


class SettingExistsError(Exception):
    message = _("A setting already begins on that day.")


def add_setting(*, actor: Person | None, said: dict[str, Any], now: datetime) -> FiscalSetting:
    """One more dated setting; those before stay, for the documents of their time. Raises SettingExistsError."""
    try:
        with transaction.atomic():
            setting = FiscalSetting.objects.create(**said, created_by=actor, created_at=now)
            record(
                actor=actor,
                verb="fiscal.add",
                target_kind="fiscal_setting",
                target_id=setting.pk,
                target_label=str(setting),
                details={"value": setting.value, "source": setting.source},
                now=now,
            )
            return setting
    except IntegrityError as fault:
        raise SettingExistsError from fault
