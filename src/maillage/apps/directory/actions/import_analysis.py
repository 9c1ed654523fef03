"""The dry run of an import: reads the whole file and says what would become of each row. Writes nothing public."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from itertools import islice
from operator import attrgetter
from tempfile import TemporaryFile

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from maillage import __version__
from maillage.apps.directory.choices import ImportOutcome, ImportStatus
from maillage.apps.directory.models import ImportRow, ImportRun, Initiative
from maillage.apps.directory.queries.commune_at import CommuneFinder
from maillage.apps.directory.queries.duplicates import Candidates
from maillage.apps.directory.queries.homecoming import (
    bodies_come_home,
    fiches_come_home,
    home_body_id,
    home_id,
    says_the_same,
)
from maillage.apps.directory.queries.import_categories import count_categories
from maillage.apps.directory.queries.placing import town_of_position
from maillage.apps.directory.readers.reading import open_source
from maillage.apps.directory.readers.rows import (
    ImportedRow,
    Outcome,
    RowError,
    RowWarning,
    UnreadableFileError,
)
from maillage.apps.directory.readers.shelf import label_of, put_label, put_rows, take_rows
from maillage.apps.directory.readers.values import storable
from maillage.kernel.db.among import texts_among
from maillage.kernel.db.bulk import insert_rows, rare_collections
from maillage.kernel.jobs.progress import report_progress

BATCH_ROWS = 2000
CATEGORIES_MAX = 5000
EDITED = "edited"
SAME_ROW = "same_row"
SAME_IDENTIFIER = "identifier"
BODY_STAYS = gettext_noop(
    "This is an organisation of this site: it stays as it is. Change it on its own page."
)


@dataclass(slots=True)
class _Kept:
    """An ImportRow on its way to the database: a model for each row would take longer than to read it."""

    ordinal: int
    number: int
    outcome: str
    title: str = ""
    latitude: float | None = None
    longitude: float | None = None
    city: str = ""
    decision: str = ""
    initiative_id: int | None = None
    like_row: int | None = None
    reason: str = ""
    field: str = ""
    message: str = ""
    warnings: list[dict[str, str]] | None = None
    extra: dict[str, str] | None = None
    values: dict[str, object] | None = None


_KEPT_FIELDS = tuple(each.name for each in fields(_Kept))
_kept_values = attrgetter(*_KEPT_FIELDS)


class ImportStepError(Exception):
    """A step asked for at the wrong moment; carries a translatable sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def progress_key(run_id: int) -> str:
    return f"import-{run_id}"


def rows_of(run: ImportRun) -> Iterator[tuple[int, Outcome]]:
    """The rows of the run's file by its mapping, counted from 1. Raises UnreadableFileError."""
    with run.file.open("rb") as stream:
        source = open_source(stream, format=run.format or "auto")
        yield from enumerate(source.rows(run.mapping, exchanges=run.exchanges), start=1)


def rows_after(run: ImportRun, position: int) -> Iterator[tuple[int, Outcome]]:
    """The rows after `position`: from the shelf that the analysis filled; from where it ends, if it was cut short, or
    without it, from the file read again.
    """
    storage, name = run.file.storage, shelf_name(run)
    if storage.exists(name):
        with storage.open(name, "rb") as shelf:
            rows = take_rows(shelf, _shelf_label(run), skipped=position)
            for row in rows or ():
                position += 1
                yield position, row
    if position < run.read:
        yield from islice(rows_of(run), position, None)


def shelf_name(run: ImportRun) -> str:
    return f"{run.file.name}.rows"


def clear_shelf(run: ImportRun) -> None:
    run.file.storage.delete(shelf_name(run))


def _shelf_label(run: ImportRun) -> str:
    return label_of(format=run.format, mapping=run.mapping, version=__version__, exchanges=run.exchanges)


def analyse_import(*, run_id: int, now: datetime) -> ImportRun:
    """Go through the file and keep an ImportRow per row. Begins anew when it was cut short: it holds nothing public.

    Of a check before this one, what was decided of likely duplicates is kept for those that are the same again.

    A file that breaks off stops the import whole: its `fault` says where.
    """
    run = ImportRun.objects.get(pk=run_id)
    if run.status != ImportStatus.ANALYSING:
        return run
    decided = _decided(run)
    ImportRow.objects.filter(run=run).delete()
    clear_shelf(run)
    run.position, run.beat_at, run.fault = 0, now, ""
    run.save(update_fields=["position", "beat_at", "fault"])
    try:
        with rare_collections():
            _Analysis(run, decided).carry_out()
    except (UnreadableFileError, FileNotFoundError) as error:
        ImportRow.objects.filter(run=run).delete()
        run.status = ImportStatus.FAILED
        run.fault = storable(str(getattr(error, "sentence", _("The file is no longer there."))))[:500]
        run.save(update_fields=["status", "fault"])
    return run


_Likeness = tuple[int, int | None, int | None, str]
"""A likely duplicate: its ordinal, the fiche or the earlier row that it looks like, and why."""


def _decided(run: ImportRun) -> dict[_Likeness, str]:
    rows = ImportRow.objects.filter(run=run).exclude(decision="").order_by("ordinal")
    names = ("ordinal", "initiative_id", "like_row", "reason")
    return {
        (ordinal, fiche, row, reason): decision
        for ordinal, fiche, row, reason, decision in rows.values_list(*names, "decision")
    }


_DIGEST_CHARS = 16
"""Of a digest, what is remembered for each row of a file: a million of them stay in memory."""


class _Analysis:
    """One pass over the file, batch by batch, with what it remembers on the way."""

    def __init__(self, run: ImportRun, decided: Mapping[_Likeness, str]) -> None:
        self.run = run
        self.decided = decided
        self.communes = CommuneFinder()
        self.candidates = Candidates()
        self.home: dict[int, Initiative] = {}
        self.bodies: set[int] = set()
        self.seen: dict[str, tuple[int, str]] = {}
        self.categories: dict[str, int] = {}
        self.parents: dict[str, str] = {}
        self.counts = dict.fromkeys(ImportOutcome.values, 0)

    def carry_out(self) -> None:
        rows = rows_of(self.run)
        position = 0
        with TemporaryFile() as shelf:
            put_label(shelf, _shelf_label(self.run))
            while batch := list(islice(rows, BATCH_ROWS)):
                with transaction.atomic():
                    self._keep(self._classified(batch))
                put_rows(shelf, (row for _ordinal, row in batch))
                position += len(batch)
                ImportRun.objects.filter(pk=self.run.pk).update(position=position, beat_at=timezone.now())
                report_progress(progress_key(self.run.pk), position, 0)
            shelf.seek(0)
            self.run.file.storage.save(shelf_name(self.run), File(shelf))
        self._finish(position)

    def _keep(self, rows: Sequence[_Kept]) -> None:
        values = [(self.run.pk, *_kept_values(row)) for row in rows]
        insert_rows(ImportRow, ("run_id", *_KEPT_FIELDS), values)

    def _finish(self, read: int) -> None:
        run = self.run
        run.read = read
        run.categories, run.category_parents = self.categories, self.parents
        _set_counts(run, self.counts)
        run.status = ImportStatus.READY
        run.position = 0
        run.save(
            update_fields=[
                "read", "categories", "category_parents", "created", "updated", "unchanged", "duplicates", "errors", "status", "position",
            ]
        )  # fmt: skip
        report_progress(progress_key(run.pk), read, read)

    def _classified(self, batch: Sequence[tuple[int, Outcome]]) -> list[_Kept]:
        imported = [row for _ordinal, row in batch if isinstance(row, ImportedRow)]
        known = known_fiches(self.run.source, [row.external_id for row in imported])
        edited = _edited_since(self.run.source, known)
        self.home = fiches_come_home([row for row in imported if row.external_id not in known])
        self.bodies = bodies_come_home(imported)
        self.candidates.load([row for row in imported if not self._is_known(row, known)])
        classified = []
        for ordinal, row in batch:
            if isinstance(row, RowError):
                kept = self._refused(ordinal, row)
            else:
                kept = self._kept(ordinal, row, known, edited)
                if kept.outcome != ImportOutcome.UNCHANGED:
                    kept.city = self._town(row)
                if kept.outcome == ImportOutcome.DUPLICATE and self.decided:
                    likeness = (ordinal, kept.initiative_id, kept.like_row, kept.reason)
                    kept.decision = self.decided.get(likeness, "")
            self.counts[kept.outcome] += 1
            classified.append(kept)
        return classified

    def _is_known(self, row: ImportedRow, known: dict[str, tuple[int, str, int]]) -> bool:
        return row.external_id in known or home_id(row) in self.home or home_body_id(row) in self.bodies

    def _town(self, row: ImportedRow) -> str:
        """The town that the position tells, for a row that names none: a person looks at it before it is written."""
        commune = town_of_position(row, self.communes)
        return commune.name if commune else ""

    def _refused(self, ordinal: int, error: RowError) -> _Kept:
        return _Kept(
            ordinal=ordinal,
            number=error.row,
            outcome=ImportOutcome.ERROR,
            title=error.title,
            field=error.field[:120],
            message=error.message,
            reason=error.reason,
        )

    def _kept(
        self, ordinal: int, row: ImportedRow, known: dict[str, tuple[int, str, int]], edited: set[int]
    ) -> _Kept:
        kept = _Kept(
            ordinal=ordinal,
            number=row.number,
            outcome=ImportOutcome.CREATE,
            title=row.title,
            latitude=row.latitude,
            longitude=row.longitude,
            warnings=[asdict(warning) for warning in row.warnings] or None,
            extra=row.extra or None,
        )
        if len(self.categories) < CATEGORIES_MAX:
            count_categories(self.categories, row.categories)
            for below, above in row.category_parents.items():
                self.parents.setdefault(below, above)
        digest = row.content_hash()
        if before := self.seen.get(row.external_id):
            kept.outcome, kept.like_row = ImportOutcome.DUPLICATE, before[0]
            kept.reason = SAME_ROW if before[1] == digest[:_DIGEST_CHARS] else SAME_IDENTIFIER
            kept.values = asdict_of(row)
            return kept
        self.seen[row.external_id] = (ordinal, digest[:_DIGEST_CHARS])
        if stored := known.get(row.external_id):
            kept.initiative_id = stored[0]
            if stored[1] == digest:
                kept.outcome = ImportOutcome.UNCHANGED
            elif stored[0] in edited:
                kept.outcome, kept.reason = ImportOutcome.DUPLICATE, EDITED
                kept.values = asdict_of(row)
            else:
                kept.outcome = ImportOutcome.UPDATE
            return kept
        if fiche := self.home.get(home_id(row) or 0):
            kept.initiative_id = fiche.pk
            kept.outcome = ImportOutcome.UNCHANGED if says_the_same(row, fiche) else ImportOutcome.UPDATE
            return kept
        if home_body_id(row) in self.bodies:
            kept.outcome = ImportOutcome.UNCHANGED
            kept.warnings = [*(kept.warnings or ()), asdict(RowWarning("source_url", _(BODY_STAYS)))]
            return kept
        if likeness := self.candidates.find(row):
            kept.outcome, kept.reason = ImportOutcome.DUPLICATE, likeness.reason
            kept.initiative_id, kept.like_row = likeness.known.initiative_id, likeness.known.ordinal
            kept.values = asdict_of(row)
            return kept
        self.candidates.add(row, ordinal)
        return kept


def asdict_of(row: ImportedRow) -> dict[str, object]:
    """What a person compares: the words of the row, dates written out, without its machinery."""
    values = asdict(row)
    for name in ("number", "warnings", "extra"):
        del values[name]
    return {name: str(value) if name.endswith("_on") else value for name, value in values.items() if value}


def known_fiches(source: str, external_ids: Sequence[str]) -> dict[str, tuple[int, str, int]]:
    """By external identifier: the fiche, the digest of the row it came from, and its version."""
    wanted = texts_among(set(external_ids) - {""})
    found = Initiative.objects.filter(source=source, external_id__in=wanted)
    rows = found.values_list("external_id", "pk", "source_hash", "version")
    return {external_id: (pk, digest, version) for external_id, pk, digest, version in rows}


def _edited_since(source: str, known: dict[str, tuple[int, str, int]]) -> set[int]:
    """The fiches that somebody changed here after their last import: a new import must not run over that."""
    versions = {pk: version for pk, _digest, version in known.values()}
    imported: dict[int, int] = {}
    written = ImportRow.objects.filter(initiative_id__in=versions, done=True, version_after__isnull=False)
    for pk, version in written.order_by("pk").values_list("initiative_id", "version_after"):
        imported[pk] = max(version or 0, imported.get(pk, 0))
    return {pk for pk, version in versions.items() if pk in imported and version > imported[pk]}


def _set_counts(run: ImportRun, counts: dict[str, int]) -> None:
    run.created = counts[ImportOutcome.CREATE]
    run.updated = counts[ImportOutcome.UPDATE]
    run.unchanged = counts[ImportOutcome.UNCHANGED]
    run.duplicates = counts[ImportOutcome.DUPLICATE]
    run.errors = counts[ImportOutcome.ERROR]
