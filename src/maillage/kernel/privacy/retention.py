"""Letting go of what has served: rows older than their declared retention are deleted every night."""

from __future__ import annotations

from datetime import datetime

from maillage.kernel.privacy.declarations import personal_declarations


def apply_retention(*, now: datetime) -> dict[str, int]:
    """Delete what is past its time; how many rows of each table."""
    deleted: dict[str, int] = {}
    for declaration in personal_declarations():
        if declaration.retention_period is None:
            continue
        limit = {f"{declaration.retention_field}__lt": now - declaration.retention_period}
        rows = declaration.model_class._base_manager.filter(**limit, **declaration.retention_only)
        count, _each = rows.delete()
        deleted[declaration.model] = deleted.get(declaration.model, 0) + count
    return deleted
