"""With the keyboard alone: from the first key on the home page to a draft, errors and dialogs included."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import PHONE, code_sent

pytestmark = pytest.mark.browser

EMAIL = "idriss@brume.example"
TITLE = "Le banc de la gare"
HELD = "(wanted) => wanted === document.activeElement"
UNSEEN = """async () => {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const held = document.activeElement;
  if (held === document.body || held.matches("main, [data-error-summary]")) return "";
  const style = getComputedStyle(held);
  const place = held.getBoundingClientRect();
  const inSight = place.bottom > 0 && place.top < innerHeight && place.right > 0 && place.left < innerWidth;
  const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return ringed && inSight ? "" : held.outerHTML.slice(0, 160);
}"""


class Keys:
    """A person without a mouse: every step is a key, and where the focus is must be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.unseen: list[str] = []

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def to(self, wanted: Locator, *, key: str = "Tab", steps_max: int = 60) -> None:
        """Press Tab until `wanted` has the focus."""
        for _step in range(steps_max):
            self.press(key)
            if fault := self.page.evaluate(UNSEEN):
                self.unseen.append(fault)
            if wanted.count() and wanted.first.evaluate(HELD):
                return
        raise AssertionError(f"{steps_max} times {key} never came to {wanted}")

    def follow(self, wanted: Locator) -> None:
        self.to(wanted)
        self.press("Enter")


def link(page: Page, name: str) -> Locator:
    return page.get_by_role("link", name=name)


def test_a_visitor_finds_a_fiche(open_page: Callable[..., Page]) -> None:
    page = open_page(viewport=PHONE, reduced_motion="reduce")
    keys = Keys(page)
    page.goto("/")
    keys.press("Tab")
    expect(link(page, "Aller au contenu")).to_be_focused()
    expect(link(page, "Aller au contenu")).to_be_in_viewport()
    keys.press("Enter", "Tab")
    assert page.evaluate("() => document.querySelector('main').contains(document.activeElement)")

    page.goto("/")
    menu = page.locator("header details[data-menu] > summary")
    keys.follow(menu)
    keys.to(link(page, "Carte"))
    keys.press("Escape")
    expect(menu).to_be_focused()
    expect(page.locator("header details[data-menu]")).not_to_have_attribute("open", "")
    keys.press("Enter")
    keys.follow(page.locator("header").get_by_role("link", name="Initiatives"))
    page.wait_for_url("**/initiatives/")

    everything = page.locator("#resultats").get_by_role("status").inner_text()
    keys.follow(page.locator("main summary", has_text="Filtrer"))
    keys.to(page.get_by_role("searchbox", name="Mots"))
    page.keyboard.type("jardin")
    keys.press("Enter")
    page.wait_for_url("**q=jardin**")
    expect(page.locator("#resultats").get_by_role("status")).not_to_have_text(everything)
    expect(page.get_by_role("searchbox", name="Mots")).to_be_focused()
    by_words = page.locator("#resultats").get_by_role("status").inner_text()
    keys.to(page.get_by_label("Cherche des bras"))
    keys.press("Space")
    page.wait_for_url("**mains=1**")
    expect(page.locator("#resultats").get_by_role("status")).not_to_have_text(by_words)
    narrowed = page.locator("#resultats").inner_text()
    fiche = page.locator("#resultats .m-card a").first
    title = fiche.inner_text()
    keys.follow(fiche)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.go_back()
    expect(page.locator("#resultats")).to_have_text(re.compile(re.escape(title)))
    assert page.locator("#resultats").inner_text() == narrowed
    assert keys.unseen == []


def test_a_member_signs_in_and_writes_a_draft(
    open_page: Callable[..., Page], demonstration_data: Path
) -> None:
    page = open_page(viewport=PHONE, reduced_motion="reduce")
    keys = Keys(page)
    page.goto("/initiatives/")
    keys.follow(page.locator("header details[data-menu] > summary"))
    keys.follow(page.locator("header").get_by_role("link", name="Se connecter"))
    page.wait_for_url("**/compte/connexion/**")
    keys.to(page.get_by_label("Votre adresse électronique"))
    begun = time.time()
    page.keyboard.type(EMAIL)
    keys.press("Enter")
    page.wait_for_url("**/code/verifier/")
    keys.to(page.get_by_label("Le code reçu"))
    page.keyboard.type(code_sent(demonstration_data, EMAIL, since=begun))
    keys.press("Enter")
    page.wait_for_url("**/mon-espace/")

    page.goto("/initiatives/nouvelle/")
    title = page.get_by_label("Titre", exact=True)
    keys.to(title)
    keys.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page).to_have_title(re.compile("^Erreur\\s:"))
    keys.follow(link(page, "Donnez un titre"))
    expect(title).to_be_focused()
    expect(title).to_have_attribute("aria-invalid", "true")
    page.keyboard.type(TITLE)
    expect(page.locator("[data-draft-state]")).to_have_text("Votre brouillon est gardé.")
    page.goto("/initiatives/nouvelle/")
    expect(title).to_have_value(TITLE)
    keys.follow(page.get_by_role("button", name="L’oublier et montrer"))
    expect(title).to_have_value("")
    assert keys.unseen == []


def test_a_dialog_holds_the_focus_and_gives_it_back(open_page: Callable[..., Page]) -> None:
    page = open_page(reduced_motion="reduce")
    keys = Keys(page)
    page.goto("/composants/")
    opener = page.locator("[data-dialog-open]").first
    opener.focus()
    keys.press("Enter")
    dialog = page.get_by_role("dialog", name="Archiver cette fiche ?")
    expect(dialog).to_be_visible()
    inside = dialog.get_by_role("button")
    visited = set()
    for _step in range(2 * inside.count() + 1):
        held = page.evaluate(
            "() => document.activeElement === document.body ? '' : document.activeElement.innerText.trim()"
        )
        assert dialog.evaluate(
            "(dialog) => [document.body, dialog].includes(document.activeElement)"
            " || dialog.contains(document.activeElement)"
        )
        visited.add(held)
        keys.press("Tab")
    assert {"Fermer", "Archiver"} <= visited
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
