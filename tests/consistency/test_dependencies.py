"""What the house imports is what it asks for: nothing comes by chance with something else."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions

from tests.consistency.sources import ROOT

ASKED_FOR_OTHERWISE = {"maillage": "itself", "sqlite3": "put in place by pysqlite3"}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", name, maxsplit=1)[0]).lower()


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {plain(each) for each in project["dependencies"]}


def run_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all that it holds, but for what only a checker of types reads."""
    yield node
    for inner in ast.iter_child_nodes(node):
        if not (isinstance(inner, ast.If) and ast.unparse(inner.test) == "TYPE_CHECKING"):
            yield from run_nodes(inner)


def imported() -> set[str]:
    found = set()
    for file in (ROOT / "src").rglob("*.py"):
        for node in run_nodes(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {each.name.partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - ASKED_FOR_OTHERWISE.keys()


def test_every_library_that_is_imported_is_declared() -> None:
    owners, asked = packages_distributions(), declared()
    undeclared = {
        name for name in imported() if not {plain(owner) for owner in owners.get(name, [name])} & asked
    }
    assert undeclared == set()
