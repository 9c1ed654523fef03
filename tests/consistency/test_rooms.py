"""Rooms meet by the doors that the house gives them."""

from __future__ import annotations

import subprocess
import sys

import grimp
import pytest

from tests.consistency.sources import rooms

DOORS = {"actions", "access", "queries", "models", "choices"}
STRANGERS = {
    # The frame of the house asks rooms for their declaration, by the register of manifests.
    "maillage.kernel.rooms.manifest",
}
PUBLIC_TO_PROJECT = {"urls", "api", "cli", "apps", "manifest"}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("maillage", cache_dir=None)


def room_of(module: str) -> tuple[str, str]:
    """("directory", "models") of "maillage.apps.directory.models.places"; empty words outside the rooms."""
    parts = module.split(".")
    if parts[:2] != ["maillage", "apps"] or len(parts) < 3:
        return "", ""
    return parts[2], parts[3] if len(parts) > 3 else ""


def imports_of(graph: grimp.ImportGraph, layer: str) -> list[tuple[str, str]]:
    return [
        (importer, imported)
        for importer in sorted(graph.find_descendants(f"maillage.{layer}") | {f"maillage.{layer}"})
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
    ]


def trespasses(graph: grimp.ImportGraph, layer: str, doors: set[str]) -> list[str]:
    """Imports of a room's inside from another room, or from `layer`."""
    found = []
    for importer, imported in imports_of(graph, layer):
        room, part = room_of(imported)
        if room and part not in doors and room_of(importer)[0] != room:
            found.append(f"{importer} imports {imported}")
    return found


def test_a_room_enters_another_by_its_doors(graph: grimp.ImportGraph) -> None:
    assert trespasses(graph, "apps", DOORS) == []


def test_pages_that_cross_rooms_enter_by_the_doors(graph: grimp.ImportGraph) -> None:
    assert trespasses(graph, "portal", DOORS) == []


def test_the_composition_root_enters_by_the_doors_and_mounts_addresses(graph: grimp.ImportGraph) -> None:
    assert trespasses(graph, "project", DOORS | PUBLIC_TO_PROJECT) == []


def test_a_trespass_is_seen() -> None:
    graph = grimp.ImportGraph()
    for module in (
        "maillage.apps",
        "maillage.apps.a",
        "maillage.apps.a.views",
        "maillage.apps.b",
        "maillage.apps.b.forms",
    ):
        graph.add_module(module)
    graph.add_import(importer="maillage.apps.a.views", imported="maillage.apps.b.forms")
    assert trespasses(graph, "apps", DOORS) == ["maillage.apps.a.views imports maillage.apps.b.forms"]


def test_choices_import_nothing_of_the_house(graph: grimp.ImportGraph) -> None:
    for room in rooms():
        assert graph.find_modules_directly_imported_by(f"maillage.apps.{room}.choices") == set()


def test_cores_work_without_django() -> None:
    """Importing every core brings no Django along."""
    script = (
        "import pkgutil, sys, importlib, maillage.cores as cores\n"
        "for module in pkgutil.walk_packages(cores.__path__, 'maillage.cores.'): importlib.import_module(module.name)\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('django', 'sqlite3', 'socket')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
