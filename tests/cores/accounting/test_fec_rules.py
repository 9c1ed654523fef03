"""Each rule of the FEC: a sound file breaks none, and one thing spoilt breaks the one rule that is about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from maillage.cores.accounting.fec import RULES, FecReport
from tests.cores.accounting.files import HEADER, NAME, Row, checked, codes, row, sound, written

Spoil = Callable[[list[Row]], list[Row]]
UNBALANCED = {"ECR-01", "ECR-05", "ECR-06"}


def put(lines: int | slice, **changed: str) -> Spoil:
    """Change fields of one line or some, counted from 0, the header left out."""

    def spoil(rows: list[Row]) -> list[Row]:
        chosen = rows[lines] if isinstance(lines, slice) else [rows[lines]]
        for each in chosen:
            each.update(changed)
        return rows

    return spoil


def add(*more: Row) -> Spoil:
    return lambda rows: [*rows, *more]


def keep(*lines: int) -> Spoil:
    """These lines in this order."""
    return lambda rows: [dict(rows[at]) for at in lines]


def lettered(*lines: int) -> Spoil:
    """These lines under one account and one letter."""

    def spoil(rows: list[Row]) -> list[Row]:
        for at in lines:
            rows[at].update(CompteNum="411", CompteLib="Clients", EcritureLet="AB", DateLet="20240401")
            rows[at].update(CompAuxNum="C1", CompAuxLib="Café du port")
        return rows

    return spoil


SAME_SALE = [
    row("4", account, debit, credit, day="20240315", PieceRef="F3", EcritureLib="Facture 3")
    for account, debit, credit in (("411", "120,00", "0,00"), ("706", "0,00", "100,00"), ("44571", "0,00", "20,00"))
]  # fmt: skip

SPOILT: list[tuple[str, int, Spoil, set[str]]] = [
    # The rule, the line of the file that it names, what is spoilt, and the rules that this breaks as well.
    ("LIG-03", 2, put(0, EcritureLib='"Facture 1"'), set()),
    ("LIG-04", 2, put(0, EcritureLib="Facture 1 "), set()),
    ("LIG-04", 2, put(0, JournalCode=" VE"), set()),
    ("LIG-05", 2, put(0, EcritureLib="Fac\x07ture"), set()),
    ("OBL-01", 2, put(0, JournalCode=""), UNBALANCED - {"ECR-06"}),
    ("OBL-02", 2, put(slice(0, 3), EcritureNum=""), {"ECR-01"}),
    ("OBL-03", 2, put(0, CompteLib=""), set()),
    ("OBL-03", 3, put(1, CompteNum=""), set()),
    ("OBL-04", 2, put(0, PieceRef=""), set()),
    ("OBL-05", 2, put(0, EcritureLib=""), set()),
    ("DAT-01", 2, put(0, EcritureDate="20240230"), set()),
    ("DAT-01", 4, put(2, EcritureDate="15/01/2024"), set()),
    ("DAT-01", 4, put(2, EcritureDate=""), set()),
    ("DAT-02", 2, put(0, PieceDate=""), set()),
    ("DAT-03", 2, put(0, ValidDate="2024-01-15"), set()),
    ("DAT-03", 2, put(0, ValidDate=""), set()),
    ("DAT-04", 2, put(0, DateLet="20241301"), set()),
    ("DAT-05", 2, put(slice(0, 3), EcritureDate="20231231", PieceDate="20231231"), set()),
    ("DAT-05", 8, put(slice(6, 9), EcritureDate="20250101", ValidDate="20250101"), set()),
    ("DAT-06", 2, put(slice(0, 3), ValidDate="20240114"), set()),
    ("DAT-07", 2, put(0, PieceDate="20240116"), set()),
    ("MNT-01", 5, put(3, Debit="120.00"), UNBALANCED),
    ("MNT-01", 5, put(3, Debit="1 120,00"), UNBALANCED),
    ("MNT-01", 5, put(3, Debit="120,00 €"), UNBALANCED),
    ("MNT-01", 5, put(3, Debit="120,"), UNBALANCED),
    ("MNT-02", 5, put(3, Debit="120,000"), UNBALANCED),
    ("MNT-03", 5, put(3, Debit="92233720368547758,08"), UNBALANCED),
    ("MNT-04", 3, put(1, Debit="20,00", Credit="120,00"), set()),
    ("MNT-05", 13, add(row("4", "411", "0,00", "0,00", day="20240430")), set()),
    ("MNT-06", 3, put(1, Debit="-100,00", Credit="0,00"), set()),
    ("MNT-07", 2, put(0, Credit=""), set()),
    ("ECR-01", 5, put(3, Debit="119,99"), {"ECR-05", "ECR-06"}),
    ("ECR-02", 3, put(1, EcritureDate="20240116", ValidDate="20240116"), {"ECR-07"}),
    ("ECR-03", 12, keep(0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 5), set()),
    ("ECR-04", 13, add(*SAME_SALE), set()),
    ("ECR-04", 5, keep(0, 1, 2, 3, 4, 5, 3, 4, 5, 6, 7, 8, 9, 10), set()),
    ("ECR-05", 0, put(3, Debit="119,99"), {"ECR-01", "ECR-06"}),
    ("ECR-06", 0, put(3, Debit="119,99"), {"ECR-01", "ECR-05"}),
    ("ECR-07", 3, put(1, ValidDate="20240116"), set()),
    ("NUM-01", 5, keep(0, 1, 2, 6, 7, 8, 9, 10), set()),
    ("NUM-01", 8, put(slice(6, 9), EcritureNum="5"), set()),
    ("NUM-02", 8, put(slice(6, 9), EcritureNum="1"), set()),
    ("NUM-02", 13, keep(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 3, 4, 5), {"ECR-04"}),
    ("NUM-03", 8, put(slice(6, 9), EcritureDate="20240120", PieceDate="20240115", ValidDate="20240120"), {"NUM-04"}),
    ("NUM-04", 8, put(slice(6, 9), EcritureDate="20240120", PieceDate="20240120"), set()),
    ("NUM-05", 11, put(slice(9, 11), EcritureNum="BIS"), set()),
    ("CPT-01", 4, put(2, CompteNum="TVA"), set()),
    ("CPT-01", 4, put(2, CompteNum="44"), set()),
    ("CPT-02", 4, put(2, CompteNum="945"), set()),
    ("CPT-03", 6, put(4, CompteLib="Ventes"), set()),
    ("CPT-04", 5, put(3, CompAuxLib=""), set()),
    ("CPT-04", 5, put(3, CompAuxNum=""), set()),
    ("CPT-05", 5, put(3, CompAuxLib="Café du quai"), set()),
    ("CPT-06", 5, put(3, JournalLib="Factures"), set()),
    ("CPT-07", 2, put(1, CompteNum="871", CompteLib="Prestations en nature"), set()),
    ("CPT-08", 3, put(slice(0, 9), JournalCode="AN", JournalLib="À-nouveaux"), set()),
    ("LET-01", 2, put(0, DateLet=""), set()),
    ("LET-01", 5, put(3, DateLet="20240401"), set()),
    ("LET-02", 5, lettered(3, 6), set()),
    ("LET-03", 5, lettered(3), set()),
    ("LET-04", 12, put(10, DateLet="20240331"), set()),
    ("DEV-01", 2, put(0, Montantdevise="130,00"), set()),
    ("DEV-02", 2, put(0, Idevise="USD"), set()),
    ("DEV-03", 2, put(0, Montantdevise="130,00", Idevise="dollar"), set()),
    ("DEV-04", 2, put(0, Montantdevise="130.00", Idevise="USD"), set()),
]  # fmt: skip


def spoilt_file(code: str) -> tuple[bytes, str]:
    """A file that breaks a rule about the file or its header, and its name."""
    swapped = [*HEADER]
    swapped[0], swapped[1] = swapped[1], swapped[0]
    sound_bytes = written(sound())
    accents = written(put(0, EcritureLib="Été")(sound()), encoding="utf-8")
    summers = written(put(1, EcritureLib="Été")(sound()))
    mixed = summers.replace("Été".encode("iso8859_15"), "Été".encode(), 1)
    lines = sound_bytes.split(b"\r\n")
    files = {
        "FIC-01": (sound_bytes, "export.txt"),
        "FIC-02": (sound_bytes, "732829321FEC20241231.txt"),
        "FIC-03": (sound_bytes, "732829320FEC20241232.txt"),
        "FIC-04": (sound_bytes, "732829320FEC20241231.csv"),
        "FIC-05": (written([]), NAME),
        "FIC-06": (written(put(0, EcritureLib="L’été")(sound()), encoding="cp1252"), NAME),
        "FIC-07": (accents, NAME),
        "FIC-08": (written(sound(), encoding="utf-8-sig"), NAME),
        "FIC-09": (written(sound(), separator=";"), NAME),
        "FIC-10": (b"\r\n".join(lines[:5]) + b"\n" + b"\r\n".join(lines[5:]), NAME),
        "FIC-11": (sound_bytes[:-30], NAME),
        "FIC-12": (mixed, NAME),
        "ENT-01": (written(sound(), header=[]), NAME),
        "ENT-02": (written(sound(), header=[name for name in HEADER if name != "ValidDate"]), NAME),
        "ENT-03": (written(sound(), header=swapped), NAME),
        "ENT-04": (sound_bytes.replace(b"Montantdevise", b"MontantDevise"), NAME),
        "ENT-05": (written(sound(), header=[*HEADER, "PieceRef"]), NAME),
        "ENT-06": (written(sound(), header=[*HEADER, "Commentaire"]), NAME),
        "LIG-01": (sound_bytes.replace(b"Facture 2", b"Facture\t2", 1), NAME),
        "LIG-02": (sound_bytes.replace(b"\r\nVE\tVentes\t2", b"\r\n\r\nVE\tVentes\t2", 1), NAME),
        "MNT-08": (written_with_sides("X"), NAME),
    }
    return files[code]


OF_THE_FILE = [
    "FIC-01", "FIC-02", "FIC-03", "FIC-04", "FIC-05", "FIC-06", "FIC-07", "FIC-08", "FIC-09", "FIC-10", "FIC-11", "FIC-12",
    "ENT-01", "ENT-02", "ENT-03", "ENT-04", "ENT-05", "ENT-06", "LIG-01", "LIG-02", "MNT-08",
]  # fmt: skip


def written_with_sides(first: str = "D", *, debit: str = "D", credit: str = "C") -> bytes:
    names = [{"Debit": "Montant", "Credit": "Sens"}.get(name, name) for name in HEADER]
    rows = sound()
    for each in rows:
        is_debit = each["Credit"] == "0,00"
        each["Montant"] = each["Debit"] if is_debit else each["Credit"]
        each["Sens"] = debit if is_debit else credit
    if first != "D":
        rows[0]["Sens"] = first
    return written(rows, header=names)


def place_of(report: FecReport, code: str) -> int:
    return next(found.places[0].line for found in report.findings if found.rule.code == code)


def test_a_sound_file_breaks_no_rule() -> None:
    report = checked(written(sound()))
    assert codes(report) == set()
    assert (report.verdict, report.lines, report.entries, report.errors) == ("conform", 11, 4, 0)
    assert (report.siren, report.closing) == ("732829320", date(2024, 12, 31))
    assert report.debit_cents == report.credit_cents == 48_000
    assert [(code, totals.entries, totals.lines) for code, totals in report.journals] == [
        ("VE", 3, 9),
        ("BQ", 1, 2),
    ]


@pytest.mark.parametrize(
    ("code", "line", "spoil", "also"), SPOILT, ids=[f"{case[0]}-{n}" for n, case in enumerate(SPOILT)]
)
def test_a_spoilt_line_breaks_its_rule(code: str, line: int, spoil: Spoil, also: set[str]) -> None:
    report = checked(written(spoil(sound())))
    assert codes(report) == {code} | also
    assert place_of(report, code) == line


@pytest.mark.parametrize("code", OF_THE_FILE)
def test_a_spoilt_file_breaks_its_rule(code: str) -> None:
    content, name = spoilt_file(code)
    assert code in codes(checked(content, name))


def test_each_rule_is_seen_to_be_broken() -> None:
    assert {case[0] for case in SPOILT} | set(OF_THE_FILE) == set(RULES)


def test_verdicts() -> None:
    for code in OF_THE_FILE:
        expected = "faults" if RULES[code].severity == "error" else "conform"
        report = checked(*spoilt_file(code))
        assert report.verdict == ("unreadable" if code == "FIC-11" else expected), code
