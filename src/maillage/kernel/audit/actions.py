"""Writing the journal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from maillage.kernel.audit.models import AuditEntry


def record(
    *,
    actor: Any,
    verb: str,
    target_kind: str,
    target_id: int | str,
    target_label: str,
    on_behalf_of: str = "",
    details: dict[str, Any] | None = None,
    now: datetime,
) -> AuditEntry:
    """Add one line, in the caller's transaction: what is not kept was not done, and the other way round.

    `actor` is a person, an anonymous visitor or None (the platform itself). `verb` is a dotted code such as
    "initiative.publish", shown through `kernel.audit.words`. `details` holds JSON values, never secrets.
    """
    person = actor if getattr(actor, "pk", None) is not None else None
    return AuditEntry.objects.create(
        at=now,
        actor=person,
        actor_label=str(person)[:120] if person else "",
        verb=verb[:60],
        target_kind=target_kind[:60],
        target_id=str(target_id)[:60],
        target_label=target_label[:200],
        on_behalf_of=on_behalf_of[:200],
        details=details or {},
    )
