"""Payments in money, as noted from the page of an invoice."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from maillage.apps.books.actions.invoices import credit_invoice, update_draft
from maillage.apps.books.actions.issuing import issue_document
from maillage.apps.books.actions.opening import BooksChoices, open_books
from maillage.apps.books.actions.received import NotTakenInError, judge
from maillage.apps.books.actions.settlements import record_settlement
from maillage.apps.books.models import (
    Books,
    FiscalYear,
    Invoice,
    InvoiceSettlement,
    JournalEntry,
    JournalLine,
    Lettering,
)
from maillage.apps.books.queries.contents import draft_content
from maillage.apps.directory.models import Organization
from maillage.kernel.audit.models import AuditEntry
from maillage.kernel.mail.models import Notification
from tests.apps.books.making import line, make_draft, make_manager, make_seller
from tests.apps.books.test_invoice_pages import browser
from tests.apps.books.test_received import GOOD, radio, take  # noqa: F401
from tests.factories import make_person

pytestmark = pytest.mark.django_db


def keeping(body: Organization) -> Books:
    today = timezone.localdate()
    return open_books(
        actor=None,
        organization_id=body.pk,
        choices=BooksChoices(variant="general"),
        starts_on=date(today.year, 1, 1),
        ends_on=date(today.year, 12, 31),
        now=timezone.now(),
    )


def repair(seller: Organization, buyer: Organization) -> Invoice:
    """Five hours at 40,00 €, VAT at 20 %: 240,00 €."""
    draft = make_draft(seller, buyer, lines=(line("40", "5", name="Réparation", unit="HUR"),))
    return issue_document(actor=None, invoice_id=draft.pk, now=timezone.now())


def said(amount: str = "120,00", **changes: str) -> dict[str, str]:
    today = timezone.localdate().isoformat()
    return {
        "amount_cents": amount,
        "paid_on": today,
        "means": "30",
        "words": "VIR 12",
        "key": "une-fois",
        **changes,
    }


def rows(books: Books) -> list[tuple[str, str, int, int]]:
    lines = JournalLine.objects.filter(entry__books=books).order_by("entry__pk", "rank")
    return [
        (each.entry.journal.code, each.account.number, each.debit_cents, each.credit_cents)
        for each in lines.select_related("entry__journal", "account")
    ]


@pytest.fixture
def sides() -> tuple[Organization, Organization]:
    return make_seller("La Recyclerie"), make_seller("Radio Pays")


def test_the_worked_example(sides: tuple[Organization, Organization]) -> None:
    """Half of 240,00 € by transfer: bank, customer, and half of the VAT of services, in both books."""
    seller, buyer = sides
    sold, bought = keeping(seller), keeping(buyer)
    invoice = repair(*sides)
    client, url = browser(make_manager(seller)), reverse("books:invoice_payment", args=[invoice.pk])
    page = client.get(reverse("books:invoice_detail", args=[invoice.pk])).content.decode()
    assert url in page
    assert 'value="240,00"' in client.get(url).content.decode()
    answer = client.post(url, said(), follow=True)
    assert "Paiement de 120,00\xa0€ noté" in answer.content.decode()
    client.post(url, said(), follow=True)
    invoice.refresh_from_db()
    assert (invoice.settled_cents, invoice.set_off_cents, invoice.payment_status) == (12_000, 0, "partly")
    assert rows(sold)[3:] == [
        ("BQ", "512", 12_000, 0),
        ("BQ", "4118", 0, 12_000),
        ("CO", "44574", 2_000, 0),
        ("CO", "44571", 0, 2_000),
    ]
    assert rows(bought)[3:] == [
        ("BQ", "4018", 12_000, 0),
        ("BQ", "512", 0, 12_000),
        ("CO", "44566", 2_000, 0),
        ("CO", "44564", 0, 2_000),
    ]
    client.post(url, said(key="deux", means="10", words=""))
    invoice.refresh_from_db()
    assert invoice.payment_status == "paid"
    assert ("CA", "530", 12_000, 0) in rows(sold)
    assert Lettering.objects.filter(lines__account__number="4118", lines__entry__books=sold).exists()


def test_a_payment_is_undone_by_its_opposite(sides: tuple[Organization, Organization]) -> None:
    sold, invoice = keeping(sides[0]), repair(*sides)
    client = browser(make_manager(sides[0]))
    client.post(reverse("books:invoice_payment", args=[invoice.pk]), said("240"))
    settlement = InvoiceSettlement.objects.get()
    undo = reverse("books:invoice_payment_undo", args=[invoice.pk, settlement.pk])
    assert undo in client.get(reverse("books:invoice_detail", args=[invoice.pk])).content.decode()
    for _again in range(2):
        client.post(undo)
    invoice.refresh_from_db()
    assert (invoice.settled_cents, invoice.payment_status) == (0, "unpaid")
    sums = {number: 0 for _journal, number, _debit, _credit in rows(sold)}
    for _journal, number, debit, credit in rows(sold):
        sums[number] += debit - credit
    assert sums == {"4118": 24_000, "706": -20_000, "44574": -4_000, "512": 0, "44571": 0}
    assert not Lettering.objects.filter(lines__account__number="4118", lines__entry__reversed_by=None, lines__entry__reverses=None).exists()  # fmt: skip
    client.post(reverse("books:invoice_payment", args=[invoice.pk]), said("240", key="encore"))
    invoice.refresh_from_db()
    assert invoice.payment_status == "paid"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount_cents": "240,01"}, "il ne reste que 240,00"),
        ({"amount_cents": "0"}, "plus que zéro"),
        ({"amount_cents": "-5"}, "Écrivez un montant en euros"),
        ({"amount_cents": "1,234"}, "Écrivez un montant en euros"),
        ({"amount_cents": "9" * 30}, "trop grand"),
        ({"means": "97"}, "n’en fait pas partie"),
        ({"paid_on": "2999-01-01"}, "après aujourd’hui"),
        ({"paid_on": "2001-01-01"}, "La facture est postérieure"),
        ({"paid_on": "hier"}, "Écrivez un jour"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    sides: tuple[Organization, Organization], changes: dict[str, str], sentence: str
) -> None:
    invoice = repair(*sides)
    client = browser(make_manager(sides[0]))
    page = client.post(
        reverse("books:invoice_payment", args=[invoice.pk]), said(words="gardé <b>", **changes)
    )
    text = page.content.decode()
    assert page.status_code == 422 and sentence in text and "gardé &lt;b&gt;" in text
    assert not InvoiceSettlement.objects.exists()


def test_books_opened_later_take_up_the_invoice_and_its_payment(
    sides: tuple[Organization, Organization],
) -> None:
    invoice = repair(*sides)
    client = browser(make_manager(sides[0]))
    client.post(reverse("books:invoice_payment", args=[invoice.pk]), said("240"))
    assert not JournalEntry.objects.exists()
    sold = keeping(sides[0])
    assert ("BQ", "512", 24_000, 0) in rows(sold) and ("VE", "4118", 24_000, 0) in rows(sold)
    assert Lettering.objects.filter(lines__account__number="4118").exists()


def test_only_who_issued_notes_and_an_office_is_told(sides: tuple[Organization, Organization]) -> None:
    invoice = repair(*sides)
    url = reverse("books:invoice_payment", args=[invoice.pk])
    customer = browser(make_manager(sides[1]))
    assert url not in customer.get(reverse("books:invoice_detail", args=[invoice.pk])).content.decode()
    assert customer.get(url).status_code == 404 and customer.post(url, said()).status_code == 404
    manager = make_manager(sides[0])
    facilitator = make_person("facilitator", name="Solène")
    browser(facilitator).post(url, said())
    assert AuditEntry.objects.get(verb="invoice.pay").details["office_mode"] is True
    assert Notification.objects.filter(person=manager, title__contains="un paiement reçu").count() == 1
    settlement = InvoiceSettlement.objects.get()
    undo = reverse("books:invoice_payment_undo", args=[invoice.pk, settlement.pk])
    assert customer.post(undo).status_code == 404
    other = repair(*sides)
    assert browser(manager).post(undo.replace(f"/{invoice.pk}/", f"/{other.pk}/", 1)).status_code == 404


def test_a_set_off_is_not_undone_as_a_payment(sides: tuple[Organization, Organization]) -> None:
    invoice = repair(*sides)
    made = record_settlement(
        InvoiceSettlement, actor=None, of_id=invoice.pk, kind="set_off", amount_cents=100, settled_on=timezone.localdate(),
        reference="LOT-1", key="lot", now=timezone.now(),
    )  # fmt: skip
    client = browser(make_manager(sides[0]))
    page = client.post(
        reverse("books:invoice_payment_undo", args=[invoice.pk, made.pk]), follow=True
    ).content.decode()
    assert "Seul un paiement en euros s’annule ici" in page
    invoice.refresh_from_db()
    assert invoice.settled_cents == 100


def test_what_is_paid_of_a_file_is_noted_by_who_pays(radio: Organization) -> None:  # noqa: F811
    taken = take(radio, GOOD)
    client, url = browser(make_manager(radio)), reverse("books:received_payment", args=[taken.pk])
    paid = said("622,71")
    assert "notée comme due" in client.post(url, paid, follow=True).content.decode()
    judge(actor=None, received_id=taken.pk, is_owed=True, reason="", now=timezone.now())
    detail = reverse("books:received_detail", args=[taken.pk])
    assert url in client.get(detail).content.decode()
    page = client.post(url, paid, follow=True).content.decode()
    assert "Réglée" in page and "VIR 12" in page
    settlement = taken.settlements.get()
    client.post(reverse("books:received_payment_undo", args=[taken.pk, settlement.pk]))
    taken.refresh_from_db()
    assert taken.settled_cents == 0
    assert "À régler" in client.get(detail).content.decode()


def credit(invoice: Invoice, hours: str) -> None:
    """A credit note over so many of the hours."""
    note = credit_invoice(actor=None, invoice_id=invoice.pk, request_key=f"avoir-{hours}", now=timezone.now())
    content = replace(
        draft_content(note), lines=(replace(draft_content(note).lines[0], quantity=Decimal(hours)),)
    )
    update_draft(actor=None, invoice_id=note.pk, content=content, now=timezone.now())
    issue_document(actor=None, invoice_id=note.pk, now=timezone.now())


def balances(books: Books) -> dict[str, int]:
    sums: dict[str, int] = {}
    for _journal, number, debit, credit in rows(books):
        sums[number] = sums.get(number, 0) + debit - credit
    return {number: cents for number, cents in sums.items() if cents}


@pytest.mark.parametrize("first", ["120", "200"])
def test_vat_is_due_once_after_a_payment_a_credit_note_and_another_payment(
    sides: tuple[Organization, Organization], first: str
) -> None:
    """Paid, half credited, the payment undone, the rest paid: 120,00 € of which 20,00 € of VAT, on both sides."""
    sold, bought, invoice = keeping(sides[0]), keeping(sides[1]), repair(*sides)
    client, url = browser(make_manager(sides[0])), reverse("books:invoice_payment", args=[invoice.pk])
    client.post(url, said(first))
    credit(invoice, "2.5")
    client.post(reverse("books:invoice_payment_undo", args=[invoice.pk, InvoiceSettlement.objects.get().pk]))
    client.post(url, said("120", key="encore"))
    invoice.refresh_from_db()
    assert invoice.remaining_cents == 0
    assert balances(sold) == {"512": 12_000, "706": -10_000, "44571": -2_000}
    assert balances(bought) == {"512": -12_000, "604": 10_000, "44566": 2_000}


def test_books_opened_late_take_up_a_payment_above_what_a_credit_note_left(
    sides: tuple[Organization, Organization],
) -> None:
    bought, invoice = keeping(sides[1]), repair(*sides)
    client = browser(make_manager(sides[0]))
    client.post(reverse("books:invoice_payment", args=[invoice.pk]), said("200"))
    credit(invoice, "2.5")
    sold = keeping(sides[0])
    assert balances(sold)["4118"] == -balances(bought)["4018"] == -8_000
    assert balances(sold)["44571"] == -balances(bought)["44566"] == -3_333


def test_an_invoice_and_its_credit_note_letter_once_the_payment_is_undone(
    sides: tuple[Organization, Organization],
) -> None:
    sold, invoice = keeping(sides[0]), repair(*sides)
    client = browser(make_manager(sides[0]))
    client.post(reverse("books:invoice_payment", args=[invoice.pk]), said("240"))
    credit(invoice, "5")
    client.post(reverse("books:invoice_payment_undo", args=[invoice.pk, InvoiceSettlement.objects.get().pk]))
    loose = JournalLine.objects.filter(entry__books=sold, account__number="4118", lettering=None)
    assert not loose.exists()


def test_the_books_of_the_customer_hold_nobody_and_its_managers_are_told(
    sides: tuple[Organization, Organization],
) -> None:
    sold, bought, invoice = keeping(sides[0]), keeping(sides[1]), repair(*sides)
    client, customer = browser(make_manager(sides[0])), make_manager(sides[1])
    client.post(reverse("books:invoice_payment", args=[invoice.pk]), said("240"))
    FiscalYear.objects.filter(books=bought).update(closed_until=date(timezone.localdate().year, 12, 31))
    client.post(reverse("books:invoice_payment_undo", args=[invoice.pk, InvoiceSettlement.objects.get().pk]))
    invoice.refresh_from_db()
    assert invoice.remaining_cents == 24_000 and "512" not in balances(sold)
    assert balances(bought)["512"] == -24_000
    told = Notification.objects.get(person=customer, kind="books.unwritten")
    assert "n’est pas dans vos comptes" in told.title and invoice.number in told.title
    FiscalYear.objects.filter(books=sold).update(closed_until=date(timezone.localdate().year, 12, 31))
    page = client.post(reverse("books:invoice_payment", args=[invoice.pk]), said("240", key="clos"))
    assert page.status_code == 422 and InvoiceSettlement.objects.count() == 2


def test_a_request_sent_again_after_it_was_undone_notes_nothing_and_says_so(
    sides: tuple[Organization, Organization],
) -> None:
    invoice = repair(*sides)
    client, url = browser(make_manager(sides[0])), reverse("books:invoice_payment", args=[invoice.pk])
    client.post(url, said("50"))
    client.post(reverse("books:invoice_payment_undo", args=[invoice.pk, InvoiceSettlement.objects.get().pk]))
    assert "Ce règlement a été annulé depuis" in client.post(url, said("50")).content.decode()
    assert client.post(url, said("50", key="une-fois:undone")).status_code == 422
    invoice.refresh_from_db()
    assert invoice.settled_cents == 0


def test_the_file_of_an_invoice_issued_here_is_not_paid_apart(
    sides: tuple[Organization, Organization],
) -> None:
    invoice = repair(*sides)
    with invoice.xml.open("rb") as file:
        twin = take(sides[1], file.read())
    judge(actor=None, received_id=twin.pk, is_owed=True, reason="", now=timezone.now())
    client, url = browser(make_manager(sides[1])), reverse("books:received_payment", args=[twin.pk])
    for answer in (client.get(url, follow=True), client.post(url, said("50"), follow=True)):
        assert "émise sur ce site" in answer.content.decode()
    assert not twin.settlements.exists()


@pytest.mark.parametrize("day", ["20260231", "99991399", "00001126"])
def test_an_incoming_invoice_of_a_day_that_is_in_no_calendar_is_refused(
    radio: Organization,  # noqa: F811
    day: str,
) -> None:
    found = re.search(rb"<udt:DateTimeString format=\"102\">(\d{8})<", GOOD)
    assert found is not None
    with pytest.raises(NotTakenInError) as fault:
        take(radio, GOOD.replace(found.group(1), day.encode()))
    words = str(fault.value)
    assert "(" not in words and "out of range" not in words and "month" not in words, "a sentence of ours"


def test_addresses_typed_by_hand_are_no_fault_of_the_site(sides: tuple[Organization, Organization]) -> None:
    client = browser(make_manager(sides[0]))
    for address in ("/factures/?structure=99999999999999999999", "/factures/nouvelle/?pour=²"):
        assert client.get(address).status_code == 200
