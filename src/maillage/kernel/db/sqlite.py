"""Puts a safe SQLite in the place of the interpreter's.

Stock interpreters still carry SQLite 3.7.0 to 3.51.2, whose write-ahead log can be corrupted when it is
reset under concurrent readers. `pysqlite3` ships a mended SQLite in its wheel; `install` must run
before Django opens its SQLite backend, so the settings call it on their first line.
"""

import sqlite3
import sys
from pathlib import Path

VERSION_MIN = (3, 51, 3)


class UnsafeSqliteError(RuntimeError):
    """The SQLite in use could corrupt its write-ahead log."""


def install() -> None:
    """Replace `sqlite3` by `pysqlite3` for the whole process; idempotent.

    Raises UnsafeSqliteError when the SQLite found is older than `VERSION_MIN`.
    """
    module = sys.modules.get("sqlite3")
    if module is None or module.sqlite_version_info < VERSION_MIN:
        try:
            import pysqlite3
            import pysqlite3.dbapi2
        except ImportError:
            module = sqlite3
        else:
            module = pysqlite3
            sys.modules["sqlite3"] = pysqlite3
            sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
    if module.sqlite_version_info < VERSION_MIN:
        found = module.sqlite_version
        needed = ".".join(map(str, VERSION_MIN))
        raise UnsafeSqliteError(f"SQLite {found} is not safe with a write-ahead log; {needed} is needed.")


def sqlite_database(file: Path, test_file: Path | None = None) -> dict[str, object]:
    """Django's database entry for `file`: write-ahead log, every commit on the disk, writers queue up."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;",
        },
        "TEST": {"NAME": str(test_file) if test_file else None},
    }
