"""A facilitator brings a file of initiatives, sees what it would do, does it, and takes it back."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import violations
from tests.e2e.conftest import PHONE

pytestmark = pytest.mark.browser

FILE = (
    "Nom de la structure;Présentation;Thématique;Latitude;Longitude\n"
    "La Laverie du Hérisson;Un lavoir ouvert à tous;Entraide;46,02;2,05\n"
    "L’Étal des Quatre-Vents;Légumes du jour;Alimentation;46,03;2,06\n"
    "La Laverie du Hérisson;Le même lavoir, dit deux fois;Entraide;46,02;2,05\n"
    "Nulle part;Longitude impossible;Entraide;46,02;999\n"
)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_file_is_previewed_imported_and_undone(
    open_page: Callable[..., Page], axe: str, tmp_path: Path, scripts: bool
) -> None:
    def is_accessible() -> None:
        """Each step is looked at where scripts run: axe is one."""
        if scripts:
            assert violations(page, axe) == []

    file = tmp_path / ("avec.csv" if scripts else "sans.csv")
    file.write_bytes(FILE.replace("Hérisson", f"Hérisson {file.stem}").encode("cp1252"))
    page = open_page("facilitator", viewport=PHONE, java_script_enabled=scripts)
    page.goto("/animation/")
    page.get_by_role("link", name="Imports").first.click()
    page.get_by_role("link", name="fichier").first.click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Lire le fichier").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Que contient chaque colonne ?")
    is_accessible()
    page.get_by_role("button", name="Vérifier tout le fichier").click()
    work_is_done(page, scripts, "Sous quel thème|Est-ce|Voici ce qui")
    for step in ("Garder ces thèmes", "Garder ces décisions"):  # left out where an earlier file settled them
        if page.get_by_role("button", name=step).count():
            is_accessible()
            page.get_by_role("button", name=step).click()
            expect(page.get_by_role("button", name=step)).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("Voici ce qui se passerait")
    assert not is_found(page, file.stem)
    is_accessible()
    page.get_by_role("button", name="Importer 2 nouvelles fiches").click()
    work_is_done(page, scripts, "Importé")
    expect(page.get_by_text("2 nouvelles fiches sont dans")).to_be_visible()
    expect(page.locator("#laissees")).to_contain_text("999")
    assert is_found(page, file.stem)
    is_accessible()
    page.get_by_role("link", name="Annuler l’import").click()
    is_accessible()
    page.get_by_role("button", name="Annuler l’import").click()
    work_is_done(page, scripts, "Annulé")
    expect(page.get_by_text("2 fiches ont été retirées")).to_be_visible()
    assert not is_found(page, file.stem)


def is_found(page: Page, name: str) -> bool:
    """Whether a visitor's search answers the fiche of that file."""
    answer = page.request.get(f"/recherche/?q=laverie+hérisson+{name}").text()
    return f"La Laverie du Hérisson {name}" in re.sub(r"<[^>]+>", "", answer)


def work_is_done(page: Page, scripts: bool, then: str) -> None:
    """A worker does it: the page follows by itself, or is asked again where there are no scripts.

    `then` is how the heading begins once it is done: the button's own page and the waiting one have others.
    """
    heading = page.get_by_role("heading", level=1)
    expected = re.compile(rf"^\s*({then})")
    if scripts:
        expect(heading).to_have_text(expected, timeout=45_000)
        return
    for _second in range(45):
        if expected.search(heading.inner_text()):
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError(f"still at work: {page.locator('main').inner_text()}")
