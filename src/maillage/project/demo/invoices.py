"""The invoices of the demonstration, written and issued through the acts of their room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.composing import CannotIssueError
from maillage.apps.books.actions.invoices import create_draft, save_profile
from maillage.apps.books.actions.issuing import issue_document
from maillage.apps.books.actions.settlements import record_settlement
from maillage.apps.books.choices import SettlementKind
from maillage.apps.books.models import Invoice
from maillage.apps.books.queries.contents import DocumentContent, LineContent
from maillage.apps.directory.models import Organization


def add_invoices(
    entries: Mapping[str, Any],
    *,
    facilitator: Person,
    organizations: Mapping[str, Organization],
    now: datetime,
) -> list[Invoice]:
    """Settings of the organisations that invoice, then their documents, each on its day.

    What cannot be issued here, as the official rules cannot be tried, stays a draft.
    """
    for entry in entries["profile"]:
        body = organizations[entry["key"]]
        said = {name: value for name, value in entry.items() if name != "key"}
        place = {"legal_name": body.name, "postal_code": body.postal_code, "city": body.city}
        save_profile(
            actor=facilitator, organization=body, said={**place, **said}, now=now - timedelta(days=60)
        )
    return [
        _add_document(entry, rank, facilitator, organizations, now)
        for rank, entry in enumerate(entries["document"])
    ]


def _add_document(
    entry: Mapping[str, Any],
    rank: int,
    facilitator: Person,
    organizations: Mapping[str, Organization],
    now: datetime,
) -> Invoice:
    when = now - timedelta(days=entry["days_ago"])
    lines = tuple(
        LineContent(**{**line, "quantity": Decimal(line["quantity"]), "price": Decimal(line["price"])})
        for line in entry["lines"]
    )
    draft = create_draft(
        actor=facilitator,
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
    if entry.get("draft"):
        return draft
    try:
        issued = issue_document(actor=facilitator, invoice_id=draft.pk, now=when)
    except CannotIssueError:
        return draft
    if "set_off_cents" in entry:
        record_settlement(
            actor=facilitator,
            invoice_id=issued.pk,
            kind=SettlementKind.SET_OFF,
            amount_cents=entry["set_off_cents"],
            settled_on=(when + timedelta(days=20)).date(),
            reference="Compensation entre voisins",
            key=f"demonstration-{rank}",
            now=when + timedelta(days=20),
        )
    return issued
