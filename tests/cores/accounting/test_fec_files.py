"""What the text leaves free is taken as it comes, and what cannot be read is said so, in one pass."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cores.accounting.files import HEADER, NAME, Row, checked, codes, row, sound, written
from tests.cores.accounting.test_fec_rules import put, written_with_sides


@pytest.mark.parametrize(
    "content",
    [
        written(sound(), separator="|"),
        written(sound(), end="\n"),
        written(sound(), end="\r"),
        written([{k: v.replace("é", "e") for k, v in each.items()} for each in sound()], encoding="ascii"),
        written(put(0, EcritureLib="Été à 3 €")(sound())),
        written_with_sides(),
        written_with_sides(debit="+1", credit="-1"),
        written([each | {"DateRglt": "20240401", "ModeRglt": "VIR", "NatOp": "", "IdClient": ""} for each in sound()],
                header=[*HEADER, "DateRglt", "ModeRglt", "NatOp", "IdClient"]),
        written([each | {"Debit": each["Debit"].removesuffix(",00").lstrip("+")} for each in sound()]),
        written([each | {"Montantdevise": "0,00"} for each in sound()]),
    ],
    ids=["pipe", "LF", "CR", "ASCII", "accents", "sides", "signs", "cash", "whole amounts", "no currency"],
)  # fmt: skip
def test_what_the_text_leaves_free(content: bytes) -> None:
    report = checked(content)
    assert (codes(report), report.verdict, report.entries) == (set(), "conform", 4)


@pytest.mark.parametrize("block", [1, 7, 64, 1000])
def test_blocks_may_be_cut_anywhere(block: int) -> None:
    content = written(put(3, Debit="119,99", EcritureLib="Été")(sound()))
    assert checked(content, block=block) == checked(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b"\r\n", "vide"),
        ("a;b\n".encode("utf-16"), "UTF-16"),
        (b"a\0b", "octets nuls"),
        (b"PK\x03\x04\0\0", "classeur"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<?xml version='1.0'?><comptabilite/>", "XML"),
        ("JournalCode|JournalLib|EcritureNum\n".encode("cp500"), "EBCDIC"),
        (b"bonjour\nle monde\n", "ce n'est pas un FEC"),
        (b"nom;prenom;ville\nA;B;C\n", "ce n'est pas un FEC"),
        (written(sound()) + b"VE\t" + b"x" * 70_000 + b"\r\n", "64 Ko"),
        (written(sound())[:-20], "coupé"),
    ],
    ids=[
        "nothing",
        "one line end",
        "UTF-16",
        "null bytes",
        "zip",
        "gzip",
        "PDF",
        "XML",
        "EBCDIC",
        "prose",
        "CSV",
        "a long line",
        "cut",
    ],
)
def test_what_cannot_be_read(content: bytes, said: str) -> None:
    report = checked(content)
    assert report.verdict == "unreadable"
    assert said in report.reason


def test_what_is_cut_names_its_line() -> None:
    report = checked(written(sound())[:-20])
    assert report.unreadable_line == 12
    assert "la 12" in report.reason


def numbered(*numbers: str, journal: str = "VE", day: str = "20240115") -> list[Row]:
    return [
        line
        for number in numbers
        for line in (
            row(number, "411", "1,00", "0,00", JournalCode=journal, JournalLib=journal, day=day, PieceRef=f"{journal}{number}"),
            row(number, "706", "0,00", "1,00", JournalCode=journal, JournalLib=journal, day=day, PieceRef=f"{journal}{number}"),
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        numbered("1", "2", "3") + numbered("1", "2", journal="BQ"),
        numbered("1", "3") + numbered("2", "4", journal="BQ"),
        numbered("VE2024-0008", "VE2024-0009", "VE2024-0010"),
        numbered("BNK1/2024/01/0001", "BNK1/2024/01/0002") + numbered("BNK1/2024/02/0001", day="20240215"),
        numbered("20240115001", "20240115002") + numbered("20240215001", day="20240215"),
        numbered("000000000000000000000000000001", "000000000000000000000000000002"),
    ],
    ids=["per journal", "whole file", "prefixed", "per month", "per day", "long"],
)
def test_numbers_may_run_on_in_several_ways(rows: list[Row]) -> None:
    assert codes(checked(written(rows))) == set()


def test_a_hole_is_counted_in_the_reading_that_has_fewest() -> None:
    report = checked(written(numbered("1", "3", "6") + numbered("2", "4", journal="BQ")))
    (found,) = report.findings
    assert (found.rule.code, found.count) == ("NUM-01", 1)
    assert found.places[0].said == "après 4 vient 6, un numéro manque"


def test_a_hole_says_the_numbers_as_they_are_written() -> None:
    report = checked(written(numbered("VE-0007", "VE-0011")))
    assert report.findings[0].places[0].said == "journal VE : après VE-0007 vient VE-0011, 3 numéros manquent"


def test_a_letter_of_another_year_or_in_part_is_only_remarked() -> None:
    opening = {"JournalCode": "AN", "JournalLib": "À-nouveaux", "day": "20240101"}
    rows = sound()
    rows[0]["EcritureLet"] = rows[3]["EcritureLet"] = "aa"
    rows[3]["DateLet"] = "20240401"
    rows += [
        row("1", "411", "50,00", "0,00", EcritureLet="AA", DateLet="20240401", **opening),
        row("1", "101", "0,00", "50,00", **opening),
    ]
    report = checked(written(rows))
    assert codes(report) == {"LET-03"}
    assert report.verdict == "conform"


def test_a_year_may_be_told() -> None:
    rows = put(slice(0, 9), EcritureDate="20230915", PieceDate="20230915", ValidDate="20230915")(sound())
    assert codes(checked(written(rows))) == {"DAT-05"}
    assert codes(checked(written(rows), start=date(2023, 9, 1))) == set()
    assert codes(checked(written(rows), "export.txt")) == {"FIC-01"}
    assert "DAT-05" in codes(checked(written(rows), "export.txt", closing=date(2024, 12, 31)))


@pytest.mark.parametrize(
    ("closing", "first", "before"),
    [
        ("20240630", "20230701", "20230630"),
        ("20240229", "20230301", "20230228"),
        ("20240228", "20230301", "20230228"),
    ],
)
def test_a_year_has_twelve_months(closing: str, first: str, before: str) -> None:
    name = f"732829320FEC{closing}.txt"
    assert codes(checked(written(numbered("1", day=first)), name)) == set()
    assert codes(checked(written(numbered("1", day=before)), name)) == {"DAT-05"}


def test_findings_are_counted_whole_and_shown_in_part() -> None:
    rows = [line for n in range(1, 41) for line in numbered(str(n))]
    for line in rows:
        line["PieceRef"] = ""
    report = checked(written(rows), places_max=3)
    (found,) = [found for found in report.findings if found.rule.code == "OBL-04"]
    assert (found.count, [place.line for place in found.places]) == (80, [2, 3, 4])


def test_what_a_hostile_file_says_cannot_move_the_terminal() -> None:
    rows = put(0, CompteNum="\x1b[2J\u202e411")(sound())
    report = checked(written(rows, encoding="utf-8"))
    said = [place.said for found in report.findings for place in found.places]
    assert said and all(text.isprintable() for text in said)


def test_separators_that_are_not_legal_are_read_all_the_same() -> None:
    report = checked(written(put(3, PieceRef="")(sound()), separator=";"))
    assert codes(report) == {"FIC-09", "OBL-04"}


def test_a_missing_column_is_said_once() -> None:
    report = checked(
        written(sound(), header=[name for name in HEADER if name not in ("PieceRef", "PieceDate")])
    )
    assert codes(report) == {"ENT-02"}
    assert report.findings[0].places[0].said == "il manque PieceRef, PieceDate"
    assert report.name == NAME


def test_names_of_columns_with_accents_or_blanks_are_known_and_remarked() -> None:
    accents = {"Debit": "Débit", "Credit": "CRÉDIT", "EcritureNum": "Ecriture_Num"}
    content = written(sound(), header=HEADER).decode("iso8859_15")
    for name, written_so in accents.items():
        content = content.replace(name, written_so, 1)
    report = checked(content.encode("iso8859_15"))
    assert (report.verdict, codes(report), report.entries) == ("conform", {"ENT-04"}, 4)
    assert report.findings[0].count == 3


def test_amounts_without_their_columns_are_said_missing_once() -> None:
    report = checked(written(sound(), header=[name for name in HEADER if name not in ("Debit", "Credit")]))
    assert {found.rule.code: found.count for found in report.findings} == {"ENT-02": 1}


def test_a_name_without_end_says_so() -> None:
    report = checked(written(sound()), NAME.removesuffix(".txt"))
    assert report.findings[0].places[0].said == "il n'a pas d'extension"
