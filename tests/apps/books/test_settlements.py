from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from maillage.apps.books.actions.exchanges import Supply, draft_invoices_for_exchange
from maillage.apps.books.actions.issuing import issue_document
from maillage.apps.books.actions.settlements import CannotSettleError, record_settlement, reverse_settlement
from maillage.apps.books.choices import PaymentStatus
from maillage.apps.books.models import Invoice, InvoiceSettlement
from tests.apps.books.making import NOON, make_draft, make_issued, make_seller

DAY = date(2026, 12, 1)


def settle(invoice: Invoice, amount_cents: int, kind: str = "set_off", key: str = "") -> InvoiceSettlement:
    return record_settlement(
        InvoiceSettlement,
        actor=None,
        of_id=invoice.pk,
        kind=kind,
        amount_cents=amount_cents,
        settled_on=DAY,
        reference="Compensation 1",
        key=key or f"{invoice.pk}-{amount_cents}-{kind}",
        now=NOON,
    )


def test_an_invoice_goes_from_unpaid_to_set_off_and_back(db: None) -> None:
    invoice = make_issued()
    part = settle(invoice, 62271)
    invoice.refresh_from_db()
    assert invoice.payment_status == PaymentStatus.PARTLY and invoice.remaining_cents == 129
    rest = settle(invoice, 129)
    invoice.refresh_from_db()
    assert invoice.payment_status == PaymentStatus.SET_OFF
    for number, undone in enumerate((rest, part)):
        reverse_settlement(
            undone,
            actor=None,
            settled_on=DAY,
            reference="Annulation",
            key=f"x{number}",
            now=NOON,
        )
    invoice.refresh_from_db()
    assert invoice.payment_status == PaymentStatus.UNPAID and invoice.set_off_cents == 0
    assert InvoiceSettlement.objects.count() == 4


def test_what_is_paid_in_money_is_paid(db: None) -> None:
    invoice = make_issued()
    settle(invoice, 62271)
    settle(invoice, 129, "payment")
    invoice.refresh_from_db()
    assert invoice.payment_status == PaymentStatus.PAID


@pytest.mark.parametrize("amount_cents", [0, -5, 62401])
def test_never_beyond_what_is_left(db: None, amount_cents: int) -> None:
    invoice = make_issued()
    with pytest.raises(CannotSettleError):
        settle(invoice, amount_cents)
    assert not InvoiceSettlement.objects.exists()


def test_the_same_key_settles_once_and_no_other_amount(db: None) -> None:
    invoice = make_issued()
    assert settle(invoice, 100, key="k") == settle(invoice, 100, key="k")
    with pytest.raises(CannotSettleError):
        settle(invoice, 200, key="k")
    invoice.refresh_from_db()
    assert invoice.settled_cents == 100


def test_undone_twice_it_is_undone_once(db: None) -> None:
    invoice = make_issued()
    done = settle(invoice, 100)
    first = reverse_settlement(done, actor=None, settled_on=DAY, reference="x", key="1", now=NOON)
    assert first == reverse_settlement(done, actor=None, settled_on=DAY, reference="x", key="2", now=NOON)
    with pytest.raises(CannotSettleError):
        reverse_settlement(first, actor=None, settled_on=DAY, reference="x", key="3", now=NOON)


def test_drafts_quotes_and_credit_notes_are_not_settled(db: None) -> None:
    for document in (make_draft(), make_issued(kind="quote")):
        with pytest.raises(CannotSettleError):
            settle(document, 100)


def test_the_database_keeps_settlements_as_they_are(db: None) -> None:
    done = settle(make_issued(), 100)
    with pytest.raises(DatabaseError), transaction.atomic():
        InvoiceSettlement.objects.filter(pk=done.pk).update(amount_cents=50)
    with pytest.raises(DatabaseError), transaction.atomic():
        Invoice.objects.filter(pk=done.invoice_id).update(settled_cents=62401)


def test_a_barter_is_two_drafts_each_with_its_own_vat(db: None) -> None:
    shop, radio = make_seller(), make_seller(vat_regime="franchise", vat_number="")
    supplies = [
        Supply(shop, radio, "Bureaux", Decimal(3), Decimal("145.50"), "goods"),
        Supply(shop, radio, "Livraison", Decimal("1.75"), Decimal("38.90"), "services", unit="HUR"),
        Supply(radio, shop, "Passages", Decimal(4), Decimal(130), "services"),
    ]

    def both() -> list[Invoice]:
        return draft_invoices_for_exchange(
            actor=None, supplies=supplies, subject="Troc", exchange_key="t1", delivered_on=DAY, now=NOON
        )

    drafts = both()
    assert both() == drafts and Invoice.objects.count() == 2
    by_issuer = {draft.issuer: draft for draft in drafts}
    assert by_issuer[shop].nature == "mixed" and by_issuer[radio].nature == "services"
    assert by_issuer[shop].vat_cents and not by_issuer[radio].vat_cents
    for draft in drafts:
        assert issue_document(actor=None, invoice_id=draft.pk, now=NOON).payment_means == "97"
