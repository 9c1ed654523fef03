"""Which debts and limits make no sense: every row at fault, found without a loop over the rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np

from maillage.cores.clearing.values import (
    AMOUNT_CENTS_MAX,
    DEBTS_MAX,
    MEMBERS_MAX,
    Code,
    DebtTable,
    Fault,
    Integers,
    Limit,
    Refusal,
    exact_sum,
)

FAULTS_MAX = 100


def refuse(table: DebtTable, limits: Sequence[Limit] = ()) -> Refusal | None:
    """The refusal of debts and limits, or None when all is well."""
    if len(table) > DEBTS_MAX or len(table.members) > MEMBERS_MAX:
        return Refusal((Fault("too_many"),), 1)
    wrong: list[tuple[Code, Integers]] = [
        ("not_positive", np.flatnonzero(table.amounts_cents <= 0)),
        ("self_debt", np.flatnonzero(table.debtors == table.creditors)),
    ]
    twice = _duplicates(table)
    count = sum(len(rows) for _, rows in wrong) + len(twice)
    faults = [Fault(code, int(row) + 1) for code, rows in wrong for row in rows[:FAULTS_MAX]]
    faults += [Fault("duplicate_invoice", row + 1, first + 1) for row, first in islice(twice, FAULTS_MAX)]
    faults.sort(key=lambda fault: fault.row)
    if not faults and exact_sum(table.amounts_cents) > AMOUNT_CENTS_MAX:
        faults, count = [Fault("total")], 1
    of_limits = _faults_of_limits(table, limits)
    count += len(of_limits)
    return Refusal(tuple([*faults, *of_limits][:FAULTS_MAX]), count) if count else None


def _duplicates(table: DebtTable) -> list[tuple[int, int]]:
    """Rows whose invoice number their creditor used before, each with the first row that has it."""
    if not table.invoices:
        return []
    marks = np.fromiter(map(hash, table.invoices), np.int64, len(table))
    given = np.fromiter(map(bool, table.invoices), np.bool_, len(table))
    with np.errstate(over="ignore"):
        marks ^= table.creditors * np.int64(-7046029254386353131)
    marked = marks[given]
    order = np.argsort(marked, kind="stable")
    same = marked[order][1:] == marked[order][:-1]
    suspects = np.zeros(len(marked), np.bool_)
    suspects[order[1:][same]] = True
    suspects[order[:-1][same]] = True
    seen: dict[tuple[int, str], int] = {}
    twice = []
    for row in np.flatnonzero(given)[suspects].tolist():
        first = seen.setdefault((int(table.creditors[row]), table.invoices[row]), row)
        if first != row:
            twice.append((row, first))
    return twice


def _faults_of_limits(table: DebtTable, limits: Sequence[Limit]) -> list[Fault]:
    known = set(table.members) if limits else set()
    rows: dict[str, int] = {}
    faults = []
    for row, limit in enumerate(limits, start=1):
        first = rows.setdefault(limit.member, row)
        sizes = (limit.lower_cents, limit.upper_cents, limit.balance_cents)
        if limit.member not in known:
            faults.append(Fault("unknown_member", row, of_limits=True))
        if first != row:
            faults.append(Fault("member_twice", row, first, of_limits=True))
        if any(abs(size) > AMOUNT_CENTS_MAX for size in sizes):
            faults.append(Fault("out_of_range", row, of_limits=True))
        elif not limit.lower_cents <= 0 <= limit.upper_cents:
            faults.append(Fault("limits_order", row, of_limits=True))
    return faults
