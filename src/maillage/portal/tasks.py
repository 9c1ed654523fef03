from __future__ import annotations

from django.utils import timezone

from maillage.kernel.jobs.queue import periodic
from maillage.portal.soundness import tell_disagreements


@periodic(name="portal.check_sums", every_minutes=24 * 60)
def check_sums() -> None:
    """Balances, books and invoices are added up again; what does not agree is told once."""
    tell_disagreements(now=timezone.now())
