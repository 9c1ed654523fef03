"""The accounts as their managers click through them, and what others may not."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.booking import BookedPart, InvoiceToBook, book_invoice
from maillage.apps.books.models import Books, JournalEntry, JournalLine
from maillage.apps.directory.models import Organization
from tests.apps.books.conftest import SIRENS
from tests.cores.accounting.files import checked
from tests.factories import make_person

pytestmark = pytest.mark.django_db


def browser_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def maya_browser(maya: Person) -> Client:
    return browser_of(maya)


def url(view: str, organization: Organization, *more: object) -> str:
    return reverse(f"books:{view}", args=[organization.pk, *more])


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


OPENING = {
    "variant": "associative", "siren": "732 829 320", "starts_on": "2026-01-01", "ends_on": "2026-12-31",
    "receivable_account": "4118", "payable_account": "4018", "credit_account": "467",
    "waiting_collected_account": "44574", "waiting_deductible_account": "44564", "goods_sold_account": "707",
    "services_sold_account": "706", "goods_bought_account": "6063", "services_bought_account": "604",
}  # fmt: skip


def year() -> dict[str, str]:
    today = timezone.localdate()
    return {"starts_on": f"{today.year}-01-01", "ends_on": f"{today.year}-12-31"}


@pytest.fixture
def open_books_today(maya_browser: Client, recyclerie: Organization) -> Books:
    """Opened by its manager, through the page, for the year of today."""
    answer = maya_browser.post(url("accounts_open", recyclerie), OPENING | year())
    assert answer.status_code == 302
    return Books.objects.get(organization=recyclerie)


def written(**changed: str) -> dict[str, str]:
    return {
        "day": timezone.localdate().isoformat(), "piece": "R1", "label": "Petit outillage", "journal": "OD", "key": "clé-1", "count": "4",
        "account_1": "6063", "debit_1": "12,50", "account_2": "512", "credit_2": "12,50",
    } | changed  # fmt: skip


def test_the_way_from_nothing_to_a_conform_file(maya_browser: Client, recyclerie: Organization) -> None:
    assert "Ouvrir les comptes" in page(maya_browser, url("accounts", recyclerie))
    assert maya_browser.get(reverse("books:my_accounts")).url == url("accounts", recyclerie)  # type: ignore[attr-defined]
    page(maya_browser, url("accounts_open", recyclerie))
    answer = maya_browser.post(url("accounts_open", recyclerie), OPENING | year(), follow=True)
    assert "Les comptes sont ouverts" in answer.content.decode()
    page(maya_browser, url("accounts_entry_new", recyclerie))
    answer = maya_browser.post(url("accounts_entry_new", recyclerie), written(), follow=True)
    assert "Petit outillage" in answer.content.decode()
    assert "12,50" in answer.content.decode()
    verdict = page(maya_browser, url("accounts_fec", recyclerie))
    assert "Conforme" in verdict and "732829320FEC" in verdict
    file = maya_browser.get(url("accounts_fec_file", recyclerie))
    name = file["Content-Disposition"].split('"')[1]
    report = checked(b"".join(file.streaming_content), name)  # type: ignore[attr-defined]
    assert (report.verdict, report.findings, report.entries) == ("conform", (), 1)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"credit_2": "12,49"}, "diffèrent de 0,01"),
        ({"account_1": "24000"}, "n’est pas du plan comptable"),
        ({"account_1": "x"}, "n’est pas du plan comptable"),
        ({"debit_1": "12,505", "credit_2": "12,505"}, "deux décimales au plus"),
        ({"debit_1": "-3"}, "deux décimales au plus"),
        ({"account_1": "861"}, "Un don en nature s’écrit seul"),
        ({"day": "2019-01-01"}, "n’ont pas d’exercice"),
        ({"day": "2999-01-01"}, "d’après aujourd’hui"),
        ({"debit_1": "", "credit_2": ""}, "Une ligne a un montant"),
        ({"credit_1": "1"}, "un seul côté"),
        ({"label": " "}, "de quoi il s’agit"),
        ({"debit_1": "9" * 15, "credit_2": "9" * 15}, "trop grand"),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_typed(
    maya_browser: Client,
    open_books_today: Books,
    recyclerie: Organization,
    changed: dict[str, str],
    said: str,
) -> None:
    answer = maya_browser.post(url("accounts_entry_new", recyclerie), written(**changed)).content.decode()
    assert said in answer.replace("&#x27;", "'")
    assert "Erreur" in answer
    assert 'value="R1"' in answer
    assert not JournalEntry.objects.exists()


def test_more_lines_keep_what_is_typed(
    maya_browser: Client, open_books_today: Books, recyclerie: Organization
) -> None:
    answer = maya_browser.post(url("accounts_entry_new", recyclerie), written(ajouter="1")).content.decode()
    assert 'name="account_8"' in answer and 'value="6063"' in answer and "Erreur" not in answer
    assert not JournalEntry.objects.exists()


def test_a_double_click_writes_once(
    maya_browser: Client, open_books_today: Books, recyclerie: Organization
) -> None:
    for _click in range(2):
        maya_browser.post(url("accounts_entry_new", recyclerie), written())
    assert JournalEntry.objects.count() == 1


def test_an_entry_is_undone_from_its_page(
    maya_browser: Client, open_books_today: Books, recyclerie: Organization
) -> None:
    maya_browser.post(url("accounts_entry_new", recyclerie), written())
    address = url("accounts_entry", recyclerie, JournalEntry.objects.get().pk)
    assert "Annuler cette écriture" in page(maya_browser, address)
    assert "pourquoi" in maya_browser.post(address, {"label": ""}).content.decode()
    answer = maya_browser.post(address, {"label": "Mauvais compte"}, follow=True).content.decode()
    assert "Rien ne s’efface" not in answer and "Petit outillage" in answer
    assert "Annuler cette écriture" not in page(maya_browser, address)
    assert JournalEntry.objects.count() == 2


def test_a_gift_that_is_barter_is_refused(
    maya_browser: Client, open_books_today: Books, recyclerie: Organization
) -> None:
    gift = {
        "day": timezone.localdate().isoformat(), "label": "Une salle", "piece": "Convention", "use_account": "861",
        "origin_account": "871", "amount_cents": "150", "is_given_back": "yes", "key": "don",
    }  # fmt: skip
    answer = maya_browser.post(url("accounts_gift", recyclerie), gift).content.decode()
    assert "réservés aux dons" in answer and not JournalEntry.objects.exists()
    maya_browser.post(url("accounts_gift", recyclerie), gift | {"is_given_back": "no"})
    assert JournalEntry.objects.get().total_cents == 15_000


@pytest.fixture
def invoiced(open_books_today: Books, recyclerie: Organization, theatre: Organization) -> None:
    today = timezone.localdate()
    for number, (issuer, customer) in enumerate(((recyclerie, theatre), (theatre, recyclerie)), start=1):
        invoice = InvoiceToBook(
            issuer.pk,
            customer.pk,
            f"F{number}",
            today,
            f"Facture {number}",
            (BookedPart(10_000, 2_000, True),),
        )
        book_invoice(actor=None, invoice=invoice, now=timezone.now())


@pytest.mark.usefixtures("invoiced")
def test_lists_are_read_narrowed_and_exported(maya_browser: Client, recyclerie: Organization) -> None:
    assert "Facture 2" in page(maya_browser, url("accounts_journal", recyclerie))
    narrow = page(maya_browser, url("accounts_journal", recyclerie) + "?journal=VE")
    assert "Facture 1" in narrow and "Facture 2" not in narrow
    assert "Aucune écriture" in page(maya_browser, url("accounts_journal", recyclerie) + "?words=introuvable")
    exported = maya_browser.get(url("accounts_journal_export", recyclerie, "csv") + "?journal=VE")
    rows = list(
        csv.reader(io.StringIO(b"".join(exported.streaming_content).decode("utf-8-sig")), delimiter=";")
    )  # type: ignore[attr-defined]
    assert [row[5] for row in rows] == ["compte", "4118", "706", "44574"]
    assert "Le Théâtre" in page(maya_browser, url("accounts_ledger", recyclerie) + "?compte=4118")
    assert "240,00" in page(maya_browser, url("accounts_balance", recyclerie))
    for view, more in (
        ("accounts_ledger_export", "?compte=4118"),
        ("accounts_balance_export", ""),
        ("accounts_journal_export", ""),
    ):
        for form in ("csv", "xlsx"):
            answer = maya_browser.get(url(view, recyclerie, form) + more)
            assert answer.status_code == 200
            assert answer.getvalue()
        assert maya_browser.get(url(view, recyclerie, "doc") + more).status_code == 404
    assert (
        maya_browser.get(url("accounts_ledger_export", recyclerie, "csv") + "?compte=999").status_code == 404
    )


@pytest.mark.usefixtures("invoiced")
def test_lines_are_tied_and_untied(maya_browser: Client, recyclerie: Organization) -> None:
    address = url("accounts_letters", recyclerie)
    assert "Le Théâtre" in page(maya_browser, address)
    owed = JournalLine.objects.get(account__number="4118")
    answer = maya_browser.post(address, {"ligne": [str(owed.pk)]})
    assert answer.status_code == 422 and "s’annulent au centime" in answer.content.decode()
    party = owed.party
    assert party is not None
    maya_browser.post(url("accounts_entry_new", recyclerie), written(account_1="512", debit_1="120", account_2="4118", credit_2="120", party_2=str(party.pk)))  # fmt: skip
    paid = JournalLine.objects.get(account__number="4118", credit_cents=12_000)
    answer = maya_browser.post(address, {"ligne": [str(owed.pk), str(paid.pk)]}, follow=True).content.decode()
    assert "Lettré sous AA" in answer
    lettering = JournalLine.objects.get(pk=owed.pk).lettering_id
    maya_browser.post(url("accounts_letter_remove", recyclerie, lettering))
    assert JournalLine.objects.get(pk=owed.pk).lettering_id is None
    assert maya_browser.post(url("accounts_letter_remove", recyclerie, lettering)).status_code == 404


def test_a_month_is_checked_then_closed(maya_browser: Client, maya: Person, recyclerie: Organization) -> None:
    today = timezone.localdate()
    start = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    months = {"starts_on": start.isoformat(), "ends_on": (start + timedelta(days=364)).isoformat()}
    maya_browser.post(url("accounts_open", recyclerie), OPENING | months)
    until = (today.replace(day=1) - timedelta(days=1)).isoformat()
    asked = maya_browser.post(url("accounts_close", recyclerie), {"until": until}).content.decode()
    assert "ne se rouvre pas" in asked
    assert Books.objects.get().years.get().closed_until is None
    maya_browser.post(url("accounts_close", recyclerie), {"until": until, "confirmer": "1"})
    assert str(Books.objects.get().years.get().closed_until) == until
    refused = maya_browser.post(url("accounts_entry_new", recyclerie), written(day=until)).content.decode()
    assert "sont clos jusqu’au" in refused


def test_who_reads_and_who_writes(
    open_books_today: Books, recyclerie: Organization, omar: Person, radio: Organization
) -> None:
    reads = (
        "accounts",
        "accounts_journal",
        "accounts_ledger",
        "accounts_balance",
        "accounts_letters",
        "accounts_fec",
        "accounts_fec_file",
    )
    writes = ("accounts_settings", "accounts_entry_new", "accounts_gift")
    stranger, facilitator = browser_of(omar), browser_of(make_person("facilitator"))
    for view in reads:
        assert stranger.get(url(view, recyclerie)).status_code == 404
        assert facilitator.get(url(view, recyclerie)).status_code == 200
        assert Client().get(url(view, recyclerie)).status_code == 302
    for view in writes:
        assert stranger.get(url(view, recyclerie)).status_code == 404
        assert facilitator.get(url(view, recyclerie)).status_code == 200
    assert stranger.get(url("accounts_open", recyclerie)).status_code == 404
    assert stranger.post(url("accounts_letters", recyclerie), {"ligne": "1"}).status_code == 404
    assert facilitator.get(url("accounts_close", recyclerie)).status_code == 404
    assert "Vous agissez à la place de La Recyclerie" in page(facilitator, url("accounts", recyclerie))
    assert "Pas encore de comptes" in page(facilitator, url("accounts", radio))


def test_choices_and_years(maya_browser: Client, open_books_today: Books, recyclerie: Organization) -> None:
    page(maya_browser, url("accounts_settings", recyclerie))
    wrong = maya_browser.post(
        url("accounts_settings", recyclerie), OPENING | {"siren": "732829321"}
    ).content.decode()
    assert "n’est pas un SIREN" in wrong
    maya_browser.post(
        url("accounts_settings", recyclerie), OPENING | {"credit_account": "5178", "siren": SIRENS[1]}
    )
    open_books_today.refresh_from_db()
    assert (open_books_today.credit_account, open_books_today.siren) == ("5178", SIRENS[1])
    maya_browser.post(url("accounts_year", recyclerie))
    assert open_books_today.years.count() == 2
    other = open_books_today.years.order_by("-starts_on").first()
    assert other is not None
    assert str(other.ends_on.year) in page(
        maya_browser, url("accounts_journal", recyclerie) + f"?exercice={other.pk}"
    )
    page(maya_browser, url("accounts_journal", recyclerie) + "?exercice=999", status=404)
