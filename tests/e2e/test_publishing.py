"""A volunteer's first fiche on a phone, a facilitator who sends it back then publishes it, a visitor who answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.accessibility import violations
from tests.e2e.conftest import PHONE, opened_demonstration

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TITLE = "La grainothèque de Vallonnet"
WORD = "Dites où se trouve l’armoire."
STEPS = (
    "themes", "recit", "participer", "recette", "resultats", "lieux", "structures", "contact", "partage", "images", "verifier",
)  # fmt: skip


@pytest.fixture(scope="module")
def demonstration(furnished: Path) -> Iterator[str]:
    """A furnished site of its own: this walk writes in it."""
    with opened_demonstration(furnished) as (_data, address):
        yield address


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Enregistrer et continuer").click()


def test_from_a_first_title_to_a_message(open_page: Callable[..., Page], axe: str) -> None:
    volunteer = open_page("member", viewport=PHONE, reduced_motion="reduce")
    fiche = tells(volunteer, axe)
    facilitator = open_page("facilitator", reduced_motion="reduce")
    sends_back(facilitator, axe)
    volunteer.goto(f"{fiche}modifier/verifier/")
    expect(volunteer.get_by_text(WORD)).to_be_visible()
    volunteer.get_by_role("button", name="Proposer à la publication").click()
    facilitator.goto("/animation/propositions/")
    card_of(facilitator).get_by_role("button", name="Publier").click()
    expect(facilitator.get_by_text("La fiche est publiée")).to_be_visible()
    answers(open_page(viewport=PHONE, reduced_motion="reduce"), fiche, axe)


def tells(page: Page, axe: str) -> str:
    """The twelve steps; gives the address of the fiche."""
    page.goto("/initiatives/nouvelle/")
    go_on(page)
    expect(page.get_by_role("link", name="Donnez un titre")).to_be_visible()
    expect(page).to_have_title(re.compile("^Erreur"))
    page.get_by_label("Titre", exact=True).fill(TITLE)
    expect(page.locator("[data-draft-state]")).to_have_text("Votre brouillon est gardé.")
    page.goto("/initiatives/nouvelle/")
    expect(page.get_by_label("Titre", exact=True)).to_have_value(TITLE)
    go_on(page)
    for step in STEPS:
        page.wait_for_url(f"**/{step}/")
        assert violations(page, axe) == [], step
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], step
        if step == "lieux":
            page.get_by_label("Commune").first.fill("Vallonnet")
        if step == "structures":
            name = page.get_by_label("Nom de la structure").first
            name.press_sequentially("Ressourcerie", delay=20)
            expect(page.locator("#structures-proposees option").first).to_have_attribute(
                "value", "La Ressourcerie du Vallon [2]"
            )
            name.fill("La Ressourcerie du Vallon [2]")
        if step == "images":
            page.get_by_role("link", name="Vérifier la fiche").click()
        elif step != "verifier":
            go_on(page)
    page.get_by_role("button", name="Proposer à la publication").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre fiche est proposée")
    assert violations(page, axe) == []
    return page.url.removesuffix("proposee/")


def card_of(page: Page) -> Locator:
    return page.locator(".m-card", has_text=TITLE)


def sends_back(page: Page, axe: str) -> None:
    page.goto("/animation/propositions/")
    card = card_of(page)
    card.get_by_text("Renvoyer avec un mot").click()
    card.get_by_label("Ce qui manque").fill(WORD)
    assert violations(page, axe) == []
    card.get_by_role("button", name="Renvoyer", exact=True).click()
    expect(card_of(page)).to_have_count(0)


def answers(page: Page, fiche: str, axe: str) -> None:
    page.goto(fiche)
    page.get_by_role("link", name="Je veux faire pareil").click()
    page.get_by_label("Votre nom").fill("Ève")
    page.get_by_label("Votre adresse électronique").fill("eve@exemple.test")
    page.get_by_label("Votre message").fill("Nous avons une armoire vide à Eymoutiers.")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre message est parti")
    assert violations(page, axe) == []
