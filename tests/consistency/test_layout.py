"""Names, sizes and habits of the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tests.consistency.sources import (
    FUNCTION_LINES_MAX,
    LINES_MAX,
    PACKAGE,
    ROOT,
    calls_in,
    name_of,
    python_files,
    tree_of,
)

SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "stuff", "tools", "lib"}
CLOCKS = re.compile(r"(^|\.)(now|utcnow|today|localdate|localtime|time|monotonic|perf_counter)$")
CLOCKS_OF_DJANGO = {
    "timezone.now",
    "timezone.localdate",
    "timezone.localtime",
    "datetime.now",
    "datetime.utcnow",
    "date.today",
}
CHANCE = re.compile(r"^(random\.|secrets\.|uuid\.uuid|uuid4$|os\.urandom|numpy\.random\.|np\.random\.)")
SEEDED = re.compile(r"^(random\.Random|numpy\.random\.default_rng|np\.random\.default_rng)$")
SIGNALS = re.compile(r"django\.(db\.models|core|dispatch|contrib\.\w+|test)?\.?(signals?|dispatch)\b")


def functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for file in python_files():
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield file, node


def imported_modules(file: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = [name_of(file) for file in python_files() if SAYS_NOTHING & {file.stem, file.parent.name}]
    assert named == []


def test_modules_stay_short() -> None:
    lengths = {name_of(file): len(file.read_text(encoding="utf-8").splitlines()) for file in python_files()}
    assert {name: lines for name, lines in lengths.items() if lines > LINES_MAX} == {}


def test_functions_stay_short() -> None:
    long = {
        f"{name_of(file)}:{node.name}": node.end_lineno - node.lineno + 1
        for file, node in functions()
        if node.end_lineno and node.end_lineno - node.lineno + 1 > FUNCTION_LINES_MAX
    }
    assert long == {}


def test_nothing_hangs_on_signals() -> None:
    """What matters above a room is one of the typed events of `kernel/events.py`."""
    found = [
        f"{name_of(file)}: {module}"
        for file in python_files()
        for module in imported_modules(file)
        if SIGNALS.match(module)
    ]
    assert found == []


def test_nothing_prints() -> None:
    """The command line speaks through `kernel/terminal.py`, the server through its journal."""
    found = [
        f"{name_of(file)}:{line}"
        for file in python_files()
        for line, name in calls_in(file)
        if name == "print"
    ]
    assert found == []


def test_no_table_has_an_order_of_its_own() -> None:
    """Each list says its order, ending with the primary key; `Meta.ordering` would hide that one forgot."""
    ordered = [model.__name__ for model in own_models() if model._meta.ordering]
    assert ordered == []


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("maillage.")]


@pytest.mark.parametrize("folder", ["actions", "queries", "access"])
def test_acts_are_told_the_time(folder: str) -> None:
    """`now` is an argument, so that a test, an import or a demonstration chooses it.

    Three exceptions are not about what people do: a background job reads the clock when it begins, marks its
    beat (`beat_at=`) as it goes, and a default completes an argument (`now or timezone.now()`).
    """
    found = [
        f"{name_of(file)}:{line}"
        for file in python_files()
        if f"/{folder}/" in str(file) or file.stem == folder
        for line in clocks_read_by(tree_of(file))
    ]
    assert found == []


def clocks_read_by(tree: ast.Module) -> set[int]:
    """The lines where the clock is read, the exceptions left out."""
    allowed: set[int] = set()
    for node in ast.walk(tree):
        job = isinstance(node, ast.FunctionDef) and any(
            ast.unparse(one).startswith(("job(", "periodic(")) for one in node.decorator_list
        )
        beat = isinstance(node, ast.keyword) and node.arg == "beat_at"
        if job or beat or isinstance(node, ast.BoolOp):
            allowed |= {id(inner) for inner in ast.walk(node)}
    return {
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and id(node) not in allowed
        and ast.unparse(node.func) in CLOCKS_OF_DJANGO
        and not (node.args and ast.unparse(node.func).startswith("timezone.local"))  # a moment that was told
    }


def test_cores_have_neither_clock_nor_chance() -> None:
    found = [
        f"{name_of(file)}:{line} {name}"
        for file in python_files()
        if PACKAGE / "cores" in file.parents
        for line, name in calls_in(file)
        if (CLOCKS.search(name) or CHANCE.match(name)) and not SEEDED.match(name)
    ]
    assert found == []


def test_acts_are_named_by_keyword() -> None:
    """One function per user intention, keyword-only, so that a call reads as a sentence."""
    found = [
        f"{name_of(file)}:{node.name}"
        for file, node in functions()
        if ("/actions/" in str(file) or file.stem == "actions")
        and not node.name.startswith("_")
        and {"actor", "now"} <= {argument.arg for argument in node.args.args}
        and "transaction.atomic" in ast.unparse(node)
    ]
    assert found == []


def test_no_test_folder_mirrors_a_package_that_has_gone() -> None:
    for folder in ("apps", "kernel", "cores", "portal", "project"):
        for tested in (ROOT / "tests" / folder).iterdir():
            if tested.is_dir() and not tested.name.startswith("__") and folder != "portal":
                assert (PACKAGE / folder / tested.name).exists(), (
                    f"tests/{folder}/{tested.name} mirrors nothing"
                )


def test_the_views_of_rooms_read_through_access_and_queries() -> None:
    """A view that asks a table itself forgets who may see what, or asks again what another part has read."""
    found = [
        f"{name_of(file)}:{node.lineno}"
        for file in python_files()
        if "apps" in file.parts and "views" in (*file.parts, file.stem)
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]
    assert found == []
