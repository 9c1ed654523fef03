"""Holds a FEC against the rules, line after line, in one pass and in little memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from maillage.cores.accounting.fec.entries import JournalTotals
from maillage.cores.accounting.fec.findings import Finding, Findings, Place
from maillage.cores.accounting.fec.layout import COLUMNS, KNOWN_MIN, Layout, check_header, known_names
from maillage.cores.accounting.fec.lines import LineChecker
from maillage.cores.accounting.fec.naming import read_name, year_before
from maillage.cores.accounting.fec.raw_lines import Source, UnreadableFec

SEPARATORS = {"\t": "tabulation", "|": "barre verticale", ";": "point-virgule", ",": "virgule"}
LEGAL_SEPARATORS = ("\t", "|")

Verdict = Literal["conform", "faults", "unreadable"]


@dataclass(frozen=True)
class FecReport:
    """What a FEC is worth. `verdict`: `conform` when no rule that is an error is broken; `unreadable` with the reason,
    a French sentence, and `unreadable_line` (0: the whole file).

    `encoding`: empty when several are mixed; `separator`: the character, empty when none was recognised.
    """

    name: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    siren: str = ""
    closing: date | None = None
    lines: int = 0
    entries: int = 0
    encoding: str = ""
    separator: str = ""
    debit_cents: int = 0
    credit_cents: int = 0
    journals: tuple[tuple[str, JournalTotals], ...] = ()
    reason: str = ""
    unreadable_line: int = 0

    @property
    def errors(self) -> int:
        return sum(found.count for found in self.findings if found.rule.severity == "error")

    @property
    def warnings(self) -> int:
        return sum(found.count for found in self.findings if found.rule.severity == "warning")


def check_fec(
    blocks: Iterable[bytes],
    *,
    name: str,
    start: date | None = None,
    closing: date | None = None,
    places_max: int = 5,
) -> FecReport:
    """Hold the bytes of a FEC against the rules.

    `name`: the file's, without folder. `start`, `closing`: the year's ends, when they are not the twelve months that
    end on the day of the name. `places_max`: places told for each rule; the count is always whole.
    """
    findings = Findings(kept_max=places_max)
    named = read_name(name, findings)
    closing = closing or named.closing
    source = Source(blocks, findings)
    check = _Check(source, findings, start, closing)
    verdict: Verdict = "conform"
    reason, line = "", 0
    try:
        check.run()
    except UnreadableFec as refusal:
        verdict, reason, line = "unreadable", refusal.sentence, refusal.line
    source.judge()
    if verdict != "unreadable" and findings.errors:
        verdict = "faults"
    book = check.checker.book if check.checker else None
    journals = tuple(book.journals.items()) if book else ()
    return FecReport(
        name=name,
        verdict=verdict,
        findings=findings.listed(),
        siren=named.siren,
        closing=closing,
        lines=check.lines,
        entries=book.entries_count if book else 0,
        encoding=source.encoding if source.bytes_read else "",
        separator=check.separator,
        debit_cents=sum(totals.debit_cents for _code, totals in journals),
        credit_cents=sum(totals.credit_cents for _code, totals in journals),
        journals=journals,
        reason=reason,
        unreadable_line=line,
    )


class _Check:
    """One pass over one file."""

    def __init__(self, source: Source, findings: Findings, start: date | None, closing: date | None) -> None:
        self.source, self.findings = source, findings
        self.first_day, self.last_day = 0, 10**7
        if closing is not None:
            self.first_day = (start or year_before(closing)).toordinal()
            self.last_day = closing.toordinal()
        self.separator = ""
        self.lines = 0
        self.checker: LineChecker | None = None

    def run(self) -> None:
        lines = self.source.lines()
        first = next(lines, None)
        if first is None or not first.strip():
            self.findings.note("FIC-05", 0, said="le fichier est vide")
            raise UnreadableFec("Le fichier est vide.", 1)
        names, pending = self._header(first)
        layout = Layout(names)
        check_header(names, layout, self.findings)
        checker = self.checker = LineChecker(
            self.findings,
            self.first_day,
            self.last_day,
            is_signed=layout.is_signed,
            missing=frozenset(layout.missing()),
        )
        reader = layout.reader()
        for number, fields in self._fields(_numbered(pending, lines), layout.width):
            checker.check(number, reader(fields) if reader else fields)
        checker.book.judge()
        checker.letters.judge()
        if not self.lines:
            self.findings.note("FIC-05", 0, said="il n'y a que l'en-tête")

    def _header(self, first: str) -> tuple[list[str], str | None]:
        """The names of the columns, and the first line when it is one of data. Raises UnreadableFec."""
        best = max(SEPARATORS, key=lambda each: (known_names(first.split(each)), first.count(each)))
        names = first.split(best)
        if known_names(names) >= KNOWN_MIN:
            self._take(best, 1)
            return [name.strip().strip('"') for name in names], None
        best = max(SEPARATORS, key=first.count)
        if first.count(best) != len(COLUMNS) - 1:
            raise UnreadableFec(
                "La première ligne ne porte ni le nom des champs ni dix-huit champs : ce n'est pas un FEC.", 1
            )
        self._take(best, 1)
        self.findings.note("ENT-01", 1, said="la première ligne porte déjà des écritures")
        return list(COLUMNS), first

    def _take(self, separator: str, line: int) -> None:
        self.separator = separator
        if separator not in LEGAL_SEPARATORS:
            self.findings.note("FIC-09", line, said=f"le séparateur est {SEPARATORS[separator]}")

    def _fields(self, lines: Iterator[tuple[int, str]], width: int) -> Iterator[tuple[int, list[str]]]:
        """The lines that have as many fields as the header, cleaned of quotes and blanks, which are noted.

        Raises UnreadableFec when the last line is cut.
        """
        separator = self.separator
        blanks = (f" {separator}", f"{separator} ")
        short: tuple[int, int] | None = None
        for number, text in lines:
            short = None
            if not text or text.isspace():
                self.findings.note("LIG-02", number, said="ligne vide")
                continue
            fields = text.split(separator)
            self.lines += 1
            if len(fields) != width:
                if len(fields) < width:
                    short = (number, len(fields))
                said = f"{len(fields)} champs au lieu de {width}"
                self.findings.note("LIG-01", number, said=said)
                continue
            if '"' in text and any(each[:1] == '"' == each[-1:] for each in fields):
                self.findings.note("LIG-03", number, said="champs entre guillemets")
                fields = [
                    each[1:-1] if len(each) > 1 and each[:1] == '"' == each[-1:] else each for each in fields
                ]
            if blanks[0] in text or blanks[1] in text or text[0] == " " or text[-1] == " ":
                stripped = [each.strip(" ") for each in fields]
                if any(len(a) != len(b) for a, b in zip(stripped, fields, strict=True) if a):
                    self.findings.note("LIG-04", number, said="blancs au bord d'un champ")
                fields = stripped
            yield number, fields
        if short is not None and not self.source.is_last_ended:
            self.findings.note("FIC-11", short[0], said=f"elle s'arrête au champ {short[1]}")
            raise UnreadableFec(
                f"Le fichier est coupé : sa dernière ligne, la {short[0]}, s'arrête au champ {short[1]} sur {width}.",
                short[0],
            )


def _numbered(first: str | None, lines: Iterator[str]) -> Iterator[tuple[int, str]]:
    if first is not None:
        yield 1, first
    yield from enumerate(lines, start=2)


__all__ = ["FecReport", "Finding", "Place", "Verdict", "check_fec"]
