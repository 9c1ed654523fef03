"""An invoice that came as a file, paid in units by its number: both statements, the books, and its opposite."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.credit import Deal, answer, make_deal
from maillage.apps.barter.actions.settling import UnpayableError
from maillage.apps.barter.models import Circle
from maillage.apps.barter.queries.acting import Acting
from maillage.apps.barter.queries.paying import payable_cents
from maillage.apps.books.actions.received import AlreadySettledError, judge
from maillage.apps.books.actions.reversing import reverse_entry
from maillage.apps.books.models import (
    JournalEntry,
    JournalLine,
    ReceivedInvoice,
    ReceivedSettlement,
    WaitingVat,
)
from maillage.apps.books.queries.journal import unbalanced_entries
from maillage.apps.directory.models import Organization
from maillage.apps.ledger.actions.following import HeldBackError
from maillage.apps.ledger.choices import State
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.queries.contents import Order
from maillage.apps.ledger.queries.soundness import faults_of
from maillage.cores.accounting import Party
from maillage.cores.einvoicing.cii import write_cii
from maillage.portal.soundness import disagreements
from tests.apps.barter.test_credit import browser, go, page
from tests.apps.books.making import make_issued, make_manager, make_seller
from tests.apps.books.test_payments import balances, keeping
from tests.apps.books.test_purchases import M12, at, by_hand, loose, supplier, write  # noqa: F401
from tests.apps.books.test_received import radio, take  # noqa: F401
from tests.exported import csv_rows
from tests.factories import make_circle, make_circle_member, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.data]


@pytest.fixture
def circle(solene: Person, radio: Organization, supplier: Organization) -> Circle:  # noqa: F811
    made = make_circle(solene, "Le cercle", radio, supplier)
    Account.objects.update(lower_limit=-2_000_00, upper_limit=2_000_00)
    return made


@pytest.fixture
def file(circle: Circle, radio: Organization) -> ReceivedInvoice:  # noqa: F811
    """M-12: 300,00 €, of which 30,00 of VAT waits; noted as owed by the radio."""
    return owed(radio)


def owed(radio: Organization, means: str = "97", number: str = "M-12") -> ReceivedInvoice:  # noqa: F811
    document = replace(M12, number=number, payment=replace(M12.payment, means=means))
    taken = take(radio, write_cii(document))
    judge(actor=None, received_id=taken.pk, is_owed=True, reason="", now=timezone.now())
    taken.refresh_from_db()
    return taken


def account_of(circle: Circle, body: Organization | None) -> Account:
    return Account.objects.get(unit=circle.credit.unit, owner=body)


def acting(body: Organization | None) -> Acting:
    assert body is not None
    return Acting(person=make_person(), organization=body, in_office_mode=False)


def deal(circle: Circle, file: ReceivedInvoice, amount: int, way: str = "received", **said: int) -> Transfer:
    order = Order(
        payer_id=account_of(circle, file.receiver).pk,
        payee_id=account_of(circle, file.supplier).pk,
        amount=amount,
        label="Chaise et réparation",
        reference=file.number,
        soulte_currency="EUR" if said else "",
        **said,
    )
    return make_deal(
        acting=acting(file.supplier if way == "provided" else file.receiver),
        circle=circle,
        deal=Deal(way=way, order=order, invoice=file),
        key=f"une-cle-{Transfer.objects.count()}",
        now=timezone.now(),
    )


def end(
    circle: Circle, made: Transfer, what: str, body: Organization | None, amount: int | None = None
) -> Transfer:
    return answer(
        acting=acting(body),
        circle=circle,
        transfer_id=made.pk,
        what=what,
        amount=amount,
        reason="",
        key=f"suite-{made.pk}-{what}",
        now=timezone.now(),
    )


def left(file: ReceivedInvoice) -> int:
    file.refresh_from_db()
    return file.remaining_cents


def test_it_is_paid_from_its_page_and_both_statements_bear_its_number(
    circle: Circle,
    file: ReceivedInvoice,
    radio: Organization,  # noqa: F811
    supplier: Organization,  # noqa: F811
) -> None:
    client = browser(make_manager(radio))
    mine, theirs = account_of(circle, radio), account_of(circle, supplier)
    shown = client.get(at("received_detail", file)).content.decode()
    url = page(circle, "deal", mine, "recu")
    assert f"{url}?facture=r{file.pk}&amp;avec={theirs.pk}" in shown and "Payer en unités" in shown
    form = client.get(f"{url}?facture=r{file.pk}&avec={theirs.pk}").content.decode()
    assert "Payer la facture M-12 en unités" in form.replace("\xa0", " ") and 'value="300"' in form
    said = {"facture": f"r{file.pk}", "avec": theirs.pk, "montant": "120", "objet": "Chaise"}
    assert "180,00" in client.post(url, {**said, "cle": "a" * 32}).content.decode()
    go(client, url, said)
    made = Transfer.objects.get()
    assert (made.reference, left(file)) == ("M-12", 180_00)
    for body, account in ((radio, mine), (supplier, theirs)):
        reader = browser(make_manager(body))
        assert "facture M-12" in reader.get(page(circle, "statement", account)).content.decode()
        [row] = csv_rows(reader.get(page(circle, "statement_file", account, "csv")))
        assert row["facture"] == "M-12"
    shown = client.get(at("received_detail", file)).content.decode()
    assert (
        f"Échange numéro {made.pk}" in shown.replace("Échange n° ", "Échange numéro ") and "180,00" in shown
    )
    exchange = reverse("barter:transfer", args=[circle.pk, made.pk])
    assert at("received_detail", file) in client.get(exchange).content.decode()
    others = browser(make_manager(supplier)).get(exchange).content.decode()
    assert "M-12" in others and at("received_detail", file) not in others


def test_the_purchase_its_vat_and_its_letters_follow_and_the_opposite_undoes_all(
    circle: Circle,
    file: ReceivedInvoice,
    radio: Organization,  # noqa: F811
    supplier: Organization,  # noqa: F811
) -> None:
    bought, sold = keeping(radio), keeping(supplier)
    assert "AC" in write(browser(make_manager(radio)), file)
    before = balances(bought)
    assert (before["4018"], before["44564"], before["44566"]) == (-300_00, 30_00, 20_00)
    first = deal(circle, file, 120_00)
    assert balances(bought) == before | {"4018": -180_00, "467": -120_00, "44564": 18_00, "44566": 32_00}
    assert (balances(sold)["467"], loose()) == (120_00, ["4018", "4018"])
    last = deal(circle, file, 180_00)
    assert left(file) == 0 and loose() == []
    assert {"4018", "44564"}.isdisjoint(balances(bought))
    with pytest.raises(AlreadySettledError):
        judge(actor=None, received_id=file.pk, is_owed=False, reason="Non", now=timezone.now())
    for made in (first, last):
        end(circle, made, "reverse", supplier)
    assert (left(file), balances(bought), balances(sold)) == (300_00, before, {})
    assert WaitingVat.objects.get(books=bought).settled_cents == 0
    assert loose() == ["4018"], "only the purchase is open again"
    settled = ReceivedSettlement.objects.order_by("pk").values_list("amount_cents", flat=True)
    assert list(settled) == [120_00, 180_00, -120_00, -180_00]
    assert not list(unbalanced_entries(bought)) and not list(unbalanced_entries(sold))
    assert faults_of(circle.credit.unit) == [] and disagreements() == []


def test_what_was_paid_before_the_purchase_is_written_letters_with_it(
    circle: Circle,
    file: ReceivedInvoice,
    radio: Organization,  # noqa: F811
    supplier: Organization,  # noqa: F811
) -> None:
    books = keeping(radio)
    made = deal(circle, file, 300_00)
    assert balances(books) == {"4018": 300_00, "467": -300_00}
    write(browser(make_manager(radio)), file)
    assert loose() == [] and (balances(books)["44566"], balances(books)["467"]) == (50_00, -300_00)
    assert {"4018", "44564"}.isdisjoint(balances(books))
    end(circle, made, "reverse", supplier)
    found = balances(books)
    assert (found["4018"], found["44564"], found["44566"]) == (-300_00, 30_00, 20_00) and "467" not in found
    assert disagreements() == []


@pytest.mark.parametrize("party", [Party("R", "Ressourcerie"), None])
def test_an_entry_by_hand_that_was_joined_is_settled_on_its_own_line(
    circle: Circle,
    file: ReceivedInvoice,
    radio: Organization,  # noqa: F811
    party: Party | None,
) -> None:
    books = keeping(radio)
    entry = by_hand(books, party=party)
    answer = browser(make_manager(radio)).post(
        at("received_purchase", file), {"joindre": "1", "entry": entry.pk}
    )
    file.refresh_from_db()
    assert answer.status_code == 302 and file.purchase == entry
    deal(circle, file, 300_00)
    assert "4011" not in balances(books) and balances(books)["467"] == -300_00
    paid = JournalLine.objects.get(account__number="4011", debit_cents=300_00)
    assert (paid.party and paid.party.name, paid.reference) == (party and party.name, "M-12")
    assert loose() == []


def test_books_opened_afterwards_take_it_up(
    circle: Circle,
    file: ReceivedInvoice,
    radio: Organization,  # noqa: F811
) -> None:
    deal(circle, file, 100_00)
    assert balances(keeping(radio)) == {"4018": 100_00, "467": -100_00}


def test_a_file_that_asks_for_money_is_paid_in_units_only_if_its_supplier_asks(
    circle: Circle,
    radio: Organization,  # noqa: F811
    supplier: Organization,  # noqa: F811
) -> None:
    file = owed(radio, means="30", number="M-30")
    client = browser(make_manager(radio))
    assert "Payer en unités" not in client.get(at("received_detail", file)).content.decode()
    with pytest.raises(UnpayableError) as refused:
        deal(circle, file, 50_00)
    assert "M-30" in str(refused.value) and supplier.name in str(refused.value)
    url = page(circle, "deal", account_of(circle, supplier), "fourni")
    asks = browser(make_manager(supplier))
    assert f'value="r{file.pk}"' in asks.get(url).content.decode()
    asked = deal(circle, file, 50_00, "provided")
    assert (asked.state, left(file), payable_cents(file)) == (State.REQUESTED, 300_00, 250_00)
    end(circle, asked, "accept", radio)
    assert left(file) == 250_00


def test_more_than_what_is_left_never_moves(
    circle: Circle,
    file: ReceivedInvoice,
    radio: Organization,  # noqa: F811
) -> None:
    kept = deal(circle, file, 200_00, "reserved")
    assert left(file) == 300_00
    with pytest.raises(UnpayableError) as refused:
        deal(circle, file, 150_00)
    assert "150,00" in str(refused.value) and "200,00" in str(refused.value)
    with pytest.raises(UnpayableError):
        deal(circle, file, 10_00, soulte_cents=5_00)
    deal(circle, file, 100_00)
    assert left(file) == 200_00
    end(circle, kept, "post", radio, 200_00)
    assert left(file) == 0


def test_what_is_disputed_meanwhile_is_not_paid(
    circle: Circle,
    file: ReceivedInvoice,
    radio: Organization,  # noqa: F811
    supplier: Organization,  # noqa: F811
) -> None:
    kept = deal(circle, file, 200_00, "reserved")
    judge(actor=None, received_id=file.pk, is_owed=False, reason="Cassée", now=timezone.now())
    with pytest.raises(HeldBackError):
        end(circle, kept, "post", radio)
    assert Transfer.objects.get(pk=kept.pk).state == State.PENDING
    with pytest.raises(UnpayableError):
        deal(circle, ReceivedInvoice.objects.get(pk=file.pk), 10_00)


def test_the_same_invoice_issued_here_is_the_one_that_is_paid(
    circle: Circle,
    radio: Organization,  # noqa: F811
    solene: Person,
) -> None:
    same = make_issued(make_seller("La Forge"), radio)
    make_circle_member(solene, circle, same.issuer)
    with same.xml.open("rb") as content:
        file = take(radio, content.read())
    judge(actor=None, received_id=file.pk, is_owed=True, reason="", now=timezone.now())
    assert file.supplier == same.issuer and file.number == same.number
    client = browser(make_manager(radio))
    assert f"facture=r{file.pk}" not in client.get(at("received_detail", file)).content.decode()
    form = client.get(page(circle, "deal", account_of(circle, radio), "recu")).content.decode()
    assert f'value="{same.pk}"' in form and f'value="r{file.pk}"' not in form


def test_a_file_of_another_is_not_chosen(
    circle: Circle,
    file: ReceivedInvoice,
    supplier: Organization,  # noqa: F811
    solene: Person,
) -> None:
    url = page(circle, "deal", account_of(circle, supplier), "recu")
    client = browser(make_manager(supplier))
    for said in (f"r{file.pk}", "r", "r9999999", "rr1", "r१"):
        assert "en unités</h1>" not in client.get(url, {"facture": said}).content.decode()
    in_office = browser(solene).get(at("received_detail", file)).content.decode()
    assert "Payer en unités" in in_office and "Demander à être payé en unités" in in_office


def test_the_reversal_of_the_entry_by_hand_leaves_what_was_paid(
    circle: Circle,
    file: ReceivedInvoice,
    radio: Organization,  # noqa: F811
) -> None:
    """The purchase is let go; what was paid stays with its supplier, for the next purchase that is written."""
    books = keeping(radio)
    entry = by_hand(books)
    browser(make_manager(radio)).post(at("received_purchase", file), {"joindre": "1", "entry": entry.pk})
    deal(circle, file, 300_00)
    reverse_entry(
        actor=make_person(),
        organization_id=radio.pk,
        entry_id=entry.pk,
        label="Erreur",
        now=timezone.now() + timedelta(seconds=1),
    )
    file.refresh_from_db()
    assert file.purchase is None and file.remaining_cents == 0
    assert not list(unbalanced_entries(books)) and JournalEntry.objects.filter(books=books).count() == 3
