"""Fixtures of the commands' tests."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from maillage.project.data_folder import create_data_folder
from tests.project.house import run

SERVER = os.environ.get("MAILLAGE_TEST_DATABASE_URL", "")
"""The PostgreSQL that the tests run on; empty on SQLite."""
collect_ignore = [] if SERVER else ["test_move.py"]


@pytest.fixture(scope="session")
def made_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty site, made once for the run."""
    data = tmp_path_factory.mktemp("made") / "site"
    create_data_folder(data)
    run(data, "upgrade")
    return data


@pytest.fixture
def site(made_site: Path, tmp_path: Path) -> Path:
    """An empty site of the test's own."""
    return Path(shutil.copytree(made_site, tmp_path / "site"))


@contextmanager
def postgres_database() -> Iterator[str]:
    """The address of a new PostgreSQL database, dropped afterwards."""
    parts = urlsplit(SERVER)
    name = f"maillage_site_{secrets.token_hex(4)}"
    server = urlunsplit(parts._replace(path="/postgres"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield urlunsplit(parts._replace(path=f"/{name}"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_database() -> Iterator[str]:
    with postgres_database() as address:
        yield address


@pytest.fixture
def new_site(tmp_path: Path) -> Iterator[Callable[[str], tuple[Path, dict[str, str]]]]:
    """`new_site(name)`: a data folder, and the settings of a database of the kind that the tests run on, both with nothing in them."""
    with ExitStack() as stack:

        def made(name: str) -> tuple[Path, dict[str, str]]:
            data = tmp_path / name
            create_data_folder(data)
            return data, {"MAILLAGE_DATABASE_URL": stack.enter_context(postgres_database())} if SERVER else {}

        yield made
