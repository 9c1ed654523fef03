"""The invoices of the demonstration, written and issued through the acts of their room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.composing import CannotIssueError
from maillage.apps.books.actions.invoices import create_draft, save_profile
from maillage.apps.books.actions.issuing import issue_document
from maillage.apps.books.queries.contents import DocumentContent, LineContent
from maillage.apps.directory.models import Organization
from maillage.apps.directory.queries.managers import managers_of
from maillage.project.demo.timeline import Event


def invoice_events(
    entries: Mapping[str, Any], *, facilitator: Person, organizations: Mapping[str, Organization]
) -> list[Event]:
    """Settings of the organisations that invoice, then their documents, each on its day.

    What cannot be issued here, as the official rules cannot be tried, stays a draft.
    """
    return [
        Event(61, lambda when: _set(entries["profile"], facilitator, organizations, when)),
        *(
            Event(entry["days_ago"], partial(_write, entry, rank, facilitator, organizations))
            for rank, entry in enumerate(entries["document"])
        ),
    ]


def _set(
    profiles: Sequence[Mapping[str, Any]],
    facilitator: Person,
    organizations: Mapping[str, Organization],
    when: datetime,
) -> None:
    for entry in profiles:
        body = organizations[entry["key"]]
        said = {name: value for name, value in entry.items() if name != "key"}
        place = {"legal_name": body.name, "postal_code": body.postal_code, "city": body.city}
        save_profile(actor=_author(body, facilitator), organization=body, said={**place, **said}, now=when)


def _write(
    entry: Mapping[str, Any],
    rank: int,
    facilitator: Person,
    organizations: Mapping[str, Organization],
    when: datetime,
) -> None:
    lines = tuple(
        LineContent(**{**line, "quantity": Decimal(line["quantity"]), "price": Decimal(line["price"])})
        for line in entry["lines"]
    )
    author = _author(organizations[entry["issuer"]], facilitator)
    draft = create_draft(
        actor=author,
        kind=entry["kind"],
        issuer=organizations[entry["issuer"]],
        content=DocumentContent(
            customer_id=organizations[entry["customer"]].pk,
            subject=entry["subject"],
            nature=entry["nature"],
            lines=lines,
        ),
        request_key=f"demonstration-{rank}",
        now=when,
    )
    if not entry.get("draft"):
        with suppress(CannotIssueError):
            issue_document(actor=author, invoice_id=draft.pk, now=when)


def _author(body: Organization, facilitator: Person) -> Person:
    """Whoever manages it, or the facilitator in its place."""
    return next(iter(managers_of(body.pk)), facilitator)
