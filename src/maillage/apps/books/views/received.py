"""Invoices that come as files: read, checked, then said to be owed or not."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maillage.apps.accounts.access import is_facilitator, member_required, person_of
from maillage.apps.books.access import (
    get_received_for,
    invoicing_organizations,
    visible_invoices,
    visible_received,
)
from maillage.apps.books.actions.received import AlreadySettledError, NotTakenInError, judge, take_in
from maillage.apps.books.actions.refusals import BooksError
from maillage.apps.books.choices import DocumentKind, PaymentStatus, ReceivedStatus
from maillage.apps.books.exports.received import HEADERS, ROWS_MAX, received_rows
from maillage.apps.books.forms.invoices import ReceivedFilterForm, UploadForm
from maillage.apps.books.models import ReceivedInvoice
from maillage.apps.books.queries.journal import keeps_accounts
from maillage.apps.books.queries.received import ReceivedPayment, payments_of, received_asked
from maillage.apps.books.queries.showing import TONES, check_name, document_lines
from maillage.apps.books.queries.wording import euros
from maillage.apps.books.views.cards import crumbs, invoice_url, settlement_rows
from maillage.apps.books.views.office import asked_organization, choice_of
from maillage.apps.directory.access import acting_organization, acts_in_office
from maillage.apps.directory.models import Organization
from maillage.cores.einvoicing.storing import from_json
from maillage.kernel.conformity.unpacking import PDF_BYTES_MAX
from maillage.kernel.rooms.panels import panels_for
from maillage.kernel.tables.leaving import table_links, table_response

PER_PAGE = 30


@member_required
def received_upload(request: HttpRequest) -> HttpResponseBase:
    """Choose the file of an invoice; below, those taken in before."""
    choice, chosen = choice_of(request)
    if chosen is not None:
        return redirect(f"{request.path}?pour={chosen.pk}")
    asked_for = asked_organization(request)
    receivers = _receivers(request, asked_for)
    if not receivers and choice["office_form"] is None:
        context = {**choice, "kind": "", "crumbs": crumbs((_("Received"), ""))}
        return render(request, "books/no_organization.html", context)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES, receivers=receivers)
        if form.is_valid():
            upload = form.cleaned_data["file"]
            receiver = next(body for body in receivers if body.pk == form.cleaned_data["receiver_id"])
            try:
                if upload.size > PDF_BYTES_MAX:
                    raise NotTakenInError(_("This file weighs more than 10 MB."))
                taken = take_in(
                    actor=person_of(request),
                    receiver=receiver,
                    name=upload.name or "",
                    content=upload.read(),
                    now=timezone.now(),
                )
            except NotTakenInError as fault:
                form.add_error("file", str(fault))
            else:
                return redirect("books:received_detail", taken.pk)
    else:
        initial = {"receiver_id": receivers[0].pk if receivers else None}
        form = UploadForm(receivers=receivers, initial=initial)
    asked = ReceivedFilterForm.read(request)
    found = received_asked(_shown(request, asked_for), **asked.wanted)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    payments = payments_of(list(page))
    context = {
        **choice,
        "kind": "",
        "whole_url": f"{request.path}?pour={asked_for.pk}" if asked_for else request.path,
        "form": form if receivers else None,
        "is_wrong": bool(form.errors) or choice["is_wrong"],
        "organization": asked_for,
        "in_office": asked_for is not None and acts_in_office(request.user, asked_for.pk),
        "crumbs": crumbs((_("Received"), "")),
        "rows": [_row(one, payments[one.pk]) for one in page],
        "page_obj": page,
        **asked.context,
        "exports": table_links(request, "books:received_export"),
    }
    return render(request, "books/upload.html", context)


def _receivers(request: HttpRequest, asked_for: Organization | None) -> list[Organization]:
    """For whom the person may give a file, the one that they act for first; the one that the address names alone."""
    if asked_for is not None:
        return [asked_for]
    receivers = invoicing_organizations(request.user)
    acting = acting_organization(request)
    if acting is None or not (acting in receivers or is_facilitator(request.user)):
        return receivers
    return [acting, *(body for body in receivers if body != acting)]


def _shown(request: HttpRequest, asked_for: Organization | None) -> QuerySet[ReceivedInvoice]:
    found = visible_received(request.user)
    return found.filter(receiver=asked_for) if asked_for is not None else found


@member_required
def received_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The invoices that came as files, as the page shows them."""
    shown = _shown(request, asked_organization(request))
    found = received_asked(shown, **ReceivedFilterForm.read(request).wanted)
    return table_response(form, "factures-recues", HEADERS, received_rows(list(found[:ROWS_MAX])))


@member_required
def received_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What the file says; the manager says whether it is owed."""
    taken = get_received_for(request.user, pk)
    if request.method == "POST":
        is_owed = request.POST.get("avis") == "oui"
        reason = " ".join(request.POST.get("raison", "").split())[:300]
        if not is_owed and not reason:
            messages.error(request, _("Say why it is not owed: the supplier will ask."))
        else:
            _judge(request, pk, is_owed, reason)
        return redirect("books:received_detail", taken.pk)
    document, payment = from_json(taken.content), payments_of([taken])[taken.pk]
    context = {
        "taken": taken,
        "title": f"{DocumentKind(taken.kind).label} {taken.number}",
        "crumbs": crumbs((_("Received"), reverse("books:received_upload")), (taken.number, "")),
        "facts": _facts(taken),
        "lines": document_lines(document),
        "mentions": [note.text for note in document.notes],
        "sums": [
            (_("Total without VAT"), euros(taken.net_cents)),
            (_("VAT"), euros(taken.vat_cents)),
            (_("Total with VAT"), euros(taken.gross_cents)),
            (_("Due, says the file"), euros(taken.due_cents)),
        ],
        "payment": payment,
        "payment_state": PaymentStatus(payment.status).label if payment.status else "",
        "payment_tone": TONES.get(payment.status, ""),
        "remaining": euros(payment.remaining_cents),
        "settlements": settlement_rows(payment.lines, "books:received_payment_undo", taken.pk),
        "manages": payment.issued is None,
        "can_note_payment": payment.issued is None
        and taken.status == ReceivedStatus.UNDISPUTED
        and payment.remaining_cents > 0,
        "issued_url": _issued_url(request, payment),
        "can_dispute": not taken.settled_cents,
        **_in_books(taken, payment),
        "passed": [str(check_name(name)) for name in taken.verdict["ran"]],
        "panels": panels_for(request, "received", received=taken),
        "payment_panels": panels_for(request, "received_payment", received=taken),
        "is_owed": taken.status == ReceivedStatus.UNDISPUTED,
    }
    return render(request, "books/received.html", context)


@member_required
@require_safe
def received_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file as it came."""
    taken = get_received_for(request.user, pk)
    ending = "pdf" if str(taken.file.name).endswith(".pdf") else "xml"
    answer = FileResponse(
        taken.file.open("rb"),
        as_attachment=True,
        filename=f"recue-{taken.pk}.{ending}",
        content_type="application/pdf" if ending == "pdf" else "application/xml",
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _judge(request: HttpRequest, pk: int, is_owed: bool, reason: str) -> None:
    try:
        judge(actor=person_of(request), received_id=pk, is_owed=is_owed, reason=reason, now=timezone.now())
    except AlreadySettledError as fault:
        messages.error(request, str(fault.message))
    except BooksError as fault:
        messages.error(request, fault.sentence)
    else:
        words = _("It is noted as owed.") if is_owed else _("It is noted as disputed, with your reason.")
        messages.success(request, words)


def _issued_url(request: HttpRequest, payment: ReceivedPayment) -> str:
    """The page of the same invoice, issued on this site."""
    same = payment.issued
    return invoice_url(same) if same and visible_invoices(request.user).filter(pk=same.pk).exists() else ""


def _row(taken: ReceivedInvoice, payment: ReceivedPayment) -> dict[str, str]:
    """Whether it is owed, and once it is, what is left of it and what settled the rest."""
    row = {
        "title": f"{taken.supplier_name} · {taken.number}",
        "href": reverse("books:received_detail", args=[taken.pk]),
        "meta": f"{taken.receiver.name} · {date_format(taken.issued_on, 'j F Y')}",
        "amount": euros(taken.gross_cents),
        "state": str(ReceivedStatus(taken.status).label),
        "tone": {"to_check": "warning", "undisputed": "success", "disputed": "danger"}[taken.status],
    }
    if payment.status and (taken.status == ReceivedStatus.UNDISPUTED or payment.lines):
        row["state"], row["tone"] = str(PaymentStatus(payment.status).label), TONES[payment.status]
        if payment.settled_by:
            row["meta"] += " · " + _("settled by %(what)s") % {"what": ", ".join(payment.settled_by)}
        if payment.remaining_cents and payment.remaining_cents != taken.gross_cents:
            row["meta"] += " · " + _("%(amount)s left") % {"amount": euros(payment.remaining_cents)}
    return row


def _in_books(taken: ReceivedInvoice, payment: ReceivedPayment) -> dict[str, str]:
    """Where its purchase stands in the accounts of the receiver, or where it is written; nothing without accounts here."""
    entry = taken.purchase
    number = f"{entry.journal.code} {entry.number}" if entry else ""
    entry_url = reverse("books:accounts_entry", args=[taken.receiver_id, entry.pk]) if entry else ""
    is_waiting = (
        entry is None
        and payment.issued is None
        and taken.kind == DocumentKind.INVOICE
        and taken.status == ReceivedStatus.UNDISPUTED
        and keeps_accounts(taken.receiver_id)
    )
    purchase_url = reverse("books:received_purchase", args=[taken.pk]) if is_waiting else ""
    return {"entry_number": number, "entry_url": entry_url, "purchase_url": purchase_url}


def _facts(taken: ReceivedInvoice) -> list[tuple[str, str]]:
    pairs = [
        (_("Supplier"), taken.supplier_name),
        (_("SIREN"), taken.supplier_siren),
        (_("Received by"), taken.receiver.name),
        (_("Date"), date_format(taken.issued_on, "j F Y")),
        (_("Due on"), date_format(taken.due_on, "j F Y") if taken.due_on else ""),
        (_("State"), str(ReceivedStatus(taken.status).label)),
        (_("Reason"), taken.reason),
    ]
    return [(label, words) for label, words in pairs if words]
