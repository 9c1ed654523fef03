"""The words that mean the same on this site, kept by its facilitators."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.apps.accounts.access import facilitator_required
from maillage.cores.text.questions import QUESTION_CHARACTERS_MAX
from maillage.cores.text.synonyms import SynonymTable, expression_terms
from maillage.cores.text.vocabulary import ESS_VOCABULARY
from maillage.kernel.audit.models import AuditEntry
from maillage.kernel.search.explaining import explain
from maillage.kernel.search.models import SynonymGroup
from maillage.kernel.search.queries import totals_of
from maillage.kernel.search.synonyms import (
    EXPRESSIONS_MAX,
    BadSynonymsError,
    add_groups,
    checked_expressions,
    put_back,
    remove_synonyms,
    reset_synonyms,
    save_synonyms,
)
from maillage.kernel.tables.limits import DEFAULT_LIMITS, UnreadableTableError
from maillage.kernel.tables.read import read_csv
from maillage.kernel.tables.write import csv_response
from maillage.kernel.ui.forms import Plain

TEXT_CHARACTERS_MAX = 1000
FILE_BYTES_MAX = 500_000
FAULTS_SHOWN_MAX = 50


class SynonymForm(Plain):
    expressions = forms.CharField(
        label=gettext_lazy("Expressions that mean the same"),
        help_text=gettext_lazy(
            "One a line, of one to four words. Plurals, accents and capitals do not matter."
        ),
        max_length=TEXT_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def clean_expressions(self) -> list[str]:
        try:
            return checked_expressions(self.cleaned_data["expressions"].splitlines())
        except BadSynonymsError as error:
            raise forms.ValidationError(str(error)) from error


class TrialForm(Plain):
    essai = forms.CharField(
        label=gettext_lazy("Words to search"),
        max_length=QUESTION_CHARACTERS_MAX,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class SynonymFileForm(Plain):
    file = forms.FileField(
        label=gettext_lazy("Table of synonyms"),
        help_text=gettext_lazy(
            "A CSV file such as the one that this page gives: a line of titles, then one group a line, one expression a column."
        ),
        error_messages={"required": gettext_lazy("Choose a file.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )


@require_safe
@facilitator_required
def synonyms(request: HttpRequest) -> HttpResponse:
    """The groups of this site, then those that every site has."""
    groups = list(SynonymGroup.objects.order_by("pk"))
    trial = TrialForm(request.GET if "essai" in request.GET else None)
    tried = trial.cleaned_data["essai"] if trial.is_bound and trial.is_valid() else ""
    context = {
        "trail": _trail(),
        "groups": [{"group": group, "also": _also_in(group, groups)} for group in groups],
        "vocabulary": [" · ".join(group) for group in ESS_VOCABULARY.groups],
        "trial": trial,
        "explained": explain(tried) if tried else None,
        "tried": tried,
    }
    return render(request, "portal/synonyms.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@facilitator_required
def edit_synonyms(request: HttpRequest, group_id: int | None = None) -> HttpResponse:
    group = get_object_or_404(SynonymGroup, pk=group_id) if group_id is not None else None
    initial = {"expressions": "\n".join(group.expressions) if group else ""}
    form = SynonymForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_synonyms(
                group=group,
                expressions=form.cleaned_data["expressions"],
                actor=request.user,
                now=timezone.now(),
            )
        except BadSynonymsError as error:
            form.add_error("expressions", str(error))
        else:
            messages.success(
                request, _("Saved: a search for one of “%(words)s” now finds the others.") % {"words": saved}
            )
            return redirect("portal:synonyms")
    here = _("Change a group of synonyms") if group else _("Add a group of synonyms")
    context = {"form": form, "group": group, "found": _found_alone(group), "trail": [*_trail(), (here, "")]}
    return render(request, "portal/synonyms_form.html", context)


@require_POST
@facilitator_required
def delete_synonyms(request: HttpRequest, group_id: int) -> HttpResponse:
    group = get_object_or_404(SynonymGroup, pk=group_id)
    entry = remove_synonyms(group=group, actor=request.user, now=timezone.now())
    messages.success(
        request,
        _("Removed: “%(words)s” are no longer taken for one another.") % {"words": group},
        extra_tags=_undo(entry),
    )
    return redirect("portal:synonyms")


@require_http_methods(["GET", "HEAD", "POST"])
@facilitator_required
def reset(request: HttpRequest) -> HttpResponse:
    """Back to the vocabulary of every site, once it has been confirmed."""
    if request.method == "POST":
        entry = reset_synonyms(actor=request.user, now=timezone.now())
        messages.success(
            request,
            _("The groups of this site are removed: only the vocabulary of every site holds now."),
            extra_tags=_undo(entry),
        )
        return redirect("portal:synonyms")
    context = {
        "count": SynonymGroup.objects.count(),
        "trail": [*_trail(), (_("Back to the common vocabulary"), "")],
    }
    return render(request, "portal/synonyms_reset.html", context)


@require_POST
@facilitator_required
def undo_removal(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Put back what a removal took away: its line of the journal holds the words."""
    entry = get_object_or_404(AuditEntry, pk=entry_id, verb__in=("synonyms.remove", "synonyms.reset"))
    try:
        count = put_back(entry=entry, actor=request.user, now=timezone.now())
    except BadSynonymsError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            ngettext("%(count)s group is back.", "%(count)s groups are back.", count) % {"count": count},
        )
    return redirect("portal:synonyms")


@require_safe
@facilitator_required
def export_synonyms(request: HttpRequest) -> HttpResponseBase:
    header = [_("expression %(number)s") % {"number": number} for number in range(1, EXPRESSIONS_MAX + 1)]
    groups = SynonymGroup.objects.order_by("pk").values_list("expressions", flat=True)
    return csv_response("synonymes", header, (list(group) for group in groups))


@require_http_methods(["GET", "HEAD", "POST"])
@facilitator_required
def import_synonyms(request: HttpRequest) -> HttpResponse:
    """Groups from a table: all of them, or none and a sentence for each line at fault."""
    sent = request.method == "POST"
    form = SynonymFileForm(request.POST if sent else None, request.FILES if sent else None)
    faults: list[tuple[int, str]] = []
    if sent and form.is_valid():
        try:
            groups, faults = _read_groups(form.cleaned_data["file"])
            if not faults:
                count = add_groups(groups=groups, actor=request.user, now=timezone.now())
                messages.success(
                    request,
                    ngettext("%(count)s new group.", "%(count)s new groups.", count) % {"count": count},
                )
                return redirect("portal:synonyms")
            form.add_error(
                "file", _("Nothing was imported: put these lines right, then bring the file again.")
            )
        except (UnreadableTableError, BadSynonymsError) as error:
            form.add_error("file", str(error))
    here = _("Import synonyms")
    context = {"form": form, "faults": faults, "trail": [*_trail(), (here, "")]}
    return render(request, "portal/synonyms_import.html", context)


def _read_groups(file: Any) -> tuple[list[list[str]], list[tuple[int, str]]]:
    """The groups of a table, and (line, sentence) for each line that makes none. Raises UnreadableTableError."""
    groups, faults = [], []
    for row in read_csv(file, limits=replace(DEFAULT_LIMITS, size_bytes_max=FILE_BYTES_MAX)).rows:
        try:
            groups.append(checked_expressions([*row.cells, *row.surplus]))
        except BadSynonymsError as error:
            faults.append((row.number, str(error)))
    return groups, faults[:FAULTS_SHOWN_MAX]


def _undo(entry: AuditEntry) -> str:
    return f"undo:{reverse('portal:synonyms_undo', args=[entry.pk])}"


def _trail() -> list[tuple[str, str]]:
    return [
        (_("Facilitation"), reverse("portal:facilitation")),
        (_("Synonyms of the search"), reverse("portal:synonyms")),
    ]


def _also_in(group: SynonymGroup, groups: list[SynonymGroup]) -> list[str]:
    """The expressions of a group that stand in another one too: allowed, and worth knowing."""
    others = SynonymTable(
        (*ESS_VOCABULARY.groups, *(tuple(other.expressions) for other in groups if other.pk != group.pk))
    )
    return [said for said in group.expressions if others.same_as(expression_terms(said))]


def _found_alone(group: SynonymGroup | None) -> list[dict[str, Any]]:
    """How many results each expression of a group has with its synonyms."""
    if group is None:
        return []
    totals = totals_of(group.expressions)
    return [{"words": said, "total": total} for said, total in zip(group.expressions, totals, strict=True)]
