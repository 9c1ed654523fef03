"""Each contract of pyproject.toml refuses what it is there to refuse.

A copy of the house is made with its rooms empty, one forbidden import is planted, and import-linter must name
the contract that it breaks: a contract that a later edit emptied of its meaning would let it pass.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.consistency.sources import PACKAGE, ROOT, python_files, rooms

HOUSE = "The house: project > portal > apps > kernel > cores"
ROOMS = "The rooms, upper may use lower"
INSIDE = "Inside a room, from its declaration down to its words"
PURE = "Cores are pure: no Django, no database, no network"

PLANTED = [
    (HOUSE, "portal/planted.py", "import maillage.project.settings"),
    (HOUSE, "apps/directory/views/planted.py", "import maillage.portal.views"),
    (HOUSE, "kernel/planted.py", "import maillage.apps.accounts.models"),
    (HOUSE, "cores/planted.py", "import maillage.kernel.events"),
    (HOUSE, "attic/__init__.py", ""),
    (ROOMS, "apps/accounts/planted/__init__.py", "import maillage.apps.directory.models"),
    (ROOMS, "apps/attic/__init__.py", ""),
    (INSIDE, "apps/directory/models/planted.py", "import maillage.apps.directory.queries"),
    (INSIDE, "apps/directory/queries/planted.py", "import maillage.apps.directory.actions"),
    (INSIDE, "apps/directory/actions/planted.py", "import maillage.apps.directory.views"),
    (INSIDE, "apps/accounts/choices.py", "import maillage.apps.accounts.models"),
    (INSIDE, "apps/directory/attic.py", ""),
    (PURE, "cores/planted.py", "import django.db"),
    (PURE, "cores/planted.py", "import socket"),
]


@pytest.fixture
def empty_house(tmp_path: Path) -> Path:
    """The tree of the package with empty modules, under the contracts of the real one."""
    for file in python_files():
        copy = tmp_path / "maillage" / file.relative_to(PACKAGE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.touch()
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(text[text.index("[tool.importlinter]") :], encoding="utf-8")
    return tmp_path


def broken_contracts(house: Path) -> set[str]:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as run; run()",
            "--no-cache",
        ],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts: " in done.stdout, done.stdout + done.stderr
    return set(re.findall(r"^(.+) BROKEN", done.stdout, re.MULTILINE))


def test_an_empty_house_keeps_every_contract(empty_house: Path) -> None:
    assert broken_contracts(empty_house) == set()


@pytest.mark.parametrize(("contract", "file", "line"), PLANTED)
def test_a_planted_import_breaks_its_contract(empty_house: Path, contract: str, file: str, line: str) -> None:
    planted = empty_house / "maillage" / file
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text(line, encoding="utf-8")
    assert contract in broken_contracts(empty_house)


def test_every_contract_is_proven() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    assert {contract["name"] for contract in contracts} == {contract for contract, _file, _line in PLANTED}


def test_every_room_stands_in_the_contracts() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    inside = next(contract for contract in contracts if contract["name"] == INSIDE)
    assert sorted(inside["containers"]) == [f"maillage.apps.{room}" for room in rooms()]
