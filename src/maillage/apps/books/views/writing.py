"""Writing a draft: one page with its lines, which works without JavaScript too."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.apps.accounts.access import is_facilitator, member_required, person_of
from maillage.apps.books.access import get_invoice_to_manage, invoicing_organizations
from maillage.apps.books.actions.invoices import NotADraftError, create_draft, update_draft
from maillage.apps.books.choices import REGIME_VAT, DocumentKind, Nature
from maillage.apps.books.forms.invoices import DocumentForm, LineForm, LineFormSet, lines_initial, lines_of
from maillage.apps.books.queries.contents import draft_content
from maillage.apps.books.queries.invoices import profile_of
from maillage.apps.books.views.cards import crumbs, invoice_url
from maillage.apps.books.views.office import asked_organization, choice_of
from maillage.apps.directory.access import acting_organization, acts_in_office
from maillage.apps.directory.actions.drafts import forget_draft
from maillage.apps.directory.models import Draft, Organization
from maillage.apps.directory.queries.drafts import filled, kept_draft, typed_lines
from maillage.apps.directory.queries.organizations import published_names

KINDS = {"devis": DocumentKind.QUOTE, "facture": DocumentKind.INVOICE}
CUSTOMERS_PROPOSED = 300
TYPED = ("name", "description", "price", "discount")
"""One of these says that a line is begun."""
LINES_ADDED = 2


@member_required
def invoice_create(request: HttpRequest) -> HttpResponseBase:
    """A new quote or invoice: `?sorte=devis`; `?pour=12` for the organisation that a facilitator writes for."""
    kind = KINDS.get(request.GET.get("sorte", ""), DocumentKind.INVOICE)
    issuers = _issuers(request)
    if not issuers:
        return _without_issuer(request, kind)
    adds = request.method == "POST" and "ajouter" in request.POST
    key = _new_key(kind, request)
    draft = kept_draft(request, key) if request.method == "GET" else None
    if request.method == "POST":
        form = DocumentForm(request.POST, kind=kind, issuers=issuers)
        formset = LineFormSet(_more_lines(request.POST) if adds else request.POST, prefix="ligne")
        if not adds and form.is_valid() & formset.is_valid():
            issuer = next(body for body in issuers if body.pk == form.cleaned_data["issuer_id"])
            made = create_draft(
                actor=person_of(request),
                kind=kind,
                issuer=issuer,
                content=form.content(lines_of(formset)),
                request_key=f"form-{person_of(request).pk}-{request.POST.get('cle', '')[:40]}",
                now=timezone.now(),
            )
            forget_draft(person=person_of(request), key=key)
            return redirect("books:invoice_check", made.pk)
    else:
        initial = {"issuer_id": issuers[0].pk, "nature": Nature.SERVICES}
        form = filled(DocumentForm, draft, initial, kind=kind, issuers=issuers)
        formset = _shown_lines(draft, [{"vat_key": _usual_vat(issuers[0])}])
    title = _("New quote") if kind == DocumentKind.QUOTE else _("New invoice")
    context = _context(request, form, formset, title, adds, issuers) | {
        "request_key": request.POST.get("cle") or uuid4().hex,
        "crumbs": crumbs((title, "")),
        "back_url": reverse("books:invoice_list"),
        "draft": draft,
        "draft_key": key,
    }
    return render(request, "books/form.html", context)


def _without_issuer(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Who manages nothing is told so; a facilitator says for whom."""
    sort = "devis" if kind == DocumentKind.QUOTE else "facture"
    choice, chosen = choice_of(request)
    if chosen is not None:
        return redirect(f"{request.path}?pour={chosen.pk}&sorte={sort}")
    context = {**choice, "kind": sort, "crumbs": crumbs((_("New"), ""))}
    return render(request, "books/no_organization.html", context)


@member_required
def invoice_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    invoice = get_invoice_to_manage(request.user, pk)
    if not invoice.is_draft:
        messages.error(request, str(NotADraftError.message))
        return redirect(invoice_url(invoice))
    issuers, adds = [invoice.issuer], request.method == "POST" and "ajouter" in request.POST
    key, draft = f"facture-{invoice.pk}", None
    if request.method == "POST":
        form = DocumentForm(request.POST, kind=invoice.kind, issuers=issuers)
        formset = LineFormSet(_more_lines(request.POST) if adds else request.POST, prefix="ligne")
        if not adds and form.is_valid() & formset.is_valid():
            try:
                update_draft(
                    actor=person_of(request),
                    invoice_id=pk,
                    content=form.content(lines_of(formset)),
                    now=timezone.now(),
                )
            except NotADraftError as fault:
                messages.error(request, str(fault.message))
            forget_draft(person=person_of(request), key=key)
            return redirect("books:invoice_check", invoice.pk)
    else:
        content = draft_content(invoice)
        initial = DocumentForm.initial_from(content, invoice.customer) | {"issuer_id": invoice.issuer_id}
        draft = kept_draft(request, key)
        form = filled(DocumentForm, draft, initial, kind=invoice.kind, issuers=issuers)
        formset = _shown_lines(draft, lines_initial(content.lines))
    context = _context(request, form, formset, str(invoice.get_kind_display()), adds, issuers) | {
        "request_key": "",
        "crumbs": crumbs((invoice.subject, invoice_url(invoice)), (_("Change"), "")),
        "back_url": invoice_url(invoice),
        "draft": draft,
        "draft_key": key,
    }
    return render(request, "books/form.html", context)


def _new_key(kind: str, request: HttpRequest) -> str:
    """The name of what is being typed: a quote or an invoice, for oneself or for the organisation that the address names."""
    asked = request.GET.get("pour", "")
    name = "devis-nouveau" if kind == DocumentKind.QUOTE else "facture-nouvelle"
    return f"{name}-{asked}" if asked.isdecimal() and asked.isascii() and len(asked) < 10 else name


def _shown_lines(draft: Draft | None, saved: list[dict[str, Any]]) -> Any:
    """The lines that are saved or, when a draft was kept, those that were being typed."""
    typed = typed_lines(draft, LineForm, prefix="ligne", proof=TYPED) if draft else []
    return LineFormSet(initial=typed or saved, prefix="ligne")


def _issuers(request: HttpRequest) -> list[Organization]:
    """For whom the person may write, the one that they act for first."""
    asked = asked_organization(request)
    if asked is not None:
        return [asked]
    bodies = invoicing_organizations(request.user)
    acting = acting_organization(request)
    if acting is None:
        return bodies
    if acting in bodies or is_facilitator(request.user):
        return [acting, *(body for body in bodies if body != acting)]
    return bodies


def _usual_vat(issuer: Organization) -> str:
    profile = profile_of(issuer)
    return REGIME_VAT[profile.vat_regime] if profile else "rate.standard"


def _more_lines(posted: QueryDict) -> QueryDict:
    """What was typed, with empty lines after it, each taxed as the last one."""
    more = posted.copy()
    total = posted.get("ligne-TOTAL_FORMS", "0")
    count = min(int(total), 100) if total.isdecimal() and total.isascii() and len(total) < 5 else 0
    for number in range(count, count + LINES_ADDED):
        more[f"ligne-{number}-vat_key"] = posted.get(f"ligne-{count - 1}-vat_key", "rate.standard")
        more[f"ligne-{number}-unit"] = posted.get(f"ligne-{count - 1}-unit", "C62")
        more[f"ligne-{number}-quantity"] = "1"
    more["ligne-TOTAL_FORMS"] = str(count + LINES_ADDED)
    return more


def _context(
    request: HttpRequest,
    form: DocumentForm,
    formset: Any,
    title: str,
    adds: bool,
    issuers: list[Organization],
) -> dict[str, Any]:
    wrong = request.method == "POST" and not adds
    return {
        "title": title,
        "organization": issuers[0],
        "in_office": len(issuers) == 1 and acts_in_office(request.user, issuers[0].pk),
        "form": form,
        "formset": formset,
        "rows": list(enumerate(formset.forms, start=1)),
        "show_errors": wrong and not (form.is_valid() & formset.is_valid()),
        "customers": published_names(CUSTOMERS_PROPOSED),
        "main": [name for name in ("issuer_id", "customer", "subject", "nature") if name in form.fields],
        "payment": [
            name
            for name in ("delivered_on", "payment_means", "due_on", "valid_until", "prepaid", "prepaid_on")
            if name in form.fields
        ],
    }
