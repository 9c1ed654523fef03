"""Carries out an import in batches. Each batch is one transaction, so that a power cut leaves whole batches, and the job,
run again, goes on after the last one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.apps.directory.actions.import_analysis import (
    clear_shelf,
    known_fiches,
    progress_key,
    rows_after,
)
from maillage.apps.directory.actions.import_writing import ImportBooks, WriteOrder, Written, write_batch
from maillage.apps.directory.choices import DuplicateRule, ImportOutcome, ImportStatus
from maillage.apps.directory.models import ImportRow, ImportRun
from maillage.apps.directory.queries.contents import InitiativeContent
from maillage.apps.directory.queries.search import documents_of_written
from maillage.apps.directory.readers.rows import ImportedRow, Outcome, UnreadableFileError
from maillage.kernel.audit.actions import record
from maillage.kernel.db.bulk import rare_collections, update_rows
from maillage.kernel.events import ContentChanged, publish
from maillage.kernel.jobs.progress import report_progress

BATCH_ROWS = 2000
KIND = "initiative"


class FileChangedError(Exception):
    """The file is not the one that was checked: its rows no longer agree with those kept."""


def apply_import_rows(*, run_id: int, now: datetime) -> ImportRun:
    """Write what the analysis foresaw, from where the last call stopped. Does nothing unless the run is being applied."""
    run = ImportRun.objects.get(pk=run_id)
    if run.status != ImportStatus.APPLYING:
        return run
    books = ImportBooks(run)
    try:
        with rare_collections():
            for batch in _batches(rows_after(run, run.position)):
                if not _apply_batch(run, batch, books, now):
                    return run  # another worker took the run up: it goes on there
                report_progress(progress_key(run.pk), run.position, run.read)
    except (UnreadableFileError, FileNotFoundError, FileChangedError):
        run.status = ImportStatus.FAILED
        run.fault = _(
            "The file changed or went while it was being imported. What was imported so far can be undone."
        )
        run.save(update_fields=["status", "fault"])
        return run
    finish(run, now)
    clear_shelf(run)
    return run


def _batches(rows: Iterator[tuple[int, Outcome]]) -> Iterator[Sequence[tuple[int, Outcome]]]:
    while batch := list(islice(rows, BATCH_ROWS)):
        yield batch


class _Kept(NamedTuple):
    """What the check kept of a row, as far as the writing needs it."""

    pk: int
    ordinal: int
    number: int
    title: str
    outcome: str
    decision: str
    done: bool
    initiative_id: int | None
    like_row: int | None


@transaction.atomic
def _apply_batch(
    run: ImportRun, batch: Sequence[tuple[int, Outcome]], books: ImportBooks, now: datetime
) -> bool:
    """One transaction: fiches, their index entries, the rows' outcomes and the run's position, or none of these."""
    first, last = batch[0][0], batch[-1][0]
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if locked.status != ImportStatus.APPLYING or locked.position != first - 1:
        return False
    rows = run.rows.filter(ordinal__gte=first, ordinal__lte=last).order_by("ordinal")
    kept = {row.ordinal: row for row in map(_Kept._make, rows.values_list(*_Kept._fields))}
    orders, there = _orders(run, batch, kept)
    written: list[Written] = []
    while orders:
        now_possible, orders = _distinct(orders, written)
        if not now_possible:
            break
        written += write_batch(run=run, orders=now_possible, books=books, now=now)
    _keep_outcomes(kept, written)
    _keep_unchanged(kept, there)
    run.position = last
    ImportRun.objects.filter(pk=run.pk).update(position=last, beat_at=timezone.now())
    if written and run.publishes:
        ids = tuple(sorted({each.initiative_id for each in written}))
        documents = tuple(documents_of_written(_only_created(written), now=now))
        publish(ContentChanged(kind=KIND, ids=ids, documents=documents, person_id=run.created_by_id, at=now))
    return True


def _only_created(written: Sequence[Written]) -> Iterator[tuple[int, str, InitiativeContent]]:
    """The fiches that the batch made and did not touch again: their content is what the database holds."""
    touched = {each.initiative_id for each in written if each.version_before is not None}
    for each in written:
        if each.content is not None and each.initiative_id not in touched:
            yield each.initiative_id, each.slug, each.content


def _orders(
    run: ImportRun, batch: Sequence[tuple[int, Outcome]], kept: dict[int, _Kept]
) -> tuple[list[tuple[WriteOrder, int | None]], dict[int, int]]:
    """What to write, each with the earlier row that it waits for, if any; and by ordinal the fiches that came from the very
    same rows since the check, by another import, with nothing to write.
    """
    imported = [(ordinal, row) for ordinal, row in batch if isinstance(row, ImportedRow)]
    known = known_fiches(run.source, [row.external_id for _ordinal, row in imported])
    waited = {row.like_row for row in kept.values() if row.like_row and row.initiative_id is None}
    targets = dict(
        run.rows.filter(ordinal__in=waited, initiative__isnull=False).values_list("ordinal", "initiative_id")
    )
    orders: list[tuple[WriteOrder, int | None]] = []
    there: dict[int, int] = {}
    for ordinal, row in imported:
        row_kept = kept.get(ordinal)
        if row_kept is None or row_kept.number != row.number or row_kept.title != row.title:
            raise FileChangedError
        if row_kept.done:
            continue
        wish = _wish(row_kept, run)
        taken = known.get(row.external_id)
        if row_kept.outcome == ImportOutcome.CREATE and taken and taken[1] == row.content_hash():
            there[ordinal] = taken[0]
        elif wish == ImportOutcome.CREATE:
            orders.append((_new_order(ordinal, row, row_kept, known), None))
        elif wish == ImportOutcome.UPDATE:
            target = row_kept.initiative_id or targets.get(row_kept.like_row or 0)
            if target is not None or row_kept.like_row:
                orders.append((WriteOrder(ordinal, row, target), None if target else row_kept.like_row))
    return orders, there


def _wish(kept: _Kept, run: ImportRun) -> str:
    """Create or update, or neither: a likely duplicate follows its own decision, else the rule of the import."""
    if kept.outcome != ImportOutcome.DUPLICATE:
        return kept.outcome
    decision = kept.decision or run.duplicate_rule
    return {DuplicateRule.CREATE: ImportOutcome.CREATE, DuplicateRule.UPDATE: ImportOutcome.UPDATE}.get(
        DuplicateRule(decision), ImportOutcome.DUPLICATE
    )


def _new_order(
    ordinal: int, row: ImportedRow, kept: _Kept, known: dict[str, tuple[int, str, int]]
) -> WriteOrder:
    """A new fiche; where its identifier has been taken since the check, that fiche is brought up to date instead."""
    taken = known.get(row.external_id)
    if taken is None and not (kept.outcome == ImportOutcome.DUPLICATE and kept.like_row):
        return WriteOrder(ordinal, row)
    if kept.outcome == ImportOutcome.DUPLICATE:
        return WriteOrder(ordinal, replace(row, external_id=f"{row.external_id[:280]}#{ordinal}"))
    return WriteOrder(ordinal, row, taken[0] if taken else None)


def _distinct(
    orders: list[tuple[WriteOrder, int | None]], written: Sequence[Written]
) -> tuple[list[WriteOrder], list[tuple[WriteOrder, int | None]]]:
    """The orders that can be written together, one per fiche, and those left for the next round."""
    fiche_of = {each.ordinal: each.initiative_id for each in written}
    taken: set[int] = set()
    possible: list[WriteOrder] = []
    later: list[tuple[WriteOrder, int | None]] = []
    for order, waits_for in orders:
        if waits_for is not None and waits_for in fiche_of:
            order = WriteOrder(order.ordinal, order.row, fiche_of[waits_for])
            waits_for = None
        if waits_for is not None or (order.initiative_id is not None and order.initiative_id in taken):
            later.append((order, waits_for))
            continue
        if order.initiative_id is not None:
            taken.add(order.initiative_id)
        possible.append(order)
    return possible, later


def _keep_outcomes(kept: dict[int, _Kept], written: Sequence[Written]) -> None:
    """Note on each row the fiche and its versions: what an undo goes by."""
    update_rows(
        ImportRow._meta.db_table,
        ("done", "initiative_id", "version_before", "version_after"),
        [
            (True, each.initiative_id, each.version_before, each.version_after, kept[each.ordinal].pk)
            for each in written
        ],
    )


def _keep_unchanged(kept: dict[int, _Kept], there: dict[int, int]) -> None:
    update_rows(
        ImportRow._meta.db_table,
        ("done", "outcome", "initiative_id"),
        [(True, ImportOutcome.UNCHANGED.value, there[ordinal], kept[ordinal].pk) for ordinal in there],
    )


@transaction.atomic
def finish(run: ImportRun, now: datetime) -> None:
    """Close the run with its final counts and one line in the journal."""
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if locked.status != ImportStatus.APPLYING:
        return
    counts = final_counts(run)
    for name, value in counts.items():
        setattr(run, name, value)
    run.status, run.applied_at = ImportStatus.APPLIED, now
    run.save(update_fields=[*counts, "status", "applied_at"])
    record(
        actor=run.created_by,
        verb="import.apply",
        target_kind="import",
        target_id=run.pk,
        target_label=run.name,
        details={"created": run.created, "updated": run.updated, "errors": run.errors},
        now=now,
    )
    report_progress(progress_key(run.pk), run.read, run.read)


def final_counts(run: ImportRun) -> dict[str, int]:
    """How many rows became what; together they are all the rows read."""
    written = Q(done=True, version_after__isnull=False)
    return run.rows.aggregate(
        created=Count("pk", filter=written & Q(version_before__isnull=True)),
        updated=Count("pk", filter=written & Q(version_before__isnull=False)),
        unchanged=Count("pk", filter=Q(outcome=ImportOutcome.UNCHANGED)),
        duplicates=Count("pk", filter=Q(outcome=ImportOutcome.DUPLICATE) & ~written),
        errors=Count("pk", filter=Q(outcome=ImportOutcome.ERROR)),
    )
