"""Numbers of entries: continuous, used once, in the order of time.

A number is read as a prefix and its last digits. It may run on within each journal, or across the whole file; the
text says neither, so that either will do.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from itertools import pairwise

from maillage.cores.accounting.fec.findings import Findings

_DIGITS = re.compile(r"[0-9]{1,15}$")


def split_number(text: str, date_text: str) -> tuple[str, str]:
    """The prefix and the last digits of a number; the date of the entry counts as prefix when it begins the digits.

    No digits when it does not end with any.
    """
    found = _DIGITS.search(text)
    if found is None:
        return text, ""
    start, digits = found.start(), found[0]
    for length in (8, 6):  # numbers that begin anew each day, or each month
        if len(digits) >= length + 3 and digits[:length] == date_text[:length]:
            start += length
            digits = digits[length:]
            break
    return text[:start], digits


@dataclass
class Sequence:
    """The entries of one journal and one prefix: number, day, day of validation, line, balance, content.

    `width`: digits of its first number, so that numbers are said as they are written.
    """

    journal: str
    prefix: str
    width: int = 0
    numbers: array[int] = field(default_factory=lambda: array("q"))
    days: array[int] = field(default_factory=lambda: array("q"))
    valid_days: array[int] = field(default_factory=lambda: array("q"))
    lines: array[int] = field(default_factory=lambda: array("q"))
    balances: array[int] = field(default_factory=lambda: array("q"))
    contents: array[int] = field(default_factory=lambda: array("q"))
    is_sorted: bool = True

    def add(self, number: int, day: int, valid_day: int, line: int, balance: int, content: int) -> None:
        if self.numbers and number <= self.numbers[-1]:
            self.is_sorted = False
        self.numbers.append(number)
        self.days.append(day)
        self.valid_days.append(valid_day)
        self.lines.append(line)
        self.balances.append(balance)
        self.contents.append(content)

    def order(self) -> list[int] | range:
        """Indexes by number, then line."""
        if self.is_sorted:
            return range(len(self.numbers))
        return sorted(range(len(self.numbers)), key=lambda at: (self.numbers[at], self.lines[at]))

    def written(self, number: int) -> str:
        return f"{self.prefix}{number:0{self.width}d}"


Gap = tuple[int, int, int, Sequence]
"""Number before, number after, line of the entry after, its sequence."""


def judge_sequences(sequences: list[Sequence], findings: Findings) -> None:
    """Balances of entries, numbers used twice, order of time, then gaps."""
    by_prefix: dict[str, list[Sequence]] = {}
    for sequence in sequences:
        if sequence.numbers and sequence.numbers[0] >= 0:
            by_prefix.setdefault(sequence.prefix, []).append(sequence)
        _judge_one(sequence, findings)
    for _prefix, together in sorted(by_prefix.items()):
        apart = [gap for sequence in together for gap in _gaps([sequence]) or ()]
        if not apart:
            continue
        whole = _gaps(together) if len(together) > 1 else None
        chosen = whole if whole is not None and len(whole) < len(apart) else apart
        for before, after, line, sequence in sorted(chosen, key=lambda gap: gap[2]):
            missing = after - before - 1
            where = f"journal {sequence.journal} : " if chosen is apart else ""
            how_many = "un numéro manque" if missing == 1 else f"{missing} numéros manquent"
            said = f"{where}après {sequence.written(before)} vient {sequence.written(after)}, {how_many}"
            findings.note("NUM-01", line, field="EcritureNum", said=said)


def _gaps(sequences: list[Sequence]) -> list[Gap] | None:
    """Holes in the numbers of these sequences taken as one; None when two of them share a number."""
    if len(sequences) == 1:
        only = sequences[0]
        ordered = [(only.numbers[at], only.lines[at], only) for at in only.order()]
    else:
        ordered = sorted(
            (
                (number, line, each)
                for each in sequences
                for number, line in zip(each.numbers, each.lines, strict=True)
            ),
            key=lambda entry: entry[:2],
        )
    gaps: list[Gap] = []
    for (before, _line, first), (after, line, second) in pairwise(ordered):
        if after == before and first is not second:
            return None
        if after > before + 1:
            gaps.append((before, after, line, second))
    return gaps


def _judge_one(sequence: Sequence, findings: Findings) -> None:
    """A number that comes back is held against the entry that had it first, so that one fault is not told twice."""
    first = -1
    balance = 0
    for at in sequence.order():
        if first >= 0 and sequence.numbers[at] == sequence.numbers[first]:
            _judge_return(sequence, first, at, findings)
            balance += sequence.balances[at]
            continue
        _judge_balance(sequence, first, balance, findings)
        if first >= 0:
            _judge_order(sequence, first, at, findings)
        first, balance = at, sequence.balances[at]
    _judge_balance(sequence, first, balance, findings)


def _judge_balance(sequence: Sequence, at: int, balance: int, findings: Findings) -> None:
    if at >= 0 and balance:
        side = "débit" if balance > 0 else "crédit"
        said = (
            f"écriture {_number(sequence, at)} du journal {sequence.journal} : "
            f"{_euros(abs(balance))} de trop au {side}"
        )
        findings.note("ECR-01", sequence.lines[at], said=said)


def _judge_return(sequence: Sequence, last: int, at: int, findings: Findings) -> None:
    """The same number comes back further on: lines out of place, or a number that serves twice."""
    name = f"écriture {_number(sequence, at)} du journal {sequence.journal}"
    twice = sequence.days[at] != sequence.days[last] or sequence.contents[at] == sequence.contents[last]
    whole = not sequence.balances[at] and not sequence.balances[last]
    if twice or whole:
        said = f"{name} : déjà à la ligne {sequence.lines[last]}"
        findings.note("NUM-02", sequence.lines[at], field="EcritureNum", said=said)
    else:
        said = f"{name} : commencée à la ligne {sequence.lines[last]}"
        findings.note("ECR-03", sequence.lines[at], field="EcritureNum", said=said)


def _judge_order(sequence: Sequence, last: int, at: int, findings: Findings) -> None:
    if sequence.numbers[at] < 0:
        return
    for code, field_name, days in (
        ("NUM-03", "ValidDate", sequence.valid_days),
        ("NUM-04", "EcritureDate", sequence.days),
    ):
        if 0 < days[at] < days[last]:
            said = (
                f"journal {sequence.journal} : {_number(sequence, at)} porte une date plus ancienne "
                f"que {_number(sequence, last)}"
            )
            findings.note(code, sequence.lines[at], field=field_name, said=said)


def _number(sequence: Sequence, at: int) -> str:
    number = sequence.numbers[at]
    return sequence.prefix if number < 0 else sequence.written(number)


def _euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d} €"
