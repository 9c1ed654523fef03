"""What is exchanged in a circle stands in the books of those who keep some, by whatever path it was posted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest
from django.db import transaction
from django.db.models import Sum

from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.booked import BOOKED, key_of
from maillage.apps.barter.models import Circle
from maillage.apps.books.actions.booking import TransferToBook, book_transfer
from maillage.apps.books.actions.opening import BooksChoices, close_period, open_books, open_year
from maillage.apps.books.actions.reversing import undo_transfer
from maillage.apps.books.models import Books, JournalEntry, JournalLine
from maillage.apps.books.queries.journal import unbalanced_entries
from maillage.apps.directory.models import Organization
from maillage.apps.ledger.actions import answers, reversals, transfers
from maillage.apps.ledger.actions.accounts import change_rules, choose_acceptance
from maillage.apps.ledger.actions.acts import LedgerError
from maillage.apps.ledger.actions.following import is_concerned
from maillage.apps.ledger.choices import Accepts, Nature
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.queries.contents import Acceptance, UnitRules
from maillage.apps.ledger.queries.soundness import faults_of
from maillage.kernel.audit.models import AuditEntry
from maillage.kernel.mail.models import Notification
from tests.apps.barter.test_invoicing import at_once
from tests.apps.books.conftest import SIRENS, books_of
from tests.apps.ledger.conftest import balances, doer, order
from tests.factories import NOW, make_circle, make_organization, make_person, tie

pytestmark = [pytest.mark.django_db, pytest.mark.data]


@pytest.fixture
def books(circle: Circle, centre: Organization, maya: Person) -> Books:
    """Those of the recycling centre; the radio keeps none."""
    return books_of(centre, maya, siren=SIRENS[0])


@pytest.fixture
def mine(circle: Circle, centre: Organization) -> Account:
    return Account.objects.get(unit=circle.credit.unit, owner=centre)


@pytest.fixture
def theirs(circle: Circle, radio: Organization) -> Account:
    return Account.objects.get(unit=circle.credit.unit, owner=radio)


def in_books(books: Books) -> int:
    """What account 467 says that may still be received from the circle, in cents."""
    lines = JournalLine.objects.filter(entry__books=books, account__number="467")
    sums = lines.aggregate(debit=Sum("debit_cents"), credit=Sum("credit_cents"))
    return (sums["debit"] or 0) - (sums["credit"] or 0)


def lines_of(entry: JournalEntry) -> list[tuple[str, int, int]]:
    rows = entry.lines.order_by("rank").values_list("account__number", "debit_cents", "credit_cents")
    return list(rows)


def paid_at_once(payer: Account, payee: Account) -> Transfer:
    return transfers.pay(order=order(payer, payee, 30_00, label="Chaises"), doer=doer())


def among_several(payer: Account, payee: Account) -> Transfer:
    both = [order(payer, payee, 30_00, label="Chaises"), order(payer, payee, 10_00)]
    return transfers.pay_several(orders=both, doer=doer())[0]


def agreed(payer: Account, payee: Account) -> Transfer:
    asked = transfers.request(order=order(payer, payee, 30_00, label="Chaises"), doer=doer())
    assert not JournalEntry.objects.exists()
    return answers.accept(transfer_id=asked.pk, doer=doer())


def agreed_without_asking(payer: Account, payee: Account) -> Transfer:
    choice = Acceptance(accepts=Accepts.EVERYBODY)
    choose_acceptance(account_id=payer.pk, acceptance=choice, doer=doer())
    return transfers.request(order=order(payer, payee, 30_00, label="Chaises"), doer=doer())


def agreed_by_silence(payer: Account, payee: Account) -> Transfer:
    choice = Acceptance(silence_days=2)
    choose_acceptance(account_id=payer.pk, acceptance=choice, doer=doer())
    asked = transfers.request(order=order(payer, payee, 30_00, label="Chaises"), doer=doer())
    assert answers.accept_by_silence(now=NOW + timedelta(days=3)) == [asked.pk]
    return Transfer.objects.get(pk=asked.pk)


def posted_in_part(payer: Account, payee: Account) -> Transfer:
    kept = transfers.reserve(order=order(payer, payee, 50_00, label="Chaises"), doer=doer())
    assert not JournalEntry.objects.exists()
    return answers.post(transfer_id=kept.pk, amount=30_00, doer=doer())


PATHS = (paid_at_once, among_several, agreed, agreed_without_asking, agreed_by_silence, posted_in_part)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: str(path.__name__))
def test_whatever_the_path_an_exchange_is_written_once(
    path: Callable[[Account, Account], Transfer], books: Books, mine: Account, theirs: Account
) -> None:
    made = path(mine, theirs)
    entry = JournalEntry.objects.get(books=books, key=f"credit:transfer:{made.pk}")
    assert lines_of(entry) == [("4018", 30_00, 0), ("467", 0, 30_00)]
    assert entry.label == f"Échange numéro {made.pk} · Chaises"
    mine.refresh_from_db()
    assert in_books(books) == mine.balance


def test_who_provides_is_owed_less_by_the_other_and_more_by_the_circle(
    books: Books, mine: Account, theirs: Account
) -> None:
    paid_at_once(theirs, mine)
    assert lines_of(JournalEntry.objects.get(books=books)) == [("467", 30_00, 0), ("4118", 0, 30_00)]


def test_the_same_key_twice_writes_once(books: Books, mine: Account, theirs: Account) -> None:
    once = doer()
    for _again in range(2):
        transfers.pay(order=order(mine, theirs, 30_00), doer=once)
    assert JournalEntry.objects.filter(books=books).count() == 1


def test_who_accepts_is_who_wrote(books: Books, mine: Account, theirs: Account, maya: Person) -> None:
    asked = transfers.request(order=order(mine, theirs, 30_00), doer=doer(actor=make_person(name="Omar")))
    answers.accept(transfer_id=asked.pk, doer=doer(actor=maya))
    assert JournalEntry.objects.get(books=books).created_by == maya


def test_a_reversal_writes_the_opposite(books: Books, mine: Account, theirs: Account) -> None:
    made, once = paid_at_once(mine, theirs), doer()
    for _again in range(2):
        reversals.reverse(transfer_id=made.pk, reason="Chaises cassées", doer=once)
    first, undone = JournalEntry.objects.filter(books=books).order_by("pk")
    assert undone.reverses == first
    assert lines_of(undone) == [("4018", 0, 30_00), ("467", 30_00, 0)]
    assert in_books(books) == 0


def test_a_closed_period_takes_the_first_open_day(
    books: Books, mine: Account, theirs: Account, maya: Person, centre: Organization
) -> None:
    """What is told late, and the opposite of what is reversed late."""
    made = paid_at_once(mine, theirs)
    april, later = date(NOW.year, 4, 1), NOW + timedelta(days=60)
    close_period(
        actor=maya, organization_id=centre.pk, until=april - timedelta(days=1), today=later.date(), now=later
    )
    wanted = TransferToBook(centre.pk, theirs.owner_id or 0, 10_00, NOW.date(), "late", "Échange tardif")
    (late,) = book_transfer(actor=None, transfer=wanted, now=later)
    (undone,) = undo_transfer(actor=None, key=key_of(made.pk), undone_on=NOW.date(), now=later)
    assert (late.day, undone.day) == (april, april)
    assert in_books(books) == -10_00


def test_without_any_year_the_trade_holds_says_so_and_waits_for_its_year(
    books: Books, mine: Account, theirs: Account, maya: Person, centre: Organization
) -> None:
    """Both sides keep books; each opens its year when it wants, once or twice, and finds the exchange there."""
    radio_books = books_of(theirs.owner, maya, siren=SIRENS[1])  # type: ignore[arg-type]
    later = NOW.replace(year=NOW.year + 1)
    made = transfers.pay(order=order(mine, theirs, 30_00, label="Chaises"), doer=doer(now=later))
    given = transfers.pay(order=order(mine, theirs, 5_00), doer=doer(now=later))
    reversals.reverse(transfer_id=given.pk, reason="Erreur", doer=doer(now=later + timedelta(days=1)))
    assert balances(mine, theirs) == (-30_00, 30_00)
    assert not JournalEntry.objects.exists()
    unbooked = AuditEntry.objects.filter(verb="credit.unbooked", target_id=str(made.pk))
    assert {entry.details["organization"] for entry in unbooked} == {centre.pk, radio_books.organization_id}
    told = Notification.objects.filter(person=maya, title__contains=f"Échange numéro {made.pk} ")
    assert "n’ont pas d’exercice" in told[0].title and "dès que leur exercice sera ouvert" in told[0].title
    for body, account in ((books, mine), (radio_books, theirs)):
        for _again in range(2):
            open_year(
                actor=maya,
                organization_id=body.organization_id,
                ends_on=date(NOW.year + 1, 12, 31),
                now=later + timedelta(days=30),
            )
        account.refresh_from_db()
        assert in_books(body) == account.balance
        assert JournalEntry.objects.filter(books=body).count() == 3
    entry = JournalEntry.objects.get(books=radio_books, key=f"credit:transfer:{made.pk}")
    assert (entry.day, lines_of(entry)) == (later.date(), [("467", 30_00, 0), ("4118", 0, 30_00)])
    assert not unbalanced_entries(books).exists()


def test_books_opened_late_take_up_what_was_exchanged_in_their_first_year(
    circle: Circle, mine: Account, theirs: Account, maya: Person, centre: Organization
) -> None:
    before = transfers.pay(order=order(theirs, mine, 7_00), doer=doer(now=NOW.replace(year=NOW.year - 1)))
    kept = paid_at_once(mine, theirs)
    cleared = transfers.pay(order=order(mine, theirs, 11_00, nature=Nature.CLEARING), doer=doer())
    books = books_of(centre, maya, siren=SIRENS[0])
    keys = set(JournalEntry.objects.filter(books=books).values_list("key", flat=True))
    assert keys == {f"credit:transfer:{kept.pk}"} and cleared.pk and before.pk
    assert not AuditEntry.objects.filter(verb="credit.unbooked").exists()
    reversals.reverse(transfer_id=kept.pk, reason="Chaises cassées", doer=doer())
    assert in_books(books) == 0
    reversals.reverse(transfer_id=before.pk, reason="Erreur", doer=doer())
    told = Notification.objects.filter(person=maya, kind="barter.transfer").order_by("pk").last()
    assert told is not None and "à la main" in told.title


@pytest.mark.django_db(transaction=True)
def test_books_opened_while_members_pay_miss_nothing(
    circle: Circle, mine: Account, theirs: Account, maya: Person, centre: Organization
) -> None:
    turns = iter(range(8))

    def either() -> object:
        turn = next(turns)
        if turn == 3:
            return books_of(centre, maya, siren=SIRENS[0])
        with transaction.atomic():
            return transfers.pay(order=order(mine, theirs, 1_00), doer=doer())

    _made, faults = at_once(8, either)
    assert not faults
    mine.refresh_from_db()
    assert in_books(Books.objects.get(organization=centre)) == mine.balance == -7_00


def test_the_books_of_one_do_not_hold_back_those_of_the_other(
    books: Books, mine: Account, theirs: Account, radio: Organization, maya: Person
) -> None:
    choices = BooksChoices(variant="associative", siren=SIRENS[1])
    gone = (date(NOW.year - 3, 1, 1), date(NOW.year - 3, 12, 31))
    open_books(
        actor=maya, organization_id=radio.pk, choices=choices, starts_on=gone[0], ends_on=gone[1], now=NOW
    )
    paid_at_once(mine, theirs)
    assert JournalEntry.objects.get().books == books
    assert AuditEntry.objects.get(verb="credit.unbooked").details["organization"] == radio.pk


def test_commission_is_not_an_exchange_between_two(
    books: Books, circle: Circle, mine: Account, theirs: Account
) -> None:
    change_rules(unit_id=circle.credit.unit_id, rules=UnitRules(commission_rate=100), doer=doer())
    paid_at_once(theirs, mine)
    assert Transfer.objects.filter(nature=Nature.COMMISSION).count() == 1
    assert JournalEntry.objects.filter(books=books).count() == 1


def test_what_clears_debts_is_written_by_the_clearing(books: Books, mine: Account, theirs: Account) -> None:
    made = transfers.pay(order=order(mine, theirs, 30_00, nature=Nature.CLEARING), doer=doer())
    reversals.reverse(transfer_id=made.pk, doer=doer())
    assert not JournalEntry.objects.exists()


def test_who_keeps_no_books_pays_as_quickly_as_before(circle: Circle, mine: Account, theirs: Account) -> None:
    assert not is_concerned(BOOKED, [mine.pk, theirs.pk])
    paid_at_once(mine, theirs)
    assert not JournalEntry.objects.exists()


class PowerCut(Exception):
    """The process dies before the transaction is over."""


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_the_books_say_what_the_accounts_say(seed: int, solene: Person) -> None:
    chance = Random(seed)
    bodies = [make_organization(f"Structure {seed} {rank}") for rank in range(4)]
    circle = make_circle(solene, f"Cercle {seed}", *bodies)
    person = make_person(name="Nour")
    tie(person, bodies[0])
    kept = [books_of(body, person, siren=siren) for body, siren in zip(bodies, SIRENS, strict=False)]
    own = {each.owner_id: each for each in Account.objects.filter(unit=circle.credit.unit, owner__in=bodies)}
    done: list[int] = []
    for step in range(30):
        payer, payee = chance.sample(bodies, 2)
        wanted = order(own[payer.pk], own[payee.pk], chance.randint(1, 90_00), label=f"Étape {step}")
        key = doer(now=NOW + timedelta(minutes=step))
        what = chance.choice(("pay", "reserve", "request", "reverse", "several", "cut"))
        try:
            if what == "pay":
                done.append([transfers.pay(order=wanted, doer=key) for _retry in range(2)][1].pk)
            elif what == "several":
                done += [each.pk for each in transfers.pay_several(orders=[wanted, wanted], doer=key)]
            elif what == "reserve":
                held = transfers.reserve(order=wanted, doer=key)
                done.append(
                    answers.post(transfer_id=held.pk, amount=chance.randint(1, held.amount), doer=doer()).pk
                )
            elif what == "request":
                asked = transfers.request(order=wanted, doer=key)
                done.append(answers.accept(transfer_id=asked.pk, doer=doer()).pk)
            elif what == "reverse" and done:
                reversals.reverse(transfer_id=done.pop(chance.randrange(len(done))), doer=key)
            elif what == "cut":
                with pytest.raises(PowerCut), transaction.atomic():
                    transfers.pay(order=wanted, doer=key)
                    raise PowerCut
        except LedgerError:
            continue
    assert faults_of(circle.credit.unit) == []
    assert JournalEntry.objects.exists()
    for books in kept:
        account = Account.objects.get(pk=own[books.organization_id].pk)
        assert in_books(books) == account.balance
        assert not list(unbalanced_entries(books))


def test_the_example_of_the_page(circle: Circle, books: Books, mine: Account, theirs: Account) -> None:
    """docs/explanation/comptes.md, « Un échange en unités »."""
    desk = transfers.pay(order=order(theirs, mine, 120_00, label="un bureau"), doer=doer())
    kept = transfers.reserve(order=order(mine, theirs, 80_00, label="annonces"), doer=doer())
    answers.post(transfer_id=kept.pk, amount=50_00, doer=doer())
    assert in_books(books) == 70_00
    reversals.reverse(transfer_id=desk.pk, reason="bureau cassé", doer=doer())
    assert in_books(books) == -50_00
    told = [lines_of(each) for each in JournalEntry.objects.filter(books=books).order_by("pk")]
    assert told == [
        [("467", 120_00, 0), ("4118", 0, 120_00)],
        [("4018", 50_00, 0), ("467", 0, 50_00)],
        [("467", 0, 120_00), ("4118", 120_00, 0)],
    ]
