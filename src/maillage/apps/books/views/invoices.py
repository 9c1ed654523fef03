"""The list of documents, the page of one, and what is done from there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from maillage.apps.accounts.access import is_facilitator, member_required, person_of
from maillage.apps.books.access import (
    get_invoice_for,
    get_invoice_to_manage,
    get_quote_to_answer,
    invoicing_organizations,
    visible_invoices,
)
from maillage.apps.books.actions.composing import CannotIssueError
from maillage.apps.books.actions.invoices import (
    ForbiddenStepError,
    NotADraftError,
    answer_quote,
    credit_invoice,
    discard_draft,
    invoice_quote,
)
from maillage.apps.books.actions.issuing import TooBusyError, issue_document, preview_document
from maillage.apps.books.choices import DocumentKind, DocumentStatus, PaymentMeans
from maillage.apps.books.exports.invoices import HEADERS, invoice_rows_out
from maillage.apps.books.forms.invoices import InvoiceFilterForm, parse_invoice_filter
from maillage.apps.books.models import Invoice
from maillage.apps.books.queries.contents import issued_document
from maillage.apps.books.queries.invoices import InvoiceFilter, filter_invoices, newest
from maillage.apps.books.queries.paper import plain_pdf
from maillage.apps.books.queries.received import settlement_lines
from maillage.apps.books.queries.showing import (
    document_lines,
    document_name,
    document_sums,
    state_of,
    verdict_rows,
)
from maillage.apps.books.queries.wording import euros
from maillage.apps.books.views.cards import crumbs, invoice_rows, invoice_url, settlement_rows
from maillage.apps.directory.access import acting_organization, acts_in_office, can_handle_money
from maillage.kernel.rooms.panels import panels_for
from maillage.kernel.tables.write import csv_response, xlsx_response

PAGE_SIZE = 30
EXPORTS = (("csv", "CSV"), ("xlsx", "Excel"))


@member_required
def invoice_list(request: HttpRequest) -> HttpResponse:
    wanted, found = _wanted(request)
    page = Paginator(newest(found), PAGE_SIZE).get_page(request.GET.get("page"))
    query = wanted.to_query()
    bodies = invoicing_organizations(request.user)
    context = {
        "rows": invoice_rows(page),
        "page_obj": page,
        "total": page.paginator.count,
        "form": InvoiceFilterForm(initial=vars(wanted)),
        "is_narrow": wanted.is_narrow,
        "bodies": bodies,
        "can_write": bool(bodies) or is_facilitator(request.user),
        "is_administrator": getattr(request.user, "is_administrator", False),
        "exports": [
            (label, reverse("books:invoice_export", args=[form]) + (f"?{query}" if query else ""))
            for form, label in EXPORTS
        ],
    }
    return render(request, "books/invoices.html", context)


@member_required
def invoice_export(request: HttpRequest, form: str) -> HttpResponseBase:
    _filter, found = _wanted(request)
    if form == "csv":
        return csv_response(_("invoices"), HEADERS, invoice_rows_out(found))
    if form == "xlsx":
        return xlsx_response(_("invoices"), HEADERS, invoice_rows_out(found))
    raise Http404


def _wanted(request: HttpRequest) -> tuple[InvoiceFilter, Any]:
    """The filter of the address, on behalf of the organisation that one acts for when the address names none."""
    wanted = parse_invoice_filter(request.GET)
    acting = acting_organization(request)
    mine: set[int] | None = {body.pk for body in invoicing_organizations(request.user)}
    if acting is not None:
        mine = {acting.pk}
    elif is_facilitator(request.user):
        mine = None
    return wanted, filter_invoices(visible_invoices(request.user), wanted, mine)


@member_required
def invoice_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    invoice = get_invoice_for(request.user, pk)
    manages = can_handle_money(request.user, invoice.issuer)
    if invoice.is_draft:
        return redirect("books:invoice_check", invoice.pk)
    document = issued_document(invoice)
    state, tone = state_of(invoice)
    notes = invoice.credit_notes.issued().order_by("pk")  # type: ignore[attr-defined]
    is_invoice = invoice.kind == DocumentKind.INVOICE
    context = {
        "invoice": invoice,
        "title": document_name(invoice),
        "crumbs": crumbs((invoice.number, "")),
        "state": state,
        "tone": tone,
        "facts": _facts(invoice),
        "lines": document_lines(document),
        "sums": document_sums(document),
        "mentions": [note.text for note in document.notes],
        "remaining": euros(invoice.remaining_cents) if is_invoice else "",
        "settlements": settlement_rows(settlement_lines(invoice), "books:invoice_payment_undo", invoice.pk),
        **_owed_back(invoice if is_invoice else invoice.refers_to, manages),
        "can_note_payment": manages and is_invoice and invoice.remaining_cents > 0,
        "credit_notes": [(note.number, invoice_url(note), euros(note.gross_cents)) for note in notes],
        "verdict": verdict_rows(invoice),
        "manages": manages,
        "can_credit": manages and is_invoice and invoice.credited_cents < invoice.gross_cents,
        "can_answer": invoice.kind == DocumentKind.QUOTE
        and invoice.status == DocumentStatus.ISSUED
        and can_handle_money(request.user, invoice.customer),
        "can_invoice": manages and invoice.status == DocumentStatus.ACCEPTED,
        "request_key": uuid4().hex,
        "panels": panels_for(request, "invoice", invoice=invoice),
    }
    return render(request, "books/invoice.html", context)


def _owed_back(invoice: Invoice | None, manages: bool) -> dict[str, str]:
    """What is to be given back on the invoice of this page, or on the one that it corrects, and where it is noted."""
    cents = invoice.owed_back_cents if invoice else 0
    return {
        "owed_back": euros(cents) if cents else "",
        "refund_url": reverse("books:invoice_refund", args=[invoice.pk])
        if invoice and cents and manages
        else "",
    }


def _facts(invoice: Invoice) -> list[tuple[str, str]]:
    pairs = [
        (_("Seller"), invoice.issuer.name),
        (_("Customer"), invoice.customer.name),
        (_("Subject"), invoice.subject),
        (_("Date"), date_format(invoice.issued_on, "j F Y") if invoice.issued_on else ""),
        (_("Due on"), date_format(invoice.due_on, "j F Y") if invoice.due_on else ""),
        (_("Valid until"), date_format(invoice.valid_until, "j F Y") if invoice.valid_until else ""),
        (_("Settled by"), str(PaymentMeans(invoice.payment_means).label)),
        (_("Corrects invoice"), invoice.refers_to.number if invoice.refers_to else ""),
        (_("From quote"), invoice.quote.number if invoice.quote else ""),
    ]
    return [(label, words) for label, words in pairs if words]


@member_required
def invoice_check(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Check before issuing: everything as it will stand, and what stands in the way."""
    invoice = get_invoice_to_manage(request.user, pk)
    if not invoice.is_draft:
        return redirect(invoice_url(invoice))
    now, document = timezone.now(), None
    obstacles: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            issued = issue_document(actor=person_of(request), invoice_id=pk, now=now)
        except CannotIssueError as fault:
            obstacles = fault.sentences
        except TooBusyError as fault:
            obstacles = (str(fault.message),)
        except NotADraftError:
            return redirect(invoice_url(invoice))
        else:
            messages.success(
                request, _("%(name)s is issued. It no longer changes.") % {"name": document_name(issued)}
            )
            return redirect(invoice_url(issued))
    else:
        try:
            document = preview_document(invoice=invoice, now=now)
        except CannotIssueError as fault:
            obstacles = fault.sentences
    context = {
        "invoice": invoice,
        "title": document_name(invoice),
        "crumbs": crumbs((_("Check"), "")),
        "obstacles": obstacles,
        "in_office": acts_in_office(request.user, invoice.issuer_id),
        "number": document.number if document else "",
        "facts": _facts(invoice),
        "lines": document_lines(document) if document else [],
        "sums": document_sums(document) if document else [],
        "mentions": [note.text for note in document.notes] if document else [],
        "payment": [document.payment.information, document.payment.terms] if document else [],
        "settings_url": reverse("books:invoicing_settings", args=[invoice.issuer_id]),
    }
    return render(request, "books/check.html", context)


@member_required
@require_safe
def invoice_file(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """The page or the data of a document; of a draft, the page as it would be."""
    invoice = get_invoice_for(request.user, pk)
    if invoice.is_draft:
        if form != "pdf":
            raise Http404
        try:
            document = preview_document(invoice=invoice, now=timezone.now())
        except CannotIssueError as fault:
            messages.error(request, fault.sentences[0])
            return redirect("books:invoice_check", invoice.pk)
        page = plain_pdf(replace(document, number=""), at=timezone.now())  # no draft bears a number
        return _sent(HttpResponse(page, content_type="application/pdf"), f"brouillon-{invoice.pk}.pdf")
    stored = {"pdf": invoice.pdf, "xml": invoice.xml}.get(form)
    if not stored:
        raise Http404
    kind = "application/pdf" if form == "pdf" else "application/xml"
    return _sent(FileResponse(stored.open("rb"), content_type=kind), f"{invoice.number}.{form}")


def _sent(answer: Any, name: str) -> HttpResponseBase:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer  # type: ignore[no-any-return]


@member_required
@require_POST
def invoice_answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The customer accepts or declines a quote."""
    quote = get_quote_to_answer(request.user, pk)
    accepts = request.POST.get("reponse") == "oui"
    return _stepped(
        request,
        quote,
        lambda: answer_quote(actor=person_of(request), invoice_id=pk, accepts=accepts, now=timezone.now()),
        _("The quote is accepted.") if accepts else _("The quote is declined."),
    )


@member_required
@require_POST
def invoice_from_quote(request: HttpRequest, pk: int) -> HttpResponseBase:
    quote = get_invoice_to_manage(request.user, pk)
    return _stepped(
        request,
        quote,
        lambda: invoice_quote(actor=person_of(request), invoice_id=pk, now=timezone.now()),
        _("The invoice is a draft: look at it, then issue it."),
    )


@member_required
@require_POST
def invoice_credit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A credit note over the whole invoice, to be lowered if only a part is taken back."""
    invoice = get_invoice_to_manage(request.user, pk)
    key = f"credit-{invoice.pk}-{request.POST.get('cle', '')[:40]}"
    return _stepped(
        request,
        invoice,
        lambda: credit_invoice(actor=person_of(request), invoice_id=pk, request_key=key, now=timezone.now()),
        _("The credit note is a draft: lower its lines if only a part is taken back, then issue it."),
    )


@member_required
@require_POST
def invoice_discard(request: HttpRequest, pk: int) -> HttpResponseBase:
    invoice = get_invoice_to_manage(request.user, pk)
    try:
        discard_draft(actor=person_of(request), invoice_id=pk, now=timezone.now())
    except NotADraftError as fault:
        messages.error(request, str(fault.message))
        return redirect(invoice_url(invoice))
    messages.success(request, _("The draft is removed."))
    return redirect("books:invoice_list")


def _stepped(
    request: HttpRequest, invoice: Invoice, step: Callable[[], Invoice], done: str
) -> HttpResponseBase:
    try:
        reached = step()
    except ForbiddenStepError as fault:
        messages.error(request, str(fault.message))
        return redirect(invoice_url(invoice))
    messages.success(request, done)
    return redirect(invoice_url(reached))
