"""The columns of a FEC, in the order of the text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from operator import itemgetter

from maillage.cores.accounting.fec.findings import Findings

COLUMNS = (
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
)
SIGNED_COLUMNS = tuple({"Debit": "Montant", "Credit": "Sens"}.get(name, name) for name in COLUMNS)
"""The variant with an amount and its side, which the text allows in place of two amounts."""

CASH_COLUMNS = ("DateRglt", "ModeRglt", "NatOp", "IdClient")
"""What cash books of farmers and professions add (A. 47 A-1, VIII)."""


def _plain(name: str) -> str:
    """A name without case, accents, quotes or blanks: « Débit » and « Ecriture_Num » are names of the text, ill written."""
    parts = unicodedata.normalize("NFKD", name.lower())
    return "".join(each for each in parts if each.isalnum())


_KNOWN = {_plain(name): name for name in (*COLUMNS, *SIGNED_COLUMNS, *CASH_COLUMNS)}
KNOWN_MIN = 3
"""Fewer known names than that, and a line is no header."""

Reader = Callable[[Sequence[str]], Sequence[str]]


def known_names(names: Sequence[str]) -> int:
    return sum(_plain(name) in _KNOWN for name in names)


class Layout:
    """Where each column stands. `width`: fields of a line. `is_signed`: an amount and its side."""

    def __init__(self, names: Sequence[str]) -> None:
        clean = [_plain(name) for name in names]
        self.width = len(names)
        self.is_signed = "sens" in clean and "debit" not in clean
        self.wanted = SIGNED_COLUMNS if self.is_signed else COLUMNS
        self.positions = tuple(
            clean.index(_plain(name)) if _plain(name) in clean else -1 for name in self.wanted
        )

    def reader(self) -> Reader | None:
        """Puts the fields of a line in the order of the text, an empty one for a column that is not there.

        None when they stand so already.
        """
        if self.positions == tuple(range(len(COLUMNS))) and self.width == len(COLUMNS):
            return None
        if min(self.positions) >= 0:
            return itemgetter(*self.positions)
        where = self.positions
        return lambda fields: [fields[at] if at >= 0 else "" for at in where]

    def missing(self) -> set[str]:
        return {name for name, at in zip(self.wanted, self.positions, strict=True) if at < 0}


def check_header(names: Sequence[str], layout: Layout, findings: Findings) -> None:
    """Notes what the first line has too little, too much, or elsewhere."""
    clean = [name.strip().strip('"') for name in names]
    lower = [_plain(name) for name in clean]
    if missing := [name for name in layout.wanted if name in layout.missing()]:
        findings.note("ENT-02", 1, said=f"il manque {', '.join(missing)}")
    expected = [name for name in layout.wanted if _plain(name) in lower]
    for name, wanted in zip(clean, expected, strict=False):
        if _plain(name) != _plain(wanted):
            findings.note(
                "ENT-03", 1, field=wanted, said=f"« {wanted} » est attendu là où est « {name[:40]} »"
            )
            break
    for name in sorted({name for name in lower if name and lower.count(name) > 1}):
        findings.note("ENT-05", 1, field=name, said=f"« {name[:40]} » est là deux fois")
    for at, name in enumerate(clean, start=1):
        known = _KNOWN.get(_plain(name))
        if known is None:
            said = f"« {name[:40]} »" if name else "sans nom"
            findings.note("ENT-06", 1, field=name, said=f"le champ {at}, {said}, n'est pas du texte")
        elif known != name:
            findings.note("ENT-04", 1, field=known, said=f"« {name} » s'écrit « {known} »")
