"""A file of exchanges: looked at row by row, then entered all together or not at all."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.apps.accounts.access import member_required
from maillage.apps.barter.access import acting_with_money_for
from maillage.apps.barter.actions.credit import Deal, make_deals
from maillage.apps.barter.forms.credit import BulkConfirmForm, BulkFileForm
from maillage.apps.barter.models import Circle
from maillage.apps.barter.queries.credit import accounts_of_circle
from maillage.apps.barter.readers.orders import COLUMNS, Fault, ReadOrders, read_orders
from maillage.apps.barter.views.credit import account_frame, account_url, load, signed
from maillage.apps.ledger.actions.acts import LedgerError
from maillage.apps.ledger.models import Account
from maillage.apps.ledger.queries.wording import shown
from maillage.kernel.tables.limits import UnreadableTableError
from maillage.kernel.tables.write import csv_response

FILE_BYTES_MAX = 400_000


@member_required
def bulk(request: HttpRequest, pk: int, account_pk: int) -> HttpResponseBase:
    """What the account received from many, from a file: the preview first, then the whole of it at once."""
    seat, found = load(request, pk, account_pk, use=True)
    circle = seat.circle
    context = account_frame(request, seat, found, (_("From a file"), ""))
    context |= {
        "columns": ";".join(COLUMNS),
        "file_form": BulkFileForm(),
        "faults": [],
        "rows": [],
        "refusal": "",
        "confirm_form": None,
    }
    if request.method != "POST":
        return render(request, "barter/credit/bulk.html", context)
    if "contenu" in request.POST:
        return _confirm(request, circle, found, context)
    form = BulkFileForm(request.POST, request.FILES)
    context["file_form"] = form
    if form.is_valid():
        file = form.cleaned_data["fichier"]
        if file.size > FILE_BYTES_MAX:
            form.add_error("fichier", _("This file is too big: 400 kB at most, 2,000 lines."))
        else:
            content = file.read()
            told = _read(content, circle, found, form)
            if told is not None:
                return _preview(request, content, told, found, context)
    return render(request, "barter/credit/bulk.html", context, status=422)


def _read(content: bytes, circle: Circle, account: Account, form: Any) -> ReadOrders | None:
    """The rows and their faults; None when the file is no table, which the form then says."""
    try:
        told = read_orders(content, accounts_of_circle(circle))
    except UnreadableTableError as fault:
        form.add_error("fichier" if "fichier" in form.fields else None, str(fault.sentence))
        return None
    foreign = [
        Fault(row.line, "recu_par", _("This file is for what %(name)s received.") % {"name": account})
        for row in told.rows
        if row.payer.pk != account.pk
    ]
    return ReadOrders(told.rows, sorted([*told.faults, *foreign], key=lambda fault: fault.line))


def _preview(
    request: HttpRequest, content: bytes, told: ReadOrders, account: Account, context: dict[str, Any]
) -> HttpResponse:
    total = sum(row.order.amount for row in told.rows)
    context |= {
        "faults": told.faults,
        "rows": [(row, shown(row.order.amount), shown(row.order.soulte_cents)) for row in told.rows],
        "total": shown(total),
        "after": signed(account.balance - total, account),
        "confirm_form": None
        if told.faults
        else BulkConfirmForm(initial={"contenu": content.decode("utf-8-sig", "replace")}),
    }
    return render(request, "barter/credit/bulk.html", context, status=422 if told.faults else 200)


def _confirm(
    request: HttpRequest, circle: Circle, account: Account, context: dict[str, Any]
) -> HttpResponseBase:
    form = BulkConfirmForm(request.POST)
    context["confirm_form"] = form
    if not form.is_valid():
        return render(request, "barter/credit/bulk.html", context, status=422)
    content = form.cleaned_data["contenu"].encode()
    told = _read(content, circle, account, form)
    if told is None or told.faults:
        return _preview(request, content, told or ReadOrders([], []), account, context)
    deals = [Deal(way="received", order=row.order) for row in told.rows]
    try:
        made = make_deals(
            acting=acting_with_money_for(request.user, account.owner),  # type: ignore[arg-type]
            circle=circle,
            deals=deals,
            key=form.key,
            now=timezone.now(),
        )
    except LedgerError as fault:
        answer = _preview(request, content, told, account, {**context, "refusal": str(fault.message)})
        answer.status_code = 422
        return answer
    said = ngettext("%(count)d exchange is done.", "%(count)d exchanges are done.", len(made))
    messages.success(request, said % {"count": len(made)})
    return redirect(account_url(circle, account))


@member_required
def bulk_model(request: HttpRequest, pk: int, account_pk: int) -> HttpResponseBase:
    """An empty file with the right columns, and one line to follow."""
    _seat, found = load(request, pk, account_pk, use=True)
    return csv_response("echanges-modele", COLUMNS, [(str(found), _("name of a member"), "12,50", "", "")])
