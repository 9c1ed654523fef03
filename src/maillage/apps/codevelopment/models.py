"""A programme of co-development: its people, what binds them, its meetings, and the circles that sit at each."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext

from maillage.apps.codevelopment.choices import Attendance, Rule, Step
from maillage.apps.directory.models import Organization


class Programme(models.Model):
    """One or several rounds of circles. `value`, `bound`, `repeats`, `repeats_bound`, `proven`: as `cores.grouping`
    answered for the last composition; `composed_at` null: not composed yet.

    `proposal`: groups that wait for a confirmation, {"stamp", "rounds": [[[participant key…]…]…], "moves":
    [[round, participant key, number before, number after]…], "value", "bound", "repeats", "repeats_bound", "proven"}; empty: none.
    """

    title = models.CharField(max_length=120)
    slug = models.SlugField(max_length=140)
    about = models.TextField(blank=True)
    place = models.CharField(max_length=200, blank=True)
    rounds_count = models.PositiveSmallIntegerField(default=3)
    size_min = models.PositiveSmallIntegerField(default=5)
    size_max = models.PositiveSmallIntegerField(default=8)
    size_wished = models.PositiveSmallIntegerField(default=6)
    seed = models.PositiveIntegerField(default=0)
    value = models.FloatField(default=0)
    bound = models.FloatField(default=0)
    repeats = models.PositiveIntegerField(default=0)
    repeats_bound = models.PositiveIntegerField(default=0)
    proven = models.BooleanField(default=False)
    composed_at = models.DateTimeField(null=True, blank=True)
    proposal = models.JSONField(default=dict, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(size_min__lte=models.F("size_wished"))
                & models.Q(size_wished__lte=models.F("size_max")),
                name="programme_sizes_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Participant(models.Model):
    """Somebody of a programme, with or without an account. `name` empty and `key` null: erased at their request.

    `profiles`, `sectors`, `languages`: words; `half_days`: of HalfDay."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="participants")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="codevelopments"
    )
    organization = models.ForeignKey(Organization, models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=160, null=True)
    structure = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    profiles = models.JSONField(default=list)
    sectors = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    half_days = models.JSONField(default=list)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "key"], name="participant_once"),
        ]

    def __str__(self) -> str:
        return self.name or gettext("Somebody who was erased")


class PairRule(models.Model):
    """Two people who must, or must not, meet. `first` has the smaller key."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="rules")
    first = models.ForeignKey(Participant, models.CASCADE, related_name="+")
    second = models.ForeignKey(Participant, models.CASCADE, related_name="+")
    rule = models.CharField(max_length=10, choices=Rule)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_rule_once"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="pair_rule_of_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.rule} {self.second_id}"


class Absence(models.Model):
    """An absence announced before a meeting, by its number."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="absences")
    round_number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "round_number"], name="absence_once")]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.round_number}"


class Meeting(models.Model):
    """One round: everybody, in circles. `held_at` is set once its attendance was taken."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="meetings")
    number = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(default=120)
    place = models.CharField(max_length=200, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="meeting_once")]

    def __str__(self) -> str:
        return f"{self.programme_id}.{self.number}"


class Circle(models.Model):
    """One group at one meeting: a client, consultants, a facilitator. Its own date and place, when they differ.

    `languages`, `half_days`: what all of it share. `value`: mean complementarity of its pairs, from 0 to 1.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="circles")
    number = models.PositiveSmallIntegerField()
    value = models.FloatField(default=0)
    languages = models.JSONField(default=list)
    half_days = models.JSONField(default=list)
    starts_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    client = models.ForeignKey(Participant, models.SET_NULL, null=True, blank=True, related_name="+")
    facilitator = models.ForeignKey(Participant, models.SET_NULL, null=True, blank=True, related_name="+")
    topic = models.CharField(max_length=200, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="circle_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id}.{self.number}"

    @property
    def begins(self) -> datetime | None:
        return self.starts_at or self.meeting.starts_at

    @property
    def where(self) -> str:
        return self.place or self.meeting.place or self.meeting.programme.place


class CircleSeat(models.Model):
    """Somebody in a circle. `attendance` empty: not taken yet."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="seats")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="seats")
    attendance = models.CharField(max_length=10, choices=Attendance, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "participant"], name="circle_seat_once")]

    def __str__(self) -> str:
        return f"{self.circle_id} {self.participant_id}"


class StepRecord(models.Model):
    """What a circle wrote down at one of the six steps, read by the circle and the facilitators."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="records")
    step = models.CharField(max_length=20, choices=Step)
    text = models.TextField(blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "step"], name="step_record_once")]

    def __str__(self) -> str:
        return f"{self.circle_id} {self.step}"


class PrivateNote(models.Model):
    """What one person keeps for themselves of a session: nobody else reads it, facilitators and administrators neither."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="notes")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="codevelopment_notes")
    text = models.TextField(blank=True)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "person"], name="private_note_once")]

    def __str__(self) -> str:
        return f"{self.circle_id} {self.person_id}"


class Commitment(models.Model):
    """What somebody of a circle will do next, until when, and when it was done."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="commitments")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="commitments")
    text = models.CharField(max_length=300)
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text

    def is_late(self, today: date) -> bool:
        return self.done_at is None and self.due_on is not None and self.due_on < today


class CalendarAddress(models.Model):
    """How often a person renewed the address by which their calendar follows their sessions; no row: never."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    turn = models.PositiveIntegerField()
    renewed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id}: {self.turn}"
