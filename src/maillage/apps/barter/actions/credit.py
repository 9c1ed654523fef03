"""What members do on their accounts: every act is traced, told to the other side, and done once under its key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.barter.actions import telling
from maillage.apps.barter.actions.acting import trace
from maillage.apps.barter.actions.invoicing import invoice_of
from maillage.apps.barter.actions.settling import check_invoice, check_room
from maillage.apps.barter.models import Circle, CircleMember, PlainExchange, TransferSubject
from maillage.apps.barter.queries.acting import Acting
from maillage.apps.barter.queries.paying import Payable
from maillage.apps.exchange.models import Listing
from maillage.apps.ledger.actions import answers, reversals, transfers
from maillage.apps.ledger.actions.accounts import change_limits, choose_acceptance
from maillage.apps.ledger.actions.acts import Doer, KeyUsedOtherwiseError, LedgerError
from maillage.apps.ledger.choices import Nature, State
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.queries.contents import Acceptance, Limits, Order
from maillage.apps.ledger.queries.wording import shown_with_unit

VERBS = {
    "received": "credit.received",
    "provided": "credit.provided",
    "reserved": "credit.reserved",
}


class SameMemberError(LedgerError):
    message = gettext_lazy("Choose another organisation than your own.")


class InvoicedError(LedgerError):
    message = gettext_lazy(
        "This exchange is on an invoice: remove its draft, or correct it by a credit note, then reverse the exchange."
    )


@dataclass(frozen=True, kw_only=True)
class Deal:
    """What one side says of an exchange: `way` is "received", "provided" (the other side is asked) or "reserved".

    `invoice`: the one that it pays, whose number the order bears.
    """

    way: str
    order: Order
    listing: Listing | None = None
    category: str = ""
    invoice: Payable | None = None


def doer_of(acting: Acting, key: str, now: datetime) -> Doer:
    return Doer(actor=acting.person, key=key, now=now, is_office=acting.in_office_mode)


def url_of(circle: Circle, transfer: Transfer) -> str:
    return reverse("barter:transfer", args=[circle.pk, transfer.pk])


@transaction.atomic
def make_deal(*, acting: Acting, circle: Circle, deal: Deal, key: str, now: datetime) -> Transfer:
    """Pay what was received, ask for what was provided, or set the amount aside. Raises LedgerError.

    Asked again with the same key, it is the same transfer, and nobody is told twice. What pays an invoice settles it when
    it is posted, and together with what waits never goes beyond what is left of it.
    """
    doer = doer_of(acting, key, now)
    assert deal.order.reference == (deal.invoice.number if deal.invoice else ""), (
        "the order names its invoice"
    )
    if deal.invoice is not None:
        check_invoice(deal.invoice, deal.order, way=deal.way)
    if deal.way == "received":
        made = transfers.pay(order=deal.order, doer=doer)
    elif deal.way == "provided":
        made = transfers.request(order=deal.order, doer=doer)
    else:
        made = transfers.reserve(order=deal.order, doer=doer)
    if _subject(made, deal):
        if deal.invoice is not None:
            check_room(deal.invoice)
        _trace(acting, circle, made, VERBS[deal.way], now)
        telling.tell_made(circle, made, by=acting.organization.pk, now=now)
    return made


@transaction.atomic
def make_deals(
    *, acting: Acting, circle: Circle, deals: list[Deal], key: str, now: datetime
) -> list[Transfer]:
    """Several exchanges at once, all of them or none. Raises LedgerError."""
    made = transfers.pay_several(orders=[deal.order for deal in deals], doer=doer_of(acting, key, now))
    news = [(each, deal) for each, deal in zip(made, deals, strict=True) if _subject(each, deal)]
    for each, _deal in news:
        telling.tell_made(circle, each, by=acting.organization.pk, now=now)
    if news:
        trace(
            acting,
            verb="credit.several",
            target_kind="circle",
            target_id=circle.pk,
            target_label=circle.name,
            told=_("%(who)s entered %(number)d exchanges in the circle “%(circle)s”.")
            % {"who": acting.person, "number": len(made), "circle": circle.name},
            url=reverse("barter:circle", args=[circle.pk]),
            details={"transfers": [each.pk for each in made][:100], "count": len(made)},
            now=now,
        )
    return made


def _subject(made: Transfer, deal: Deal) -> bool:
    """Note what the transfer is about; False when it was noted before: the same thing was asked again."""
    _row, is_new = TransferSubject.objects.get_or_create(
        transfer=made, defaults={"listing": deal.listing, "category": deal.category}
    )
    return is_new


@transaction.atomic
def answer(
    *,
    acting: Acting,
    circle: Circle,
    transfer_id: int,
    what: str,
    amount: int | None = None,
    reason: str = "",
    key: str,
    now: datetime,
) -> Transfer:
    """Accept, refuse, post, void or reverse a transfer, as `what` says. Raises LedgerError."""
    doer, reason = doer_of(acting, key, now), reason[:200]
    before = Transfer.objects.filter(pk=transfer_id).values_list("state", flat=True).first()
    if what == "accept":
        ended = answers.accept(transfer_id=transfer_id, doer=doer)
    elif what == "refuse":
        ended = answers.refuse(transfer_id=transfer_id, reason=reason, doer=doer)
    elif what == "post":
        ended = answers.post(transfer_id=transfer_id, amount=amount, doer=doer)
    elif what == "void":
        ended = answers.void(transfer_id=transfer_id, reason=reason, doer=doer)
    else:
        _check_trade(transfer_id)
        ended = reversals.reverse(transfer_id=transfer_id, reason=reason, doer=doer)
        _check_not_invoiced(ended)
    is_new = ended.state != before if what != "reverse" else _subject(ended, Deal(way="", order=_NO_ORDER))
    if is_new:
        _trace(acting, circle, ended, f"credit.{what}", now)
        telling.tell_ended(circle, ended, by=acting.organization.pk, now=now)
    return ended


def _check_trade(transfer_id: int) -> None:
    """What a batch moved is given back by the batch alone."""
    if not Transfer.objects.filter(pk=transfer_id, nature=Nature.TRADE).exists():
        raise reversals.NotReversibleError


def _check_not_invoiced(opposite: Transfer) -> None:
    """An exchange is given back once nothing says any more that it was sold.

    Looked at when the accounts are locked, so that no invoice is prepared meanwhile; refused, all of it is undone.
    """
    assert opposite.reverses is not None, "what was just reversed names what it reverses"
    reversed_ = Transfer.objects.select_related("payer", "payee").get(pk=opposite.reverses.pk)
    invoice = invoice_of(reversed_)
    if invoice is not None and (invoice.is_draft or invoice.credited_cents < invoice.gross_cents):
        raise InvoicedError


_NO_ORDER = Order(payer_id=0, payee_id=0, amount=0)


@transaction.atomic
def note_plain_exchange(
    *,
    acting: Acting,
    circle: Circle,
    giver: CircleMember,
    receiver: CircleMember,
    what: str,
    category: str,
    happened_on: date,
    key: str,
    now: datetime,
) -> PlainExchange:
    """Note something that was provided without counting it. The same key notes it once. Raises LedgerError."""
    if giver.pk == receiver.pk:
        raise SameMemberError
    said = {
        "circle": circle,
        "giver": giver,
        "receiver": receiver,
        "what": what,
        "category": category,
        "happened_on": happened_on,
    }
    done_by = {"noted_by": acting.person, "in_office_mode": acting.in_office_mode, "noted_at": now}
    made, is_new = PlainExchange.objects.get_or_create(key=key, defaults={**said, **done_by})
    if any(getattr(made, name) != value for name, value in said.items()):
        raise KeyUsedOtherwiseError
    if is_new:
        trace(
            acting,
            verb="credit.plain",
            target_kind="circle",
            target_id=circle.pk,
            target_label=circle.name,
            told=_("%(who)s noted an exchange without value: %(what)s.")
            % {"who": acting.person, "what": what},
            url=reverse("barter:participation", args=[circle.pk]),
            now=now,
        )
    return made


@transaction.atomic
def set_limits(
    *, acting: Acting, circle: Circle, account: Account, limits: Limits, reason: str, key: str, now: datetime
) -> Account:
    """A facilitator gives an account other limits; its people are told. Raises BadLimitsError."""
    count = account.changes.count()
    changed = change_limits(
        account_id=account.pk, limits=limits, reason=reason[:300], doer=doer_of(acting, key, now)
    )
    if account.changes.count() > count:
        trace(
            acting,
            verb="credit.limits",
            target_kind="circle",
            target_id=circle.pk,
            target_label=circle.name,
            told=_("%(who)s changed the limits of your account in the circle “%(circle)s”. %(reason)s")
            % {"who": acting.person, "circle": circle.name, "reason": reason},
            url=reverse("barter:account", args=[circle.pk, account.pk]),
            now=now,
        )
    return changed


@transaction.atomic
def set_acceptance(
    *, acting: Acting, circle: Circle, account: Account, acceptance: Acceptance, key: str, now: datetime
) -> Account:
    """Whose requests the account accepts without asking, and when silence accepts. Raises LedgerError."""
    count = account.changes.count()
    changed = choose_acceptance(account_id=account.pk, acceptance=acceptance, doer=doer_of(acting, key, now))
    if account.changes.count() > count:
        trace(
            acting,
            verb="credit.acceptance",
            target_kind="circle",
            target_id=circle.pk,
            target_label=circle.name,
            told=_("%(who)s changed whose requests your account accepts without asking.")
            % {"who": acting.person},
            url=reverse("barter:acceptance", args=[circle.pk, account.pk]),
            now=now,
        )
    return changed


def _trace(acting: Acting, circle: Circle, transfer: Transfer, verb: str, now: datetime) -> None:
    amount = shown_with_unit(transfer.posted_amount or transfer.amount, transfer.unit)
    words = {"who": acting.person, "amount": amount, "circle": circle.name, "state": _state_words(transfer)}
    trace(
        acting,
        verb=verb,
        target_kind="transfer",
        target_id=transfer.pk,
        target_label=amount,
        told=_("%(who)s acted for you in the circle “%(circle)s”: %(amount)s, %(state)s.") % words,
        url=url_of(circle, transfer),
        now=now,
    )


def _state_words(transfer: Transfer) -> str:
    return str(State(transfer.state).label).lower()
