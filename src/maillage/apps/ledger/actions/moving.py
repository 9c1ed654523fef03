"""How balances change: rows locked in the order of their ids, checked, then changed on condition.

Every action of the room locks in one order: accounts, key of the act, transfer. Who calls several of them in one
transaction locks all their accounts first, with `lock_accounts`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.ledger.actions.acts import LedgerError
from maillage.apps.ledger.actions.following import follow
from maillage.apps.ledger.choices import BALANCE_MAX, PAYS, RECEIVES
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.queries.steps import lower_step, upper_step
from maillage.apps.ledger.queries.wording import shown_with_unit
from maillage.kernel.events import SoftLimitPassed, publish


class NoSuchAccountError(LedgerError):
    message = gettext_lazy("This account does not exist.")


class OtherUnitError(LedgerError):
    message = gettext_lazy("These two accounts do not belong to the same circle.")


class AccountClosedToItError(LedgerError):
    """The state of the account refuses: it may not pay, or not receive."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.message = _("The account of %(name)s is in the state “%(state)s”: this is not possible.") % {
            "name": account,
            "state": account.get_status_display(),
        }
        super().__init__(self.message)


class LimitPassedError(LedgerError):
    """The balance would leave its limits; `room` is what is still possible, in hundredths."""

    def __init__(self, account: Account, *, is_lower: bool) -> None:
        self.account, self.is_lower = account, is_lower
        self.room = max((account.can_spend if is_lower else account.can_earn) or 0, 0)
        words = {"name": account, "room": shown_with_unit(self.room, account.unit)}
        if is_lower:
            self.message = _("%(name)s may receive %(room)s more at most before its lower limit.") % words
        else:
            self.message = _("%(name)s may provide %(room)s more at most before its upper limit.") % words
        super().__init__(self.message)


class StaleAccountError(RuntimeError):
    """An account changed although it was locked: a fault of the house, never of the person."""


@dataclass
class Change:
    """What is added to the columns of one account; `settles` when it ends what was already reserved."""

    balance: int = 0
    reserved_out: int = 0
    reserved_in: int = 0
    settles: bool = False


class Changes(defaultdict[int, Change]):
    """The changes of several accounts, by id."""

    def __init__(self) -> None:
        super().__init__(Change)

    def move(self, payer_id: int, payee_id: int, amount: int) -> None:
        self[payer_id].balance -= amount
        self[payee_id].balance += amount

    def reserve(self, payer_id: int, payee_id: int, amount: int) -> None:
        self[payer_id].reserved_out += amount
        self[payee_id].reserved_in += amount

    def free(self, payer_id: int, payee_id: int, amount: int) -> None:
        self.reserve(payer_id, payee_id, -amount)
        self[payer_id].settles = self[payee_id].settles = True


def lock_accounts(ids: Iterable[int]) -> dict[int, Account]:
    """The accounts, by id, locked until the end of the transaction. Raises NoSuchAccountError."""
    wanted = set(ids)
    rows = Account.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=wanted)
    found = {account.pk: account for account in rows.select_related("unit", "owner").order_by("pk")}
    if len(found) != len(wanted):
        raise NoSuchAccountError
    return found


def check_changes(accounts: Mapping[int, Account], changes: Changes) -> None:
    """Raises AccountClosedToItError, LimitPassedError: the first account that refuses, in the order of ids."""
    for pk, change in sorted(changes.items()):
        account = accounts[pk]
        pays = change.balance < 0 or change.reserved_out > 0
        receives = change.balance > 0 or change.reserved_in > 0
        allowed = RECEIVES if change.settles or not pays else PAYS
        if (pays or receives) and account.status not in allowed:
            raise AccountClosedToItError(account)
        spends, earns = change.reserved_out - change.balance, change.reserved_in + change.balance
        if spends > 0 and account.can_spend is not None and spends > account.can_spend:
            raise LimitPassedError(account, is_lower=True)
        if earns > 0 and account.can_earn is not None and earns > account.can_earn:
            raise LimitPassedError(account, is_lower=False)
        if abs(account.balance + change.balance) > BALANCE_MAX:
            raise LimitPassedError(account, is_lower=change.balance < 0)


def apply_changes(
    accounts: Mapping[int, Account], changes: Changes, *, posted: Sequence[Transfer] = (), now: datetime
) -> None:
    """Write checked changes, tell of the soft limits that they pass, and of the transfers that they `posted`.

    Whatever moves a balance passes here, but for the ordinary transfer in one statement, which nobody follows.

    The database checks the limits once more; each row changes only if it is still the one that was read.
    """
    for pk, change in sorted(changes.items()):
        account = accounts[pk]
        before, version = account.balance, account.version
        account.balance += change.balance
        account.reserved_out += change.reserved_out
        account.reserved_in += change.reserved_in
        account.version += 1
        written = Account.objects.filter(pk=pk, version=version).update(
            balance=account.balance,
            reserved_out=account.reserved_out,
            reserved_in=account.reserved_in,
            version=account.version,
        )
        if written != 1:
            raise StaleAccountError(pk)
        tell_steps(account, before=before, now=now)
    follow(posted, now=now)


def tell_steps(account: Account, *, before: int, now: datetime) -> None:
    """Publish each side on which the balance has passed one more step since `before`."""
    for is_lower, step_at in ((True, lower_step), (False, upper_step)):
        step = step_at(account)
        if step > step_at(account, before):
            publish(
                SoftLimitPassed(
                    person_id=None,
                    at=now,
                    account_id=account.pk,
                    is_lower=is_lower,
                    step=step,
                    is_reminder=False,
                )
            )
