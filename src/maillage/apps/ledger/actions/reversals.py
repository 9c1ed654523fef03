"""Nothing is edited: what was wrong is reversed by a new transfer that points at the first."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from maillage.apps.ledger.actions.acts import Doer, LedgerError, claim, digest_of
from maillage.apps.ledger.actions.answers import NoSuchTransferError
from maillage.apps.ledger.actions.moving import Changes, apply_changes, check_changes, lock_accounts
from maillage.apps.ledger.actions.transfers import transfers_of
from maillage.apps.ledger.choices import Nature, State, Verb
from maillage.apps.ledger.models import Account, Act, Transfer


class NotReversibleError(LedgerError):
    message = _("Only an exchange or a set-off that is done can be reversed.")


class AlreadyReversedError(LedgerError):
    message = _("This transfer was already reversed: it is reversed once only.")


@transaction.atomic
def reverse(*, transfer_id: int, reason: str = "", doer: Doer) -> Transfer:
    """Give back what a transfer moved, with the commission that was taken on it.

    Raises NotReversibleError, AlreadyReversedError, LimitPassedError (whoever was paid has spent it since),
    AccountClosedToItError.
    """
    first = Transfer.objects.filter(pk=transfer_id).first()
    if first is None:
        raise NoSuchTransferError
    undone = [first, *first.consequences.order_by("pk")]
    accounts = lock_accounts({pk for each in undone for pk in (each.payer_id, each.payee_id)})
    digest = digest_of(Verb.REVERSE, {"transfer": transfer_id, "reason": reason})
    act, is_new = claim(doer=doer, verb=Verb.REVERSE, digest=digest)
    if not is_new:
        return transfers_of(act)[0]
    if first.state != State.POSTED or first.nature not in (Nature.TRADE, Nature.CLEARING):
        raise NotReversibleError
    if first.reversals.exists():
        raise AlreadyReversedError
    changes = Changes()
    made = []
    for each in undone:
        changes.move(each.payee_id, each.payer_id, each.posted_amount)
        made.append(_opposite(each, accounts, act, reason))
    for opposite in made[1:]:
        opposite.caused_by = made[0]
    check_changes(accounts, changes)
    made[0].save()
    Transfer.objects.bulk_create(made[1:])
    apply_changes(accounts, changes, posted=made, now=doer.now)
    return made[0]


def _opposite(transfer: Transfer, accounts: dict[int, Account], act: Act, reason: str) -> Transfer:
    return Transfer(
        act=act,
        unit=accounts[transfer.payer_id].unit,
        payer=accounts[transfer.payee_id],
        payee=accounts[transfer.payer_id],
        amount=transfer.posted_amount,
        posted_amount=transfer.posted_amount,
        state=State.POSTED,
        nature=Nature.REVERSAL,
        label=reason[:200],
        reference=transfer.reference,
        soulte_cents=transfer.soulte_cents,
        soulte_currency=transfer.soulte_currency,
        reverses=transfer,
        created_at=act.at,
        posted_at=act.at,
    )
