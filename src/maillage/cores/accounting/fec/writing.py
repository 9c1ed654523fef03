"""Writing a FEC: eighteen columns, tabulations, ISO 8859-15."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from maillage.cores.accounting.fec.fields import written_amount, written_date
from maillage.cores.accounting.fec.layout import COLUMNS

ENCODING = "iso8859_15"
_END = "\r\n"
_SPELT = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u202f": " ", "|": "/"}
)


@dataclass(frozen=True)
class FecLine:
    """One line of one entry, as the file says it. Amounts in cents; `letter_date` None: not lettered."""

    journal_code: str
    journal_label: str
    number: str
    day: date
    account: str
    account_label: str
    auxiliary: str
    auxiliary_label: str
    piece: str
    piece_date: date
    label: str
    debit_cents: int
    credit_cents: int
    letter: str
    letter_date: date | None
    valid_date: date


def fec_bytes(lines: Iterable[FecLine]) -> Iterator[bytes]:
    """The file, line by line. What ISO 8859-15 does not hold is spelt with what it holds."""
    yield ("\t".join(COLUMNS) + _END).encode(ENCODING)
    for line in lines:
        fields = (
            line.journal_code,
            line.journal_label,
            line.number,
            written_date(line.day),
            line.account,
            line.account_label,
            line.auxiliary,
            line.auxiliary_label,
            line.piece,
            written_date(line.piece_date),
            line.label,
            written_amount(line.debit_cents),
            written_amount(line.credit_cents),
            line.letter,
            written_date(line.letter_date) if line.letter_date else "",
            written_date(line.valid_date),
            "",
            "",
        )
        yield ("\t".join(map(_spelt, fields)) + _END).encode(ENCODING)


def _spelt(text: str) -> str:
    """On one line, without tabulation nor quotes around, in the characters of the file."""
    plain = " ".join(text.translate(_SPELT).split())
    if len(plain) > 1 and plain[0] == plain[-1] == '"':
        plain = plain[1:-1].strip()
    try:
        plain.encode(ENCODING)
    except UnicodeEncodeError:
        plain = "".join(_in_latin(each) for each in plain)
    return "".join(each for each in plain if each.isprintable()).strip()


def _in_latin(letter: str) -> str:
    for spelling in (letter, unicodedata.normalize("NFKD", letter)):
        kept = spelling.encode(ENCODING, "ignore").decode(ENCODING)
        if kept:
            return kept
    return "?"
