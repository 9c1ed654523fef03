"""What moved: the statement of an account, all the exchanges of a circle, who takes part."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.apps.accounts.access import facilitator_required, is_facilitator, member_required
from maillage.apps.barter.access import get_circle_for, get_circle_to_lead
from maillage.apps.barter.exports.lists import (
    PARTICIPATION,
    SHARES,
    WITH_AMOUNTS,
    participation_rows,
    share_rows,
)
from maillage.apps.barter.exports.statements import (
    CIRCLE_HEADER,
    HEADER,
    circle_rows,
    in_figures,
    money_for,
    period_words,
    statement_pdf,
    statement_rows,
    with_comma,
)
from maillage.apps.barter.forms.lists import ExchangeFilterForm, PeriodForm
from maillage.apps.barter.models import Circle
from maillage.apps.barter.queries.credit import exchanges_of, participation_in, shares_of
from maillage.apps.barter.queries.drawings import share_chart
from maillage.apps.barter.queries.lists import exchanges_asked
from maillage.apps.barter.queries.periods import EVER, Period
from maillage.apps.barter.views.circle import frame
from maillage.apps.barter.views.credit import account_frame, load, transfer_url
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.queries.statements import (
    balance_at,
    lines_from,
    moved_on,
    statement_of,
    sums_of,
)
from maillage.kernel.tables.leaving import query_of, table_links, table_response
from maillage.kernel.tables.write import csv_response, xlsx_response

FORMATS = ("csv", "xlsx", "pdf")
PER_PAGE = 50


def asked_period(request: HttpRequest) -> tuple[PeriodForm, Period]:
    """The days that the address asks for; the last twelve months when it asks for none.

    What is not a day is said in the form, and narrows nothing; both sides left empty ask for everything.
    """
    if not {"du", "au"} & request.GET.keys():
        year = Period(timezone.localdate() - timedelta(days=365))
        return PeriodForm(initial={"du": year.first}), year
    form = PeriodForm(request.GET)
    form.is_valid()
    return form, Period(form.cleaned_data.get("du"), form.cleaned_data.get("au"))


def told_period(request: HttpRequest) -> tuple[Period, dict[str, Any]]:
    """The period of the page, and what the page says of it."""
    form, period = asked_period(request)
    return period, {
        "period": form,
        "period_words": period_words(period, today=timezone.localdate()),
        "is_ever": period == EVER,
        "is_year": not form.is_bound,
        "here": request.path,
    }


@member_required
def statement(request: HttpRequest, pk: int, account_pk: int) -> HttpResponse:
    seat, account = load(request, pk, account_pk, use=False)
    circle = seat.circle
    period, words = told_period(request)
    context = account_frame(request, seat, account, (_("Statement"), ""))
    context |= {
        **_page_of_statement(request, account, circle, period),
        **words,
        "query": query_of(request),
    }
    return render(request, "barter/credit/statement.html", context)


def _page_of_statement(
    request: HttpRequest, account: Account, circle: Circle, period: Period
) -> dict[str, Any]:
    """One page of the lines, the last when none is asked: people come for what moved lately.

    `carried` is the balance that the pages before it leave; None at the beginning.
    """
    since = period.since
    moved = moved_on(account, since=since, until=period.until)
    sums = sums_of(account, moved, opening=balance_at(account, since) if since else 0)
    pages = Paginator(moved, PER_PAGE)
    page = pages.get_page(request.GET.get("page") or pages.num_pages)
    before = moved[: (page.number - 1) * PER_PAGE]
    carried = sums_of(account, before, opening=sums.opening).closing if page.has_previous() else None
    lines = lines_from(sums.opening if carried is None else carried, page, account)
    return {
        "sums": sums,
        "page": page,
        "carried": carried,
        "lines": [(line, transfer_url(circle, line.transfer)) for line in lines],
    }


@member_required
def statement_file(request: HttpRequest, pk: int, account_pk: int, form: str) -> HttpResponseBase:
    """The statement as CSV, XLSX or PDF."""
    seat, account = load(request, pk, account_pk, use=False)
    circle = seat.circle
    if form not in FORMATS:
        raise Http404
    _form, period = asked_period(request)
    told = statement_of(account, since=period.since, until=period.until)
    name = f"releve-{account.owner.slug if account.owner else account.pk}"
    if form == "csv":
        return csv_response(name, HEADER, statement_rows(told, with_comma))
    if form == "xlsx":
        return xlsx_response(name, HEADER, statement_rows(told, in_figures), sheet_title=_("Statement"))
    made = HttpResponse(
        statement_pdf(circle, told, period, now=timezone.now()), content_type="application/pdf"
    )
    made["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return made


@facilitator_required
def exchanges(request: HttpRequest, pk: int) -> HttpResponse:
    """All that moved in the circle."""
    circle = get_circle_to_lead(request.user, pk)
    asked = ExchangeFilterForm.read(request)
    context = frame(request, circle, "barter:exchanges")
    page = Paginator(_moved(circle, **asked.wanted), PER_PAGE).get_page(request.GET.get("page"))
    context |= {
        "page": page,
        "lines": [(each, transfer_url(circle, each)) for each in page],
        **asked.context,
        "exports": table_links(request, "barter:exchanges_file", circle.pk),
    }
    return render(request, "barter/credit/exchanges.html", context)


@facilitator_required
def exchanges_file(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    circle = get_circle_to_lead(request.user, pk)
    moved = _moved(circle, **ExchangeFilterForm.read(request).wanted)
    return table_response(form, "echanges", CIRCLE_HEADER, circle_rows(moved, money_for(form)))


def _moved(
    circle: Circle, *, mots: str = "", du: date | None = None, au: date | None = None
) -> QuerySet[Transfer]:
    period = Period(du, au)
    return exchanges_asked(exchanges_of(circle, since=period.since, until=period.until), mots=mots)


@member_required
def participation(request: HttpRequest, pk: int) -> HttpResponse:
    """Who gives and receives, and how much of the trade goes through the biggest member, month by month."""
    circle = get_circle_for(request.user, pk)
    context = frame(request, circle, "barter:participation")
    period, words = told_period(request)
    rows = participation_in(circle, period)
    shares = shares_of(circle, period)
    context |= {
        **words,
        "rows": rows,
        "silent": [each.member for each in rows if each.is_silent],
        "shares": shares,
        "chart": share_chart(shares) if len(shares) > 1 else None,
        "first_month": shares[0].month if shares else None,
        "last_month": shares[-1].month if shares else None,
        "trend": trend_sentence(shares),
        "see_amounts": context["leads"],
        "exports": table_links(request, "barter:participation_file", circle.pk),
        "share_exports": table_links(request, "barter:shares_file", circle.pk),
    }
    return render(request, "barter/credit/participation.html", context)


@member_required
def participation_file(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """Who gives and receives, as a table; the amounts are for the facilitators, as on the page."""
    circle = get_circle_for(request.user, pk)
    rows = participation_in(circle, asked_period(request)[1])
    leads = is_facilitator(request.user)
    header = WITH_AMOUNTS if leads else PARTICIPATION
    return table_response(
        form, "participation", header, participation_rows(rows, money_for(form), with_amounts=leads)
    )


@member_required
def shares_file(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """How much of the trade goes through the biggest member, as a table."""
    circle = get_circle_for(request.user, pk)
    shares = shares_of(circle, asked_period(request)[1])
    return table_response(form, "parts", SHARES, share_rows(shares, money_for(form)))


def trend_sentence(shares: Any) -> str:
    """What the shares say, from their first month to their last."""
    if len(shares) < 2:
        return ""
    words = {"before": shares[0].percent, "after": shares[-1].percent, "name": shares[-1].biggest}
    if shares[-1].percent < shares[0].percent:
        return (
            _(
                "The circle is becoming multilateral: %(before)d %% of the exchanges went through one member, %(after)d %% do now."
            )
            % words
        )
    if shares[-1].percent > shares[0].percent:
        return (
            _(
                "The exchanges gather around %(name)s: %(before)d %% went through one member, %(after)d %% do now."
            )
            % words
        )
    return _("%(after)d %% of the exchanges go through one member, as at the beginning.") % words
