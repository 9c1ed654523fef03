"""Entries by hand, their undoing, letters, closing: what the books take and refuse, and what the database refuses."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError
from django.utils import translation

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.booking import book_gift
from maillage.apps.books.actions.lettering import letter_lines, remove_letter
from maillage.apps.books.actions.opening import (
    AlreadyOpenError,
    BadChoiceError,
    BadYearError,
    NotInOrderError,
    change_choices,
    close_period,
    open_year,
)
from maillage.apps.books.actions.opening import BooksChoices as Choices
from maillage.apps.books.actions.refusals import (
    AlreadyReversedError,
    BooksError,
    ClosedPeriodError,
    ComesFromElsewhereError,
    FutureDayError,
    NotLetteredError,
    NoYearError,
    OtherRequestError,
    RefusedEntryError,
)
from maillage.apps.books.actions.reversing import reverse_entry
from maillage.apps.books.actions.writing import enter_by_hand
from maillage.apps.books.models import Books, JournalEntry, JournalLine
from maillage.apps.books.queries.journal import unbalanced_entries
from maillage.apps.directory.models import Organization
from maillage.cores.accounting import Entry, Party
from maillage.cores.accounting.values import credit, debit
from maillage.kernel.audit.models import AuditEntry
from tests.apps.books.conftest import books_of
from tests.factories import NOW

PARTY = Party("X1", "Un voisin")
LATER = NOW + timedelta(days=120)
TODAY = NOW.date()


def entry(cents: int = 100, day: date = TODAY, *, account: str = "606", party: Party | None = PARTY) -> Entry:
    return Entry("OD", day, "P1", day, "Achat", (debit(account, cents), credit("401", cents, party)))


@pytest.fixture
def write(recyclerie_books: Books, maya: Person):  # type: ignore[no-untyped-def]
    def written(wanted: Entry, key: str = "k") -> JournalEntry:
        return enter_by_hand(
            actor=maya, organization_id=recyclerie_books.organization_id, entry=wanted, key=key, now=LATER
        )

    return written


def test_numbers_follow_and_a_refusal_leaves_no_hole(write) -> None:  # type: ignore[no-untyped-def]
    assert write(entry(), "a").number == 1
    for wanted, error in (
        (entry(day=date(2025, 12, 31)), NoYearError),
        (entry(day=LATER.date() + timedelta(days=1)), FutureDayError),
        (entry(account="24000"), RefusedEntryError),
    ):
        with pytest.raises(error):
            write(wanted, "b")
    assert write(entry(), "c").number == 2
    assert JournalEntry.objects.count() == 2


def test_two_clicks_write_once(write) -> None:  # type: ignore[no-untyped-def]
    assert write(entry(), "a").pk == write(entry(), "a").pk
    with pytest.raises(OtherRequestError):
        write(entry(101), "a")
    assert JournalEntry.objects.count() == 1


def test_an_entry_tells_who_wrote_it(write, maya: Person) -> None:  # type: ignore[no-untyped-def]
    write(entry())
    said = AuditEntry.objects.get(verb="books.entry")
    assert (said.actor, said.on_behalf_of, said.target_label) == (maya, "La Recyclerie", "OD 1 Achat")


def test_the_database_keeps_what_is_written(write, recyclerie_books: Books) -> None:  # type: ignore[no-untyped-def]
    made = write(entry())
    line = made.lines.order_by("rank").first()
    for change in (
        lambda: JournalEntry.objects.filter(pk=made.pk).update(label="Autre"),
        lambda: JournalEntry.objects.filter(pk=made.pk).update(number=7),
        lambda: JournalEntry.objects.filter(pk=made.pk).update(is_sealed=False),
        lambda: JournalLine.objects.filter(pk=line.pk).update(debit_cents=7),
        lambda: JournalLine.objects.create(
            entry=made, rank=9, account=line.account, debit_cents=1, credit_cents=1
        ),
        lambda: JournalLine.objects.create(entry=made, rank=9, account=line.account),
        lambda: JournalLine.objects.create(entry=made, rank=1, account=line.account, debit_cents=1),
    ):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            change()
    made.refresh_from_db()
    assert (made.label, made.number, made.lines.count()) == ("Achat", 1, 2)


def test_the_database_seals_nothing_that_does_not_balance(write) -> None:  # type: ignore[no-untyped-def]
    made = write(entry())
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        open_one = JournalEntry.objects.create(
            books=made.books, year=made.year, journal=made.journal, number=2, day=made.day, piece="P", piece_date=made.day,
            label="L", source="manual", key="z", total_cents=5, validated_on=made.validated_on, created_at=NOW,
        )  # fmt: skip
        account = made.lines.order_by("rank")[0].account
        JournalLine.objects.create(entry=open_one, rank=1, account=account, debit_cents=5)
        JournalEntry.objects.filter(pk=open_one.pk).update(is_sealed=True)
    assert JournalEntry.objects.count() == 1


def test_an_entry_is_undone_once_by_its_opposite(write, recyclerie_books: Books, maya: Person) -> None:  # type: ignore[no-untyped-def]
    made = write(entry())
    where = {"actor": maya, "organization_id": recyclerie_books.organization_id}
    undone = reverse_entry(**where, entry_id=made.pk, label="Erreur de compte", now=LATER)
    assert [line.balance_cents for line in undone.lines.order_by("rank")] == [-100, 100]
    assert (undone.day, undone.reverses_id, undone.number) == (LATER.date(), made.pk, 2)
    assert JournalLine.objects.filter(lettering__isnull=False).count() == 2
    with pytest.raises(AlreadyReversedError):
        reverse_entry(**where, entry_id=made.pk, label="Encore", now=LATER)
    with pytest.raises(ComesFromElsewhereError):
        reverse_entry(**where, entry_id=undone.pk, label="Encore", now=LATER)


def test_a_closed_period_refuses_with_its_name(write, recyclerie_books: Books, maya: Person) -> None:  # type: ignore[no-untyped-def]
    where = {
        "actor": maya,
        "organization_id": recyclerie_books.organization_id,
        "today": LATER.date(),
        "now": LATER,
    }
    close_period(**where, until=date(2026, 3, 31))
    with pytest.raises(ClosedPeriodError) as refusal:
        write(entry())
    with translation.override("fr"):
        assert "31 mars 2026" in refusal.value.sentence
    for until in (date(2026, 3, 1), LATER.date(), date(2027, 1, 31)):
        with pytest.raises(NotInOrderError):
            close_period(**where, until=until)
    assert close_period(**where, until=date(2026, 3, 31)).closed_until == date(2026, 3, 31)
    assert write(entry(day=date(2026, 4, 1))).number == 1


def test_a_year_follows_another(recyclerie_books: Books, maya: Person) -> None:
    where = {"actor": maya, "organization_id": recyclerie_books.organization_id, "now": LATER}
    for end in (date(2026, 6, 30), date(2028, 12, 31)):
        with pytest.raises(BadYearError):
            open_year(**where, ends_on=end)
    year = open_year(**where, ends_on=date(2027, 12, 31))
    assert year.starts_on == date(2027, 1, 1)
    assert open_year(**where, ends_on=date(2027, 12, 31)).pk == year.pk


def test_letters_tie_what_cancels_out(write, recyclerie_books: Books, maya: Person) -> None:  # type: ignore[no-untyped-def]
    bought = write(entry(), "a")
    day = NOW.date()
    paid = write(Entry("OD", day, "V1", day, "Virement", (debit("401", 100, PARTY), credit("512", 100))), "b")
    more = write(entry(5), "c")
    where = {"actor": maya, "organization_id": recyclerie_books.organization_id, "now": LATER}
    ids = [each.lines.get(account__number="401").pk for each in (bought, paid, more)]
    for wrong in ([], ids[:1], ids, [ids[0], bought.lines.get(account__number="606").pk], [ids[0], 10**9]):
        with pytest.raises(NotLetteredError):
            letter_lines(**where, line_ids=wrong)
    made = letter_lines(**where, line_ids=ids[:2])
    assert made.code == "AA"
    with pytest.raises(NotLetteredError):
        letter_lines(**where, line_ids=ids[:2])
    remove_letter(**where, lettering_id=made.pk)
    assert letter_lines(**where, line_ids=ids[:2]).code == "AB"


def test_gifts_and_barter_are_not_confused(recyclerie_books: Books, maya: Person) -> None:
    wanted = {
        "actor": maya, "organization_id": recyclerie_books.organization_id, "use_account": "861", "origin_account": "871",
        "amount_cents": 15_000, "day": NOW.date(), "piece": "DON-1", "label": "Prêt d'une salle", "key": "g", "now": LATER,
    }  # fmt: skip
    with pytest.raises(RefusedEntryError) as refusal:
        book_gift(**wanted, is_given_back=True)
    with translation.override("fr"):
        assert "86 et 87" in refusal.value.sentence
    with pytest.raises(RefusedEntryError):
        book_gift(**{**wanted, "use_account": "606"}, is_given_back=False)
    assert book_gift(**wanted, is_given_back=False).journal.code == "CV"


def test_a_company_has_no_account_for_gifts(radio: Organization, omar: Person) -> None:
    books = books_of(radio, omar, variant="general")
    assert not books.journals.filter(code="CV").exists()
    with pytest.raises(RefusedEntryError):
        book_gift(actor=omar, organization_id=radio.pk, use_account="861", origin_account="871", amount_cents=1, day=NOW.date(), piece="D", label="Don", is_given_back=False, key="g", now=LATER)  # fmt: skip


def test_books_are_opened_once_with_sound_choices(
    recyclerie_books: Books, radio: Organization, omar: Person
) -> None:
    with pytest.raises(AlreadyOpenError):
        books_of(recyclerie_books.organization, omar)
    for field, value in (("siren", "732829321"), ("credit_account", "707"), ("receivable_account", "41"), ("payable_account", "4118")):  # fmt: skip
        with pytest.raises(BadChoiceError) as refusal:
            books_of(radio, omar, **{field: value})
        assert refusal.value.field == field
        assert value in refusal.value.sentence
    assert not Books.objects.filter(organization=radio).exists()


def test_choices_change_what_comes_only(recyclerie_books: Books, maya: Person) -> None:
    changed = change_choices(actor=maya, organization_id=recyclerie_books.organization_id, choices=Choices("associative", credit_account="5178"), now=LATER)  # fmt: skip
    assert changed.accounts_by_use.mutual_credit == "5178"


def test_every_refusal_has_its_sentence() -> None:
    from maillage.apps.books.actions.refusals import SENTENCES
    from maillage.cores.accounting.values import FaultCode

    assert set(SENTENCES) == set(FaultCode.__args__)  # type: ignore[attr-defined]
    assert issubclass(RefusedEntryError, BooksError)


def test_nothing_is_unbalanced(write, recyclerie_books: Books) -> None:  # type: ignore[no-untyped-def]
    write(entry())
    assert not unbalanced_entries(recyclerie_books).exists()
