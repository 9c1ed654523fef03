"""Rows that are written once: a mistake is followed by another row, never corrected in place."""

from __future__ import annotations

from typing import Any

from django.db import models


class AppendOnlyError(Exception):
    """Somebody tried to rewrite or to remove what is only ever added to."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Rows are added, never rewritten nor removed, but for the person's name when they are erased."""

    def update(self, **kwargs: Any) -> int:
        if set(kwargs) - {"actor", "actor_id"}:
            raise AppendOnlyError
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError


class AppendOnly(models.Model):
    """A row of a log. A room whose database refuses to change it too says so in a migration."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnlyError
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError
