from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy

from maillage.kernel.jobs.queue import periodic
from maillage.portal.soundness import tell_disagreements


@periodic(name="portal.check_sums", says=gettext_lazy("Check that sums agree"), every_minutes=24 * 60)
def check_sums() -> None:
    """Balances, books and invoices are added up again; what does not agree is told once."""
    tell_disagreements(now=timezone.now())
