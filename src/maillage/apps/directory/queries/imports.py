"""Reads of imports: for their pages, their reports and the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.directory.choices import ImportOutcome
from maillage.apps.directory.models import ImportRow, ImportRun
from maillage.apps.directory.readers.building import build_row
from maillage.apps.directory.readers.fields import FIELDS
from maillage.apps.directory.readers.proposals import ColumnProposal
from maillage.apps.directory.readers.reading import open_source
from maillage.apps.directory.readers.rows import EXCHANGED, ImportedRow, RowError, UnreadableFileError

REASONS = {
    "website": gettext_lazy("Same web site, close name or place"),
    "name": gettext_lazy("Same name, same place"),
    "siret": gettext_lazy("Same SIRET, close name"),
    "edited": gettext_lazy("Changed here since the last import"),
    "same_row": gettext_lazy("The same row twice in the file"),
    "identifier": gettext_lazy("Same identifier, or same name and place, as another row of the file"),
}


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did, or would do. `errors` has one line per row left out; every row is in exactly one count.

    `doubts` is how many rows were kept with a remark, `exchanged` how many were left out that would be read with
    latitude and longitude the other way round. A file that cannot be read has counts of zero and its `fault`.
    """

    format: str = ""
    variant: str = ""
    source: str = ""
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    skipped: int = 0
    doubts: int = 0
    exchanged: int = 0
    fault: str = ""
    errors: list[dict[str, Any]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """What other programs read: counts, and the errors as (row, field, message); row 0 is the file as a whole."""
        counts = {name: getattr(self, name) for name in _REPORTED}
        whole = [{"row": 0, "field": "", "message": self.fault}] if self.fault else []
        return {"format": self.format, **counts, "errors": [*whole, *self.errors]}


_REPORTED = ("read", "created", "updated", "unchanged", "duplicates")


def all_runs() -> QuerySet[ImportRun]:
    """The imports, latest first."""
    return ImportRun.objects.select_related("created_by").order_by("-created_at", "-pk")


def rows_with(run: ImportRun, outcome: str) -> QuerySet[ImportRow]:
    """Rows of one outcome with what they resemble: a fiche, or an earlier row as `like_number` and `like_title`."""
    return with_likeness(run.rows.filter(outcome=outcome)).order_by("ordinal")


def with_likeness(rows: QuerySet[ImportRow]) -> QuerySet[ImportRow]:
    other = ImportRow.objects.filter(run_id=OuterRef("run_id"), ordinal=OuterRef("like_row"))
    return rows.select_related("initiative").annotate(
        like_number=Subquery(other.values("number")[:1]), like_title=Subquery(other.values("title")[:1])
    )


def placed_rows(run: ImportRun, limit: int) -> list[ImportRow]:
    """The rows with a position, the first `limit` of them, for the preview's map."""
    placed = run.rows.filter(latitude__isnull=False).exclude(outcome=ImportOutcome.ERROR)
    return list(placed.order_by("ordinal")[:limit])


def exchanged_rows(run: ImportRun) -> QuerySet[ImportRow]:
    """The rows left out because their latitude and longitude seem to be exchanged."""
    return run.rows.filter(outcome=ImportOutcome.ERROR, reason=EXCHANGED).order_by("ordinal")


def report_of(run: ImportRun) -> ImportReport:
    """The report that the command line prints, rows in the order of the file."""
    return ImportReport(
        format=run.format,
        variant=run.variant,
        source=run.source,
        read=run.read,
        created=run.created,
        updated=run.updated,
        unchanged=run.unchanged,
        duplicates=run.duplicates,
        skipped=run.errors,
        fault=run.fault,
        errors=[
            {"row": number, "field": name, "message": message}
            for number, name, message in run.rows.filter(outcome=ImportOutcome.ERROR)
            .order_by("ordinal")
            .values_list("number", "field", "message")
        ],
        doubts=run.rows.filter(warnings__isnull=False).exclude(outcome=ImportOutcome.ERROR).count(),
        exchanged=exchanged_rows(run).count() if run.errors else 0,
    )


READ_AGAIN_MAX = 5_000
"""A row further down its file is not read again for a page: that would take seconds."""


def rows_read_again(run: ImportRun, ordinals: Sequence[int]) -> dict[int, ImportedRow]:
    """What the file says at some of its rows, by their ordinal; those too far down, or gone, are left out."""
    wanted = {ordinal for ordinal in ordinals if ordinal <= READ_AGAIN_MAX}
    if not wanted:
        return {}
    try:
        with run.file.open("rb") as stream:
            source = open_source(stream, format=run.format or "auto")
            rows = enumerate(source.rows(run.mapping, exchanges=run.exchanges), start=1)
            some = islice(rows, max(wanted))
            return {at: row for at, row in some if at in wanted and isinstance(row, ImportedRow)}
    except (UnreadableFileError, FileNotFoundError):
        return {}


def field_label(name: str) -> str:
    """Our words for a field; a column of the file stays as the file calls it."""
    return str(_LABELS.get(name, name))


_LABELS = {field.name: field.label for field in FIELDS}


def reason_of(row: ImportRow) -> str:
    """Why a row looks like another, and which. For rows that come with their likeness (see `with_likeness`)."""
    reason = str(REASONS.get(row.reason, row.reason))
    if row.initiative_id is not None and row.initiative is not None:
        return _("%(reason)s: “%(title)s”") % {"reason": reason, "title": row.initiative.title}
    if row.like_row:
        number = getattr(row, "like_number", None) or row.like_row
        return _("%(reason)s: row %(number)s") % {"reason": reason, "number": number}
    return reason


REPORT_HEADER = (
    gettext_lazy("Row"), gettext_lazy("Result"), gettext_lazy("Title"), gettext_lazy("Field"), gettext_lazy("Explanation"),
)  # fmt: skip


def report_lines(run: ImportRun, *, faults_only: bool = True) -> Iterator[tuple[int, str, str, str, str]]:
    """The report as a table: rows left out, likely duplicates and doubts; all rows when asked."""
    rows = with_likeness(run.rows.all())
    if faults_only:
        rows = rows.filter(
            Q(outcome__in=(ImportOutcome.ERROR, ImportOutcome.DUPLICATE)) | Q(warnings__isnull=False)
        )
    for row in rows.order_by("ordinal").iterator(chunk_size=2000):
        result = str(ImportOutcome(row.outcome).label)
        if row.outcome == ImportOutcome.ERROR:
            yield row.number, result, row.title, field_label(row.field), row.message
            continue
        if row.outcome == ImportOutcome.DUPLICATE:
            yield row.number, result, row.title, "", reason_of(row)
        elif not faults_only and not row.warnings:
            yield row.number, result, row.title, "", ""
        for warning in row.warnings or ():
            yield row.number, result, row.title, field_label(warning["field"]), warning["message"]


@dataclass(frozen=True)
class ColumnsPreview:
    """The columns of a file, its first rows as they would be read, and what is wrong with its first two hundred."""

    proposals: list[ColumnProposal]
    rows: list[ImportedRow]
    faults: list[RowError]
    seen: int

    @property
    def exchanged(self) -> int:
        """How many of the rows seen have a position that is refused, most often because two columns are exchanged."""
        return sum(1 for fault in self.faults if fault.field in ("latitude", "longitude", "geometry"))


def preview_of_columns(run: ImportRun, rows_shown: int = 3) -> ColumnsPreview:
    """Open the run's file and read its first rows by the run's mapping. Raises UnreadableFileError."""
    with run.file.open("rb") as stream:
        source = open_source(stream, format=run.format)
        outcomes = [build_row(record, run.mapping, exchanges=run.exchanges) for record in source.samples]
        return ColumnsPreview(
            source.proposals(),
            [row for row in outcomes if isinstance(row, ImportedRow)][:rows_shown],
            [row for row in outcomes if isinstance(row, RowError)],
            len(outcomes),
        )
