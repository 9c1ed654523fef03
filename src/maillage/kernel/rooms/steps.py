"""Which of the first steps of a site were taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import BooleanField, ExpressionWrapper

from maillage.kernel.rooms.manifest import FirstStep


def steps_taken(steps: Sequence[FirstStep], viewer: Any) -> list[bool]:
    """For each step whether it was taken: one query, whatever their number, on the row of who asks."""
    if not steps:
        return []
    conditions = {
        f"step_{rank}": ExpressionWrapper(step.is_taken(), output_field=BooleanField())
        for rank, step in enumerate(steps)
    }
    rows = get_user_model()._default_manager.filter(pk=viewer.pk).annotate(**conditions)
    return list(rows.values_list(*conditions)[0])
