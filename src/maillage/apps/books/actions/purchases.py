"""The purchase of an invoice that came as a file, in the books of its receiver, and what settles it there.

The rule is in `docs/explanation/comptes.md`, « L'achat d'une facture reçue en fichier ».
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.booking import (
    BookedPart,
    first_open_day,
    has_year,
    money_account,
    note_waiting,
    recovers_vat,
    settled_of,
)
from maillage.apps.books.actions.issued import booked_parts
from maillage.apps.books.actions.lettering import letter_debt
from maillage.apps.books.actions.refusals import BooksError, NoYearError, RefusedEntryError
from maillage.apps.books.actions.reversing import undo_entry
from maillage.apps.books.actions.settlements import journal_received
from maillage.apps.books.actions.vat import settle_vat
from maillage.apps.books.actions.writing import ToWrite, as_core, lock_books, party_of, write_entry
from maillage.apps.books.choices import DocumentKind, EntrySource, ReceivedStatus, SettlementKind, VatSide
from maillage.apps.books.models import (
    BookParty,
    Books,
    BookSettlement,
    FiscalYear,
    JournalEntry,
    ReceivedInvoice,
    ReceivedSettlement,
    WaitingVat,
)
from maillage.apps.books.queries.purchases import debt_line_of, entries_to_join
from maillage.apps.books.queries.received import payments_of
from maillage.cores.accounting import InvalidEntry, Part
from maillage.cores.accounting import bookings as book
from maillage.cores.einvoicing.storing import from_json

BATCH = re.compile(r"batch:(\d+):received:\d+")
"""The key under which a batch settles an invoice that came as a file."""


class NotToBookError(BooksError):
    """The purchase of this invoice is not written from here."""

    message = gettext_lazy(
        "Only an invoice that is noted as owed, and that was not issued on this site, is written from here."
    )

    @property
    def sentence(self) -> str:
        return str(self.message)


class NoSuchEntryError(BooksError):
    """The entry chosen does not say this purchase."""

    message = gettext_lazy("This entry no longer says this purchase: choose another, or write it.")

    @property
    def sentence(self) -> str:
        return str(self.message)


def may_be_booked(taken: ReceivedInvoice, books: Books | None) -> bool:
    """Whether the purchase may be written, or joined, in the books of the receiver."""
    return (
        books is not None
        and taken.purchase_id is None
        and taken.kind == DocumentKind.INVOICE
        and taken.status == ReceivedStatus.UNDISPUTED
        and payments_of([taken])[taken.pk].issued is None
    )


def proposed_parts(taken: ReceivedInvoice, books: Books) -> list[Part]:
    """What would be written, each part with the usual account of the receiver and the VAT that it gets back.

    When the lines do not make the total that the file states, the total is what is owed: one part, as for a service.
    """
    document = from_json(taken.content)
    parts = list(booked_parts(document)) if document.lines else []
    if sum(part.net_cents + part.vat_cents for part in parts) != taken.gross_cents:
        parts = [BookedPart(taken.net_cents, taken.gross_cents - taken.net_cents, is_service=True)]
    recovers = recovers_vat(books.organization_id)
    return [
        Part(
            books.services_bought_account if part.is_service else books.goods_bought_account,
            part.net_cents if recovers else part.net_cents + part.vat_cents,
            part.vat_cents if recovers else 0,
            part.is_service and not document.on_debits,
        )
        for part in parts
    ]


@transaction.atomic
def book_purchase(
    *, actor: Person | None, received_id: int, accounts: Sequence[str], now: datetime
) -> JournalEntry:
    """Write the purchase, each part on the account of class 6 or 2 that was chosen, then what had settled it already.

    Asked twice, it is written once. Raises NotToBookError, and BooksError for a year or an account.
    """
    books, taken = _locked(received_id)
    if taken.purchase is not None:
        return taken.purchase
    if not has_year(books, taken.issued_on):
        raise NoYearError(books.organization.name, taken.issued_on)
    parts = [
        replace(part, account=account)
        for part, account in zip(proposed_parts(taken, books), accounts, strict=True)
    ]
    party = _supplier_party(books, taken)
    day = first_open_day(books, taken.issued_on)
    try:
        entry = book.purchase(
            settings=books.accounts_by_use,
            party=as_core(party),
            parts=parts,
            day=day,
            piece=taken.number,
            piece_date=taken.issued_on,
            label=_("Invoice %(number)s of %(name)s") % {"number": taken.number, "name": taken.supplier_name},
        )
    except InvalidEntry as refusal:
        raise RefusedEntryError(refusal) from refusal
    key = f"purchase:received:{taken.pk}"
    again = JournalEntry.objects.filter(books=books, key__startswith=f"{key}:").count()
    wanted = ToWrite(entry, EntrySource.PURCHASE, f"{key}:{again}")
    taken.purchase = write_entry(books=books, wanted=wanted, actor=actor, now=now)
    taken.save(update_fields=["purchase"])
    note_waiting(books, party.pk, VatSide.DEDUCTIBLE, taken.number, parts)
    journal_received("received.book", taken, actor, now)
    for settlement in _holding(taken).filter(kind=SettlementKind.PAYMENT):
        book_received_payment(settlement, actor=actor, now=now)
    _make_due_what_was_set_off(books, taken, party, actor=actor, now=now)
    letter_debt(debt_line_of(taken), taken.number, actor=actor, now=now)
    return taken.purchase


@transaction.atomic
def join_purchase(*, actor: Person | None, received_id: int, entry_id: int, now: datetime) -> JournalEntry:
    """Say that an entry by hand is this purchase: what settles it from now on goes to its line.

    Raises NotToBookError, NoSuchEntryError.
    """
    books, taken = _locked(received_id)
    if taken.purchase is not None:
        return taken.purchase
    entry = entries_to_join(taken, books).filter(pk=entry_id).first()
    if entry is None:
        raise NoSuchEntryError
    taken.purchase = entry
    taken.save(update_fields=["purchase"])
    journal_received("received.join", taken, actor, now)
    letter_debt(debt_line_of(taken), taken.number, actor=actor, now=now)
    return entry


def take_purchase_out(taken: ReceivedInvoice, *, actor: Person | None, now: datetime) -> None:
    """The invoice is not owed: what was written from here is undone by its opposite, what was by hand is let go. The books
    and the invoice are locked. Raises BooksError for a closed period."""
    entry = taken.purchase
    if entry is None:
        return
    if entry.source == EntrySource.PURCHASE:
        books = entry.books
        line = debt_line_of(taken)
        undo_entry(books=books, entry=entry, day=first_open_day(books, localdate(now)), actor=actor, now=now)
        WaitingVat.objects.filter(
            books=books,
            side=VatSide.DEDUCTIBLE,
            party=line.party_id if line else None,
            reference=taken.number,
            settled_cents=0,
        ).delete()
    taken.purchase = None
    taken.save(update_fields=["purchase"])
    journal_received("received.unbook", taken, actor, now)


def book_received_payment(settlement: ReceivedSettlement, *, actor: Person | None, now: datetime) -> None:
    """What was paid in money of an invoice whose purchase is in the books, if they have a year for the day. They are locked.

    Raises BooksError.
    """
    taken = settlement.received
    line, day = debt_line_of(taken), settlement.settled_on
    if line is None or not has_year(line.entry.books, day):
        return
    books = line.entry.books
    label = _("Payment of the invoice %(number)s · %(how)s")
    label %= {"number": taken.number, "how": settlement.reference}
    day = first_open_day(books, day)
    entry = book.payment_given(
        settings=books.accounts_by_use,
        paid=settled_of(line, taken.number, settlement.amount_cents),
        day=day,
        piece=label[:100],
        label=label,
        out_of=money_account(settlement.means),
    )
    key = f"{EntrySource.PAYMENT}:{payment_key(settlement)}"
    is_new = not JournalEntry.objects.filter(books=books, key=key).exists()
    write_entry(books=books, wanted=ToWrite(entry, EntrySource.PAYMENT, key), actor=actor, now=now)
    if is_new:
        if line.party_id is not None:
            paid = (VatSide.DEDUCTIBLE, line.party_id, taken.number, settlement.amount_cents)
            settle_vat(books=books, settled=[paid], day=day, piece=label[:100], key=key, actor=actor, now=now)
        letter_debt(line, taken.number, actor=actor, now=now)


def book_missed_received(books: Books, year: FiscalYear, *, actor: Person | None, now: datetime) -> None:
    """What was paid, on the days of a year that has just been opened, of invoices whose purchase is in these books."""
    missed = ReceivedSettlement.objects.filter(
        received__purchase__books=books,
        kind=SettlementKind.PAYMENT,
        reverses=None,
        reversed_by=None,
        settled_on__range=(year.starts_on, year.ends_on),
    ).exclude(means="")
    for settlement in missed.select_related("received").order_by("settled_on", "pk"):
        book_received_payment(settlement, actor=actor, now=now)


def payment_key(settlement: ReceivedSettlement) -> str:
    """The key under which a payment is written, and undone."""
    return f"received:{settlement.pk}"


def late_key(batch_key: str, received_id: int) -> str:
    """The key under which VAT falls due of what a batch had set off before its purchase was written."""
    return f"batch:{batch_key}:received:{received_id}"


def _locked(received_id: int) -> tuple[Books, ReceivedInvoice]:
    """The books of the receiver, then the invoice, locked. Raises NotToBookError."""
    receiver_id = ReceivedInvoice.objects.values_list("receiver", flat=True).get(pk=received_id)
    books = lock_books([receiver_id]).get(receiver_id)
    rows = ReceivedInvoice.objects.select_for_update(of=("self",))
    taken = rows.select_related("receiver", "purchase").get(pk=received_id)
    if books is None or (taken.purchase_id is None and not may_be_booked(taken, books)):
        raise NotToBookError
    return books, taken


def _supplier_party(books: Books, taken: ReceivedInvoice) -> BookParty:
    """The sub-account of the supplier; by its SIREN when it has no fiche."""
    if taken.supplier is not None:
        return party_of(books, taken.supplier)
    party, _made = BookParty.objects.get_or_create(
        books=books, number=f"S{taken.supplier_siren}", defaults={"name": taken.supplier_name[:200]}
    )
    return party


def _holding(taken: ReceivedInvoice) -> QuerySet[ReceivedSettlement]:
    """What settled it and holds, oldest first."""
    rows = ReceivedSettlement.objects.filter(Q(reverses=None), received=taken, reversed_by=None)
    return rows.select_related("received").order_by("settled_on", "pk")


def _make_due_what_was_set_off(
    books: Books, taken: ReceivedInvoice, party: BookParty, *, actor: Person | None, now: datetime
) -> None:
    """Batches and exchanges in units that these books hold already: the VAT of their share waits for nothing more."""
    for settled in _holding(taken).filter(kind=SettlementKind.SET_OFF):
        found = _set_off_in(books, settled, taken)
        if found is None:
            continue
        entry, key, batch = found
        settle_vat(
            books=books,
            settled=[(VatSide.DEDUCTIBLE, party.pk, taken.number, settled.amount_cents)],
            day=first_open_day(books, max(entry.day, taken.issued_on)),
            piece=entry.piece,
            key=key,
            settlement=batch,
            actor=actor,
            now=now,
        )


def _set_off_in(
    books: Books, settled: ReceivedSettlement, taken: ReceivedInvoice
) -> tuple[JournalEntry, str, BookSettlement | None] | None:
    """The entry of what set an invoice off, the key under which its VAT falls due and is undone, and its batch; None when
    these books hold no such entry."""
    named = BATCH.fullmatch(settled.key)
    if named is None:
        key = f"{EntrySource.CREDIT}:{settled.key}"
        entry = JournalEntry.objects.filter(books=books, key=key, reversed_by=None).first()
        return (entry, key, None) if entry else None
    batch = BookSettlement.objects.filter(pk=int(named[1])).first()
    entry = batch.entries.filter(books=books, reverses=None).order_by("pk").first() if batch else None
    return (entry, late_key(batch.key, taken.pk), batch) if batch and entry else None
