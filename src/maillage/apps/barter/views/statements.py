"""What moved: the statement of an account, all the exchanges of a circle, who takes part."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from maillage.apps.accounts.access import facilitator_required, is_facilitator, member_required
from maillage.apps.barter.access import get_circle_for, get_circle_to_lead
from maillage.apps.barter.exports.lists import PARTICIPATION, WITH_AMOUNTS, participation_rows
from maillage.apps.barter.exports.statements import (
    CIRCLE_HEADER,
    HEADER,
    circle_rows,
    in_figures,
    money_for,
    statement_pdf,
    statement_rows,
    with_comma,
)
from maillage.apps.barter.forms.credit import PeriodForm
from maillage.apps.barter.forms.lists import ExchangeFilterForm
from maillage.apps.barter.models import Circle
from maillage.apps.barter.queries.credit import participation_in, shares_of
from maillage.apps.barter.queries.drawings import share_chart
from maillage.apps.barter.queries.lists import exchanges_asked
from maillage.apps.barter.views.circle import frame
from maillage.apps.barter.views.credit import account_frame, load, transfer_url
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.queries.statements import (
    balance_at,
    lines_from,
    moved_on,
    statement_of,
    sums_of,
    transfers_in,
)
from maillage.kernel.tables.leaving import query_of, table_links, table_response
from maillage.kernel.tables.write import csv_response, xlsx_response

FORMATS = ("csv", "xlsx", "pdf")
PER_PAGE = 50


def period_of(request: HttpRequest) -> tuple[date | None, date | None]:
    """The days asked for, first and last included; what is not a day narrows nothing."""
    days = []
    for name in ("du", "au"):
        try:
            days.append(parse_date(request.GET.get(name, "")))
        except ValueError:
            days.append(None)
    return days[0], days[1]


def statement_period(request: HttpRequest) -> tuple[date | None, date | None]:
    """As `period_of`; the last twelve months when nothing is asked."""
    if "du" in request.GET or "au" in request.GET:
        return period_of(request)
    return timezone.localdate() - timedelta(days=365), None


def moments(first: date | None, last: date | None) -> dict[str, datetime | None]:
    def begin(day: date) -> datetime:
        return timezone.make_aware(datetime.combine(day, time()))

    first = max(first, date(1900, 1, 1)) if first else None
    last = min(max(last, date(1900, 1, 1)), date.max - timedelta(days=1)) if last else None
    return {
        "since": begin(first) if first else None,
        "until": begin(last + timedelta(days=1)) if last else None,
    }


@member_required
def statement(request: HttpRequest, pk: int, account_pk: int) -> HttpResponse:
    seat, account = load(request, pk, account_pk, use=False)
    circle = seat.circle
    first, last = statement_period(request)
    context = account_frame(request, seat, account, (_("Statement"), ""))
    context |= {
        **_page_of_statement(request, account, circle, **moments(first, last)),
        "period": PeriodForm(initial={"du": first, "au": last}),
        "query": query_of(request),
    }
    return render(request, "barter/credit/statement.html", context)


def _page_of_statement(
    request: HttpRequest,
    account: Account,
    circle: Circle,
    *,
    since: datetime | None,
    until: datetime | None,
) -> dict[str, Any]:
    """One page of the lines, the last when none is asked: people come for what moved lately.

    `carried` is the balance that the pages before it leave; None at the beginning.
    """
    moved = moved_on(account, since=since, until=until)
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
    first, last = statement_period(request)
    told = statement_of(account, **moments(first, last))
    name = f"releve-{account.owner.slug if account.owner else account.pk}"
    if form == "csv":
        return csv_response(name, HEADER, statement_rows(told, with_comma))
    if form == "xlsx":
        return xlsx_response(name, HEADER, statement_rows(told, in_figures), sheet_title=_("Statement"))
    made = HttpResponse(
        statement_pdf(circle, told, first, last, now=timezone.now()), content_type="application/pdf"
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
    credit = getattr(circle, "credit", None)
    if credit is None:
        return Transfer.objects.none()
    return exchanges_asked(transfers_in(credit.unit, **moments(du, au)), mots=mots)


@member_required
def participation(request: HttpRequest, pk: int) -> HttpResponse:
    """Who gives and receives, and how much of the trade goes through the biggest member, month by month."""
    circle = get_circle_for(request.user, pk)
    context = frame(request, circle, "barter:participation")
    year_ago = timezone.now() - timedelta(days=365)
    rows = participation_in(circle, since=year_ago)
    shares = shares_of(circle, since=year_ago)
    context |= {
        "rows": rows,
        "silent": [each.member for each in rows if each.is_silent],
        "shares": shares,
        "chart": share_chart(shares) if len(shares) > 1 else None,
        "first_month": shares[0].month if shares else None,
        "last_month": shares[-1].month if shares else None,
        "trend": trend_sentence(shares),
        "see_amounts": context["leads"],
        "exports": table_links(request, "barter:participation_file", circle.pk),
    }
    return render(request, "barter/credit/participation.html", context)


@member_required
def participation_file(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """Who gives and receives, as a table; the amounts are for the facilitators, as on the page."""
    circle = get_circle_for(request.user, pk)
    rows = participation_in(circle, since=timezone.now() - timedelta(days=365))
    leads = is_facilitator(request.user)
    header = WITH_AMOUNTS if leads else PARTICIPATION
    return table_response(
        form, "participation", header, participation_rows(rows, money_for(form), with_amounts=leads)
    )


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
