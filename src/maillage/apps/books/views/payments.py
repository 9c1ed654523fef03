"""Noting what was paid in money of an invoice, issued here or received as a file, and undoing it."""

from __future__ import annotations

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
from maillage.apps.directory.models import Draft
from maillage.apps.directory.queries.drafts import filled, kept_draft


@member_required
def invoice_payment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """For the issuer, who sees the money come."""
    return _payment(request, get_invoice_to_manage(request.user, pk))


@member_required
def invoice_refund(request: HttpRequest, pk: int) -> HttpResponseBase:
    """For the issuer, who gives back what a credit note left paid beyond the invoice."""
    invoice = get_invoice_to_manage(request.user, pk)
    try:
        check_owed_back(invoice)
    except CannotSettleError as fault:
        messages.info(request, str(fault))
        return redirect(_page(invoice))
    key = f"remboursement-{invoice.pk}"
    form, draft = _form(request, RefundForm, key, invoice.owed_back_cents)
    if request.method == "POST" and form.is_valid():
        said = _said_in(form, invoice)
        try:
            note_refund(actor=person_of(request), invoice=invoice, now=timezone.now(), **said)
        except CannotSettleError as fault:
            form.add_error(None, str(fault))
        except BooksError as fault:
            form.add_error("paid_on", fault.sentence)
        else:
            forget_draft(person=person_of(request), key=key)
            words = {"amount": euros(said["amount_cents"]), "number": invoice.number}
            messages.success(
                request, _("%(amount)s are noted as given back on the invoice %(number)s.") % words
            )
            return redirect(_page(invoice))
    title = _("Note a refund")
    lead = _("Invoice %(number)s, %(other)s: %(left)s to be given back.") % {
        "number": invoice.number,
        "other": invoice.customer,
        "left": euros(invoice.owed_back_cents),
    }
    context = {
        "form": form,
        "title": title,
        "lead": lead,
        "go": _("Note the refund"),
        "draft": draft,
        "draft_key": key,
    }
    return _shown(request, invoice, context)


@member_required
def received_payment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """For the receiver of a file, whose supplier does not note it here."""
    received = get_received_for(request.user, pk)
    if payments_of([received])[received.pk].issued is not None:
        messages.info(
            request, _("This invoice was issued on this site: who issued it notes what it receives.")
        )
        return redirect(_page(received))
    return _payment(request, received)


@member_required
@require_POST
def invoice_payment_undo(request: HttpRequest, pk: int, settlement_id: int) -> HttpResponseBase:
    invoice = get_invoice_to_manage(request.user, pk)
    rows = InvoiceSettlement.objects.select_related("invoice")
    return _undo(request, invoice, get_object_or_404(rows, pk=settlement_id, invoice=invoice))


@member_required
@require_POST
def received_payment_undo(request: HttpRequest, pk: int, settlement_id: int) -> HttpResponseBase:
    received = get_received_for(request.user, pk)
    return _undo(
        request, received, get_object_or_404(ReceivedSettlement, pk=settlement_id, received=received)
    )


def _payment(request: HttpRequest, of: Invoice | ReceivedInvoice) -> HttpResponseBase:
    try:
        check_owed(of)
    except CannotSettleError as fault:
        messages.info(request, str(fault))
        return redirect(_page(of))
    key = f"{'paiement' if isinstance(of, Invoice) else 'paiement-recue'}-{of.pk}"
    form, draft = _form(request, PaymentForm, key, of.remaining_cents)
    if request.method == "POST" and form.is_valid():
        try:
            _note(request, of, form)
        except CannotSettleError as fault:
            form.add_error(None, str(fault))
        except BooksError as fault:
            form.add_error("paid_on", fault.sentence)
        else:
            forget_draft(person=person_of(request), key=key)
            of.refresh_from_db()
            messages.success(request, _said(of, form.cleaned_data["amount_cents"]))
            return redirect(_page(of))
    title = _("Note a payment received") if isinstance(of, Invoice) else _("Note a payment made")
    lead = _("Invoice %(number)s, %(other)s: %(left)s left to settle.") % {
        "number": of.number,
        "other": of.customer if isinstance(of, Invoice) else of.supplier_name,
        "left": euros(of.remaining_cents),
    }
    context = {
        "form": form,
        "title": title,
        "lead": lead,
        "go": _("Note the payment"),
        "draft": draft,
        "draft_key": key,
    }
    return _shown(request, of, context)


def _form(
    request: HttpRequest, form_class: type[PaymentForm], key: str, cents: int
) -> tuple[PaymentForm, Draft | None]:
    """The form as sent, or with what is left and what was being typed."""
    if request.method == "POST":
        return form_class(request.POST), None
    draft = kept_draft(request, key)
    initial = {
        "amount_cents": cents,
        "paid_on": timezone.localdate(),
        "means": PaymentMeans.TRANSFER,
        "key": token_urlsafe(24),
    }
    return filled(form_class, draft, initial), draft


def _shown(request: HttpRequest, of: Invoice | ReceivedInvoice, context: dict[str, Any]) -> HttpResponseBase:
    own = of.issuer if isinstance(of, Invoice) else of.receiver
    context |= {
        "issued": isinstance(of, Invoice),
        "purchased": isinstance(of, ReceivedInvoice) and of.purchase_id is not None,
        "organization": own,
        "in_office": acts_in_office(request.user, own.pk),
        "back": _page(of),
        "crumbs": crumbs((of.number, _page(of)), (context["title"], "")),
    }
    return render(request, "books/payment.html", context, status=422 if context["form"].is_bound else 200)


def _said_in(form: PaymentForm, of: Invoice | ReceivedInvoice) -> dict[str, Any]:
    said = {name: form.cleaned_data[name] for name in ("amount_cents", "paid_on", "means", "words", "key")}
    return said | {"key": f"{of.pk}:{said['key']}"}


def _note(request: HttpRequest, of: Invoice | ReceivedInvoice, form: PaymentForm) -> None:
    said, actor, now = _said_in(form, of), person_of(request), timezone.now()
    if isinstance(of, Invoice):
        note_payment(InvoiceSettlement, actor=actor, of=of, now=now, **said)
    else:
        note_payment(ReceivedSettlement, actor=actor, of=of, now=now, **said)


def _said(of: Invoice | ReceivedInvoice, cents: int) -> str:
    words = {"amount": euros(cents), "number": of.number, "left": euros(of.remaining_cents)}
    if of.remaining_cents:
        return _("%(amount)s are noted as paid: %(left)s are left on the invoice %(number)s.") % words
    return _("%(amount)s are noted as paid: the invoice %(number)s is settled.") % words


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
