"""Thousands of values in one condition."""

from __future__ import annotations

import json
from collections.abc import Collection

from django.db import connection
from django.db.models.expressions import RawSQL


def ids_among(ids: Collection[int]) -> RawSQL:
    """The ids as the right side of `pk__in`: one value for the database instead of one each, which Django prepares in turn."""
    return _among(list(ids), "bigint")


def texts_among(texts: Collection[str]) -> RawSQL:
    """The same for texts."""
    return _among(list(texts), "text")


def _among(values: list[int] | list[str], kind: str) -> RawSQL:
    if connection.vendor == "postgresql":
        return RawSQL(f"SELECT unnest(%s::{kind}[])", [values])  # noqa: S611  # the kind is ours, the values are a parameter
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(values)])
