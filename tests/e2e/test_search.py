"""Searching with a real browser: suggestions by keyboard, a phone's width, and the page without JavaScript."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from maillage.kernel.search.documents import SearchDocument
from maillage.kernel.search.index import write_documents

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHROMIUM = next(
    (path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if os.path.exists(path)), ""
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
FICHES = (
    "Le jardin partagé des Tilleuls",
    "Jardin des simples",
    "Atelier vélo",
    "L'épicerie <de Saint-Léonard>",
)


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs a loop of its own in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def fiches(transactional_db: None) -> None:
    write_documents(
        SearchDocument(
            kind="initiative",
            object_id=number,
            title=title,
            summary="Ouvert à tous.",
            url=f"/initiatives/{number}-x/",
            updated_at=datetime(2026, 2, 3, tzinfo=UTC),
            facets={"family": ["association" if number % 2 else "cooperative"]},
        )
        for number, title in enumerate(FICHES, 1)
    )


def page_of(chromium: Browser, **options: object) -> Page:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR", **options)  # type: ignore[arg-type]
    return context.new_page()


def test_suggestions_are_chosen_by_keyboard(live_server: LiveServer, chromium: Browser) -> None:
    page = page_of(chromium)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: said.type == "error" and faults.append(said.text))
    page.goto(f"{live_server.url}/recherche/")
    box = page.get_by_role("combobox", name="Que cherchez-vous")
    box.press_sequentially("jard")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    chosen = page.get_by_role("listbox", name="Suggestions").get_by_role("option", selected=True)
    expect(chosen).to_have_text("jardin")
    expect(box).to_have_value("jardin")
    box.press("Escape")
    expect(box).to_have_value("jard")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("i")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/recherche/?q=jardin")
    expect(page.get_by_role("heading", name="2 résultats")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert faults == []


def test_a_title_with_markup_stays_text_in_suggestions(live_server: LiveServer, chromium: Browser) -> None:
    page = page_of(chromium)
    page.goto(f"{live_server.url}/recherche/")
    page.get_by_role("combobox", name="Que cherchez-vous").press_sequentially("epicer")
    expect(page.get_by_role("option", name="L'épicerie <de Saint-Léonard>")).to_be_visible()


def test_without_javascript_one_searches_narrows_and_takes_filters_off(
    live_server: LiveServer, chromium: Browser
) -> None:
    page = page_of(chromium, java_script_enabled=False)
    page.goto(f"{live_server.url}/recherche/?q=jardins")
    expect(page.get_by_role("heading", name="2 résultats")).to_be_visible()
    page.get_by_text("Affiner les résultats").click()
    page.get_by_role("checkbox", name="Association").check()
    page.get_by_role("button", name="Afficher").click()
    expect(page.get_by_role("heading", name="1 résultat", exact=True)).to_be_visible()
    page.get_by_role("link", name="Retirer le filtre").click()
    expect(page.get_by_role("heading", name="2 résultats")).to_be_visible()
