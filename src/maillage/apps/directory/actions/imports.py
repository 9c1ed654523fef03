"""What a facilitator does with an import: bring a file, check its columns, decide, apply, undo."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Any
from uuid import uuid4

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.directory.actions.import_analysis import (
    ImportStepError,
    analyse_import,
    clear_shelf,
    shelf_name,
)
from maillage.apps.directory.actions.import_apply import apply_import_rows
from maillage.apps.directory.actions.import_memory import forget_recipe
from maillage.apps.directory.actions.import_themes import remember_category, settle_categories
from maillage.apps.directory.actions.import_undo import undo_import_rows
from maillage.apps.directory.actions.themes import create_default_themes
from maillage.apps.directory.choices import CategoryDecision, DuplicateRule, ImportOutcome, ImportStatus
from maillage.apps.directory.models import ImportRecipe, ImportRow, ImportRun, Theme
from maillage.apps.directory.queries.import_categories import category_proposals
from maillage.apps.directory.queries.imports import ImportReport, report_of
from maillage.apps.directory.readers.fields import FIELD_NAMES, IGNORED
from maillage.apps.directory.readers.reading import AUTO, Source, open_source
from maillage.apps.directory.readers.values import one_line
from maillage.kernel.audit.actions import record
from maillage.kernel.jobs.queue import enqueue, job, periodic
from maillage.kernel.tables.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from maillage.apps.accounts.models import Person

STALE_AFTER = timedelta(minutes=2)
"""A stage whose last batch is older than this was cut short: its job is put in the queue again."""
_WORKING = (ImportStatus.ANALYSING, ImportStatus.APPLYING, ImportStatus.UNDOING)
_SOURCES = {"osm": "openstreetmap", "transiscope": "transiscope"}


def start_import(
    *,
    actor: Person | None,
    stream: IO[bytes],
    name: str,
    now: datetime,
    source: str = "",
    url: str = "",
    format: str = AUTO,
    mapping: Mapping[str, str] | None = None,
    duplicate_rule: str = "",
    publishes: bool = True,
    contacts_public: bool = False,
    exchanges: bool = False,
) -> ImportRun:
    """Keep a file and how its columns are understood: from the last file with the same columns, else as proposed.

    `exchanges` reads the positions whose latitude and longitude changed places the other way round.

    Raises UnreadableFileError when the file cannot be opened, and ImportStepError for a mapping to unknown fields.
    """
    opened = open_source(stream, format=format)
    fingerprint = opened.fingerprint()
    recipe = ImportRecipe.objects.filter(fingerprint=fingerprint).first()
    fields = opened.understood(checked_mapping(mapping or {}, opened), recipe.mapping if recipe else {})
    stream.seek(0)
    clean_name = one_line(PurePath(name.replace("\\", "/")).name)[:200] or "import"
    run = ImportRun(
        name=clean_name,
        source=source_name(source, recipe, opened, clean_name, url),
        url=url,
        size_bytes=_size(stream),
        format=opened.format,
        variant=opened.variant,
        fingerprint=fingerprint,
        mapping=fields,
        duplicate_rule=duplicate_rule or (recipe.duplicate_rule if recipe else DuplicateRule.SKIP),
        publishes=publishes,
        contacts_public=contacts_public,
        exchanges=exchanges,
        created_by=actor,
        created_at=now,
    )
    run.file.save(f"{uuid4().hex}.dat", File(stream), save=False)
    run.save()
    return run


def source_name(source: str, recipe: ImportRecipe | None, opened: Source, name: str, url: str) -> str:
    """Where the fiches come from: said, remembered, known by the form, else the file's name without its ending."""
    if source.strip():
        return slugify(source)[:80] or "import"
    if recipe and recipe.source:
        return recipe.source
    known = _SOURCES.get(opened.variant) or _SOURCES.get(opened.format)
    return known or slugify(PurePath(name).stem)[:80] or hashlib.sha256(url.encode()).hexdigest()[:12]


def checked_mapping(mapping: Mapping[str, str], opened: Source) -> dict[str, str]:
    """The mapping, when its columns are the file's and its fields are ours. Raises ImportStepError naming what is not."""
    checked = {}
    for column, field in mapping.items():
        if opened.format in ("csv", "xlsx") and column not in opened.columns:
            raise ImportStepError(
                _("The file has no column “%(column)s”. Its columns: %(columns)s.")
                % {"column": column[:80], "columns": ", ".join(opened.columns)[:400]}
            )
        if field not in FIELD_NAMES and field not in ("", IGNORED):
            raise ImportStepError(
                _("“%(field)s” is not a field. Fields: %(fields)s.")
                % {"field": field[:80], "fields": ", ".join(sorted(FIELD_NAMES))}
            )
        checked[column] = field
    return checked


def _size(stream: IO[bytes]) -> int:
    size = stream.seek(0, 2)
    stream.seek(0)
    if size > DEFAULT_LIMITS.size_bytes_max:
        raise ImportStepError(
            _("This file weighs %(size)d MB: more than %(limit)d MB are refused.")
            % {"size": size // 1_000_000, "limit": DEFAULT_LIMITS.size_bytes_max // 1_000_000}
        )
    return size


@transaction.atomic
def confirm_mapping(
    *,
    run_id: int,
    mapping: Mapping[str, str],
    duplicate_rule: str,
    publishes: bool,
    contacts_public: bool,
    source: str,
    now: datetime,
) -> ImportRun:
    """Settle what each column is, remember it for the next file with the same columns, and have the file checked."""
    run = _locked(run_id, ImportStatus.UPLOADED, ImportStatus.READY, ImportStatus.FAILED)
    if run.applied_at is not None or run.position:
        raise ImportStepError(_("This import has already begun: undo it, then begin again."))
    with run.file.open("rb") as stream:
        run.mapping = checked_mapping(mapping, open_source(stream, format=run.format))
    run.duplicate_rule = DuplicateRule(duplicate_rule)
    run.publishes, run.contacts_public = publishes, contacts_public
    run.source = slugify(source)[:80] or run.source
    run.status, run.position, run.beat_at, run.fault = ImportStatus.ANALYSING, 0, now, ""
    run.save()
    ImportRecipe.objects.update_or_create(
        fingerprint=run.fingerprint,
        defaults={
            "name": run.name[:160],
            "source": run.source,
            "mapping": run.mapping,
            "duplicate_rule": run.duplicate_rule,
            "updated_at": now,
        },
    )
    enqueue("directory.analyse_import", run_id=run.pk)
    return run


@transaction.atomic
def guess_again(*, actor: Person | None, run_id: int, now: datetime) -> ImportRun:
    """Forget how a file with these columns was read, and guess this one, whose columns are not settled yet, as the first of its kind."""
    run = _locked(run_id, ImportStatus.UPLOADED)
    with run.file.open("rb") as stream:
        run.mapping = open_source(stream, format=run.format).understood({}, {})
    run.save(update_fields=["mapping"])
    for recipe in ImportRecipe.objects.filter(fingerprint=run.fingerprint):
        forget_recipe(actor=actor, recipe_id=recipe.pk, now=now)
    return run


@transaction.atomic
def exchange_positions(*, run_id: int, exchanges: bool, now: datetime) -> ImportRun:
    """Read the positions whose latitude and longitude changed places the other way round, or no longer, and have
    the file checked again; what was decided of likely duplicates that stay the same is kept.
    """
    run = _locked(run_id, ImportStatus.READY)
    run.exchanges = exchanges
    run.status, run.position, run.beat_at = ImportStatus.ANALYSING, 0, now
    run.save(update_fields=["exchanges", "status", "position", "beat_at"])
    enqueue("directory.analyse_import", run_id=run.pk)
    return run


@transaction.atomic
def decide_categories(*, run_id: int, decisions: Mapping[str, tuple[str, int | None]]) -> ImportRun:
    """Settle what categories become: by their key, (decision, theme's id). Kept for the next file of this source."""
    run = _locked(run_id, ImportStatus.READY)
    labels = {proposal.key: proposal.label for proposal in category_proposals(run)}
    for key, (decision, theme_id) in decisions.items():
        if key not in labels:
            continue
        known = theme_id is not None and Theme.objects.filter(pk=theme_id).exists()
        if decision == CategoryDecision.THEME and not known:
            raise ImportStepError(_("Choose a theme for “%(label)s”.") % {"label": labels[key]})
        remember_category(run, key, labels[key], decision, theme_id)
    return run


@transaction.atomic
def decide_duplicate(*, run_id: int, ordinal: int, decision: str) -> ImportRow:
    """Settle one likely duplicate; an empty decision gives it back to the rule."""
    run = _locked(run_id, ImportStatus.READY)
    row = run.rows.get(ordinal=ordinal, outcome=ImportOutcome.DUPLICATE)
    row.decision = DuplicateRule(decision) if decision else ""
    row.save(update_fields=["decision"])
    return row


@transaction.atomic
def decide_rule(*, run_id: int, rule: str) -> ImportRun:
    """Settle all likely duplicates that have no decision of their own."""
    run = _locked(run_id, ImportStatus.READY)
    run.duplicate_rule = DuplicateRule(rule)
    run.save(update_fields=["duplicate_rule"])
    return run


@transaction.atomic
def apply_import(*, actor: Person | None, run_id: int, now: datetime) -> ImportRun:
    """Have the import carried out in the background; categories left undecided follow what is proposed."""
    run = _locked(run_id, ImportStatus.READY)
    settle_categories(run)
    run.status, run.position, run.beat_at = ImportStatus.APPLYING, 0, now
    run.created_by = actor or run.created_by
    run.save(update_fields=["status", "position", "beat_at", "created_by", "themes_created"])
    enqueue("directory.apply_import", run_id=run.pk)
    return run


@transaction.atomic
def undo_import(*, actor: Person | None, run_id: int, now: datetime) -> ImportRun:
    """Have a whole import taken back in the background."""
    run = _locked(run_id, ImportStatus.APPLIED, ImportStatus.FAILED)
    if run.status == ImportStatus.FAILED and not run.rows.filter(done=True).exists():
        raise ImportStepError(_("There is nothing to undo: this import wrote nothing."))
    run.status, run.beat_at, run.undone, run.kept = ImportStatus.UNDOING, now, 0, 0
    run.save(update_fields=["status", "beat_at", "undone", "kept"])
    enqueue("directory.undo_import", run_id=run.pk)
    return run


@transaction.atomic
def delete_import(*, actor: Person | None, run_id: int, now: datetime) -> None:
    """Forget an import that wrote nothing, or whose work is undone, with its file."""
    run = _locked(run_id, ImportStatus.UPLOADED, ImportStatus.READY, ImportStatus.FAILED, ImportStatus.UNDONE)
    if run.rows.filter(done=True).exists():
        raise ImportStepError(_("Undo this import before removing it."))
    record(
        actor=actor,
        verb="import.delete",
        target_kind="import",
        target_id=run.pk,
        target_label=run.name,
        now=now,
    )
    storage, path, shelf = run.file.storage, run.file.name, shelf_name(run)
    run.delete()
    if path:
        transaction.on_commit(partial(storage.delete, path))
        transaction.on_commit(partial(storage.delete, shelf))


def resume_import(*, run_id: int, now: datetime) -> bool:
    """Put the job of a stage that was cut short in the queue again; False when the stage is alive or over."""
    stale = ImportRun.objects.filter(pk=run_id, status__in=_WORKING, beat_at__lt=now - STALE_AFTER)
    if not stale.update(beat_at=now):
        return False
    run = ImportRun.objects.get(pk=run_id)
    enqueue(_JOBS[ImportStatus(run.status)], run_id=run.pk)
    return True


def _locked(run_id: int, *statuses: str) -> ImportRun:
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if run.status not in statuses:
        raise ImportStepError(
            _("This import is at another step (%(status)s): look at it again.")
            % {"status": run.get_status_display()}
        )
    return run


_JOBS = {
    ImportStatus.ANALYSING: "directory.analyse_import",
    ImportStatus.APPLYING: "directory.apply_import",
    ImportStatus.UNDOING: "directory.undo_import",
}


@job(name="directory.analyse_import", says=gettext_lazy("Check an imported file"))
def run_analysis(*, run_id: int) -> None:
    analyse_import(run_id=run_id, now=timezone.now())


@job(name="directory.apply_import", says=gettext_lazy("Carry out an import"))
def run_apply(*, run_id: int) -> None:
    apply_import_rows(run_id=run_id, now=timezone.now())


@job(name="directory.undo_import", says=gettext_lazy("Take an import back"))
def run_undo(*, run_id: int) -> None:
    undo_import_rows(run_id=run_id, now=timezone.now())


@periodic(
    name="directory.resume_imports", says=gettext_lazy("Take up imports that were cut short"), every_minutes=3
)
def resume_imports() -> None:
    """Take up the imports that a power cut or a dead worker left in the middle."""
    now = timezone.now()
    for run_id in ImportRun.objects.filter(status__in=_WORKING).order_by("pk").values_list("pk", flat=True):
        resume_import(run_id=run_id, now=now)


def import_file(
    *,
    actor: Person | None,
    stream: IO[bytes],
    name: str,
    now: datetime,
    dry_run: bool = False,
    report_to: Callable[[ImportRun], None] | None = None,
    **choices: Any,
) -> ImportReport:
    """A whole import in one call, without a worker: what the command line does. `choices` are those of `start_import`.

    A dry run leaves nothing behind; `report_to` is given the run while its rows are still there. Raises what `start_import` raises.
    """
    run = start_import(actor=actor, stream=stream, name=name, now=now, **choices)
    run.status, run.beat_at = ImportStatus.ANALYSING, now
    run.save(update_fields=["status", "beat_at"])
    run = analyse_import(run_id=run.pk, now=now)
    run.refresh_from_db()
    if run.status == ImportStatus.READY and not dry_run:
        create_default_themes(actor=actor, now=now)  # only where there is no theme at all
        with transaction.atomic():
            run = _locked(run.pk, ImportStatus.READY)
            settle_categories(run)
            run.status, run.position, run.beat_at = ImportStatus.APPLYING, 0, now
            run.save(update_fields=["status", "position", "beat_at", "themes_created"])
        apply_import_rows(run_id=run.pk, now=now)
        run.refresh_from_db()
    report = report_of(run)
    if report_to is not None:
        report_to(run)
    if dry_run or (run.status == ImportStatus.FAILED and not run.rows.filter(done=True).exists()):
        clear_shelf(run)
        run.file.delete(save=False)
        run.delete()
    return report
