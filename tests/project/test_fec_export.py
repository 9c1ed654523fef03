"""`maillage fec export` as an operator runs it on a site, then `maillage fec check` on what it wrote."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.project.house import python, run

SIREN = "732829320"
BOOKED = """
from datetime import UTC, date, datetime
from maillage.apps.books.actions.booking import BookedPart, InvoiceToBook, book_invoice
from maillage.apps.books.actions.clearing import SettlementBatch, SettlementLine, settle_together
from maillage.apps.books.actions.opening import BooksChoices, open_books
from maillage.apps.directory.models import Organization
now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
make = lambda name: Organization.objects.create(
    name=name, slug=name.lower(), sort_key=name.lower(), created_at=now, updated_at=now)
shop, radio = make("Recyclerie"), make("Radio")
choices = BooksChoices(variant="associative", siren="732829320")
open_books(actor=None, organization_id=shop.pk, choices=choices,
    starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), now=now)
sold = InvoiceToBook(shop.pk, radio.pk, "R-7", now.date(), "Bureaux « été »", (BookedPart(500_00, 100_00),))
bought = InvoiceToBook(radio.pk, shop.pk, "P-1", now.date(), "Annonces", (BookedPart(400_00, 80_00, True),))
for each in (sold, bought):
    book_invoice(actor=None, invoice=each, now=now)
lines = (SettlementLine(radio.pk, shop.pk, 480_00, "R-7"), SettlementLine(shop.pk, radio.pk, 480_00, "P-1"))
settle_together(actor=None, batch=SettlementBatch("lot", "LOT-1", now.date(), lines), now=now)
"""


@pytest.fixture
def booked(site: Path) -> Path:
    """A site where the Recyclerie has sold, bought, and cleared."""
    python(site, BOOKED)
    return site


def test_what_is_written_is_conform_and_never_written_over(booked: Path, tmp_path: Path) -> None:
    folder = tmp_path / "fichiers"
    folder.mkdir()
    said = run(booked, "fec", "export", "732 829 320", "--output", str(folder))
    assert "Conforme" in said and "Écrit" in said
    file = folder / f"{SIREN}FEC20261231.txt"
    assert [each.name for each in folder.iterdir()] == [file.name]
    rows = [line.split("\t") for line in file.read_text("iso8859-15").splitlines()]
    assert {len(row) for row in rows} == {18}
    assert "".join(rows[0][:4]) == "JournalCodeJournalLibEcritureNumEcritureDate"
    assert {row[0] for row in rows[1:]} == {"VE", "AC", "CO"}
    assert all(re.fullmatch(r"\d+,\d\d", row[11]) and re.fullmatch(r"\d{8}", row[3]) for row in rows[1:])
    report = json.loads(run(booked, "fec", "check", "--strict", "--json", str(file)))
    assert (report["verdict"], report["findings"], report["entries"]) == ("conform", [], 4)
    before = file.read_bytes()
    assert "existe déjà" in run(booked, "fec", "export", SIREN, "-o", str(folder), code=2)
    assert file.read_bytes() == before


REFUSED = {
    "no siren": (["Recyclerie"], "n'est pas un SIREN"),
    "wrong key": (["732829321"], "n'est pas un SIREN"),
    "unknown": (["552081317"], "Aucune structure ne tient ici de comptes sous le SIREN 552081317"),
    "year not open": ([SIREN, "--closing", "2027-12-31"], "jours de clôture : 31/12/2026"),
    "no day": ([SIREN, "--closing", "31/12/2026"], "AAAA-MM-JJ"),
    "no folder": ([SIREN, "--output", "nulle-part"], "nulle-part n'existe pas"),
}


def test_what_is_refused_is_said_with_code_2_and_writes_nothing(booked: Path, tmp_path: Path) -> None:
    folder = tmp_path / "fichiers"
    folder.mkdir()
    for name, (words, said) in REFUSED.items():
        places = [] if "--output" in words else ["--output", str(folder)]
        assert said in run(booked, "fec", "export", *words, *places, code=2), name
    (folder / "fichier").write_bytes(b"")
    file = str(folder / "fichier")
    assert "n'existe pas" in run(booked, "fec", "export", SIREN, "--output", file, code=2)
    assert "n'existe pas" in run(booked, "fec", "export", SIREN, "--data", str(tmp_path / "rien"), code=1)
    assert [each.name for each in folder.iterdir()] == ["fichier"]
    assert not Path("nulle-part").exists() and not (tmp_path / "rien").exists()
