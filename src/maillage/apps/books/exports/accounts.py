"""Accounts going out as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from maillage.apps.books.models import JournalEntry
from maillage.apps.books.queries.journal import BalanceRow, LedgerLine

JOURNAL_HEADERS = (
    "journal", "numéro", "jour", "pièce", "libellé", "compte", "libellé du compte", "partenaire", "débit (€)", "crédit (€)",
    "lettre",
)  # fmt: skip
LEDGER_HEADERS = (
    "jour",
    "journal",
    "numéro",
    "pièce",
    "libellé",
    "partenaire",
    "débit (€)",
    "crédit (€)",
    "solde (€)",
    "lettre",
)
BALANCE_HEADERS = (
    "compte",
    "libellé",
    "débit (€)",
    "crédit (€)",
    "solde débiteur (€)",
    "solde créditeur (€)",
)


def journal_rows(entries: Iterable[JournalEntry]) -> Iterator[tuple[Any, ...]]:
    """One row a line, under `JOURNAL_HEADERS`."""
    for entry in entries:
        for line in entry.lines.all():
            yield (
                entry.journal.code,
                entry.number,
                entry.day,
                entry.piece,
                entry.label,
                line.account.number,
                line.account.label,
                line.party.name if line.party else "",
                line.debit_cents / 100,
                line.credit_cents / 100,
                line.lettering.code if line.lettering else "",
            )


def ledger_rows(lines: Iterable[LedgerLine]) -> Iterator[tuple[Any, ...]]:
    """One row a line, under `LEDGER_HEADERS`."""
    for each in lines:
        line, entry = each.line, each.line.entry
        yield (
            entry.day,
            entry.journal.code,
            entry.number,
            entry.piece,
            entry.label,
            line.party.name if line.party else "",
            line.debit_cents / 100,
            line.credit_cents / 100,
            each.balance_cents / 100,
            line.lettering.code if line.lettering else "",
        )


def balance_rows(rows: Iterable[BalanceRow]) -> Iterator[tuple[Any, ...]]:
    """One row an account, under `BALANCE_HEADERS`."""
    for row in rows:
        balance = row.balance_cents / 100
        yield (
            row.account.number,
            row.account.label,
            row.debit_cents / 100,
            row.credit_cents / 100,
            max(balance, 0),
            max(-balance, 0),
        )
