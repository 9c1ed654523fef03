"""One worker of the concurrent histories: `python -m tests.apps.ledger.worker DATABASE NUMBER TURNS`.

What it does at each turn depends on its number alone, so that a worker which was killed and starts again asks the same
things under the same keys. It writes a line for each write that was acknowledged: its key and the transfer's number.
"""

from __future__ import annotations

import os
import random
import sys
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def main(database: str, number: int, turns: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.project.settings")
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from maillage.apps.ledger.actions.acts import LedgerError
    from maillage.apps.ledger.models import Account

    accounts = list(Account.objects.filter(owner__isnull=False).order_by("pk").values_list("pk", flat=True))
    chance, made = random.Random(number), []
    for turn in range(turns):
        key = f"w{number}:{turn}"
        payer, payee = chance.sample(accounts, 2)
        dice, amount, back = chance.random(), chance.randint(1, 150_00), chance.randint(1, 3)
        for _time in range(2 if chance.random() < 0.2 else 1):
            try:
                transfer = act(dice, key, payer, payee, amount, made[-back] if len(made) >= back else None)
            except LedgerError:
                continue
            sys.stdout.write(f"{key} {transfer.pk}\n")
            sys.stdout.flush()
        if dice < 0.75:
            made.append(key)


def act(dice: float, key: str, payer: int, payee: int, amount: int, earlier: str | None):  # type: ignore[no-untyped-def]
    from maillage.apps.ledger.actions import answers, reversals, transfers
    from maillage.apps.ledger.actions.acts import Doer
    from maillage.apps.ledger.models import Transfer
    from maillage.apps.ledger.queries.contents import Order

    doer = Doer(actor=None, key=key, now=NOW)
    order = Order(payer_id=payer, payee_id=payee, amount=amount, label=key)
    if dice < 0.40:
        return transfers.pay(order=order, doer=doer)
    if dice < 0.50:
        others = [
            order,
            Order(payer_id=payee, payee_id=payer, amount=max(amount // 3, 1), label=f"{key} back"),
        ]
        return transfers.pay_several(orders=others, doer=doer)[0]
    if dice < 0.62:
        return transfers.reserve(order=order, doer=doer, expires_at=NOW + timedelta(days=2))
    if dice < 0.75:
        return transfers.request(order=order, doer=doer)
    found = Transfer.objects.filter(act__key=earlier).order_by("pk").first()
    if found is None:
        return transfers.pay(order=order, doer=doer)
    if dice < 0.80:
        return reversals.reverse(transfer_id=found.pk, doer=doer)
    if dice < 0.86:
        return answers.accept(transfer_id=found.pk, doer=doer)
    if dice < 0.92:
        return answers.post(transfer_id=found.pk, amount=max(found.amount // 2, 1), doer=doer)
    if dice < 0.96:
        return answers.void(transfer_id=found.pk, doer=doer)
    return answers.refuse(transfer_id=found.pk, doer=doer)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
