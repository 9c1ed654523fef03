"""Lines put back together into entries, as they go by."""

from __future__ import annotations

from dataclasses import dataclass, field

from maillage.cores.accounting.fec.findings import Findings
from maillage.cores.accounting.fec.sequences import Sequence, judge_sequences, split_number

OPENING_CODES = frozenset({"AN", "RAN", "ANO", "ANX", "OUV"})
"""Usual codes of the journal of opening balances."""

LineContent = tuple[str, str, str, int, int]
"""Account, auxiliary account, wording, debit and credit in cents."""


@dataclass
class JournalTotals:
    """`label`: the first one met."""

    label: str
    entries: int = 0
    lines: int = 0
    debit_cents: int = 0
    credit_cents: int = 0

    @property
    def is_opening(self) -> bool:
        return "nouveau" in self.label.lower()


@dataclass
class EntryBook:
    """Closes an entry when the journal or the number changes."""

    findings: Findings
    journals: dict[str, JournalTotals] = field(default_factory=dict)
    entries_count: int = 0
    _sequences: dict[tuple[str, str], Sequence] = field(default_factory=dict)
    _contents: set[int] = field(default_factory=set)
    _key: tuple[str, str] = ("", "")
    _first_line: int = 0
    _date: str = ""
    _day: int = 0
    _valid_day: int = 0
    _piece: str = ""
    _lines: list[LineContent] = field(default_factory=list)

    def start(self, line: int, key: tuple[str, str], date: str, day: int, valid_day: int, piece: str) -> None:
        """A line of another entry begins."""
        self.close()
        self._key, self._first_line = key, line
        self._date, self._day, self._valid_day, self._piece = date, day, valid_day, piece

    def add(self, line: int, key: tuple[str, str], day: int, valid_day: int, content: LineContent) -> None:
        """One line of the entry at hand; `start` was called when it is another's."""
        if day != self._day and day and self._day:
            said = f"écriture {key[1]} du journal {key[0]} : deux dates"
            self.findings.note("ECR-02", line, field="EcritureDate", said=said)
        if valid_day != self._valid_day and valid_day and self._valid_day:
            said = f"écriture {key[1]} du journal {key[0]} : deux dates de validation"
            self.findings.note("ECR-07", line, field="ValidDate", said=said)
        self._lines.append(content)

    @property
    def key(self) -> tuple[str, str]:
        return self._key

    def close(self) -> None:
        """The entry at hand is whole."""
        lines = self._lines
        if not lines:
            return
        self._lines = []
        journal, number = self._key
        totals = self.journals[journal]
        debit = sum(line[3] for line in lines)
        credit = sum(line[4] for line in lines)
        totals.entries += 1
        totals.lines += len(lines)
        totals.debit_cents += debit
        totals.credit_cents += credit
        self.entries_count += 1
        self._judge_gifts(lines)
        content = self._judge_twice(lines)
        if not number:
            if debit != credit:
                said = f"journal {journal} : écriture sans numéro, non équilibrée"
                self.findings.note("ECR-01", self._first_line, said=said)
            return
        prefix, digits = split_number(number, self._date)
        sequence = self._sequences.get((journal, prefix))
        if sequence is None:
            sequence = self._sequences[journal, prefix] = Sequence(journal, prefix, len(digits))
            if not digits:
                said = f"« {number} » ne finit pas par un chiffre"
                self.findings.note("NUM-05", self._first_line, field="EcritureNum", said=said)
        value = int(digits) if digits else -1
        sequence.add(value, self._day, self._valid_day, self._first_line, debit - credit, content)

    def _judge_gifts(self, lines: list[LineContent]) -> None:
        gifts = sum(line[0][:2] in ("86", "87") for line in lines)
        if 0 < gifts < len(lines):
            said = f"écriture {self._key[1]} du journal {self._key[0]}"
            self.findings.note("CPT-07", self._first_line, field="CompteNum", said=said)

    def _judge_twice(self, lines: list[LineContent]) -> int:
        """A number that stands for what the entry says, whatever its own number."""
        ordered = sorted(lines)
        if len(ordered) >= 4 and len(ordered) % 2 == 0 and ordered[::2] == ordered[1::2]:
            said = f"écriture {self._key[1]} du journal {self._key[0]} : chaque ligne y est deux fois"
            self.findings.note("ECR-04", self._first_line, said=said)
        content = hash((self._key[0], self._date, self._piece, tuple(ordered)))
        if content in self._contents:
            said = f"écriture {self._key[1]} du journal {self._key[0]} : même date, même pièce, mêmes lignes qu'une autre"
            self.findings.note("ECR-04", self._first_line, said=said)
        self._contents.add(content)
        return content

    def judge(self) -> None:
        """Once all is read."""
        self.close()
        judge_sequences(list(self._sequences.values()), self.findings)
        for code, totals in self.journals.items():
            if totals.debit_cents != totals.credit_cents:
                said = f"journal {code} : {_both(totals.debit_cents, totals.credit_cents)}"
                self.findings.note("ECR-05", 0, said=said)
        debit = sum(totals.debit_cents for totals in self.journals.values())
        credit = sum(totals.credit_cents for totals in self.journals.values())
        if debit != credit:
            self.findings.note("ECR-06", 0, said=_both(debit, credit))


def _both(debit: int, credit: int) -> str:
    return f"débit {debit / 100:.2f} €, crédit {credit / 100:.2f} €".replace(".", ",")
