"""What becomes of a transfer that waits: accepted, refused, posted in whole or in part, withdrawn, out of date."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.ledger.actions.acts import Doer, LedgerError, claim, digest_of
from maillage.apps.ledger.actions.following import HeldBackError
from maillage.apps.ledger.actions.moving import (
    AccountClosedToItError,
    Changes,
    LimitPassedError,
    apply_changes,
    check_changes,
)
from maillage.apps.ledger.actions.transfers import BadAmountError, commissions_of, lock_parties
from maillage.apps.ledger.choices import TRANSFER_TRANSITIONS, State, Verb
from maillage.apps.ledger.models import Account, Act, Step, Transfer
from maillage.apps.ledger.queries.contents import Order
from maillage.kernel.events import TransferEnded, publish


class NoSuchTransferError(LedgerError):
    message = gettext_lazy("This transfer does not exist.")


class NotPossibleNowError(LedgerError):
    """The state of the transfer does not lead to the one that was asked."""

    def __init__(self, transfer: Transfer) -> None:
        self.transfer = transfer
        self.message = _("This transfer is now in the state “%(state)s”: nothing was changed.") % {
            "state": transfer.get_state_display()
        }
        super().__init__(self.message)


class MoreThanReservedError(LedgerError):
    message = gettext_lazy("The amount is greater than what was reserved.")


def accept(*, transfer_id: int, doer: Doer) -> Transfer:
    """The payer accepts a request: its amount moves. Raises LimitPassedError and the other refusals."""
    return _end(transfer_id, state=State.POSTED, verb=Verb.ACCEPT, starts=State.REQUESTED, doer=doer)


def refuse(*, transfer_id: int, reason: str = "", doer: Doer) -> Transfer:
    """The payer refuses a request."""
    return _end(
        transfer_id, state=State.REFUSED, verb=Verb.REFUSE, starts=State.REQUESTED, doer=doer, reason=reason
    )


def post(*, transfer_id: int, amount: int | None = None, doer: Doer) -> Transfer:
    """Move what was reserved, or the part of it that `amount` says: the rest is free again."""
    if amount is not None and amount <= 0:
        raise BadAmountError
    return _end(
        transfer_id, state=State.POSTED, verb=Verb.POST, starts=State.PENDING, doer=doer, amount=amount
    )


def void(*, transfer_id: int, reason: str = "", doer: Doer) -> Transfer:
    """Withdraw a request or a reservation: what was reserved is free again."""
    return _end(transfer_id, state=State.VOIDED, verb=Verb.VOID, doer=doer, reason=reason)


@transaction.atomic
def _end(
    transfer_id: int,
    *,
    state: str,
    verb: str,
    doer: Doer,
    starts: str | None = None,
    amount: int | None = None,
    reason: str = "",
) -> Transfer:
    """Bring a waiting transfer to its last state, from `starts` when there is only one that leads there by `verb`."""
    parties = Transfer.objects.filter(pk=transfer_id).values_list("payer_id", "payee_id", "amount").first()
    if parties is None:
        raise NoSuchTransferError
    payer_id, payee_id, asked = parties
    accounts = lock_parties([Order(payer_id=payer_id, payee_id=payee_id, amount=asked)])
    content = {"transfer": transfer_id, "amount": amount, "reason": reason}
    act, is_new = claim(doer=doer, verb=verb, digest=digest_of(verb, content))
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("unit")
    transfer = rows.get(pk=transfer_id)
    if not is_new:
        return transfer
    was = transfer.state
    if state not in TRANSFER_TRANSITIONS[was] or (starts is not None and was != starts):
        raise NotPossibleNowError(transfer)
    if amount is not None and amount > transfer.amount:
        raise MoreThanReservedError
    if was == State.REQUESTED and state == State.POSTED and is_over(transfer, now=doer.now):
        raise NotPossibleNowError(transfer)
    changes = Changes()
    if was == State.PENDING:
        changes.free(payer_id, payee_id, transfer.amount)
    if state == State.POSTED:
        transfer.posted_amount, transfer.posted_at = amount or transfer.amount, doer.now
        changes.move(payer_id, payee_id, transfer.posted_amount)
    _write_end(transfer, was, state, accounts, changes, act, reason)
    return transfer


def _write_end(
    transfer: Transfer,
    was: str,
    state: str,
    accounts: dict[int, Account],
    changes: Changes,
    act: Act,
    reason: str,
) -> None:
    transfer.state = state
    charged = commissions_of([transfer], accounts, changes, act) if state == State.POSTED else []
    check_changes(accounts, changes)
    written = Transfer.objects.filter(pk=transfer.pk, state=was).update(
        state=state, posted_amount=transfer.posted_amount, posted_at=transfer.posted_at
    )
    if written != 1:
        raise NotPossibleNowError(transfer)
    Step.objects.create(transfer=transfer, act=act, state=state, reason=reason)
    Transfer.objects.bulk_create(charged)
    apply_changes(accounts, changes, posted=[transfer] if state == State.POSTED else [], now=act.at)


def is_over(transfer: Transfer, *, now: datetime) -> bool:
    """Whether what waited has waited too long."""
    return transfer.expires_at is not None and transfer.expires_at <= now


def expire_due(*, now: datetime) -> list[int]:
    """Give up the requests and reservations that are out of date; the ids of those that this call gave up."""
    due = Transfer.objects.waiting().filter(expires_at__lte=now).order_by("pk").values_list("pk", flat=True)
    return [pk for pk in list(due) if _expire(pk, now=now)]


def _expire(transfer_id: int, *, now: datetime) -> bool:
    doer = Doer(actor=None, key=f"expire:{transfer_id}", now=now)
    try:
        with transaction.atomic():
            _end(transfer_id, state=State.EXPIRED, verb=Verb.EXPIRE, doer=doer)
            publish(TransferEnded(person_id=None, at=now, transfer_id=transfer_id))
    except NotPossibleNowError:
        return False
    return True


def accept_by_silence(*, now: datetime) -> list[int]:
    """Accept the requests whose payer has kept silent long enough; the ids of those that this call accepted.

    Those that the limits, the state of an account or a follower forbid go on waiting, until they are out of date.
    """
    due = Transfer.objects.filter(state=State.REQUESTED, silence_at__lte=now, expires_at__gt=now)
    return [
        pk
        for pk in list(due.order_by("silence_at", "pk").values_list("pk", flat=True))
        if _accept_silently(pk, now=now)
    ]


def _accept_silently(transfer_id: int, *, now: datetime) -> bool:
    doer = Doer(actor=None, key=f"silence:{transfer_id}", now=now)
    try:
        with transaction.atomic():
            accept(transfer_id=transfer_id, doer=doer)
            publish(TransferEnded(person_id=None, at=now, transfer_id=transfer_id))
    except (NotPossibleNowError, LimitPassedError, AccountClosedToItError, HeldBackError):
        return False
    return True
