"""Writing the purchase of an invoice that came as a file, or saying which entry says it already."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.apps.accounts.access import member_required, person_of
from maillage.apps.books.access import get_desk_for, get_received_for
from maillage.apps.books.actions.purchases import (
    NotToBookError,
    book_purchase,
    join_purchase,
    may_be_booked,
    proposed_parts,
)
from maillage.apps.books.actions.refusals import BooksError
from maillage.apps.books.forms.purchases import JoinForm, PurchaseForm
from maillage.apps.books.queries.purchases import entries_to_join
from maillage.apps.books.queries.showing import document_lines
from maillage.apps.books.queries.wording import euros
from maillage.apps.books.views.cards import crumbs
from maillage.cores.einvoicing.storing import from_json

JOINED_MAX = 20


@member_required
def received_purchase(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The purchase as it would be written, each part with its account; beside it, the entries by hand that may be it."""
    taken = get_received_for(request.user, pk)
    desk, here = get_desk_for(request.user, taken.receiver_id), reverse("books:received_detail", args=[pk])
    if desk.books is None or not may_be_booked(taken, desk.books):
        messages.info(
            request,
            _("Its purchase is in your accounts already.")
            if taken.purchase_id
            else str(NotToBookError.message),
        )
        return redirect(here)
    parts = proposed_parts(taken, desk.books)
    entries = list(entries_to_join(taken, desk.books)[:JOINED_MAX])
    joins = request.method == "POST" and "joindre" in request.POST
    writes = request.method == "POST" and not joins
    form = PurchaseForm(request.POST if writes else None, parts=parts)
    join_form = JoinForm(request.POST if joins else None, entries=entries)
    said = join_form if joins else form
    if request.method == "POST" and said.is_valid():
        act: dict[str, Any] = {"actor": person_of(request), "received_id": pk, "now": timezone.now()}
        try:
            if joins:
                join_purchase(entry_id=join_form.cleaned_data["entry"], **act)
            else:
                book_purchase(accounts=form.accounts, **act)
        except BooksError as fault:
            said.add_error(None, fault.sentence)
        else:
            messages.success(
                request,
                _("This entry is its purchase: what you pay of it goes there.")
                if joins
                else _("The purchase is in your journal: what you pay of it is written there too."),
            )
            return redirect(here)
    context = {
        "taken": taken,
        "form": form,
        "join_form": join_form,
        "refused": said if request.method == "POST" else None,
        "has_entries": bool(entries),
        "lead": _("Invoice %(number)s of %(name)s: %(amount)s.")
        % {"number": taken.number, "name": taken.supplier_name, "amount": euros(taken.gross_cents)},
        "lines": document_lines(from_json(taken.content)),
        "paid": euros(taken.settled_cents) if taken.settled_cents else "",
        "chart": [
            (each.number, each.label)
            for each in desk.books.chart.usable()
            if each.number.startswith(("2", "6")) and len(each.number) <= 4
        ],
        "organization": taken.receiver,
        "in_office": desk.in_office,
        "back": here,
        "crumbs": crumbs(
            (_("Received"), reverse("books:received_upload")), (taken.number, here), (_("The purchase"), "")
        ),
    }
    return render(request, "books/purchase.html", context, status=422 if request.method == "POST" else 200)
