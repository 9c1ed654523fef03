"""The accounts of a circle: mine, one of them, and what is entered on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from maillage.apps.accounts.access import is_facilitator, member_required, person_of
from maillage.apps.barter.access import Seat, acting_with_money_for, get_account_in, get_circle_for, get_seat
from maillage.apps.barter.actions.credit import (
    Deal,
    make_deal,
    note_plain_exchange,
    set_acceptance,
)
from maillage.apps.barter.exports.lists import BALANCES, balance_rows
from maillage.apps.barter.exports.statements import money_for
from maillage.apps.barter.forms.credit import AcceptanceForm, DealForm, PlainForm
from maillage.apps.barter.forms.lists import AccountFilterForm
from maillage.apps.barter.models import Circle
from maillage.apps.barter.queries.credit import (
    accounts_of_circle,
    own_accounts,
    partners_of,
    passed_limits,
    settled_on,
)
from maillage.apps.barter.queries.drawings import balance_bar
from maillage.apps.barter.queries.lists import accounts_asked
from maillage.apps.barter.queries.paying import payable_cents, payable_invoice
from maillage.apps.barter.readers.amounts import typed
from maillage.apps.barter.views.circle import frame
from maillage.apps.books.models import Invoice
from maillage.apps.books.queries.wording import euros
from maillage.apps.directory.actions.drafts import forget_draft
from maillage.apps.directory.models import Draft
from maillage.apps.directory.queries.drafts import filled, kept_draft
from maillage.apps.exchange.choices import Kind
from maillage.apps.exchange.queries.listings import shown_title
from maillage.apps.ledger.actions.acts import LedgerError
from maillage.apps.ledger.choices import PAYS, State
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.queries.statements import requests_to_answer, waiting_of
from maillage.apps.ledger.queries.wording import shown, shown_with_unit
from maillage.kernel.tables.leaving import table_links, table_response

TAB = "barter:credit"
PER_PAGE = 50
RECENT = 10
WAYS = {"recu": "received", "fourni": "provided", "reserver": "reserved"}


def account_url(circle: Circle, account: Account) -> str:
    return reverse("barter:account", args=[circle.pk, account.pk])


def transfer_url(circle: Circle, transfer: Transfer) -> str:
    return reverse("barter:transfer", args=[circle.pk, transfer.pk])


def load(request: HttpRequest, pk: int, account_pk: int, *, use: bool) -> tuple[Seat, Account]:
    """One of the accounts of a circle, that the viewer may see, or `use`. Raises Http404."""
    seat = get_seat(request.user, pk)
    return seat, get_account_in(seat, account_pk, use=use)


def account_frame(
    request: HttpRequest, seat: Seat, account: Account, *here: tuple[str, str]
) -> dict[str, Any]:
    """The frame of a page below an account; `here` are the steps below it."""
    above = (str(account), account_url(seat.circle, account) if here else "")
    context = frame(request, seat.circle, TAB, above, *here, mine=seat.mine)
    return {
        **context,
        "account": account,
        "manages": seat.uses(account),
        "in_office": seat.is_office(account),
    }


@member_required
def credit(request: HttpRequest, pk: int) -> HttpResponse:
    """The accounts of one's own organisations; for facilitators, the balances of the whole circle."""
    circle = get_circle_for(request.user, pk)
    context = frame(request, circle, TAB)
    asked = AccountFilterForm.read(request)
    found = accounts_for(request, circle)
    if not context["leads"] and len(found) == 1:
        return redirect(account_url(circle, found[0]))  # type: ignore[return-value]
    page = Paginator(accounts_asked(found, **asked.wanted), PER_PAGE).get_page(request.GET.get("page"))
    context |= {
        "rows": [
            {
                "account": each,
                "href": account_url(circle, each),
                "sentence": balance_sentence(each),
                "passed": passed_limits(each),
            }
            for each in page
        ],
        "page_obj": page,
        **asked.context,
        "exports": table_links(request, "barter:credit_file", circle.pk),
    }
    return render(request, "barter/credit/accounts.html", context)


@member_required
def credit_file(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """The balances that the page shows, as a table."""
    circle = get_circle_for(request.user, pk)
    found = accounts_asked(accounts_for(request, circle), **AccountFilterForm.read(request).wanted)
    return table_response(form, "soldes", BALANCES, balance_rows(found, money_for(form)))


def accounts_for(request: HttpRequest, circle: Circle) -> QuerySet[Account]:
    """Those of the viewer's own organisations, by name; the whole circle's for the facilitators."""
    if is_facilitator(request.user):
        return accounts_of_circle(circle)
    return own_accounts(request.user, circle)


@member_required
def account(request: HttpRequest, pk: int, account_pk: int) -> HttpResponse:
    seat, found = load(request, pk, account_pk, use=False)
    circle = seat.circle
    context = account_frame(request, seat, found)
    recent = settled_on(found)
    asked = list(requests_to_answer([found]))
    context |= {
        "bar": balance_bar(found),
        "sentence": balance_sentence(found),
        "rooms": room_sentence(found),
        "passed": passed_limits(found),
        "pays": found.status in PAYS,
        "asked": [(each, transfer_url(circle, each)) for each in asked],
        "waiting": [
            (each, transfer_url(circle, each))
            for each in waiting_of(found)
            if each.pk not in {one.pk for one in asked}
        ],
        "recent": [
            (each, transfer_url(circle, each)) for each in recent.order_by("-created_at", "-pk")[:RECENT]
        ],
    }
    return render(request, "barter/credit/account.html", context)


def balance_sentence(account: Account) -> str:
    words = {"amount": shown_with_unit(abs(account.balance), account.unit)}
    if account.balance > 0:
        return _("You have provided %(amount)s more than you have received.") % words
    if account.balance < 0:
        return _("You have received %(amount)s more than you have provided.") % words
    return _("You have provided as much as you have received.")


def room_sentence(account: Account) -> str:
    """What the limits still leave, in a sentence; nothing without limits."""
    said = []
    if account.can_spend is not None:
        said.append(
            _("You may still receive for %(room)s.")
            % {"room": shown_with_unit(max(account.can_spend, 0), account.unit)}
        )
    if account.can_earn is not None:
        said.append(
            _("You may still provide for %(room)s.")
            % {"room": shown_with_unit(max(account.can_earn, 0), account.unit)}
        )
    if account.reserved_out:
        said.append(
            _("%(amount)s are reserved for others.")
            % {"amount": shown_with_unit(account.reserved_out, account.unit)}
        )
    return " ".join(said)


def checked(
    request: HttpRequest,
    form: Form,
    context: dict[str, Any],
    *,
    facts: Callable[[], list[tuple[str, Any]]],
    do: Callable[[], HttpResponseBase],
    title: str,
    template: str = "barter/credit/form.html",
) -> HttpResponseBase:
    """A form, then its answers to check, then what it does: the key minted with the form follows it throughout.

    `do` may raise LedgerError: the form comes back with its sentence, and nothing has changed.
    """
    context = {
        "lead": "",
        "saves": False,
        "in_office": False,
        "account": "",
        "draft": None,
        "keep_url": "",
        **context,
        "form": form,
        "title": title,
    }
    if request.method != "POST":
        return render(request, template, context)
    if not form.is_valid() or "corriger" in request.POST:
        return render(request, template, context, status=200 if "corriger" in request.POST else 422)
    if "confirmer" not in request.POST:
        hidden = [(name, value) for name in form.fields for value in form.data.getlist(form.add_prefix(name))]  # type: ignore[attr-defined]
        return render(
            request,
            "barter/credit/check.html",
            {**context, "facts": facts(), "hidden": hidden},
        )
    try:
        return do()
    except LedgerError as fault:
        form.add_error(None, str(fault.message))
        return render(request, template, context, status=422)


DEAL_TITLES = {
    "received": lambda: _("We have received something"),
    "provided": lambda: _("We have provided something"),
    "reserved": lambda: _("Reserve for something to come"),
}
DEAL_LEADS = {
    "received": lambda: _("Your balance goes down, that of who provided it goes up. They are told."),
    "provided": lambda: _("The other side is asked to agree; the balances change when it does."),
    "reserved": lambda: _(
        "The amount is set aside until you confirm it, in whole or in part, or give it up."
    ),
}


def deal_title(form: DealForm, way: str) -> str:
    """What the page is for: the invoice, or the need or offer, that is chosen in it; otherwise what the way says."""
    invoice, listing = form.invoices.get(form.said("facture")), form.listings.get(form.said("annonce"))
    if way == "reserved" or (invoice is None and listing is None):
        return DEAL_TITLES[way]()
    words = {"what": invoice.number if invoice else listing.title if listing else ""}
    if invoice is not None:
        if way == "received":
            return _("Pay the invoice %(what)s in units") % words
        return _("Ask to be paid the invoice %(what)s in units") % words
    if way == "received":
        return _("Pay “%(what)s” in units") % words
    return _("Ask to be paid “%(what)s” in units") % words


@member_required
def deal(request: HttpRequest, pk: int, account_pk: int, way: str) -> HttpResponseBase:
    """What was received, provided, or is reserved."""
    seat, found = load(request, pk, account_pk, use=True)
    circle = seat.circle
    said = WAYS.get(way)
    if said is None:
        raise Http404
    partners = partners_of(found, circle, receiving=said != "provided")
    key = _draft_key(request, found, said)
    draft = kept_draft(request, key) if request.method == "GET" else None
    options: dict[str, Any] = {"circle": circle, "account": found, "partners": partners, "way": said}
    if request.method == "POST":
        form = DealForm(request.POST, **options)
    else:
        form = filled(DealForm, draft, prefilled(request, found, said), **options)
    title = deal_title(form, said)
    context = account_frame(request, seat, found, (title, ""))
    context |= {
        "lead": DEAL_LEADS[said](),
        **drafting(draft, key),
    }

    def do() -> HttpResponseBase:
        acting = acting_with_money_for(request.user, found.owner)  # type: ignore[arg-type]
        made = make_deal(acting=acting, circle=circle, deal=form.deal(), key=form.key, now=timezone.now())
        forget_draft(person=person_of(request), key=key)
        messages.success(request, done_sentence(made))
        return redirect(transfer_url(circle, made))

    return checked(
        request, form, context, facts=lambda: deal_facts(form.deal(), form.partner, found), do=do, title=title
    )


NAMED = re.compile(r"r?[0-9]+")


def drafting(draft: Draft | None, key: str) -> dict[str, Any]:
    """What a page shows of the draft of its form, and where its script keeps it."""
    return {"draft": draft, "draft_key": key, "keep_url": reverse("directory:draft_keep", args=[key])}


def _draft_key(request: HttpRequest, account: Account, way: str) -> str:
    """The name of what is being typed: what the address fills in beforehand has a draft of its own."""
    about = [(name, request.GET.get(name, "")[:18]) for name in ("annonce", "avec", "facture")]
    said = "".join(f"-{name}-{value}" for name, value in about if NAMED.fullmatch(value))
    return f"troc-{account.pk}-{way}{said}"[:80]


def prefilled(request: HttpRequest, account: Account, way: str) -> dict[str, Any]:
    """What the address asks to fill in beforehand: the other side, a need or an offer, an invoice with what is left of it.

    Nothing is done before they read it, and the form checks it all again.
    """
    said: dict[str, Any] = {name: request.GET.get(name, "")[:18] for name in ("annonce", "avec", "facture")}
    if said["annonce"].isdecimal():
        said["objet"] = shown_title(int(said["annonce"]))
    invoice = payable_invoice(account, said["facture"], way=way)
    if invoice is not None and (room := payable_cents(invoice)):
        what = _("Invoice %(number)s") % {"number": invoice.number}
        said |= {
            "montant": typed(room),
            "objet": invoice.subject if isinstance(invoice, Invoice) else what,
        }
    return said


def done_sentence(made: Transfer) -> str:
    words = {"number": made.pk, "amount": shown_with_unit(made.posted_amount or made.amount, made.unit)}
    if made.state == State.REQUESTED:
        return (
            _("Asked: %(amount)s, under number %(number)d. The other side is told, and will agree or refuse.")
            % words
        )
    if made.state == State.PENDING:
        return _("Reserved: %(amount)s, under number %(number)d.") % words
    return _("Done: %(amount)s, under number %(number)d. The other side is told.") % words


def deal_facts(deal: Deal, partner: Account, account: Account) -> list[tuple[str, Any]]:
    """What is going to be done, and what the balance will be."""
    order = deal.order
    facts: list[tuple[str, Any]] = [
        (
            pgettext("side of an exchange", "Received by"),
            account if order.payer_id == account.pk else partner,
        ),
        (_("Provided by"), partner if order.payer_id == account.pk else account),
        (_("For"), shown_with_unit(order.amount, account.unit)),
    ]
    if order.label:
        facts.append((_("What"), order.label))
    if deal.category:
        facts.append((_("Kind"), Kind(deal.category).label))
    if deal.listing:
        facts.append((_("Need or offer"), deal.listing.title))
    if deal.invoice:
        facts.append((_("Invoice that it pays"), deal.invoice.number))
        facts.append(
            (_("Left to settle on it after that"), euros(deal.invoice.remaining_cents - order.amount))
        )
    if order.soulte_cents:
        facts.append((_("In euros beside it"), f"{shown(order.soulte_cents)} €"))
    after = account.balance + (order.amount if order.payee_id == account.pk else -order.amount)
    label = _("Your balance once it is agreed") if deal.way == "provided" else _("Your balance after that")
    facts.append((label, signed(after, account)))
    return facts


def signed(amount: int, account: Account) -> str:
    return ("+" if amount > 0 else "") + shown_with_unit(amount, account.unit)


@member_required
def plain(request: HttpRequest, pk: int, account_pk: int) -> HttpResponseBase:
    """Something provided or received without counting it."""
    seat, found = load(request, pk, account_pk, use=True)
    circle = seat.circle
    title = _("An exchange without value")
    context = account_frame(request, seat, found, (title, ""))
    context["lead"] = _("A favour counts too: it moves no balance, and shows that you take part.")
    partners = [each for each in accounts_of_circle(circle) if each.pk != found.pk]
    key = f"troc-{found.pk}-sans-valeur"
    draft = kept_draft(request, key) if request.method == "GET" else None
    options: dict[str, Any] = {"partners": partners, "today": timezone.localdate()}
    form = (
        PlainForm(request.POST, **options)
        if request.method == "POST"
        else filled(PlainForm, draft, {}, **options)
    )
    context |= drafting(draft, key)
    names = {str(each.pk): each for each in partners}

    def facts() -> list[tuple[str, Any]]:
        said = form.cleaned_data
        mine, theirs = str(found), str(names[said["avec"]])
        gives = said["sens"] == "given"
        return [
            (_("Provided by"), mine if gives else theirs),
            (pgettext("side of an exchange", "Received by"), theirs if gives else mine),
            (_("What"), said["objet"]),
            (_("When"), said["jour"]),
        ]

    def do() -> HttpResponseBase:
        said = form.cleaned_data
        members = {
            each.organization_id: each for each in circle.members.present().select_related("organization")
        }
        mine, theirs = (members[each.owner_id or 0] for each in (found, names[said["avec"]]))
        giver, receiver = (mine, theirs) if said["sens"] == "given" else (theirs, mine)
        note_plain_exchange(
            acting=acting_with_money_for(request.user, found.owner),  # type: ignore[arg-type]
            circle=circle,
            giver=giver,
            receiver=receiver,
            what=said["objet"],
            category=said["sorte"],
            happened_on=said["jour"],
            key=form.key,
            now=timezone.now(),
        )
        forget_draft(person=person_of(request), key=key)
        messages.success(request, _("It is noted: it will show in the participation of the circle."))
        return redirect("barter:participation", circle.pk)

    return checked(request, form, context, facts=facts, do=do, title=title)


@member_required
def acceptance(request: HttpRequest, pk: int, account_pk: int) -> HttpResponseBase:
    """Whose requests are accepted without asking, and when silence accepts."""
    seat, found = load(request, pk, account_pk, use=True)
    circle = seat.circle
    title = _("Requests accepted without asking")
    context = account_frame(request, seat, found, (title, ""))
    context["lead"] = _("It holds for the requests made from now on. Your limits hold in any case.")
    partners = [each for each in accounts_of_circle(circle) if each.pk != found.pk]
    initial = {
        "accepte": found.accepts,
        "structures": [str(each) for each in found.accepted_payees.values_list("payee_id", flat=True)],
        "jusqu_a": typed(found.accepts_up_to) if found.accepts_up_to else "",
        "jours": found.silence_days,
    }
    form = AcceptanceForm(request.POST or None, initial=initial, partners=partners)
    context |= {"form": form, "title": title}
    if request.method == "POST" and form.is_valid():
        try:
            set_acceptance(
                acting=acting_with_money_for(request.user, found.owner),  # type: ignore[arg-type]
                circle=circle,
                account=found,
                acceptance=form.acceptance(),
                key=form.key,
                now=timezone.now(),
            )
        except LedgerError as fault:
            form.add_error(None, str(fault.message))
        else:
            messages.success(request, _("Your choice is kept."))
            return redirect(account_url(circle, found))
    return render(
        request,
        "barter/credit/form.html",
        {**context, "saves": True, "draft": None, "keep_url": ""},
        status=422 if form.errors else 200,
    )
