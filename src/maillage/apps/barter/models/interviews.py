"""A facilitator visits a structure, and what it can offer and needs is written down, then confirmed by the structure."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from maillage.apps.barter.choices import (
    MEASURE_ONE,
    InterviewState,
    ItemAnswer,
    Measure,
    Resource,
    Sureness,
    Urgency,
)
from maillage.apps.barter.models.circles import CircleMember
from maillage.apps.exchange.choices import Direction
from maillage.apps.exchange.models import Listing
from maillage.kernel.db.append_only import AppendOnly


class Interview(models.Model):
    """A visit. `step` is where it stands, `asked` the steps that were gone through, by their slugs.

    `link_number` counts the links sent: only the last one opens the drafts, until a while after `sent_at`.
    """

    member = models.ForeignKey(CircleMember, models.CASCADE, related_name="interviews")
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=20, choices=InterviewState, default=InterviewState.OPEN)
    visited_on = models.DateField()
    met = models.CharField(max_length=200, blank=True)
    notes = models.TextField(blank=True)
    step = models.CharField(max_length=20, blank=True)
    asked = models.JSONField(default=list, blank=True)
    email = models.EmailField(blank=True)
    link_number = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=InterviewState.values), name="interview_state_known"
            ),
            models.UniqueConstraint(
                fields=["member"],
                condition=models.Q(state=InterviewState.OPEN),
                name="interview_open_once_a_member",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.visited_on}"


class Confirmation(AppendOnly):
    """Somebody of the structure answered by the link: who they said they are, and when."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="confirmations")
    name = models.CharField(max_length=120)
    capacity = models.CharField(max_length=120)
    link_number = models.PositiveIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.interview_id} {self.at}"


class InterviewItem(models.Model):
    """One thing that the structure can offer, or needs. `listing` is its draft in the exchange, once it was sent.

    `quantity` counts in `measure`; `unit_value_cents` is the market value, in euros, of one of them.
    """

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="items")
    direction = models.CharField(max_length=10, choices=Direction)
    resource = models.CharField(max_length=20, choices=Resource)
    title = models.CharField(max_length=160)
    details = models.TextField(blank=True)
    quantity = models.PositiveIntegerField(default=1)
    measure = models.CharField(max_length=20, choices=Measure)
    availability = models.CharField(max_length=300, blank=True)
    unit_value_cents = models.PositiveBigIntegerField(null=True, blank=True)
    sureness = models.CharField(max_length=20, choices=Sureness, blank=True)
    urgency = models.CharField(max_length=20, choices=Urgency, blank=True)
    listing = models.OneToOneField(
        Listing, models.SET_NULL, null=True, blank=True, related_name="interview_item"
    )
    answer = models.CharField(max_length=20, choices=ItemAnswer, blank=True)
    confirmation = models.ForeignKey(
        Confirmation, models.SET_NULL, null=True, blank=True, related_name="items"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(direction__in=Direction.values), name="interview_item_direction_known"
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1), name="interview_item_quantity_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(answer="") | models.Q(confirmation__isnull=False),
                name="interview_item_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def quantity_words(self) -> str:
        """« 1 heure », « 10 demi-journées »."""
        measure = MEASURE_ONE[self.measure] if self.quantity == 1 else self.get_measure_display()
        return f"{self.quantity} {measure}"

    @property
    def unit_value_words(self) -> str:
        """In euros, as it is written here: « 80 » or « 12,50 »; empty when it is not known."""
        cents = self.unit_value_cents
        if cents is None:
            return ""
        return f"{cents // 100},{cents % 100:02}" if cents % 100 else str(cents // 100)

    @property
    def total_value_cents(self) -> int | None:
        return self.unit_value_cents * self.quantity if self.unit_value_cents is not None else None
