"""Rows carried from one database engine to another, and compared on arrival.

The target is first brought to the shape of the source by this release's own migrations, in a process of its own
whose default database it is: that of this release, or an older one when the site is saved before it is upgraded, whose
rows are then read through the models of its moment. Then every table of every model is emptied and filled in one transaction, in
batches; counts and checksums of both sides must agree before it commits.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from maillage.kernel.db.sqlite import sqlite_database

TARGET = "target"
BATCH_ROWS = 2000
MADE_ANEW = frozenset({"search.SearchEntry", "search.LexiconWord", "search.SpellingKey"})
"""The search index, which each engine keeps in its own way."""
Told = Callable[[str, int], None]
"""Called with (table, rows) as each table arrives."""


class MoveError(RuntimeError):
    """The rows could not be carried; nothing was changed. The message is a French sentence."""


def models_as_they_stand(using: str) -> Apps:
    """The models in the shape that the database has, which may wait for migrations."""
    loader = MigrationLoader(connections[using])
    registry: Apps = loader.project_state(_last_applied(loader)).apps
    return registry


def _last_applied(loader: MigrationLoader) -> list[tuple[str, str]]:
    """The applied migrations on which no other applied one rests."""
    graph, applied = loader.graph, loader.applied_migrations
    there = (key for key in applied if key in graph.nodes)
    return sorted(
        key for key in there if not any(child.key in applied for child in graph.node_map[key].children)
    )


def carried_models(registry: Apps) -> list[type[models.Model]]:
    """Every table of ours, those pointed at before those that point."""
    ours = (
        model
        for model in registry.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label not in MADE_ANEW
    )
    left = sorted(ours, key=lambda model: model._meta.label_lower)
    ordered: list[type[models.Model]] = []
    while left:
        ready = [model for model in left if not _points_at(model) & set(left) - {model}] or left[:1]
        ordered += ready
        left = [model for model in left if model not in ready]
    return ordered


def _points_at(model: type[models.Model]) -> set[type[models.Model]]:
    related = (field.related_model for field in model._meta.concrete_fields if field.is_relation)
    return {found for found in related if isinstance(found, type)}


def carried_fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The columns that hold something; generated ones compute themselves."""
    return [field for field in model._meta.local_concrete_fields if not getattr(field, "generated", False)]


def checksum(model: type[models.Model], using: str) -> tuple[int, str]:
    """(rows, SHA-256 of all values in primary-key order), the same on every engine for the same rows."""
    digest, count = hashlib.sha256(), 0
    for values in rows(model, using):
        digest.update(json.dumps([_plain(value) for value in values], sort_keys=True).encode() + b"\n")
        count += 1
    return count, digest.hexdigest()


def rows(model: type[models.Model], using: str) -> Iterator[tuple[Any, ...]]:
    """The values of each row, in the order of the primary key as text: engines collate text differently."""
    names = [field.attname for field in carried_fields(model)]
    key = model._meta.pk.attname
    found = model._base_manager.using(using).values_list(*names)
    if isinstance(model._meta.pk, models.CharField | models.UUIDField):
        return iter(sorted(found, key=lambda values: str(values[names.index(key)])))
    return found.order_by(key).iterator(chunk_size=BATCH_ROWS)


def _plain(value: Any) -> Any:
    """A value as JSON can hold it, written in one way only."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)


def copy_rows(source: str, target: str, told: Told) -> None:
    """Replace all rows of `target` by those of `source`, and compare. Raises MoveError and changes nothing."""
    carried = carried_models(models_as_they_stand(source))
    with _snapshot(source), transaction.atomic(using=target):
        for model in reversed(carried):
            models.QuerySet(model, using=target)._raw_delete(using=target)
        for model in carried:
            _copy_table(model, source, target)
            here, there = checksum(model, source), checksum(model, target)
            if here != there:
                raise MoveError(
                    f"La table {model._meta.db_table} n'est pas arrivée entière"
                    f" ({here[0]} lignes au départ, {there[0]} à l'arrivée) ; rien n'est changé."
                )
            told(model._meta.db_table, here[0])
        _reset_sequences(connections[target], carried)


def _copy_table(model: type[models.Model], source: str, target: str) -> None:
    fields = carried_fields(model)
    names = [field.attname for field in fields]
    size = connections[target].ops.bulk_batch_size(fields, [None] * BATCH_ROWS)
    batch: list[models.Model] = []

    def flush() -> None:
        if batch:
            rows_of: Any = model._base_manager.using(target)
            rows_of._insert(batch, fields=fields, using=target, raw=True)
            batch.clear()

    for values in rows(model, source):
        batch.append(model(**dict(zip(names, values, strict=True))))
        if len(batch) >= size:
            flush()
    flush()


@contextmanager
def _snapshot(alias: str) -> Iterator[None]:
    """Read `alias` as it is at one instant, whatever others write."""
    with transaction.atomic(using=alias):
        if connections[alias].vendor == "postgresql":
            with connections[alias].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _reset_sequences(connection: BaseDatabaseWrapper, carried: list[type[models.Model]]) -> None:
    statements = connection.ops.sequence_reset_sql(no_style(), carried)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def database(settings: dict[str, Any]) -> Iterator[str]:
    """Lend a second database to this process, under the alias `TARGET`."""
    connections.databases[TARGET] = connections.configure_settings({DEFAULT_DB_ALIAS: {}, TARGET: settings})[
        TARGET
    ]
    try:
        yield TARGET
    finally:
        connections[TARGET].close()
        del connections[TARGET]
        del connections.databases[TARGET]


def rebuild_search(*, data: Path, url: str = "") -> None:
    """Fill the search index anew, in a process of its own."""
    _run(data, url, "reindex")


def shape_database(*, data: Path, url: str = "") -> None:
    """Bring the database at `url` (or SQLite in `data`) to the shape of this site's, in a process of its own."""
    loader = MigrationLoader(connections[DEFAULT_DB_ALIAS])
    if loader.graph.nodes.keys() <= loader.applied_migrations.keys():
        _run(data, url, "upgrade")
    else:
        _run(data, url, "upgrade", "--as-far-as", ",".join(map(".".join, _last_applied(loader))))


def _run(data: Path, url: str, *command: str) -> None:
    """One of our commands on the base of arrival, as an operator would."""
    environment = {**os.environ, "MAILLAGE_DATA": str(data), "MAILLAGE_DATABASE_URL": url}
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "maillage.project.cli", *command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise MoveError(f"La base d'arrivée ne peut pas être préparée : {done.stderr.strip()[-600:]}")


def copy_to_sqlite(target: Path, told: Told = lambda _table, _rows: None) -> None:
    """Carry the site's rows into a new SQLite file, whose search index is left to be filled."""
    shape_database(data=target.parent)
    with database(sqlite_database(target)) as alias:
        copy_rows(DEFAULT_DB_ALIAS, alias, told)


def copy_to_postgres(url: str, told: Told = lambda _table, _rows: None) -> None:
    """Carry the site's rows into an empty PostgreSQL database. Raises MoveError, BadDatabaseUrlError."""
    from django.conf import settings

    from maillage.kernel.db.postgres import database_from_url

    entry = database_from_url(url)
    shape_database(data=settings.DATA, url=url)
    with database(entry) as alias:
        if _has_people(alias):
            raise MoveError("La base d'arrivée contient déjà un site : donnez une base vide.")
        copy_rows(DEFAULT_DB_ALIAS, alias, told)
    rebuild_search(data=settings.DATA, url=url)


def _has_people(alias: str) -> bool:
    from maillage.apps.accounts.models import Person

    return Person.objects.using(alias).exists()
