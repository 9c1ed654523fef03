"""Whatever happens, in whatever order: books balance, numbers follow, nothing is doubled, and the file is conform."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.booking import (
    BookedPart,
    InvoiceToBook,
    TransferToBook,
    book_invoice,
    book_transfer,
)
from maillage.apps.books.actions.clearing import (
    SettlementBatch,
    SettlementLine,
    settle_together,
    undo_settlement,
)
from maillage.apps.books.actions.opening import close_period
from maillage.apps.books.actions.refusals import BooksError
from maillage.apps.books.actions.reversing import reverse_entry, undo_transfer
from maillage.apps.books.actions.writing import enter_by_hand
from maillage.apps.books.models import (
    Books,
    BookSettlement,
    JournalEntry,
    JournalLine,
    Lettering,
    WaitingVat,
)
from maillage.apps.books.queries.fec import fec_report
from maillage.apps.books.queries.journal import unbalanced_entries
from maillage.cores.accounting import Entry
from maillage.cores.accounting.values import credit, debit
from tests.apps.books.conftest import SIRENS, books_of
from tests.factories import NOW, make_organization, make_person

pytestmark = pytest.mark.django_db
STEPS = 40
WORKERS, TURNS = 3, 30


class PowerCut(Exception):
    """The process dies before the transaction is over."""


class History:
    """Three organisations with books, one without, and what has happened so far."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.step = chance, 0
        self.actor: Person = make_person()
        names = ("Recyclerie", "Radio", "Théâtre", "Café")
        self.bodies = [make_organization(f"{name} {chance.random()}") for name in names]
        for body, siren in zip(self.bodies, SIRENS, strict=False):
            books_of(body, self.actor, siren=siren)
        self.invoices: list[InvoiceToBook] = []
        self.left: dict[str, int] = {}
        self.batches: list[str] = []
        self.credited: set[str] = set()

    @property
    def now(self):  # type: ignore[no-untyped-def]
        return NOW + timedelta(days=self.step)

    def invoice(self) -> None:
        issuer, customer = self.chance.sample(self.bodies, 2)
        parts = tuple(
            BookedPart(
                self.chance.randint(1, 90_000), self.chance.randint(0, 9_000), self.chance.random() < 0.6
            )
            for _ in range(self.chance.randint(1, 3))
        )
        day = (self.now - timedelta(days=self.chance.randint(0, 3))).date()
        made = InvoiceToBook(issuer.pk, customer.pk, f"F-{self.step}", day, f"Facture {self.step}", parts)
        book_invoice(actor=None, invoice=made, now=self.now)
        self.invoices.append(made)
        self.left[made.reference] = sum(part.net_cents + part.vat_cents for part in parts)

    def clear(self) -> None:
        open_ones = [each for each in self.invoices if self.left[each.reference]]
        chosen = self.chance.sample(open_ones, min(len(open_ones), self.chance.randint(1, 4)))
        lines = tuple(
            SettlementLine(
                each.customer_id,
                each.issuer_id,
                self.chance.randint(1, self.left[each.reference]),
                each.reference,
            )
            for each in chosen
        )
        key = f"lot-{self.step}"
        batch = SettlementBatch(key, f"LOT-{self.step}", self.now.date(), lines)
        for _retry in range(self.chance.randint(1, 2)):
            settle_together(actor=None, batch=batch, now=self.now)
        self.batches.append(key)
        for line in lines:
            self.left[line.reference] -= line.amount_cents

    def unclear(self) -> None:
        key = self.chance.choice(self.batches)
        settlement = undo_settlement(actor=None, key=key, undone_on=self.now.date(), now=self.now)
        self.batches.remove(key)
        for line in settlement.content:
            self.left[line["reference"]] += line["amount_cents"]

    def pay(self) -> None:
        open_ones = [each for each in self.invoices if self.left[each.reference]]
        each = self.chance.choice(open_ones)
        amount = self.chance.randint(1, self.left[each.reference])
        key = f"t-{self.step}"
        paid = TransferToBook(
            each.customer_id,
            each.issuer_id,
            amount,
            self.now.date(),
            key,
            f"Virement {self.step}",
            each.reference,
        )
        book_transfer(actor=None, transfer=paid, now=self.now)
        self.left[each.reference] -= amount

    def give_and_take_back(self) -> None:
        payer, payee = self.chance.sample(self.bodies, 2)
        key = f"r-{self.step}"
        paid = TransferToBook(
            payer.pk, payee.pk, self.chance.randint(1, 9_000), self.now.date(), key, f"Virement {self.step}"
        )
        book_transfer(actor=None, transfer=paid, now=self.now)
        undo_transfer(actor=None, key=key, undone_on=self.now.date(), now=self.now)

    def by_hand(self) -> None:
        body = self.chance.choice(self.bodies[:3])
        day = self.now.date()
        cents = self.chance.randint(1, 10**7)
        entry = Entry("OD", day, f"P-{self.step}", day, "Divers", (debit("606", cents), credit("512", cents)))
        written = enter_by_hand(
            actor=self.actor, organization_id=body.pk, entry=entry, key=str(self.step), now=self.now
        )
        if self.chance.random() < 0.4:
            reverse_entry(
                actor=self.actor, organization_id=body.pk, entry_id=written.pk, label="Erreur", now=self.now
            )

    def credit(self) -> None:
        """A credit note over the whole of an invoice that nothing settled."""
        whole = [each for each in self.invoices if self.left[each.reference] == _gross_cents(each)]
        if not whole:
            return
        each = self.chance.choice(whole)
        note = replace(
            each,
            reference=f"A-{self.step}",
            label=f"Avoir {self.step}",
            issued_on=self.now.date(),
            credits=each.reference,
        )
        for _retry in range(self.chance.randint(1, 2)):
            book_invoice(actor=None, invoice=note, now=self.now)
        self.left[each.reference] = 0
        self.credited.add(each.reference)

    def close(self) -> None:
        body = self.chance.choice(self.bodies[:3])
        until = self.now.date() - timedelta(days=self.chance.randint(1, 20))
        close_period(
            actor=self.actor, organization_id=body.pk, until=until, today=self.now.date(), now=self.now
        )

    def power_cut(self) -> None:
        before = JournalEntry.objects.count()
        kept = (list(self.invoices), dict(self.left), list(self.batches))
        with pytest.raises(PowerCut), transaction.atomic():
            self.chance.choice((self.invoice, self.by_hand))()
            raise PowerCut
        self.invoices, self.left, self.batches = kept
        assert JournalEntry.objects.count() == before

    def play(self) -> None:
        for self.step in range(STEPS):
            acts = [self.invoice, self.invoice, self.by_hand, self.give_and_take_back, self.power_cut]
            if any(self.left.values()):
                acts += [self.clear, self.clear, self.pay, self.credit]
            if self.batches:
                acts.append(self.unclear)
            if self.step % 9 == 8:
                acts.append(self.close)
            before = JournalEntry.objects.count()
            try:
                with transaction.atomic():
                    self.chance.choice(acts)()
            except BooksError:
                assert JournalEntry.objects.count() == before


def _gross_cents(invoice: InvoiceToBook) -> int:
    return sum(part.net_cents + part.vat_cents for part in invoice.parts)


@pytest.mark.parametrize("seed", range(4))
def test_random_histories(seed: int) -> None:
    history = History(Random(seed))
    history.play()
    assert JournalEntry.objects.count() > STEPS
    for books in Books.objects.order_by("pk"):
        _whole(books)
        report = fec_report(books, books.years.get())
        assert (report.verdict, report.errors) == ("conform", 0), report.findings
        assert {found.rule.code for found in report.findings} <= {"NUM-04"}, "late invoices only"
    for waiting in WaitingVat.objects.order_by("pk"):
        assert waiting.reference not in history.credited, "what is credited in full waits for nothing"
        assert waiting.settled_cents == waiting.total_cents - history.left[waiting.reference]
        _vat_is_due_in_proportion(waiting)


def _whole(books: Books) -> None:
    assert not unbalanced_entries(books).exists()
    numbers: dict[int, list[int]] = {}
    for entry in JournalEntry.objects.filter(books=books).order_by("journal", "number"):
        assert entry.is_sealed
        numbers.setdefault(entry.journal_id, []).append(entry.number)
    for found in numbers.values():
        assert found == list(range(1, len(found) + 1))
    keys = Counter(JournalEntry.objects.filter(books=books).values_list("key", flat=True))
    assert set(keys.values()) == {1}
    for lettering in Lettering.objects.filter(account__books=books, removed_at__isnull=True):
        sums = JournalLine.objects.filter(lettering=lettering).aggregate(
            debit=Sum("debit_cents"), credit=Sum("credit_cents")
        )
        assert sums["debit"] == sums["credit"] != 0


def _vat_is_due_in_proportion(waiting: WaitingVat) -> None:
    """Within a cent for what was undone on the way; to the cent once the invoice is settled; as the account says."""
    exact = waiting.vat_cents * waiting.settled_cents / waiting.total_cents
    undone = waiting.dues.filter(is_undone=True).count()
    assert abs(waiting.due_cents - exact) <= 0.5 + undone
    if waiting.settled_cents == waiting.total_cents:
        assert waiting.due_cents == waiting.vat_cents
    books = waiting.books
    is_sale = waiting.side == "collected"
    account = books.waiting_collected_account if is_sale else books.waiting_deductible_account
    lines = JournalLine.objects.filter(entry__books=books, account__number=account)
    held = sum(line.balance_cents for line in lines)
    still = sum(
        each.vat_cents - each.due_cents for each in WaitingVat.objects.filter(books=books, side=waiting.side)
    )
    assert abs(held) == still


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_several_workers_one_of_them_killed_lose_and_double_nothing() -> None:
    """Invoices, credit notes, batches and their cancellation, hand and exchanges, in books that all share."""
    actor = make_person()
    for name, siren in zip(("Recyclerie", "Radio", "Théâtre"), SIRENS, strict=True):
        books_of(make_organization(name), actor, siren=siren)
    make_organization("Café")
    workers = [_started(number) for number in range(WORKERS)]
    victim = workers[0]
    said = [victim.stdout.readline() for _ in range(6)]  # type: ignore[union-attr]
    os.kill(victim.pid, signal.SIGKILL)
    said += [line for line in victim.stdout.readlines() if line.endswith("\n")]  # type: ignore[union-attr]
    victim.wait()
    victim.stdout.close()  # type: ignore[union-attr]
    for worker in (_started(0), *workers[1:]):
        told, _ = worker.communicate(timeout=120)
        assert worker.returncode == 0
        said += told.splitlines()
    answered: dict[str, set[str]] = {}
    for line in said:
        key, *entries = line.split()
        answered.setdefault(key, set()).update(entries)
    assert len(answered) == WORKERS * TURNS
    kept = {str(pk) for pk in JournalEntry.objects.values_list("pk", flat=True)}
    assert set().union(*answered.values()) <= kept, "something that was acknowledged is lost"
    settled: Counter[str] = Counter()
    for batch in BookSettlement.objects.filter(undone_at=None):
        for row in batch.content:
            settled[row["reference"]] += row["amount_cents"]
    for books in Books.objects.order_by("pk"):
        _whole(books)
        report = fec_report(books, books.years.get())
        assert (report.verdict, report.findings) == ("conform", ()), report.findings
    for waiting in WaitingVat.objects.order_by("pk"):
        assert waiting.settled_cents == settled[waiting.reference]
        _vat_is_due_in_proportion(waiting)


def _started(number: int) -> subprocess.Popen[str]:
    name = str(connection.settings_dict["NAME"])
    command = [sys.executable, "-m", "tests.apps.books.worker", name, str(number), str(TURNS)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
