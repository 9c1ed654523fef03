"""Finding an address wherever somebody may have typed it, and taking it out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from maillage.kernel.events import ContentChanged, publish
from maillage.kernel.rooms.manifest import all_manifests

ERASED = "[adresse effacée]"


def wipe_address(address: str, *, person_id: int, now: datetime) -> int:
    """Take `address` out of every text of the house; how many rows changed.

    The rows of the account itself are left to its erasure. Public content that changed is indexed again.
    """
    pattern = re.compile(rf"(?<![\w.+-]){re.escape(address)}(?![\w-]|\.\w)", re.IGNORECASE)
    changed_count = 0
    for model in apps.get_models():
        if not model.__module__.startswith("maillage.") or model._meta.proxy or not model._meta.managed:
            continue
        changed = list(_wipe_table(model, address, pattern, person_id))
        changed_count += len(changed)
        _tell_search(model, changed, now)
    return changed_count


def _wipe_table(
    model: type[models.Model], address: str, pattern: re.Pattern[str], person_id: int
) -> Iterator[Any]:
    columns = [
        column
        for column in model._meta.concrete_fields
        if isinstance(column, (models.CharField, models.TextField, models.JSONField))
        and not isinstance(column, models.FileField)
        and not column.primary_key
    ]
    if not columns:
        return
    found = Q()
    rows: models.QuerySet[Any] = model._base_manager.all()
    for position, column in enumerate(columns):
        if isinstance(column, models.JSONField):
            rows = rows.annotate(**{f"as_text_{position}": Cast(column.name, TextField())})
            found |= Q(**{f"as_text_{position}__icontains": address})
        else:
            found |= Q(**{f"{column.name}__icontains": address})
    if model._meta.label == "accounts.Person":
        rows = rows.exclude(pk=person_id)
    for row in list(rows.filter(found).order_by("pk")):
        values = {column.name: getattr(row, column.name) for column in columns}
        wiped = {column.name: _without(values[column.name], pattern, column) for column in columns}
        changes = {name: value for name, value in wiped.items() if value != values[name]}
        if changes:
            model._base_manager.filter(pk=row.pk).update(**changes)
            yield row.pk


def _without(value: Any, pattern: re.Pattern[str], column: models.Field[Any, Any] | None = None) -> Any:
    if isinstance(value, str):
        if isinstance(column, models.EmailField):
            return "" if pattern.fullmatch(value) else value
        wiped = pattern.sub(ERASED, value)
        return (
            wiped[: column.max_length]
            if isinstance(column, models.CharField) and column.max_length
            else wiped
        )
    if isinstance(value, list):
        return [_without(item, pattern) for item in value if not _is_whose(item, pattern)]
    if isinstance(value, dict):
        return {_without(key, pattern): _without(item, pattern) for key, item in value.items()}
    return value


def _is_whose(item: Any, pattern: re.Pattern[str]) -> bool:
    """Whether an entry of a list tells the person of that address: it goes whole, with their name and their number."""
    email = item.get("email") if isinstance(item, dict) else None
    return isinstance(email, str) and pattern.fullmatch(email) is not None


def _tell_search(model: type[models.Model], ids: list[Any], now: datetime) -> None:
    kinds = {provider.kind for room in all_manifests() for provider in room.search_providers}
    if ids and model._meta.model_name in kinds:
        publish(ContentChanged(person_id=None, at=now, kind=model._meta.model_name, ids=tuple(ids)))
