"""The QR code at the counter: the payee shows it, the payer opens it, checks and confirms.

The code holds a signed address that says who is paid, how much and until when. A sale's code carries the key of its
payment too, so that it is paid once; a printed sheet's does not, and each payment mints its own.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.apps.accounts.access import member_required
from maillage.apps.barter.access import acting_with_money_for
from maillage.apps.barter.actions.credit import Deal, make_deal
from maillage.apps.barter.forms.credit import CounterForm, CounterPayForm, new_key
from maillage.apps.barter.queries.credit import account_to_pay, circle_of_account, own_accounts
from maillage.apps.barter.views.circle import frame
from maillage.apps.barter.views.credit import (
    TAB,
    account_frame,
    checked,
    deal_facts,
    done_sentence,
    load,
    transfer_url,
)
from maillage.apps.ledger.access import can_use_account
from maillage.apps.ledger.choices import RECEIVES
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.queries.contents import Order
from maillage.apps.ledger.queries.statements import transfer_of_key
from maillage.apps.ledger.queries.wording import shown_with_unit
from maillage.kernel.documents.qr import screen_qr_code

SALT = "maillage.barter.counter"
ONE_SALE_MINUTES = 15


@member_required
def counter(request: HttpRequest, pk: int, account_pk: int) -> HttpResponseBase:
    """Choose what the code says, then show it. Nothing is written: the code is the signed address itself."""
    seat, found = load(request, pk, account_pk, use=True)
    context = account_frame(request, seat, found, (_("Be paid by QR code"), ""))
    form = CounterForm(request.GET if "duree" in request.GET else None)
    context["form"] = form
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        minutes = int(said["duree"])
        until = timezone.now() + timedelta(minutes=minutes)
        token = make_token(
            found, said["montant"] or 0, said["objet"], until.timestamp(), once=minutes == ONE_SALE_MINUTES
        )
        url = settings.PUBLIC_URL + reverse("barter:counter_pay", args=[token])
        context |= {
            "url": url,
            "drawing": screen_qr_code(url),
            "amount": shown_with_unit(said["montant"], found.unit) if said["montant"] else "",
            "what": said["objet"],
            "until": until,
            "once": minutes == ONE_SALE_MINUTES,
        }
        return render(request, "barter/credit/counter_code.html", context)
    return render(request, "barter/credit/counter.html", context, status=422 if form.is_bound else 200)


def make_token(account: Account, amount: int, label: str, until: float, *, once: bool) -> str:
    said = {"c": account.pk, "m": amount, "o": label, "t": int(until), "k": new_key() if once else ""}
    return signing.dumps(said, salt=SALT, compress=True)


def read_token(token: str, *, now: float) -> dict[str, Any] | None:
    """What a code says; None when it was not made here or is out of date."""
    try:
        said: dict[str, Any] = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return said if said["t"] > now else None


def _already_served(
    request: HttpRequest, context: dict[str, Any], sold: Transfer, *, seen: bool
) -> HttpResponse:
    """A sale's code, opened again; what it paid is said to its two sides alone."""
    circle = context["circle"]
    context |= {"served": True, "sold": sold if seen else None}
    if seen:
        context |= {
            "sold_url": transfer_url(circle, sold),
            "sold_amount": shown_with_unit(sold.amount, sold.unit),
        }
    return render(request, "barter/credit/counter_gone.html", context, status=410)


@member_required
def counter_pay(request: HttpRequest, token: str) -> HttpResponseBase:
    """Whoever opened the code pays from an account of the same circle."""
    said = read_token(token, now=timezone.now().timestamp())
    payee = account_to_pay(said["c"]) if said else None
    if said is None or payee is None or payee.status not in RECEIVES:
        return render(
            request, "barter/credit/counter_gone.html", {"no_account": False, "served": False}, status=410
        )
    circle = circle_of_account(payee)
    mine = [each for each in own_accounts(request.user, circle) if can_use_account(request.user, each)]
    usable = [each for each in mine if each.pk != payee.pk]
    title = _("Received from %(name)s") % {"name": payee}
    what = [said["o"], shown_with_unit(said["m"], payee.unit) if said["m"] else ""]
    context = {**frame(request, circle, TAB, (title, "")), "lead": " · ".join(filter(None, what))}
    sold = transfer_of_key(said["k"]) if said["k"] else None
    if sold is not None:
        return _already_served(request, context, sold, seen=sold.payer in mine or payee in mine)
    if not usable:
        return render(
            request,
            "barter/credit/counter_gone.html",
            {**context, "no_account": True, "served": False},
            status=403,
        )
    form = CounterPayForm(
        request.POST or None, accounts=usable, amount=said["m"], label=said["o"], key=said["k"]
    )
    accounts = {str(each.pk): each for each in usable}

    def made_deal() -> Deal:
        amount, label = form.amount or form.cleaned_data["montant"], form.label or form.cleaned_data["objet"]
        order = Order(
            payer_id=accounts[form.cleaned_data["compte"]].pk, payee_id=payee.pk, amount=amount, label=label
        )
        return Deal(way="received", order=order)

    def facts() -> list[tuple[str, Any]]:
        return deal_facts(made_deal(), payee, accounts[form.cleaned_data["compte"]])

    def do() -> HttpResponseBase:
        payer = accounts[form.cleaned_data["compte"]]
        acting = acting_with_money_for(request.user, payer.owner)  # type: ignore[arg-type]
        key = said["k"] or form.key
        made = make_deal(acting=acting, circle=circle, deal=made_deal(), key=key, now=timezone.now())
        messages.success(request, done_sentence(made))
        return redirect(transfer_url(circle, made))

    return checked(request, form, context, facts=facts, do=do, title=title)
