"""What is to be compared stands side by side, and what is printed holds in few pages."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pikepdf
import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import DESK, PHONE

pytestmark = pytest.mark.browser


def test_two_rows_that_look_alike_are_read_side_by_side_or_one_under_the_other(
    open_page: Callable[..., Page],
) -> None:
    for size, beside in ((DESK, True), (PHONE, False)):
        page = open_page("facilitator", viewport=size)
        page.goto("/animation/imports/")
        page.get_by_role("link", name="jardins-du-pays-voisin.csv").first.click()
        page.goto(
            page.url.split("/imports/")[0]
            + f"/imports/{page.url.split('/imports/')[1].split('/')[0]}/doublons/"
        )
        titles = page.get_by_role("heading", level=3).filter(has_text="Ligne")
        mine, theirs = (box_of(titles.nth(number)) for number in range(2))
        assert (mine["y"] == theirs["y"]) == beside
        names = page.get_by_text("Commune", exact=True)
        assert (box_of(names.nth(0))["y"] == box_of(names.nth(1))["y"]) == beside, "line by line"


def test_the_steps_of_an_import_stand_on_one_line_of_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page("facilitator", viewport=PHONE)
    page.goto("/animation/imports/")
    page.get_by_role("link", name="jardins-du-pays-voisin.csv").first.click()
    steps = page.locator(".m-stepper li")
    assert len({box_of(steps.nth(number))["y"] for number in range(steps.count())}) == 1


LINES_OF_NAMES = """(labels) => labels.map((label) => {
  const texts = document.createTreeWalker(label, NodeFilter.SHOW_TEXT);
  while (texts.nextNode() && !texts.currentNode.textContent.trim());
  const name = document.createRange();
  name.selectNodeContents(texts.currentNode);
  return [texts.currentNode.textContent.trim(), name.getClientRects().length];
})"""
"""What each label says first, and on how many lines."""


def test_the_names_of_rooms_are_read_whole_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page("administrator", viewport=PHONE)
    page.goto("/bienvenue/salles/")
    names = page.locator("main label:has(input[name=rooms])").evaluate_all(LINES_OF_NAMES)
    assert len(names) > 3
    assert [name for name, lines in names if lines > 1] == []


def test_each_choice_of_notifications_stands_apart(open_page: Callable[..., Page]) -> None:
    page = open_page("member", viewport=PHONE)
    page.goto("/mon-espace/notifications/")
    page.locator("main summary").nth(1).click()
    questions = page.locator("main details[open] .m-field")
    boxes = [box_of(questions.nth(number)) for number in range(questions.count())]
    assert len(boxes) > 1
    for above, below in pairwise(boxes):
        assert below["y"] - above["y"] - above["height"] >= 12


@pytest.mark.parametrize("address", ["/administration/pages-legales/", "/animation/communes/"])
def test_tables_of_three_columns_hold_within_a_phone(open_page: Callable[..., Page], address: str) -> None:
    page = open_page("administrator", viewport=PHONE)
    page.goto(address)
    frame = page.locator(".m-table-frame")
    assert frame.evaluate("(frame) => frame.scrollWidth - frame.clientWidth") == 0


LONG_WORDS = """() => {
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT), texts = [];
  while (walk.nextNode()) texts.push(walk.currentNode);
  const written = texts.filter((text) => text.textContent.trim().length > 9
    && !text.parentElement.closest("script, style, svg, select, table, button, .m-button, legend, label"));
  for (const text of written) text.textContent = "W".repeat(158);
  return [written.length > 3, document.documentElement.scrollWidth - innerWidth];
}"""
"""Puts one endless word for each text of the page; whether there were some, and how far the page then goes sideways."""


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_word_without_end_makes_no_page_go_sideways(open_page: Callable[..., Page], size: Any) -> None:
    page = open_page("manager", viewport=size)
    for address in (
        "/",
        "/initiatives/",
        "/structures/",
        "/besoins-et-offres/",
        "/savoirs/",
        "/mon-espace/",
        "/troc/1/",
        "/factures/",
    ):
        page.goto(address)
        assert page.evaluate(LONG_WORDS) == [True, 0], address
    for list_address in ("/initiatives/", "/structures/", "/besoins-et-offres/"):
        page.goto(list_address)
        page.locator(f"main a[href^='{list_address}1-']").first.click()
        page.wait_for_load_state()
        assert page.evaluate(LONG_WORDS) == [True, 0], page.url


def box_of(element: Any) -> Any:
    box = element.bounding_box()
    assert box is not None
    return box


def test_the_fullest_fiche_is_printed_on_three_pages(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/initiatives/?q=ressourcerie")
    page.get_by_role("link", name="La boutique et l’atelier").first.click()
    page.wait_for_load_state()
    with pikepdf.open(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))) as document:
        assert len(document.pages) <= 3


def test_what_is_said_of_choices_takes_the_whole_line(open_page: Callable[..., Page]) -> None:
    page = open_page("visitor")
    page.goto("/composants/")
    said = page.locator("fieldset.m-field-choices > .m-hint").first
    assert box_of(said)["height"] < 30, "the sentence is not cut into the columns of the choices"
