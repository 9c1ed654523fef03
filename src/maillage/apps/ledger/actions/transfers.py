"""Transfers: paid at once, to one or to several, asked for, or reserved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from maillage.apps.ledger.actions.acts import Doer, LedgerError, claim, digest_of
from maillage.apps.ledger.actions.moving import (
    AccountClosedToItError,
    Changes,
    LimitPassedError,
    OtherUnitError,
    apply_changes,
    check_changes,
    lock_accounts,
)
from maillage.apps.ledger.actions.quick import pay_in_one_statement
from maillage.apps.ledger.choices import AMOUNT_MAX, PAYS, RECEIVES, Accepts, Nature, Purpose, State, Verb
from maillage.apps.ledger.models import AcceptedPayee, Account, Act, Transfer
from maillage.apps.ledger.models.accounts import PER_TEN_THOUSAND
from maillage.apps.ledger.queries.contents import Order, said

WAITING_DAYS = 30
"""After how long a request or a reservation is given up, unless it says otherwise."""
AFTER_SILENCE_DAYS = 7
"""How much longer than the silence that accepts it a request waits, for one that the limits forbid on that day."""
ORDERS_MAX = 2_000


class BadAmountError(LedgerError):
    message = _("The amount must be greater than zero.")


class AmountTooGreatError(LedgerError):
    message = _("The amount is too great.")


class ToOneselfError(LedgerError):
    message = _("An account does not pay itself.")


class BadSoulteError(LedgerError):
    message = _("The part paid in money is an amount of zero or more, with its currency.")


class TooManyOrdersError(LedgerError):
    message = _("There are too many transfers at once: 2,000 at most.")


class NothingToPayError(LedgerError):
    message = _("There is no transfer to make.")


class BadNatureError(LedgerError):
    message = _("Only exchanges and set-offs are ordered.")


class PastDateError(LedgerError):
    message = _("The date of expiry is already past.")


def pay(*, order: Order, doer: Doer) -> Transfer:
    """Move the amount at once.

    Raises LimitPassedError, AccountClosedToItError, BadAmountError and the other refusals of the room (LedgerError).
    """
    check_order(order)
    digest = digest_of(Verb.PAY, said(order))
    made = None if order.reference else pay_in_one_statement(order=order, doer=doer, digest=digest)
    return made if made is not None else _pay([order], doer=doer, digest=digest)[0]


def pay_several(*, orders: Sequence[Order], doer: Doer) -> list[Transfer]:
    """Several payees, or a whole file: all of it or nothing, in the order given. The limits hold for the outcome."""
    if not orders:
        raise NothingToPayError
    if len(orders) > ORDERS_MAX:
        raise TooManyOrdersError
    for order in orders:
        check_order(order)
    return _pay(orders, doer=doer, digest=digest_of(Verb.PAY, said(*orders)))


@transaction.atomic
def _pay(orders: Sequence[Order], *, doer: Doer, digest: str) -> list[Transfer]:
    accounts = lock_parties(orders)
    act, is_new = claim(doer=doer, verb=Verb.PAY, digest=digest)
    if not is_new:
        return transfers_of(act)
    changes = Changes()
    for order in orders:
        changes.move(order.payer_id, order.payee_id, order.amount)
    made = [transfer_of(order, accounts, act, State.POSTED) for order in orders]
    charged = commissions_of(made, accounts, changes, act)
    check_changes(accounts, changes)
    Transfer.objects.bulk_create(made)
    Transfer.objects.bulk_create(charged)
    apply_changes(accounts, changes, posted=made, now=doer.now)
    return made


@transaction.atomic
def reserve(*, order: Order, doer: Doer, expires_at: datetime | None = None) -> Transfer:
    """Set the amount aside on both accounts, until it is posted, voided or out of date."""
    check_order(order)
    check_expiry(expires_at, now=doer.now)
    digest = digest_of(Verb.RESERVE, said(order, expires_at=expires_at and expires_at.isoformat()))
    accounts = lock_parties([order])
    act, is_new = claim(doer=doer, verb=Verb.RESERVE, digest=digest)
    if not is_new:
        return transfers_of(act)[0]
    changes = Changes()
    changes.reserve(order.payer_id, order.payee_id, order.amount)
    check_changes(accounts, changes)
    made = transfer_of(order, accounts, act, State.PENDING)
    made.expires_at = expires_at or doer.now + timedelta(days=WAITING_DAYS)
    made.save()
    apply_changes(accounts, changes, now=doer.now)
    return made


@transaction.atomic
def request(*, order: Order, doer: Doer, expires_at: datetime | None = None) -> Transfer:
    """The payee asks the payer for the amount; it moves at once when the payer accepts such requests without asking.

    A request that the limits forbid at this moment waits for an answer. The state of the transfer says which it was.
    """
    check_order(order)
    check_expiry(expires_at, now=doer.now)
    digest = digest_of(Verb.REQUEST, said(order, expires_at=expires_at and expires_at.isoformat()))
    accounts = lock_parties([order])
    act, is_new = claim(doer=doer, verb=Verb.REQUEST, digest=digest)
    if not is_new:
        return transfers_of(act)[0]
    payer, payee = accounts[order.payer_id], accounts[order.payee_id]
    for account, allowed in ((payer, PAYS), (payee, RECEIVES)):
        if account.status not in allowed:
            raise AccountClosedToItError(account)
    changes = Changes()
    changes.move(payer.pk, payee.pk, order.amount)
    if accepts_without_asking(payer, payee, order.amount):
        made = transfer_of(order, accounts, act, State.POSTED)
        charged = commissions_of([made], accounts, changes, act)
        try:
            check_changes(accounts, changes)
        except LimitPassedError:
            pass
        else:
            made.save()
            Transfer.objects.bulk_create(charged)
            apply_changes(accounts, changes, posted=[made], now=doer.now)
            return made
    made = transfer_of(order, accounts, act, State.REQUESTED)
    made.silence_at, made.expires_at = _deadlines(payer, expires_at, doer.now)
    made.save()
    return made


def _deadlines(
    payer: Account, expires_at: datetime | None, now: datetime
) -> tuple[datetime | None, datetime]:
    """(when silence accepts, when the request is given up); the first is before the second, or None."""
    ends_at = expires_at or now + timedelta(days=WAITING_DAYS)
    if payer.silence_days is None:
        return None, ends_at
    silence_at = now + timedelta(days=payer.silence_days)
    if expires_at is None:
        ends_at = max(ends_at, silence_at + timedelta(days=AFTER_SILENCE_DAYS))
    return (silence_at if silence_at < ends_at else None), ends_at


def accepts_without_asking(payer: Account, payee: Account, amount: int) -> bool:
    if payer.accepts_up_to is not None and amount > payer.accepts_up_to:
        return False
    if payer.accepts == Accepts.LISTED:
        return AcceptedPayee.objects.filter(account=payer, payee=payee).exists()
    return payer.accepts == Accepts.EVERYBODY


def check_order(order: Order) -> None:
    """Raises BadAmountError, AmountTooGreatError, ToOneselfError, BadSoulteError, BadNatureError."""
    if order.nature not in (Nature.TRADE, Nature.CLEARING):
        raise BadNatureError
    if order.amount <= 0:
        raise BadAmountError
    if order.amount > AMOUNT_MAX or order.soulte_cents > AMOUNT_MAX:
        raise AmountTooGreatError
    if order.payer_id == order.payee_id:
        raise ToOneselfError
    if order.soulte_cents < 0 or (order.soulte_cents > 0) != bool(order.soulte_currency):
        raise BadSoulteError


def check_expiry(expires_at: datetime | None, *, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        raise PastDateError


def lock_parties(orders: Sequence[Order]) -> dict[int, Account]:
    """Lock the accounts of the orders, and the common account when the circle takes a commission.

    Raises NoSuchAccountError, OtherUnitError.
    """
    ids = {pk for order in orders for pk in (order.payer_id, order.payee_id)}
    commons = Account.objects.filter(
        purpose=Purpose.COMMON, unit__commission_rate__gt=0, unit__accounts__in=ids
    )
    accounts = lock_accounts(ids | set(commons.values_list("pk", flat=True)))
    for order in orders:
        if accounts[order.payer_id].unit_id != accounts[order.payee_id].unit_id:
            raise OtherUnitError
    return accounts


def transfer_of(order: Order, accounts: dict[int, Account], act: Act, state: str) -> Transfer:
    """The row of an order, not yet written."""
    is_posted = state == State.POSTED
    return Transfer(
        act=act,
        unit=accounts[order.payer_id].unit,
        payer=accounts[order.payer_id],
        payee=accounts[order.payee_id],
        amount=order.amount,
        posted_amount=order.amount if is_posted else 0,
        state=state,
        nature=order.nature,
        label=order.label,
        reference=order.reference,
        soulte_cents=order.soulte_cents,
        soulte_currency=order.soulte_currency,
        created_at=act.at,
        posted_at=act.at if is_posted else None,
    )


def commissions_of(
    made: Sequence[Transfer], accounts: dict[int, Account], changes: Changes, act: Act
) -> list[Transfer]:
    """The commission that each payee owes for what it is paid, noted in `changes`; not yet written.

    Only exchanges bear it; the common account, which receives it, bears none.
    """
    commons = {account.unit_id: account for account in accounts.values() if account.purpose == Purpose.COMMON}
    charged = []
    for transfer in made:
        rate, common = transfer.unit.commission_rate, commons.get(transfer.unit_id)
        if not rate or common is None or transfer.nature != Nature.TRADE:
            continue
        amount = (transfer.posted_amount * rate + PER_TEN_THOUSAND // 2) // PER_TEN_THOUSAND
        if not amount or common.pk in (transfer.payer_id, transfer.payee_id):
            continue
        order = Order(payer_id=transfer.payee_id, payee_id=common.pk, amount=amount, nature=Nature.COMMISSION)
        changes.move(order.payer_id, order.payee_id, amount)
        charged.append(transfer_of(order, accounts, act, State.POSTED))
        charged[-1].caused_by = transfer
    return charged


def transfers_of(act: Act) -> list[Transfer]:
    """What an act made, in the order in which it was asked, without the commissions that came with it."""
    rows = Transfer.objects.filter(act=act, caused_by=None).select_related("unit", "payer", "payee")
    return list(rows.order_by("pk"))
