from __future__ import annotations

from django.conf import settings
from django.db import models

from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.choices import Interest, Motive


class CooperationAnswer(models.Model):
    """What one organisation answers to a cooperation. `parties`: the keys of all of them in order, as "12-45-78"."""

    parties = models.CharField(max_length=80, db_index=True)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="cooperation_answers")
    answer = models.CharField(max_length=10, choices=Interest)
    motive = models.CharField(max_length=20, choices=Motive, blank=True)
    words = models.CharField(max_length=300, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parties", "organization"], name="cooperation_answer_once"),
            models.CheckConstraint(
                condition=~models.Q(answer=Interest.REFUSED) | ~models.Q(motive=""),
                name="cooperation_refusal_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parties} {self.answer}"
