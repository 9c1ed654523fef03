"""A barter circle: what its members signed, who belongs to it, and what happened to each of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from maillage.apps.barter.choices import DEFAULT_UNIT_NAME, PRESENT, MemberState
from maillage.apps.directory.models import Organization
from maillage.kernel.db.append_only import AppendOnly


class Circle(models.Model):
    """Organisations that trade without cash, under one agreement and in one unit of account.

    One unit is worth one euro of goods or services; it is never changed for euros, nor written where euros stand.
    """

    name = models.CharField(max_length=120)
    sort_key = models.CharField(max_length=160, unique=True, editable=False)
    unit_name = models.CharField(max_length=30, default=DEFAULT_UNIT_NAME)
    about = models.TextField(blank=True)
    rules = models.TextField(blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class CircleVersion(AppendOnly):
    """What a circle said of itself and its rules, from `changed_at` on; the greatest number is what it says now."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    unit_name = models.CharField(max_length=30)
    about = models.TextField(blank=True)
    rules = models.TextField(blank=True)
    comment = models.CharField(max_length=200, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["circle", "number"], name="circle_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.circle_id}.{self.number}"


class Agreement(AppendOnly):
    """One version of the framework agreement of a circle; the one with the greatest number is in force."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="agreements")
    number = models.PositiveIntegerField()
    text = models.TextField()
    comment = models.CharField(max_length=200, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["circle", "number"], name="agreement_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.circle_id}.{self.number}"


class CircleMemberQuerySet(models.QuerySet["CircleMember"]):
    def active(self) -> CircleMemberQuerySet:
        """Those who may trade."""
        return self.filter(state=MemberState.ACTIVE)

    def present(self) -> CircleMemberQuerySet:
        """Those who belong to the circle: the suspended and the frozen too."""
        return self.filter(state__in=PRESENT)


class CircleMember(models.Model):
    """An organisation in a circle: one row for ever, through leaving and coming back.

    `since` is the moment of the last change of state; `signed_number` the version of the agreement that it signed last.
    """

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="members")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="circle_members")
    state = models.CharField(max_length=20, choices=MemberState, default=MemberState.ACTIVE)
    signed_number = models.PositiveIntegerField()
    joined_at = models.DateTimeField()
    since = models.DateTimeField()

    objects = CircleMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["circle", "organization"], name="circle_member_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=MemberState.values), name="circle_member_state_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.organization)

    @property
    def may_trade(self) -> bool:
        return self.state == MemberState.ACTIVE

    @property
    def is_present(self) -> bool:
        return self.state in PRESENT


class Signature(AppendOnly):
    """An organisation signed a version of the agreement: who signed, in what capacity, and who pressed the button.

    In office mode `person` is the facilitator, who entered what `signatory` signed on paper.
    """

    member = models.ForeignKey(CircleMember, models.CASCADE, related_name="signatures")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="signatures")
    signatory = models.CharField(max_length=120)
    capacity = models.CharField(max_length=120)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    in_office_mode = models.BooleanField(default=False)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "agreement", "signed_at"], name="signature_once_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.agreement_id}"


class MemberChange(AppendOnly):
    """A member went from one state to another: when, why, and who noted it; `before` is empty when it joined."""

    member = models.ForeignKey(CircleMember, models.CASCADE, related_name="changes")
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20, choices=MemberState)
    reason = models.CharField(max_length=300, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    in_office_mode = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(after__in=MemberState.values), name="member_change_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.before} → {self.after}"
