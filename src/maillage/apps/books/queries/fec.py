"""The file of entries of a year, and what our own check says of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from maillage.apps.books.models import Books, FiscalYear, JournalLine
from maillage.apps.books.queries.journal import lines_of
from maillage.cores.accounting.fec import FecReport, check_fec, file_name
from maillage.cores.accounting.fec.writing import FecLine, fec_bytes


def fec_name(books: Books, year: FiscalYear) -> str:
    """`SIRENFECAAAAMMJJ.txt`. Raises ValueError while the books have no SIREN."""
    return file_name(books.siren, year.ends_on)


def fec_file(year: FiscalYear) -> Iterator[bytes]:
    """The file, piece by piece. A code of lettering is written once its lines are all in the books."""
    return fec_bytes(_fec_line(line) for line in lines_of(year))


def fec_report(books: Books, year: FiscalYear) -> FecReport:
    """The verdict of `maillage fec check` on the file as it would be downloaded now."""
    return check_fec(fec_file(year), name=fec_name(books, year), start=year.starts_on, closing=year.ends_on)


def year_to_export(siren: str, closing: date | None) -> tuple[Books, FiscalYear] | None:
    """The books under a SIREN and the year that closes that day, else the last one; None when there are none."""
    if not siren:
        return None
    years = FiscalYear.objects.filter(books__siren=siren).select_related("books__organization")
    if closing is not None:
        years = years.filter(ends_on=closing)
    year = years.order_by("-ends_on", "pk").first()
    return (year.books, year) if year else None


def closings_of(siren: str) -> list[date]:
    """The last days of the years kept under a SIREN, oldest first."""
    years = FiscalYear.objects.filter(books__siren=siren).order_by("ends_on", "pk")
    return list(years.values_list("ends_on", flat=True))


def _fec_line(line: JournalLine) -> FecLine:
    entry, party, lettering = line.entry, line.party, line.lettering
    return FecLine(
        journal_code=entry.journal.code,
        journal_label=entry.journal.label,
        number=f"{entry.journal.code}{entry.number:06d}",
        day=entry.day,
        account=line.account.number,
        account_label=line.account.label,
        auxiliary=party.number if party else "",
        auxiliary_label=party.name if party else "",
        piece=entry.piece,
        piece_date=entry.piece_date,
        label=entry.label,
        debit_cents=line.debit_cents,
        credit_cents=line.credit_cents,
        letter=lettering.code if lettering else "",
        letter_date=lettering.lettered_on if lettering else None,
        valid_date=entry.validated_on,
    )
