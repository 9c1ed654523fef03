"""Thousands of ids in one condition."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db import connection
from django.db.models.expressions import RawSQL


def ids_among(ids: Sequence[int]) -> RawSQL:
    """The ids as the right side of `pk__in`: one value for the database instead of one each, which Django prepares in turn."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(ids))])
