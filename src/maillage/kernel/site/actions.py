"""Writes of the site's settings: its name and territory, its rooms, its legal notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from maillage.kernel.audit.actions import record
from maillage.kernel.rooms.manifest import all_manifests
from maillage.kernel.site.models import SiteSettings

WELCOME_STEPS = 4


def change_site(*, actor: Any, changes: dict[str, Any], step: int = 0, now: datetime) -> SiteSettings:
    """Set the named fields; `step` is the welcome step that this completes, 0 for none."""
    with transaction.atomic():
        site = _locked()
        changed = sorted(name for name, value in changes.items() if getattr(site, name) != value)
        for name in changed:
            setattr(site, name, changes[name])
        site.welcome_step = max(site.welcome_step, min(step, WELCOME_STEPS))
        site.save()
        if changed:
            _record("site.change", site, actor, {"fields": changed}, now)
    return site


def choose_rooms(*, actor: Any, open_names: set[str], step: int = 0, now: datetime) -> SiteSettings:
    """Open these rooms and close the other optional ones; what a closed room holds is kept."""
    closed = sorted(room.name for room in all_manifests() if room.optional and room.name not in open_names)
    return change_site(actor=actor, changes={"rooms_off": closed}, step=step, now=now)


def finish_welcome(*, actor: Any, now: datetime) -> SiteSettings:
    """The site is ready; the welcome is no longer proposed."""
    with transaction.atomic():
        site = _locked()
        site.welcome_step = WELCOME_STEPS
        site.welcomed_at = site.welcomed_at or now
        site.save()
        _record("site.finish_welcome", site, actor, {}, now)
    return site


def _locked() -> SiteSettings:
    """The one row, held until the transaction ends, made when it does not exist."""
    SiteSettings.objects.get_or_create(pk=1)
    return SiteSettings.objects.select_for_update().get(pk=1)


def _record(verb: str, site: SiteSettings, actor: Any, details: dict[str, Any], now: datetime) -> None:
    record(
        actor=actor,
        verb=verb,
        target_kind="site",
        target_id=1,
        target_label=site.name,
        details=details,
        now=now,
    )
