"""What imports remember for the next file, and how a facilitator has it forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from maillage.apps.directory.models import CategoryMapping, ImportRecipe
from maillage.kernel.audit.actions import record

if TYPE_CHECKING:
    from maillage.apps.accounts.models import Person


@transaction.atomic
def forget_recipe(*, actor: Person | None, recipe_id: int, now: datetime) -> None:
    """The next file with these columns is guessed anew; imports already made keep how they were read."""
    for recipe in ImportRecipe.objects.filter(pk=recipe_id):
        record(
            actor=actor, verb="import.forget", target_kind="import_recipe", target_id=recipe.pk,
            target_label=recipe.name, now=now,
        )  # fmt: skip
        recipe.delete()


@transaction.atomic
def forget_categories(*, actor: Person | None, source: str, now: datetime) -> int:
    """What the categories of a source became is asked again; returns how many. Fiches keep their themes."""
    count, _by_model = CategoryMapping.objects.filter(source=source).delete()
    if count:
        record(
            actor=actor, verb="import.forget", target_kind="import_categories", target_id=0,
            target_label=source, now=now,
        )  # fmt: skip
    return count
