"""The statement of an account to its end, and the period that people choose for it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.credit import Deal, make_deal
from maillage.apps.barter.models import Circle, PlainExchange
from maillage.apps.barter.queries.acting import Acting
from maillage.apps.barter.views.statements import PER_PAGE
from maillage.apps.directory.models import Organization
from maillage.apps.ledger.models import Account
from maillage.apps.ledger.queries.contents import Order
from tests.exported import csv_rows, xlsx_rows

pytestmark = [pytest.mark.django_db, pytest.mark.data]

Pair = tuple[Account, Account]
CARRIED = re.compile(r"<strong>Report</strong>.*?<strong>([^<]+)</strong>", re.DOTALL)


@pytest.fixture
def pair(circle: Circle, centre: Organization, radio: Organization) -> Pair:
    """The accounts of the centre and of the radio."""
    accounts = circle.credit.unit.accounts
    return accounts.get(owner=centre), accounts.get(owner=radio)


def deal(circle: Circle, actor: Person, receiver: Account, provider: Account, *, now: datetime) -> None:
    """One unit's worth."""
    order = Order(payer_id=receiver.pk, payee_id=provider.pk, amount=1_00, label="Chaises")
    make_deal(
        acting=Acting(person=actor, organization=receiver.owner, in_office_mode=True),
        circle=circle,
        deal=Deal(way="received", order=order),
        key=f"{receiver.pk} {now.isoformat()}",
        now=now,
    )


def opened(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def many(circle: Circle, solene: Person, pair: Pair) -> int:
    """More than two pages of what the centre received from the radio, an hour apart; the number of them."""
    number = 2 * PER_PAGE + 5
    for back in range(number, 0, -1):
        deal(circle, solene, *pair, now=timezone.now() - timedelta(hours=back))
    return number


def test_each_page_of_a_statement_begins_with_the_balance_of_those_before(
    circle: Circle, maya: Person, pair: Pair, many: int
) -> None:
    client, url = opened(maya), reverse("barter:statement", args=[circle.pk, pair[0].pk])
    first, second, last = (client.get(url, {"page": number}).content.decode() for number in (1, 2, 3))
    assert CARRIED.search(first) is None
    assert [CARRIED.search(page)[1] for page in (second, last)] == ["-50,00", "-100,00"]  # type: ignore[index]
    assert [page.count(">Chaises") for page in (first, second, last)] == [PER_PAGE, PER_PAGE, 5]
    assert "-51,00" in second and "-50,00</td>" not in second.split("</strong></td></tr>", 1)[1]
    for page in (first, second, last):
        assert "-105,00" in page, "the balance at the end is that of the period, not of the page"
    asked_nothing = client.get(url).content.decode()
    assert CARRIED.search(asked_nothing)[1] == "-100,00"  # type: ignore[index]
    assert client.get(url, {"page": "99"}).content.decode().count(">Chaises") == 5


def test_a_period_is_carried_from_the_balance_at_its_beginning(
    circle: Circle, maya: Person, solene: Person, pair: Pair, many: int
) -> None:
    deal(circle, solene, *pair, now=timezone.now() - timedelta(days=30))
    first_day = (timezone.localdate() - timedelta(days=15)).isoformat()
    url = reverse("barter:statement", args=[circle.pk, pair[0].pk])
    page = opened(maya).get(url, {"du": first_day, "page": 2}).content.decode()
    assert CARRIED.search(page)[1] == "-51,00"  # type: ignore[index]
    assert f"?du={first_day}&amp;page=3" in page
    assert f"releve.csv?du={first_day}" in page and f"releve.csv?du={first_day}&amp;page" not in page


def test_the_files_of_a_statement_stay_whole(circle: Circle, maya: Person, pair: Pair, many: int) -> None:
    client = opened(maya)

    def file(form: str) -> str:
        return reverse("barter:statement_file", args=[circle.pk, pair[0].pk, form])

    said = csv_rows(client.get(file("csv"), {"page": 2}))
    assert [len(said), said[0]["solde"], said[-1]["solde"]] == [many, "-1,00", "-105,00"]
    assert len(xlsx_rows(client.get(file("xlsx"), {"page": 2}))) == many
    assert client.get(file("pdf"), {"page": 2}).content.startswith(b"%PDF")


@pytest.fixture
def old(circle: Circle, maya: Person, solene: Person, pair: Pair) -> Pair:
    """Two years ago the centre received from the radio, plainly too; last month the radio received from the centre."""
    now = timezone.now()
    deal(circle, solene, *pair, now=now - timedelta(days=730))
    deal(circle, solene, pair[1], pair[0], now=now - timedelta(days=30))
    seats = {each.organization_id: each for each in circle.members.all()}
    PlainExchange.objects.create(
        circle=circle,
        giver=seats[pair[1].owner_id],
        receiver=seats[pair[0].owner_id],
        what="Un coup de main",
        key="coup de main",
        happened_on=timezone.localdate() - timedelta(days=730),
        noted_at=now,
    )
    return pair


def counted(client: Client, circle: Circle, **asked: str) -> dict[str, tuple[str, ...]]:
    """What the exported participation says of each: given, received, plainly given, plainly received."""
    rows = csv_rows(client.get(reverse("barter:participation_file", args=[circle.pk, "csv"]), asked))
    names = ("fourni_nombre", "recu_nombre", "fourni_sans_valeur", "recu_sans_valeur")
    return {row["structure"]: tuple(row[name] for name in names) for row in rows}


def test_participation_is_of_the_period_asked_for_on_screen_and_in_its_tables(
    circle: Circle, maya: Person, old: Pair
) -> None:
    client, today = opened(maya), timezone.localdate()
    last_year = {"La Recyclerie": ("1", "0", "0", "0"), "Radio Brume": ("0", "1", "0", "0")}
    assert counted(client, circle) == last_year
    assert counted(client, circle, du="", au="") == {
        "La Recyclerie": ("1", "1", "0", "1"),
        "Radio Brume": ("1", "1", "1", "0"),
    }
    around = {
        "du": (today - timedelta(days=740)).isoformat(),
        "au": (today - timedelta(days=730)).isoformat(),
    }
    assert counted(client, circle, **around) == {
        "La Recyclerie": ("0", "1", "0", "1"),
        "Radio Brume": ("1", "0", "1", "0"),
    }
    around["au"] = (today - timedelta(days=731)).isoformat()
    assert set(counted(client, circle, **around).values()) == {("0", "0", "0", "0")}

    url = reverse("barter:participation", args=[circle.pk])
    assert "et 1 sans valeur" not in client.get(url).content.decode()
    ever = client.get(url, {"du": "", "au": ""}).content.decode()
    assert "et 1 sans valeur" in ever and "Du début au" in ever
    assert f"participation/export/csv/?du={around['du']}" in client.get(url, around).content.decode()
    assert "Rien ne s’est échangé pendant cette période." in client.get(url, around).content.decode()


def test_the_share_of_the_biggest_is_of_the_period_too(circle: Circle, maya: Person, old: Pair) -> None:
    client, url = opened(maya), reverse("barter:shares_file", args=[circle.pk, "csv"])
    months = [timezone.localdate() - timedelta(days=back) for back in (730, 30)]
    assert [row["mois"] for row in csv_rows(client.get(url))] == [f"{months[1]:%Y-%m}"]
    said = csv_rows(client.get(url, {"du": "", "au": ""}))
    assert [(row["mois"], row["part_pour_cent"], row["echange_en_tout"]) for row in said] == [
        (f"{month:%Y-%m}", "100", "1,00") for month in months
    ]
    workbook = xlsx_rows(client.get(url.replace("csv", "xlsx"), {"au": months[0].isoformat()}))
    assert [row["passe_par_lui"] for row in workbook] == [1]


@pytest.mark.parametrize("name", ["statement", "participation"])
def test_a_period_that_ends_before_it_begins_is_told_in_words(
    circle: Circle, maya: Person, old: Pair, name: str
) -> None:
    args = [circle.pk, old[0].pk] if name == "statement" else [circle.pk]
    url = reverse(f"barter:{name}", args=args)
    said = opened(maya).get(url, {"du": "2026-03-01", "au": "2026-02-01"}).content.decode()
    assert "Le dernier jour vient avant le premier." in said and "Erreur" in said.split("</title>")[0]
    wrong = opened(maya).get(url, {"du": "demain", "au": ""}).content.decode()
    assert 'value="demain"' in wrong and "Erreur" in wrong.split("</title>")[0]
