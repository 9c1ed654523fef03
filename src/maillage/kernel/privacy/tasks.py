from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy

from maillage.kernel.jobs.queue import job, periodic
from maillage.kernel.privacy.erasure import erase_due
from maillage.kernel.privacy.retention import apply_retention


@job(name="privacy.erase_soon", says=gettext_lazy("Erase somebody’s data"))
def erase_soon() -> None:
    """For those who chose not to wait: what is due is erased now rather than at the next round."""
    erase_due(now=timezone.now())


@periodic(
    name="privacy.erase_due", says=gettext_lazy("Erase the data of those who asked for it"), every_minutes=60
)
def erase_due_regularly() -> None:
    erase_due(now=timezone.now())


@periodic(
    name="privacy.apply_retention",
    says=gettext_lazy("Erase what has been kept long enough"),
    every_minutes=24 * 60,
)
def apply_retention_nightly() -> None:
    apply_retention(now=timezone.now())
