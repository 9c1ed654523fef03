"""Takes a whole import back: what it created goes, what it changed returns to what it was, unless people worked on it since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from maillage.apps.directory.actions.import_analysis import progress_key
from maillage.apps.directory.actions.initiatives import restore_version
from maillage.apps.directory.choices import ImportStatus
from maillage.apps.directory.models import ImportRow, ImportRun, Initiative, InitiativeVersion, Theme
from maillage.kernel.audit.actions import record
from maillage.kernel.events import ContentChanged, publish
from maillage.kernel.jobs.progress import report_progress

BATCH_ROWS = 500
KIND = "initiative"


@dataclass(frozen=True)
class Work:
    """All that one import did to one fiche, perhaps by several rows: its versions before the first and after the last."""

    initiative_id: int
    version_before: int | None
    version_after: int

    @property
    def created(self) -> bool:
        return self.version_before is None


def undo_import_rows(*, run_id: int, now: datetime) -> ImportRun:
    """Undo batch by batch, latest rows first, each in one transaction; a call cut short is taken up by the next."""
    run = ImportRun.objects.get(pk=run_id)
    if run.status != ImportStatus.UNDOING:
        return run
    total = run.created + run.updated
    while _undo_batch(run, now):
        report_progress(progress_key(run.pk), run.undone + run.kept, total)
    _finish(run, now)
    return run


@transaction.atomic
def _undo_batch(run: ImportRun, now: datetime) -> bool:
    """Undo the fiches of the latest rows still done; False when there are none left."""
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if locked.status != ImportStatus.UNDOING:
        return False
    rows = list(_done(run).order_by("-ordinal")[:BATCH_ROWS])
    if not rows:
        return False
    works = _works(run, {row.initiative_id for row in rows if row.initiative_id is not None})
    gone = _remove_created(run, [work for work in works if work.created], now)
    returned = sum(_restore_updated(run, work, now) for work in works if not work.created)
    others = _done(run).filter(initiative_id__in=[work.initiative_id for work in works])
    ImportRow.objects.filter(Q(pk__in=[row.pk for row in rows]) | Q(pk__in=others.values("pk"))).update(
        done=False
    )
    run.undone += gone + returned
    run.kept += len(works) - gone - returned
    ImportRun.objects.filter(pk=run.pk).update(undone=run.undone, kept=run.kept, beat_at=timezone.now())
    return True


def _done(run: ImportRun) -> Any:
    return run.rows.filter(done=True, version_after__isnull=False)


def _works(run: ImportRun, fiches: Iterable[int]) -> list[Work]:
    """What the whole run did to each of the fiches, in the order of their keys."""
    found: dict[int, Work] = {}
    rows = _done(run).filter(initiative_id__in=fiches).order_by("version_after")
    for pk, before, after in rows.values_list("initiative_id", "version_before", "version_after"):
        first = found.get(pk)
        found[pk] = Work(pk, first.version_before if first else before, after)
    return [found[pk] for pk in sorted(found)]


def _remove_created(run: ImportRun, works: Sequence[Work], now: datetime) -> int:
    """Delete the fiches that nobody touched since; the number of those that went."""
    if not works:
        return 0
    versions = {work.initiative_id: work.version_after for work in works}
    touched = (
        Q(involvements__isnull=False)
        | Q(pictures__isnull=False)
        | Q(documents__isnull=False)
        | Q(adaptations__isnull=False)
    )
    fiches = Initiative.objects.select_for_update().filter(pk__in=versions).order_by("pk")
    current = dict(fiches.values_list("pk", "version"))
    worked_on = set(Initiative.objects.filter(touched, pk__in=current).values_list("pk", flat=True))
    going = {pk for pk, version in current.items() if version == versions[pk] and pk not in worked_on}
    Initiative.objects.filter(pk__in=going).delete()
    if going:
        publish(ContentChanged(kind=KIND, ids=tuple(sorted(going)), person_id=run.created_by_id, at=now))
    return len(going)


def _restore_updated(run: ImportRun, work: Work, now: datetime) -> bool:
    """Return one fiche to what it said before the import; False when it was changed since, or is gone."""
    fiche = Initiative.objects.filter(pk=work.initiative_id).first()
    if fiche is None or fiche.version != work.version_after or work.version_before is None:
        return False
    try:
        restore_version(actor=run.created_by, initiative_id=fiche.pk, number=work.version_before, now=now)
    except InitiativeVersion.DoesNotExist:
        return False
    # The digest would make the next import of the same file believe that nothing changed.
    Initiative.objects.filter(pk=fiche.pk).update(source_hash="")
    return True


@transaction.atomic
def _finish(run: ImportRun, now: datetime) -> None:
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if locked.status != ImportStatus.UNDOING:
        return
    run.status, run.undone_at = ImportStatus.UNDONE, now
    run.save(update_fields=["status", "undone_at"])
    unused = Theme.objects.filter(
        pk__in=run.themes_created, initiatives__isnull=True, organizations__isnull=True, children__isnull=True
    )
    while unused.delete()[0]:
        pass  # those above come free as those below go
    record(
        actor=run.created_by,
        verb="import.undo",
        target_kind="import",
        target_id=run.pk,
        target_label=run.name,
        details={"undone": run.undone, "kept": run.kept},
        now=now,
    )
