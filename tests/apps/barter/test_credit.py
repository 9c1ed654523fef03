"""The accounts of a circle, through their pages: what one side says, what the other answers, what the facilitators see."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.members import ObstacleError, change_member_state, leave_circle
from maillage.apps.barter.actions.opening import set_credit_rules
from maillage.apps.barter.choices import MemberState
from maillage.apps.barter.models import Circle, CircleCredit, CircleMember, PlainExchange
from maillage.apps.barter.queries.acting import Acting
from maillage.apps.barter.queries.credit import participation_in, shares_of
from maillage.apps.barter.views.counter import make_token
from maillage.apps.directory.models import Organization
from maillage.apps.ledger.actions.answers import accept_by_silence
from maillage.apps.ledger.actions.circulation import remind_of_soft_limits
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.queries.contents import Limits, UnitRules
from maillage.apps.ledger.queries.soundness import faults_of
from maillage.kernel.audit.models import AuditEntry
from maillage.kernel.mail.models import Notification
from tests.factories import NOW, make_organization, make_person, tie

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def account_of(circle: Circle, organization: Organization) -> Account:
    return Account.objects.get(unit=circle.credit.unit, owner=organization)


@pytest.fixture
def omar(radio: Organization) -> Person:
    """Manages the radio."""
    made = make_person(name="Omar", email="omar@exemple.test")
    tie(made, radio)
    return made


@pytest.fixture
def mine(circle: Circle, centre: Organization) -> Account:
    return account_of(circle, centre)


@pytest.fixture
def theirs(circle: Circle, radio: Organization) -> Account:
    return account_of(circle, radio)


def page(circle: Circle, name: str, account: Account, *more: Any) -> str:
    return reverse(f"barter:{name}", args=[circle.pk, account.pk, *more])


def fill(client: Client, url: str, said: dict[str, Any]) -> dict[str, Any]:
    """The values of the form that `url` shows, with its key, completed by what is `said`."""
    shown = client.get(url).content.decode()
    key = re.search(r'name="cle" value="([0-9a-f]{32})"', shown)
    assert key is not None, "the form carries no key"
    return {"cle": key[1], **said}


def go(client: Client, url: str, said: dict[str, Any]) -> Any:
    """Fill in, check, confirm; the last answer, followed."""
    values = fill(client, url, said)
    checked = client.post(url, values)
    assert checked.status_code == 200, checked.content.decode()
    assert 'name="confirmer"' in checked.content.decode()
    return client.post(url, {**values, "confirmer": "1"}, follow=True)


def told(person: Person) -> list[str]:
    return list(Notification.objects.filter(person=person).order_by("pk").values_list("title", flat=True))


def test_joining_opens_an_account_and_its_state_follows(
    circle: Circle, member: CircleMember, mine: Account, solene: Person
) -> None:
    assert (mine.balance, mine.lower_limit, mine.upper_limit) == (0, -500_00, 500_00)
    change_member_state(
        actor=solene, member_id=member.pk, state=MemberState.SUSPENDED, reason="Impayés", now=NOW
    )
    mine.refresh_from_db()
    assert mine.status == "suspended"


def test_a_member_leaves_at_zero(
    circle: Circle, member: CircleMember, mine: Account, theirs: Account, maya: Person, centre: Organization
) -> None:
    go(
        browser(maya),
        page(circle, "deal", mine, "recu"),
        {"avec": theirs.pk, "montant": "30", "objet": "Annonces"},
    )
    acting = Acting(person=maya, organization=centre, in_office_mode=False)
    with pytest.raises(ObstacleError) as refused:
        leave_circle(acting=acting, member_id=member.pk, reason="", now=timezone.now())
    assert "30,00" in refused.value.sentences[0]


def test_what_was_received_is_checked_then_done_once(
    circle: Circle, mine: Account, theirs: Account, maya: Person, omar: Person
) -> None:
    client, url = browser(maya), page(circle, "deal", mine, "recu")
    values = fill(
        client, url, {"avec": theirs.pk, "montant": "12,50", "objet": "Trois annonces", "soulte": "5"}
    )
    checked = client.post(url, values).content.decode()
    assert "12,50" in checked and "-12,50" in checked.replace("−", "-")
    assert not Transfer.objects.exists()
    for _click in range(2):
        done = client.post(url, {**values, "confirmer": "1"}, follow=True)
    assert done.status_code == 200
    made = Transfer.objects.get()
    assert (made.posted_amount, made.soulte_cents, made.soulte_currency) == (12_50, 5_00, "EUR")
    assert str(made.pk) in done.content.decode()
    assert len(told(omar)) == 1
    assert faults_of(circle.credit.unit) == []


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("", "Indiquez le montant"),
        ("0", "supérieur à zéro"),
        ("-3", "supérieur à zéro"),
        ("1,234", "deux décimales"),
        ("douze", "en chiffres"),
        ("9" * 30, "trop grand"),
        ("500,01", "500,00"),
    ],
)
def test_bad_amounts_are_said_and_change_nothing(
    circle: Circle, mine: Account, theirs: Account, maya: Person, amount: str, sentence: str
) -> None:
    client, url = browser(maya), page(circle, "deal", mine, "recu")
    said = {"avec": theirs.pk, "montant": amount, "objet": "Annonces", "confirmer": "1"}
    answer = client.post(url, fill(client, url, said))
    assert answer.status_code == 422
    words = answer.content.decode()
    assert sentence in words and "Erreur" in words
    assert not Transfer.objects.exists()


def test_what_was_provided_waits_for_the_other_side(
    circle: Circle, mine: Account, theirs: Account, maya: Person, omar: Person
) -> None:
    go(
        browser(maya),
        page(circle, "deal", mine, "fourni"),
        {"avec": theirs.pk, "montant": "80", "objet": "Bureaux"},
    )
    asked = Transfer.objects.get()
    assert asked.state == "requested"
    assert "Bureaux" in told(omar)[0]
    theirs_page = browser(omar).get(page(circle, "account", theirs)).content.decode()
    assert reverse("barter:transfer", args=[circle.pk, asked.pk]) in theirs_page
    end(browser(maya), circle, asked, "accept", 404)
    end(browser(omar), circle, asked, "accept", 302)
    asked.refresh_from_db()
    assert asked.state == "posted"
    assert "Bureaux" in told(maya)[-1]


def end(client: Client, circle: Circle, transfer: Transfer, what: str, status: int, **said: str) -> None:
    url = reverse("barter:transfer", args=[circle.pk, transfer.pk])
    shown = client.get(url).content.decode()
    key = re.search(r'name="cle" value="([0-9a-f]{32})"', shown)
    values = {"quoi": what, "cle": key[1] if key else "0" * 32, **said}
    assert client.post(f"{url}suite/", values).status_code == status


def test_a_reservation_is_confirmed_in_part_then_reversed_by_who_provided(
    circle: Circle, mine: Account, theirs: Account, maya: Person, omar: Person
) -> None:
    go(
        browser(maya),
        page(circle, "deal", mine, "reserver"),
        {"avec": theirs.pk, "montant": "200", "objet": "Fête"},
    )
    held = Transfer.objects.get()
    end(browser(maya), circle, held, "post", 422, montant="200,01")
    end(browser(maya), circle, held, "post", 302, montant="150")
    held.refresh_from_db()
    assert (held.state, held.posted_amount) == ("posted", 150_00)
    end(browser(maya), circle, held, "reverse", 404)
    end(browser(omar), circle, held, "reverse", 302, raison="Fête annulée")
    mine.refresh_from_db()
    assert (mine.balance, mine.reserved_out) == (0, 0)
    assert "annul" in told(maya)[-1]


def test_a_facilitator_acts_in_the_place_of_a_member_who_is_told(
    circle: Circle, mine: Account, theirs: Account, solene: Person, maya: Person
) -> None:
    client, url = browser(solene), page(circle, "deal", mine, "recu")
    assert "à la place" in client.get(url).content.decode()
    go(client, url, {"avec": theirs.pk, "montant": "10", "objet": "Annonce"})
    made = Transfer.objects.select_related("act").get()
    assert (made.act.is_office, made.act.actor) == (True, solene)
    entry = AuditEntry.objects.get(verb="credit.received")
    assert entry.on_behalf_of == "La Recyclerie" and entry.details["office_mode"]
    assert any("Solène" in line for line in told(maya))


def test_several_at_once_and_each_wrong_line_named(
    circle: Circle, mine: Account, theirs: Account, maya: Person
) -> None:
    client, url = browser(maya), page(circle, "several", mine)
    wrong = client.post(url, fill(client, url, {"avec_1": theirs.pk, "objet_2": "Rien", "confirmer": "1"}))
    words = wrong.content.decode()
    assert wrong.status_code == 422 and "Ligne 1" in words and "Ligne 2" in words
    go(client, url, {"avec_1": theirs.pk, "montant_1": "10", "avec_3": theirs.pk, "montant_3": "20,5"})
    assert sorted(Transfer.objects.values_list("posted_amount", flat=True)) == [10_00, 20_50]


def sent(client: Client, url: str, content: bytes) -> Any:
    return client.post(url, {"fichier": SimpleUploadedFile("echanges.csv", content)})


def test_a_file_is_entered_whole_or_not_at_all(
    circle: Circle, mine: Account, theirs: Account, maya: Person
) -> None:
    client, url = browser(maya), page(circle, "bulk", mine)
    head = "Reçu par;Fourni par;Montant;Objet;Soulte euros\n"
    bad = (
        head + "La Recyclerie;Radio Brume;12;;\nLa Recyclerie;Inconnue;1,234;;\nRadio Brume;Radio Brume;5;;\n"
    )
    answer = sent(client, url, bad.encode())
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "Ligne 3, fourni_par" in words and "Ligne 3, montant" in words and "Ligne 4" in words
    assert 'name="contenu"' not in words and not Transfer.objects.exists()

    good = head + "la recyclerie;RADIO BRUME;12;Annonces;\nLa Recyclerie;Radio Brume;7,50;Spot;3\n"
    shown = sent(client, url, good.encode("cp1252")).content.decode()
    key = re.search(r'name="cle" value="([0-9a-f]{32})"', shown)
    assert key is not None and "19,50" in shown and not Transfer.objects.exists()
    for _click in range(2):
        done = client.post(url, {"cle": key[1], "contenu": good})
    assert done.status_code == 302
    assert sorted(Transfer.objects.values_list("posted_amount", "soulte_cents")) == [(7_50, 3_00), (12_00, 0)]


@pytest.mark.parametrize("amount", ["1.000", "1,000", "1e3", "12,500", "１２"])
def test_a_file_that_may_mean_another_amount_is_refused(
    circle: Circle, mine: Account, theirs: Account, maya: Person, amount: str
) -> None:
    line = f"recu_par;fourni_par;montant\nLa Recyclerie;Radio Brume;{amount}\n"
    answer = sent(browser(maya), page(circle, "bulk", mine), line.encode())
    assert answer.status_code == 422 and "Ligne 2, montant" in answer.content.decode()
    assert not Transfer.objects.exists()


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"nom;prix\na;1\n", b"recu_par;fourni_par;montant\n"]
)
def test_a_file_that_is_no_such_table_is_said(
    circle: Circle, mine: Account, maya: Person, content: bytes
) -> None:
    answer = sent(browser(maya), page(circle, "bulk", mine), content)
    assert answer.status_code == 422 and "Erreur" in answer.content.decode()
    assert not Transfer.objects.exists()


def test_the_code_of_a_sale_is_paid_once_and_not_after_its_time(
    circle: Circle, mine: Account, theirs: Account, maya: Person, omar: Person
) -> None:
    shown = browser(omar).get(
        page(circle, "counter", theirs), {"duree": "15", "montant": "8", "objet": "Café"}
    )
    address = re.search(r"/troc/payer/[^\"<\s]+", shown.content.decode())
    assert "<svg" in shown.content.decode() and address is not None
    assert "8,00" in browser(maya).get(address[0]).content.decode()
    done = go(browser(maya), address[0], {"compte": mine.pk})
    assert done.status_code == 200
    for again in (
        browser(maya).get(address[0]),
        browser(maya).post(address[0], {"compte": mine.pk, "confirmer": "1"}),
    ):
        words = again.content.decode()
        assert again.status_code == 410 and "a déjà servi" in words and "8,00" in words
    assert Transfer.objects.get().posted_amount == 8_00
    assert browser(omar).get(address[0]).status_code == 410
    old = make_token(theirs, 8_00, "Café", (timezone.now() - timedelta(seconds=1)).timestamp(), once=True)
    for token in (old, "faux", address[0].split("/")[3][:-2] + "xx"):
        assert browser(maya).get(reverse("barter:counter_pay", args=[token])).status_code == 410


def test_silence_and_soft_limits_are_told(
    circle: Circle, mine: Account, theirs: Account, maya: Person, omar: Person
) -> None:
    url = page(circle, "acceptance", mine)
    values = fill(browser(maya), url, {"accepte": "nobody", "jours": "3"})
    assert browser(maya).post(url, values).status_code == 302
    go(
        browser(omar),
        page(circle, "deal", theirs, "fourni"),
        {"avec": mine.pk, "montant": "450", "objet": "Spots"},
    )
    later = timezone.now() + timedelta(days=4)
    assert len(accept_by_silence(now=later)) == 1
    about = [line for line in told(maya) if "beaucoup plus" in line]
    assert len(about) == 1 and "50,00" in about[0]
    assert any("Spots" in line for line in told(maya)[1:])
    assert "avertit" in browser(maya).get(page(circle, "account", mine)).content.decode()
    remind_of_soft_limits(now=later)
    assert len([line for line in told(maya) if "beaucoup plus" in line]) == 2


def test_the_statement_adds_up_on_screen_and_in_its_files(
    circle: Circle, mine: Account, theirs: Account, maya: Person, omar: Person
) -> None:
    for amount, label in (("20", "Affiches"), ("5,5", '=HYPERLINK("x")')):
        said = {"avec": theirs.pk, "montant": amount, "objet": label}
        go(browser(maya), page(circle, "deal", mine, "recu"), said)
    words = browser(maya).get(page(circle, "statement", mine)).content.decode()
    assert "-25,50" in words and "Affiches" in words
    client = browser(maya)
    table = b"".join(client.get(page(circle, "statement_file", mine, "csv")).streaming_content).decode(
        "utf-8-sig"
    )  # type: ignore[attr-defined]
    assert "-25,5" in table and "'=HYPERLINK" in table
    book = b"".join(client.get(page(circle, "statement_file", mine, "xlsx")).streaming_content)  # type: ignore[attr-defined]
    assert load_workbook(BytesIO(book)).active.max_row == 3  # type: ignore[union-attr]
    assert client.get(page(circle, "statement_file", mine, "pdf")).content.startswith(b"%PDF")
    assert (
        client.get(page(circle, "statement", mine), {"du": "2026-13-45", "au": "9999-12-31"}).status_code
        == 200
    )
    assert client.get(page(circle, "statement_file", mine, "exe")).status_code == 404


def test_only_facilitators_see_everything_and_change_limits(
    circle: Circle, mine: Account, theirs: Account, maya: Person, omar: Person, solene: Person
) -> None:
    assert browser(omar).get(page(circle, "account", mine)).status_code == 404
    assert browser(omar).get(reverse("barter:exchanges", args=[circle.pk])).status_code == 404
    whole = browser(solene).get(reverse("barter:credit", args=[circle.pk])).content.decode()
    assert "La Recyclerie" in whole and "Radio Brume" in whole
    url = page(circle, "limits", mine)
    said = {"basse": "800", "alerte_basse": "300", "haute": "500", "alerte_haute": "300", "raison": "Saison"}
    assert browser(maya).post(url, {**said, "cle": "a" * 32}).status_code == 200
    mine.refresh_from_db()
    assert mine.lower_limit == -500_00
    client = browser(solene)
    wrong = client.post(url, fill(client, url, {**said, "alerte_basse": "900"}))
    assert wrong.status_code == 422
    signed = client.post(url, fill(client, url, {**said, "basse": "-800"})).content.decode()
    assert "supérieur à zéro" not in signed, "zero is allowed"
    Account.objects.filter(pk=mine.pk).update(balance=-120_50)
    wrong = client.post(url, fill(client, url, {**said, "basse": "100", "alerte_basse": "50"}))
    assert "120,50 unités" in wrong.content.decode(), "what is to be typed"
    assert "-120,50" not in wrong.content.decode(), "the field takes no sign"
    Account.objects.filter(pk=mine.pk).update(balance=0)
    assert client.post(url, fill(client, url, said)).status_code == 302
    mine.refresh_from_db()
    assert mine.lower_limit == -800_00
    log = browser(maya).get(url).content.decode()
    assert "-500,00 → -800,00" in log and "Solène" in log and "Saison" in log
    assert "Solène:" not in log and "m-timeline" in log, "each change reads by itself"


def test_the_share_of_the_biggest_falls_as_the_circle_becomes_multilateral(
    circle: Circle, mine: Account, theirs: Account, maya: Person, centre: Organization
) -> None:
    go(browser(maya), page(circle, "deal", mine, "recu"), {"avec": theirs.pk, "montant": "30", "objet": "A"})
    go(
        browser(maya),
        page(circle, "plain", mine),
        {
            "sens": "given",
            "avec": theirs.pk,
            "objet": "Un coup de main",
            "jour": timezone.localdate().isoformat(),
        },
    )
    assert PlainExchange.objects.count() == 1
    share = shares_of(circle)[0]
    assert (share.percent, share.total, share.biggest) == (100, 30_00, "La Recyclerie")
    rows = {str(row.member): row for row in participation_in(circle)}
    counted = rows["La Recyclerie"]
    assert (counted.given, counted.received, counted.plainly_given, counted.received_amount) == (
        0,
        1,
        1,
        30_00,
    )
    words = browser(maya).get(reverse("barter:participation", args=[circle.pk])).content.decode()
    assert "100&nbsp;%" in words and "et 1 sans valeur" in words


def test_the_rules_of_a_circle_serve_those_who_join_later(
    circle: Circle, solene: Person, maya: Person
) -> None:
    client, url = browser(solene), reverse("barter:credit_rules", args=[circle.pk])
    said = {"basse": "100", "alerte_basse": "50", "haute": "100", "alerte_haute": "50", "franchise": "10"}
    wrong = client.post(url, fill(client, url, {**said, "commission": "99", "fonte": "0"}))
    assert wrong.status_code == 422
    assert client.post(url, fill(client, url, {**said, "commission": "1", "fonte": "0,5"})).status_code == 302
    circle.credit.refresh_from_db()
    circle.credit.unit.refresh_from_db()
    assert circle.credit.lower_limit == -100_00
    assert (circle.credit.unit.commission_rate, circle.credit.unit.demurrage_rate) == (100, 50)
    assert browser(maya).get(url).status_code == 404


class PowerCutError(Exception):
    """What a planted fault raises."""


def fail(**_said: object) -> None:
    raise PowerCutError


def test_the_rules_and_the_accounts_that_were_missing_come_together_or_not_at_all(
    circle: Circle, solene: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    credit = circle.credit
    newcomer = CircleMember.objects.create(
        circle=circle, organization=make_organization("La Scierie"), signed_number=1, joined_at=NOW, since=NOW
    )
    before = (credit.lower_limit, credit.unit.commission_rate, AuditEntry.objects.count())

    def set_rules() -> None:
        set_credit_rules(
            person=solene, circle=circle, limits=Limits(lower_limit=-70_00, upper_limit=70_00, soft_lower=-50_00, soft_upper=50_00),
            rules=UnitRules(commission_rate=200), key="new", now=NOW,
        )  # fmt: skip

    with monkeypatch.context() as patched:
        patched.setattr("maillage.apps.barter.actions.opening.open_account", fail)
        with pytest.raises(PowerCutError):
            set_rules()
    credit = CircleCredit.objects.select_related("unit").get(circle=circle)
    assert (credit.lower_limit, credit.unit.commission_rate, AuditEntry.objects.count()) == before
    set_rules()
    account = credit.unit.accounts.get(owner=newcomer.organization)
    assert (account.lower_limit, account.upper_limit) == (-70_00, 70_00)
