"""The accounts of a circle, what its transfers were about, and the exchanges that nobody counted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from maillage.apps.barter.models.circles import Circle, CircleMember
from maillage.apps.exchange.choices import Kind
from maillage.apps.exchange.models import Listing
from maillage.apps.ledger.models import Transfer, Unit


class CircleCredit(models.Model):
    """The unit of account of a circle, and the limits that a new member is given, in hundredths."""

    circle = models.OneToOneField(Circle, models.PROTECT, related_name="credit")
    unit = models.OneToOneField(Unit, models.PROTECT, related_name="circle_credit")
    lower_limit = models.BigIntegerField(default=-500_00)
    upper_limit = models.BigIntegerField(default=500_00)
    soft_lower = models.BigIntegerField(default=-300_00)
    soft_upper = models.BigIntegerField(default=300_00)

    def __str__(self) -> str:
        return str(self.circle)


class TransferSubject(models.Model):
    """What a transfer was about: a need or an offer, or a kind of thing."""

    transfer = models.OneToOneField(Transfer, models.PROTECT, primary_key=True, related_name="subject")
    listing = models.ForeignKey(Listing, models.SET_NULL, null=True, blank=True, related_name="+")
    category = models.CharField(max_length=20, choices=Kind, blank=True)

    def __str__(self) -> str:
        return str(self.listing or self.get_category_display())


class PlainExchange(models.Model):
    """Something that `giver` provided to `receiver` without counting it: it moves no balance."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="plain_exchanges")
    giver = models.ForeignKey(CircleMember, models.PROTECT, related_name="plainly_given")
    receiver = models.ForeignKey(CircleMember, models.PROTECT, related_name="plainly_received")
    what = models.CharField(max_length=200)
    category = models.CharField(max_length=20, choices=Kind, blank=True)
    happened_on = models.DateField()
    key = models.CharField(max_length=80, unique=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    in_office_mode = models.BooleanField(default=False)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="plain_exchange_between_two"),
        ]
        indexes = [models.Index(fields=["circle", "-happened_on", "-id"], name="plain_exchange_list")]

    def __str__(self) -> str:
        return self.what
