"""What a credit note left paid beyond an invoice is given back, from its page; docs/explanation/comptes.md gives the example."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.apps.books.actions.settlements import CannotSettleError, record_settlement
from maillage.apps.books.models import (
    FiscalYear,
    Invoice,
    InvoiceSettlement,
    JournalEntry,
    JournalLine,
    WaitingVat,
)
from maillage.apps.directory.models import Organization
from maillage.kernel.audit.models import AuditEntry
from maillage.kernel.mail.models import Notification
from maillage.portal.soundness import disagreements
from tests.apps.books.making import make_manager
from tests.apps.books.test_invoice_pages import browser
from tests.apps.books.test_payments import balances, credit, keeping, repair, rows, said, sides  # noqa: F401
from tests.factories import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.data]
Sides = tuple[Organization, Organization]


def refund_url(invoice: Invoice) -> str:
    return reverse("books:invoice_refund", args=[invoice.pk])


def pay(client: Client, invoice: Invoice, amount: str = "240") -> None:
    client.post(reverse("books:invoice_payment", args=[invoice.pk]), said(amount))
    invoice.refresh_from_db()


def undo(client: Client, invoice: Invoice, kind: str) -> str:
    row = InvoiceSettlement.objects.filter(kind=kind, reverses=None).order_by("-pk")[0]
    url = reverse("books:invoice_payment_undo", args=[invoice.pk, row.pk])
    return client.post(url, follow=True).content.decode()


@pytest.fixture
def issuer(sides: Sides) -> Client:  # noqa: F811
    return browser(make_manager(sides[0]))


def test_the_worked_example(sides: Sides, issuer: Client) -> None:  # noqa: F811
    sold, bought, invoice = keeping(sides[0]), keeping(sides[1]), repair(*sides)
    pay(issuer, invoice)
    credit(invoice, "2.5")
    before = len(rows(sold)), len(rows(bought))
    url, page = refund_url(invoice), reverse("books:invoice_detail", args=[invoice.pk])
    shown = issuer.get(page).content.decode()
    assert url in shown and "120,00" in shown and "À rendre au client" in shown
    assert 'value="120,00"' in issuer.get(url).content.decode()
    note = invoice.credit_notes.get()
    assert url in issuer.get(reverse("books:invoice_detail", args=[note.pk])).content.decode()
    for amount, key in (("45", "un"), ("75", "deux")):
        done = issuer.post(url, said(amount, key=key), follow=True).content.decode()
        assert "comme rendus" in done
        issuer.post(url, said(amount, key=key))
    assert rows(sold)[before[0] :] == [
        ("BQ", "512", 0, 4_500), ("BQ", "4118", 4_500, 0), ("CO", "44574", 0, 750), ("CO", "44571", 750, 0),
        ("BQ", "512", 0, 7_500), ("BQ", "4118", 7_500, 0), ("CO", "44574", 0, 1_250), ("CO", "44571", 1_250, 0),
    ]  # fmt: skip
    assert rows(bought)[before[1] :] == [
        ("BQ", "4018", 0, 4_500), ("BQ", "512", 4_500, 0), ("CO", "44566", 0, 750), ("CO", "44564", 750, 0),
        ("BQ", "4018", 0, 7_500), ("BQ", "512", 7_500, 0), ("CO", "44566", 0, 1_250), ("CO", "44564", 1_250, 0),
    ]  # fmt: skip
    assert balances(sold) == {"512": 12_000, "706": -10_000, "44571": -2_000}
    assert balances(bought) == {"512": -12_000, "604": 10_000, "44566": 2_000}
    loose = JournalLine.objects.filter(account__number__in=("4118", "4018"), lettering=None)
    assert not loose.exists()
    invoice.refresh_from_db()
    assert (invoice.settled_cents, invoice.owed_back_cents, invoice.remaining_cents) == (12_000, 0, 0)
    assert invoice.payment_status == "paid" and not disagreements()
    assert "à rendre" in issuer.get(url, follow=True).content.decode()
    assert InvoiceSettlement.objects.filter(kind="refund").count() == 2


def test_a_refund_is_undone_and_everything_is_as_before(sides: Sides, issuer: Client) -> None:  # noqa: F811
    sold, bought, invoice = keeping(sides[0]), keeping(sides[1]), repair(*sides)
    pay(issuer, invoice, "200")
    credit(invoice, "2.5")
    before, waiting = (balances(sold), balances(bought)), WaitingVat.objects.order_by("pk").values()
    kept = list(waiting)
    issuer.post(refund_url(invoice), said("80"))
    assert balances(sold) == {"512": 12_000, "706": -10_000, "44571": -2_000}
    assert "remboursement est annulé" in undo(issuer, invoice, "refund")
    assert (balances(sold), balances(bought)) == before and list(waiting.all()) == kept
    invoice.refresh_from_db()
    assert (invoice.settled_cents, invoice.owed_back_cents) == (20_000, 8_000)
    assert list(AuditEntry.objects.filter(verb__contains="refund").order_by("pk").values_list("verb", flat=True)) == [
        "invoice.refund", "invoice.unrefund",
    ]  # fmt: skip
    assert not disagreements()


def test_what_was_given_back_is_undone_before_what_was_paid(sides: Sides, issuer: Client) -> None:  # noqa: F811
    sold, invoice = keeping(sides[0]), repair(*sides)
    pay(issuer, invoice)
    credit(invoice, "5")
    issuer.post(refund_url(invoice), said("240"))
    assert balances(sold) == {}
    assert "annulez d’abord le remboursement" in undo(issuer, invoice, "payment")
    invoice.refresh_from_db()
    assert invoice.settled_cents == 0 and invoice.remaining_cents == 0
    undo(issuer, invoice, "refund")
    undo(issuer, invoice, "payment")
    assert balances(sold) == {} and not disagreements()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount_cents": "120,01"}, "120,00"),
        ({"amount_cents": "0"}, "plus de zéro"),
        ({"paid_on": (date.today() + timedelta(days=400)).isoformat()}, "après aujourd’hui"),
        ({"paid_on": "2020-01-01"}, "postérieure à ce remboursement"),
        ({"means": "97"}, "choix"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(
    sides: Sides,  # noqa: F811
    issuer: Client,
    changes: dict[str, str],
    sentence: str,
) -> None:
    invoice = repair(*sides)
    pay(issuer, invoice)
    credit(invoice, "2.5")
    page = issuer.post(refund_url(invoice), said("60", words="gardé <b>") | changes)
    text = page.content.decode()
    assert page.status_code == 422 and sentence in text and "gardé &lt;b&gt;" in text
    assert not InvoiceSettlement.objects.filter(kind="refund").exists()


def test_nothing_is_given_back_where_nothing_is_owed_back(sides: Sides, issuer: Client) -> None:  # noqa: F811
    invoice = repair(*sides)
    pay(issuer, invoice, "120")
    credit(invoice, "2.5")
    assert (
        refund_url(invoice)
        not in issuer.get(reverse("books:invoice_detail", args=[invoice.pk])).content.decode()
    )
    for answer in (issuer.get(refund_url(invoice)), issuer.post(refund_url(invoice), said("1"))):
        assert answer.status_code == 302
    assert InvoiceSettlement.objects.count() == 1


def test_only_the_issuer_notes_it_and_an_office_is_told(sides: Sides, issuer: Client) -> None:  # noqa: F811
    invoice = repair(*sides)
    pay(issuer, invoice)
    credit(invoice, "2.5")
    customer = browser(make_manager(sides[1]))
    shown = customer.get(reverse("books:invoice_detail", args=[invoice.pk])).content.decode()
    assert "À vous rendre" in shown and refund_url(invoice) not in shown
    assert customer.get(refund_url(invoice)).status_code == 404
    assert customer.post(refund_url(invoice), said("1")).status_code == 404
    manager = make_manager(sides[0])
    browser(make_person("facilitator", name="Solène")).post(refund_url(invoice), said("120"))
    assert Notification.objects.filter(person=manager, title__contains="un remboursement").count() == 1


def test_books_opened_late_take_up_the_refund_after_the_credit_note(sides: Sides, issuer: Client) -> None:  # noqa: F811
    invoice = repair(*sides)
    pay(issuer, invoice)
    credit(invoice, "2.5")
    issuer.post(refund_url(invoice), said("120"))
    assert not JournalEntry.objects.exists()
    sold, bought = keeping(sides[0]), keeping(sides[1])
    assert balances(sold) == {"512": 12_000, "706": -10_000, "44571": -2_000}
    assert balances(bought) == {"512": -12_000, "604": 10_000, "44566": 2_000}


def test_the_books_of_the_customer_hold_nobody(sides: Sides, issuer: Client) -> None:  # noqa: F811
    sold, bought, invoice = keeping(sides[0]), keeping(sides[1]), repair(*sides)
    customer = make_manager(sides[1])
    pay(issuer, invoice)
    credit(invoice, "2.5")
    FiscalYear.objects.filter(books=bought).update(closed_until=date(timezone.localdate().year, 12, 31))
    issuer.post(refund_url(invoice), said("120"))
    assert balances(sold)["512"] == 12_000 and balances(bought)["512"] == -24_000
    assert Notification.objects.filter(person=customer, kind="books.unwritten").exists()


def test_what_was_set_off_is_given_back_in_money_too(sides: Sides, issuer: Client) -> None:  # noqa: F811
    invoice = repair(*sides)
    record_settlement(
        InvoiceSettlement, actor=None, of_id=invoice.pk, kind="set_off", amount_cents=24_000,
        settled_on=timezone.localdate(), reference="LOT-1", key="lot", now=timezone.now(),
    )  # fmt: skip
    credit(invoice, "2.5")
    issuer.post(refund_url(invoice), said("120"))
    invoice.refresh_from_db()
    assert (invoice.settled_cents, invoice.payment_status) == (12_000, "set_off")


def test_the_database_and_the_action_keep_the_signs(sides: Sides) -> None:  # noqa: F811
    invoice = repair(*sides)
    row = {
        "actor": None,
        "of_id": invoice.pk,
        "settled_on": timezone.localdate(),
        "reference": "x",
        "key": "k",
    }
    for kind, cents in (("payment", -5), ("refund", 5), ("refund", -5)):
        with pytest.raises(CannotSettleError):
            record_settlement(InvoiceSettlement, kind=kind, amount_cents=cents, now=timezone.now(), **row)
        if (cents < 0) != (kind == "refund"):
            with pytest.raises(DatabaseError), transaction.atomic():
                InvoiceSettlement.objects.create(
                    invoice=invoice, kind=kind, amount_cents=cents, settled_on=timezone.localdate(), reference="x",
                    key=f"{kind}{cents}", created_at=timezone.now(),
                )  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(settled_cents=-1)
