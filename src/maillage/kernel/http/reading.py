"""GET and HEAD read, and nothing else: a link that is followed, prefetched or crawled changes nothing.

The guard stands outside every other middleware and watches each statement that a GET or HEAD sends to the
database. What is not a read is refused with WriteOnReadError and told in the journal, so that a fault of ours
is an error page and not a silent change. Two tables may be written all the same, since they only remember the
visit: the sessions and the cache (which holds the sign-in limits). A view that another server sends people
back to by GET (an identity provider) says so with `writes_on_get`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponseBase

log = structlog.get_logger("maillage.http")
View = TypeVar("View", bound=Callable[..., Any])

READS = re.compile(
    r"[\s(]*(SELECT|VALUES|EXPLAIN|SHOW|PRAGMA|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|DECLARE|FETCH|CLOSE)\b",
    re.IGNORECASE,
)
COMMON_TABLE = re.compile(r"\s*WITH\b", re.IGNORECASE)
WRITES = re.compile(r"\b(INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\S+\s+SET|MERGE\s+INTO)\b", re.IGNORECASE)
TARGET = re.compile(
    r"\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM)\s+\"?(\w+)", re.IGNORECASE
)


class WriteOnReadError(RuntimeError):
    """A page that is only read tried to write. It is a fault of the code, never of the person."""


def writes_on_get(because: str) -> Callable[[View], View]:
    """Mark the rare view that must write on GET; `because` is for the reader of the code."""
    assert because, "say why this view writes on GET"

    def mark(view: View) -> View:
        @wraps(view)
        def marked(*args: Any, **kwargs: Any) -> Any:
            return view(*args, **kwargs)

        marked.writes_on_get = because  # type: ignore[attr-defined]
        return marked  # type: ignore[return-value]

    return mark


class ReadingGuardMiddleware:
    """Refuses the writes of GET and HEAD."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._open_tables = {"django_session", *_cache_tables()}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with ExitStack() as guards:
            for connection in connections.all():
                guards.enter_context(connection.execute_wrapper(self._refusing(request)))
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_arguments: Any) -> None:
        request.may_write = hasattr(view, "writes_on_get")  # type: ignore[attr-defined]

    def _refusing(self, request: HttpRequest) -> Callable[..., Any]:
        def run(
            execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
        ) -> Any:
            table = written_table(statement_text(sql))
            if table is None or table in self._open_tables or getattr(request, "may_write", False):
                return execute(sql, params, many, context)
            page = request.resolver_match.view_name if request.resolver_match else "?"
            log.error("a page that is only read tried to write", page=page, table=table)
            raise WriteOnReadError(f"GET {page} writes in {table}")

        return run


def written_table(statement: str) -> str | None:
    """The table that a statement writes in; "?" when it writes we cannot tell where, None when it only reads."""
    if READS.match(statement):
        return None
    if COMMON_TABLE.match(statement) and not WRITES.search(statement):
        return None
    found = TARGET.match(statement)
    return found.group(1) if found else "?"


def statement_text(sql: Any) -> str:
    """The text of a statement, also when psycopg put it together."""
    return sql if isinstance(sql, str) else str(sql.as_string(None))


def _cache_tables() -> set[str]:
    return {
        str(cache.get("LOCATION", ""))
        for cache in settings.CACHES.values()
        if "DatabaseCache" in cache["BACKEND"]
    }
