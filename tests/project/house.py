"""A site of the test's own: commands run as an operator runs them, in processes of their own."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

COMMAND = [sys.executable, "-m", "maillage.project.cli"]
SECONDS_MAX = 180


def environment(data: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAILLAGE_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return {**kept, "MAILLAGE_DATA": str(data), "COLUMNS": "200", "PYTHONPATH": "src", **more}


def run(data: Path, *words: str, code: int | None = 0, **more: str) -> str:
    """What the command says (both streams); its exit code must be `code` (None: whatever it is)."""
    done = subprocess.run(
        [*COMMAND, *words],
        env=environment(data, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    assert code is None or done.returncode == code, done.stdout
    return done.stdout


def python(data: Path, script: str, **more: str) -> str:
    """Run `script` with Django set up on the site."""
    begin = "import django; django.setup()\n"
    done = subprocess.run(
        [sys.executable, "-c", begin + script],
        env=environment(data, DJANGO_SETTINGS_MODULE="maillage.project.settings", **more),
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(data: Path, *words: str, **more: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server on a free port, answering; stopped as a service manager stops it. Gives (process, port)."""
    port = free_port()
    log = data.parent / f"{data.name}-{port}.log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [*COMMAND, *words, "--port", str(port)],
            env=environment(data, **more),
            stdout=stream,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    try:
        wait_for(lambda: "Ctrl+C" in log.read_text(), log)
        process.log = log  # type: ignore[attr-defined]
        yield process, port
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def wait_for(condition: object, log: Path | None = None) -> None:
    limit = time.monotonic() + SECONDS_MAX
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < limit, log.read_text() if log else "nothing came"
        time.sleep(0.1)


def get(port: int, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Host": "localhost", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def dump(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables but the cache's, table by table, sorted."""
    connection = sqlite3.connect(database)
    try:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in names if not re.match(r"maillage_cache|sqlite_|django_migrations", name)]
        return {
            name: sorted(map(plain, connection.execute(f'SELECT * FROM "{name}"').fetchall()), key=repr)
            for name in kept
        }
    finally:
        connection.close()


def plain(row: tuple[object, ...]) -> tuple[object, ...]:
    """The row, its JSON written in one way: PostgreSQL keeps objects by key, not as they were written."""
    return tuple(
        json.dumps(json.loads(value), sort_keys=True)
        if isinstance(value, str) and value[:1] in ("{", "[")
        else value
        for value in row
    )
