"""The tables of a database in which there is nothing yet, made as they are now instead of as they became.

A migration that changes a table needs the models of its moment, and Django renders again whatever they touch: on a new
database, for nothing. There, each table of ours is made once, in its last shape; then what migrations say to the database
itself (triggers, full-text tables) is said in their order, on those tables. What carries rows is left out: there are none.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython, RunSQL
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState

OURS = "maillage."


def is_new(connection: BaseDatabaseWrapper) -> bool:
    """Whether no migration was ever applied to the database."""
    with connection.cursor() as cursor:
        return "django_migrations" not in connection.introspection.table_names(cursor)


def make_tables(connection: BaseDatabaseWrapper) -> None:
    """Bring a new database where all the migrations would, and note them as applied.

    Those of the libraries, whose next releases nobody here has read, are applied as they are, before ours: it is when
    our models are there to be rendered again that they are slow.
    """
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    theirs = [leaf for leaf in graph.leaf_nodes() if not graph.nodes[leaf].__module__.startswith(OURS)]
    needed = {migration.app_label for migration, _backwards in executor.migration_plan(theirs)}
    first = [leaf for leaf in graph.leaf_nodes() if leaf[0] in needed]
    executor.migrate(first)

    executor = MigrationExecutor(connection)
    plan = [migration for migration, _backwards in executor.migration_plan(graph.leaf_nodes())]
    with connection.schema_editor() as editor:
        _make(plan, executor.loader.project_state(first), editor)
        for migration in plan:
            executor.recorder.record_applied(migration.app_label, migration.name)


def _make(plan: Sequence[Migration], state: ProjectState, editor: BaseDatabaseSchemaEditor) -> None:
    there = set(state.models)
    for migration in plan:
        migration.mutate_state(state, preserve=False)
    for label, name in state.models:
        model = state.apps.get_model(label, name)
        if (label, name) not in there and model._meta.can_migrate(editor.connection):  # type: ignore[attr-defined]
            editor.create_model(model)
    while editor.deferred_sql:  # what ties the tables and indexes them: a migration may take it away
        editor.execute(editor.deferred_sql.pop(0), None)
    for migration in plan:
        for operation in migration.operations:
            if isinstance(operation, (RunPython, RunSQL)) and not operation.elidable:
                operation.database_forwards(migration.app_label, editor, state, state)
