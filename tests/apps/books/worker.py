"""One worker of the concurrent histories of books: `python -m tests.apps.books.worker DATABASE NUMBER TURNS`.

What it does at each turn depends on its number alone, so that a worker which was killed and starts again asks the same
things under the same keys. It writes a line for each write that was acknowledged: its key, then the entries it gave.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def main(database: str, number: int, turns: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.project.settings")
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from maillage.apps.books.actions.clearing import UndoneError
    from maillage.apps.books.models import Books
    from maillage.apps.directory.models import Organization

    keeping = list(Books.objects.order_by("pk").values_list("organization_id", flat=True))
    others = Organization.objects.exclude(pk__in=keeping).order_by("pk").values_list("pk", flat=True)
    worker = Worker(number, [*keeping, *others], keeping)
    for turn in range(turns):
        key = f"w{number}:{turn}"
        act = worker.act_of(key)
        for _time in range(2 if worker.chance.random() < 0.2 else 1):
            try:
                entries = act()
            except UndoneError:  # it was cleared then un-cleared before the worker was killed
                continue
            sys.stdout.write(f"{key} {' '.join(str(each.pk) for each in entries)}\n")
            sys.stdout.flush()


class Worker:
    """Its own invoices, in books that all workers share. `left`: what each invoice still leaves, by its number."""

    def __init__(self, number: int, bodies: list[int], keeping: list[int]) -> None:
        self.chance, self.bodies, self.keeping = random.Random(number), bodies, keeping
        self.invoices: dict[str, Any] = {}
        self.left: dict[str, int] = {}
        self.batches: dict[str, Any] = {}
        self.paid: dict[str, Any] = {}

    def act_of(self, key: str) -> Callable[[], list[Any]]:
        """What to do under this key; asked again, it does nothing more."""
        dice, opened = self.chance.random(), [each for each, cents in self.left.items() if cents]
        if dice < 0.25 and opened:
            return self.clear(key, self.chance.sample(opened, min(3, len(opened))))
        if dice < 0.35 and self.batches:
            return self.unclear()
        if dice < 0.45 and opened:
            return self.credit(key, self.chance.choice(opened))
        if dice < 0.55:
            return self.by_hand(key)
        if dice < 0.7:
            return self.give_and_take_back(key)
        return self.invoice(key)

    def invoice(self, key: str) -> Callable[[], list[Any]]:
        from maillage.apps.books.actions.booking import BookedPart, InvoiceToBook, book_invoice

        issuer, customer = self.chance.sample(self.bodies, 2)
        parts = tuple(
            BookedPart(self.chance.randint(1, 900_00), self.chance.randint(0, 90_00), is_service)
            for is_service in (True, False)[: self.chance.randint(1, 2)]
        )
        made = InvoiceToBook(issuer, customer, f"F-{key}", NOW.date(), f"Facture {key}", parts)
        self.invoices[made.reference] = made
        self.left[made.reference] = sum(part.net_cents + part.vat_cents for part in parts)
        return lambda: book_invoice(actor=None, invoice=made, now=NOW)

    def credit(self, key: str, reference: str) -> Callable[[], list[Any]]:
        """A credit note over the whole of an invoice that nothing settled yet; else another invoice."""
        from dataclasses import replace

        from maillage.apps.books.actions.booking import book_invoice

        first = self.invoices[reference]
        if self.left[reference] != sum(part.net_cents + part.vat_cents for part in first.parts):
            return self.invoice(key)
        self.left[reference] = 0
        note = replace(first, reference=f"A-{key}", label=f"Avoir {key}", credits=reference)
        return lambda: book_invoice(actor=None, invoice=note, now=NOW)

    def clear(self, key: str, references: list[str]) -> Callable[[], list[Any]]:
        from maillage.apps.books.actions.clearing import SettlementBatch, SettlementLine, settle_together

        lines = []
        for reference in references:
            cents, first = self.chance.randint(1, self.left[reference]), self.invoices[reference]
            lines.append(SettlementLine(first.customer_id, first.issuer_id, cents, reference))
            self.left[reference] -= cents
        batch = SettlementBatch(key, f"LOT-{key}", NOW.date(), tuple(lines))
        self.batches[key] = batch
        return lambda: list(settle_together(actor=None, batch=batch, now=NOW).entries.order_by("pk"))

    def unclear(self) -> Callable[[], list[Any]]:
        from maillage.apps.books.actions.clearing import undo_settlement

        key = self.chance.choice(sorted(self.batches))
        for line in self.batches.pop(key).lines:
            self.left[line.reference] += line.amount_cents
        return lambda: list(
            undo_settlement(actor=None, key=key, undone_on=NOW.date(), now=NOW).entries.order_by("pk")
        )

    def by_hand(self, key: str) -> Callable[[], list[Any]]:
        from maillage.apps.books.actions.reversing import reverse_entry
        from maillage.apps.books.actions.writing import enter_by_hand
        from maillage.apps.books.models import JournalEntry
        from maillage.cores.accounting import Entry
        from maillage.cores.accounting.values import credit, debit

        body, cents, is_undone = (
            self.chance.choice(self.keeping),
            self.chance.randint(1, 10**7),
            self.chance.random() < 0.4,
        )
        day, sums = NOW.date(), (debit("606", cents), credit("512", cents))
        entry = Entry("OD", day, f"P-{key}", day, "Divers", sums)

        def write() -> list[Any]:
            nobody: Any = None
            written = enter_by_hand(actor=nobody, organization_id=body, entry=entry, key=key, now=NOW)
            if is_undone and not JournalEntry.objects.filter(reverses=written).exists():
                reverse_entry(
                    actor=nobody, organization_id=body, entry_id=written.pk, label="Erreur", now=NOW
                )
            return [written]

        return write

    def give_and_take_back(self, key: str) -> Callable[[], list[Any]]:
        from maillage.apps.books.actions.booking import TransferToBook, book_transfer
        from maillage.apps.books.actions.reversing import undo_transfer

        payer, payee = self.chance.sample(self.bodies, 2)
        made = TransferToBook(payer, payee, self.chance.randint(1, 90_00), NOW.date(), key, f"Échange {key}")
        is_undone = self.chance.random() < 0.5

        def write() -> list[Any]:
            written = book_transfer(actor=None, transfer=made, now=NOW)
            if is_undone:
                undo_transfer(actor=None, key=key, undone_on=NOW.date(), now=NOW)
            return written

        return write


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
