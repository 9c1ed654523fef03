"""An invoice paid in units, and a need or an offer that an exchange answers: through actions and pages, on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.credit import Deal, answer, make_deal
from maillage.apps.barter.actions.invoicing import NotInvoicedError, draft_invoice
from maillage.apps.barter.actions.settling import UnpayableError
from maillage.apps.barter.models import Circle
from maillage.apps.barter.queries.acting import Acting
from maillage.apps.barter.queries.paying import payable_cents
from maillage.apps.books.actions.clearing import SettlementBatch, SettlementLine, settle_together
from maillage.apps.books.actions.issuing import issue_document
from maillage.apps.books.actions.opening import BooksChoices, open_books
from maillage.apps.books.actions.settlements import record_settlement
from maillage.apps.books.models import Books, Invoice, InvoiceSettlement, JournalEntry, JournalLine, Lettering
from maillage.apps.books.queries.journal import unbalanced_entries
from maillage.apps.directory.models import Organization
from maillage.apps.directory.queries.contents import CarrierContent
from maillage.apps.ledger.actions import answers
from maillage.apps.ledger.actions.following import HeldBackError
from maillage.apps.ledger.choices import State
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.queries.contents import Order
from maillage.apps.ledger.queries.soundness import faults_of
from maillage.kernel.mail.models import Notification
from tests.apps.barter.test_credit import browser, fill, go, page, told
from tests.apps.books.making import NOON, line, make_draft, make_manager, make_seller
from tests.factories import make_circle, make_circle_member, make_initiative, make_listing, make_person, tie

pytestmark = [pytest.mark.django_db, pytest.mark.data]


@pytest.fixture
def seller() -> Organization:
    return make_seller("La Forge")


@pytest.fixture
def buyer() -> Organization:
    return make_seller("Le Moulin")


@pytest.fixture
def circle(solene: Person, seller: Organization, buyer: Organization) -> Circle:
    made = make_circle(solene, "Le cercle", seller, buyer)
    Account.objects.update(lower_limit=-2_000_00, upper_limit=2_000_00)
    return made


@pytest.fixture
def forge(seller: Organization) -> Person:
    return make_manager(seller)


@pytest.fixture
def moulin(buyer: Organization) -> Person:
    return make_manager(buyer)


def issued(seller: Organization, buyer: Organization, price: str = "500", **said: Any) -> Invoice:
    """So much of services, with 20 % of VAT."""
    draft = make_draft(seller, buyer, lines=(line(price, "1"),), nature="services", **said)
    return issue_document(actor=None, invoice_id=draft.pk, now=NOON)


@pytest.fixture
def invoice(circle: Circle, seller: Organization, buyer: Organization) -> Invoice:
    """600,00 €, of which 100,00 of VAT."""
    return issued(seller, buyer)


def account_of(circle: Circle, body: Organization) -> Account:
    return Account.objects.get(unit=circle.credit.unit, owner=body)


def deal_of(circle: Circle, invoice: Invoice, amount: int, way: str = "received", **said: Any) -> Deal:
    order = Order(
        payer_id=account_of(circle, invoice.customer).pk,
        payee_id=account_of(circle, invoice.issuer).pk,
        amount=amount,
        label="Soudure",
        reference=invoice.number,
        **said,
    )
    return Deal(way=way, order=order, invoice=invoice)


def deal(
    circle: Circle, invoice: Invoice, amount: int, way: str = "received", key: str = "", **said: Any
) -> Transfer:
    who = invoice.issuer if way == "provided" else invoice.customer
    return make_deal(
        acting=acting(who),
        circle=circle,
        deal=deal_of(circle, invoice, amount, way, **said),
        key=key or f"une-cle-{Transfer.objects.count()}",
        now=NOON,
    )


def acting(body: Organization) -> Acting:
    return Acting(person=make_person(), organization=body, in_office_mode=False)


def end(circle: Circle, made: Transfer, what: str, body: Organization, amount: int | None = None) -> Transfer:
    return answer(
        acting=acting(body),
        circle=circle,
        transfer_id=made.pk,
        what=what,
        amount=amount,
        reason="",
        key=f"suite-{made.pk}-{what}-{amount}",
        now=NOON + timedelta(days=1),
    )


def left(invoice: Invoice) -> int:
    invoice.refresh_from_db()
    return invoice.remaining_cents


def keeps(body: Organization, now: datetime = NOON) -> Books:
    year = (date(NOON.year, 1, 1), date(NOON.year, 12, 31))
    choices = BooksChoices(variant="associative")
    return open_books(
        actor=None, organization_id=body.pk, choices=choices, starts_on=year[0], ends_on=year[1], now=now
    )


def balance_in(books: Books, number: str) -> int:
    rows = JournalLine.objects.filter(entry__books=books, account__number=number)
    return sum(each.debit_cents - each.credit_cents for each in rows)


def test_the_example_of_the_page(circle: Circle, seller: Organization, buyer: Organization) -> None:
    """docs/explanation/credit-mutuel.md, « Régler une facture en unités », in both books, step by step."""
    sold, bought = keeps(seller), keeps(buyer)
    invoice = issued(seller, buyer)

    def shown() -> tuple[int, ...]:
        """Left on the invoice; at the Forge: owed by the Mill, VAT that waits, VAT that is due, to receive from the circle."""
        assert not list(unbalanced_entries(sold)) and not list(unbalanced_entries(bought))
        assert balance_in(bought, "4018") == -balance_in(sold, "4118")
        assert balance_in(bought, "44564") == -balance_in(sold, "44574")
        rows = [balance_in(sold, number) for number in ("4118", "44574", "44571", "467")]
        return left(invoice), rows[0], -rows[1], -rows[2], rows[3]

    assert shown() == (600_00, 600_00, 100_00, 0, 0)
    first = deal(circle, invoice, 240_00)
    assert shown() == (360_00, 360_00, 60_00, 40_00, 240_00)
    kept = deal(circle, invoice, 300_00, "reserved")
    assert shown() == (360_00, 360_00, 60_00, 40_00, 240_00)
    with pytest.raises(UnpayableError) as refused:
        deal(circle, invoice, 100_00)
    assert "260,00" in str(refused.value) and "300,00" in str(refused.value)
    settle_together(
        actor=None,
        batch=SettlementBatch(
            key="clearing:1",
            reference="LOT-1",
            settled_on=NOON.date(),
            lines=(
                SettlementLine(buyer.pk, seller.pk, 200_00, invoice.number, invoice.pk),
                SettlementLine(seller.pk, buyer.pk, 200_00, "M-12"),
            ),
        ),
        now=NOON,
    )
    assert shown() == (160_00, 160_00, 26_67, 73_33, 240_00)
    with pytest.raises(HeldBackError) as held:
        end(circle, kept, "post", buyer)
    assert "160,00" in str(held.value.message)
    assert Transfer.objects.get(pk=kept.pk).state == State.PENDING
    end(circle, kept, "post", buyer, 160_00)
    assert shown() == (0, 0, 0, 100_00, 400_00)
    invoice.refresh_from_db()
    assert invoice.payment_status == "set_off"
    assert Lettering.objects.filter(account__books=sold, account__number="4118", removed_at=None).count() == 1
    end(circle, first, "reverse", seller)
    assert shown() == (240_00, 240_00, 40_00, 60_00, 160_00)
    assert (
        not Lettering.objects.filter(
            account__books=sold, account__number="4118", removed_at=None, lines__reference=invoice.number
        )
        .filter(lines__entry__source="sale")
        .exists()
    )
    assert faults_of(circle.credit.unit) == []
    assert JournalEntry.objects.filter(books=sold, source="sale").count() == 1  # nothing was sold twice


def test_books_opened_late_say_what_books_kept_from_the_start_say(
    circle: Circle, seller: Organization, buyer: Organization
) -> None:
    """An invoice paid in units in part, one in full, one whose payment was taken back, and an exchange without invoice."""
    kept = keeps(seller)
    paid = [issued(seller, buyer) for _each in range(3)]
    deal(circle, paid[0], 240_00)
    deal(circle, paid[1], 600_00)
    end(circle, deal(circle, paid[2], 100_00), "reverse", seller)
    deal_without = Deal(
        way="received",
        order=Order(
            payer_id=account_of(circle, buyer).pk, payee_id=account_of(circle, seller).pk, amount=30_00
        ),
    )
    make_deal(acting=acting(buyer), circle=circle, deal=deal_without, key="sans-facture", now=NOON)
    late = keeps(buyer, now=NOON + timedelta(days=2))
    assert not list(unbalanced_entries(late))
    assert balance_in(late, "4018") == -balance_in(kept, "4118") == -(360_00 + 600_00 - 30_00)
    assert balance_in(late, "44564") == -balance_in(kept, "44574") == 160_00
    assert balance_in(late, "467") == -balance_in(kept, "467") == -870_00
    letters = [
        Lettering.objects.filter(account__books=own, account__number=number, removed_at=None).count()
        for own, number in ((kept, "4118"), (late, "4018"))
    ]
    assert letters == [letters[0]] * 2 and letters[0] >= 1


def test_what_money_settled_before_the_books_stays_out_of_them(
    invoice: Invoice, seller: Organization
) -> None:
    record_settlement(
        InvoiceSettlement,
        actor=None, of_id=invoice.pk, kind="payment", amount_cents=100_00, settled_on=NOON.date(),
        reference="Virement", key="virement-1", now=NOON,
    )  # fmt: skip
    assert not JournalEntry.objects.filter(books=keeps(seller)).exists()


def test_without_books_the_invoice_is_settled_all_the_same(circle: Circle, invoice: Invoice) -> None:
    made = deal(circle, invoice, 240_00)
    settled = InvoiceSettlement.objects.get(invoice=invoice)
    assert (settled.kind, settled.amount_cents) == ("set_off", 240_00)
    assert str(made.pk) in settled.reference
    assert Transfer.objects.get(pk=made.pk).reference == invoice.number
    back = end(circle, made, "reverse", invoice.issuer)
    assert back.reference == invoice.number and left(invoice) == 600_00
    assert sum(InvoiceSettlement.objects.values_list("amount_cents", flat=True)) == 0


def test_the_same_key_settles_once_even_when_nothing_is_left(circle: Circle, invoice: Invoice) -> None:
    made = [deal(circle, invoice, 500_00, key="la-meme-cle") for _again in range(2)]
    assert made[0].pk == made[1].pk and left(invoice) == 100_00


def test_more_than_what_is_left_is_refused_and_changes_nothing(circle: Circle, invoice: Invoice) -> None:
    deal(circle, invoice, 400_00)
    with pytest.raises(HeldBackError) as refused:
        deal(circle, invoice, 200_01, key="trop")
    assert "200,00" in str(refused.value.message) and invoice.number in str(refused.value.message)
    assert left(invoice) == 200_00 and Transfer.objects.count() == 1
    assert account_of(circle, invoice.customer).balance == -400_00
    with pytest.raises(UnpayableError):
        deal(circle, invoice, 200_01, "reserved", key="trop-aussi")
    assert account_of(circle, invoice.customer).reserved_out == 0


@pytest.mark.parametrize("what", ["refuse", "void"])
def test_what_is_given_up_settles_nothing(what: str, circle: Circle, invoice: Invoice) -> None:
    asked = deal(circle, invoice, 300_00, "provided")
    assert payable_cents(invoice) == 300_00
    end(circle, asked, what, invoice.customer if what == "refuse" else invoice.issuer)
    assert (left(invoice), payable_cents(invoice)) == (600_00, 600_00)


def test_what_is_out_of_date_settles_nothing(circle: Circle, invoice: Invoice) -> None:
    kept = deal(circle, invoice, 300_00, "reserved")
    assert answers.expire_due(now=NOON + timedelta(days=40)) == [kept.pk]
    assert (left(invoice), payable_cents(invoice)) == (600_00, 600_00)


def test_silence_never_pays_what_is_settled_already(circle: Circle, invoice: Invoice) -> None:
    payer = account_of(circle, invoice.customer)
    payer.silence_days = 2
    payer.save(update_fields=["silence_days"])
    asked = deal(circle, invoice, 300_00, "provided")
    Invoice.objects.filter(pk=invoice.pk).update(settled_cents=500_00, set_off_cents=500_00)
    assert answers.accept_by_silence(now=NOON + timedelta(days=3)) == []
    assert Transfer.objects.get(pk=asked.pk).state == State.REQUESTED
    Invoice.objects.filter(pk=invoice.pk).update(settled_cents=0, set_off_cents=0)
    assert answers.accept_by_silence(now=NOON + timedelta(days=3)) == [asked.pk]
    assert left(invoice) == 300_00


def test_only_the_two_sides_of_an_invoice_settle_it_and_in_units_alone(
    circle: Circle, solene: Person, seller: Organization, buyer: Organization
) -> None:
    third = make_seller("Le Four")
    circle = make_circle(solene, "L’autre cercle", seller, buyer, third)
    invoice = issued(seller, buyer)
    order = deal_of(circle, invoice, 10_00).order
    wrong = Order(**{**vars(order), "payer_id": account_of(circle, third).pk})
    with pytest.raises(UnpayableError):
        make_deal(
            acting=acting(third),
            circle=circle,
            deal=Deal(way="received", order=wrong, invoice=invoice),
            key="autre",
            now=NOON,
        )
    with pytest.raises(UnpayableError):
        deal(circle, invoice, 10_00, soulte_cents=5_00, soulte_currency="EUR")
    draft = make_draft(seller, buyer)
    with pytest.raises(UnpayableError):
        deal(circle, draft, 10_00)
    assert left(invoice) == invoice.gross_cents and not Transfer.objects.exists()


def test_an_invoice_in_euros_is_paid_in_units_only_when_its_issuer_asks(
    circle: Circle, seller: Organization, buyer: Organization
) -> None:
    invoice = issued(seller, buyer, payment_means="20")
    with pytest.raises(UnpayableError):
        deal(circle, invoice, 100_00)
    asked = deal(circle, invoice, 100_00, "provided", key="demande")
    end(circle, asked, "accept", buyer)
    assert left(invoice) == 500_00


def test_what_pays_an_invoice_is_not_invoiced_again(circle: Circle, invoice: Invoice, forge: Person) -> None:
    made = deal(circle, invoice, 100_00)
    with pytest.raises(NotInvoicedError):
        draft_invoice(acting=acting(invoice.issuer), circle=circle, transfer_id=made.pk, now=NOON)
    shown = browser(forge).get(reverse("barter:transfer", args=[circle.pk, made.pk])).content.decode()
    assert "Préparer la facture" not in shown
    assert reverse("books:invoice_detail", args=[invoice.pk]) in shown


def test_the_buyer_pays_from_the_invoice(
    circle: Circle, invoice: Invoice, forge: Person, moulin: Person, buyer: Organization, seller: Organization
) -> None:
    client = browser(moulin)
    sheet = reverse("books:invoice_detail", args=[invoice.pk])
    shown = client.get(sheet).content.decode()
    mine, theirs = account_of(circle, buyer), account_of(circle, seller)
    url = f"{page(circle, 'deal', mine, 'recu')}?facture={invoice.pk}&amp;avec={theirs.pk}"
    assert "Payer en unités" in shown and url in shown
    assert "Demander à être payé en unités" not in shown
    form = client.get(url.replace("&amp;", "&")).content.decode()
    assert 'value="600"' in form and invoice.number in form
    said = {"avec": theirs.pk, "montant": "120,50", "objet": "Soudure", "facture": invoice.pk}
    values = fill(client, page(circle, "deal", mine, "recu"), said)
    address = page(circle, "deal", mine, "recu")
    checked = client.post(address, values).content.decode()
    assert invoice.number in checked and "479,50" in checked
    for _twice in range(2):
        done = client.post(address, {**values, "confirmer": "1"}, follow=True)
        assert done.status_code == 200 and sheet in done.content.decode()
    assert left(invoice) == 479_50
    [made] = Transfer.objects.all()
    assert f"/echanges/{made.pk}/" in client.get(sheet).content.decode()
    assert any(invoice.number in each and "120,50" in each for each in told(forge))


def test_paying_the_whole_twice_is_answered_as_the_first_time(
    circle: Circle, moulin: Person, buyer: Organization, seller: Organization
) -> None:
    invoice = issued(seller, buyer, "100")
    client, address = browser(moulin), page(circle, "deal", account_of(circle, buyer), "recu")
    theirs = account_of(circle, seller)
    said = {"avec": theirs.pk, "montant": "120", "objet": "Soudure", "facture": invoice.pk}
    values = {**fill(client, address, said), "confirmer": "1"}
    assert [client.post(address, values).status_code for _twice in range(2)] == [302, 302]
    assert left(invoice) == 0 and Transfer.objects.count() == 1
    again = client.post(address, {**values, "cle": "a" * 32})
    assert again.status_code == 422 and "ne se règle plus en unités" in again.content.decode()


def test_the_form_says_what_is_wrong(
    circle: Circle,
    invoice: Invoice,
    moulin: Person,
    buyer: Organization,
    seller: Organization,
    solene: Person,
) -> None:
    client, address = browser(moulin), page(circle, "deal", account_of(circle, buyer), "recu")
    theirs = account_of(circle, seller)
    said = {"avec": theirs.pk, "montant": "600,01", "objet": "Soudure", "facture": invoice.pk, "soulte": "3"}
    answer = client.post(address, fill(client, address, said))
    shown = answer.content.decode()
    assert answer.status_code == 422 and "600,00" in shown and "laissez vide la part en euros" in shown
    other = issued(make_seller("Loin"), buyer)
    refused = client.post(address, fill(client, address, {**said, "facture": other.pk}))
    assert refused.status_code == 422 and not Transfer.objects.exists()


def test_the_seller_asks_and_the_buyer_agrees(
    circle: Circle, invoice: Invoice, forge: Person, moulin: Person, buyer: Organization, seller: Organization
) -> None:
    client = browser(forge)
    shown = client.get(reverse("books:invoice_detail", args=[invoice.pk])).content.decode()
    assert "Demander à être payé en unités" in shown and "Payer en unités" not in shown
    said = {"avec": account_of(circle, buyer).pk, "montant": "600", "objet": "x", "facture": invoice.pk}
    go(client, page(circle, "deal", account_of(circle, seller), "fourni"), said)
    [asked] = Transfer.objects.all()
    assert invoice.number in told(moulin)[0]
    sheet = client.get(reverse("books:invoice_detail", args=[invoice.pk])).content.decode()
    assert "Demander à être payé en unités" not in sheet and f"/echanges/{asked.pk}/" in sheet
    url = reverse("barter:transfer", args=[circle.pk, asked.pk])
    values = fill(browser(moulin), url, {"quoi": "accept"})
    browser(moulin).post(reverse("barter:transfer_end", args=[circle.pk, asked.pk]), values)
    assert left(invoice) == 0


def test_nobody_else_is_shown_how_to_pay(circle: Circle, invoice: Invoice, seller: Organization) -> None:
    outside = make_seller("Ailleurs")
    elsewhere = issued(seller, outside)
    shown = browser(make_manager(outside)).get(reverse("books:invoice_detail", args=[elsewhere.pk]))
    assert "Payer en unités" not in shown.content.decode()


def test_a_facilitator_pays_in_the_place_of_the_buyer_who_is_told(
    circle: Circle,
    invoice: Invoice,
    solene: Person,
    moulin: Person,
    buyer: Organization,
    seller: Organization,
) -> None:
    client = browser(solene)
    assert (
        "Payer en unités" in client.get(reverse("books:invoice_detail", args=[invoice.pk])).content.decode()
    )
    address = page(circle, "deal", account_of(circle, buyer), "recu")
    said = {"avec": account_of(circle, seller).pk, "montant": "10", "objet": "x", "facture": invoice.pk}
    go(client, address, said)
    assert Transfer.objects.get().act.is_office
    assert Notification.objects.filter(person=moulin, kind="barter.office").exists()


def test_statements_name_the_invoice(
    circle: Circle, moulin: Person, forge: Person, solene: Person, buyer: Organization, seller: Organization
) -> None:
    invoice = issued(seller, buyer, "100")
    client, address = browser(moulin), page(circle, "deal", account_of(circle, buyer), "recu")
    said = {
        "avec": account_of(circle, seller).pk,
        "montant": "120",
        "objet": "Soudure",
        "facture": invoice.pk,
    }
    go(client, address, said)
    for person, body in ((moulin, buyer), (forge, seller)):
        account = account_of(circle, body)
        screen = browser(person).get(page(circle, "statement", account)).content.decode()
        assert f"facture {invoice.number}" in screen
        table = browser(person).get(page(circle, "statement_file", account, "csv"))
        rows = b"".join(table).decode("utf-8-sig").splitlines()
        assert rows[0].endswith("facture") and rows[1].endswith(invoice.number)
        book = b"".join(browser(person).get(page(circle, "statement_file", account, "xlsx")))
        assert list(load_workbook(BytesIO(book)).active.values)[1][-1] == invoice.number
        pdf = b"".join(browser(person).get(page(circle, "statement_file", account, "pdf")))
        [sheet] = PdfReader(BytesIO(pdf)).pages
        assert invoice.number in sheet.extract_text()
    all_of_it = reverse("barter:exchanges", args=[circle.pk])
    assert f"facture {invoice.number}" in browser(solene).get(all_of_it).content.decode()


def test_an_offer_is_paid_from_its_page(
    circle: Circle, moulin: Person, forge: Person, buyer: Organization, seller: Organization
) -> None:
    offer = make_listing(direction="offer", title="Heures de soudure", organization_id=seller.pk)
    sheet = reverse("exchange:listing_detail", args=[offer.pk, offer.slug])
    assert "Payer en unités" not in Client().get(sheet).content.decode()
    assert "Payer en unités" not in browser(forge).get(sheet).content.decode()
    stranger = make_manager(make_seller("Ailleurs"))
    assert "Payer en unités" not in browser(stranger).get(sheet).content.decode()
    client = browser(moulin)
    mine, theirs = account_of(circle, buyer), account_of(circle, seller)
    shown = client.get(sheet).content.decode()
    link = f"{page(circle, 'deal', mine, 'recu')}?annonce={offer.pk}&amp;avec={theirs.pk}"
    assert "Payer en unités" in shown and link in shown
    form = client.get(link.replace("&amp;", "&")).content.decode()
    assert 'value="Heures de soudure"' in form and f'<option value="{offer.pk}" selected' in form
    said = {"avec": theirs.pk, "montant": "30", "objet": "Heures de soudure", "annonce": offer.pk}
    done = go(client, page(circle, "deal", mine, "recu"), said).content.decode()
    assert sheet in done
    [made] = Transfer.objects.all()
    mark = f"/echanges/{made.pk}/"
    assert mark in client.get(sheet).content.decode() and mark in browser(forge).get(sheet).content.decode()
    assert mark not in browser(stranger).get(sheet).content.decode()
    assert mark not in Client().get(sheet).content.decode()


def test_the_offer_of_a_project_is_paid_to_one_of_the_members_that_carry_it(
    circle: Circle, moulin: Person, solene: Person, buyer: Organization, seller: Organization
) -> None:
    outside, four = make_seller("Ailleurs"), make_seller("Le Four")
    make_circle_member(solene, circle, four)
    carriers = tuple(CarrierContent(organization_id=each.pk) for each in (outside, seller, four))
    partner = CarrierContent(organization_id=buyer.pk, role="partner")
    project = make_initiative("L’atelier commun", carriers=(*carriers, partner))
    offer = make_listing(direction="offer", title="Une place à l’établi", initiative_id=project.pk)
    sheet, client = reverse("exchange:listing_detail", args=[offer.pk, offer.slug]), browser(moulin)
    shown = client.get(sheet).content.decode()
    assert shown.count("Payer en unités") == 2
    assert "Pour Le Moulin, avec La Forge" in shown and "Pour Le Moulin, avec Le Four" in shown
    mine, theirs = account_of(circle, buyer), account_of(circle, seller)
    address = page(circle, "deal", mine, "recu")
    form = client.get(f"{address}?annonce={offer.pk}&avec={theirs.pk}").content.decode()
    assert f'<option value="{offer.pk}" selected' in form and "L’atelier commun : Une place" in form
    said = {"avec": theirs.pk, "montant": "30", "objet": "Une place à l’établi", "annonce": offer.pk}
    assert sheet in go(client, address, said).content.decode()
    assert Transfer.objects.get().payee == theirs


def test_a_need_is_met_from_its_page(
    circle: Circle, moulin: Person, buyer: Organization, seller: Organization
) -> None:
    need = make_listing(direction="need", title="Un four", organization_id=seller.pk)
    shown = (
        browser(moulin).get(reverse("exchange:listing_detail", args=[need.pk, need.slug])).content.decode()
    )
    assert page(circle, "deal", account_of(circle, buyer), "fourni") in shown
    assert "Demander à être payé en unités" in shown


def test_a_member_who_does_not_manage_sees_no_way_to_pay(
    circle: Circle, buyer: Organization, seller: Organization
) -> None:
    offer = make_listing(direction="offer", title="Heures de soudure", organization_id=seller.pk)
    person = make_person()
    tie(person, buyer, role="member")
    shown = browser(person).get(reverse("exchange:listing_detail", args=[offer.pk, offer.slug]))
    assert "Payer en unités" not in shown.content.decode()


def test_several_ways_to_pay_are_told_apart_in_few_questions(
    circle: Circle,
    invoice: Invoice,
    moulin: Person,
    buyer: Organization,
    solene: Person,
    django_assert_max_num_queries: Any,
) -> None:
    """Somebody who manages two members; and what the pages ask of the database, panels included."""
    four = make_seller("Le Four")
    make_circle_member(solene, circle, four)
    tie(moulin, four)
    offer = make_listing(direction="offer", title="Heures de soudure", organization_id=invoice.issuer_id)
    deal(circle, invoice, 10_00)
    client, leader = browser(moulin), browser(solene)
    sheet = reverse("exchange:listing_detail", args=[offer.pk, offer.slug])
    shown = client.get(sheet).content.decode()
    assert "Payer en unités pour Le Moulin" in shown and "Payer en unités pour Le Four" in shown
    bill = reverse("books:invoice_detail", args=[invoice.pk])
    for reader, address in ((client, sheet), (client, bill), (leader, bill)):
        with django_assert_max_num_queries(12):
            reader.get(address)
