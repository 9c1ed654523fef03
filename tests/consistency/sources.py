"""The project's own files, as the tests of this folder read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "src" / "maillage"
LINES_MAX = 500
FUNCTION_LINES_MAX = 70


def python_files(*, migrations: bool = False) -> Iterator[Path]:
    for file in sorted(PACKAGE.rglob("*.py")):
        if migrations or "migrations" not in file.parts:
            yield file


def templates() -> Iterator[Path]:
    """HTML that people see; letters and PDF have rules of their own."""
    yield from sorted(PACKAGE.rglob("templates/**/*.html"))


def scripts() -> Iterator[Path]:
    yield from sorted((ROOT / "assets" / "src").rglob("*.js"))


def rooms() -> list[str]:
    return sorted(path.name for path in (PACKAGE / "apps").iterdir() if (path / "manifest.py").is_file())


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def name_of(file: Path) -> str:
    """`file` as one says it: from the project's root."""
    return str(file.relative_to(ROOT))


def calls_in(file: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of each call: (12, "timezone.now")."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)
