"""How far the invoices that came as files are settled, and by what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, QuerySet

from maillage.apps.books.choices import (
    IN_MONEY,
    DocumentKind,
    PaymentStatus,
    ReceivedStatus,
    SettlementKind,
)
from maillage.apps.books.models import Invoice, InvoiceSettlement, ReceivedInvoice, ReceivedSettlement
from maillage.kernel.db.holding import between_days, holding


@dataclass(frozen=True)
class SettlementLine:
    """`amount_cents` is below zero for what undoes another, and for a refund; `is_undone`: another undoes it. `undo_id`: its
    key, when it is money that may still be undone. `kind` in words, and its `code`."""

    kind: str
    reference: str
    settled_on: date
    amount_cents: int
    is_undone: bool
    undo_id: int | None = None
    code: str = ""

    @property
    def is_refund(self) -> bool:
        return self.code == SettlementKind.REFUND


@dataclass(frozen=True)
class ReceivedPayment:
    """Where the payment of a received invoice stands: `status` is a `PaymentStatus`, "" for a credit note.

    `issued`: the same invoice, when it was issued on this site: what settles it is noted there.
    """

    status: str
    remaining_cents: int
    lines: tuple[SettlementLine, ...] = ()
    issued: Invoice | None = None

    @property
    def settled_by(self) -> list[str]:
        """The references of what settled it and holds, without repeating any."""
        return list(
            dict.fromkeys(
                line.reference
                for line in self.lines
                if line.amount_cents > 0 and not line.is_undone and not line.is_refund
            )
        )


def received_asked(
    found: QuerySet[ReceivedInvoice],
    *,
    mots: str = "",
    etat: str = "",
    du: date | None = None,
    au: date | None = None,
) -> QuerySet[ReceivedInvoice]:
    """Those whose number or supplier hold the words, in a state, issued between two days; the last taken in first."""
    found = holding(found, mots, keys=("supplier__sort_key",), texts=("number", "supplier_name"))
    if etat:
        found = found.filter(status=etat)
    found = between_days(found, "issued_on", du, au)
    return found.select_related("receiver").order_by("-created_at", "-pk")


def owed_files(*, settled_too: bool = False) -> QuerySet[ReceivedInvoice]:
    """Files noted as owed to a body of the site, that it did not issue here as well: that invoice tells what settles it.

    `settled_too`: those of which nothing is left as well.
    """
    found = ReceivedInvoice.objects.filter(
        status=ReceivedStatus.UNDISPUTED, kind=DocumentKind.INVOICE, supplier__isnull=False
    )
    same = Invoice.objects.issued().filter(
        kind=DocumentKind.INVOICE,
        issuer=OuterRef("supplier"),
        customer=OuterRef("receiver"),
        number=OuterRef("number"),
    )
    if not settled_too:
        found = found.filter(due_cents__gt=F("settled_cents"))
    return found.filter(~Exists(same)).select_related("supplier", "receiver").order_by("issued_on", "pk")


def payments_of(received: Sequence[ReceivedInvoice]) -> dict[int, ReceivedPayment]:
    """By the key of the received invoice, in three queries."""
    issued = _issued_here(received)
    own = _lines(
        (row.received_id, row)
        for row in ReceivedSettlement.objects.filter(received__in=received).order_by("settled_on", "pk")
    )
    theirs = _lines(
        (row.invoice_id, row)
        for row in InvoiceSettlement.objects.filter(invoice__in=issued.values()).order_by("settled_on", "pk")
    )
    found = {}
    for each in received:
        same = issued.get(each.pk)
        if same is None:
            found[each.pk] = ReceivedPayment(
                _status_of(each, own[each.pk]), each.remaining_cents, own[each.pk]
            )
        else:
            found[each.pk] = ReceivedPayment(same.payment_status, same.remaining_cents, theirs[same.pk], same)
    return found


def settlement_lines(invoice: Invoice) -> tuple[SettlementLine, ...]:
    """What settled an invoice issued here, oldest first."""
    rows = InvoiceSettlement.objects.filter(invoice=invoice).order_by("settled_on", "pk")
    return _lines((row.invoice_id, row) for row in rows)[invoice.pk]


def _status_of(received: ReceivedInvoice, lines: Sequence[SettlementLine]) -> str:
    """A `PaymentStatus`; "" for a credit note, which is not owed."""
    if received.kind != DocumentKind.INVOICE:
        return ""
    if received.remaining_cents:
        return PaymentStatus.PARTLY if received.settled_cents else PaymentStatus.UNPAID
    in_money = any(line.undo_id for line in lines) or not received.settled_cents
    return PaymentStatus.PAID if in_money else PaymentStatus.SET_OFF


def _issued_here(received: Sequence[ReceivedInvoice]) -> dict[int, Invoice]:
    asked = [each for each in received if each.supplier_id and each.kind == DocumentKind.INVOICE]
    if not asked:
        return {}
    rows = Invoice.objects.issued().filter(
        kind=DocumentKind.INVOICE,
        issuer__in={each.supplier_id for each in asked},
        customer__in={each.receiver_id for each in asked},
        number__in={each.number for each in asked},
    )
    by_name = {(row.issuer_id, row.customer_id, row.number): row for row in rows}
    found = {each.pk: by_name.get((each.supplier_id or 0, each.receiver_id, each.number)) for each in asked}
    return {pk: row for pk, row in found.items() if row is not None}


def _lines(
    rows: Iterable[tuple[int, InvoiceSettlement | ReceivedSettlement]],
) -> dict[int, tuple[SettlementLine, ...]]:
    """By the key of their invoice, in the order given."""
    kept = list(rows)
    undone = {row.reverses_id for _owner, row in kept}
    lines: dict[int, tuple[SettlementLine, ...]] = defaultdict(tuple)
    for owner, row in kept:
        in_money = row.kind in IN_MONEY
        is_undone = row.pk in undone
        undo_id = row.pk if in_money and row.reverses_id is None and not is_undone else None
        lines[owner] += (
            SettlementLine(
                row.get_kind_display(),
                row.reference,
                row.settled_on,
                row.amount_cents,
                is_undone,
                undo_id,
                row.kind,
            ),
        )
    return lines
