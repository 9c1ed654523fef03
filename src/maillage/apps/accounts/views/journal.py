"""/administration/journal/: who did what, and when."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from maillage.apps.accounts.access import administrator_required
from maillage.apps.accounts.forms.people import JournalFilterForm
from maillage.apps.accounts.queries import journal, verbs_in_use
from maillage.kernel.audit.words import verb_label
from maillage.kernel.tables.leaving import table_links, table_response

PAGE_SIZE = 100
EXPORT_LINES_MAX = 100_000


@require_GET
@administrator_required
def journal_page(request: HttpRequest) -> HttpResponse:
    form = _filter(request)
    page = Paginator(journal(**_wanted(form)), PAGE_SIZE).get_page(request.GET.get("page"))
    lines = [{"entry": entry, "verb": verb_label(entry.verb)} for entry in page.object_list]
    context = {
        "form": form,
        "page": page,
        "lines": lines,
        "exports": table_links(request, "accounts:journal_file"),
    }
    return render(request, "accounts/journal.html", context)


@require_GET
@administrator_required
def journal_file(request: HttpRequest, form: str) -> HttpResponseBase:
    entries = journal(**_wanted(_filter(request)))[:EXPORT_LINES_MAX]
    header = [_("When"), _("Who"), _("On behalf of"), _("What"), _("To what"), _("Number")]
    rows = (
        [
            timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S"),
            entry.actor_label,
            entry.on_behalf_of,
            str(verb_label(entry.verb)),
            entry.target_label,
            entry.target_id,
        ]
        for entry in entries.iterator(chunk_size=2000)
    )
    return table_response(form, "journal", header, rows)


def _filter(request: HttpRequest) -> JournalFilterForm:
    verbs = sorted(((verb, str(verb_label(verb))) for verb in verbs_in_use()), key=lambda pair: pair[1])
    return JournalFilterForm(request.GET, verbs=verbs)


def _wanted(form: JournalFilterForm) -> dict[str, Any]:
    form.is_valid()
    said = form.cleaned_data
    return {
        "words": said.get("q", ""),
        "verb": said.get("verb", ""),
        "since": said.get("since"),
        "until": said.get("until"),
    }
