"""A workshop with three phones and a wall, by keyboard where it matters; then the map that came out of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import violations
from tests.e2e.conftest import DESK, PHONE, opened_demonstration
from tests.e2e.walls import WALLS, fits_the_wall

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SLOW_MS = 60_000
"""Graphics by software begin late on a busy machine."""
COMERS = ("Le Fournil d’à côté", "La Fabrique du Pré", "Radio Vallons")


@pytest.fixture(scope="module")
def demonstration(furnished: Path) -> Iterator[str]:
    """A furnished site of its own: this walk writes in it."""
    with opened_demonstration(furnished) as (_data, address):
        yield address


def test_a_workshop_with_three_phones_and_a_wall(open_page: Callable[..., Page], axe: str) -> None:
    leader = open_page("facilitator", viewport=DESK, reduced_motion="reduce")
    code = opens_a_workshop(leader, axe)
    workshop = leader.url
    leader.get_by_role("link", name="Le mur").click()
    expect(leader.get_by_role("img", name="Carré à flasher")).to_be_visible()
    phones = [joins(open_page(viewport=PHONE, reduced_motion="reduce"), code, name, axe) for name in COMERS]
    expect(leader.locator("#mur")).to_contain_text("3 structures", timeout=20_000)
    assert violations(leader, axe) == []
    wall = leader.url
    leader.goto(workshop)
    leader.get_by_role("button", name="Composer les groupes").press("Enter")
    expect(leader.get_by_text("Les groupes sont composés")).to_be_visible()
    assert violations(leader, axe) == []
    leader.goto(wall)
    interviews(phones, axe)
    resumes(open_page(viewport=PHONE), code)
    expect(leader.locator("#mur svg.m-graph-drawing")).to_contain_text("Pétrir à la main", timeout=20_000)
    expect(leader.locator("#mur")).to_contain_text("4 mots")
    expect(leader.locator("#mur")).to_contain_text(
        "Groupe 1 : La Fabrique du Pré"
    )  # the words do not hide it
    assert violations(leader, axe) == []
    for size in WALLS:
        fits_the_wall(leader, size)
    leader.set_viewport_size(DESK)
    ends(leader, workshop, axe)
    finds(open_page(viewport=PHONE, reduced_motion="reduce"), axe)


def opens_a_workshop(leader: Page, axe: str) -> str:
    leader.goto("/savoirs/ateliers/")
    leader.get_by_role("link", name="Ouvrir un atelier").click()
    leader.get_by_label("Titre de l’atelier").fill("Mercredi matin")
    assert violations(leader, axe) == []
    leader.get_by_role("button", name="Ouvrir un atelier").press("Enter")
    code = leader.locator(".m-joining-code").inner_text()
    assert re.fullmatch("[A-Z]{6}", code)
    return code


def joins(phone: Page, code: str, structure: str, axe: str) -> Page:
    """By the code, typed; nobody has an account."""
    phone.goto("/savoirs/")
    phone.get_by_role("link", name="Entrer dans un atelier").click()
    field = phone.get_by_label("Code de l’atelier")
    field.fill("ZZZZZZ")
    field.press("Enter")
    expect(phone.get_by_role("alert")).to_contain_text("Aucun atelier n’a ce code")
    field.fill(code.lower())
    field.press(
        "Enter"
    )  # in the field: the summary of faults takes the focus when the page is ready, sooner or later
    phone.get_by_label("Votre structure").fill(structure)
    phone.get_by_label("Votre prénom").fill("Lou")
    assert violations(phone, axe) == []
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("Votre place est prise")).to_be_visible()
    return phone


def interviews(phones: list[Page], axe: str) -> None:
    """The first phone asks the two others, in three steps; each of these adds a word of its own."""
    first, second, third = phones
    expect(first.get_by_text("Votre groupe")).to_be_visible(timeout=20_000)
    first.get_by_role("link", name="Interroger La Fabrique du Pré").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("Savoirs")
    says(first, "Histoire des filatures")
    assert violations(first, axe) == []
    first.get_by_role("link", name="Étape suivante").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("Savoir-faire")
    says(first, "Pétrir à la main", sought=True)
    first.get_by_role("link", name="Étape suivante").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("Milieux de référence")
    first.get_by_role("link", name="C’est fait").click()
    for phone, kind, words in (
        (second, "Savoirs", "Teintures végétales"),
        (third, "Savoirs", "Prise de son"),
    ):
        phone.get_by_role("link", name="Saisir mes mots").click()
        expect(phone.get_by_role("heading", level=1)).to_have_text(kind)
        says(phone, words)


def says(phone: Page, words: str, *, sought: bool = False) -> None:
    phone.get_by_label("Avec vos mots").fill(words)
    if sought:
        phone.get_by_label("Nous le cherchons").check()
    phone.get_by_role("button", name="Ajouter").press("Enter")
    expect(phone.locator("#mots")).to_contain_text(words)


def resumes(phone: Page, code: str) -> None:
    """A phone that went out: another one comes back for the same structure and finds its words."""
    phone.goto(f"/atelier/{code}/")
    phone.get_by_label("Votre structure").fill("la fabrique du pre")
    phone.keyboard.press("Enter")
    phone.get_by_role("link", name="Saisir mes mots").click()
    expect(phone.locator("#mots")).to_contain_text("Histoire des filatures")


def ends(leader: Page, workshop: str, axe: str) -> None:
    leader.goto(workshop)
    leader.get_by_role("link", name="Terminer l’atelier").click()
    leader.get_by_label("Prise de son").uncheck()
    assert violations(leader, axe) == []
    leader.get_by_role("button", name="Terminer l’atelier").press("Enter")
    expect(leader.get_by_text("3 mots sont entrés sur la carte")).to_be_visible()


def finds(visitor: Page, axe: str) -> None:
    """The words of a published organisation are on the map; those of a draft wait for its publication."""
    visitor.goto("/savoirs/mots/?q=prise")
    expect(visitor.get_by_text("Aucun mot ne répond")).to_be_visible()
    visitor.goto("/savoirs/carte/")
    assert violations(visitor, axe) == []
    visitor.goto("/savoirs/qui-sait/")
    visitor.get_by_label("Qui sait").fill("compost")
    visitor.get_by_label("En partant de").fill("epicerie la pass")
    visitor.get_by_role("button", name="Trouver").press("Enter")
    expect(visitor.get_by_role("heading", name="Les Jardins de l’Aune")).to_be_visible()
    assert violations(visitor, axe) == []


def test_words_are_said_and_a_cooperation_is_accepted_with_the_keyboard_alone(
    open_page: Callable[..., Page], axe: str
) -> None:
    page = open_page("manager", viewport=PHONE, reduced_motion="reduce")
    page.goto("/savoirs/les-notres/")
    if not page.locator("form:has(#savoir_faire-mots)").count():
        page.locator(".m-list a").first.click()
    field = page.locator("#savoir_faire-mots")
    field.focus()
    page.keyboard.type("réparer des vélos")
    near = page.locator("#proches-savoir_faire").get_by_role("button", name="Réparer un vélo")
    expect(near).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Est-ce la même chose ?")
    assert violations(page, axe) == []
    page.get_by_role("button", name="Non : garder").press("Enter")
    expect(page.get_by_text("« réparer des vélos » est sur la carte")).to_be_visible()
    assert violations(page, axe) == []
    page.goto("/savoirs/cooperations/")
    assert violations(page, axe) == []
    page.get_by_role("button", name="Cela nous intéresse").first.press("Enter")
    expect(page.get_by_text("Votre réponse : Cela nous intéresse").first).to_be_visible()


def test_the_map_comes_closer_and_a_point_shows_its_card(open_page: Callable[..., Page], axe: str) -> None:
    """The drawing of the poster itself: with the mouse, then with the keyboard alone."""
    page = open_page(viewport=DESK, reduced_motion="reduce")
    page.goto("/savoirs/carte/")
    frame = page.locator(".m-graph[data-ready=drawing]")
    expect(frame).to_be_visible(timeout=SLOW_MS)
    page.get_by_role("button", name="S’approcher").press("Enter")
    expect(frame).to_have_attribute("data-zoom", "1.40")
    page.get_by_role("button", name="Tout voir").press("Enter")
    expect(frame).to_have_attribute("data-zoom", "1.00")
    frame.locator("[data-key]", has_text="Composter").locator("text").click()
    card = page.locator(".m-graph-card")
    expect(card).to_contain_text("Composter", timeout=SLOW_MS)
    expect(card.get_by_role("link", name="Les Jardins de l’Aune")).to_be_visible()
    expect(frame.locator("[data-key][data-near]", has_text="Les Jardins de l’Aune")).to_have_count(1)
    assert violations(page, axe) == []
    frame.press("Tab")
    for key in ("ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
    chosen = page.evaluate("document.activeElement.querySelector('title').textContent")
    page.keyboard.press("Enter")
    expect(card.get_by_role("link", name=chosen, exact=True)).to_be_visible()
    assert page.url.endswith("/savoirs/carte/")
    page.keyboard.press("Escape")
    expect(card).to_have_text("Choisissez un point pour le lire.")
    expect(frame.locator("[data-near]")).to_have_count(0)


def test_names_are_read_on_a_phone(open_page: Callable[..., Page]) -> None:
    """The map begins where names are read, in its middle; nothing makes the page wider than the phone."""
    page = open_page(viewport=PHONE, reduced_motion="reduce")
    page.goto("/savoirs/carte/")
    expect(page.locator(".m-graph[data-ready=drawing]")).to_be_visible(timeout=SLOW_MS)
    seen = page.evaluate(
        """() => {
            const frame = document.querySelector(".m-graph");
            const letters = frame.querySelector("[data-key] text");
            const scale = frame.querySelector("svg").getBoundingClientRect().width / 1680;
            return [letters.getAttribute("font-size") * scale, frame.scrollLeft / (frame.scrollWidth - frame.clientWidth)];
        }"""
    )
    assert seen[0] >= 12
    assert abs(seen[1] - 0.5) < 0.05
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_drawing_is_there_without_scripts(open_page: Callable[..., Page]) -> None:
    plain = open_page(viewport=PHONE, java_script_enabled=False)
    plain.goto("/savoirs/carte/")
    expect(plain.locator("svg.m-graph-drawing")).to_be_visible()
