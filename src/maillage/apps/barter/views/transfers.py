"""One transfer: what it is, what became of it, and what one may still do with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import member_required
from maillage.apps.barter.access import Seat, acting_with_money_for, get_seat, get_transfer_in
from maillage.apps.barter.actions.credit import answer
from maillage.apps.barter.actions.invoicing import NotInvoicedError, draft_invoice, invoice_of
from maillage.apps.barter.forms.credit import EndForm
from maillage.apps.barter.models import Circle, TransferSubject
from maillage.apps.barter.queries.paying import Payable, invoice_paid_by
from maillage.apps.barter.views.circle import frame
from maillage.apps.barter.views.credit import TAB, transfer_url
from maillage.apps.books.access import visible_invoices, visible_received
from maillage.apps.books.models import ReceivedInvoice
from maillage.apps.books.queries.showing import document_name
from maillage.apps.exchange.access import can_see_listing
from maillage.apps.ledger.actions.acts import LedgerError
from maillage.apps.ledger.choices import Nature, State
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.queries.wording import shown, shown_with_unit

TONES = {
    State.POSTED: "success",
    State.REQUESTED: "warning",
    State.PENDING: "warning",
    State.REFUSED: "danger",
    State.VOIDED: "",
    State.EXPIRED: "",
}


@member_required
def transfer(request: HttpRequest, pk: int, transfer_pk: int) -> HttpResponse:
    seat = get_seat(request.user, pk)
    return draw(request, seat, get_transfer_in(seat, transfer_pk))


def draw(
    request: HttpRequest, seat: Seat, found: Transfer, *, refused: EndForm | None = None
) -> HttpResponse:
    title = _("Exchange number %(number)d") % {"number": found.pk}
    context = frame(request, seat.circle, TAB, (title, ""), mine=seat.mine)
    reversal = found.reversals.first()
    context |= {
        "transfer": found,
        "title": title,
        "tone": TONES[State(found.state)],
        "facts": facts_of(found, request.user),
        "steps": list(found.steps.select_related("act__actor").order_by("pk")),
        "reversal": _linked(seat.circle, reversal),
        "first": _linked(seat.circle, found.reverses),
        "charged": list(found.consequences.select_related("unit").order_by("pk")),
        "choices": choices_of(seat, found, refused, is_reversed=reversal is not None),
        "refused": refused,
        "invoicing": _invoicing(seat, found, is_reversed=reversal is not None),
        "action": reverse("barter:transfer_end", args=[seat.circle.pk, found.pk]),
    }
    return render(request, "barter/credit/transfer.html", context, status=422 if refused else 200)


def _invoicing(seat: Seat, found: Transfer, *, is_reversed: bool) -> dict[str, Any] | None:
    """The invoice of who provided, or the button that prepares it; None when the viewer does not speak for them."""
    done = found.state == State.POSTED and found.nature == Nature.TRADE and not found.reference
    if not done or found.payee.owner is None or not seat.uses(found.payee):
        return None
    invoice = invoice_of(found)
    if invoice is None and is_reversed:
        return None
    action = reverse("barter:transfer_invoice", args=[seat.circle.pk, found.pk])
    return {"invoice": invoice, "name": document_name(invoice) if invoice else "", "action": action}


@member_required
@require_POST
def transfer_invoice(request: HttpRequest, pk: int, transfer_pk: int) -> HttpResponseBase:
    """Prepare the invoice of an exchange, for who provided it; the draft opens."""
    seat = get_seat(request.user, pk)
    found = get_transfer_in(seat, transfer_pk)
    if found.payee.owner is None or not seat.uses(found.payee):
        raise Http404
    try:
        draft = draft_invoice(
            acting=acting_with_money_for(request.user, found.payee.owner),
            circle=seat.circle,
            transfer_id=found.pk,
            now=timezone.now(),
        )
    except NotInvoicedError as fault:
        messages.error(request, str(fault.message))
        return redirect(transfer_url(seat.circle, found))
    return redirect("books:invoice_detail", draft.pk)


def _linked(circle: Circle, other: Transfer | None) -> tuple[Transfer, str] | None:
    return (other, transfer_url(circle, other)) if other else None


def facts_of(found: Transfer, viewer: object) -> list[tuple[str, Any]]:
    """What it is; the invoice that it pays and the need or offer that it answers lead there when the viewer may see them."""
    facts: list[tuple[str, Any]] = [
        (_("Provided by"), found.payee),
        (pgettext("side of an exchange", "Received by"), found.payer),
        (_("For"), shown_with_unit(found.posted_amount or found.amount, found.unit)),
    ]
    if found.posted_amount and found.posted_amount != found.amount:
        facts.append((_("Asked or reserved at first"), shown_with_unit(found.amount, found.unit)))
    if found.soulte_cents:
        facts.append((_("In euros beside it"), f"{shown(found.soulte_cents)} €"))
    if found.label:
        facts.append((_("What"), found.label))
    subject: TransferSubject | None = getattr(found, "subject", None)
    if subject and subject.category:
        facts.append((_("Kind"), subject.get_category_display()))
    if subject and subject.listing:
        is_seen = can_see_listing(viewer, subject.listing)
        page = reverse("exchange:listing_detail", args=[subject.listing.pk, subject.listing.slug])
        facts.append((_("Need or offer"), _named(subject.listing.title, page if is_seen else "")))
    if found.reference:
        page = _page_of(invoice_paid_by(found), viewer)
        facts.append((_("Invoice that it pays"), _named(found.reference, page)))
    if found.nature != Nature.TRADE:
        facts.append((_("Nature"), found.get_nature_display()))
    return facts


def _page_of(invoice: Payable | None, viewer: object) -> str:
    """The page of an invoice for the viewer; empty when they do not see it."""
    if isinstance(invoice, ReceivedInvoice):
        is_seen = visible_received(viewer).filter(pk=invoice.pk).exists()
        return reverse("books:received_detail", args=[invoice.pk]) if is_seen else ""
    if invoice is None or not visible_invoices(viewer).filter(pk=invoice.pk).exists():
        return ""
    return reverse("books:invoice_detail", args=[invoice.pk])


def _named(words: str, page: str) -> str:
    return format_html('<a href="{}">{}</a>', page, words) if page else words


def choices_of(
    seat: Seat, found: Transfer, refused: EndForm | None, *, is_reversed: bool
) -> list[dict[str, Any]]:
    """What the viewer may do now, each with its form: a key of its own, minted here."""
    as_payer, as_payee = seat.uses(found.payer), seat.uses(found.payee)
    possible: list[tuple[str, str, str, list[str]]] = []
    if found.state == State.REQUESTED and as_payer:
        possible.append(("accept", _("Agree"), "primary", []))
        possible.append(("refuse", _("Refuse"), "secondary", ["raison"]))
    if found.state == State.REQUESTED and as_payee:
        possible.append(("void", _("Withdraw the request"), "secondary", ["raison"]))
    if found.state == State.PENDING and as_payer:
        possible.append(("post", _("Confirm that it was received"), "primary", ["montant"]))
    if found.state == State.PENDING and (as_payee or as_payer):
        possible.append(("void", _("Give the reservation up"), "secondary", ["raison"]))
    reversible = found.state == State.POSTED and found.nature == Nature.TRADE
    if reversible and as_payee and not is_reversed:
        possible.append(("reverse", _("Reverse this exchange"), "secondary", ["raison"]))
    choices = []
    for what, label, variant, fields in possible:
        was = refused is not None and refused.data.get("quoi") == what
        form = refused if was and refused else EndForm(initial={"quoi": what}, auto_id=f"{what}-%s")
        choices.append(
            {
                "what": what,
                "label": label,
                "variant": variant,
                "form": form,
                "fields": [form[name] for name in fields],
                "open": was,
            }
        )
    return choices


@member_required
@require_POST
def transfer_end(request: HttpRequest, pk: int, transfer_pk: int) -> HttpResponseBase:
    """Accept, refuse, post, withdraw, reverse."""
    seat = get_seat(request.user, pk)
    circle, what = seat.circle, request.POST.get("quoi", "")
    form = EndForm(request.POST, auto_id=f"{what}-%s")
    found = get_transfer_in(seat, transfer_pk)
    mine = side_of(seat, found, what)
    if not form.is_valid():
        return draw(request, seat, found, refused=form)
    said = form.cleaned_data
    try:
        ended = answer(
            acting=acting_with_money_for(request.user, mine.owner),  # type: ignore[arg-type]
            circle=circle,
            transfer_id=found.pk,
            what=what,
            amount=said["montant"],
            reason=said["raison"],
            key=form.key,
            now=timezone.now(),
        )
    except LedgerError as fault:
        form.add_error(None, str(fault.message))
        return draw(request, seat, found, refused=form)
    messages.success(request, ENDED[what]())
    return redirect(transfer_url(circle, ended))


ENDED = {
    "accept": lambda: _("Agreed: the balances have changed. The other side is told."),
    "refuse": lambda: _("Refused: nothing has changed. The other side is told."),
    "post": lambda: _("Confirmed: the balances have changed. The other side is told."),
    "void": lambda: _("Withdrawn: nothing has changed. The other side is told."),
    "reverse": lambda: _("Reversed by a new exchange, below. The other side is told."),
}


def side_of(seat: Seat, found: Transfer, what: str) -> Account:
    """The account in whose name the viewer does it: the payer's answers, the payee's takes back. Raises Http404."""
    gives_up = what == "void" and found.state == State.PENDING and seat.uses(found.payer)
    if what not in ENDED:
        raise Http404
    side = found.payer if gives_up or what in ("accept", "refuse", "post") else found.payee
    if not seat.uses(side):
        raise Http404
    return side
