"""A new database has the very shape that its migrations give one after the other, whichever way it was made."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db.migrations.loader import MigrationLoader

from tests.project.house import python, run

pytestmark = [pytest.mark.data, pytest.mark.slow]

AT_ONCE = "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
ONE_BY_ONE = """
from django.core.management import call_command
from django.core.management.commands.migrate import Command
call_command(Command(), verbosity=0)
"""
KILLED_AT_THE_END = """
import os
from django.db import connection
from maillage.kernel.db import new_site
make = new_site._make
new_site._make = lambda *said: (make(*said), os._exit(0))
new_site.make_tables(connection)
"""
IN_POSTGRESQL = (
    """SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attstorage, a.attgenerated,
        pg_get_expr(d.adbin, d.adrelid), a.attcollation, c.reloptions
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped""",
    "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' AND probin IS NULL",
)
READ = f"""
import json, sys
from django.db import connection
with connection.cursor() as cursor:
    def asked(sql):
        cursor.execute(sql)
        return [[None if value is None else str(value) for value in row] for row in cursor.fetchall()]
    if connection.vendor == "postgresql":
        shape = [row for sql in {IN_POSTGRESQL!r} for row in asked(sql)]
    else:
        shape = asked("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_autoindex%'")
    noted = asked("SELECT app, name FROM django_migrations")
json.dump({{"shape": shape, "noted": noted}}, sys.stdout)
"""

NewSite = Callable[[str], tuple[Path, dict[str, str]]]


def made(new_site: NewSite, name: str, how: str) -> dict[str, Any]:
    data, settings = new_site(name)
    python(data, how, **settings)
    return shape_of(data, settings)


def shape_of(data: Path, settings: dict[str, str]) -> dict[str, Any]:
    read = json.loads(python(data, READ, **settings))
    return {"shape": sorted(map(_in_any_order, read["shape"])), "noted": sorted(read["noted"])}


def _in_any_order(row: list[str | None]) -> str:
    """The row as text; a table of SQLite with its columns and conditions in order of letters: a column that was added came last."""
    said = " | ".join(map(str, row))
    if not (found := re.fullmatch(r'(table \| .*?CREATE TABLE ".*?" )\((.*)\)', said, re.DOTALL)):
        return said
    return found[1] + "; ".join(sorted(_parts(found[2])))


def _parts(body: str) -> list[str]:
    """What stands between the commas that are in no parenthesis and no quotation."""
    parts, depth, quoted, begun = [], 0, "", 0
    for at, letter in enumerate(body):
        if quoted:
            quoted = "" if letter == quoted else quoted
        elif letter in "'\"":
            quoted = letter
        elif letter == "," and not depth:
            parts.append(body[begun:at].strip())
            begun = at + 1
        else:
            depth += (letter == "(") - (letter == ")")
    return [*parts, body[begun:].strip()]


def test_tables_made_at_once_are_those_of_the_migrations(new_site: NewSite) -> None:
    at_once = made(new_site, "at-once", AT_ONCE)
    one_by_one = made(new_site, "one-by-one", ONE_BY_ONE)
    assert at_once["noted"] == one_by_one["noted"]
    assert at_once["shape"] == one_by_one["shape"]
    assert len(at_once["shape"]) > 300


def test_a_first_start_killed_half_way_is_finished_by_the_next_even_twice_at_once(new_site: NewSite) -> None:
    data, settings = new_site("killed")
    python(data, KILLED_AT_THE_END, **settings)
    assert len(shape_of(data, settings)["noted"]) < len(MigrationLoader(None).graph.nodes)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(run, data, "upgrade", **settings) for _ in range(2)]
    assert sorted("était à niveau" in each.result() for each in both) == [False, True]
    whole, its_settings = new_site("whole")
    run(whole, "upgrade", **its_settings)
    assert shape_of(data, settings) == shape_of(whole, its_settings)
    assert "déjà des tables" in run(
        whole, "upgrade", "--as-far-as", "directory.0001_initial", code=1, **its_settings
    )
    assert shape_of(data, settings) == shape_of(whole, its_settings)
