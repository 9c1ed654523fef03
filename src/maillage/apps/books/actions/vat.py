"""The VAT of services falls due on the day they are settled, in proportion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.refusals import SettledBeyondError
from maillage.apps.books.actions.writing import ToWrite, write_entry
from maillage.apps.books.choices import EntrySource, VatSide
from maillage.apps.books.models import Books, BookSettlement, JournalEntry, VatDue, WaitingVat
from maillage.cores.accounting import Entry, VatShare, opposite
from maillage.cores.accounting import bookings as book

SettledInvoice = tuple[VatSide, int, str, int]
"""On a sale or a purchase, the partner's key, the invoice's number, cents settled."""


def settle_vat(
    *,
    books: Books,
    settled: Sequence[SettledInvoice],
    day: date,
    piece: str,
    key: str,
    settlement: BookSettlement | None = None,
    actor: Person | None,
    now: datetime,
) -> JournalEntry | None:
    """Write what falls due, in one entry; None when nothing waited. The books are locked.

    Raises SettledBeyondError: more is settled than the invoice has left.
    """
    due = dict.fromkeys(VatSide, 0)
    sums: dict[tuple[VatSide, int, str], int] = defaultdict(int)
    for side, party_id, reference, cents in settled:
        sums[side, party_id, reference] += cents
    for (side, party_id, reference), cents in sums.items():
        waiting = WaitingVat.objects.filter(
            books=books, side=side, party_id=party_id, reference=reference
        ).first()
        if waiting is None:
            continue
        if cents > waiting.total_cents - waiting.settled_cents:
            raise SettledBeyondError(reference)
        share = VatShare(waiting.total_cents, waiting.vat_cents, waiting.settled_cents, waiting.due_cents)
        falls_due = share.due_cents(cents)
        _move(waiting, key=key, settled_cents=cents, due_cents=falls_due)
        due[side] += falls_due
    entry = _entry(books, due, day=day, piece=piece, label=_("VAT of services settled"))
    if entry is None:
        return None
    wanted = ToWrite(entry, EntrySource.VAT, f"vat:{key}", settlement=settlement)
    return write_entry(books=books, wanted=wanted, actor=actor, now=now)


def give_back_vat(
    *,
    books: Books,
    refunded: SettledInvoice,
    day: date,
    piece: str,
    key: str,
    actor: Person | None,
    now: datetime,
) -> JournalEntry | None:
    """Write what is due no more once money is given back after a credit note; None when there is none. The books are
    locked. `refunded`: cents above zero. Raises SettledBeyondError: less was settled beyond the invoice."""
    side, party_id, reference, cents = refunded
    waiting = WaitingVat.objects.filter(
        books=books, side=side, party_id=party_id, reference=reference
    ).first()
    if waiting is None:
        return None
    if cents > waiting.settled_cents - waiting.total_cents:
        raise SettledBeyondError(reference)
    share = VatShare(waiting.total_cents, waiting.vat_cents, waiting.settled_cents, waiting.due_cents)
    undue = share.undue_cents(cents)
    _move(waiting, key=key, settled_cents=-cents, due_cents=-undue)
    label = _("VAT of services given back")
    entry = _entry(books, dict.fromkeys(VatSide, 0) | {side: undue}, day=day, piece=piece, label=label)
    if entry is None:
        return None
    wanted = ToWrite(opposite(entry, day=day, label=label), EntrySource.VAT, f"vat:{key}")
    return write_entry(books=books, wanted=wanted, actor=actor, now=now)


def _move(waiting: WaitingVat, *, key: str, settled_cents: int, due_cents: int) -> None:
    """More settled and more due, or less; a row says which."""
    VatDue.objects.create(waiting=waiting, key=key, settled_cents=settled_cents, due_cents=due_cents)
    waiting.settled_cents += settled_cents
    waiting.due_cents += due_cents
    waiting.save(update_fields=["settled_cents", "due_cents"])


def _entry(books: Books, due: Mapping[VatSide, int], *, day: date, piece: str, label: str) -> Entry | None:
    return book.vat_due(
        settings=books.accounts_by_use,
        collected_cents=due[VatSide.COLLECTED],
        deductible_cents=due[VatSide.DEDUCTIBLE],
        day=day,
        piece=piece,
        label=label,
    )


def unsettle_vat(*, books: Books, key: str) -> None:
    """What the settlement of this key made due waits again; its entry is undone beside. The books are locked."""
    for due in VatDue.objects.filter(waiting__books=books, key=key, is_undone=False).select_related(
        "waiting"
    ):
        due.waiting.settled_cents -= due.settled_cents
        due.waiting.due_cents -= due.due_cents
        due.waiting.save(update_fields=["settled_cents", "due_cents"])
        due.is_undone = True
        due.save(update_fields=["is_undone"])
