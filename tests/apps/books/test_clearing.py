"""Invoices booked, debts cleared together and that undone: the worked example of the documentation, in real books."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import translation

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.booking import (
    BookedPart,
    InvoiceToBook,
    TransferToBook,
    book_invoice,
    book_transfer,
)
from maillage.apps.books.actions.clearing import (
    BadBatchError,
    SettlementBatch,
    SettlementLine,
    UndoneError,
    settle_together,
    undo_settlement,
)
from maillage.apps.books.actions.opening import BooksChoices, close_period, open_books
from maillage.apps.books.actions.refusals import (
    BooksError,
    ClosedPeriodError,
    OtherRequestError,
    SettledBeyondError,
)
from maillage.apps.books.actions.reversing import undo_transfer
from maillage.apps.books.models import Books, BookSettlement, JournalEntry, JournalLine, Lettering, WaitingVat
from maillage.apps.books.queries.fec import fec_report
from maillage.apps.directory.models import Organization
from tests.apps.books.conftest import books_of
from tests.apps.books.making import NOON, make_issued, make_seller
from tests.cores.accounting.test_worked_example import page_rows
from tests.factories import NOW

LATER = NOW + timedelta(days=60)
SET_OFF_ON = date(2026, 3, 31)


@pytest.fixture
def furniture(recyclerie: Organization, radio: Organization) -> InvoiceToBook:
    return InvoiceToBook(
        recyclerie.pk, radio.pk, "R-2026-0007", date(2026, 3, 2), "Mobilier", (BookedPart(50_000, 10_000),)
    )


@pytest.fixture
def spots(recyclerie: Organization, radio: Organization) -> InvoiceToBook:
    part = BookedPart(40_000, 8_000, is_service=True)
    return InvoiceToBook(radio.pk, recyclerie.pk, "P-2026-0012", date(2026, 3, 5), "Annonces", (part,))


@pytest.fixture
def lot(recyclerie: Organization, radio: Organization) -> SettlementBatch:
    lines = (
        SettlementLine(recyclerie.pk, radio.pk, 48_000, "P-2026-0012"),
        SettlementLine(radio.pk, recyclerie.pk, 48_000, "R-2026-0007"),
    )
    return SettlementBatch("clearing:3", "LOT-3", SET_OFF_ON, lines)


@pytest.fixture
def invoiced(
    recyclerie_books: Books, radio_books: Books, furniture: InvoiceToBook, spots: InvoiceToBook
) -> None:
    Books.objects.filter(pk=recyclerie_books.pk).update(services_bought_account="6231")
    for invoice in (furniture, spots):
        book_invoice(actor=None, invoice=invoice, now=LATER)


def rows(books: Books) -> list[tuple[str, str, str, str, int, int]]:
    lines = JournalLine.objects.filter(entry__books=books).select_related(
        "entry__journal", "account", "party"
    )
    return [
        (
            f"{line.entry.journal.code} {line.entry.number}",
            line.entry.day.strftime("%d/%m"),
            line.account.number,
            line.party.name if line.party else "",
            line.debit_cents,
            line.credit_cents,
        )
        for line in lines.order_by("entry__day", "entry_id", "rank")
    ]


def letters(books: Books) -> dict[tuple[str, str], list[int]]:
    found: dict[tuple[str, str], list[int]] = {}
    for line in JournalLine.objects.filter(entry__books=books, lettering__isnull=False).order_by("pk"):
        assert line.lettering is not None
        found.setdefault((line.account.number, line.lettering.code), []).append(line.balance_cents)
    return found


def state(*all_books: Books) -> object:
    """What a refusal must leave as it was."""
    return (
        [rows(books) for books in all_books],
        [letters(books) for books in all_books],
        sorted(WaitingVat.objects.values_list("pk", "settled_cents")),
        BookSettlement.objects.count(),
    )


@pytest.mark.usefixtures("invoiced")
def test_the_worked_example_in_real_books(
    recyclerie_books: Books, radio_books: Books, recyclerie: Organization, radio: Organization, lot: SettlementBatch
) -> None:  # fmt: skip
    settle_together(actor=None, batch=lot, now=LATER)
    paid = TransferToBook(
        radio.pk, recyclerie.pk, 12_000, date(2026, 4, 10), "t1", "Crédit mutuel", "R-2026-0007"
    )
    book_transfer(actor=None, transfer=paid, now=LATER)
    assert rows(recyclerie_books) == page_rows("Chez la Recyclerie")
    assert rows(radio_books) == page_rows("Chez Radio Pays")
    assert letters(recyclerie_books) == {
        ("4018", "AA"): [-48_000, 48_000],
        ("4118", "AA"): [60_000, -48_000, -12_000],
    }
    assert letters(radio_books) == {
        ("4018", "AA"): [-60_000, 48_000, 12_000],
        ("4118", "AA"): [48_000, -48_000],
    }
    for books in (recyclerie_books, radio_books):
        report = fec_report(books, books.years.get())
        assert (report.verdict, report.findings) == ("conform", ())


@pytest.mark.usefixtures("invoiced")
def test_all_that_is_asked_twice_is_done_once(
    recyclerie_books: Books, radio_books: Books, furniture: InvoiceToBook, lot: SettlementBatch
) -> None:
    settle_together(actor=None, batch=lot, now=LATER)
    before = state(recyclerie_books, radio_books)
    settle_together(actor=None, batch=lot, now=LATER)
    book_invoice(actor=None, invoice=furniture, now=LATER)
    assert state(recyclerie_books, radio_books) == before
    undo_settlement(actor=None, key=lot.key, undone_on=SET_OFF_ON, now=LATER)
    undone = state(recyclerie_books, radio_books)
    undo_settlement(actor=None, key=lot.key, undone_on=SET_OFF_ON, now=LATER)
    assert state(recyclerie_books, radio_books) == undone


@pytest.mark.usefixtures("invoiced")
def test_a_cancelled_batch_is_undone_everywhere_and_may_be_made_anew(
    recyclerie_books: Books, radio_books: Books, lot: SettlementBatch
) -> None:
    settle_together(actor=None, batch=lot, now=LATER)
    undo_settlement(actor=None, key=lot.key, undone_on=date(2026, 4, 2), now=LATER)
    for books in (recyclerie_books, radio_books):
        of_batch = JournalEntry.objects.filter(books=books, settlement__key=lot.key)
        assert of_batch.count() == 4
        assert of_batch.filter(reverses__isnull=False, day=date(2026, 4, 2)).count() == 2
        sums: dict[str, int] = {}
        for line in JournalLine.objects.filter(entry__in=of_batch):
            sums[line.account.number] = sums.get(line.account.number, 0) + line.balance_cents
        assert set(sums.values()) == {0}
        assert all(sum(group) == 0 for group in letters(books).values())
        assert fec_report(books, books.years.get()).verdict == "conform"
    assert set(WaitingVat.objects.values_list("settled_cents", flat=True)) == {0}
    with pytest.raises(UndoneError):
        settle_together(actor=None, batch=lot, now=LATER)
    settle_together(actor=None, batch=replace(lot, key="clearing:4", reference="LOT-4"), now=LATER)
    assert set(WaitingVat.objects.values_list("settled_cents", flat=True)) == {48_000}
    free = JournalLine.objects.filter(
        reference="P-2026-0012", lettering__isnull=True, entry__settlement__key="clearing:4"
    )
    assert not free.exists()
    assert Lettering.objects.filter(removed_at__isnull=False).exists()


@pytest.mark.usefixtures("invoiced")
def test_a_closed_period_anywhere_leaves_everybody_untouched(
    recyclerie_books: Books, radio_books: Books, omar: Person, lot: SettlementBatch
) -> None:
    close_period(actor=omar, organization_id=radio_books.organization_id, until=SET_OFF_ON, today=date(2026, 5, 1), now=LATER)  # fmt: skip
    before = state(recyclerie_books, radio_books)
    with pytest.raises(ClosedPeriodError) as refusal, translation.override("fr"):
        settle_together(actor=None, batch=lot, now=LATER)
    assert "Radio Pays" in refusal.value.sentence
    assert state(recyclerie_books, radio_books) == before


@pytest.mark.usefixtures("invoiced")
def test_what_is_refused_changes_nothing(
    recyclerie_books: Books, radio_books: Books, lot: SettlementBatch
) -> None:
    first, second = lot.lines
    settle_together(actor=None, batch=lot, now=LATER)
    before = state(recyclerie_books, radio_books)
    for lines, error in (
        ((), BadBatchError),
        ((replace(first, amount_cents=0),), BadBatchError),
        ((replace(first, creditor_id=first.debtor_id),), BadBatchError),
        ((replace(second, amount_cents=12_000), replace(first, amount_cents=1)), SettledBeyondError),
    ):
        with pytest.raises(error):
            settle_together(actor=None, batch=replace(lot, key="other", lines=lines), now=LATER)
    with pytest.raises(OtherRequestError):
        settle_together(actor=None, batch=replace(lot, lines=(first,)), now=LATER)
    assert state(recyclerie_books, radio_books) == before


def test_who_keeps_no_books_here_does_not_stop_the_others(
    recyclerie_books: Books, recyclerie: Organization, radio: Organization, theatre: Organization
) -> None:
    lines = (
        SettlementLine(radio.pk, theatre.pk, 10_000),
        SettlementLine(theatre.pk, recyclerie.pk, 10_000),
        SettlementLine(recyclerie.pk, radio.pk, 10_000),
    )
    settle_together(actor=None, batch=SettlementBatch("c:1", "LOT-1", SET_OFF_ON, lines), now=LATER)
    assert rows(recyclerie_books) == [
        ("CO 1", "31/03", "4018", "Radio Pays", 10_000, 0),
        ("CO 1", "31/03", "4118", "Le Théâtre", 0, 10_000),
    ]
    assert JournalEntry.objects.count() == 1


def test_a_credit_note_takes_back_what_it_credits(
    recyclerie_books: Books, radio_books: Books, spots: InvoiceToBook, radio: Organization
) -> None:
    book_invoice(actor=None, invoice=spots, now=LATER)
    note = replace(
        spots, reference="A-2026-0001", credits=spots.reference, label="Avoir", issued_on=date(2026, 3, 9)
    )
    book_invoice(actor=None, invoice=note, now=LATER)
    for books in (recyclerie_books, radio_books):
        sums: dict[str, int] = {}
        for line in JournalLine.objects.filter(entry__books=books):
            sums[line.account.number] = sums.get(line.account.number, 0) + line.balance_cents
        assert set(sums.values()) == {0}
        assert list(letters(books).values()) == [
            [48_000, -48_000] if books == radio_books else [-48_000, 48_000]
        ]
        assert fec_report(books, books.years.get()).verdict == "conform"
    assert not WaitingVat.objects.exists()


@pytest.mark.usefixtures("invoiced")
def test_a_transfer_undone_waits_again(
    recyclerie_books: Books, radio_books: Books, recyclerie: Organization, radio: Organization
) -> None:
    paid = TransferToBook(recyclerie.pk, radio.pk, 16_000, SET_OFF_ON, "t9", "Crédit mutuel", "P-2026-0012")
    book_transfer(actor=None, transfer=paid, now=LATER)
    due = JournalLine.objects.filter(account__number="44571", entry__books=radio_books, entry__source="vat")
    assert due.get().credit_cents == 2_667
    undo_transfer(actor=None, key="t9", undone_on=date(2026, 4, 1), now=LATER)
    undo_transfer(actor=None, key="t9", undone_on=date(2026, 4, 1), now=LATER)
    assert set(WaitingVat.objects.values_list("settled_cents", flat=True)) == {0}
    balance = sum(
        line.balance_cents
        for line in JournalLine.objects.filter(account__number="44571", entry__books=radio_books)
    )
    assert balance == 0


def test_a_late_invoice_goes_to_the_first_open_day_of_the_customer(
    recyclerie_books: Books, radio_books: Books, furniture: InvoiceToBook, omar: Person
) -> None:
    close_period(actor=omar, organization_id=radio_books.organization_id, until=date(2026, 3, 31), today=date(2026, 5, 1), now=LATER)  # fmt: skip
    sale, bought = book_invoice(actor=None, invoice=furniture, now=LATER)
    assert (sale.day, bought.day, bought.piece_date) == (date(2026, 3, 2), date(2026, 4, 1), date(2026, 3, 2))


def test_books_opened_later_know_nothing_of_before(
    radio_books: Books, recyclerie: Organization, furniture: InvoiceToBook, maya: Person
) -> None:
    assert len(book_invoice(actor=None, invoice=furniture, now=LATER)) == 1
    books_of(recyclerie, maya)
    assert len(book_invoice(actor=None, invoice=furniture, now=LATER)) == 2


@pytest.mark.django_db
def test_a_batch_moves_the_invoices_of_the_site_and_moves_them_back() -> None:
    """Of bodies with and without books here; an invoice that has less left stops the whole batch."""
    seller, buyer = make_seller("La Forge"), make_seller("Le Moulin")
    books = open_books(
        actor=None,
        organization_id=seller.pk,
        choices=BooksChoices("general"),
        starts_on=date(NOON.year, 1, 1),
        ends_on=date(NOON.year, 12, 31),
        now=NOON,
    )
    one, other = make_issued(seller, buyer), make_issued(buyer, seller)
    lines = (
        SettlementLine(buyer.pk, seller.pk, 10_000, one.number, one.pk),
        SettlementLine(seller.pk, buyer.pk, 10_000, other.number, other.pk),
    )
    batch = SettlementBatch("clearing:9", "LOT-9", NOON.date(), lines)
    settle_together(actor=None, batch=batch, now=NOON)
    settle_together(actor=None, batch=batch, now=NOON)
    for invoice in (one, other):
        invoice.refresh_from_db()
        assert (invoice.set_off_cents, invoice.payment_status) == (10_000, "partly")
    written = JournalEntry.objects.filter(books=books).order_by("pk")
    assert [entry.source for entry in written] == ["sale", "purchase", "set_off", "vat"]
    before = JournalEntry.objects.count()
    too_much = replace(lines[1], amount_cents=other.gross_cents)
    with pytest.raises(BooksError) as refusal:
        settle_together(
            actor=None, batch=replace(batch, key="clearing:10", lines=(lines[0], too_much)), now=NOON
        )
    assert other.number in refusal.value.sentence
    one.refresh_from_db()
    assert (one.set_off_cents, JournalEntry.objects.count()) == (10_000, before)
    undo_settlement(actor=None, key=batch.key, undone_on=NOON.date(), now=NOON)
    undo_settlement(actor=None, key=batch.key, undone_on=NOON.date(), now=NOON)
    for invoice in (one, other):
        invoice.refresh_from_db()
        assert (invoice.set_off_cents, invoice.payment_status) == (0, "unpaid")
