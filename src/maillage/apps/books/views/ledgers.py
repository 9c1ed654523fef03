"""One account, all accounts, and what is settled."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import member_required, person_of
from maillage.apps.books.actions.lettering import letter_lines, remove_letter
from maillage.apps.books.actions.refusals import BooksError
from maillage.apps.books.exports.accounts import BALANCE_HEADERS, LEDGER_HEADERS, balance_rows, ledger_rows
from maillage.apps.books.models import BookAccount, Lettering
from maillage.apps.books.queries.journal import account_numbered, ledger_of, tied, to_tie, trial_balance
from maillage.apps.books.views.desk import Page, euros, page_of
from maillage.kernel.tables.write import csv_response, xlsx_response

CHOSEN_MAX = 200


def _account(request: HttpRequest, page: Page) -> BookAccount | None:
    asked = request.GET.get("compte", "")
    return account_numbered(page.books, asked) if asked else None


@member_required
def accounts_ledger(request: HttpRequest, pk: int) -> HttpResponse:
    page = page_of(request, pk)
    account = _account(request, page)
    rows = trial_balance(page.year)
    context = page.context(request, "accounts_ledger", _("By account"))
    base = page.url("accounts_ledger")
    context["accounts"] = [
        (
            f"{row.account.number} {row.account.label}",
            _with(base, row.account.number),
            _side(row.balance_cents),
        )
        for row in rows
    ]
    context["account"] = account
    if account is not None:
        context |= {
            "lines": [
                (
                    each.line,
                    page.url("accounts_entry", each.line.entry_id),
                    euros(each.line.debit_cents) if each.line.debit_cents else "",
                    euros(each.line.credit_cents) if each.line.credit_cents else "",
                    _side(each.balance_cents),
                )
                for each in ledger_of(page.year, account)
            ],
            "exports": [
                (label, _with(page.url("accounts_ledger_export", name), account.number))
                for label, name in (("CSV", "csv"), ("XLSX", "xlsx"))
            ],
        }
    return render(request, "books/accounts/ledger.html", context)


@member_required
def accounts_ledger_export(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    page = page_of(request, pk)
    account = _account(request, page)
    if account is None:
        raise Http404
    rows = ledger_rows(ledger_of(page.year, account))
    if form == "csv":
        return csv_response(f"compte-{account.number}", LEDGER_HEADERS, rows)
    if form == "xlsx":
        return xlsx_response(f"compte-{account.number}", LEDGER_HEADERS, rows)
    raise Http404


@member_required
def accounts_balance(request: HttpRequest, pk: int) -> HttpResponse:
    page = page_of(request, pk)
    rows = trial_balance(page.year)
    context = page.context(request, "accounts_balance", _("Trial balance"))
    context |= {
        "rows": [
            (
                row,
                _with(page.url("accounts_ledger"), row.account.number),
                euros(row.debit_cents),
                euros(row.credit_cents),
                euros(row.balance_cents) if row.balance_cents > 0 else "",
                euros(-row.balance_cents) if row.balance_cents < 0 else "",
            )
            for row in rows
        ],
        "totals": [euros(sum(row.debit_cents for row in rows)), euros(sum(row.credit_cents for row in rows))],
        "exports": [
            (label, page.url("accounts_balance_export", name))
            for label, name in (("CSV", "csv"), ("XLSX", "xlsx"))
        ],
    }
    return render(request, "books/accounts/balance.html", context)


@member_required
def accounts_balance_export(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    page = page_of(request, pk)
    rows = balance_rows(trial_balance(page.year))
    if form == "csv":
        return csv_response("balance", BALANCE_HEADERS, rows)
    if form == "xlsx":
        return xlsx_response("balance", BALANCE_HEADERS, rows)
    raise Http404


@member_required
def accounts_letters(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What no line answers yet, partner by partner; by POST, the lines ticked are tied."""
    page = page_of(request, pk)
    refusal = ""
    ticked: set[int] = set()
    if request.method == "POST":
        ticked = {
            int(each)
            for each in request.POST.getlist("ligne")[:CHOSEN_MAX]
            if each.isdecimal() and len(each) < 18
        }
        try:
            made = letter_lines(
                actor=person_of(request), organization_id=pk, line_ids=sorted(ticked), now=timezone.now()
            )
        except BooksError as fault:
            refusal = fault.sentence
        else:
            messages.success(request, _("Tied under the letter %(code)s.") % {"code": made.code})
            return redirect(page.url("accounts_letters"))
    context = page.context(request, "accounts_letters", _("What is settled"))
    context |= {
        "refusal": refusal,
        "groups": [
            (
                f"{group.party_name} ({group.account.number} {group.account.label})",
                _side(group.balance_cents),
                [
                    (line, euros(line.debit_cents or line.credit_cents), line.pk in ticked)
                    for line in group.lines
                ],
            )
            for group in to_tie(page.books)
        ],
        "tied": [
            (
                account,
                party,
                code,
                lettering,
                day,
                [(line, euros(line.debit_cents or line.credit_cents)) for line in lines],
            )
            for account, party, code, lettering, day, lines in tied(page.books)
        ],
    }
    return render(request, "books/accounts/letters.html", context, status=422 if refusal else 200)


@member_required
@require_POST
def accounts_letter_remove(request: HttpRequest, pk: int, lettering_id: int) -> HttpResponseBase:
    page = page_of(request, pk)
    try:
        remove_letter(
            actor=person_of(request), organization_id=pk, lettering_id=lettering_id, now=timezone.now()
        )
    except Lettering.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("Untied: the lines wait again."))
    return redirect(page.url("accounts_letters"))


def _side(cents: int) -> str:
    """A balance and its side, in words: nobody reads a sign."""
    if not cents:
        return euros(0)
    amount = euros(abs(cents))
    return (
        _("%(amount)s at the debit") % {"amount": amount}
        if cents > 0
        else _("%(amount)s at the credit") % {"amount": amount}
    )


def _with(url: str, account: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}compte={account}"
