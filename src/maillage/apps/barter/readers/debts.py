"""A file of debts, into what the members of a circle say to each other; every row at fault is named."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import IO, NamedTuple

from django.utils.translation import gettext as _

from maillage.cores.clearing import UNDATED
from maillage.cores.clearing.reading import (
    BadTitles,
    CellFault,
    ReadDebts,
    Title,
    Unreadable,
    fold_title,
    read_debts,
)
from maillage.kernel.tables.text import detect_encoding, open_text

ROWS_MAX = 5_000


@dataclass(frozen=True)
class FileDebt:
    """A row: sides by the keys that the caller gave to names."""

    line: int
    debtor: int
    creditor: int
    amount_cents: int
    invoice: str
    due_date: date | None


class LineFault(NamedTuple):
    """What cannot be taken: the line (the titles are line 1), and a sentence that names it."""

    line: int
    sentence: str


def read_debt_rows(stream: IO[bytes], keys: dict[str, int]) -> tuple[list[FileDebt], list[LineFault]]:
    """The debts, and what cannot be taken: with one fault, nothing is to be kept.

    `keys`: a number for the name of each member, folded by `fold_title`.
    """
    try:
        text = open_text(stream, detect_encoding(stream)).read()
        first = (text.splitlines() or [""])[0]
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",", strict=True)
        read = read_debts(rows)
    except (csv.Error, UnicodeError):
        return _refused(
            _("This file is no readable CSV: a quotation mark is out of place, or it was cut short.")
        )
    if isinstance(read, BadTitles):
        return _refused(_bad_titles(*read.missing, *read.twice))
    faults = []
    if isinstance(read, Unreadable):
        faults = [LineFault(fault.line, _sentence(fault)) for fault in read.faults]
        assert read.sound is not None
        read = read.sound
    if len(read.table) > ROWS_MAX:
        return _refused(_("This file has more than %(count)d debts: cut it.") % {"count": ROWS_MAX})
    if not read.table.invoices and len(read.table):
        return _refused(_bad_titles("invoice"))
    debts, unknown = _debts_of(read, keys)
    return debts, faults + unknown


def _refused(sentence: str) -> tuple[list[FileDebt], list[LineFault]]:
    return [], [LineFault(1, sentence)]


def _bad_titles(*titles: Title) -> str:
    said = ", ".join(_title(title) for title in titles)
    return _("Line 1: these columns are missing, or there twice: %(titles)s.") % {"titles": said}


def _debts_of(read: ReadDebts, keys: dict[str, int]) -> tuple[list[FileDebt], list[LineFault]]:
    table, debts, faults = read.table, [], []
    members = [keys.get(fold_title(name), 0) for name in table.members]
    for row, line in enumerate(read.lines.tolist()):
        sides = [int(table.debtors[row]), int(table.creditors[row])]
        wrong = [
            _("Line %(line)d: “%(name)s” is no active member of the circle.")
            % {"line": line, "name": table.members[side]}
            for side in sides
            if not members[side]
        ]
        if not table.invoices[row]:
            wrong.append(
                _("Line %(line)d, %(title)s: the cell is empty.") % {"line": line, "title": _title("invoice")}
            )
        faults += [LineFault(line, sentence) for sentence in wrong]
        due = int(table.due_days[row])
        if not wrong:
            debts.append(
                FileDebt(
                    line,
                    members[sides[0]],
                    members[sides[1]],
                    int(table.amounts_cents[row]),
                    table.invoices[row],
                    None if due == UNDATED else date.fromordinal(due),
                )
            )
    return debts, faults


def _title(title: Title) -> str:
    words: dict[str, str] = {
        "debtor": _("debtor"),
        "creditor": _("creditor"),
        "amount": _("amount"),
        "invoice": _("invoice"),
        "due_date": _("due date"),
    }
    return words.get(title, title)


def _sentence(fault: CellFault) -> str:
    said = {
        "empty": _("the cell is empty."),
        "decimals": _("more than two decimals."),
        "not_positive": _("the amount must be above zero."),
        "date": _("this is no day, for example 2026-01-31 or 31/01/2026."),
        "columns": _("this line has not as many cells as the titles."),
        "self_debt": _("a member does not owe money to itself."),
    }.get(fault.code, _("this cannot be read as an amount or a name."))
    place = _("Line %(line)d") % {"line": fault.line}
    if fault.title:
        place += f", {_title(fault.title)} « {fault.cell[:60]} »"
    return f"{place} : {said}"
