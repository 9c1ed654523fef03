"""The name of a FEC: whose it is, and the day its year closes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from maillage.cores.accounting.fec.fields import written_date
from maillage.cores.accounting.fec.findings import Findings

_NAME = re.compile(r"(?P<siren>[0-9]{9})FEC(?P<closing>[0-9]{8})(?P<end>\.[^.]*)?", re.IGNORECASE)

SIREN_LENGTH = 9


@dataclass(frozen=True)
class Named:
    """What a name says. `siren` empty, `closing` None: it does not."""

    siren: str = ""
    closing: date | None = None


def is_siren(text: str) -> bool:
    """Nine digits, the last being the key of Luhn's formula (ISO/IEC 7812-1)."""
    if len(text) != SIREN_LENGTH or not (text.isascii() and text.isdigit()):
        return False
    doubled = (int(digit) * (1 + rank % 2) for rank, digit in enumerate(reversed(text)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def file_name(siren: str, closing: date) -> str:
    """`SIRENFECAAAAMMJJ.txt`. Raises ValueError for a SIREN whose key is wrong."""
    if not is_siren(siren):
        raise ValueError(f"{siren} is no SIREN")
    return f"{siren}FEC{written_date(closing)}.txt"


def read_name(name: str, findings: Findings) -> Named:
    """What the name says, its faults being noted."""
    found = _NAME.fullmatch(name)
    if found is None:
        findings.note("FIC-01", 0, said=f"le fichier se nomme « {name[:80]} »")
        return Named()
    if not is_siren(found["siren"]):
        findings.note("FIC-02", 0, said=f"la clé de {found['siren']} est fausse")
    if (found["end"] or "").lower() != ".txt":
        end = (found["end"] or "")[:20]
        findings.note("FIC-04", 0, said=f"il finit par « {end} »" if end else "il n'a pas d'extension")
    text = found["closing"]
    try:
        closing = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        findings.note("FIC-03", 0, said=f"« {text} » n'est pas une date")
        return Named(found["siren"])
    return Named(found["siren"], closing)


def year_before(closing: date) -> date:
    """The first day of the twelve months that end on `closing`."""
    next_day = closing + timedelta(days=1)
    if (next_day.month, next_day.day) == (2, 29):
        return date(next_day.year - 1, 3, 1)
    return next_day.replace(year=next_day.year - 1)
