"""PostgreSQL by address, and statements that it prepares once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


class BadDatabaseUrlError(ValueError):
    """The address of the database cannot be read; the message is a French sentence, without the password."""


def database_from_url(url: str, *, pool_size: int = 0) -> dict[str, object]:
    """Django's database entry for `postgresql://user:password@host:port/name?option=value`.

    An empty host means the local socket. With `pool_size`, each process keeps that many connections at most
    and lends them to its threads. Raises BadDatabaseUrlError on any other scheme, without a name or with a wrong port.
    """
    try:
        parts = urlsplit(url)
        name, port = unquote(parts.path.lstrip("/")), parts.port
    except ValueError:
        name = ""
    if not name or parts.scheme not in ("postgres", "postgresql"):
        raise BadDatabaseUrlError(
            "une adresse PostgreSQL comme postgresql://nom:mot-de-passe@hôte:5432/base est attendue"
        )
    options: dict[str, object] = dict(parse_qsl(parts.query))
    if pool_size:
        options["pool"] = {"min_size": 1, "max_size": pool_size}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0 if pool_size else 60,
        "CONN_HEALTH_CHECKS": True,
    }


def first_row_of_prepared(
    connection: BaseDatabaseWrapper, sentence: str, values: Mapping[str, Any]
) -> tuple[Any, ...] | None:
    """The first row of a statement that is read and planned once for each connection, not each time it is asked.

    For the few statements whose planning takes as long as their work. Errors are Django's, as with its own cursors.
    """
    from psycopg import Cursor

    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    raw = connection.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold = 1  # Django's own cursors bind on the client's side, and never prepare.
    with connection.wrap_database_errors, Cursor(raw) as cursor:
        row: tuple[Any, ...] | None = cursor.execute(sentence.encode(), values, prepare=True).fetchone()
        return row
