"""The purchase of an invoice that came as a file; docs/explanation/comptes.md gives the example."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.apps.books.actions.clearing import (
    SettlementBatch,
    SettlementLine,
    settle_together,
    undo_settlement,
)
from maillage.apps.books.actions.received import judge
from maillage.apps.books.actions.reversing import reverse_entry
from maillage.apps.books.actions.writing import enter_by_hand
from maillage.apps.books.models import (
    Books,
    FiscalYear,
    InvoicingProfile,
    JournalEntry,
    JournalLine,
    ReceivedInvoice,
    WaitingVat,
)
from maillage.apps.directory.models import Organization
from maillage.cores.accounting import Entry, Line, Party
from maillage.cores.einvoicing.cii import write_cii
from maillage.cores.einvoicing.values import Line as Sold
from maillage.kernel.mail.models import Notification
from maillage.portal.soundness import disagreements
from tests.apps.books.making import make_issued, make_manager
from tests.apps.books.test_invoice_pages import browser
from tests.apps.books.test_payments import balances, keeping, rows, said
from tests.apps.books.test_received import radio, take  # noqa: F401
from tests.cores.einvoicing.examples import FURNITURE, TWENTY
from tests.factories import make_organization, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.data]
TODAY = timezone.localdate()
NAMED = Party("R", "Ressourcerie")
M12 = replace(
    FURNITURE,
    number="M-12",
    issued_on=TODAY,
    delivered_on=TODAY,
    lines=(
        Sold("Chaise", Decimal(1), Decimal(100), TWENTY),
        Sold("Réparation", Decimal(3), Decimal(50), TWENTY, unit="HUR"),
    ),
    payment=replace(FURNITURE.payment, due_on=TODAY, prepaid_cents=0),
)


@pytest.fixture
def supplier() -> Organization:
    """Has a fiche here, and invoices from elsewhere."""
    return make_organization("La Ressourcerie", siren=FURNITURE.seller.siren)


@pytest.fixture
def member(radio: Organization) -> Client:  # noqa: F811
    return browser(make_manager(radio))


def owed(radio: Organization) -> ReceivedInvoice:  # noqa: F811
    taken = take(radio, write_cii(M12))
    judge(actor=None, received_id=taken.pk, is_owed=True, reason="", now=timezone.now())
    taken.refresh_from_db()
    return taken


def at(name: str, taken: ReceivedInvoice) -> str:
    return reverse(f"books:{name}", args=[taken.pk])


def write(client: Client, taken: ReceivedInvoice, *accounts: str) -> str:
    chosen = {
        f"account_{number}": account for number, account in enumerate(accounts or ("615", "6063"), start=1)
    }
    return client.post(at("received_purchase", taken), chosen, follow=True).content.decode()


def pay(client: Client, taken: ReceivedInvoice, amount: str, key: str = "un") -> str:
    return client.post(at("received_payment", taken), said(amount, key=key), follow=True).content.decode()


def clear(taken: ReceivedInvoice, cents: int, key: str = "lot") -> None:
    assert taken.supplier_id is not None
    line = SettlementLine(taken.receiver_id, taken.supplier_id, cents, taken.number, received_id=taken.pk)
    settle_together(actor=None, batch=SettlementBatch(key, "LOT-3", TODAY, (line,)), now=timezone.now())


def loose() -> list[str]:
    lines = JournalLine.objects.filter(account__number__startswith="401", lettering=None).order_by("pk")
    return list(lines.values_list("account__number", flat=True))


def by_hand(books: Books, account: str = "4011", party: Party | None = NAMED) -> JournalEntry:
    lines = (Line("615", 30_000), Line(account, credit_cents=30_000, party=party))
    entry = Entry("OD", TODAY, "M-12", TODAY, "Achat noté à la main", lines)
    return enter_by_hand(
        actor=make_person(),
        organization_id=books.organization_id,
        entry=entry,
        key=account,
        now=timezone.now(),
    )


def test_the_worked_example(radio: Organization, supplier: Organization, member: Client) -> None:  # noqa: F811
    books, taken = keeping(radio), owed(radio)
    assert not JournalEntry.objects.exists()
    page = member.get(at("received_detail", taken)).content.decode()
    assert at("received_purchase", taken) in page and "pas encore dans vos comptes" in page
    form = member.get(at("received_purchase", taken)).content.decode()
    assert 'value="604"' in form and 'value="6063"' in form and "déjà écrit" not in form
    assert "L’achat est dans votre journal" in write(member, taken)
    write(member, taken)
    assert rows(books) == [
        ("AC", "615", 15_000, 0),
        ("AC", "6063", 10_000, 0),
        ("AC", "44566", 2_000, 0),
        ("AC", "44564", 3_000, 0),
        ("AC", "4018", 0, 30_000),
    ]
    assert "AC 1" in member.get(at("received_detail", taken)).content.decode()
    assert "ne l’écrivez pas une seconde fois" in member.get(at("received_payment", taken)).content.decode()
    pay(member, taken, "120")
    pay(member, taken, "120")
    clear(taken, 18_000)
    assert rows(books)[5:] == [
        ("BQ", "4018", 12_000, 0), ("BQ", "512", 0, 12_000), ("CO", "44566", 1_200, 0), ("CO", "44564", 0, 1_200),
        ("CO", "4018", 18_000, 0), ("CO", "467", 0, 18_000), ("CO", "44566", 1_800, 0), ("CO", "44564", 0, 1_800),
    ]  # fmt: skip
    assert loose() == [] and not disagreements()
    taken.refresh_from_db()
    assert taken.remaining_cents == 0


def test_what_settled_it_before_is_written_with_it_and_undone_everywhere(
    radio: Organization,  # noqa: F811
    supplier: Organization,
    member: Client,
) -> None:
    books, taken = keeping(radio), owed(radio)
    pay(member, taken, "120")
    clear(taken, 18_000)
    assert [row[0] for row in rows(books)] == ["CO", "CO"]
    write(member, taken)
    whole = {"615": 15_000, "6063": 10_000, "44566": 5_000, "512": -12_000, "467": -18_000}
    assert balances(books) == whole and loose() == []
    undo_settlement(actor=None, key="lot", undone_on=TODAY, now=timezone.now())
    left = {"615": 15_000, "6063": 10_000, "44566": 3_200, "44564": 1_800, "512": -12_000, "4018": -18_000}
    assert balances(books) == left
    payment = taken.settlements.get(kind="payment")
    member.post(reverse("books:received_payment_undo", args=[taken.pk, payment.pk]))
    assert balances(books) == {"615": 15_000, "6063": 10_000, "44566": 2_000, "44564": 3_000, "4018": -30_000}
    assert WaitingVat.objects.get().settled_cents == 0 and not disagreements()
    clear(taken, 30_000, "encore")
    assert balances(books)["44566"] == 5_000 and loose() == []


@pytest.mark.parametrize("party", [NAMED, None])
def test_an_entry_by_hand_is_joined_and_settled_on_its_own_line(
    radio: Organization,  # noqa: F811
    supplier: Organization,
    member: Client,
    party: Party | None,
) -> None:
    books, taken = keeping(radio), owed(radio)
    entry = by_hand(books, party=party)
    form = member.get(at("received_purchase", taken)).content.decode()
    assert "déjà écrit" in form and "Achat noté à la main" in form
    assert member.post(at("received_purchase", taken), {"joindre": "1"}).status_code == 422
    done = member.post(at("received_purchase", taken), {"joindre": "1", "entry": entry.pk}, follow=True)
    assert "Cette écriture est son achat" in done.content.decode()
    pay(member, taken, "120")
    clear(taken, 18_000)
    assert rows(books)[2:] == [
        ("BQ", "4011", 12_000, 0),
        ("BQ", "512", 0, 12_000),
        ("CO", "4011", 18_000, 0),
        ("CO", "467", 0, 18_000),
    ]
    assert loose() == []
    undo_settlement(actor=None, key="lot", undone_on=TODAY, now=timezone.now())
    assert balances(books)["4011"] == -18_000


def test_only_an_entry_that_owes_as_much_is_proposed(radio: Organization, member: Client) -> None:  # noqa: F811
    books, taken = keeping(radio), owed(radio)
    other = by_hand(books, account="467")
    undone = by_hand(books, account="4012")
    reverse_entry(
        actor=make_person(), organization_id=radio.pk, entry_id=undone.pk, label="x", now=timezone.now()
    )
    assert "déjà écrit" not in member.get(at("received_purchase", taken)).content.decode()
    for entry in (other, undone):
        refused = member.post(at("received_purchase", taken), {"joindre": "1", "entry": entry.pk})
        assert refused.status_code == 422
    taken.refresh_from_db()
    assert taken.purchase is None


def test_a_joined_entry_that_is_undone_is_let_go(radio: Organization, member: Client) -> None:  # noqa: F811
    books, taken = keeping(radio), owed(radio)
    entry = by_hand(books)
    member.post(at("received_purchase", taken), {"joindre": "1", "entry": entry.pk})
    reverse_entry(
        actor=make_person(), organization_id=radio.pk, entry_id=entry.pk, label="x", now=timezone.now()
    )
    assert at("received_purchase", taken) in member.get(at("received_detail", taken)).content.decode()


def test_a_supplier_without_fiche_has_its_own_account(radio: Organization, member: Client) -> None:  # noqa: F811
    books, taken = keeping(radio), owed(radio)
    assert taken.supplier is None
    write(member, taken)
    pay(member, taken, "300")
    assert balances(books) == {"615": 15_000, "6063": 10_000, "44566": 5_000, "512": -30_000}
    assert books.parties.get().number == f"S{taken.supplier_siren}" and loose() == []


def test_what_is_no_longer_owed_leaves_the_books_and_may_come_back(
    radio: Organization,  # noqa: F811
    member: Client,
) -> None:
    books, taken = keeping(radio), owed(radio)
    write(member, taken)
    member.post(at("received_detail", taken), {"avis": "non", "raison": "Jamais livré"})
    assert balances(books) == {} and not WaitingVat.objects.exists() and loose() == []
    assert at("received_purchase", taken) not in member.get(at("received_detail", taken)).content.decode()
    member.post(at("received_detail", taken), {"avis": "oui"})
    write(member, taken, "604", "2183")
    assert balances(books) == {"604": 15_000, "2183": 10_000, "44562": 2_000, "44564": 3_000, "4018": -30_000}


def test_who_gets_no_vat_back_has_it_in_the_cost(radio: Organization, member: Client) -> None:  # noqa: F811
    InvoicingProfile.objects.filter(organization=radio).update(vat_regime="non_profit")
    books, taken = keeping(radio), owed(radio)
    write(member, taken)
    assert balances(books) == {"615": 18_000, "6063": 12_000, "4018": -30_000}


@pytest.mark.parametrize("account", ["707", "86", "abc", "", "4018", "6", "6٠٦"])
def test_a_wrong_account_is_refused_and_kept_on_the_page(
    radio: Organization,  # noqa: F811
    member: Client,
    account: str,
) -> None:
    taken = owed(radio)
    keeping(radio)
    page = member.post(at("received_purchase", taken), {"account_1": account, "account_2": "6063"})
    text = page.content.decode()
    assert page.status_code == 422 and "Erreur" in text and (not account or f'value="{account}"' in text)
    assert not JournalEntry.objects.exists()


def test_nothing_is_written_where_it_should_not_be(radio: Organization, member: Client) -> None:  # noqa: F811
    taken = owed(radio)
    url = at("received_purchase", taken)
    assert url not in member.get(at("received_detail", taken)).content.decode()
    assert member.post(url, {"account_1": "615", "account_2": "6063"}).status_code == 302
    books = keeping(radio)
    stranger = browser(make_manager(make_organization()))
    assert stranger.get(url).status_code == stranger.post(url).status_code == 404
    FiscalYear.objects.filter(books=books).update(
        starts_on=TODAY + timedelta(days=1), ends_on=TODAY + timedelta(days=300)
    )
    assert member.post(url, {"account_1": "615", "account_2": "6063"}).status_code == 422
    assert not JournalEntry.objects.exists()


def test_what_was_issued_here_writes_itself_once(radio: Organization, member: Client) -> None:  # noqa: F811
    invoice = make_issued(None, radio)
    keeping(radio)
    with invoice.xml.open("rb") as file:
        twin = take(radio, file.read())
    judge(actor=None, received_id=twin.pk, is_owed=True, reason="", now=timezone.now())
    assert at("received_purchase", twin) not in member.get(at("received_detail", twin)).content.decode()
    before = JournalEntry.objects.count()
    assert member.post(at("received_purchase", twin), {"account_1": "615"}).status_code == 302
    assert JournalEntry.objects.count() == before


def test_a_payment_waits_for_its_year_and_a_facilitator_is_told_of(radio: Organization) -> None:  # noqa: F811
    manager = make_manager(radio)
    books, taken = keeping(radio), owed(radio)
    write(browser(make_person("facilitator", name="Solène")), taken)
    assert (
        Notification.objects.filter(person=manager, title__contains="a écrit pour vous l’achat").count() == 1
    )
    FiscalYear.objects.filter(books=books).update(closed_until=date(TODAY.year, 12, 31))
    page = browser(manager).post(at("received_payment", taken), said("50"))
    assert page.status_code == 422 and not taken.settlements.exists()
