"""The nightly check tells administrators once of what does not agree, and again only once it agreed meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from maillage.apps.accounts.actions.people import create_person
from maillage.apps.accounts.models import Person
from maillage.apps.books.models import Books, Invoice, JournalCounter
from maillage.apps.books.queries.soundness import books_agree
from maillage.apps.ledger.models import Account
from maillage.kernel.mail.models import Notification
from maillage.portal.soundness import disagreements, tell_disagreements
from maillage.portal.tasks import check_sums
from tests.apps.books.conftest import books_of
from tests.apps.books.making import NOON, make_issued
from tests.apps.ledger.conftest import make_account, make_unit
from tests.factories import make_organization

pytestmark = [pytest.mark.django_db, pytest.mark.data]
NIGHT = timedelta(days=1)


@pytest.fixture
def ana() -> Person:
    return create_person(email="ana@exemple.fr", name="Ana", role="administrator", now=NOON)


@pytest.fixture
def account() -> Account:
    return make_account(make_unit(), "La Recyclerie")


def shift(account: Account, balance: int) -> None:
    Account.objects.filter(pk=account.pk).update(balance=balance)


def test_what_agrees_is_not_spoken_of(ana: Person, account: Account) -> None:
    books_of(make_organization(), None)
    make_issued()
    check_sums()
    assert disagreements() == [] and not Notification.objects.exists()


def test_what_does_not_agree_is_told_once_to_administrators_only(ana: Person, account: Account) -> None:
    create_person(email="lea@exemple.fr", name="Léa", role="facilitator", now=NOON)
    shift(account, 100)
    told = tell_disagreements(now=NOON)
    assert [each.key for each in told] == [f"unit:{account.unit_id}"]
    for night in range(1, 4):
        assert tell_disagreements(now=NOON + night * NIGHT) == []
    said = Notification.objects.get()
    assert said.person == ana and "les soldes de « unités »" in said.title.replace("\xa0", " ")
    assert len(mail.outbox) <= 1


def test_what_agrees_again_and_breaks_anew_is_told_anew(ana: Person, account: Account) -> None:
    shift(account, 100)
    tell_disagreements(now=NOON)
    shift(account, 0)
    assert tell_disagreements(now=NOON + NIGHT) == []
    shift(account, 200)
    assert len(tell_disagreements(now=NOON + 2 * NIGHT)) == 1
    assert Notification.objects.filter(person=ana).count() == 2


def test_a_new_fault_is_told_without_the_old_one(ana: Person, account: Account) -> None:
    shift(account, 100)
    tell_disagreements(now=NOON)
    invoice = make_issued()
    Invoice.objects.filter(pk=invoice.pk).update(settled_cents=5)
    [new] = tell_disagreements(now=NOON + NIGHT)
    assert new.key == f"invoice:{invoice.pk}" and invoice.number in new.label
    last = Notification.objects.order_by("pk").last()
    assert last is not None and invoice.number in last.title and "unité" not in last.title


def test_a_hole_in_the_numbers_of_a_journal_is_seen() -> None:
    books = books_of(make_organization(), None)
    assert books_agree(books)
    year, journal = books.years.get(), books.journals.order_by("pk")[0]
    JournalCounter.objects.create(journal=journal, year=year, last_number=1)
    assert not books_agree(Books.objects.get())
    assert [each.key for each in disagreements()] == [f"books:{books.pk}"]
