"""Migrations that make many tables at once, in a few seconds instead of many.

After each `CreateModel`, Django renders again every model that the new one can reach: the tables of a room, made one by one, cost as
many renderings of the whole house. Made together they cost one.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.db.migrations import CreateModel
from django.db.migrations.operations.base import Operation


class CreateTogether(Operation):
    """Several `CreateModel` in a row, in their order: the same tables."""

    def __init__(self, operations: list[CreateModel]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models are added to a state that is not rendered, as Django does before its first migration, then rendered."""
        rendered = state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)
        if rendered is not None:
            state.__dict__["apps"] = rendered
            state.reload_models([(app_label, each.name_lower) for each in self.operations], delay=False)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create models {', '.join(each.name for each in self.operations)}"


def together(operations: Iterable[Operation]) -> list[Operation]:
    """The operations of a migration, each run of `CreateModel` made one."""
    found: list[Operation] = []
    for kind, run in groupby(operations, type):
        if kind is CreateModel:
            found.append(CreateTogether(list(run)))  # type: ignore[arg-type]
        else:
            found.extend(run)
    return found
