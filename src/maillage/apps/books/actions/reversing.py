"""Undoing by opposite entries: nothing is rubbed out."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.booking import first_open_day
from maillage.apps.books.actions.lettering import letter_references, letter_together, take_letters_off
from maillage.apps.books.actions.refusals import AlreadyReversedError, ComesFromElsewhereError
from maillage.apps.books.actions.vat import unsettle_vat
from maillage.apps.books.actions.writing import lock_books, write_opposite
from maillage.apps.books.choices import EntrySource
from maillage.apps.books.models import Books, JournalEntry, ReceivedInvoice

REVERSIBLE = (EntrySource.MANUAL, EntrySource.GIFT)
"""What somebody wrote by hand, and may undo by hand."""


@transaction.atomic
def reverse_entry(
    *, actor: Person, organization_id: int, entry_id: int, label: str, now: datetime
) -> JournalEntry:
    """Undo an entry by its opposite, dated today: nothing is rubbed out. Its letters are taken off first, and
    a received invoice that it was the purchase of is let go.

    Raises AlreadyReversedError, ComesFromElsewhereError, BooksError, JournalEntry.DoesNotExist.
    """
    books = lock_books([organization_id])[organization_id]
    entry = JournalEntry.objects.select_related("journal").get(pk=entry_id, books=books)
    if entry.source not in REVERSIBLE:
        raise ComesFromElsewhereError(entry.source)
    if JournalEntry.objects.filter(reverses=entry).exists():
        raise AlreadyReversedError
    undone = write_opposite(books=books, entry=entry, day=localdate(now), label=label, actor=actor, now=now)
    take_letters_off(entry, now=now)
    letter_together(entry, undone, actor=actor, now=now)
    ReceivedInvoice.objects.filter(purchase=entry).update(purchase=None)
    return undone


def undo_entry(
    *, books: Books, entry: JournalEntry, day: date, actor: Person | None, now: datetime
) -> JournalEntry:
    """The opposite of an entry, its letters taken off and both tied together; the books are locked."""
    label = _("Cancellation of %(label)s") % {"label": entry.label}
    undone = write_opposite(books=books, entry=entry, day=day, label=label, actor=actor, now=now)
    take_letters_off(entry, now=now)
    letter_together(entry, undone, actor=actor, now=now)
    # What it settled may balance without it: an invoice and its credit note.
    references = entry.lines.exclude(reference="").values_list("reference", flat=True)
    letter_references(books=books, references=list(references), actor=actor, now=now)
    return undone


@transaction.atomic
def undo_transfer(
    *,
    actor: Person | None,
    key: str,
    undone_on: date,
    source: EntrySource = EntrySource.CREDIT,
    only: int | None = None,
    now: datetime,
) -> list[JournalEntry]:
    """Undo what `book_transfer` wrote from this source under this key, in all the books at once, or in those of `only` one organisation.

    Asked twice, it is done once. An entry takes the first open day when its period is closed. Raises BooksError.
    """
    keys = (f"{source}:{key}", f"vat:{source}:{key}")
    touched = JournalEntry.objects.filter(key__in=keys)
    if only is not None:
        touched = touched.filter(books__organization_id=only)
    locked = lock_books(touched.values_list("books__organization_id", flat=True))
    by_id = {books.pk: books for books in locked.values()}
    undone = []
    for entry in touched.filter(reversed_by__isnull=True).select_related("journal").order_by("pk"):
        books = by_id[entry.books_id]
        if entry.source == source:
            unsettle_vat(books=books, key=entry.key)
        day = first_open_day(books, undone_on)
        undone.append(undo_entry(books=books, entry=entry, day=day, actor=actor, now=now))
    return undone
