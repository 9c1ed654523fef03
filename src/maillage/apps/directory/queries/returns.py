"""What a facilitator wrote when sending a fiche back: read from the journal, shown to those who write the fiche."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maillage.apps.directory.choices import Status
from maillage.apps.directory.models import Initiative
from maillage.kernel.audit.models import AuditEntry

RETURNED_VERB = "initiative.withdraw"


@dataclass(frozen=True)
class Return:
    """Who sent the fiche back, when, and their words."""

    author: str
    at: datetime
    words: str


def last_return(initiative: Initiative) -> Return | None:
    """The words with which a draft was last sent back; None for any other state, or without words."""
    if initiative.status != Status.DRAFT:
        return None
    found = AuditEntry.objects.filter(
        target_kind="initiative", target_id=str(initiative.pk), verb=RETURNED_VERB
    )
    entry = found.newest_first().first()
    words = str(entry.details.get("comment", "")) if entry else ""
    return Return(entry.actor_label, entry.at, words) if entry and words else None
