"""The journal, one entry, and what is written by hand: entries, gifts, what undoes them."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.apps.accounts.access import member_required, person_of
from maillage.apps.books.actions.booking import book_gift
from maillage.apps.books.actions.refusals import BooksError
from maillage.apps.books.actions.reversing import REVERSIBLE, reverse_entry
from maillage.apps.books.actions.writing import enter_by_hand
from maillage.apps.books.choices import EntrySource
from maillage.apps.books.exports.accounts import JOURNAL_HEADERS, journal_rows
from maillage.apps.books.forms.accounts import LINES_SHOWN, EntryForm, GiftForm, JournalFilterForm, ReasonForm
from maillage.apps.books.models import JournalEntry
from maillage.apps.books.queries.journal import EntryFilter, entries_of, entry_of, journals_of, parties_of
from maillage.apps.books.views.desk import Page, euros, month_ends, month_words, page_of
from maillage.apps.directory.actions.drafts import forget_draft
from maillage.apps.directory.queries.drafts import filled, kept_draft, typed_values
from maillage.kernel.tables.write import csv_response, xlsx_response

PER_PAGE = 20
ROWS_MAX = 20_000

PARTIES_MAX = 500


def _filter(request: HttpRequest, page: Page) -> tuple[JournalFilterForm, EntryFilter]:
    journals = [(each.code, f"{each.code} {each.label}") for each in journals_of(page.books)]
    months = [(day.strftime("%Y-%m"), month_words(day)) for day in month_ends(page.year)]
    form = JournalFilterForm(request.GET, journals=journals, months=months)
    said = form.cleaned_data if form.is_valid() else {}
    month = said.get("month")
    return form, EntryFilter(
        journal=said.get("journal", ""),
        month=date.fromisoformat(f"{month}-01") if month else None,
        words=said.get("words", ""),
        account=said.get("account", ""),
    )


@member_required
def accounts_journal(request: HttpRequest, pk: int) -> HttpResponse:
    page = page_of(request, pk)
    form, wanted = _filter(request, page)
    shown = Paginator(entries_of(page.year, wanted), PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.urlencode()
    context = page.context(request, "accounts_journal", _("Journal"))
    context |= {
        "form": form,
        "entries": [_shown(page, entry) for entry in shown],
        "page_obj": shown,
        "is_narrow": wanted != EntryFilter(),
        "clear_url": page.url("accounts_journal"),
        "has_gifts": page.books.chart.has_gifts,
        "exports": [
            (
                label,
                page.url("accounts_journal_export", form_name).split("?")[0] + (f"?{query}" if query else ""),
            )
            for label, form_name in (("CSV", "csv"), ("XLSX", "xlsx"))
        ],
    }
    return render(request, "books/accounts/journal.html", context)


@member_required
def accounts_journal_export(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    page = page_of(request, pk)
    _form, wanted = _filter(request, page)
    rows = journal_rows(entries_of(page.year, wanted).order_by("day", "pk")[:ROWS_MAX])
    if form == "csv":
        return csv_response("journal", JOURNAL_HEADERS, rows)
    if form == "xlsx":
        return xlsx_response("journal", JOURNAL_HEADERS, rows)
    raise Http404


def _shown(page: Page, entry: JournalEntry) -> dict[str, object]:
    return {
        "entry": entry,
        "number": f"{entry.journal.code} {entry.number}",
        "url": page.url("accounts_entry", entry.pk),
        "is_undone": hasattr(entry, "reversed_by"),
        "lines": [
            (
                line,
                euros(line.debit_cents) if line.debit_cents else "",
                euros(line.credit_cents) if line.credit_cents else "",
            )
            for line in entry.lines.all()
        ],
    }


@member_required
def accounts_entry(request: HttpRequest, pk: int, entry_id: int) -> HttpResponseBase:
    """One entry; by POST, its undoing by the opposite one."""
    page = page_of(request, pk)
    entry = entry_of(page.books, entry_id)
    if entry is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            undone = reverse_entry(actor=person_of(request), organization_id=pk, entry_id=entry_id, label=form.cleaned_data["label"], now=timezone.now())  # fmt: skip
        except BooksError as fault:
            form.add_error(None, fault.sentence)
        else:
            messages.success(request, _("Undone by the opposite entry below. Both stay in the journal."))
            return redirect(page.url("accounts_entry", undone.pk))
    shown = _shown(page, entry)
    context = page.context(request, "accounts_journal", str(shown["number"]))
    context |= {
        "shown": shown,
        "form": form,
        "source_words": EntrySource(entry.source).label,
        "may_undo": entry.source in REVERSIBLE and not shown["is_undone"],
        "undoes": (entry.reverses, page.url("accounts_entry", entry.reverses.pk)) if entry.reverses else None,
        "undone_by": (entry.reversed_by, page.url("accounts_entry", entry.reversed_by.pk))
        if shown["is_undone"]
        else None,
    }
    return render(request, "books/accounts/entry.html", context)


@member_required
def accounts_entry_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An entry by hand; the button that adds lines keeps what is typed."""
    page = page_of(request, pk)
    parties = parties_of(page.books, PARTIES_MAX)
    sent = request.POST if request.method == "POST" else None
    draft_key = f"ecriture-{pk}"
    draft = kept_draft(request, draft_key) if sent is None else None
    kept = typed_values(draft)
    lines = _line_count(sent.get("count", "") if sent is not None else kept.get("count", ""))
    drafting = {"draft": draft, "draft_key": draft_key}
    if sent is not None and sent.get("ajouter"):
        typed = {
            name: value
            for name, value in sent.items()
            if name not in ("ajouter", "csrfmiddlewaretoken", "count")
        }
        more = lines + LINES_SHOWN
        form = EntryForm(initial={**typed, "count": more}, books=page.books, parties=parties, lines=more)
        return _entry_page(request, page, form, drafting)
    initial = {"day": timezone.localdate(), **kept, "key": secrets.token_urlsafe(24), "count": lines}
    form = EntryForm(sent, initial=initial, books=page.books, parties=parties, lines=lines)
    entry = form.entry() if sent is not None and form.is_valid() else None
    if entry is not None:
        try:
            written = enter_by_hand(actor=person_of(request), organization_id=pk, entry=entry, key=form.cleaned_data["key"], now=timezone.now())  # fmt: skip
        except BooksError as fault:
            form.add_error(None, fault.sentence)
        else:
            forget_draft(person=person_of(request), key=draft_key)
            messages.success(request, _("Written in the journal."))
            return redirect(page.url("accounts_entry", written.pk))
    return _entry_page(request, page, form, drafting)


def _line_count(said: str) -> int:
    return int(said) if said.isdecimal() and len(said) < 4 else LINES_SHOWN


def _entry_page(request: HttpRequest, page: Page, form: EntryForm, drafting: dict[str, Any]) -> HttpResponse:
    context = page.context(request, "accounts_journal", _("New entry"))
    context |= {
        **drafting,
        "form": form,
        "rows": [[form[name] for name in names] for names in form.line_names],
    }
    context["chart"] = [
        (each.number, each.label) for each in page.books.chart.usable() if len(each.number) <= 5
    ]
    return render(request, "books/accounts/entry_form.html", context)


@member_required
def accounts_gift(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A gift in kind; something given in return makes it barter, which is refused with the reason."""
    page = page_of(request, pk)
    if not page.books.chart.has_gifts:
        raise Http404
    initial = {"day": timezone.localdate(), "key": secrets.token_urlsafe(24)}
    draft_key, chart = f"don-{pk}", page.books.chart
    draft = kept_draft(request, draft_key) if request.method == "GET" else None
    if request.method == "POST":
        form = GiftForm(request.POST, chart=chart)
    else:
        form = filled(GiftForm, draft, initial, chart=chart)
    if request.method == "POST" and form.is_valid():
        said = {**form.cleaned_data, "is_given_back": form.cleaned_data["is_given_back"] == "yes"}
        try:
            written = book_gift(actor=person_of(request), organization_id=pk, **said, now=timezone.now())
        except BooksError as fault:
            form.add_error("is_given_back" if said["is_given_back"] else None, fault.sentence)
        else:
            forget_draft(person=person_of(request), key=draft_key)
            messages.success(request, _("The gift is at the foot of the accounts."))
            return redirect(page.url("accounts_entry", written.pk))
    context = page.context(request, "accounts_journal", _("A gift in kind"))
    context |= {"form": form, "draft": draft, "draft_key": draft_key}
    return render(request, "books/accounts/gift.html", context)
