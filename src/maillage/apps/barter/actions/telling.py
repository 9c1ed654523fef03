"""Who is told of what moves on the accounts: the managers of the other side, at the rhythm that each chose."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from maillage.apps.barter.models import Circle, CircleCredit
from maillage.apps.barter.queries.acting import money_handlers_of
from maillage.apps.ledger.choices import Nature, State
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.queries.statements import with_parties
from maillage.apps.ledger.queries.wording import shown_with_unit
from maillage.kernel.events import SoftLimitPassed, TransferEnded
from maillage.kernel.mail.notifications import notify

REQUEST = "barter.request"
TRANSFER = "barter.transfer"
LIMIT = "barter.limit"


def tell_made(circle: Circle, transfer: Transfer, *, by: int, now: datetime) -> None:
    """The other side hears of what `by`, an organisation, has just said."""
    words = _words(transfer)
    if transfer.state == State.REQUESTED:
        title = (
            _("%(payee)s has provided you with something for %(amount)s (%(label)s): do you agree?") % words
        )
        if transfer.reference:
            title = (
                _("%(payee)s asks you for %(amount)s to settle its invoice %(invoice)s: do you agree?")
                % words
            )
        if transfer.silence_at is not None:
            title += " " + _("Without an answer, it is accepted on %(day)s.") % {
                "day": date_format(transfer.silence_at, "DATE_FORMAT")
            }
        _tell(circle, transfer, transfer.payer, REQUEST, title, now)
        return
    if transfer.state == State.PENDING:
        title = _("%(payer)s has reserved %(amount)s for you (%(label)s).") % words
    elif transfer.reference and transfer.payer.owner_id == by:
        title = _("%(payer)s has paid %(amount)s on your invoice %(invoice)s.") % words
    elif transfer.payer.owner_id == by:
        title = _("%(payer)s says that you provided it with something for %(amount)s (%(label)s).") % words
    else:
        title = _("%(payee)s has provided you with something for %(amount)s (%(label)s).") % words
    other = transfer.payee if transfer.payer.owner_id == by else transfer.payer
    _tell(circle, transfer, other, TRANSFER, title, now)


def tell_ended(circle: Circle, transfer: Transfer, *, by: int | None, now: datetime) -> None:
    """Both sides, but for `by`, hear what became of a transfer."""
    words = _words(transfer)
    if transfer.nature == Nature.REVERSAL:
        title = _("The exchange number %(first)s is reversed: %(amount)s go back to %(payee)s.") % words
    elif transfer.state == State.POSTED and transfer.reference:
        title = _("Accepted: %(payer)s has paid %(amount)s on the invoice %(invoice)s of %(payee)s.") % words
    elif transfer.state == State.POSTED:
        title = (
            _("Accepted: %(payee)s has provided %(payer)s with something for %(amount)s (%(label)s).") % words
        )
    else:
        title = _("%(state)s: %(amount)s, from %(payee)s to %(payer)s (%(label)s).") % words
    for account in (transfer.payer, transfer.payee):
        if account.owner_id != by:
            _tell(circle, transfer, account, TRANSFER, title, now)


def tell_transfer_ended(event: TransferEnded) -> None:
    """Silence accepted, or time has passed: nobody did it, so both sides are told."""
    transfer = with_parties(Transfer.objects.filter(pk=event.transfer_id)).get()
    credit = CircleCredit.objects.filter(unit=transfer.unit_id).select_related("circle").first()
    if credit is not None:
        tell_ended(credit.circle, transfer, by=None, now=event.at)


def tell_soft_limit(event: SoftLimitPassed) -> None:
    """The managers of an account hear that it has passed a step, or is still beyond it."""
    account = Account.objects.select_related("unit", "owner").get(pk=event.account_id)
    credit = CircleCredit.objects.filter(unit=account.unit_id).select_related("circle").first()
    if credit is None or account.owner_id is None:
        return
    room = account.can_spend if event.is_lower else account.can_earn
    words = {
        "name": account,
        "circle": credit.circle.name,
        "room": shown_with_unit(room or 0, account.unit),
    }
    if event.is_lower:
        title = _(
            "%(name)s has received much more than it has provided in “%(circle)s”: it may still receive for %(room)s. "
            "What could it offer?"
        )
    else:
        title = _(
            "%(name)s has provided much more than it has received in “%(circle)s”: it may still provide for %(room)s. "
            "What does it need?"
        )
    url = reverse("barter:account", args=[credit.circle_id, account.pk])
    for person in money_handlers_of(account.owner_id):
        notify(person=person, kind=LIMIT, title=title % words, url=url, now=event.at)


def _words(transfer: Transfer) -> dict[str, object]:
    return {
        "payer": transfer.payer,
        "payee": transfer.payee,
        "amount": shown_with_unit(transfer.posted_amount or transfer.amount, transfer.unit),
        "label": transfer.label or _("nothing more said"),
        "first": transfer.reverses_id or "",
        "invoice": transfer.reference,
        "state": transfer.get_state_display(),
    }


def _tell(circle: Circle, transfer: Transfer, account: Account, kind: str, title: str, now: datetime) -> None:
    url = reverse("barter:transfer", args=[circle.pk, transfer.pk])
    for person in money_handlers_of(account.owner_id) if account.owner_id else []:
        notify(person=person, kind=kind, title=title, url=url, now=now)
