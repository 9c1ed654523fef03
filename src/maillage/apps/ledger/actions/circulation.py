"""What comes back every month: demurrage, when the circle chose it, and reminders of passed soft limits."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from maillage.apps.ledger.actions.acts import Doer, claim, digest_of
from maillage.apps.ledger.actions.moving import Changes, apply_changes, check_changes, lock_accounts
from maillage.apps.ledger.actions.transfers import transfer_of
from maillage.apps.ledger.choices import RECEIVES, Nature, Purpose, State, Verb
from maillage.apps.ledger.models import Account, Transfer, Unit
from maillage.apps.ledger.models.accounts import PER_TEN_THOUSAND
from maillage.apps.ledger.queries.contents import Order
from maillage.apps.ledger.queries.statements import balances_at
from maillage.apps.ledger.queries.steps import lower_step, upper_step
from maillage.kernel.events import SoftLimitPassed, publish


def collect_demurrage(*, now: datetime) -> list[Transfer]:
    """Take the demurrage of the month that has ended, from each account above what its unit leaves alone.

    It is reckoned on the balance at the end of that month, whatever the day when this runs; once per month and account.
    """
    this_month = timezone.localtime(now).date().replace(day=1)
    month = (this_month - timedelta(days=1)).replace(day=1)
    ended_at = timezone.make_aware(datetime.combine(this_month, time()))
    taken = []
    for unit in Unit.objects.filter(demurrage_rate__gt=0, opened_at__lt=ended_at).order_by("pk"):
        balances = balances_at(unit, ended_at)
        for account_id in sorted(balances):
            made = _collect(unit, account_id, balances[account_id], month=month, now=now)
            taken += [made] if made else []
    return taken


def demurrage_of(balance: int, unit: Unit) -> int:
    """What a month costs a balance, in hundredths, rounded down."""
    return max(balance - unit.demurrage_free, 0) * unit.demurrage_rate // PER_TEN_THOUSAND


@transaction.atomic
def _collect(unit: Unit, account_id: int, balance: int, *, month: date, now: datetime) -> Transfer | None:
    amount = demurrage_of(balance, unit)
    common = Account.objects.get(unit=unit, purpose=Purpose.COMMON)
    if not amount or account_id == common.pk:
        return None
    accounts = lock_accounts([account_id, common.pk])
    account = accounts[account_id]
    if account.can_spend is not None:
        amount = min(amount, account.can_spend)
    if amount <= 0 or account.status not in RECEIVES:
        return None
    doer = Doer(actor=None, key=f"demurrage:{account_id}:{month:%Y-%m}", now=now)
    content = {"account": account_id, "month": f"{month:%Y-%m}"}
    act, is_new = claim(doer=doer, verb=Verb.COLLECT, digest=digest_of(Verb.COLLECT, content))
    if not is_new:
        return None
    order = Order(
        payer_id=account_id,
        payee_id=common.pk,
        amount=amount,
        nature=Nature.DEMURRAGE,
        label=f"{month:%Y-%m}",
    )
    changes = Changes()
    changes.move(account_id, common.pk, amount)
    changes[account_id].settles = True
    check_changes(accounts, changes)
    made = transfer_of(order, accounts, act, State.POSTED)
    made.save()
    apply_changes(accounts, changes, now=now)
    return made


def remind_of_soft_limits(*, now: datetime) -> int:
    """Tell again, once a month, of the accounts that are still beyond a soft limit; how many."""
    today = timezone.localtime(now).date()
    first = today.replace(day=1)
    not_yet = Q(reminded_on__isnull=True) | Q(reminded_on__lt=first)
    beyond = Q(balance__lt=F("soft_lower")) | Q(balance__gt=F("soft_upper"))
    ids = Account.objects.in_use().filter(not_yet, beyond).order_by("pk").values_list("pk", flat=True)
    return sum(_remind(pk, today=today, first=first, now=now) for pk in list(ids))


@transaction.atomic
def _remind(account_id: int, *, today: date, first: date, now: datetime) -> bool:
    account = lock_accounts([account_id])[account_id]
    if account.reminded_on is not None and account.reminded_on >= first:
        return False
    steps = [(True, lower_step(account)), (False, upper_step(account))]
    passed = [(is_lower, step) for is_lower, step in steps if step]
    if not passed:
        return False
    account.reminded_on = today
    account.save(update_fields=["reminded_on"])
    for is_lower, step in passed:
        publish(
            SoftLimitPassed(
                person_id=None, at=now, account_id=account_id, is_lower=is_lower, step=step, is_reminder=True
            )
        )
    return True
