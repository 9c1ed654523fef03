"""Writes of many rows, several times faster than `bulk_create`: for imports, not for everyday writes.

Values go to the database as they are prepared here, without model instances; no `save()` runs, so that the
caller gives every derived column itself. Columns not named get their field's default. Call it inside a transaction.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

Row = Sequence[Any]
COLLECTED_AFTER = 200_000
"""New objects between two collections, during bulk work; Python's own choice, 700, costs a fifth of the time."""


@contextmanager
def rare_collections() -> Iterator[None]:
    """Look for garbage in cycles less often: rows by the thousand are freed without it."""
    before = gc.get_threshold()
    gc.set_threshold(COLLECTED_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def take_ids(model: type[models.Model], count: int) -> range | list[int]:
    """`count` primary keys that nobody else will be given.

    On PostgreSQL they come from the table's sequence. On SQLite a transaction that writes is alone: the next ones
    are those after the last that was ever given.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        first = (found[0] if found else 0) + 1
        return range(first, first + count)


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert `rows`, whose values are in the order of the fields `names` (`owner_id` or `owner` for a key)."""
    if not rows:
        return
    by_name = {field.name: field for field in model._meta.local_concrete_fields}
    by_name |= {field.attname: field for field in model._meta.local_concrete_fields}
    named = [by_name[name] for name in names]
    others = [
        field
        for field in model._meta.local_concrete_fields
        if field not in named and not isinstance(field, models.AutoField)
    ]
    defaults = [_prepared(field, [field.get_default()])[0] for field in others]
    told = [_prepared(field, column) for field, column in zip(named, zip(*rows, strict=True), strict=True)]
    ready = list(zip(*told, *([value] * len(rows) for value in defaults), strict=True))
    columns = [str(field.column) for field in (*named, *others)]
    _send(model._meta.db_table, columns, ready)


def _prepared(field: Any, column: Sequence[Any]) -> Sequence[Any]:
    """The values of one column as they go to the database; a column that is ready goes as it is."""
    if isinstance(field, models.JSONField):
        return [None if value is None else "[]" if value == [] else _JSON.encode(value) for value in column]
    if isinstance(field, models.DateTimeField):
        return _adapted(connection.ops.adapt_datetimefield_value, column)
    if isinstance(field, models.DateField):
        return _adapted(connection.ops.adapt_datefield_value, column)
    if isinstance(field, (models.CharField, models.TextField)) and set(map(type, column)) != {str}:
        return [str(value) for value in column]  # a choice would be written by its name
    return column


_JSON = json.JSONEncoder(ensure_ascii=False)


def _adapted(adapt: Callable[[Any], Any], column: Sequence[Any]) -> list[Any]:
    """Dates are the same in most rows of a batch: each is adapted once."""
    known = {value: adapt(value) for value in set(column)}
    return [known[value] for value in column]


def _send(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {connection.ops.quote_name(table)} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        sql = f"INSERT INTO {connection.ops.quote_name(table)} ({names}) VALUES ({marks})"  # noqa: S608
        cursor.executemany(sql, rows)


STATEMENT_ROWS = 100
STAGED_FROM_ROWS = 50
"""From how many rows on a table beside pays for itself on PostgreSQL."""


def upsert_rows(
    table: str, columns: Sequence[str], keys: Sequence[str], rows: Sequence[Row], *, update: str | None = None
) -> None:
    """Insert rows, or bring those with the same `keys` up to date; values as the driver takes them, no key twice.

    `update`: what becomes of a row that is there, as SQL in which `excluded` is the new one; by default all but its keys
    is replaced, and "" leaves it. Rows are locked in the order of their keys on PostgreSQL.
    On SQLite each statement carries a hundred rows: its full-text index writes itself out at the end of every
    statement that its triggers belong to, which costs more than the words do.
    """
    if update is None:
        update = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in keys)
    named, one = ", ".join(columns), f"({', '.join(['%s'] * len(columns))})"
    into = f"INSERT INTO {table} ({named})"
    conflict = f"ON CONFLICT ({', '.join(keys)}) DO " + (f"UPDATE SET {update}" if update else "NOTHING")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) >= STAGED_FROM_ROWS:
            ordered = f"SELECT {named} FROM incoming ORDER BY {', '.join(keys)}"  # noqa: S608
            _with_incoming(cursor, f"{into} {ordered} {conflict}", table, columns, rows)
            return
        for start in range(0, len(rows), STATEMENT_ROWS):
            some = rows[start : start + STATEMENT_ROWS]
            values = ", ".join([one] * len(some))
            cursor.execute(f"{into} VALUES {values} {conflict}", [value for row in some for value in row])


def update_rows(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Give `columns` new values; each row has them in order, then its id. Values as the driver takes them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) >= STAGED_FROM_ROWS:
            told = ", ".join(f"{name} = incoming.{name}" for name in columns)
            sql = f"UPDATE {table} SET {told} FROM incoming WHERE {table}.id = incoming.id"  # noqa: S608
            _with_incoming(cursor, sql, table, (*columns, "id"), rows)
            return
        told = ", ".join(f"{name} = %s" for name in columns)
        cursor.executemany(f"UPDATE {table} SET {told} WHERE id = %s", rows)  # noqa: S608


def _with_incoming(cursor: Any, sql: str, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Run `sql` with a temporary table `incoming` of these rows, whose columns are as those of `table`."""
    named = ", ".join(columns)
    cursor.execute(f"CREATE TEMPORARY TABLE incoming AS SELECT {named} FROM {table} WITH NO DATA")  # noqa: S608
    with cursor.copy("COPY incoming FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(sql)
    cursor.execute("DROP TABLE incoming")
