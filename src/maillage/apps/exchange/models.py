from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from maillage.apps.directory.models import Initiative, Located, Organization, Theme
from maillage.apps.exchange.choices import (
    SHOWN,
    Answer,
    Audience,
    Direction,
    Kind,
    Motive,
    Reason,
    Status,
)
from maillage.cores.text.criteria import Criterion

if TYPE_CHECKING:
    from maillage.apps.accounts.models import Person


def owner_key(initiative_id: int | None, organization_id: int | None, person_id: int | None) -> str:
    """ "i7", "o12" or "p5": a project, an organisation, a person."""
    if initiative_id:
        return f"i{initiative_id}"
    return f"o{organization_id}" if organization_id else f"p{person_id}"


class ListingQuerySet(models.QuerySet["Listing"]):
    def shown(self) -> ListingQuerySet:
        """Those that others find."""
        return self.filter(status__in=SHOWN)

    def public(self) -> ListingQuerySet:
        """Those that everybody may find."""
        return self.shown().filter(audience=Audience.PUBLIC)


class Listing(Located):
    """A need or an offer. It belongs to `organization` or to the project `initiative`; to the person who made it when there is neither.

    `expires_on` is the last day on which it is shown; `confirmed_on` the day when somebody last said that it still holds.
    `awaits_word`: somebody else drafted it for its organisation, which alone publishes it. `refused` are the readings of its
    words that a person said are wrong, as (kind of criterion, words): they are not proposed as right again.
    """

    direction = models.CharField(max_length=10, choices=Direction)
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=160)
    slug = models.SlugField(max_length=180)
    sort_key = models.CharField(max_length=200, editable=False)
    text = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    organization = models.ForeignKey(
        Organization, models.CASCADE, null=True, blank=True, related_name="listings"
    )
    initiative = models.ForeignKey(Initiative, models.CASCADE, null=True, blank=True, related_name="listings")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    awaits_word = models.BooleanField(default=False)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.PUBLIC)
    themes = models.ManyToManyField(Theme, blank=True, related_name="+")
    radius_km = models.PositiveIntegerField(null=True, blank=True)
    value_cents = models.PositiveBigIntegerField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField()
    confirmed_on = models.DateField()
    reminded_on = models.DateField(null=True, blank=True)
    shown_count = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)

    objects = ListingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="listing_status_known"),
            models.CheckConstraint(
                condition=models.Q(direction__in=Direction.values), name="listing_direction_known"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(starts_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="listing_dates_ordered",
            ),
            models.CheckConstraint(
                condition=models.Q(organization__isnull=True) | models.Q(initiative__isnull=True),
                name="listing_one_owner",
            ),
            models.CheckConstraint(
                condition=models.Q(awaits_word=False)
                | models.Q(status__in=(Status.DRAFT, Status.WITHDRAWN), organization__isnull=False),
                name="listing_shown_once_said",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "direction", "-updated_at", "-id"], name="listing_list"),
            models.Index(fields=["status", "expires_on"], name="listing_expiry"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_need(self) -> bool:
        return self.direction == Direction.NEED

    @property
    def owner_key(self) -> str:
        """Who it belongs to, in one word: two listings of one owner never meet."""
        return owner_key(self.initiative_id, self.organization_id, self.created_by_id)


class ListingCriterion(models.Model):
    """A measurable thing that the listing asks or gives, confirmed by a person: see `cores.text.criteria.Criterion`.

    `words` are those of the text that say it; empty when it was typed in a field.
    """

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="criteria")
    kind = models.CharField(max_length=20)
    unit = models.CharField(max_length=80, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    begins = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    about = models.BooleanField(default=False)
    words = models.CharField(max_length=200, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["listing", "rank"], name="listing_criterion_rank_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.unit}".strip()

    @property
    def value(self) -> Criterion:
        return Criterion(
            self.kind, self.unit, self.low, self.high, begins=self.begins, ends=self.ends, about=self.about
        )


class ListingVersion(models.Model):
    """What a listing said after a change, criteria included; `data` is read by `queries.contents.said_in`.

    `seen_by` is the widest audience that it was ever shown to, empty for words that stayed a draft.
    """

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    data = models.JSONField()
    comment = models.CharField(max_length=200, blank=True)
    seen_by = models.CharField(max_length=10, choices=Audience, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["listing", "number"], name="listing_version_number"),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} v{self.number}"


class Proposal(models.Model):
    """A listing that was signalled to the owner of another, which may answer it; `wave` counts from 1.

    `to` is the listing whose owner is told; `answer` is theirs.
    """

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="proposals")
    to = models.ForeignKey(Listing, models.CASCADE, related_name="proposed")
    wave = models.PositiveSmallIntegerField()
    answer = models.CharField(max_length=20, choices=Answer, blank=True)
    motive = models.CharField(max_length=20, choices=Motive, blank=True)
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["listing", "to"], name="proposal_once"),
            models.CheckConstraint(
                condition=~models.Q(listing=models.F("to")), name="proposal_of_another_listing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} → {self.to_id}"


class Reply(models.Model):
    """A message to the owner of a listing, on behalf of an organisation or of oneself, perhaps from a listing of one's own."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="replies")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="listing_replies")
    organization = models.ForeignKey(Organization, models.SET_NULL, null=True, blank=True, related_name="+")
    from_listing = models.ForeignKey(Listing, models.SET_NULL, null=True, blank=True, related_name="+")
    message = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["listing", "-created_at"], name="reply_list")]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.listing_id}"

    @property
    def who(self) -> str:
        """Who answers, as the owner reads it."""
        person: Person = self.person
        return f"{person} ({self.organization})" if self.organization else str(person)


class Outcome(models.Model):
    """How a listing ended: with whom and what it was worth, or why not."""

    listing = models.OneToOneField(Listing, models.CASCADE, related_name="outcome")
    is_satisfied = models.BooleanField()
    reply = models.ForeignKey(Reply, models.SET_NULL, null=True, blank=True, related_name="+")
    with_whom = models.CharField(max_length=200, blank=True)
    worth_cents = models.PositiveBigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    words = models.TextField(blank=True)
    ended_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_satisfied=True) | ~models.Q(reason=""), name="outcome_says_why_not"
            ),
        ]

    def __str__(self) -> str:
        return str(self.listing)


class SavedSearch(models.Model):
    """A filter of the list that somebody follows: they hear of what newly answers it. `query` is the filter's address."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="listing_searches")
    query = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    told_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "query"], name="saved_search_once"),
        ]

    def __str__(self) -> str:
        return self.query
