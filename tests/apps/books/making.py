"""Organisations that invoice, and drafts of theirs, with what a test does not care for."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.invoices import create_draft, save_profile
from maillage.apps.books.actions.issuing import issue_document
from maillage.apps.books.models import Invoice
from maillage.apps.books.queries.contents import DocumentContent, LineContent
from maillage.apps.directory.models import Organization
from maillage.cores.einvoicing.identifiers import vat_number_of, with_key
from tests.factories import make_organization, make_person, tie

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
_numbers = count(1)


def make_seller(name: str = "", **changes: Any) -> Organization:
    """An organisation with its invoicing settings; `changes` are fields of the settings."""
    return make_profile(make_organization(name), **changes)


def make_profile(body: Organization, **changes: Any) -> Organization:
    """The invoicing settings of an organisation; `changes` are fields of the settings."""
    siren = with_key(f"000{next(_numbers):05}")
    said = {
        "legal_name": body.name,
        "legal_info": "Association loi 1901",
        "address_line": "12 rue des Ateliers",
        "postal_code": "87000",
        "city": "Limoges",
        "siren": siren,
        "vat_regime": "standard",
        "vat_number": vat_number_of(siren),
        **changes,
    }
    save_profile(actor=None, organization=body, said=said, now=NOON)
    return body


def make_manager(body: Organization) -> Person:
    person = make_person()
    tie(person, body)
    return person


def line(price: str = "130", quantity: str = "4", **changes: Any) -> LineContent:
    return LineContent(
        **{
            "name": "Passages à l'antenne",
            "quantity": Decimal(quantity),
            "price": Decimal(price),
            "vat_key": "rate.standard",
            **changes,
        }
    )


def make_draft(
    issuer: Organization | None = None,
    customer: Organization | None = None,
    *,
    kind: str = "invoice",
    lines: tuple[LineContent, ...] | None = None,
    key: str = "",
    **changes: Any,
) -> Invoice:
    issuer, customer = issuer or make_seller(), customer or make_seller()
    content = DocumentContent(
        **{
            "customer_id": customer.pk,
            "subject": "Antenne",
            "nature": "services",
            "lines": lines or (line(),),
            **changes,
        }
    )
    return create_draft(
        actor=None,
        kind=kind,
        issuer=issuer,
        content=content,
        request_key=key or f"test-{next(_numbers)}",
        now=NOON,
    )


def make_issued(*args: Any, **changes: Any) -> Invoice:
    return issue_document(actor=None, invoice_id=make_draft(*args, **changes).pk, now=NOON)
