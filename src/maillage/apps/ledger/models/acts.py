"""Who did what, once: the key under which every write of the room is done."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from maillage.apps.ledger.choices import Verb
from maillage.kernel.db.append_only import AppendOnly


class Act(AppendOnly):
    """One intention, done once. The same `key` with the same `digest` of what it says is answered as the first time;
    with another, it is refused.

    `actor` is the person who did it (None: the platform itself, or somebody who was erased); `is_office` says that a
    facilitator did it for the member.
    """

    key = models.CharField(max_length=80, unique=True)
    digest = models.CharField(max_length=64)
    verb = models.CharField(max_length=20, choices=Verb)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_office = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(verb__in=Verb.values), name="act_verb_known"),
            models.CheckConstraint(condition=~models.Q(key=""), name="act_has_key"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.key}"
