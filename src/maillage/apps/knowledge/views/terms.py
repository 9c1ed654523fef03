"""The vocabulary: its list, its pages, what facilitators do of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import is_facilitator, member_required, person_of
from maillage.apps.knowledge.access import get_merge_to_undo, get_term, get_term_to_tend
from maillage.apps.knowledge.actions.terms import (
    LoopError,
    MergeRefusedError,
    NameTakenError,
    NotUndoneError,
    merge_terms,
    undo_merge,
    update_term,
)
from maillage.apps.knowledge.choices import Kind, Relation
from maillage.apps.knowledge.exports import TERM_HEADERS, term_rows
from maillage.apps.knowledge.forms import MergeForm, TermForm
from maillage.apps.knowledge.models import Term, TermChange
from maillage.apps.knowledge.queries.elsewhere import near_elsewhere
from maillage.apps.knowledge.queries.reading import held_by_few
from maillage.apps.knowledge.queries.statements import who_says
from maillage.apps.knowledge.queries.terms import (
    ancestors_of,
    names_of,
    near_terms,
    others_of_kind,
    reference_address,
    term_content,
    terms_asked,
    with_counts,
)
from maillage.apps.knowledge.views.maps import shared_context
from maillage.cores.text import clean
from maillage.kernel.tables.leaving import table_links, table_response
from maillage.kernel.ui.markdown import plain_text, render_markdown

PAGE_SIZE = 50
HISTORY_SIZE = 50
CHOICES_MAX = 2000


def term_url(term: Term) -> str:
    return reverse("knowledge:term", args=[term.pk, term.slug])


def term_crumbs(term: Term, *here: str) -> list[tuple[str, str]]:
    return [
        (_("Words"), reverse("knowledge:terms")),
        (term.name, term_url(term)),
        *((label, "") for label in here),
    ]


def _asked(request: HttpRequest) -> tuple[str, str, bool]:
    """The kind and the words that the address asks, and whether it asks for rare ones only."""
    kind = request.GET.get("sorte", "")
    return (
        kind if kind in Kind.values else "",
        clean(request.GET.get("q", "")[:80]),
        request.GET.get("rares") == "1",
    )


def _found(kind: str, words: str, is_rare: bool) -> QuerySet[Term]:
    found = terms_asked(kind=kind, words=words)
    return held_by_few(found) if is_rare else found


def term_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The vocabulary, as the page shows it, as a table."""
    return table_response(form, "mots", TERM_HEADERS, term_rows(_found(*_asked(request))))


def term_list(request: HttpRequest) -> HttpResponse:
    kind, words, is_rare = _asked(request)
    found = with_counts(_found(kind, words, is_rare))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    here = reverse("knowledge:terms")
    context = {
        **shared_context(request, "terms"),
        "page_obj": page,
        "total": page.paginator.count,
        "rows": [(term, term_url(term), counted(term)) for term in page],
        "words": words,
        "kind": kind,
        "kinds": [(value, label, value == kind) for value, label in [("", _("All kinds")), *Kind.choices]],
        "here": here,
        "is_rare": is_rare,
        "is_narrow": bool(kind or words or is_rare),
        "exports": table_links(request, "knowledge:terms_export"),
    }
    return render(request, "knowledge/terms.html", context)


def counted(term: Any) -> str:
    """How many have it and look for it, in words."""
    parts = [str(Kind(term.kind).label)]
    if term.holders:
        parts.append(_("%(count)d have it") % {"count": term.holders})
    if term.seekers:
        parts.append(_("%(count)d look for it") % {"count": term.seekers})
    return " · ".join(parts)


def near(request: HttpRequest) -> HttpResponse:
    """Words near the ones being typed, to be taken instead of them."""
    kind, words = request.GET.get("sorte", ""), request.GET.get("mots", "")[:200]
    terms = near_terms(kind, words) if kind in Kind.values else []
    elsewhere = near_elsewhere(kind, words) if kind in Kind.values else []
    return render(request, "knowledge/parts/near.html", {"terms": terms, "elsewhere": elsewhere})


def term_detail(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    term = get_term(pk)
    if term.merged_into is not None:
        return redirect(term_url(term.merged_into))
    if slug != term.slug:
        return redirect(term_url(term))
    said = who_says(term)
    tends = is_facilitator(request.user)
    history = history_page(term, request.GET.get("page")) if tends else None
    context = {
        "term": term,
        "crumbs": [*term_crumbs(term)[:-1], (term.name, "")],
        "description": plain_text(term.description)[:200],
        "description_html": render_markdown(term.description) if term.description else "",
        "synonyms": term_content(term).synonyms,
        "above": [(each, term_url(each)) for each in ancestors_of(term.broader_id)],
        "below": [(each, term_url(each)) for each in term.narrower.live().order_by("sort_key", "pk")],
        "holders": said[Relation.HOLDS],
        "seekers": said[Relation.SEEKS],
        "reference_url": reference_address(term.reference),
        "can_tend": tends,
        "exports": table_links(request, "knowledge:term_export", term.pk, term.slug),
        "who_url": f"{reverse('knowledge:who_knows')}?mot={term.pk}",
        "changes": history_lines(history) if history else [],
        "history": history,
        "merges": list(
            term.merges.filter(undone_at=None, merged__merged_into=term)
            .select_related("merged")
            .order_by("-at", "-pk")
        )
        if tends
        else [],
    }
    return render(request, "knowledge/term.html", context)


def history_page(term: Term, number: str | None) -> Page[TermChange]:
    """A page of the term's history, the latest first."""
    changes = term.changes.select_related("actor").order_by("-at", "-pk")
    return Paginator(changes, HISTORY_SIZE).get_page(number)


def history_lines(changes: Iterable[TermChange]) -> list[str]:
    """Each change: when, what, who, and what is not the same as before."""
    changes = list(changes)
    above = {said.get("broader_id") for each in changes for said in (each.before, each.after)} - {None}
    names = names_of(above)
    lines = []
    for each in changes:
        parts = [date_format(timezone.localtime(each.at), "DATETIME_FORMAT"), str(each.get_change_display())]
        parts += [str(each.actor)] if each.actor else []
        if each.before:
            parts += _differences(each.before, each.after, names)
        lines.append(" · ".join(parts))
    return lines


def _differences(before: dict[str, Any], after: dict[str, Any], names: dict[int, str]) -> list[str]:
    """Each field that changed, with both values; one that was empty, or is, shows as a dash."""

    def shown(field: str, said: dict[str, Any]) -> str:
        value = said.get(field)
        if field == "synonyms":
            value = ", ".join(sorted(value or []))
        if field == "broader_id":
            value = names.get(value, "") if value else ""
        return str(value or "–")

    labels = {name: str(field.label) for name, field in TermForm.base_fields.items()}
    return [
        _("%(field)s: %(before)s → %(after)s")
        % {"field": labels[field], "before": shown(field, before), "after": shown(field, after)}
        for field in labels
        if shown(field, before) != shown(field, after)
    ]


def _others(term: Term) -> list[Term]:
    return others_of_kind(term, CHOICES_MAX)


@member_required
def term_edit(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    term = get_term_to_tend(request.user, pk)
    initial = TermForm.initial_from(term_content(term))
    form = TermForm(request.POST if request.method == "POST" else None, initial=initial, others=_others(term))
    if request.method == "POST" and form.is_valid():
        try:
            saved = update_term(
                actor=person_of(request), term_id=term.pk, content=form.content(), now=timezone.now()
            )
        except NameTakenError as fault:
            form.add_error(
                "synonyms" if fault.name in form.cleaned_data["synonyms"] else "name", fault.sentence
            )
        except LoopError as fault:
            form.add_error("broader_id", str(fault.message))
        else:
            messages.success(request, _("Saved."))
            return redirect(term_url(saved))
    context = {"term": term, "form": form, "crumbs": term_crumbs(term, _("Change this word"))}
    return render(request, "knowledge/term_form.html", context)


@member_required
def term_merge(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    term = get_term_to_tend(request.user, pk)
    form = MergeForm(request.POST if request.method == "POST" else None, others=_others(term))
    if request.method == "POST" and form.is_valid():
        try:
            merge_terms(
                actor=person_of(request),
                kept_id=term.pk,
                merged_id=form.cleaned_data["other_id"],
                now=timezone.now(),
            )
        except MergeRefusedError as fault:
            form.add_error("other_id", str(fault.message))
        else:
            messages.success(request, _("The two words are one. You can separate them again from this page."))
            return redirect(term_url(term))
    near = near_terms(term.kind, term.name)
    context = {
        "term": term,
        "form": form,
        "near": [each for each in near if each.pk != term.pk],
        "crumbs": term_crumbs(term, _("Join with another word")),
    }
    return render(request, "knowledge/term_merge.html", context)


@member_required
@require_POST
def merge_undo(request: HttpRequest, pk: int) -> HttpResponseBase:
    made = get_merge_to_undo(request.user, pk)
    try:
        back = undo_merge(actor=person_of(request), merge_id=made.pk, now=timezone.now())
    except NotUndoneError as fault:
        messages.error(request, str(fault.message))
        return redirect(term_url(made.kept))
    messages.success(request, _("The two words are separate again."))
    return redirect(term_url(back))
