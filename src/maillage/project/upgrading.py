"""Bringing the database to the shape that this release expects, with a way back."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from maillage.kernel.db.new_site import is_new
from maillage.kernel.terminal import told
from maillage.project.archive import BadArchiveError, write_archive
from maillage.project.data_folder import BACKUPS
from maillage.project.moving import MoveError

LOCK_NUMBER = 4_026_531
"""Any number, ours: PostgreSQL knows advisory locks by number."""


def pending_migrations() -> list[str]:
    """The migrations to be applied, as "app.name", in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def unknown_migrations() -> list[str]:
    """Those of ours, as "app.name", that the database has had and this release does not know: it is older than the database."""
    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations)
    known.update(replaced for each in loader.disk_migrations.values() for replaced in each.replaces)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("maillage.")}
    unknown = sorted(key for key in loader.applied_migrations if key[0] in ours and key not in known)
    return [f"{app}.{name}" for app, name in unknown]


class UpgradeError(RuntimeError):
    """The database stays as it was; the message is a French sentence for the operator."""


class NotNewError(UpgradeError):
    """The database has tables."""


def shape_as_far_as(last: Sequence[str]) -> int:
    """Bring a new database to these migrations ("app.name"), for rows of a site that waits for the others; how many were applied.

    Raises NotNewError on any other: to be brought back there, a database would lose what came since.
    """
    with _alone():
        if not is_new(connection):
            raise NotNewError("Cette base a déjà des tables : elle ne se met à niveau qu'en entier.")
        executor = MigrationExecutor(connection)
        nodes = [(app, name) for app, _dot, name in (each.partition(".") for each in last)]
        plan = executor.migration_plan(nodes)
        executor.migrate(nodes, plan)
        call_command("createcachetable", verbosity=0)
    return len(plan)


def upgrade_database() -> tuple[int, Path | None]:
    """Apply what is pending; how many migrations, and the backup made before (None: nothing to lose).

    Several servers may start at once: one upgrades, the others wait and find nothing left to do. Raises UpgradeError.
    """
    with _alone():
        new = is_new(connection)
        if newer := unknown_migrations():
            raise UpgradeError(
                f"La base vient d'une version plus récente de Maillage ({newer[0]}) : réinstallez cette version,"
                " ou rétablissez la sauvegarde d'avant la mise à niveau."
            )
        pending = pending_migrations()
        backup = None
        if pending and not new:
            stamp = timezone.localtime().strftime("%Y-%m-%d-%H%M%S")
            backup = _saved(settings.DATA / BACKUPS / f"avant-mise-a-niveau-{stamp}.zip")
        if pending:
            call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    return len(pending), backup


def _saved(target: Path) -> Path:
    try:
        return write_archive(target)
    except (BadArchiveError, MoveError, OSError) as error:
        raise UpgradeError(
            f"La base n'est pas mise à niveau : la sauvegarde d'avant n'a pas pu être faite. {told(error)}"
        ) from error


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock of upgrades: a file on one machine, the database's own between several."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK_NUMBER])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_NUMBER])
        return
    with (settings.DATA / ".upgrade-lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
