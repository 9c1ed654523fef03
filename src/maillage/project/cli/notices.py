"""The notices of a clearing: a text file for each party, and a table of them all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
from defusedcsv import csv

from maillage.cores.clearing import UNDATED, Clearing
from maillage.cores.text.folding import fold

SUMMARY = "sommaire.csv"
_SLUG_CHARACTERS_MAX = 40


class NoticesExistError(Exception):
    """The folder holds something else than notices."""


def check_folder(folder: Path) -> None:
    """Refuse a folder whose content is not notices, before anything is computed."""
    if not folder.exists():
        return
    if not folder.is_dir() or (any(folder.iterdir()) and not (folder / SUMMARY).is_file()):
        raise NoticesExistError


def euros(cents: int) -> str:
    """« −1 234,50 », as it is printed."""
    whole, rest = divmod(abs(cents), 100)
    sign = "−" if cents < 0 else ""
    return f"{sign}{whole:,}".replace(",", "\u202f") + f",{rest:02d}"


def write_notices(clearing: Clearing, folder: Path) -> int:
    """Write them all beside the folder, then put them in its place: nobody finds half of them. Returns how many."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        count = _write_all(clearing, draft)
        draft.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return count


def _write_all(clearing: Clearing, folder: Path) -> int:
    table = clearing.table
    members = sorted(range(len(table.members)), key=table.members.__getitem__)
    width = max(4, len(str(len(members))))
    owing, owed = _rows_by(table.debtors, len(members)), _rows_by(table.creditors, len(members))
    with (folder / SUMMARY).open("w", encoding="utf-8-sig", newline="") as stream:
        summary = csv.writer(stream, delimiter=";")
        summary.writerow(
            ["membre", "dettes", "créances", "dettes compensées", "créances compensées", "compte", "avis"]
        )
        for number, member in enumerate(members, start=1):
            name = f"{number:0{width}d}-{_slug(table.members[member])}.txt"
            debts, claims = owing(member), owed(member)
            lines = _notice(clearing, member, debts, claims)
            (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
            sums = [
                int(column[rows].sum())
                for column in (table.amounts_cents, clearing.setoffs_cents)
                for rows in (debts, claims)
            ]
            change = int(clearing.changes_cents[member])
            summary.writerow([table.members[member], *map(_plain, sums), _plain(change), name])
    return len(members)


def _rows_by(members: np.ndarray, size: int):  # type: ignore[no-untyped-def]
    order = np.argsort(members, kind="stable")
    edges = np.searchsorted(members[order], np.arange(size + 1))
    return lambda member: order[edges[member] : edges[member + 1]]


def _plain(cents: int) -> str:
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole},{rest:02d}"


def _slug(name: str) -> str:
    words = "".join(c if c.isascii() and c.isalnum() else "-" for c in fold(name))
    return "-".join(filter(None, words.split("-")))[:_SLUG_CHARACTERS_MAX] or "membre"


def _notice(clearing: Clearing, member: int, debts: np.ndarray, claims: np.ndarray) -> Iterator[str]:
    table = clearing.table
    yield "AVIS DE COMPENSATION"
    yield ""
    yield table.members[member]
    yield ""
    yield "Ce que vous devez"
    yield from _lines(clearing, debts, table.creditors)
    yield ""
    yield "Ce qui vous est dû"
    yield from _lines(clearing, claims, table.debtors)
    change = int(clearing.changes_cents[member])
    yield ""
    if change:
        yield f"Porté à votre compte de crédit mutuel : {euros(change)}"
    else:
        yield "Vos dettes et vos créances baissent d'autant : votre position nette ne change pas."
    yield ""
    yield "Proposition : rien n'est compensé sans l'accord des parties."


def _lines(clearing: Clearing, rows: np.ndarray, others: np.ndarray) -> Iterator[str]:
    if not len(rows):
        yield "  Rien."
        return
    table = clearing.table
    names = [table.members[int(others[row])] for row in rows]
    order = sorted(
        range(len(rows)), key=lambda place: (names[place], int(table.due_days[rows[place]]), int(rows[place]))
    )
    yield f"  {'ligne':>7}  {'facture':<18}  {'échéance':<10}  {'montant':>16}  {'compensé':>16}  {'reste':>16}  avec"
    for place in order:
        row = int(rows[place])
        amount, setoff = int(table.amounts_cents[row]), int(clearing.setoffs_cents[row])
        yield _row(row, clearing, (amount, setoff, amount - setoff), names[place])
    sums = (int(table.amounts_cents[rows].sum()), int(clearing.setoffs_cents[rows].sum()))
    figures = "  ".join(f"{euros(cents):>16}" for cents in (*sums, sums[0] - sums[1]))
    yield f"  {'':>7}  {'total':<18}  {'':<10}  {figures}"


def _row(row: int, clearing: Clearing, cents: Iterable[int], name: str) -> str:
    table = clearing.table
    day = int(table.due_days[row])
    due = "" if day == UNDATED else date.fromordinal(day).isoformat()
    invoice = table.invoices[row] if table.invoices else ""
    figures = "  ".join(f"{euros(one):>16}" for one in cents)
    return f"  {row + 1:>7}  {invoice:<18}  {due:<10}  {figures}  {name}"
