"""Leaving a trace of whoever acts for an organisation, and telling it when a facilitator did so in its place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from maillage.apps.barter.queries.acting import Acting
from maillage.apps.directory.actions.office import tell_office
from maillage.kernel.audit.actions import record

OFFICE = "barter.office"


def trace(
    acting: Acting,
    *,
    verb: str,
    target_kind: str,
    target_id: int | str,
    target_label: str,
    told: str,
    url: str,
    details: dict[str, Any] | None = None,
    now: datetime,
) -> None:
    """Write the journal for an act done for an organisation and, in office mode, tell the organisation.

    `told` is a whole sentence that says what was done, for the organisation; `url` is the path of the page that
    shows it. The journal's line has `office_mode` in its details, with how many people were told.
    """
    said = dict(details or {})
    if acting.in_office_mode:
        count = tell_office(
            organization=acting.organization,
            facilitator=acting.person,
            kind=OFFICE,
            told=told,
            url=url,
            now=now,
        )
        said |= {"office_mode": True, "told": count}
    record(
        actor=acting.person,
        verb=verb,
        target_kind=target_kind,
        target_id=target_id,
        target_label=target_label,
        on_behalf_of=acting.organization.name,
        details=said,
        now=now,
    )
