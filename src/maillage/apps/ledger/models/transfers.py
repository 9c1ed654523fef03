"""Transfers: one row says who pays, who is paid, and how much, so that what one loses the other gains."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from maillage.apps.ledger.choices import AMOUNT_MAX, Nature, State
from maillage.apps.ledger.models.accounts import Account, Unit
from maillage.apps.ledger.models.acts import Act
from maillage.kernel.db.append_only import AppendOnly

WAITING = (State.REQUESTED, State.PENDING)


class TransferQuerySet(models.QuerySet["Transfer"]):
    def posted(self) -> TransferQuerySet:
        return self.filter(state=State.POSTED)

    def waiting(self) -> TransferQuerySet:
        """Those that are still to be answered or posted."""
        return self.filter(state__in=WAITING)

    def of(self, account: Account) -> TransferQuerySet:
        """Those that `account` pays or is paid by."""
        return self.filter(Q(payer=account) | Q(payee=account))


class Transfer(models.Model):
    """`payer` received something, `payee` provided it: `amount` hundredths go from the first's balance to the second's.

    `amount` is what was asked or reserved and never changes; `posted_amount` is what moved, zero until then, less than
    `amount` when a reservation was posted in part. `soulte_cents` is the part paid beside it in money, which moves no
    balance. `reference` is the number of the invoice that it pays. `reverses` is the transfer that this one undoes; `caused_by` the one that this is the commission of.
    `silence_at` is when a request without answer is accepted, `expires_at` when what waits is given up.
    """

    act = models.ForeignKey(Act, models.PROTECT, related_name="transfers")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="transfers", db_index=False)
    payer = models.ForeignKey(Account, models.PROTECT, related_name="transfers_out", db_index=False)
    payee = models.ForeignKey(Account, models.PROTECT, related_name="transfers_in", db_index=False)
    amount = models.BigIntegerField()
    posted_amount = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State)
    nature = models.CharField(max_length=10, choices=Nature, default=Nature.TRADE)
    label = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    soulte_cents = models.BigIntegerField(default=0)
    soulte_currency = models.CharField(max_length=3, blank=True)
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reversals", db_index=False
    )
    caused_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="consequences", db_index=False
    )
    created_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True, blank=True)
    silence_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount__lte=AMOUNT_MAX), name="transfer_amount_positive"
            ),
            models.CheckConstraint(condition=~Q(payer=F("payee")), name="transfer_to_another"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="transfer_state_known"),
            models.CheckConstraint(
                condition=Q(
                    state=State.POSTED,
                    posted_amount__gt=0,
                    posted_amount__lte=F("amount"),
                    posted_at__isnull=False,
                )
                | (~Q(state=State.POSTED) & Q(posted_amount=0, posted_at__isnull=True)),
                name="transfer_posted_amount",
            ),
            models.CheckConstraint(
                condition=Q(soulte_cents=0, soulte_currency="")
                | (Q(soulte_cents__gt=0, soulte_cents__lte=AMOUNT_MAX) & ~Q(soulte_currency="")),
                name="transfer_soulte_with_currency",
            ),
            models.CheckConstraint(
                condition=Q(nature=Nature.REVERSAL, reverses__isnull=False)
                | (~Q(nature=Nature.REVERSAL) & Q(reverses__isnull=True)),
                name="transfer_reversal_points_back",
            ),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="transfer_reversed_once"
            ),
        ]
        indexes = [
            models.Index(fields=["payer", "-id"], name="transfer_payer"),
            models.Index(fields=["payee", "-id"], name="transfer_payee"),
            models.Index(fields=["unit", "-id"], name="transfer_unit"),
            models.Index(
                fields=["payee", "reference"], condition=~Q(reference=""), name="transfer_reference"
            ),
            models.Index(fields=["caused_by"], condition=Q(caused_by__isnull=False), name="transfer_cause"),
            models.Index(
                fields=["expires_at", "id"], condition=Q(state__in=WAITING), name="transfer_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payer_id} → {self.payee_id}: {self.amount} ({self.state})"

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING


class Step(AppendOnly):
    """A transfer that waited changed its state, by `act`."""

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="steps")
    act = models.OneToOneField(Act, models.PROTECT, related_name="step")
    state = models.CharField(max_length=10, choices=State)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer"], name="step_ends_a_transfer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id} {self.state}"
