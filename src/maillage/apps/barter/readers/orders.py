"""A table of exchanges, row by row: what can be entered, and what is wrong with the rest."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from maillage.apps.barter.readers.amounts import UnreadableAmountError, read_amount
from maillage.apps.ledger.models import Account
from maillage.apps.ledger.queries.contents import Order
from maillage.cores.text import fold, sort_key
from maillage.kernel.tables.limits import TableLimits, UnreadableTableError
from maillage.kernel.tables.read import TableRow, read_csv

COLUMNS = ("recu_par", "fourni_par", "montant", "objet", "soulte_euros")
REQUIRED = COLUMNS[:3]
LIMITS = TableLimits(size_bytes_max=400_000, rows_max=2_000, columns_max=20, cell_chars_max=1_000)
CURRENCY = "EUR"


@dataclass(frozen=True)
class Fault:
    """`line` of the file, as a spreadsheet numbers it; `column` is empty when the whole row is wrong."""

    line: int
    column: str
    sentence: str


@dataclass(frozen=True)
class ReadOrder:
    line: int
    order: Order
    payer: Account
    payee: Account


@dataclass(frozen=True)
class ReadOrders:
    rows: list[ReadOrder]
    faults: list[Fault]


def read_orders(content: bytes, accounts: Iterable[Account]) -> ReadOrders:
    """Every row and every fault of a CSV whose header holds `COLUMNS`. Raises UnreadableTableError."""
    if not content.strip():
        raise UnreadableTableError(_("This file is empty."))
    table = read_csv(io.BytesIO(content), limits=LIMITS, is_title=is_title)
    places = {column_of(title): rank for rank, title in enumerate(table.header)}
    missing = [name for name in REQUIRED if name not in places]
    if missing:
        raise UnreadableTableError(
            _("The file has no column %(names)s. Its first line must be: %(header)s.")
            % {"names": ", ".join(missing), "header": ";".join(COLUMNS)}
        )
    names = names_of(accounts)
    rows: list[ReadOrder] = []
    faults: list[Fault] = []
    for row in table.rows:
        if any(cell.strip() for cell in row.cells):
            _read_row(row, places, names, rows, faults)
    if not rows and not faults:
        raise UnreadableTableError(_("This file has no row."))
    return ReadOrders(rows, faults)


def column_of(title: str) -> str:
    """The column that a title names, whatever its accents, capitals and spaces."""
    return "_".join(re.findall(r"[a-z]+", fold(title)))


def is_title(title: str) -> bool:
    return column_of(title) in COLUMNS


def names_of(accounts: Iterable[Account]) -> dict[str, list[Account]]:
    """The accounts by the names and short names of their owners, without accents nor capitals."""
    names: dict[str, list[Account]] = {}
    for account in accounts:
        assert account.owner is not None, "the accounts of a file are those of members"
        for name in {sort_key(account.owner.name), sort_key(account.owner.short_name)} - {""}:
            names.setdefault(name, []).append(account)
    return names


def _read_row(
    row: TableRow,
    places: dict[str, int],
    names: dict[str, list[Account]],
    rows: list[ReadOrder],
    faults: list[Fault],
) -> None:
    def cell(column: str) -> str:
        return row.cells[places[column]].strip() if column in places else ""

    wrong: list[Fault] = []
    parties = {column: _party(row.number, column, cell(column), names, wrong) for column in COLUMNS[:2]}
    amounts = {"montant": 0, "soulte_euros": 0}
    for column in amounts:
        if column == "soulte_euros" and not cell(column):
            continue
        try:
            amounts[column] = read_amount(cell(column), zero=column == "soulte_euros")
        except UnreadableAmountError as fault:
            wrong.append(Fault(row.number, column, fault.sentence))
    payer, payee = parties["recu_par"], parties["fourni_par"]
    if payer is not None and payer == payee:
        wrong.append(Fault(row.number, "fourni_par", _("It is the same organisation on both sides.")))
    if wrong or payer is None or payee is None:
        faults.extend(wrong)
        return
    soulte = amounts["soulte_euros"]
    order = Order(
        payer_id=payer.pk,
        payee_id=payee.pk,
        amount=amounts["montant"],
        label=" ".join(cell("objet").split())[:200],
        soulte_cents=soulte,
        soulte_currency=CURRENCY if soulte else "",
    )
    rows.append(ReadOrder(row.number, order, payer, payee))


def _party(
    line: int, column: str, name: str, names: dict[str, list[Account]], wrong: list[Fault]
) -> Account | None:
    found = names.get(sort_key(name), []) if name else []
    if len(found) == 1:
        return found[0]
    if not name:
        sentence = _("The name of the organisation is missing.")
    elif found:
        sentence = _("Several members are called “%(name)s”.") % {"name": name[:80]}
    else:
        sentence = _("No member of the circle is called “%(name)s”.") % {"name": name[:80]}
    wrong.append(Fault(line, column, sentence))
    return None
