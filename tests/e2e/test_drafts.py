"""What is typed in a fiche outlives a closed tab, and a cut line."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PHONE, Faults

pytestmark = pytest.mark.browser

NEW = "/initiatives/nouvelle/"
KEPT = "Votre brouillon est gardé."


def title(page: Page) -> str:
    return page.get_by_label("Titre", exact=True).input_value()


def open_until(page: Page, expected: str) -> None:
    """Open the form until what a closed tab sent as it left has arrived: ten seconds at most."""
    until = time.monotonic() + 10
    page.goto(NEW)
    while title(page) != expected and time.monotonic() < until:
        page.wait_for_timeout(200)
        page.reload()
    assert title(page) == expected


@pytest.fixture
def member(open_page: Callable[..., Page]) -> Iterator[Page]:
    """A member before the form of a new fiche; what was kept is forgotten in the end."""
    page = open_page("member", viewport=PHONE)
    page.goto(NEW)
    yield page
    last = page.context.new_page()
    last.goto(NEW)
    last.get_by_role("button", name="L’oublier et montrer").click()
    expect(last.get_by_label("Titre", exact=True)).to_have_value("")


def test_a_draft_outlives_its_tab_and_its_browser(member: Page, open_page: Callable[..., Page]) -> None:
    member.get_by_label("Titre", exact=True).fill("Le lavoir")
    member.get_by_label("En une phrase").fill("On y lave encore.")
    expect(member.locator("[data-draft-state]")).to_have_text(KEPT)
    member.close()
    again = member.context.new_page()
    again.goto(NEW)
    assert title(again) == "Le lavoir"
    again.get_by_label("Titre", exact=True).press("End")
    again.keyboard.type(" du bourg")
    again.close()  # at once, before the pause after which words are sent
    elsewhere = open_page("member")
    open_until(elsewhere, "Le lavoir du bourg")
    expect(elsewhere.get_by_label("En une phrase")).to_have_value("On y lave encore.")
    expect(elsewhere.get_by_text("Nous avons gardé ce que vous écriviez")).to_be_visible()


def test_words_typed_off_line_are_sent_when_the_line_is_back(member: Page, faults: Faults) -> None:
    member.context.set_offline(True)
    member.get_by_label("Titre", exact=True).fill("Le puits")
    expect(member.locator("[data-draft-state]")).to_contain_text("n’a pas pu être gardé")
    member.context.set_offline(False)
    expect(member.locator("[data-draft-state]")).to_have_text(KEPT)
    assert faults and all("ERR_INTERNET_DISCONNECTED" in fault for fault in faults)
    faults.clear()
    other = member.context.new_page()
    other.goto(NEW)
    assert title(other) == "Le puits"
