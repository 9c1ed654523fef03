"""Units of account, and the accounts that are held in them. Amounts are integers: hundredths of the unit, never euros."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from maillage.apps.directory.models import Organization
from maillage.apps.ledger.choices import BALANCE_MAX, Accepts, AccountStatus, Purpose
from maillage.apps.ledger.models.acts import Act
from maillage.kernel.db.append_only import AppendOnly

PER_TEN_THOUSAND = 10_000


class Unit(models.Model):
    """The unit of account of one circle. Commission and demurrage are off at zero.

    `commission_rate` is what the circle keeps of each exchange, `demurrage_rate` what it keeps each month of the part
    of a balance above `demurrage_free`; both in ten-thousandths.
    """

    name = models.CharField(max_length=40)
    plural = models.CharField(max_length=40)
    commission_rate = models.PositiveSmallIntegerField(default=0)
    demurrage_rate = models.PositiveSmallIntegerField(default=0)
    demurrage_free = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(commission_rate__lte=2_000), name="unit_commission_bounded"),
            models.CheckConstraint(condition=Q(demurrage_rate__lte=2_000), name="unit_demurrage_bounded"),
            models.CheckConstraint(condition=Q(demurrage_free__gte=0), name="unit_demurrage_free_positive"),
        ]

    def __str__(self) -> str:
        return self.plural


class AccountQuerySet(models.QuerySet["Account"]):
    def of_members(self) -> AccountQuerySet:
        return self.filter(purpose=Purpose.MEMBER)

    def in_use(self) -> AccountQuerySet:
        """All but those that were closed: the suspended and the frozen keep their balance."""
        return self.exclude(status=AccountStatus.CLOSED)


class Account(models.Model):
    """What an organisation has provided less what it has received, with the limits that the database holds.

    `reserved_out` is what it has reserved for others, `reserved_in` what others have reserved for it: the limits hold
    as if both were already done. A limit of None is none. Each change of the balance adds one to `version`.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="accounts")
    owner = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="ledger_accounts"
    )
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.MEMBER)
    status = models.CharField(max_length=10, choices=AccountStatus, default=AccountStatus.OPEN)
    lower_limit = models.BigIntegerField(null=True, blank=True)
    upper_limit = models.BigIntegerField(null=True, blank=True)
    soft_lower = models.BigIntegerField(null=True, blank=True)
    soft_upper = models.BigIntegerField(null=True, blank=True)
    balance = models.BigIntegerField(default=0)
    reserved_out = models.BigIntegerField(default=0)
    reserved_in = models.BigIntegerField(default=0)
    version = models.BigIntegerField(default=0)
    accepts = models.CharField(max_length=10, choices=Accepts, default=Accepts.NOBODY)
    accepts_up_to = models.BigIntegerField(null=True, blank=True)
    silence_days = models.PositiveSmallIntegerField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField()

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose=Purpose.MEMBER, owner__isnull=False)
                | Q(purpose=Purpose.COMMON, owner__isnull=True),
                name="account_has_its_owner",
            ),
            models.UniqueConstraint(fields=["unit", "owner"], name="account_once_per_owner"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(purpose=Purpose.COMMON), name="account_one_common"
            ),
            models.CheckConstraint(condition=Q(status__in=AccountStatus.values), name="account_status_known"),
            models.CheckConstraint(
                condition=Q(lower_limit__isnull=True) | Q(balance__gte=F("lower_limit") + F("reserved_out")),
                name="account_within_lower_limit",
            ),
            models.CheckConstraint(
                condition=Q(upper_limit__isnull=True) | Q(balance__lte=F("upper_limit") - F("reserved_in")),
                name="account_within_upper_limit",
            ),
            models.CheckConstraint(
                condition=Q(reserved_out__gte=0, reserved_in__gte=0), name="account_reserved_positive"
            ),
            models.CheckConstraint(
                condition=Q(balance__gte=-BALANCE_MAX, balance__lte=BALANCE_MAX),
                name="account_balance_in_64_bits",
            ),
            models.CheckConstraint(
                condition=~Q(status=AccountStatus.CLOSED) | Q(balance=0, reserved_out=0, reserved_in=0),
                name="account_closed_at_zero",
            ),
            models.CheckConstraint(
                condition=Q(accepts_up_to__isnull=True) | Q(accepts_up_to__gt=0),
                name="account_accepts_positive",
            ),
        ]

    def __str__(self) -> str:
        return str(self.owner) if self.owner_id else str(self.get_purpose_display())

    @property
    def can_spend(self) -> int | None:
        """How much more it may receive from others before its lower limit, in hundredths; None without limit."""
        return None if self.lower_limit is None else self.balance - self.reserved_out - self.lower_limit

    @property
    def can_earn(self) -> int | None:
        """How much more it may provide to others before its upper limit, in hundredths; None without limit."""
        return None if self.upper_limit is None else self.upper_limit - self.balance - self.reserved_in


class AcceptedPayee(models.Model):
    """An account whose requests are accepted without asking."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="accepted_payees")
    payee = models.ForeignKey(Account, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "payee"], name="accepted_payee_once"),
            models.CheckConstraint(condition=~Q(account=F("payee")), name="accepted_payee_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} ← {self.payee_id}"


class AccountChange(AppendOnly):
    """A change of limits, of state or of acceptance: what it was, what it became, by whom (`act`) and why.

    `before` and `after` hold the fields that changed, by name; `before` is empty for a new account.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="changes")
    act = models.OneToOneField(Act, models.PROTECT, related_name="account_change")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(after={}), name="account_change_changes_something"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.before} → {self.after}"
