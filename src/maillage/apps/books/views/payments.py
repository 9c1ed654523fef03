"""Noting what was paid in money of an invoice, issued here or received as a file, and undoing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from secrets import token_urlsafe
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import member_required, person_of
from maillage.apps.books.access import get_invoice_to_manage, get_received_for
from maillage.apps.books.actions.payments import note_payment, note_refund, undo_payment
from maillage.apps.books.actions.refusals import BooksError
from maillage.apps.books.actions.settlements import CannotSettleError, check_owed, check_owed_back
from maillage.apps.books.choices import PaymentMeans, SettlementKind
from maillage.apps.books.forms.payments import PaymentForm, RefundForm
from maillage.apps.books.models import Invoice, InvoiceSettlement, ReceivedInvoice, ReceivedSettlement
from maillage.apps.books.queries.received import payments_of
from maillage.apps.books.queries.wording import euros
from maillage.apps.books.views.cards import crumbs
from maillage.apps.directory.access import acts_in_office
from maillage.apps.directory.actions.drafts import forget_draft
from maillage.apps.directory.queries.drafts import filled, kept_draft


@dataclass(frozen=True)
class _Noting:
    """What one notes in money of an invoice: whether one may (`check`), the form and its words, and what is done with it."""

    check: Callable[[Any], object]
    form_class: type[PaymentForm]
    draft_key: str
    cents: int
    title: str
    lead: str
    go: str
    note: Callable[..., object]
    said: Callable[[int], str]


@member_required
def invoice_payment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """For the issuer, who sees the money come."""
    invoice = get_invoice_to_manage(request.user, pk)
    note = partial(note_payment, InvoiceSettlement, of=invoice)
    return _noted(request, invoice, _payment(invoice, "paiement", _("Note a payment received"), note))


@member_required
def invoice_refund(request: HttpRequest, pk: int) -> HttpResponseBase:
    """For the issuer, who gives back what a credit note left paid beyond the invoice."""
    invoice = get_invoice_to_manage(request.user, pk)
    cents = invoice.owed_back_cents
    refund = _Noting(
        check=check_owed_back,
        form_class=RefundForm,
        draft_key=f"remboursement-{invoice.pk}",
        cents=cents,
        title=_("Note a refund"),
        lead=_("Invoice %(number)s, %(other)s: %(left)s to be given back.")
        % {"number": invoice.number, "other": invoice.customer, "left": euros(cents)},
        go=_("Note the refund"),
        note=partial(note_refund, invoice=invoice),
        said=lambda cents: (
            _("%(amount)s are noted as given back on the invoice %(number)s.")
            % {"amount": euros(cents), "number": invoice.number}
        ),
    )
    return _noted(request, invoice, refund)


@member_required
def received_payment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """For the receiver of a file, whose supplier does not note it here."""
    received = get_received_for(request.user, pk)
    if payments_of([received])[received.pk].issued is not None:
        messages.info(
            request, _("This invoice was issued on this site: who issued it notes what it receives.")
        )
        return redirect(_page(received))
    note = partial(note_payment, ReceivedSettlement, of=received)
    return _noted(request, received, _payment(received, "paiement-recue", _("Note a payment made"), note))


@member_required
@require_POST
def invoice_payment_undo(request: HttpRequest, pk: int, settlement_id: int) -> HttpResponseBase:
    invoice = get_invoice_to_manage(request.user, pk)
    return _undo(request, invoice, get_object_or_404(invoice.settlements.all(), pk=settlement_id))


@member_required
@require_POST
def received_payment_undo(request: HttpRequest, pk: int, settlement_id: int) -> HttpResponseBase:
    received = get_received_for(request.user, pk)
    return _undo(
        request, received, get_object_or_404(ReceivedSettlement, pk=settlement_id, received=received)
    )


def _payment(of: Invoice | ReceivedInvoice, draft: str, title: str, note: Callable[..., object]) -> _Noting:
    def said(cents: int) -> str:
        of.refresh_from_db()
        words = {"amount": euros(cents), "number": of.number, "left": euros(of.remaining_cents)}
        if of.remaining_cents:
            return _("%(amount)s are noted as paid: %(left)s are left on the invoice %(number)s.") % words
        return _("%(amount)s are noted as paid: the invoice %(number)s is settled.") % words

    return _Noting(
        check=check_owed,
        form_class=PaymentForm,
        draft_key=f"{draft}-{of.pk}",
        cents=of.remaining_cents,
        title=title,
        lead=_("Invoice %(number)s, %(other)s: %(left)s left to settle.")
        % {
            "number": of.number,
            "other": of.customer if isinstance(of, Invoice) else of.supplier_name,
            "left": euros(of.remaining_cents),
        },
        go=_("Note the payment"),
        note=note,
        said=said,
    )


def _noted(request: HttpRequest, of: Invoice | ReceivedInvoice, noting: _Noting) -> HttpResponseBase:
    """The form, with what is left and what was being typed; or what was sent, noted."""
    try:
        noting.check(of)
    except CannotSettleError as fault:
        messages.info(request, str(fault))
        return redirect(_page(of))
    actor, draft = person_of(request), None
    if request.method == "POST":
        form = noting.form_class(request.POST)
    else:
        draft = kept_draft(request, noting.draft_key)
        form = filled(noting.form_class, draft, _initial(noting.cents))
    if form.is_bound and form.is_valid():
        said = {**form.cleaned_data, "key": f"{of.pk}:{form.cleaned_data['key']}"}
        try:
            noting.note(actor=actor, now=timezone.now(), **said)
        except CannotSettleError as fault:
            form.add_error(None, str(fault))
        except BooksError as fault:
            form.add_error("paid_on", fault.sentence)
        else:
            forget_draft(person=actor, key=noting.draft_key)
            messages.success(request, noting.said(said["amount_cents"]))
            return redirect(_page(of))
    own = of.issuer if isinstance(of, Invoice) else of.receiver
    context = {
        "form": form,
        "noting": noting,
        "draft": draft,
        "issued": isinstance(of, Invoice),
        "purchased": isinstance(of, ReceivedInvoice) and of.purchase_id is not None,
        "organization": own,
        "in_office": acts_in_office(request.user, own.pk),
        "back": _page(of),
        "crumbs": crumbs((of.number, _page(of)), (noting.title, "")),
    }
    return render(request, "books/payment.html", context, status=422 if form.is_bound else 200)


def _initial(cents: int) -> dict[str, Any]:
    return {
        "amount_cents": cents,
        "paid_on": timezone.localdate(),
        "means": PaymentMeans.TRANSFER,
        "key": token_urlsafe(24),
    }


def _undo(
    request: HttpRequest, of: Invoice | ReceivedInvoice, settlement: InvoiceSettlement | ReceivedSettlement
) -> HttpResponseBase:
    actor, now = person_of(request), timezone.now()
    try:
        if isinstance(settlement, InvoiceSettlement):
            undo_payment(settlement, actor=actor, now=now)
        else:
            undo_payment(settlement, actor=actor, now=now)
    except CannotSettleError as fault:
        messages.error(request, str(fault))
    except BooksError as fault:
        messages.error(request, fault.sentence)
    else:
        is_refund = settlement.kind == SettlementKind.REFUND
        messages.success(
            request,
            _("The refund is undone: its opposite stands beside it.")
            if is_refund
            else _("The payment is undone: its opposite stands beside it."),
        )
    return redirect(_page(of))


def _page(of: Invoice | ReceivedInvoice) -> str:
    name = "invoice_detail" if isinstance(of, Invoice) else "received_detail"
    return reverse(f"books:{name}", args=[of.pk])
