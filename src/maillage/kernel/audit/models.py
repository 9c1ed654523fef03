from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Entries are added, and removed by age or with the person they name: never rewritten."""

    def update(self, **kwargs: Any) -> int:
        raise AuditIsAppendOnlyError

    def newest_first(self) -> AuditQuerySet:
        return self.order_by("-at", "-id")


class AuditIsAppendOnlyError(Exception):
    """Somebody tried to rewrite the journal."""


class AuditEntry(models.Model):
    """Who did what to what, and when. Labels are kept as they were said, so that the line outlives its target."""

    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    actor_label = models.CharField(max_length=120, blank=True)
    verb = models.CharField(max_length=60)
    target_kind = models.CharField(max_length=60)
    target_id = models.CharField(max_length=60, blank=True)
    target_label = models.CharField(max_length=200, blank=True)
    on_behalf_of = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["target_kind", "target_id"], name="audit_target"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_label} {self.verb} {self.target_label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AuditIsAppendOnlyError
        super().save(*args, **kwargs)
