"""The VAT of services falls due on the day they are settled, in proportion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.refusals import SettledBeyondError
from maillage.apps.books.actions.writing import ToWrite, write_entry
from maillage.apps.books.choices import EntrySource, VatSide
from maillage.apps.books.models import Books, BookSettlement, JournalEntry, WaitingVat
from maillage.cores.accounting import VatShare
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
    for side, party_id, reference, cents in settled:
        waiting = WaitingVat.objects.filter(
            books=books, side=side, party_id=party_id, reference=reference
        ).first()
        if waiting is None:
            continue
        if cents > waiting.total_cents - waiting.settled_cents:
            raise SettledBeyondError(reference)
        share = VatShare(waiting.total_cents, waiting.vat_cents, waiting.settled_cents)
        due[side] += share.due_cents(cents)
        waiting.settled_cents += cents
        waiting.save(update_fields=["settled_cents"])
    entry = book.vat_due(
        settings=books.accounts_by_use,
        collected_cents=due[VatSide.COLLECTED],
        deductible_cents=due[VatSide.DEDUCTIBLE],
        day=day,
        piece=piece,
        label=_("VAT of services settled"),
    )
    if entry is None:
        return None
    wanted = ToWrite(entry, EntrySource.VAT, f"vat:{key}", settlement=settlement)
    return write_entry(books=books, wanted=wanted, actor=actor, now=now)


def unsettle_vat(*, books: Books, settled: Sequence[SettledInvoice]) -> None:
    """The VAT waits again; its entry is undone by whoever undoes the settlement. The books are locked."""
    for side, party_id, reference, cents in settled:
        waiting = WaitingVat.objects.filter(
            books=books, side=side, party_id=party_id, reference=reference
        ).first()
        if waiting is not None:
            waiting.settled_cents = max(0, waiting.settled_cents - cents)
            waiting.save(update_fields=["settled_cents"])
