"""Many exchanges at once, line by line or from a file: looked at, then entered all together or not at all."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.apps.accounts.access import member_required, person_of
from maillage.apps.barter.access import acting_with_money_for
from maillage.apps.barter.actions.credit import Deal, make_deals
from maillage.apps.barter.forms.many import BulkConfirmForm, BulkFileForm, SeveralForm
from maillage.apps.barter.models import Circle
from maillage.apps.barter.queries.credit import accounts_of_circle, partners_of
from maillage.apps.barter.readers.orders import COLUMNS, Fault, ReadOrders, read_orders
from maillage.apps.barter.views.credit import account_frame, account_url, checked, drafting, load, signed
from maillage.apps.directory.actions.drafts import forget_draft
from maillage.apps.directory.queries.drafts import filled, kept_draft, typed_values
from maillage.apps.ledger.actions.acts import LedgerError
from maillage.apps.ledger.models import Account
from maillage.apps.ledger.queries.wording import shown, shown_with_unit
from maillage.kernel.tables.limits import UnreadableTableError
from maillage.kernel.tables.text import decode, mend
from maillage.kernel.tables.write import csv_response


@member_required
def several(request: HttpRequest, pk: int, account_pk: int) -> HttpResponseBase:
    """Several members who provided something, at once."""
    seat, found = load(request, pk, account_pk, use=True)
    circle = seat.circle
    title = _("We have received from several")
    context = account_frame(request, seat, found, (title, ""))
    context["lead"] = _("All the lines are done together, or none of them. Empty lines count for nothing.")
    key = f"troc-{found.pk}-plusieurs"
    draft = kept_draft(request, key) if request.method == "GET" else None
    form = SeveralForm(
        request.POST or None,
        initial=typed_values(draft),
        account=found,
        partners=partners_of(found, circle, receiving=True),
    )
    context |= drafting(draft, key)

    def facts() -> list[tuple[str, Any]]:
        deals = form.deals()
        total = sum(each.order.amount for each in deals)
        lines = [
            (
                str(form.partners[str(each.order.payee_id)]),
                f"{shown(each.order.amount)} · {each.order.label or '—'}",
            )
            for each in deals
        ]
        balance = (_("Your balance after that"), signed(found.balance - total, found))
        return [*lines, (_("In all"), shown_with_unit(total, found.unit)), balance]

    def do() -> HttpResponseBase:
        acting = acting_with_money_for(request.user, found.owner)  # type: ignore[arg-type]
        made = make_deals(acting=acting, circle=circle, deals=form.deals(), key=form.key, now=timezone.now())
        forget_draft(person=person_of(request), key=key)
        count = ngettext("%(count)d exchange is done.", "%(count)d exchanges are done.", len(made)) % {
            "count": len(made)
        }
        messages.success(request, count)
        return redirect(account_url(circle, found))

    return checked(request, form, context, facts=facts, do=do, title=title)


@member_required
def bulk(request: HttpRequest, pk: int, account_pk: int) -> HttpResponseBase:
    """What the account received from many, from a file: the preview first, then the whole of it at once."""
    seat, found = load(request, pk, account_pk, use=True)
    circle = seat.circle
    key = _draft_key(found)
    draft = kept_draft(request, key) if request.method == "GET" else None
    context = account_frame(request, seat, found, (_("From a file"), ""))
    context |= {
        "file_form": filled(BulkFileForm, draft, {"texte": f"{';'.join(COLUMNS)}\n"}),
        "faults": [],
        "rows": [],
        "refusal": "",
        "confirm_form": None,
        **drafting(draft, key),
    }
    if request.method != "POST":
        return render(request, "barter/credit/bulk.html", context)
    if "contenu" in request.POST:
        return _confirm(request, circle, found, context)
    form = BulkFileForm(request.POST, request.FILES)
    context["file_form"] = form
    if form.is_valid():
        content = form.content()
        told = _read(content, circle, found, form, form.source)
        if told is not None:
            return _preview(request, content, told, found, context)
    return render(request, "barter/credit/bulk.html", context, status=422)


def _draft_key(account: Account) -> str:
    return f"troc-{account.pk}-fichier"


def _read(content: bytes, circle: Circle, account: Account, form: Any, field: str) -> ReadOrders | None:
    """The rows and their faults; None when it is no table, which the form then says at that field."""
    try:
        told = read_orders(content, accounts_of_circle(circle))
    except UnreadableTableError as fault:
        form.add_error(field if field in form.fields else None, str(fault.sentence))
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
    """What was read, and the lines themselves below it: those of a file too are put right here."""
    total = sum(row.order.amount for row in told.rows)
    words = mend(decode(content)[0])[0]
    context |= {
        "faults": told.faults,
        "rows": [(row, shown(row.order.amount), shown(row.order.soulte_cents)) for row in told.rows],
        "total": shown(total),
        "after": signed(account.balance - total, account),
        "confirm_form": None if told.faults else BulkConfirmForm(initial={"contenu": words}),
        "file_form": BulkFileForm(initial={"texte": words}),
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
    told = _read(content, circle, account, form, "")
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
    forget_draft(person=person_of(request), key=_draft_key(account))
    said = ngettext("%(count)d exchange is done.", "%(count)d exchanges are done.", len(made))
    messages.success(request, said % {"count": len(made)})
    return redirect(account_url(circle, account))


@member_required
def bulk_model(request: HttpRequest, pk: int, account_pk: int) -> HttpResponseBase:
    """An empty file with the right columns, and one line to follow."""
    _seat, found = load(request, pk, account_pk, use=True)
    return csv_response("echanges-modele", COLUMNS, [(str(found), _("name of a member"), "12,50", "", "")])
