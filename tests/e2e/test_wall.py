"""The wall of a workshop: a full room is on it, and it takes the size of its screen at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import violations
from tests.e2e.conftest import DESK, opened_demonstration
from tests.e2e.walls import WALLS, fits_the_wall

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FIRST = (
    "Atelier",
    "Jardin partagé",
    "Épicerie solidaire",
    "Ressourcerie",
    "Régie de quartier",
    "Café",
    "Radio",
)
LAST = ("du Val d’Ancre", "des Trois Rivières", "de la Gare", "du Moulin neuf", "des Mille Mains")
ROOM = tuple(f"{first} {last}" for last in LAST for first in FIRST)
TAKES_SEATS = """async (room) => {
    const send = async (form, name, words, address) => {
        const sheet = new FormData(form);
        sheet.set(name, words);
        const answer = await fetch(form.getAttribute("action") || address, {method: "POST", body: sheet});
        if (!answer.ok) throw new Error(words);
        return [new DOMParser().parseFromString(await answer.text(), "text/html"), answer.url];
    };
    const paper = document.querySelector("form:has([name=structure])");
    for (const [at, structure] of room.entries()) {
        const [asked, address] = await send(paper, "structure", structure);
        const form = asked.querySelector("form:has([name=mots])");
        for (const words of [`Réparer ${at % 12}`, `Raconter ${at % 17}`]) await send(form, "mots", words, address);
    }
}"""
"""Paper sheets, with two words each: some of them are the words of others."""


@pytest.fixture(scope="module")
def demonstration(furnished: Path) -> Iterator[str]:
    """A furnished site of its own: a workshop is opened in it."""
    with opened_demonstration(furnished) as (_data, address):
        yield address


@pytest.fixture
def wall(open_page: Callable[..., Page]) -> Page:
    """Thirty-five structures, in their groups."""
    assert len(ROOM) == 35
    page = open_page("facilitator", viewport=DESK, reduced_motion="reduce")
    page.goto("/savoirs/ateliers/nouveau/")
    page.get_by_label("Titre de l’atelier").fill("Toute la vallée")
    page.get_by_role("button", name="Ouvrir un atelier").press("Enter")
    page.wait_for_selector(".m-joining-code")
    page.evaluate(TAKES_SEATS, ROOM)
    page.reload()
    page.get_by_role("button", name="Composer les groupes").press("Enter")
    expect(page.get_by_text("Les groupes sont composés")).to_be_visible()
    page.get_by_role("link", name="Le mur").click()
    expect(page.locator("#mur")).to_contain_text("35 structures")
    return page


def test_a_full_room_is_on_the_wall_without_scrolling(wall: Page, axe: str) -> None:
    for size in WALLS:
        fits_the_wall(wall, size)
    for structure in ROOM:
        expect(wall.locator(".m-wall-side")).to_contain_text(structure)
    code = wall.get_by_role("img", name="Carré à flasher").bounding_box()
    assert code
    assert code["width"] >= 64
    assert violations(wall, axe) == []


def test_the_wall_has_its_new_size_at_once(open_page: Callable[..., Page]) -> None:
    """Where motion is reduced, nothing slides to its place: not even in a hundredth of a millisecond."""
    page = open_page(reduced_motion="reduce")
    page.goto("/savoirs/")
    height = page.evaluate(
        """() => {
            const box = document.querySelector("main").appendChild(document.createElement("div"));
            box.style.height = "900px";
            box.getBoundingClientRect();
            box.style.height = "500px";
            return box.getBoundingClientRect().height;
        }"""
    )
    assert height == 500
