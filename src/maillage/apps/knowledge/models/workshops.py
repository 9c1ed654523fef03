from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models

from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.choices import Kind, Relation, Stage
from maillage.apps.knowledge.models.terms import NAME_LENGTH_MAX, Term

CODE_LENGTH = 6


class Workshop(models.Model):
    """An hour or two of crossed interviews. `code` lets people in until `code_ends_at`."""

    title = models.CharField(max_length=120)
    slug = models.SlugField(max_length=140)
    held_on = models.DateField()
    place = models.CharField(max_length=200, blank=True)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.OPEN)
    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    code_ends_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(stage__in=Stage.values), name="workshop_stage_known"),
        ]

    def __str__(self) -> str:
        return self.title

    def lets_in(self, now: datetime) -> bool:
        """Whether its code opens it at `now`."""
        return self.stage != Stage.ENDED and now < self.code_ends_at


class Seat(models.Model):
    """Somebody at a workshop, for a structure of the directory or one that is only named. `group_number`, at the last round, 0: none yet."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="seats")
    organization = models.ForeignKey(Organization, models.SET_NULL, null=True, blank=True, related_name="+")
    structure = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    first_name = models.CharField(max_length=60, blank=True)
    on_paper = models.BooleanField(default=False)
    is_away = models.BooleanField(default=False)
    group_number = models.PositiveSmallIntegerField(default=0)
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workshop", "key"], name="seat_once")]

    def __str__(self) -> str:
        return self.structure


class SeatRound(models.Model):
    """In which group a seat was at a round of its workshop: they are numbered from 1, and stay when the next is composed."""

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    group_number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seat", "number"], name="seat_round_once"),
            models.CheckConstraint(condition=models.Q(number__gt=0), name="seat_round_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id}: {self.number}, {self.group_number}"


class WorkshopAnswer(models.Model):
    """Words said by a structure at a workshop. `term` is the one that was chosen for them, if any."""

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="answers")
    kind = models.CharField(max_length=20, choices=Kind)
    relation = models.CharField(max_length=10, choices=Relation, default=Relation.HOLDS)
    words = models.CharField(max_length=NAME_LENGTH_MAX)
    key = models.CharField(max_length=160)
    term = models.ForeignKey(Term, models.SET_NULL, null=True, blank=True, related_name="+")
    kept = models.BooleanField(null=True)
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seat", "kind", "relation", "key"], name="workshop_answer_once"),
        ]

    def __str__(self) -> str:
        return self.words
