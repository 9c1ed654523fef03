"""Debts between members of a circle, and the batches in which they are cleared together."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from maillage.apps.barter.choices import BatchState, DebtState
from maillage.apps.barter.models.circles import Circle, CircleMember
from maillage.kernel.db.append_only import AppendOnly


class DebtQuerySet(models.QuerySet["Debt"]):
    def clearable(self) -> DebtQuerySet:
        """Those that nobody contests and of which something is left."""
        return self.filter(state=DebtState.CONFIRMED, remaining_cents__gt=0)


class Debt(models.Model):
    """What one member owes another in euros, by an invoice. `entered_by`: the side that said it; the other confirms.

    `issued_invoice`: the invoice when it was issued on this site; `received_invoice`: when it came as a file.
    """

    circle = models.ForeignKey(Circle, models.PROTECT, related_name="debts")
    debtor = models.ForeignKey(CircleMember, models.PROTECT, related_name="debts")
    creditor = models.ForeignKey(CircleMember, models.PROTECT, related_name="claims")
    amount_cents = models.BigIntegerField()
    remaining_cents = models.BigIntegerField()
    invoice = models.CharField(max_length=60)
    due_date = models.DateField(null=True, blank=True)
    issued_invoice = models.ForeignKey(
        "books.Invoice", models.PROTECT, null=True, blank=True, related_name="debts"
    )
    received_invoice = models.ForeignKey(
        "books.ReceivedInvoice", models.PROTECT, null=True, blank=True, related_name="debts"
    )
    state = models.CharField(max_length=20, choices=DebtState, default=DebtState.ENTERED)
    reason = models.CharField(max_length=300, blank=True)
    entered_by = models.ForeignKey(CircleMember, models.PROTECT, related_name="+")
    entered_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    entered_at = models.DateTimeField()
    answered_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = DebtQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["creditor", "invoice"],
                condition=~Q(state=DebtState.WITHDRAWN),
                name="debt_invoice_once",
            ),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="debt_above_zero"),
            models.CheckConstraint(
                condition=Q(remaining_cents__gte=0, remaining_cents__lte=F("amount_cents")),
                name="debt_remaining_within",
            ),
            models.CheckConstraint(condition=~Q(debtor=F("creditor")), name="debt_not_to_oneself"),
            models.CheckConstraint(condition=Q(state__in=DebtState.values), name="debt_state_known"),
        ]

    def __str__(self) -> str:
        return self.invoice

    @property
    def left_cents(self) -> int:
        """What may still be cleared: its invoice may have been settled elsewhere meanwhile."""
        found = self.issued_invoice or self.received_invoice
        return self.remaining_cents if found is None else min(self.remaining_cents, found.remaining_cents)

    @property
    def other_side(self) -> CircleMember:
        """Who says whether it is contested."""
        return self.creditor if self.entered_by_id == self.debtor_id else self.debtor


class ClearingBatch(models.Model):
    """A proposal and what became of it. `opposes`: the batch that this one cancelled.

    `uses_credit`: what a member's debts and claims differ by goes to its account of mutual credit.
    """

    circle = models.ForeignKey(Circle, models.PROTECT, related_name="batches")
    state = models.CharField(max_length=20, choices=BatchState, default=BatchState.PROPOSED)
    input_hash = models.CharField(max_length=64)
    uses_credit = models.BooleanField(default=False)
    opposes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="opposite")
    reason = models.CharField(max_length=300, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["circle"], condition=Q(state=BatchState.PROPOSED), name="batch_one_open"
            ),
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="batch_state_known"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"LOT-{self.pk}"


class BatchLine(models.Model):
    """A debt in a batch: what was left of it at the snapshot, what is proposed, what was done."""

    batch = models.ForeignKey(ClearingBatch, models.CASCADE, related_name="lines")
    debt = models.ForeignKey(Debt, models.PROTECT, related_name="lines")
    before_cents = models.BigIntegerField()
    proposed_cents = models.BigIntegerField()
    executed_cents = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "debt"], name="batch_line_once"),
            models.CheckConstraint(
                condition=Q(proposed_cents__gte=0, proposed_cents__lte=F("before_cents")),
                name="batch_line_proposed_within",
            ),
            models.CheckConstraint(
                condition=Q(executed_cents__gte=0, executed_cents__lte=F("proposed_cents")),
                name="batch_line_executed_within",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.debt_id}"


class Consent(AppendOnly):
    """A party's answer to a proposal; the last one counts. In office mode `person` is the facilitator."""

    batch = models.ForeignKey(ClearingBatch, models.CASCADE, related_name="consents")
    member = models.ForeignKey(CircleMember, models.PROTECT, related_name="consents")
    agrees = models.BooleanField()
    reason = models.CharField(max_length=300, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    in_office_mode = models.BooleanField(default=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.batch_id} {self.member_id}"
