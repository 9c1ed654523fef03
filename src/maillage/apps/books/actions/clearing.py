"""Debts that go out together: one batch in the books of everybody at once, and its cancellation.

For the room `barter`, which finds what to clear, asks for consent, then calls `settle_together` in its own transaction::

    settle_together(
        actor=person,
        batch=SettlementBatch(key="clearing:12", reference="LOT-12", settled_on=day, lines=(
            SettlementLine(debtor_id=3, creditor_id=7, amount_cents=48_000, reference="P-2026-0012", invoice_id=41),
            …
        )),
        now=now,
    )

and, to cancel it, `undo_settlement(actor=…, key="clearing:12", undone_on=day, now=now)`. Either writes in every set of
books that the batch touches, letters what is settled and moves the invoices' payment status, or changes nothing at all.
Organisations that keep no books here only see their invoices move. What a member's incoming and outgoing amounts
differ by goes to the account of mutual credit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.booking import settled_of
from maillage.apps.books.actions.lettering import letter_debt, letter_references
from maillage.apps.books.actions.purchases import late_key
from maillage.apps.books.actions.refusals import BooksError, OtherRequestError, RefusedEntryError
from maillage.apps.books.actions.reversing import undo_entry
from maillage.apps.books.actions.settlements import (
    CannotSettleError,
    record_settlement,
    reverse_settlement,
)
from maillage.apps.books.actions.vat import SettledInvoice, settle_vat, unsettle_vat
from maillage.apps.books.actions.writing import (
    ToWrite,
    as_core,
    lock_books,
    party_of,
    write_entry,
)
from maillage.apps.books.choices import EntrySource, SettlementKind, VatSide
from maillage.apps.books.models import (
    Books,
    BookSettlement,
    InvoiceSettlement,
    JournalEntry,
    ReceivedSettlement,
)
from maillage.apps.books.queries.purchases import debt_lines
from maillage.apps.directory.models import Organization
from maillage.cores.accounting import InvalidEntry, Settled
from maillage.cores.accounting import bookings as book

LINES_MAX = 100_000


@dataclass(frozen=True)
class SettlementLine:
    """One debt, and how much of it goes out. Amounts in cents, above zero.

    `debtor_id`, `creditor_id`: organisations of the site. `reference`: the number of the invoice, empty when the debt
    has none here. `invoice_id`: the invoice issued on this site whose payment moves; `received_id`: the one that the
    debtor received as a file; None for an invoice that the site does not hold.
    """

    debtor_id: int
    creditor_id: int
    amount_cents: int
    reference: str = ""
    invoice_id: int | None = None
    received_id: int | None = None


@dataclass(frozen=True)
class SettlementBatch:
    """What goes out together. `key`: minted by the caller, one for a batch, so that asking twice settles once.

    `reference`: what the batch is called in the books. `settled_on`: the day the set-off is invoked, on which the VAT
    of services falls due.
    """

    key: str
    reference: str
    settled_on: date
    lines: tuple[SettlementLine, ...]

    def as_data(self) -> list[dict[str, object]]:
        return [asdict(line) for line in self.lines]


class BadBatchError(BooksError):
    """A batch with nothing in it, or with a debt that is none."""

    @property
    def sentence(self) -> str:
        return _("A batch has debts, each above zero and between two different organisations.")


class InvoiceRefusedError(BooksError):
    """An invoice of the batch is not settled by so much; the sentence names it."""

    @property
    def sentence(self) -> str:
        return str(self.args[0])


class UndoneError(BooksError):
    """A batch that was cancelled is not settled again under the same key."""

    @property
    def sentence(self) -> str:
        return _("This batch was cancelled: make a new one.")


@transaction.atomic
def settle_together(*, actor: Person | None, batch: SettlementBatch, now: datetime) -> BookSettlement:
    """Write the entries, the letters and the payments of a whole batch, or nothing. Asked twice, it is done once.

    Raises BadBatchError, UndoneError, OtherRequestError (the key served for other amounts), InvoiceRefusedError (less is
    left on an invoice), SettledBeyondError, and BooksError for a closed period or a missing year in any of the books, whose sentence names the organisation.
    """
    _check(batch)
    locked = lock_books({line.debtor_id for line in batch.lines} | {line.creditor_id for line in batch.lines})
    settlement, is_new = BookSettlement.objects.select_for_update().get_or_create(
        key=batch.key,
        defaults={
            "reference": batch.reference,
            "settled_on": batch.settled_on,
            "content": batch.as_data(),
            "created_by": actor,
            "created_at": now,
        },
    )
    if not is_new:
        if settlement.content != batch.as_data() or settlement.settled_on != batch.settled_on:
            raise OtherRequestError
        if settlement.undone_at is not None:
            raise UndoneError
        return settlement
    names = Organization.objects.in_bulk(
        {id for line in batch.lines for id in (line.debtor_id, line.creditor_id)}
    )
    received, owed = _by_member(batch.lines)
    for organization_id, books in locked.items():
        _settle_one(
            books, settlement, received[organization_id], owed[organization_id], names, actor=actor, now=now
        )
    _settle_invoices(settlement, batch.lines, actor=actor, now=now)
    return settlement


@transaction.atomic
def undo_settlement(*, actor: Person | None, key: str, undone_on: date, now: datetime) -> BookSettlement:
    """Undo a whole batch by opposite entries; letters are taken off, VAT waits again, invoices are owed again.

    Asked twice, it is done once. Raises BookSettlement.DoesNotExist, InvoiceRefusedError for what was refunded since, and
    BooksError for a closed period.
    """
    seen = BookSettlement.objects.get(key=key)
    lines = [SettlementLine(**data) for data in seen.content]
    locked = lock_books({line.debtor_id for line in lines} | {line.creditor_id for line in lines})
    settlement = BookSettlement.objects.select_for_update().get(pk=seen.pk)
    if settlement.undone_at is not None:
        return settlement
    _unsettle_invoices(settlement, lines, undone_on, actor=actor, now=now)
    for books in locked.values():
        entries = settlement.entries.filter(books=books, reverses__isnull=True)
        for entry in entries.select_related("journal").order_by("pk"):
            undo_entry(books=books, entry=entry, day=undone_on, actor=actor, now=now)
        unsettle_vat(books=books, key=f"batch:{settlement.key}")
        for received_id in {line.received_id for line in lines if line.received_id is not None}:
            unsettle_vat(books=books, key=late_key(settlement.key, received_id))
    settlement.undone_on, settlement.undone_at = undone_on, now
    settlement.save(update_fields=["undone_on", "undone_at"])
    return settlement


def _check(batch: SettlementBatch) -> None:
    if not 0 < len(batch.lines) <= LINES_MAX:
        raise BadBatchError
    if any(line.amount_cents <= 0 or line.debtor_id == line.creditor_id for line in batch.lines):
        raise BadBatchError


Lines = Sequence[SettlementLine]
Members = dict[int, Organization]


def _by_member(lines: Lines) -> tuple[dict[int, list[SettlementLine]], dict[int, list[SettlementLine]]]:
    """What each is owed, and what each owes."""
    received: dict[int, list[SettlementLine]] = defaultdict(list)
    owed: dict[int, list[SettlementLine]] = defaultdict(list)
    for line in lines:
        received[line.creditor_id].append(line)
        owed[line.debtor_id].append(line)
    return received, owed


def _settle_one(
    books: Books, settlement: BookSettlement, received: Lines, owed: Lines, names: Members, *, actor: Person | None, now: datetime
) -> list[JournalEntry]:  # fmt: skip
    """The entries of one member, the VAT that falls due, and the letters of what is settled."""
    label = _("Debts cleared together, %(batch)s") % {"batch": settlement.reference}
    bought = debt_lines(books, {line.received_id for line in owed if line.received_id is not None})
    try:
        entry = book.set_off(
            settings=books.accounts_by_use,
            received=[_settled(books, names[line.debtor_id], line) for line in received],
            owed=[
                settled_of(bought[line.received_id], line.reference, line.amount_cents)
                if line.received_id in bought
                else _settled(books, names[line.creditor_id], line)
                for line in owed
            ],
            day=settlement.settled_on,
            piece=settlement.reference,
            label=label,
        )
    except InvalidEntry as refusal:
        raise RefusedEntryError(refusal) from refusal
    key = f"batch:{settlement.key}"
    wanted = ToWrite(entry, EntrySource.SET_OFF, key, settlement=settlement)
    written = [write_entry(books=books, wanted=wanted, actor=actor, now=now)]
    vat = settle_vat(
        books=books,
        settled=_vat(books, received, owed, names),
        day=settlement.settled_on,
        piece=settlement.reference,
        key=key,
        settlement=settlement,
        actor=actor,
        now=now,
    )
    letter_references(
        books=books, references=[line.reference for line in (*received, *owed)], actor=actor, now=now
    )
    for line in owed:
        if line.received_id in bought:
            letter_debt(bought[line.received_id], line.reference, actor=actor, now=now)
    return [*written, vat] if vat else written


Settling = tuple[type[Any], int, int, str]
"""Rows of which model of settlements, of which invoice, by how many cents, under which key."""


def _settlings(settlement: BookSettlement, lines: Lines) -> list[Settling]:
    """What the batch settles, in the order in which the rows are locked."""
    issued = sorted((line.invoice_id, rank, line) for rank, line in enumerate(lines) if line.invoice_id)
    cents: dict[int, int] = defaultdict(int)
    for line in lines:
        if line.received_id is not None:
            cents[line.received_id] += line.amount_cents
    return [
        *(
            (InvoiceSettlement, invoice_id, line.amount_cents, f"batch:{settlement.pk}:{rank}")
            for invoice_id, rank, line in issued
        ),
        *(
            (ReceivedSettlement, received_id, summed, f"batch:{settlement.pk}:received:{received_id}")
            for received_id, summed in sorted(cents.items())
        ),
    ]


def _settle_invoices(
    settlement: BookSettlement, lines: Lines, *, actor: Person | None, now: datetime
) -> None:
    """The invoices that this site holds are settled by as much."""
    for rows, of_id, cents, key in _settlings(settlement, lines):
        try:
            record_settlement(
                rows,
                actor=actor,
                of_id=of_id,
                kind=SettlementKind.SET_OFF,
                amount_cents=cents,
                settled_on=settlement.settled_on,
                reference=settlement.reference,
                key=key,
                now=now,
            )
        except CannotSettleError as fault:
            raise InvoiceRefusedError(str(fault)) from fault


def _unsettle_invoices(
    settlement: BookSettlement, lines: Lines, undone_on: date, *, actor: Person | None, now: datetime
) -> None:
    for rows, _of_id, _cents, key in _settlings(settlement, lines):
        for made in rows.objects.filter(key=key):
            try:
                reverse_settlement(
                    made,
                    actor=actor,
                    settled_on=undone_on,
                    reference=settlement.reference,
                    key=f"{key}:undone",
                    now=now,
                )
            except CannotSettleError as fault:
                raise InvoiceRefusedError(str(fault)) from fault


def _settled(books: Books, other: Organization, line: SettlementLine) -> Settled:
    return Settled(as_core(party_of(books, other)), line.amount_cents, line.reference)


def _vat(books: Books, received: Lines, owed: Lines, names: Members) -> list[SettledInvoice]:
    settled: list[SettledInvoice] = [
        (VatSide.COLLECTED, party_of(books, names[line.debtor_id]).pk, line.reference, line.amount_cents)
        for line in received
        if line.reference
    ]
    settled += [
        (VatSide.DEDUCTIBLE, party_of(books, names[line.creditor_id]).pk, line.reference, line.amount_cents)
        for line in owed
        if line.reference
    ]
    return settled
