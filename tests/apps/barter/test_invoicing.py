"""From an exchange in units to the invoice of who provided it, already settled, and to the books of both."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.credit import Deal, InvoicedError, answer, make_deal
from maillage.apps.barter.actions.invoicing import NotInvoicedError, draft_invoice
from maillage.apps.barter.models import Circle
from maillage.apps.barter.queries.acting import Acting
from maillage.apps.books.actions.invoices import credit_invoice
from maillage.apps.books.actions.issuing import issue_document
from maillage.apps.books.actions.opening import BooksChoices, open_books
from maillage.apps.books.models import Invoice, JournalLine
from maillage.apps.directory.models import Organization
from maillage.apps.ledger.actions.reversals import AlreadyReversedError
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.queries.contents import Order
from maillage.kernel.audit.models import AuditEntry
from maillage.kernel.mail.models import Notification
from tests.apps.books.making import NOON, make_seller
from tests.factories import make_circle, make_person, tie

pytestmark = [pytest.mark.django_db, pytest.mark.data]


@pytest.fixture
def seller() -> Organization:
    return make_seller("La Forge")


@pytest.fixture
def buyer() -> Organization:
    return make_seller("Le Moulin")


@pytest.fixture
def circle(solene: Person, seller: Organization, buyer: Organization) -> Circle:
    return make_circle(solene, "Le cercle", seller, buyer)


@pytest.fixture
def paid(circle: Circle, solene: Person, seller: Organization, buyer: Organization) -> Transfer:
    """120 units for six hours of welding."""
    accounts = {each.owner_id: each.pk for each in Account.objects.filter(unit=circle.credit.unit)}
    order = Order(payer_id=accounts[buyer.pk], payee_id=accounts[seller.pk], amount=12_000, label="Soudure")
    return make_deal(
        acting=Acting(person=solene, organization=buyer, in_office_mode=True),
        circle=circle,
        deal=Deal(way="received", order=order, category="skills"),
        key="une-clé-de-vingt-signes",
        now=NOON,
    )


def for_seller(solene: Person, seller: Organization) -> Acting:
    return Acting(person=solene, organization=seller, in_office_mode=True)


def test_the_draft_says_what_was_provided_and_that_it_is_settled(
    solene: Person, circle: Circle, seller: Organization, buyer: Organization, paid: Transfer
) -> None:
    """120 units: 100,00 € without VAT, 20,00 € of VAT, nothing left to pay (framework S2)."""
    said = {"acting": for_seller(solene, seller), "circle": circle, "transfer_id": paid.pk, "now": NOON}
    draft = draft_invoice(**said)
    assert draft_invoice(**said).pk == draft.pk
    entry = AuditEntry.objects.get(verb="credit.invoice")
    assert entry.on_behalf_of == seller.name and entry.details["office_mode"]
    assert (draft.issuer_id, draft.customer_id, draft.prepaid_cents) == (seller.pk, buyer.pk, 12_000)
    choices = BooksChoices(variant="associative")
    year = (date(NOON.year, 1, 1), date(NOON.year, 12, 31))
    sold = open_books(
        actor=None, organization_id=seller.pk, choices=choices, starts_on=year[0], ends_on=year[1], now=NOON
    )
    issued = issue_document(actor=None, invoice_id=draft.pk, now=NOON)
    assert (issued.net_cents, issued.vat_cents, issued.remaining_cents) == (10_000, 2_000, 0)
    with issued.xml.open("rb") as file:
        xml = file.read().decode()
    assert ">S2<" in xml and "<ram:TypeCode>97<" in xml
    due = JournalLine.objects.filter(entry__books=sold, account__number="44571")
    assert sum(each.credit_cents - each.debit_cents for each in due) == 2_000  # it waits for nothing more


def test_only_who_provided_invoices_and_nothing_that_was_reversed(
    solene: Person, circle: Circle, seller: Organization, buyer: Organization, paid: Transfer
) -> None:
    with pytest.raises(NotInvoicedError):
        draft_invoice(acting=for_seller(solene, buyer), circle=circle, transfer_id=paid.pk, now=NOON)
    client = Client()
    person = tie_manager(seller)
    client.force_login(person)
    page = reverse("barter:transfer", args=[circle.pk, paid.pk])
    assert "Préparer la facture" in client.get(page).content.decode()
    action = reverse("barter:transfer_invoice", args=[circle.pk, paid.pk])
    opened = client.post(action, follow=True)
    assert opened.status_code == 200 and Invoice.objects.get().subject in opened.content.decode()
    other = Client()
    other.force_login(tie_manager(buyer))
    assert "Préparer la facture" not in other.get(page).content.decode()
    assert other.post(action).status_code == 404


def tie_manager(body: Organization) -> Person:
    person = make_person()
    tie(person, body)
    return person


def test_what_is_paid_in_euros_beside_the_units_is_left_to_pay(
    solene: Person, circle: Circle, seller: Organization, buyer: Organization
) -> None:
    """100 units and 20 €: an invoice of 120,00 €, of which 100,00 are settled."""
    accounts = {each.owner_id: each.pk for each in Account.objects.filter(unit=circle.credit.unit)}
    order = Order(
        payer_id=accounts[buyer.pk],
        payee_id=accounts[seller.pk],
        amount=10_000,
        label="Soudure",
        soulte_cents=2_000,
        soulte_currency="EUR",
    )
    mixed = make_deal(
        acting=Acting(person=solene, organization=buyer, in_office_mode=True),
        circle=circle,
        deal=Deal(way="received", order=order),
        key="une-autre-clé-de-vingt-signes",
        now=NOON,
    )
    draft = draft_invoice(acting=for_seller(solene, seller), circle=circle, transfer_id=mixed.pk, now=NOON)
    issued = issue_document(actor=None, invoice_id=draft.pk, now=NOON)
    assert (issued.gross_cents, issued.prepaid_cents, issued.remaining_cents) == (12_000, 10_000, 2_000)


def test_what_is_invoiced_is_corrected_before_it_is_reversed(
    solene: Person, circle: Circle, seller: Organization, paid: Transfer
) -> None:
    """A draft, then an issued invoice, hold the exchange back; once credited, it is given back."""
    acting = for_seller(solene, seller)

    def reverse_it(key: str) -> Transfer:
        return answer(
            acting=acting,
            circle=circle,
            transfer_id=paid.pk,
            what="reverse",
            reason="Erreur",
            key=key,
            now=NOON,
        )

    draft = draft_invoice(acting=acting, circle=circle, transfer_id=paid.pk, now=NOON)
    with pytest.raises(InvoicedError):
        reverse_it("premiere-cle-de-vingt-signes")
    issue_document(actor=None, invoice_id=draft.pk, now=NOON)
    with pytest.raises(InvoicedError):
        reverse_it("seconde-cle-de-vingt-signes")
    note = credit_invoice(actor=None, invoice_id=draft.pk, request_key="avoir", now=NOON)
    issue_document(actor=None, invoice_id=note.pk, now=NOON)
    assert reverse_it("troisieme-cle-de-vingt-signes").reverses_id == paid.pk


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_draft_told_once(
    maya: Person, solene: Person, circle: Circle, seller: Organization, paid: Transfer
) -> None:
    tie(maya, seller)
    told = Notification.objects.filter(person=maya).count()
    drafts, faults = at_once(
        6,
        lambda: (
            draft_invoice(acting=for_seller(solene, seller), circle=circle, transfer_id=paid.pk, now=NOON).pk
        ),
    )
    assert not faults and len(set(drafts)) == 1 and Invoice.objects.count() == 1
    assert AuditEntry.objects.filter(verb="credit.invoice").count() == 1
    assert AuditEntry.objects.filter(verb="invoice.create").count() == 1
    assert Notification.objects.filter(person=maya).count() == told + 1


@pytest.mark.django_db(transaction=True)
def test_an_exchange_is_invoiced_or_given_back_never_both(
    solene: Person, circle: Circle, seller: Organization, paid: Transfer
) -> None:
    acting = for_seller(solene, seller)
    turns = iter(range(6))

    def either() -> object:
        turn = next(turns)
        if turn % 2:
            return draft_invoice(acting=acting, circle=circle, transfer_id=paid.pk, now=NOON)
        return answer(
            acting=acting,
            circle=circle,
            transfer_id=paid.pk,
            what="reverse",
            reason="Erreur",
            key=f"cle-de-vingt-signes-{turn}",
            now=NOON,
        )

    _made, faults = at_once(6, either)
    assert Invoice.objects.count() + Transfer.objects.filter(reverses=paid).count() == 1
    assert {type(fault) for fault in faults} <= {InvoicedError, NotInvoicedError, AlreadyReversedError}


def at_once(times: int, act: Callable[[], object]) -> tuple[list[object], list[BaseException]]:
    """What `act` answered, and what it raised, from several threads that begin together."""
    begin, made, faults = threading.Barrier(times), [], []  # type: ignore[var-annotated]

    def run() -> None:
        try:
            begin.wait()
            made.append(act())
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return made, faults
