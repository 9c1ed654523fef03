"""Opening units and accounts, and changing their limits, their state, and whose requests are accepted."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.directory.models import Organization
from maillage.apps.ledger.actions.acts import Doer, LedgerError, claim, digest_of
from maillage.apps.ledger.actions.moving import OtherUnitError, lock_accounts
from maillage.apps.ledger.choices import (
    ACCOUNT_TRANSITIONS,
    AMOUNT_MAX,
    Accepts,
    AccountStatus,
    Purpose,
    Verb,
)
from maillage.apps.ledger.models import AcceptedPayee, Account, AccountChange, Act, Transfer, Unit
from maillage.apps.ledger.queries.contents import Acceptance, Limits, UnitRules, said
from maillage.apps.ledger.queries.wording import shown_with_unit

RATE_MAX = 2_000
SILENCE_DAYS_MAX = 365


class BadLimitsError(LedgerError):
    """The limits contradict one another; `field` is the first that does."""

    def __init__(self, field: str, message: str) -> None:
        self.field, self.message = field, message
        super().__init__(message)


class BadAcceptanceError(LedgerError):
    message = gettext_lazy("The delay is at most 365 days and the amount greater than zero.")


class BadRulesError(LedgerError):
    message = gettext_lazy("A rate is between 0 and 20 %.")


class NotPossibleStateError(LedgerError):
    def __init__(self, account: Account) -> None:
        self.message = _("The account is in the state “%(state)s”: it cannot go to the one asked.") % {
            "state": account.get_status_display()
        }
        super().__init__(self.message)


class NotAtZeroError(LedgerError):
    message = gettext_lazy(
        "An account is closed when its balance is zero and nothing is reserved nor waiting."
    )


@transaction.atomic
def open_unit(*, name: str, plural: str, rules: UnitRules | None = None, doer: Doer) -> Unit:
    """A unit of account and its common account, which receives commission and demurrage."""
    rules = rules or UnitRules()
    check_rules(rules)
    digest = digest_of(Verb.OPEN_UNIT, said(rules, name=name, plural=plural))
    act, is_new = claim(doer=doer, verb=Verb.OPEN_UNIT, digest=digest)
    if not is_new:
        return AccountChange.objects.select_related("account__unit").get(act=act).account.unit
    unit = Unit.objects.create(name=name, plural=plural, opened_at=doer.now, **asdict(rules))
    common = Account.objects.create(unit=unit, purpose=Purpose.COMMON, lower_limit=0, opened_at=doer.now)
    note(common, act, before={}, after={"status": common.status, "lower_limit": 0})
    return unit


@transaction.atomic
def change_rules(*, unit_id: int, rules: UnitRules, reason: str = "", doer: Doer) -> Unit:
    """Commission and demurrage of a circle, from now on; noted on its common account."""
    check_rules(rules)
    common_id = Account.objects.get(unit_id=unit_id, purpose=Purpose.COMMON).pk
    common = lock_accounts([common_id])[common_id]
    digest = digest_of(Verb.CHANGE_UNIT, said(rules, unit=unit_id, reason=reason))
    act, is_new = claim(doer=doer, verb=Verb.CHANGE_UNIT, digest=digest)
    unit = Unit.objects.select_for_update().get(pk=unit_id)
    before, after = _changed(unit, asdict(rules))
    if not is_new or not after:
        return unit
    unit.save(update_fields=list(after))
    note(common, act, before=before, after=after, reason=reason)
    return unit


@transaction.atomic
def open_account(*, unit_id: int, owner: Organization, limits: Limits, doer: Doer) -> Account:
    """An account for a member, at zero. The account that the member already has stays as it is."""
    unit = Unit.objects.get(pk=unit_id)
    check_limits(limits, Account(unit=unit, owner=owner))
    digest = digest_of(Verb.OPEN_ACCOUNT, said(limits, unit=unit_id, owner=owner.pk))
    act, is_new = claim(doer=doer, verb=Verb.OPEN_ACCOUNT, digest=digest)
    values = asdict(limits)
    account, made = Account.objects.select_related("unit", "owner").get_or_create(
        unit=unit, owner=owner, defaults={**values, "opened_at": doer.now}
    )
    if is_new and made:
        note(account, act, before={}, after={"status": account.status, **values})
    return account


@transaction.atomic
def change_limits(*, account_id: int, limits: Limits, reason: str = "", doer: Doer) -> Account:
    """Give an account other limits, which its balance must already respect. Raises BadLimitsError."""
    account = lock_accounts([account_id])[account_id]
    digest = digest_of(Verb.CHANGE_LIMITS, said(limits, account=account_id, reason=reason))
    act, is_new = claim(doer=doer, verb=Verb.CHANGE_LIMITS, digest=digest)
    if not is_new:
        return account
    check_limits(limits, account)
    before, after = _changed(account, asdict(limits))
    if after:
        account.save(update_fields=list(after))
        note(account, act, before=before, after=after, reason=reason)
    return account


@transaction.atomic
def change_status(*, account_id: int, status: str, reason: str = "", doer: Doer) -> Account:
    """Suspend, freeze, close or open an account again. Raises NotPossibleStateError, NotAtZeroError."""
    account = lock_accounts([account_id])[account_id]
    digest = digest_of(Verb.CHANGE_STATUS, {"account": account_id, "status": str(status), "reason": reason})
    act, is_new = claim(doer=doer, verb=Verb.CHANGE_STATUS, digest=digest)
    if not is_new or account.status == status:
        return account
    if status not in ACCOUNT_TRANSITIONS[account.status]:
        raise NotPossibleStateError(account)
    waits = Transfer.objects.waiting().of(account).exists()
    if status == AccountStatus.CLOSED and (account.balance or waits):
        raise NotAtZeroError
    before, after = _changed(account, {"status": str(status)})
    account.save(update_fields=["status"])
    note(account, act, before=before, after=after, reason=reason)
    return account


@transaction.atomic
def choose_acceptance(*, account_id: int, acceptance: Acceptance, doer: Doer) -> Account:
    """Whose requests this account accepts without asking, and when silence accepts. It holds for later requests."""
    account = lock_accounts([account_id])[account_id]
    digest = digest_of(Verb.CHOOSE_ACCEPTANCE, said(acceptance, account=account_id))
    act, is_new = claim(doer=doer, verb=Verb.CHOOSE_ACCEPTANCE, digest=digest)
    if not is_new:
        return account
    check_acceptance(acceptance, account)
    kept = acceptance.payee_ids if acceptance.accepts == Accepts.LISTED else frozenset()
    were = set(account.accepted_payees.values_list("payee_id", flat=True))
    before, after = _changed(
        account,
        {
            "accepts": str(acceptance.accepts),
            "accepts_up_to": acceptance.accepts_up_to,
            "silence_days": acceptance.silence_days,
        },
    )
    if after:
        account.save(update_fields=list(after))
    if were != kept:
        account.accepted_payees.all().delete()
        AcceptedPayee.objects.bulk_create(AcceptedPayee(account=account, payee_id=pk) for pk in sorted(kept))
        before["payees"], after["payees"] = sorted(were), sorted(kept)
    if after:
        note(account, act, before=before, after=after)
    return account


def note(
    account: Account, act: Act, *, before: dict[str, Any], after: dict[str, Any], reason: str = ""
) -> None:
    """One line of the log of the account."""
    AccountChange.objects.create(account=account, act=act, before=before, after=after, reason=reason)


def _changed(row: Account | Unit, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give `row` these values; what differed, before and after."""
    before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    after = {name: values[name] for name in before}
    for name, value in after.items():
        setattr(row, name, value)
    return before, after


def check_rules(rules: UnitRules) -> None:
    rates_are_right = 0 <= rules.commission_rate <= RATE_MAX and 0 <= rules.demurrage_rate <= RATE_MAX
    if not rates_are_right or not 0 <= rules.demurrage_free <= AMOUNT_MAX:
        raise BadRulesError


def check_acceptance(acceptance: Acceptance, account: Account) -> None:
    days, amount = acceptance.silence_days, acceptance.accepts_up_to
    if days is not None and not 1 <= days <= SILENCE_DAYS_MAX:
        raise BadAcceptanceError
    if amount is not None and not 0 < amount <= AMOUNT_MAX:
        raise BadAcceptanceError
    payees = Account.objects.filter(pk__in=acceptance.payee_ids, unit_id=account.unit_id)
    if payees.exclude(pk=account.pk).count() != len(acceptance.payee_ids):
        raise OtherUnitError


def check_limits(limits: Limits, account: Account) -> None:
    """The lower limit is zero or less, the upper one zero or more, the soft ones lie between, and the balance too."""
    lower, upper, soft_lower, soft_upper = (
        limits.lower_limit,
        limits.upper_limit,
        limits.soft_lower,
        limits.soft_upper,
    )
    unit = account.unit
    if lower is not None and not -AMOUNT_MAX <= lower <= 0:
        raise BadLimitsError("lower_limit", _("The lower limit is zero, or less."))
    if upper is not None and not 0 <= upper <= AMOUNT_MAX:
        raise BadLimitsError("upper_limit", _("The upper limit is zero, or more."))
    if soft_lower is not None and (lower is None or not lower <= soft_lower <= 0):
        raise BadLimitsError("soft_lower", _("The lower warning lies between the lower limit and zero."))
    if soft_upper is not None and (upper is None or not 0 <= soft_upper <= upper):
        raise BadLimitsError("soft_upper", _("The upper warning lies between zero and the upper limit."))
    least, most = account.balance - account.reserved_out, account.balance + account.reserved_in
    if lower is not None and least < lower:
        words = {"least": shown_with_unit(-least, unit)}
        message = (
            _("The account has received %(least)s more than it provided: allow that much at least.") % words
        )
        raise BadLimitsError("lower_limit", message)
    if upper is not None and most > upper:
        words = {"most": shown_with_unit(most, unit)}
        message = (
            _("The account has provided %(most)s more than it received: allow that much at least.") % words
        )
        raise BadLimitsError("upper_limit", message)
