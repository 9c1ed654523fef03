"""Loops found in a circle: each search, each loop that was proposed, its legs, and what each party answered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from maillage.apps.barter.choices import MEASURE_ONE, LoopEnd, LoopPart, LoopReply, LoopState, Measure
from maillage.apps.barter.models.circles import Circle, CircleMember
from maillage.apps.exchange.models import Listing
from maillage.apps.ledger.models import Transfer


class LoopSearch(models.Model):
    """One search. `weight` and `bound` are of all the loops then proposed, those of before too; `new_count` of them are new.

    `valueless` has the numbers of the offers that meet a need and whose value nobody said: they enter no loop. `key` is that of the form.
    """

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="loop_searches")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    key = models.CharField(max_length=80, unique=True)
    legs_max = models.PositiveSmallIntegerField()
    needs = models.PositiveIntegerField()
    offers = models.PositiveIntegerField()
    valueless = models.JSONField(default=list)
    new_count = models.PositiveIntegerField()
    weight = models.BigIntegerField()
    bound = models.BigIntegerField()
    is_proven = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weight__lte=F("bound")), name="loop_search_under_bound"),
        ]
        indexes = [models.Index(fields=["circle", "-at", "-id"], name="loop_search_last")]

    def __str__(self) -> str:
        return f"{self.circle_id} {self.at}"

    @property
    def gap_percent(self) -> float:
        """How far what is proposed stays from the bound."""
        return 100 * (self.bound - self.weight) / self.bound if self.bound else 0.0


class Loop(models.Model):
    """Members in a ring, each giving to the next. It is made when all have accepted, all its transfers at once."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="loops")
    search = models.ForeignKey(LoopSearch, models.PROTECT, related_name="loops")
    state = models.CharField(max_length=20, choices=LoopState, default=LoopState.PROPOSED)
    end = models.CharField(max_length=20, choices=LoopEnd, blank=True)
    weight = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LoopState.values), name="loop_state_known"),
            models.CheckConstraint(
                condition=Q(state=LoopState.PROPOSED, ended_at__isnull=True)
                | (~Q(state=LoopState.PROPOSED) & Q(ended_at__isnull=False)),
                name="loop_ended_when_over",
            ),
        ]
        indexes = [models.Index(fields=["circle", "state", "-proposed_at", "-id"], name="loop_list")]

    def __str__(self) -> str:
        return f"{self.circle_id}.{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == LoopState.PROPOSED


class LoopLeg(models.Model):
    """One gift: `giver` gives `quantity` of `offer` to `taker`, of whose need it serves `served`.

    The titles and reasons are those of the day when it was proposed. `transfer` is its exchange, once the loop is made.
    """

    loop = models.ForeignKey(Loop, models.CASCADE, related_name="legs")
    rank = models.PositiveSmallIntegerField()
    giver = models.ForeignKey(CircleMember, models.PROTECT, related_name="loop_gifts")
    taker = models.ForeignKey(CircleMember, models.PROTECT, related_name="loop_receipts")
    offer = models.ForeignKey(Listing, models.SET_NULL, null=True, blank=True, related_name="+")
    need = models.ForeignKey(Listing, models.SET_NULL, null=True, blank=True, related_name="+")
    offer_title = models.CharField(max_length=160)
    need_title = models.CharField(max_length=160)
    quantity = models.PositiveIntegerField()
    served = models.PositiveIntegerField()
    measure = models.CharField(max_length=20, blank=True)
    value_cents = models.PositiveBigIntegerField()
    fit = models.FloatField()
    reasons = models.JSONField(default=list)
    transfer = models.OneToOneField(Transfer, models.PROTECT, null=True, blank=True, related_name="loop_leg")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["loop", "rank"], name="loop_leg_rank_once"),
            models.UniqueConstraint(fields=["loop", "giver"], name="loop_leg_giver_once"),
            models.UniqueConstraint(fields=["loop", "taker"], name="loop_leg_taker_once"),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="loop_leg_between_two"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, served__gte=1, value_cents__gte=1),
                name="loop_leg_gives_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loop_id}.{self.rank}"

    @property
    def quantity_words(self) -> str:
        """« 6 heures »; nothing for one thing that nobody counted."""
        if not self.measure:
            return ""
        measure = MEASURE_ONE[self.measure] if self.quantity == 1 else Measure(self.measure).label
        return f"{self.quantity} {measure}"


class LoopAnswer(models.Model):
    """What a party said of a loop. `refused` says which of its two legs is not right, and is never proposed again."""

    loop = models.ForeignKey(Loop, models.CASCADE, related_name="answers")
    member = models.ForeignKey(CircleMember, models.PROTECT, related_name="loop_answers")
    reply = models.CharField(max_length=20, choices=LoopReply)
    refused = models.CharField(max_length=20, choices=LoopPart, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    in_office_mode = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["loop", "member"], name="loop_answer_once"),
            models.CheckConstraint(
                condition=Q(reply=LoopReply.ACCEPTED, refused="")
                | (Q(reply=LoopReply.REFUSED) & ~Q(refused="") & ~Q(reason="")),
                name="loop_answer_refused_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loop_id} {self.member_id} {self.reply}"
