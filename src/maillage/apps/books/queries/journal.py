"""Reading the books: the journal, one account, the balance, what is to be tied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from maillage.apps.books.models import (
    BookAccount,
    BookParty,
    Books,
    FiscalYear,
    Journal,
    JournalEntry,
    JournalLine,
)

LETTERED_CLASS = "4"


@dataclass(frozen=True)
class EntryFilter:
    """What the journal is narrowed by; empty and None: by nothing. `month`: its first day."""

    journal: str = ""
    month: date | None = None
    words: str = ""
    account: str = ""


@dataclass(frozen=True)
class LedgerLine:
    """A line of an account, with the balance after it, in cents, positive at the debit."""

    line: JournalLine
    balance_cents: int


@dataclass(frozen=True)
class BalanceRow:
    """An account over a year, in cents. `balance_cents`: positive at the debit."""

    account: BookAccount
    debit_cents: int
    credit_cents: int

    @property
    def balance_cents(self) -> int:
        return self.debit_cents - self.credit_cents


@dataclass(frozen=True)
class PartyBalance:
    """What one partner owes (positive) or is owed, on one account, and the lines that no other one answers yet."""

    account: BookAccount
    party_name: str
    party_id: int | None
    lines: tuple[JournalLine, ...]

    @property
    def balance_cents(self) -> int:
        return sum(line.balance_cents for line in self.lines)


def years_of(books: Books) -> QuerySet[FiscalYear]:
    return FiscalYear.objects.filter(books=books).order_by("-starts_on", "pk")


def journals_of(books: Books) -> QuerySet[Journal]:
    return Journal.objects.filter(books=books).order_by("code", "pk")


def whole_lines() -> QuerySet[JournalLine]:
    """Lines with what is shown of them."""
    return JournalLine.objects.select_related("account", "party", "lettering").order_by(
        "entry_id", "rank", "pk"
    )


def entries_of(year: FiscalYear, wanted: EntryFilter) -> QuerySet[JournalEntry]:
    """The entries of a year, latest first."""
    found = JournalEntry.objects.filter(year=year).select_related("journal")
    if wanted.journal:
        found = found.filter(journal__code=wanted.journal)
    if wanted.month is not None:
        found = found.filter(day__year=wanted.month.year, day__month=wanted.month.month)
    for word in wanted.words.split()[:8]:
        found = found.filter(Q(label__icontains=word) | Q(piece__icontains=word))
    if wanted.account:
        found = found.filter(
            pk__in=JournalLine.objects.filter(account__number__startswith=wanted.account).values("entry")
        )
    found = found.prefetch_related(Prefetch("lines", queryset=whole_lines()))
    return found.select_related("reversed_by").order_by("-day", "-pk")


def latest_entries(year: FiscalYear, count: int) -> QuerySet[JournalEntry]:
    """The last ones of a year, without their lines."""
    return JournalEntry.objects.filter(year=year).select_related("journal").order_by("-day", "-pk")[:count]


def entry_of(books: Books, pk: int) -> JournalEntry | None:
    found = JournalEntry.objects.filter(books=books, pk=pk)
    found = found.select_related(
        "journal", "year", "reverses__journal", "reversed_by__journal", "created_by", "settlement"
    )
    return found.prefetch_related(Prefetch("lines", queryset=whole_lines())).first()


def ledger_of(year: FiscalYear, account: BookAccount) -> list[LedgerLine]:
    """The lines of an account in a year, oldest first, each with the balance after it."""
    lines = JournalLine.objects.filter(account=account, entry__year=year)
    lines = lines.select_related("entry__journal", "party", "lettering").order_by(
        "entry__day", "entry_id", "rank", "pk"
    )
    balance = 0
    shown = []
    for line in lines:
        balance += line.balance_cents
        shown.append(LedgerLine(line, balance))
    return shown


def trial_balance(year: FiscalYear) -> list[BalanceRow]:
    """Every account that a year used, in the order of their numbers."""
    used = BookAccount.objects.filter(books=year.books_id, lines__entry__year=year)
    used = used.annotate(debit=Sum("lines__debit_cents"), credit=Sum("lines__credit_cents"))
    return [BalanceRow(account, account.debit, account.credit) for account in used.order_by("number", "pk")]


def to_tie(books: Books) -> list[PartyBalance]:
    """Accounts of partners with lines that are not tied yet, whatever the year."""
    lines = JournalLine.objects.filter(
        entry__books=books,
        account__number__startswith=LETTERED_CLASS,
        party__isnull=False,
        lettering__isnull=True,
    )
    lines = lines.select_related("account", "party", "entry__journal")
    groups: dict[tuple[int, int | None], list[JournalLine]] = {}
    for line in lines.order_by("account__number", "party__name", "party_id", "entry__day", "pk"):
        groups.setdefault((line.account_id, line.party_id), []).append(line)
    return [
        PartyBalance(group[0].account, group[0].party.name if group[0].party else "", party_id, tuple(group))
        for (_account, party_id), group in groups.items()
    ]


def tied(books: Books, *, limit: int = 50) -> list[tuple[str, str, str, int, date, tuple[JournalLine, ...]]]:
    """The latest letters: account, partner, code, key, day, lines."""
    lines = JournalLine.objects.filter(entry__books=books, lettering__isnull=False)
    recent = list(lines.values_list("lettering", flat=True).distinct().order_by("-lettering")[:limit])
    groups: dict[int, list[JournalLine]] = {pk: [] for pk in recent}
    shown = lines.filter(lettering__in=recent).select_related(
        "account", "party", "lettering", "entry__journal"
    )
    for line in shown.order_by("entry__day", "pk"):
        assert line.lettering_id is not None
        groups[line.lettering_id].append(line)
    return [
        (
            group[0].account.number,
            group[0].party.name if group[0].party else "",
            group[0].lettering.code if group[0].lettering else "",
            pk,
            group[0].lettering.lettered_on if group[0].lettering else group[0].entry.day,
            tuple(group),
        )
        for pk, group in groups.items()
    ]


def unbalanced_entries(books: Books) -> QuerySet[JournalEntry]:
    """Entries whose lines do not add up to what they say: none, ever."""
    sums = JournalEntry.objects.filter(books=books).annotate(
        debit=Coalesce(Sum("lines__debit_cents"), 0), credit=Coalesce(Sum("lines__credit_cents"), 0)
    )
    return sums.exclude(debit=F("total_cents"), credit=F("total_cents")).order_by("pk")


def entries_until(books: Books, until: date) -> int:
    """How many entries are not closed yet up to and with this day."""
    found = JournalEntry.objects.filter(books=books, day__lte=until)
    return found.exclude(year__closed_until__gte=F("day")).count()


def lines_of(year: FiscalYear) -> Iterator[JournalLine]:
    """All lines of a year in the order of validation, for files."""
    lines = JournalLine.objects.filter(entry__year=year).select_related(
        "entry__journal", "account", "party", "lettering"
    )
    return lines.order_by("entry__validated_on", "entry_id", "rank", "pk").iterator(chunk_size=2000)


def entries_count(year: FiscalYear) -> int:
    return JournalEntry.objects.filter(year=year).count()


def account_numbered(books: Books, number: str) -> BookAccount | None:
    return BookAccount.objects.filter(books=books, number=number).first()


def parties_of(books: Books, limit: int) -> list[BookParty]:
    """The first of the customers and suppliers of these accounts, by name."""
    return list(BookParty.objects.filter(books=books).order_by("name", "pk")[:limit])


def keeps_accounts(organization_id: int) -> bool:
    """Whether the organisation keeps its accounts here."""
    return Books.objects.filter(organization=organization_id).exists()
