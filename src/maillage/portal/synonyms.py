"""The words that mean the same on this site, kept by its facilitators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.apps.accounts.access import facilitator_required
from maillage.cores.text.synonyms import SynonymTable, expression_terms
from maillage.cores.text.vocabulary import ESS_VOCABULARY
from maillage.kernel.search.models import SynonymGroup
from maillage.kernel.search.queries import search
from maillage.kernel.search.synonyms import (
    BadSynonymsError,
    checked_expressions,
    remove_synonyms,
    save_synonyms,
)

TEXT_CHARACTERS_MAX = 1000


class SynonymForm(forms.Form):
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


@require_safe
@facilitator_required
def synonyms(request: HttpRequest) -> HttpResponse:
    """The groups of this site, then those that every site has."""
    groups = list(SynonymGroup.objects.order_by("pk"))
    context = {
        "trail": _trail(),
        "groups": [{"group": group, "also": _also_in(group, groups)} for group in groups],
        "vocabulary": [" · ".join(group) for group in ESS_VOCABULARY.groups],
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
    remove_synonyms(group=group, actor=request.user, now=timezone.now())
    messages.success(
        request, _("Removed: “%(words)s” are no longer taken for one another.") % {"words": group}
    )
    return redirect("portal:synonyms")


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
    return [{"words": said, "total": search(said, page_size=1).total} for said in group.expressions]
