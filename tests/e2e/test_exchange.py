"""A need said on a phone, met by an offer, and led to its outcome; then the same pages by the keyboard alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.accessibility import violations
from tests.e2e.conftest import PHONE, opened_demonstration

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def demonstration(furnished: Path) -> Iterator[str]:
    """A furnished site of its own: these walks write in it."""
    with opened_demonstration(furnished) as (_data, address):
        yield address


def test_a_need_is_met_by_an_offer_to_its_outcome(open_page: Callable[..., Page], axe: str) -> None:
    camille = open_page("member", viewport=PHONE, reduced_motion="reduce")
    address = says_a_need(camille, axe)
    answers(open_page("manager", viewport=PHONE, reduced_motion="reduce"))
    settles(camille, address, axe)
    visitor = open_page()
    visitor.goto("/besoins-et-offres/?q=fête+de+quartier")
    expect(visitor.get_by_text("Une salle pour une fête de quartier")).to_have_count(0)


def says_a_need(camille: Page, axe: str) -> str:
    """From the list to a published need; gives its address."""
    camille.goto("/besoins-et-offres/")
    camille.get_by_role("link", name="Dire un besoin").first.click()
    expect(camille.get_by_label("Un besoin")).to_be_checked()
    camille.get_by_label("De quelle sorte").select_option(label="Salle")
    camille.get_by_label("En quelques mots").fill("Une salle pour une fête de quartier")
    camille.get_by_label("Dites-en plus").fill(
        "Avec une scène, pour 60 personnes, budget de 80 € la soirée au plus, le samedi soir."
    )
    camille.get_by_label("Commune").fill("Vallonnet")
    camille.get_by_role("button", name="Continuer").click()
    expect(camille.get_by_role("heading", level=1)).to_have_text("Vérifiez ce que nous avons compris")
    expect(camille.get_by_label("Nombre : 60 personnes")).to_be_checked()
    expect(camille.get_by_text("Vous avez écrit : « le samedi soir »")).to_be_visible()
    camille.get_by_label("Jours : samedi soir").uncheck()
    assert violations(camille, axe) == []
    camille.get_by_role("button", name="Publier").click()
    found = camille.locator(".m-card", has_text="La grande salle du Métier à tisser")
    expect(found).to_contain_text("Nombre : 90 personnes (demandé : 60 personnes)")
    expect(found).to_contain_text("Même sorte : salle")
    expect(camille.locator("#criteres")).not_to_contain_text("samedi")
    return camille.url


def answers(yasmine: Page) -> None:
    """She was told of it, and answers from her own space."""
    told = yasmine.locator("#pistes .m-card", has_text="Une salle pour une fête de quartier")
    open_until_told(yasmine, told)
    told.get_by_role("link", name="Répondre").first.click()
    expect(yasmine.get_by_label("Pour laquelle de vos annonces")).to_contain_text("La grande salle")
    yasmine.get_by_label("Votre message").fill("Notre grande salle est libre ce soir-là.")
    yasmine.get_by_role("button", name="Envoyer").click()
    expect(yasmine.get_by_text("Votre message est parti")).to_be_visible()


def open_until_told(page: Page, told: Locator) -> None:
    """Waves are sent by the worker: a minute at most."""
    until = time.monotonic() + 60
    page.goto("/mon-espace/besoins-et-offres/")
    while not told.count() and time.monotonic() < until:
        page.wait_for_timeout(500)
        page.reload()


def settles(camille: Page, address: str, axe: str) -> None:
    """Agreed with her, then done."""
    camille.goto(address)
    answer = camille.locator("#reponses .m-card", has_text="Yasmine Lacour")
    expect(answer).to_contain_text("Notre grande salle est libre ce soir-là.")
    assert violations(camille, axe) == []
    answer.get_by_role("button", name="C’est d’accord").click()
    camille.get_by_role("link", name="C’est fait").click()
    expect(camille.get_by_label("Yasmine Lacour")).to_be_checked()
    camille.get_by_label("Ce que cela valait (€)").fill("60")
    camille.get_by_role("button", name="Noter").click()
    expect(camille.get_by_text("Bravo : c’est noté")).to_be_visible()
    expect(camille.get_by_text("Avec Yasmine Lacour")).to_be_visible()


def test_a_finding_is_set_aside_with_the_keyboard_alone(open_page: Callable[..., Page]) -> None:
    page = open_page("manager")
    first = page.locator("#pistes .m-card").first
    open_until_told(page, first)
    same = page.locator("#pistes .m-card h3", has_text=first.locator("h3").inner_text())
    before = same.count()
    first.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(first.get_by_label("Pourquoi")).to_be_focused()
    page.keyboard.press("T")
    page.keyboard.press("Tab")
    expect(first.get_by_role("button", name="Écarter")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("est écarté").first).to_be_visible()
    expect(same).to_have_count(before - 1)
