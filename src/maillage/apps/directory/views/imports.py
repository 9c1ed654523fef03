"""The facilitator's pages of imports: one step a page, each of them safe to leave and come back to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from maillage.apps.accounts.access import facilitator_required, person_of
from maillage.apps.directory.actions import imports as actions
from maillage.apps.directory.actions.import_analysis import ImportStepError, progress_key
from maillage.apps.directory.choices import DuplicateRule, ImportOutcome, ImportStatus
from maillage.apps.directory.forms.imports import CategoriesForm, DuplicatesForm, MappingForm, UploadForm
from maillage.apps.directory.models import ImportRow, ImportRun, InitiativePlace
from maillage.apps.directory.queries.import_categories import category_proposals
from maillage.apps.directory.queries.import_memory import recipe_followed
from maillage.apps.directory.queries.imports import (
    REPORT_HEADER,
    all_runs,
    exchanged_rows,
    field_label,
    placed_rows,
    preview_of_columns,
    reason_of,
    report_lines,
    rows_read_again,
    rows_with,
)
from maillage.apps.directory.queries.themes import theme_tree
from maillage.apps.directory.readers.rows import ImportedRow, UnreadableFileError
from maillage.kernel.fetch.safe import FetchError, fetch
from maillage.kernel.jobs.progress import read_progress
from maillage.kernel.tables.write import csv_response, xlsx_response

RUNS_PER_PAGE = 20
ROWS_PER_PAGE = 50
DUPLICATES_PER_PAGE = 20
PINS_MAX = 5_000
EXCHANGED_NAMED_MAX = 20
FETCH_BYTES_MAX = 60_000_000
FETCH_SECONDS_MAX = 40.0
CHECKED_AFTER = 3
"""The step of the path that the check of the rows ends: what comes next is the duplicates that it found."""
WORKING = (ImportStatus.ANALYSING, ImportStatus.APPLYING, ImportStatus.UNDOING)

View = Callable[..., HttpResponseBase]


def _steps() -> list[str]:
    return [_("File"), _("Columns"), _("Categories"), _("Duplicates"), _("Preview"), _("Import")]


def _page(request: HttpRequest, name: str, run: ImportRun | None, **context: Any) -> HttpResponse:
    trail = [
        (_("Facilitation"), reverse("portal:facilitation")),
        (_("Imports"), reverse("directory:import_list")),
    ]
    if run is not None:
        trail.append((run.name, reverse("directory:import_detail", args=[run.pk])))
    elif name == "start":
        trail.append((_("Import a file"), ""))
    context |= {"run": run, "trail": trail, "steps": _steps()}
    return render(request, f"directory/imports/{name}.html", context)


@facilitator_required
@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(all_runs(), RUNS_PER_PAGE).get_page(request.GET.get("page"))
    return _page(request, "list", None, page=page)


@facilitator_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_start(request: HttpRequest) -> HttpResponseBase:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        run = _started(request, form)
        if run is not None:
            return redirect("directory:import_mapping", run.pk)
    return _page(request, "start", None, form=form)


def _started(request: HttpRequest, form: UploadForm) -> ImportRun | None:
    """The import of the file given or fetched; None when it was refused, the form saying why."""
    upload, url = form.cleaned_data["file"], form.cleaned_data["url"]
    choices: dict[str, Any] = {
        "actor": person_of(request), "source": form.cleaned_data["source"], "now": timezone.now(),
    }  # fmt: skip
    try:
        if upload:
            return actions.start_import(stream=upload.file, name=upload.name, **choices)
        fetched = fetch(url, size_bytes_max=FETCH_BYTES_MAX, seconds_max=FETCH_SECONDS_MAX)
        with fetched.file:
            return actions.start_import(stream=fetched.file, name=fetched.filename or url, url=url, **choices)
    except (UnreadableFileError, FetchError, ImportStepError) as error:
        form.add_error("file" if upload else "url", str(error.sentence))
    return None


@facilitator_required
@require_GET
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the import stands: the step that waits for a decision, the work in progress, or the report."""
    run = get_object_or_404(ImportRun, pk=pk)
    if run.status == ImportStatus.UPLOADED:
        return redirect("directory:import_mapping", run.pk)
    if run.status == ImportStatus.READY:
        return redirect(_first_question(run), run.pk)
    if run.status in WORKING:
        return _progress(request, run)
    doubts = run.rows.filter(warnings__isnull=False).exclude(outcome=ImportOutcome.ERROR).count()
    something = run.errors or run.duplicates or doubts
    context = {
        "counts": _counts(run),
        "can_undo": run.rows.filter(done=True).exists(),
        "doubts": doubts,
        "has_report": bool(something),
        "errors": [(row, field_label(row.field)) for row in rows_with(run, ImportOutcome.ERROR)[:20]],
        "undone_or_failed": run.status in (ImportStatus.UNDONE, ImportStatus.FAILED),
    }
    return _page(request, "report", run, **context)


def _first_question(run: ImportRun) -> str:
    if any(not proposal.remembered for proposal in category_proposals(run)):
        return "directory:import_categories"
    if run.duplicates:
        return "directory:import_duplicates"
    return "directory:import_preview"


def _progress(request: HttpRequest, run: ImportRun) -> HttpResponse:
    progress = read_progress(progress_key(run.pk))
    beat_at = run.beat_at or run.created_at
    context = {
        "done": progress.done if progress else 0,
        "total": max(1, progress.total if progress else 0),
        "counting": progress is None or progress.total == 0,
        "stalled": timezone.now() - beat_at > actions.STALE_AFTER,
        "step": CHECKED_AFTER if run.status == ImportStatus.ANALYSING else len(_steps()),
    }
    if request.headers.get("HX-Request"):
        return render(request, "directory/imports/progress.html#state", context | {"run": run})
    return _page(request, "progress", run, **context)


@facilitator_required
@require_GET
def import_progress(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The fragment that the page of a work in progress asks for every two seconds."""
    run = get_object_or_404(ImportRun, pk=pk)
    if run.status in WORKING:
        return _progress(request, run)
    target = reverse("directory:import_detail", args=[run.pk])
    return HttpResponseClientRedirect(target) if request.headers.get("HX-Request") else redirect(target)


@facilitator_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    run = _run_at(pk, ImportStatus.UPLOADED, ImportStatus.READY, ImportStatus.FAILED)
    try:
        preview = preview_of_columns(run)
    except (UnreadableFileError, FileNotFoundError) as error:
        messages.error(request, str(getattr(error, "sentence", _("The file is no longer there."))))
        return redirect("directory:import_list")
    form = MappingForm(
        request.POST or None, run=run, proposals=preview.proposals, needs_title=run.format in ("csv", "xlsx")
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.confirm_mapping(
                run_id=run.pk,
                mapping=form.mapping(),
                duplicate_rule=said["duplicate_rule"],
                publishes=said["publishes"],
                contacts_public=said["contacts_public"],
                source=said["source"],
                now=timezone.now(),
            )
        except (ImportStepError, UnreadableFileError) as error:
            form.add_error(None, str(error.sentence))
        else:
            return redirect("directory:import_detail", run.pk)
    return _page(request, "mapping", run, form=form, preview=preview, followed=recipe_followed(run))


@facilitator_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_categories(request: HttpRequest, pk: int) -> HttpResponse:
    run = _run_at(pk, ImportStatus.READY)
    proposals = category_proposals(run)
    form = CategoriesForm(request.POST or None, proposals=proposals, tree=theme_tree())
    if request.method == "POST" and form.is_valid():
        actions.decide_categories(run_id=run.pk, decisions=form.decisions())
        following = "import_duplicates" if run.duplicates else "import_preview"
        return redirect(f"directory:{following}", run.pk)
    more = max(0, len(proposals) - len(form.proposals))
    return _page(request, "categories", run, form=form, more=more)


@facilitator_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_duplicates(request: HttpRequest, pk: int) -> HttpResponse:
    run = _run_at(pk, ImportStatus.READY)
    pages = Paginator(rows_with(run, ImportOutcome.DUPLICATE), DUPLICATES_PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    rows = list(page.object_list)
    form = DuplicatesForm(request.POST or None, run=run, rows=rows)
    if request.method == "POST" and form.is_valid():
        actions.decide_rule(run_id=run.pk, rule=form.cleaned_data["rule"])
        for ordinal, decision in form.decisions().items():
            actions.decide_duplicate(run_id=run.pk, ordinal=ordinal, decision=decision)
        if page.has_next():
            return redirect(f"{request.path}?page={page.next_page_number()}")
        return redirect("directory:import_preview", run.pk)
    others = rows_read_again(run, [row.like_row for row in rows if row.like_row])
    cards = [_comparison(row, form, others) for row in rows]
    return _page(request, "duplicates", run, form=form, page=page, cards=cards)


def _comparison(row: ImportRow, form: DuplicatesForm, others: dict[int, ImportedRow]) -> dict[str, Any]:
    """The row beside the fiche, or the other row, that it resembles: the same lines on both sides, word for word."""
    values = row.values or {}
    there = row.initiative
    if there is not None:
        place = there.places.order_by("rank", "pk").first()
        known = [there.title, there.summary, *_where(place), there.website]
    else:
        other = others.get(row.like_row or 0)
        title = getattr(row, "like_title", None) or ""
        known = (
            [other.title, other.summary, *_where(other), other.website] if other else [title, "", "", "", ""]
        )
    said = [row.title, *(str(values.get(name) or "") for name in ("summary", "address", "city", "website"))]
    labels = (_("Title"), _("Summary"), _("Address"), _("Town"), _("Web site"))
    lines = [line for line in zip(labels, said, known, strict=True) if line[1] or line[2]]
    return {
        "row": row,
        "reason": reason_of(row),
        "there": there,
        "said": [(label, Truncator(mine or "—").chars(200)) for label, mine, _theirs in lines],
        "known": [(label, Truncator(theirs or "—").chars(200)) for label, _mine, theirs in lines],
        "field": form[f"row_{row.ordinal}"],
    }


def _where(place: InitiativePlace | ImportedRow | None) -> tuple[str, str]:
    return (place.address, place.city) if place is not None else ("", "")


@facilitator_required
@require_GET
def import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What is going to happen, in numbers, row by row and on the map, before anything does."""
    run = _run_at(pk, ImportStatus.READY)
    outcome = request.GET.get("resultat", "")
    if outcome not in ImportOutcome.values:
        outcome = ""
    rows = run.rows.select_related("initiative").order_by("ordinal")
    page = Paginator(rows.filter(outcome=outcome) if outcome else rows, ROWS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    counts = _counts(run)
    tabs = [(_("All rows"), "?", not outcome)]
    tabs += [
        (f"{label} ({value})", f"?resultat={key}", outcome == key) for key, value, label in counts if value
    ]
    context = {
        "page": page,
        "tabs": tabs,
        "counts": counts,
        "rule": DuplicateRule(run.duplicate_rule).label,
        "exchanged": _first_of(exchanged_rows(run)),
        "towns": run.rows.exclude(city="").count(),
        "placed": run.rows.filter(latitude__isnull=False).exists(),
        "writes": run.created + run.updated > 0 or run.duplicates > 0,
        "source": reverse("directory:import_points", args=[run.pk]),
    }
    return _page(request, "preview", run, **context)


def _first_of(rows: QuerySet[ImportRow]) -> tuple[int, list[ImportRow]]:
    """How many there are, and the first ones, to be named."""
    return rows.count(), list(rows[:EXCHANGED_NAMED_MAX])


def _counts(run: ImportRun) -> list[tuple[str, int, str]]:
    """How many rows became what, each count with its words."""
    return [
        (ImportOutcome.CREATE, run.created, ngettext("New one", "New ones", run.created)),
        (
            ImportOutcome.UPDATE,
            run.updated,
            ngettext("One brought up to date", "Brought up to date", run.updated),
        ),
        (
            ImportOutcome.UNCHANGED,
            run.unchanged,
            ngettext("One already there, the same", "Already there, the same", run.unchanged),
        ),
        (
            ImportOutcome.DUPLICATE,
            run.duplicates,
            ngettext("Looks like another one", "Look like another one", run.duplicates),
        ),
        (ImportOutcome.ERROR, run.errors, ngettext("One left out", "Left out", run.errors)),
    ]


@facilitator_required
@require_GET
def import_points(request: HttpRequest, pk: int) -> JsonResponse:
    """The positions of the file's rows, as GeoJSON, for the preview's map."""
    run = get_object_or_404(ImportRun, pk=pk)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row.longitude, row.latitude]},
            "properties": {"title": row.title, "outcome": row.outcome, "row": row.number},
        }
        for row in placed_rows(run, PINS_MAX)
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


@facilitator_required
@require_GET
def import_report(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """The rows left out, the likely duplicates and the doubts, as a table to mend the file by."""
    run = get_object_or_404(ImportRun, pk=pk)
    header = [str(title) for title in REPORT_HEADER]
    write = {"csv": csv_response, "xlsx": xlsx_response}.get(ending)
    if write is None:
        raise Http404
    every = request.GET.get("tout") == "1"
    response: HttpResponseBase = write(
        f"bilan-import-{run.pk}", header, report_lines(run, faults_only=not every)
    )
    return response


@facilitator_required
@require_POST
def import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(
        request, pk, lambda: actions.apply_import(actor=person_of(request), run_id=pk, now=timezone.now())
    )


@facilitator_required
@require_POST
def import_guess_again(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(
        request, pk, lambda: actions.guess_again(actor=person_of(request), run_id=pk, now=timezone.now())
    )


@facilitator_required
@require_POST
def import_exchange(request: HttpRequest, pk: int) -> HttpResponse:
    """Swap latitude and longitude of the rows where they changed places, or leave those rows out again."""
    exchanges = request.POST.get("echanger") == "1"
    return _act(
        request,
        pk,
        lambda: actions.exchange_positions(run_id=pk, exchanges=exchanges, now=timezone.now()),
    )


@facilitator_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method == "POST":
        return _act(
            request, pk, lambda: actions.undo_import(actor=person_of(request), run_id=pk, now=timezone.now())
        )
    run = _run_at(pk, ImportStatus.APPLIED, ImportStatus.FAILED)
    return _page(request, "undo", run)


@facilitator_required
@require_POST
def import_resume(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(ImportRun, pk=pk)
    return _act(request, pk, lambda: actions.resume_import(run_id=pk, now=timezone.now()))


@facilitator_required
@require_POST
def import_delete(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(ImportRun, pk=pk)
    try:
        actions.delete_import(actor=person_of(request), run_id=pk, now=timezone.now())
    except ImportStepError as error:
        messages.error(request, error.sentence)
        return redirect("directory:import_detail", pk)
    messages.success(request, _("The import was removed from the list."))
    return redirect("directory:import_list")


def _act(request: HttpRequest, pk: int, act: Callable[[], Any]) -> HttpResponse:
    get_object_or_404(ImportRun, pk=pk)
    try:
        act()
    except (ImportStepError, UnreadableFileError) as error:
        messages.error(request, str(error.sentence))
    except FileNotFoundError:
        pass  # the page of the import says it
    return redirect("directory:import_detail", pk)


def _run_at(pk: int, *statuses: str) -> ImportRun:
    """The import, at one of the steps of a page; raises Http404 for another step, as for no import at all."""
    return get_object_or_404(ImportRun, pk=pk, status__in=statuses)
