"""Debts and limits from the rows of a table: columns found by their titles, amounts as people write them.

Takes rows already cut into cells, so that it knows neither files nor encodings. Works by blocks of rows, whole columns
at a time; a block is read again cell by cell only when something in it is wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Literal

import numpy as np

from maillage.cores.clearing.values import AMOUNT_CENTS_MAX, DEBTS_MAX, UNDATED, DebtTable, Integers, Limit

Title = Literal["debtor", "creditor", "amount", "invoice", "due_date", "member", "lower", "upper", "balance"]
CellCode = Literal[
    "empty", "long", "amount", "decimals", "not_positive", "too_large", "date", "columns", "self_debt", "below_zero",
]  # fmt: skip
BLOCK_ROWS = 10_000
NAME_LENGTH_MAX = 300
FAULTS_MAX = 100
DEBT_TITLES: tuple[Title, ...] = ("debtor", "creditor", "amount", "invoice", "due_date")
LIMIT_TITLES: tuple[Title, ...] = ("member", "lower", "upper", "balance")
SYNONYMS: dict[Title, str] = {
    "debtor": "debtor debiteur debitrice nom_debiteur doit qui_doit payeur client from debtor_id debtor_name entreprise_debitrice structure_debitrice membre_debiteur de",
    "creditor": "creditor creancier creanciere nom_creancier a_qui est_du_a beneficiaire fournisseur to creditor_id creditor_name entreprise_creanciere structure_creanciere membre_creancier a vers",
    "amount": "amount montant montant_ttc montant_du montant_en_euros montant_eur montant_de_la_dette somme reste_du reste_a_payer amount_eur amount_due invoice_amount montant_facture",
    "invoice": "invoice facture numero numero_facture numero_de_facture numero_de_la_facture no_facture n_facture n_de_facture piece reference invoice_number invoice_no invoice_id",
    "due_date": "due_date due echeance date_echeance date_d_echeance date_limite",
    "member": "member membre compte adherent adherente structure account",
    "lower": "lower plancher minimum min limite_basse limite_inferieure lower_limit",
    "upper": "upper plafond maximum max limite_haute limite_superieure upper_limit",
    "balance": "balance solde",
}
_TITLES: dict[str, Title] = {word: title for title, words in SYNONYMS.items() for word in words.split()}
_TWO_DECIMALS = re.compile(r"(?:[0-9]{1,16}[.,][0-9]{2}\n)+")
_AMOUNT = re.compile(
    r"([+-]?)([0-9]{1,3}(?:[ \u00a0\u202f'’][0-9]{3})+|[0-9]+)(?:[.,]([0-9]*))?(?:[ \u00a0\u202f]?(?:€|EUR|euros?))?",
    re.IGNORECASE,
)
_CURRENCY_FIRST = re.compile(r"^(?:€|EUR)[ \u00a0\u202f]?(?=[+-]?[0-9])")
_BOTH_SIGNS = re.compile(r"([+-]?[0-9]{1,3})((?:\.[0-9]{3})+(?=,)|(?:,[0-9]{3})+(?=\.))(.*)")
"""« 1.234,50 » and « 1,234.50 »: the sign that comes back, or comes first, only groups."""
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO = re.compile(r"(\d{4})([/-])(\d{2})\2(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_OF = re.compile(r"^nom_(?:du_|de_la_|de_l_)")


@dataclass(frozen=True)
class CellFault:
    """What cannot be read: at which line of the table (the titles are line 1), in which column, what stands there."""

    line: int
    title: Title | None
    code: CellCode
    cell: str = ""


@dataclass(frozen=True)
class Unreadable:
    """The first faults in order, how many lines are at fault in all, and of debts what the other lines say."""

    faults: tuple[CellFault, ...]
    count: int
    sound: ReadDebts | None = None


@dataclass(frozen=True)
class BadTitles:
    """A first line that does not name the columns: those that are missing, and those that are there twice."""

    missing: tuple[Title, ...]
    twice: tuple[Title, ...]


@dataclass(frozen=True, eq=False)
class ReadDebts:
    """`lines`: the line of each row of the table."""

    table: DebtTable
    lines: Integers


@dataclass(frozen=True)
class ReadLimits:
    limits: tuple[Limit, ...]
    lines: tuple[int, ...]


def fold_title(text: str) -> str:
    """« N° de facture » as `n_de_facture`."""
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", text.strip().lower()) if not unicodedata.combining(c)
    )
    return re.sub(r"[^a-z0-9]+", "_", plain.replace("n°", "n_")).strip("_")


def find_columns(
    header: Sequence[str], wanted: Sequence[Title], needed: Sequence[Title]
) -> dict[Title, int] | BadTitles:
    """Where each wanted column stands."""
    found: dict[Title, int] = {}
    twice = []
    for place, text in enumerate(header):
        folded = fold_title(text)
        title = _TITLES.get(folded) or _TITLES.get(_OF.sub("", folded))
        if title in found:
            twice.append(title)
        elif title is not None and title in wanted:
            found[title] = place
    missing = tuple(title for title in needed if title not in found)
    return BadTitles(missing, tuple(twice)) if missing or twice else found


def parse_cents(text: str) -> int | CellCode:
    """« 1 234,5 » as 123450, sign included; or what is wrong with it."""
    written = _CURRENCY_FIRST.sub("", text.strip().replace("−", "-"))
    if "," in written and "." in written and (grouped := _BOTH_SIGNS.fullmatch(written)):
        written = grouped[1] + re.sub(r"\D", "", grouped[2]) + grouped[3]
    match = _AMOUNT.fullmatch(written)
    if not match:
        return "amount" if text.strip() else "empty"
    sign, whole, decimals = match.groups()
    if decimals is not None and not decimals:
        return "amount"
    if len(decimals or "") > 2:
        return "decimals"
    digits = re.sub(r"\D", "", whole)
    if len(digits) > 20:
        return "too_large"
    cents = int(digits) * 100 + int((decimals or "0").ljust(2, "0"))
    if cents > AMOUNT_CENTS_MAX:
        return "too_large"
    return -cents if sign == "-" else cents


def parse_day(text: str) -> int | None:
    """The ordinal of « 2026-01-31 » or « 31/01/2026 », UNDATED when empty, None when it is no date."""
    text = text.strip()
    if not text:
        return UNDATED
    day_first = _DAY_FIRST.fullmatch(text)
    try:
        if day_first:
            day, month, year = map(int, day_first.groups())
            return date(year, month, day).toordinal()
        iso = _ISO.fullmatch(text)
        return date(int(iso[1]), int(iso[3]), int(iso[4])).toordinal() if iso else None
    except ValueError:
        return None


class _Names(dict[str, int]):
    """The number of each name as it is written; names that differ by blanks or by composed accents are one."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: dict[str, int] = {}

    def __missing__(self, written: str) -> int:
        name = unicodedata.normalize("NFC", " ".join(written.split()))
        wrong = not name or len(name) > NAME_LENGTH_MAX
        number = -1 if wrong else self.numbers.setdefault(name, len(self.numbers))
        self[written] = number
        return number


class _Days(dict[str, int]):
    def __missing__(self, written: str) -> int:
        day = parse_day(written)
        self[written] = -1 if day is None else day
        return self[written]


@dataclass(eq=False)
class _Reading:
    columns: dict[Title, int]
    width: int
    names: _Names = field(default_factory=_Names)
    days: _Days = field(default_factory=_Days)
    blocks: list[tuple[np.ndarray, ...]] = field(default_factory=list)
    invoices: list[str] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)
    count: int = 0


def read_debts(rows: Iterator[list[str]], skipped: int = 0) -> ReadDebts | Unreadable | BadTitles:
    """Debts from rows of cells, the first being the titles. Empty rows are passed over. `skipped`: lines before them."""
    header = next(rows, [])
    columns = find_columns(header, DEBT_TITLES, ("debtor", "creditor", "amount"))
    if isinstance(columns, BadTitles):
        return columns
    reading = _Reading(columns, len(header))
    line = skipped + 2 + sum(cell.count("\n") for cell in header)
    read = 0
    while block := list(islice(rows, BLOCK_ROWS)):
        lines = _lines_of(block, line, skipped + getattr(rows, "line_num", 0))
        line = int(lines[-1]) + 1 + sum(cell.count("\n") for cell in block[-1])
        if not all(map(any, block)):
            kept = [place for place, row in enumerate(block) if any(cell.strip() for cell in row)]
            block, lines = [block[place] for place in kept], lines[kept]
        read += len(block)
        if read > DEBTS_MAX:
            break  # the table is refused as too long, whatever follows
        if block and not _read_block(reading, block, lines):
            sound = _name_faults(reading, block, lines)
            if sound:
                _read_block(reading, [block[place] for place in sound], lines[sound])
    found = _table_of(reading)
    return Unreadable(tuple(reading.faults), reading.count, found) if reading.count else found


def _table_of(reading: _Reading) -> ReadDebts:
    blocks = reading.blocks or [tuple(np.zeros(0, np.int64) for _ in range(5))]
    debtors, creditors, amounts, days, lines = (
        np.concatenate(column) for column in zip(*blocks, strict=True)
    )
    table = DebtTable(
        tuple(reading.names.numbers),
        debtors.astype(np.int32),
        creditors.astype(np.int32),
        amounts,
        days.astype(np.int32),
        reading.invoices,
    )
    return ReadDebts(table, lines.astype(np.int64))


def _lines_of(block: Sequence[Sequence[str]], first: int, read: int) -> Integers:
    """The line where each row begins; a cell between quotes may hold line breaks. `read`: the lines read, when known."""
    if read == first + len(block) - 1:
        return first + np.arange(len(block))
    breaks = np.fromiter((sum(cell.count("\n") for cell in row) for row in block), np.int64, len(block))
    return first + np.arange(len(block)) + np.cumsum(breaks) - breaks


def _read_block(reading: _Reading, block: list[list[str]], lines: Integers) -> bool:
    """Add a block by columns; False, and nothing added, when a cell of it cannot be read."""
    try:
        cells = list(zip(*block, strict=True))
    except ValueError:
        return False
    if len(cells) != reading.width:
        return False
    place = reading.columns
    debtors = np.array([reading.names[cell] for cell in cells[place["debtor"]]], np.int32)
    creditors = np.array([reading.names[cell] for cell in cells[place["creditor"]]], np.int32)
    amounts = _cents_of(cells[place["amount"]])
    if amounts is None or (amounts <= 0).any() or (debtors < 0).any() or (creditors < 0).any():
        return False
    if (debtors == creditors).any():
        return False
    if "due_date" in place:
        days = np.array([reading.days[cell] for cell in cells[place["due_date"]]], np.int32)
    else:
        days = np.full(len(block), UNDATED, np.int32)
    if (days < 0).any():
        return False
    if "invoice" in place:
        reading.invoices.extend(map(str.strip, cells[place["invoice"]]))
    reading.blocks.append((debtors, creditors, amounts, days, lines.astype(np.int32)))
    return True


def _cents_of(cells: Sequence[str]) -> Integers | None:
    """A whole column of amounts; None when one of them is not one."""
    joined = "\n".join(cells) + "\n"
    if _TWO_DECIMALS.fullmatch(joined):
        return np.array(list(map(int, joined.replace(".", "").replace(",", "").split())), np.int64)
    parsed = list(map(parse_cents, cells))
    if any(isinstance(cents, str) for cents in parsed):
        return None
    return np.array(parsed, np.int64)


def _name_faults(reading: _Reading, block: Sequence[Sequence[str]], lines: Integers) -> list[int]:
    """Note what is wrong in a block; the places of its rows in which nothing is."""
    sound = []
    for place, (row, line) in enumerate(zip(block, lines.tolist(), strict=True)):
        faults = list(_faults_of(reading, row, line))
        if not faults:
            sound.append(place)
            continue
        reading.count += 1
        if len(reading.faults) < FAULTS_MAX:
            reading.faults += faults
    return sound


def _faults_of(reading: _Reading, row: Sequence[str], line: int) -> Iterator[CellFault]:
    if len(row) != reading.width:
        yield CellFault(line, None, "columns", str(len(row)))
        return
    place = reading.columns
    debtor, creditor = row[place["debtor"]], row[place["creditor"]]
    for title, cell in (("debtor", debtor), ("creditor", creditor)):
        if reading.names[cell] < 0:
            yield CellFault(line, title, "long" if cell.strip() else "empty", cell)  # type: ignore[arg-type]
    if reading.names[debtor] == reading.names[creditor] >= 0:
        yield CellFault(line, "creditor", "self_debt", creditor)
    cents = parse_cents(row[place["amount"]])
    if isinstance(cents, str):
        yield CellFault(line, "amount", cents, row[place["amount"]])
    elif cents <= 0:
        yield CellFault(line, "amount", "not_positive", row[place["amount"]])
    if "due_date" in place and parse_day(row[place["due_date"]]) is None:
        yield CellFault(line, "due_date", "date", row[place["due_date"]])


def read_limits(rows: Iterator[list[str]], skipped: int = 0) -> ReadLimits | Unreadable | BadTitles:
    """Limits from rows of cells. The floor may be written with its sign or as how far below zero: « -500 » or « 500 »."""
    header = next(rows, [])
    columns = find_columns(header, LIMIT_TITLES, ("member", "lower", "upper"))
    if isinstance(columns, BadTitles):
        return columns
    limits: list[Limit] = []
    lines: list[int] = []
    faults: list[CellFault] = []
    count = 0
    for line, row in _numbered(rows, skipped + 2 + sum(cell.count("\n") for cell in header)):
        wrong: list[CellFault] = []
        if len(row) != len(header):
            wrong.append(CellFault(line, None, "columns", str(len(row))))
        else:
            limit = _limit_of(
                columns, row, lambda *what, line=line, wrong=wrong: wrong.append(CellFault(line, *what))
            )
            limits.append(limit)
            lines.append(line)
        count += bool(wrong)
        faults += wrong[: FAULTS_MAX - len(faults)]
    if count:
        return Unreadable(tuple(faults), count)
    return ReadLimits(tuple(limits), tuple(lines))


def _numbered(rows: Iterable[list[str]], line: int) -> Iterator[tuple[int, list[str]]]:
    for row in rows:
        if any(cell.strip() for cell in row):
            yield line, row
        line += 1 + sum(cell.count("\n") for cell in row)


def _limit_of(columns: dict[Title, int], row: Sequence[str], complain: Callable[..., None]) -> Limit:
    member = unicodedata.normalize("NFC", " ".join(row[columns["member"]].split()))
    if not member:
        complain("member", "empty", "")
    sizes: dict[str, int] = {"balance": 0}
    for title in ("lower", "upper", "balance"):
        if title not in columns:
            continue
        cell = row[columns[title]]
        cents = parse_cents(cell)
        if title == "balance" and cents == "empty":
            continue
        if isinstance(cents, str):
            complain(title, cents, cell)
        elif title == "upper" and cents < 0:
            complain(title, "below_zero", cell)
        else:
            sizes[title] = cents
    return Limit(member, -abs(sizes.get("lower", 0)), sizes.get("upper", 0), sizes["balance"])
