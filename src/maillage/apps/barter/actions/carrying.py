"""What a batch leaves between a member's debts and its claims, carried by its account of mutual credit.

Accounts are locked before books, as by every exchange that is booked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _

from maillage.apps.barter.models import BatchLine, ClearingBatch
from maillage.apps.ledger.actions import reversals, transfers
from maillage.apps.ledger.actions.acts import Doer
from maillage.apps.ledger.choices import Nature, Purpose
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.queries.contents import Order


def carry(*, batch: ClearingBatch, lines: Sequence[BatchLine], doer: Doer) -> list[Transfer]:
    """Who is freed of more than it gives up pays the difference to the common account, which pays it to the others.

    All of it or nothing; the same key, once. Raises LedgerError when an account does not bear it.
    """
    changes: dict[int, int] = defaultdict(int)
    for line in lines:
        changes[line.debt.creditor.organization_id] += line.executed_cents
        changes[line.debt.debtor.organization_id] -= line.executed_cents
    moved = sorted((owner, cents) for owner, cents in changes.items() if cents)
    if not moved:
        return []
    of_circle = Account.objects.filter(unit__circle_credit__circle=batch.circle)
    common = of_circle.get(purpose=Purpose.COMMON).pk
    accounts = dict(of_circle.of_members().values_list("owner_id", "pk"))
    orders = [
        Order(
            payer_id=accounts[owner] if cents < 0 else common,
            payee_id=common if cents < 0 else accounts[owner],
            amount=abs(cents),
            label=batch.reference,
            nature=Nature.CLEARING,
        )
        for owner, cents in moved
    ]
    return transfers.pay_several(orders=orders, doer=doer)


def give_back(*, batch: ClearingBatch, key: str, doer: Doer) -> None:
    """Undo what `carry` did under `key`; the common account is given back first, for it never owes.

    Raises LedgerError when a member has spent since what it was paid.
    """
    made = Transfer.objects.filter(act__key=key, nature=Nature.CLEARING).select_related("payer")
    for transfer in sorted(made, key=lambda each: (each.payer.purpose != Purpose.COMMON, each.pk)):
        reversals.reverse(
            transfer_id=transfer.pk,
            reason=_("%(batch)s is cancelled") % {"batch": batch.reference},
            doer=Doer(actor=doer.actor, key=f"{doer.key}:{transfer.pk}", now=doer.now),
        )
