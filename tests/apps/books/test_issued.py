"""An invoice issued here is in the books of its two sides at once, as `docs/explanation/comptes.md` works it out."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from maillage.apps.books.actions.booking import TransferToBook, book_transfer
from maillage.apps.books.actions.composing import CannotIssueError
from maillage.apps.books.actions.invoices import credit_invoice
from maillage.apps.books.actions.issued import booked_parts
from maillage.apps.books.actions.issuing import issue_document
from maillage.apps.books.actions.opening import BooksChoices, close_period, open_books, open_year
from maillage.apps.books.models import Books, Invoice, InvoiceSeries, JournalEntry, JournalLine
from maillage.apps.books.queries.contents import issued_document
from maillage.apps.directory.models import Organization
from tests.apps.books.making import NOON, line, make_draft, make_issued, make_manager, make_seller

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def keeping(body: Organization, starts_on: date = YEAR[0], ends_on: date = YEAR[1]) -> Books:
    choices = BooksChoices(variant="associative")
    return open_books(
        actor=None, organization_id=body.pk, choices=choices, starts_on=starts_on, ends_on=ends_on, now=NOON
    )


def rows(books: Books) -> list[tuple[str, str, int, int]]:
    """(journal, account, debit, credit) of all that is written, in cents."""
    lines = JournalLine.objects.filter(entry__books=books).order_by("entry__pk", "rank")
    return [
        (each.entry.journal.code, each.account.number, each.debit_cents, each.credit_cents)
        for each in lines.select_related("entry__journal", "account")
    ]


def test_the_worked_example(db: None) -> None:
    """Benches at 300,00 €, 5 hours of repair at 40,00 €, VAT at 20 %: 500,00 + 100,00."""
    seller, buyer = make_seller(), make_seller()
    sold, bought = keeping(seller), keeping(buyer)
    lines = (
        line("150", "2", name="Bancs"),
        line("40", "5", name="Réparation", unit="HUR"),
    )
    invoice = make_issued(seller, buyer, lines=lines, nature="mixed")
    assert [
        (part.net_cents, part.vat_cents, part.is_service) for part in booked_parts(issued_document(invoice))
    ] == [
        (20_000, 4_000, True),
        (30_000, 6_000, False),
    ]
    assert rows(sold) == [
        ("VE", "4118", 60_000, 0),
        ("VE", "706", 0, 20_000),
        ("VE", "707", 0, 30_000),
        ("VE", "44571", 0, 6_000),
        ("VE", "44574", 0, 4_000),
    ]
    assert rows(bought) == [
        ("AC", "604", 20_000, 0),
        ("AC", "6063", 30_000, 0),
        ("AC", "44566", 6_000, 0),
        ("AC", "44564", 4_000, 0),
        ("AC", "4018", 0, 60_000),
    ]


@pytest.mark.parametrize("nature", ["goods", "services", "mixed"])
def test_parts_add_up_to_the_cent(db: None, nature: str) -> None:
    lines = (
        line("0.335", "1", unit="HUR"),
        line("0.335", "3"),
        line("1.115", "1", vat_key="rate.intermediate"),
        line("2.225", "1", unit="DAY", vat_key="rate.intermediate"),
    )
    invoice = make_issued(lines=lines, nature=nature)
    parts = booked_parts(issued_document(invoice))
    assert sum(part.net_cents for part in parts) == invoice.net_cents
    assert sum(part.vat_cents for part in parts) == invoice.vat_cents


def test_who_charges_no_vat_gets_none_back(db: None) -> None:
    seller = make_seller()
    bought = keeping(make_seller(vat_regime="non_profit", vat_number=""))
    make_issued(seller, bought.organization, lines=(line("100", "1"),))
    assert rows(bought) == [("AC", "604", 12_000, 0), ("AC", "4018", 0, 12_000)]


def test_a_credit_note_takes_it_back_and_letters(db: None) -> None:
    seller, buyer = make_seller(), make_seller()
    sold = keeping(seller)
    invoice = make_issued(seller, buyer)
    note = credit_invoice(actor=None, invoice_id=invoice.pk, request_key="avoir", now=NOON)
    issue_document(actor=None, invoice_id=note.pk, now=NOON)
    customer = JournalLine.objects.filter(entry__books=sold, account__number="4118")
    assert [(each.debit_cents, each.credit_cents) for each in customer.order_by("pk")] == [
        (62_400, 0),
        (0, 62_400),
    ]
    assert all(each.lettering_id for each in customer)


def test_a_closed_period_refuses_and_loses_nothing(db: None) -> None:
    seller, buyer = make_seller(), make_seller()
    keeping(seller)
    boss = make_manager(seller)
    close_period(
        actor=boss,
        organization_id=seller.pk,
        until=NOON.date(),
        today=NOON.date() + timedelta(days=1),
        now=NOON,
    )
    draft = make_draft(seller, buyer)
    with pytest.raises(CannotIssueError):
        issue_document(actor=boss, invoice_id=draft.pk, now=NOON)
    draft.refresh_from_db()
    assert draft.is_draft and not JournalEntry.objects.exists()
    assert InvoiceSeries.objects.get(issuer=seller).last_number == 0


def test_a_customer_without_that_year_blocks_nobody_and_catches_up(db: None) -> None:
    seller, buyer = make_seller(), make_seller()
    bought = keeping(buyer, date(2025, 1, 1), date(2025, 12, 31))
    invoice = make_issued(seller, buyer)
    assert rows(bought) == []
    open_year(actor=make_manager(buyer), organization_id=buyer.pk, ends_on=YEAR[1], now=NOON)
    assert ("AC", "4018", 0, invoice.gross_cents) in rows(bought)


def test_books_opened_later_begin_with_what_is_still_owed(db: None) -> None:
    seller, buyer = make_seller(), make_seller()
    open_one, settled = make_issued(seller, buyer), make_issued(seller, buyer)
    Invoice.objects.filter(pk=settled.pk).update(settled_cents=settled.gross_cents)
    sold = keeping(seller)
    assert [entry.piece for entry in sold.entries.order_by("pk")] == [open_one.number]
    assert Decimal(sold.entries.get().total_cents) == open_one.gross_cents


def test_what_was_paid_before_in_mutual_credit_letters_with_its_invoice(db: None) -> None:
    seller, buyer = make_seller(), make_seller()
    sold, bought = keeping(seller), keeping(buyer)
    paid = TransferToBook(buyer.pk, seller.pk, 12_000, NOON.date(), "1", "Échange 1")
    book_transfer(actor=None, transfer=paid, now=NOON)
    lines = (line("100", "1"),)
    make_issued(seller, buyer, lines=lines, prepaid_cents=12_000, prepaid_on=NOON.date())
    for books, account in ((sold, "4118"), (bought, "4018")):
        tied = JournalLine.objects.filter(entry__books=books, account__number=account)
        assert len(tied) == 2 and len({each.lettering_id for each in tied if each.lettering_id}) == 1
    due = JournalLine.objects.filter(entry__books=sold, account__number="44571")
    assert sum(each.credit_cents - each.debit_cents for each in due) == 2_000


def test_vat_that_its_invoice_says_due_at_its_date_waits_on_neither_side(db: None) -> None:
    """The seller chose the option for the debits, and told its invoices alone: its books follow what they say."""
    seller, buyer = make_seller(on_debits=True), make_seller()
    sold, bought = keeping(seller), keeping(buyer)
    invoice = make_issued(seller, buyer, lines=(line("40", "5"),))
    assert rows(sold) == [("VE", "4118", 24_000, 0), ("VE", "706", 0, 20_000), ("VE", "44571", 0, 4_000)]
    assert rows(bought) == [("AC", "604", 20_000, 0), ("AC", "44566", 4_000, 0), ("AC", "4018", 0, 24_000)]
    paid = TransferToBook(buyer.pk, seller.pk, 6_000, NOON.date(), "1", "Échange 1", invoice.number)
    book_transfer(actor=None, transfer=paid, now=NOON)
    assert not JournalEntry.objects.filter(source="vat").exists(), "it was due already"


def test_a_credit_note_takes_vat_back_from_where_its_invoice_put_it(db: None) -> None:
    """Whatever the seller chose since."""
    for first, since in ((True, False), (False, True)):
        seller, buyer = make_seller(on_debits=first), make_seller()
        sold, bought = keeping(seller), keeping(buyer)
        invoice = make_issued(seller, buyer, lines=(line("40", "5"),))
        seller.invoicing_profile.on_debits = since
        seller.invoicing_profile.save()
        note = credit_invoice(actor=None, invoice_id=invoice.pk, request_key=f"avoir-{first}", now=NOON)
        note = issue_document(actor=None, invoice_id=note.pk, now=NOON)
        assert issued_document(note).on_debits == first
        said = [each.text for each in issued_document(note).notes]
        assert any("débits" in text for text in said) == first
        collected, deductible = ("44571", "44566") if first else ("44574", "44564")
        assert ("VE", collected, 4_000, 0) in rows(sold)
        assert ("AC", deductible, 0, 4_000) in rows(bought)
