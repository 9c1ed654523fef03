"""Fixtures of the commands' tests."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from maillage.project.data_folder import create_data_folder
from tests.project.house import run

collect_ignore = [] if os.environ.get("MAILLAGE_TEST_DATABASE_URL") else ["test_move.py"]


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
