"""Opening the accounts of an organisation, their overview, their choices, closing a month, the file for the tax office."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.apps.accounts.access import member_required, person_of
from maillage.apps.books.access import get_desk_for, organizations_with_accounts
from maillage.apps.books.actions.opening import change_choices, close_period, open_books, open_year
from maillage.apps.books.actions.refusals import BooksError
from maillage.apps.books.choices import BooksVariant
from maillage.apps.books.forms.accounts import ChoicesForm, ClosingForm, OpeningForm, choices_initial
from maillage.apps.books.models import FiscalYear
from maillage.apps.books.queries.fec import fec_file, fec_name, fec_report
from maillage.apps.books.queries.journal import (
    EntryFilter,
    entries_count,
    entries_of,
    entries_until,
    latest_entries,
    to_tie,
    trial_balance,
)
from maillage.apps.books.views.desk import Page, euros, month_ends, month_words, page_at, page_of
from maillage.apps.books.views.office import choice_of
from maillage.apps.directory.choices import LegalForm
from maillage.cores.accounting.fec.naming import year_before

LATEST_SHOWN = 5
ASSOCIATIVE_FORMS = (LegalForm.ASSOCIATION_1901, LegalForm.FOUNDATION)


@member_required
def my_accounts(request: HttpRequest) -> HttpResponseBase:
    """The organisations that one manages; straight to the accounts of the only one."""
    mine = organizations_with_accounts(request.user)
    if len(mine) == 1:
        return redirect("books:accounts", mine[0][0].pk)
    choice, chosen = choice_of(request)
    if chosen is not None:
        return redirect("books:accounts", chosen.pk)
    listed = [(each.name, reverse("books:accounts", args=[each.pk]), keeps) for each, keeps in mine]
    return render(request, "books/accounts/mine.html", {**choice, "kind": "", "listed": listed})


@member_required
def accounts(request: HttpRequest, pk: int) -> HttpResponseBase:
    desk = get_desk_for(request.user, pk)
    if desk.books is None:
        context = {"organization": desk.organization, "in_office": desk.in_office}
        return render(request, "books/accounts/none.html", context)
    page = page_at(request, desk, desk.books)
    rows = trial_balance(page.year)
    sums = {
        root: sum(row.balance_cents for row in rows if row.account.number.startswith(root))
        for root in ("6", "7", "411", "401")
    }
    credit = sum(row.balance_cents for row in rows if row.account.number == page.books.credit_account)
    untied = to_tie(page.books)
    context = page.context(request, "accounts")
    context |= {
        "stats": [
            (euros(-sums["7"]), _("given this year (class 7)")),
            (euros(sums["6"]), _("received this year (class 6)")),
            (
                euros(abs(sums["411"])),
                _("owed to us by partners (411)") if sums["411"] >= 0 else _("paid ahead by partners (411)"),
            ),
            (
                euros(abs(sums["401"])),
                _("owed by us to partners (401)") if sums["401"] <= 0 else _("paid ahead to partners (401)"),
            ),
            (
                euros(credit),
                _("left on the mutual credit (%(account)s)") % {"account": page.books.credit_account},
            ),
        ],
        "latest": [
            (entry, euros(entry.total_cents), page.url("accounts_entry", entry.pk))
            for entry in latest_entries(page.year, LATEST_SHOWN)
        ],
        "untied_count": len(untied),
        "closed_until": page.year.closed_until,
        "has_gifts": page.books.chart.has_gifts,
        "next_year": _next_year(page),
    }
    return render(request, "books/accounts/home.html", context)


@member_required
def accounts_open(request: HttpRequest, pk: int) -> HttpResponseBase:
    desk = get_desk_for(request.user, pk)
    if desk.books is not None:
        return redirect("books:accounts", pk)
    today = timezone.localdate()
    is_associative = desk.organization.legal_form in ASSOCIATIVE_FORMS
    initial = {
        **ChoicesForm.usual(),
        "variant": BooksVariant.ASSOCIATIVE if is_associative else BooksVariant.GENERAL,
        "siren": desk.organization.siren,
        "starts_on": date(today.year, 1, 1),
        "ends_on": date(today.year, 12, 31),
    }
    form = OpeningForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            books = open_books(
                actor=person_of(request),
                organization_id=pk,
                choices=form.choices(),
                starts_on=form.cleaned_data["starts_on"],
                ends_on=form.cleaned_data["ends_on"],
                now=timezone.now(),
            )
        except BooksError as fault:
            form.add_error(getattr(fault, "field", None), fault.sentence)
        else:
            messages.success(
                request,
                _("The accounts are open. What you invoice and receive here is now booked by itself."),
            )
            _tell_taken_up(request, books.years.get())
            return redirect("books:accounts", pk)
    context = {
        "form": form,
        "organization": desk.organization,
        "is_opening": True,
        "in_office": desk.in_office,
        "crumbs": _way(desk.organization.name, pk, _("Open the accounts")),
    }
    return render(request, "books/accounts/choices.html", context)


@member_required
def accounts_settings(request: HttpRequest, pk: int) -> HttpResponseBase:
    page = page_of(request, pk)
    form = ChoicesForm(
        request.POST if request.method == "POST" else None, initial=choices_initial(page.books)
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_choices(
                actor=person_of(request), organization_id=pk, choices=form.choices(), now=timezone.now()
            )
        except BooksError as fault:
            form.add_error(getattr(fault, "field", None), fault.sentence)
        else:
            messages.success(request, _("Saved. What is already written stays where it is."))
            return redirect(page.url("accounts"))
    context = page.context(request, "accounts", _("Choices")) | {"form": form, "is_opening": False}
    return render(request, "books/accounts/choices.html", context)


@member_required
def accounts_year(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Open the year that follows the last one, of twelve months."""
    page = page_of(request, pk)
    following = _next_year(page)
    if request.method != "POST" or following is None:
        return redirect(page.url("accounts"))
    try:
        opened = open_year(
            actor=person_of(request), organization_id=pk, ends_on=following, now=timezone.now()
        )
    except BooksError as fault:
        messages.error(request, fault.sentence)
    else:
        messages.success(request, _("The next year of accounts is open."))
        _tell_taken_up(request, opened)
    return redirect("books:accounts", pk)


def _tell_taken_up(request: HttpRequest, year: FiscalYear) -> None:
    """How much of what happened before was written at once."""
    count = entries_count(year)
    if count:
        words = ngettext(
            "%(count)d entry was written for what was exchanged or invoiced before.",
            "%(count)d entries were written for what was exchanged or invoiced before.",
            count,
        )
        messages.info(request, words % {"count": count})


@member_required
def accounts_close(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Choose a month, check what it makes final, then close it."""
    page = page_of(request, pk, to_close=True)
    today = timezone.localdate()
    closed = page.year.closed_until
    ends = [day for day in month_ends(page.year) if day < today and (closed is None or day > closed)]
    months = [(day.isoformat(), month_words(day)) for day in ends]
    sent = request.POST if request.method == "POST" else None
    form = ClosingForm(sent, months=months)
    until = form.cleaned_data["until"] if sent is not None and form.is_valid() else None
    if until is not None and sent is not None and sent.get("confirmer"):
        try:
            close_period(
                actor=person_of(request), organization_id=pk, until=until, today=today, now=timezone.now()
            )
        except BooksError as fault:
            form.add_error(None, fault.sentence)
        else:
            messages.success(
                request,
                _("Closed until %(day)s. Nothing can be written before that any more.")
                % {"day": date_format(until, "DATE_FORMAT")},
            )
            return redirect(page.url("accounts"))
    context = page.context(request, "accounts", _("Close a month"))
    context |= {"form": form, "months": months, "until": until if until and not form.errors else None}
    if until is not None:
        context["to_close"] = entries_until(page.books, until)
        context["untied_count"] = len(to_tie(page.books))
    return render(request, "books/accounts/close.html", context)


@member_required
def accounts_fec(request: HttpRequest, pk: int) -> HttpResponse:
    """The verdict of our own check on the file, as it would be downloaded now."""
    page = page_of(request, pk)
    context = page.context(request, "accounts_fec", _("File for the tax office"))
    context["report"] = None
    if page.books.siren and entries_of(page.year, EntryFilter()).exists():
        report = fec_report(page.books, page.year)
        context |= {
            "report": report,
            "name": fec_name(page.books, page.year),
            "each_side": euros(report.debit_cents),
        }
    has_twelve_months = page.year.starts_on == year_before(page.year.ends_on)
    context["start_option"] = "" if has_twelve_months else f" --start {page.year.starts_on.isoformat()}"
    context["file_url"] = page.url("accounts_fec_file")
    context["year_is_over"] = page.year.ends_on < timezone.localdate()
    return render(request, "books/accounts/fec.html", context)


@member_required
def accounts_fec_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    page = page_of(request, pk)
    if not page.books.siren:
        raise Http404
    response = StreamingHttpResponse(fec_file(page.year), content_type="text/plain; charset=iso-8859-15")
    response["Content-Disposition"] = f'attachment; filename="{fec_name(page.books, page.year)}"'
    return response


def _next_year(page: Page) -> date | None:
    """The last day of the year to open: twelve months after the last one, once that is begun."""
    last: FiscalYear = max(page.years, key=lambda year: year.ends_on)
    if last.starts_on > timezone.localdate():
        return None
    end = last.ends_on
    return date(end.year + 1, end.month, 28 if (end.month, end.day) == (2, 29) else end.day)


def _way(name: str, pk: int, here: str) -> list[tuple[str, str]]:
    own = (_("Accounts of %(name)s") % {"name": name}, reverse("books:accounts", args=[pk]))
    return [(_("Accounts"), reverse("books:my_accounts")), own, (here, "")]
