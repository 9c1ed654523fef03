"""What an accounting entry is. `docs/explanation/comptes.md` has the rules in prose."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

CENTS_MAX = 2**63 - 1
LINES_MAX = 10_000

GIFT_CLASSES = ("86", "87")
_ACCOUNT = re.compile(r"[1-8][0-9]{2,9}")

FaultCode = Literal[
    "no_lines",
    "too_many_lines",
    "account",
    "negative",
    "zero",
    "two_sides",
    "too_large",
    "unbalanced",
    "gift_mixed",
    "gift_one_sided",
    "gift_sides",
    "gift_in_barter",
    "barter_in_gift",
    "no_piece",
    "no_label",
    "party",
]


class InvalidEntry(ValueError):
    """An entry that no journal takes. `code` says why, `line` (from 1; 0: the whole entry) where, `value` what.

    For `unbalanced`, `value` is the debit less the credit, in cents.
    """

    def __init__(self, code: FaultCode, line: int = 0, value: str = "") -> None:
        self.code, self.line, self.value = code, line, value
        super().__init__(f"{code} (line {line}) {value}".strip())


@dataclass(frozen=True)
class Party:
    """A third party: the number and name of its auxiliary account."""

    number: str
    name: str


@dataclass(frozen=True)
class Line:
    """One side of one account, in cents. `party`: whose sub-account, for accounts of third parties.

    `reference`: the invoice that the line of a third party is about, empty when none is.
    """

    account: str
    debit_cents: int = 0
    credit_cents: int = 0
    party: Party | None = None
    reference: str = ""

    @property
    def balance_cents(self) -> int:
        """Positive at the debit."""
        return self.debit_cents - self.credit_cents


@dataclass(frozen=True)
class Entry:
    """Lines that balance, of one day and one piece. Checked when made: raises InvalidEntry.

    `journal`: its code; `piece`, `piece_date`: the reference of what justifies it, and its day.
    """

    journal: str
    day: date
    piece: str
    piece_date: date
    label: str
    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        check_entry(self)

    @property
    def total_cents(self) -> int:
        return sum(line.debit_cents for line in self.lines)

    @property
    def is_gift(self) -> bool:
        return self.lines[0].account.startswith(GIFT_CLASSES)


def debit(account: str, cents: int, party: Party | None = None, reference: str = "") -> Line:
    return Line(account, debit_cents=cents, party=party, reference=reference)


def credit(account: str, cents: int, party: Party | None = None, reference: str = "") -> Line:
    return Line(account, credit_cents=cents, party=party, reference=reference)


def check_entry(entry: Entry) -> None:
    """Raises InvalidEntry for the first rule broken, lines first."""
    if not entry.lines:
        raise InvalidEntry("no_lines")
    if len(entry.lines) > LINES_MAX:
        raise InvalidEntry("too_many_lines", value=str(len(entry.lines)))
    if not entry.piece.strip():
        raise InvalidEntry("no_piece")
    if not entry.label.strip():
        raise InvalidEntry("no_label")
    for number, line in enumerate(entry.lines, start=1):
        _check_line(line, number)
    balance = sum(line.balance_cents for line in entry.lines)
    if balance:
        raise InvalidEntry("unbalanced", value=str(balance))
    if entry.total_cents > CENTS_MAX:
        raise InvalidEntry("too_large")
    _check_gifts(entry)


def _check_line(line: Line, number: int) -> None:
    if not _ACCOUNT.fullmatch(line.account):
        raise InvalidEntry("account", number, line.account)
    if line.debit_cents < 0 or line.credit_cents < 0:
        raise InvalidEntry("negative", number)
    if line.debit_cents and line.credit_cents:
        raise InvalidEntry("two_sides", number)
    if not line.debit_cents and not line.credit_cents:
        raise InvalidEntry("zero", number)
    if max(line.debit_cents, line.credit_cents) > CENTS_MAX:
        raise InvalidEntry("too_large", number)
    if line.party is not None and not (line.party.number.strip() and line.party.name.strip()):
        raise InvalidEntry("party", number)


def _check_gifts(entry: Entry) -> None:
    """86 and 87 stand at the foot of the accounts, alone: 86 at the debit, 87 at the credit, for what is given freely.

    An opposite entry turns both sides: what is refused is one side of one family on both sides.
    """
    gifts = [line for line in entry.lines if line.account.startswith(GIFT_CLASSES)]
    if not gifts:
        return
    if len(gifts) < len(entry.lines):
        stranger = next(n for n, line in enumerate(entry.lines, 1) if line not in gifts)
        raise InvalidEntry("gift_mixed", stranger, entry.lines[stranger - 1].account)
    used = [line for line in gifts if line.account.startswith("86")]
    given = [line for line in gifts if line.account.startswith("87")]
    if not used or not given:
        raise InvalidEntry("gift_one_sided", 1, entry.lines[0].account)
    sides = {(line.account[:2], line.debit_cents > 0) for line in gifts}
    if len(sides) != 2 or (("86", True) in sides and ("87", True) in sides):
        raise InvalidEntry("gift_sides", 1, entry.lines[0].account)


def opposite(entry: Entry, *, day: date, label: str, journal: str = "") -> Entry:
    """The entry that undoes this one: each line on its other side. Nothing is ever rubbed out.

    It points at the piece of the first.
    """
    turned = tuple(
        replace(line, debit_cents=line.credit_cents, credit_cents=line.debit_cents) for line in entry.lines
    )
    return Entry(journal or entry.journal, day, entry.piece, entry.piece_date, label, turned)
