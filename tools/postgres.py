"""A PostgreSQL for the tests: the one that is named, the one that listens, or one started for the occasion."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import house

START_SECONDS_MAX = 30
PROBE = "import psycopg, sys; psycopg.connect(sys.argv[1], connect_timeout=3).close()"


def answers(url: str) -> bool:
    """Whether a server lets us in at `url`, asked through the environment's own driver."""
    return not subprocess.run([house.PYTHON, "-c", PROBE, url], capture_output=True, check=False).returncode


def find() -> str:
    """The address of a database `maillage` on a server that is already there; "" when there is none."""
    if named := os.environ.get("MAILLAGE_TEST_DATABASE_URL"):
        return named
    server = "postgresql://postgres@127.0.0.1:5432"
    return f"{server}/maillage" if answers(f"{server}/postgres") else ""


def binaries() -> Path | None:
    """The folder of the most recent PostgreSQL installed, whether or not it stands on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    named = shutil.which("initdb")
    return found[-1].parent if found else Path(named).resolve().parent if named else None


def _servant() -> str | None:
    """PostgreSQL refuses to run as root: the account to run it under, or None for ourselves."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started() -> Iterator[str]:
    """A server of our own in a temporary folder, gone afterwards; its address, or "" without binaries."""
    folder_of_binaries = binaries()
    if folder_of_binaries is None:
        yield ""
        return
    servant = _servant()
    folder = Path(tempfile.mkdtemp(prefix="maillage-postgres-"))
    server = None
    try:
        if servant:
            shutil.chown(folder, servant)
        data, port = folder / "data", _free_port()
        subprocess.run(
            [
                folder_of_binaries / "initdb",
                "-D",
                data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ],
            check=True,
            user=servant,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        server = subprocess.Popen(
            [
                folder_of_binaries / "postgres",
                "-D",
                data,
                "-F",
                "-p",
                str(port),
                "-k",
                folder,
                "-c",
                "listen_addresses=127.0.0.1",
            ],
            user=servant,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
        )
        url = f"postgresql://postgres@127.0.0.1:{port}"
        limit = time.monotonic() + START_SECONDS_MAX
        while not answers(f"{url}/postgres"):
            if time.monotonic() > limit:
                raise house.StepError("PostgreSQL ne démarre pas.")
            time.sleep(0.3)
        yield f"{url}/maillage"
    finally:
        if server:
            server.terminate()
            server.wait(START_SECONDS_MAX)
        shutil.rmtree(folder, ignore_errors=True)
