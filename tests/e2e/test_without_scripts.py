"""Without JavaScript: the list and its filters, and the guided form of a fiche from its title to its check."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PHONE
from tests.e2e.test_publishing import STEPS

pytestmark = pytest.mark.browser

TITLE = "La passerelle sans scripts"


def test_the_list_is_filtered_ordered_and_turned(open_page: Callable[..., Page]) -> None:
    page = open_page(viewport=PHONE, java_script_enabled=False)
    page.goto("/initiatives/")
    count = page.locator("#resultats").get_by_role("status")
    expect(count).to_have_text(re.compile(r"^\s*1\d\d initiatives\s*$"))
    page.get_by_role("link", name="Page 2").click()
    page.wait_for_url("**page=2**")
    filters = page.locator("summary", has_text="Filtrer")
    filters.click()
    page.get_by_role("searchbox", name="Mots").fill("jardin")
    page.get_by_label("Alimentation et agriculture", exact=True).check()
    page.get_by_role("button", name="Afficher").click()
    page.wait_for_url("**theme=alimentation**")
    expect(count).to_have_text(re.compile(r"^\s*3 initiatives\s*$"))
    expect(page.locator("#resultats .m-card")).to_have_count(3)
    filters.click()
    expect(page.get_by_role("searchbox", name="Mots")).to_have_value("jardin")
    page.get_by_role("link", name="Sur la carte").click()
    expect(page.locator("[data-count-said]")).to_have_text("3 initiatives")
    page.go_back()
    page.get_by_role("link", name=re.compile("jardin.*retirer")).click()
    expect(count).to_have_text(re.compile(r"^\s*19 initiatives\s*$"))
    filters.click()
    page.get_by_role("link", name="Tout effacer").click()
    expect(count).to_have_text(re.compile(r"^\s*1\d\d initiatives\s*$"))


def test_a_fiche_is_told_step_by_step(open_page: Callable[..., Page]) -> None:
    page = open_page("member", viewport=PHONE, java_script_enabled=False)
    page.goto("/initiatives/nouvelle/")
    go_on(page)
    expect(page).to_have_title(re.compile("^Erreur"))
    page.get_by_role("link", name="Donnez un titre").click()
    page.get_by_label("Titre", exact=True).fill(TITLE)
    page.get_by_label("En une phrase").fill("Tout marche sans scripts.")
    go_on(page)
    for step in STEPS:
        page.wait_for_url(re.compile(f"/{step}/(#.*)?$"))
        if step == "lieux":
            page.get_by_label("Commune").first.fill("Vallonnet")
        if step == "images":
            page.get_by_role("link", name="Vérifier la fiche").click()
        elif step != "verifier":
            go_on(page)
    expect(page.locator("main")).to_contain_text(TITLE)
    expect(page.locator("main")).to_contain_text("Tout marche sans scripts.")
    expect(page.locator("main")).to_contain_text("Vallonnet")
    expect(page.get_by_role("button", name="Proposer à la publication")).to_be_visible()


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Enregistrer et continuer").click()
