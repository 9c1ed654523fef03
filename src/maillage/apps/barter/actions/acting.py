"""Leaving a trace of whoever acts for an organisation, and telling it when a facilitator did so in its place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from maillage.apps.barter.queries.acting import Acting, managers_of
from maillage.kernel.audit.actions import record
from maillage.kernel.mail.notifications import notify
from maillage.kernel.mail.send import send_message

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
        said |= {"office_mode": True, "told": tell_office(acting, told=told, url=url, now=now)}
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


def tell_office(acting: Acting, *, told: str, url: str, now: datetime) -> int:
    """How many were told: the managers who have an account, otherwise the organisation's own address."""
    managers = managers_of(acting.organization.pk)
    for manager in managers:
        notify(person=manager, kind=OFFICE, title=told, url=url, now=now)
    if managers or not acting.organization.email:
        return len(managers)
    send_message(
        to=acting.organization.email,
        template="barter/mail/office",
        context={"organization": acting.organization, "facilitator": str(acting.person), "told": told},
        now=now,
    )
    return 1
