"""Invoices as debts: what one organisation owes another, undisputed, ready to be set off together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from maillage.apps.books.choices import DocumentKind, ReceivedStatus
from maillage.apps.books.models import Invoice, ReceivedInvoice

ISSUED_HERE, RECEIVED = "issued", "received"


@dataclass(frozen=True)
class DebtProposal:
    """`debtor_id` owes `creditor_id` so many cents. `source`: "issued" (an Invoice) or "received" (a ReceivedInvoice)."""

    debtor_id: int
    creditor_id: int
    amount_cents: int
    number: str
    issued_on: date
    due_on: date | None
    source: str
    source_id: int


def open_debts(organization_ids: Collection[int]) -> list[DebtProposal]:
    """What the organisations owe one another, oldest first.

    An invoice that was issued here and also sent as a file counts once, as it was issued.
    """
    issued = Invoice.objects.owed().filter(issuer_id__in=organization_ids, customer_id__in=organization_ids)
    debts = [
        DebtProposal(
            debtor_id=invoice.customer_id,
            creditor_id=invoice.issuer_id,
            amount_cents=invoice.remaining_cents,
            number=invoice.number,
            issued_on=invoice.issued_on,
            due_on=invoice.due_on,
            source=ISSUED_HERE,
            source_id=invoice.pk,
        )
        for invoice in issued.order_by("pk")
        if invoice.issued_on is not None
    ]
    received = list(
        ReceivedInvoice.objects.filter(
            receiver_id__in=organization_ids,
            supplier_id__in=organization_ids,
            status=ReceivedStatus.UNDISPUTED,
            kind=DocumentKind.INVOICE,
            due_cents__gt=F("settled_cents"),
        ).order_by("pk")
    )
    if not received:
        return _oldest_first(debts)
    known = set(
        Invoice.objects.issued()
        .filter(issuer_id__in=organization_ids)
        .values_list("issuer_id", "customer_id", "number")
    )
    for one in received:
        if one.supplier_id is None or (one.supplier_id, one.receiver_id, one.number) in known:
            continue
        debts.append(
            DebtProposal(
                debtor_id=one.receiver_id,
                creditor_id=one.supplier_id,
                amount_cents=one.remaining_cents,
                number=one.number,
                issued_on=one.issued_on,
                due_on=one.due_on,
                source=RECEIVED,
                source_id=one.pk,
            )
        )
    return _oldest_first(debts)


def _oldest_first(debts: list[DebtProposal]) -> list[DebtProposal]:
    return sorted(debts, key=lambda debt: (debt.issued_on, debt.source, debt.source_id))
