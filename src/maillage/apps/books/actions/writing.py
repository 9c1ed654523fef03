"""Writing entries: the only way into the books. Whoever writes locks the books first, several of them in id order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.office import office_details
from maillage.apps.books.actions.refusals import (
    ClosedPeriodError,
    FutureDayError,
    NoYearError,
    OtherRequestError,
    RefusedEntryError,
)
from maillage.apps.books.choices import EntrySource
from maillage.apps.books.models import (
    BookAccount,
    BookParty,
    Books,
    BookSettlement,
    FiscalYear,
    Journal,
    JournalCounter,
    JournalEntry,
    JournalLine,
)
from maillage.apps.directory.models import Organization
from maillage.cores.accounting import JOURNALS, Entry, InvalidEntry, Line, Party, opposite
from maillage.kernel.audit.actions import record

KIND = "books"
BY_HAND = (EntrySource.MANUAL, EntrySource.GIFT)
"""What somebody writes; the rest writes itself, whoever did what it comes from."""


@dataclass(frozen=True)
class ToWrite:
    """An entry, where it comes from, and the key under which it is written once."""

    entry: Entry
    source: EntrySource
    key: str
    reverses: JournalEntry | None = None
    settlement: BookSettlement | None = None


def lock_books(organization_ids: Iterable[int]) -> dict[int, Books]:
    """The books of these organisations that have some, locked in the order of their keys, by organisation."""
    wanted = Books.objects.filter(organization_id__in=set(organization_ids))
    locked = list(wanted.select_for_update(of=("self",)).select_related("organization").order_by("pk"))
    return {books.organization_id: books for books in locked}


def year_of(books: Books, day: date) -> FiscalYear:
    """The year that holds the day, open on it. Raises NoYearError, ClosedPeriodError."""
    year = FiscalYear.objects.filter(books=books, starts_on__lte=day, ends_on__gte=day).first()
    if year is None:
        raise NoYearError(books.organization.name, day)
    if year.is_closed_on(day) and year.closed_until is not None:
        raise ClosedPeriodError(books.organization.name, day, year.closed_until)
    return year


def party_of(books: Books, organization: Organization) -> BookParty:
    """The sub-account of a partner of this site, made when it is met first; its name follows the fiche's."""
    party, _made = BookParty.objects.get_or_create(
        books=books,
        organization=organization,
        defaults={"number": f"M{organization.pk}", "name": organization.name[:200]},
    )
    return party


def as_core(party: BookParty) -> Party:
    return Party(party.number, party.name)


def write_entry(
    *, books: Books, wanted: ToWrite, actor: Person | None, on_behalf_of: str = "", now: datetime
) -> JournalEntry:
    """Number, write and seal one entry; `books` is locked by the caller.

    The same key again gives the entry that it wrote. Raises OtherRequestError when it wrote something else,
    FutureDayError, NoYearError, ClosedPeriodError, RefusedEntryError for an account out of the chart.
    """
    entry = wanted.entry
    known = JournalEntry.objects.filter(books=books, key=wanted.key).first()
    if known is not None:
        if (known.total_cents, known.source) != (entry.total_cents, wanted.source):
            raise OtherRequestError
        return known
    today = localdate(now)
    if entry.day > today:
        raise FutureDayError
    year = year_of(books, entry.day)
    journal = _journal(books, entry.journal)
    written = JournalEntry.objects.create(
        books=books,
        year=year,
        journal=journal,
        number=_next_number(journal, year),
        day=entry.day,
        piece=entry.piece[:100],
        piece_date=entry.piece_date,
        label=entry.label[:200],
        source=wanted.source,
        key=wanted.key,
        reverses=wanted.reverses,
        settlement=wanted.settlement,
        total_cents=entry.total_cents,
        validated_on=today,
        created_by=actor,
        created_at=now,
    )
    _write_lines(books, written, entry.lines)
    JournalEntry.objects.filter(pk=written.pk).update(is_sealed=True)
    written.is_sealed = True
    details: dict[str, Any] = {"entry": written.pk, "source": wanted.source}
    origin = wanted.reverses.source if wanted.reverses else wanted.source
    if origin in BY_HAND:
        details |= office_details(
            actor=actor,
            organization=books.organization,
            told=_("%(who)s wrote for you in the journal: %(label)s.")
            % {"who": actor, "label": written.label},
            url=reverse("books:accounts_entry", args=[books.organization_id, written.pk]),
            now=now,
        )
    record(
        actor=actor,
        verb="books.entry",
        target_kind=KIND,
        target_id=books.pk,
        target_label=f"{journal.code} {written.number} {written.label}",
        on_behalf_of=on_behalf_of or books.organization.name,
        details=details,
        now=now,
    )
    return written


def _journal(books: Books, code: str) -> Journal:
    journal, _made = Journal.objects.get_or_create(
        books=books, code=code, defaults={"label": JOURNALS.get(code, code)}
    )
    return journal


def _next_number(journal: Journal, year: FiscalYear) -> int:
    """The books are locked, so that nobody takes the same number, and a refusal leaves no hole."""
    counter, _made = JournalCounter.objects.get_or_create(journal=journal, year=year)
    counter.last_number += 1
    counter.save(update_fields=["last_number"])
    return counter.last_number


def _write_lines(books: Books, entry: JournalEntry, lines: Sequence[Line]) -> None:
    accounts = {account.number: account for account in BookAccount.objects.filter(books=books)}
    parties = {
        party.number: party
        for party in BookParty.objects.filter(books=books, number__in={line.party.number for line in lines if line.party})
    }  # fmt: skip
    for number, line in enumerate(lines, start=1):
        if line.account not in accounts:
            if not books.chart.is_number(line.account):
                raise RefusedEntryError(InvalidEntry("account", number, line.account))
            accounts[line.account] = BookAccount.objects.create(
                books=books, number=line.account, label=books.chart.label_of(line.account)
            )
        if line.party and line.party.number not in parties:
            parties[line.party.number] = BookParty.objects.create(
                books=books, number=line.party.number, name=line.party.name[:200]
            )
    JournalLine.objects.bulk_create(
        JournalLine(
            entry=entry,
            rank=rank,
            account=accounts[line.account],
            party=parties[line.party.number] if line.party else None,
            reference=line.reference[:100],
            debit_cents=line.debit_cents,
            credit_cents=line.credit_cents,
        )
        for rank, line in enumerate(lines, start=1)
    )


def core_entry(entry: JournalEntry) -> Entry:
    """An entry of the books as the core knows it."""
    lines = entry.lines.select_related("account", "party").order_by("rank")
    return Entry(
        entry.journal.code,
        entry.day,
        entry.piece,
        entry.piece_date,
        entry.label,
        tuple(
            Line(
                line.account.number,
                line.debit_cents,
                line.credit_cents,
                as_core(line.party) if line.party else None,
                line.reference,
            )
            for line in lines
        ),
    )


@transaction.atomic
def enter_by_hand(
    *, actor: Person, organization_id: int, entry: Entry, key: str, now: datetime
) -> JournalEntry:
    """Write an entry that somebody typed. Sent twice under one key, it counts once. Raises BooksError."""
    books = lock_books([organization_id])[organization_id]
    source = EntrySource.GIFT if entry.is_gift else EntrySource.MANUAL
    return write_entry(books=books, wanted=ToWrite(entry, source, f"manual:{key}"), actor=actor, now=now)


def write_opposite(
    *,
    books: Books,
    entry: JournalEntry,
    day: date,
    label: str,
    actor: Person | None,
    now: datetime,
) -> JournalEntry:
    """The opposite of an entry; the books are locked. Written once, whatever happens."""
    turned = opposite(core_entry(entry), day=day, label=label)
    wanted = ToWrite(
        turned, EntrySource.REVERSAL, f"reverse:{entry.pk}", reverses=entry, settlement=entry.settlement
    )
    return write_entry(books=books, wanted=wanted, actor=actor, now=now)
