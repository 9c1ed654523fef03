"""The map as a visitor meets it: filtered, shared, read aloud, opened from the keyboard, and without the network."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.accessibility import violations
from tests.e2e.conftest import DESK

pytestmark = pytest.mark.browser

READY = """() => {
  const { map } = document.querySelector("[data-map-explore]");
  return map?.loaded() && map.getLayer("pins") && !map.isMoving() && map.areTilesLoaded();
}"""
PLACES = """() => {
  const { map } = document.querySelector("[data-map-explore]");
  const found = new Map();
  for (const { properties, geometry } of map.querySourceFeatures("initiatives", { sourceLayer: "initiatives" }))
    found.set(geometry.coordinates.map((side) => side.toFixed(4)).join(), properties.count);
  return [...found.values()].reduce((sum, count) => sum + count, 0);
}"""
DRAWN = """(layer) => document.querySelector("[data-map-explore]").map
  .queryRenderedFeatures({ layers: [layer] }).map(({ properties }) => properties)"""
PIN = """() => {
  const { map } = document.querySelector("[data-map-explore]");
  return map.project(map.queryRenderedFeatures({ layers: ["pins"] })[0].geometry.coordinates);
}"""
VIEW = """() => {
  const { map } = document.querySelector("[data-map-explore]");
  const { lat, lng } = map.getCenter();
  return [lat, lng, map.getZoom()].map((figure) => Number(figure.toFixed(2)));
}"""


def ready(page: Page) -> None:
    """The map stands still and has drawn all that it asked for."""
    page.wait_for_function(READY)
    page.evaluate("() => document.querySelector('[data-map-explore]').map.triggerRepaint()")


def open_map(page: Page, address: str = "/carte/") -> None:
    page.goto(address)
    ready(page)


def open_filters(page: Page) -> None:
    """They wait folded, with how many are in use."""
    page.locator("summary", has_text="Filtrer").click()


def drawn(page: Page, layer: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(DRAWN, layer)
    return found


def titles(page: Page) -> list[str]:
    return page.locator("#resultats .m-list-title").all_inner_texts()


def said(page: Page) -> Locator:
    return page.locator("[data-map-said]")


def places_are(page: Page, count: int) -> None:
    """The pins and the clusters in the map's own tiles stand for so many places."""
    page.wait_for_function(f"(count) => ({READY})() && ({PLACES})() === count", arg=count)


def test_a_visitor_filters_the_map_and_shares_what_is_seen(open_page: Callable[..., Page]) -> None:
    page = open_page(reduced_motion="reduce", permissions=["clipboard-read", "clipboard-write"])
    open_map(page)
    everything = page.evaluate(PLACES)
    assert everything > 90
    open_filters(page)
    page.get_by_label("Alimentation et agriculture", exact=True).check()
    page.wait_for_url("**theme=alimentation**")
    places_are(page, 19)
    words = page.get_by_role("searchbox", name="Mots")
    words.fill("jardin")
    words.press("Enter")
    page.wait_for_url("**q=jardin**")
    places_are(page, 3)
    expect(said(page)).to_have_text("3 initiatives")
    assert len(titles(page)) == 3
    assert sum(one["count"] for one in drawn(page, "pins") + drawn(page, "clusters")) == 3
    page.wait_for_url("**vue=**")

    page.go_back()
    page.wait_for_url(lambda url: "q=jardin" not in url)
    places_are(page, 19)
    expect(page.locator("[data-count-said]")).to_have_text("19 initiatives")
    open_filters(page)
    expect(page.get_by_role("searchbox", name="Mots")).to_have_value("")
    page.go_forward()
    page.wait_for_url("**q=jardin**")
    places_are(page, 3)

    page.get_by_role("button", name="Copier le lien").click()
    expect(page.get_by_role("button", name="Lien copié")).to_be_visible()
    address = page.evaluate("() => navigator.clipboard.readText()")
    assert parse_qs(urlsplit(address).query).keys() == {"theme", "q", "vue"}
    friend = open_page(reduced_motion="reduce", viewport={**DESK, "height": 700})
    open_map(friend, address)
    assert titles(friend) == titles(page)
    assert friend.evaluate(VIEW) == page.evaluate(VIEW)
    places_are(friend, 3)
    open_filters(friend)
    expect(friend.get_by_role("searchbox", name="Mots")).to_have_value("jardin")


def test_a_list_narrowed_by_moving_the_map_is_shared_as_it_is(open_page: Callable[..., Page]) -> None:
    page = open_page(reduced_motion="reduce")
    open_map(page)
    everything = page.locator("[data-count-said]").inner_text()
    page.get_by_role("application", name="Carte des initiatives").focus()
    page.keyboard.press("+")
    page.keyboard.press("ArrowUp")
    page.wait_for_url("**bbox=**")
    ready(page)
    expect(page.locator("[data-count-said]")).not_to_have_text(everything)
    narrowed = page.locator("[data-count-said]").inner_text()
    friend = open_page(reduced_motion="reduce", viewport={**DESK, "height": 700})
    open_map(friend, page.url)
    assert friend.locator("[data-count-said]").inner_text() == narrowed
    assert titles(friend) == titles(page)
    assert friend.evaluate(VIEW) == page.evaluate(VIEW)
    friend.get_by_role("link", name="Voir aussi au-delà").click()
    expect(friend.locator("[data-count-said]")).to_have_text(everything)

    page.get_by_label("La liste suit la carte").uncheck()
    page.wait_for_url(lambda url: "bbox=" not in url)
    expect(page.locator("[data-count-said]")).to_have_text(everything)


def test_a_cluster_is_told_in_words_and_opened_from_the_keyboard(
    open_page: Callable[..., Page], axe: str
) -> None:
    page = open_page(reduced_motion="reduce")
    open_map(page)
    stops = page.get_by_role("button", name=re.compile(r"^\d+ initiatives rapprochées"))
    expect(stops).not_to_have_count(0)
    everything = page.evaluate(PLACES)
    counts = sorted(one["count"] for one in drawn(page, "clusters"))
    assert sorted(int(name.split()[0]) for name in names_of(stops)) == counts

    page.get_by_role("application", name="Carte des initiatives").focus()
    page.keyboard.press("Tab")
    first = page.evaluate("() => document.activeElement.getAttribute('aria-label')")
    assert first == names_of(stops)[0]
    zoom = page.evaluate(VIEW)[2]
    page.keyboard.press("Enter")
    expect(said(page)).to_have_text(re.compile(rf"^{first.split()[0]} initiatives"))
    page.wait_for_function(f"(zoom) => ({VIEW})()[2] > zoom", arg=zoom)
    ready(page)
    page.wait_for_url("**bbox=**")
    assert int(first.split()[0]) <= len(titles(page)) < everything
    assert page.evaluate("() => document.activeElement.closest('[data-map-explore]') !== null"), "focus lost"
    assert violations(page, axe) == []


def test_a_pin_shows_its_fiche_which_escape_leaves(open_page: Callable[..., Page]) -> None:
    page = open_page(reduced_motion="reduce")
    open_map(page, "/carte/?theme=alimentation&q=jardin")
    pin = page.evaluate(PIN)
    canvas = page.get_by_role("application", name="Carte des initiatives")
    canvas.click(position={"x": pin["x"], "y": pin["y"] - 12})
    shown = page.locator(".maplibregl-popup").get_by_role("link")
    expect(shown).to_be_focused()
    assert shown.inner_text() in titles(page)
    expect(page.locator(".maplibregl-popup").get_by_role("button", name="Fermer")).to_be_visible()
    page.keyboard.press("Escape")
    expect(shown).to_have_count(0)
    expect(canvas).to_be_focused()


def names_of(buttons: Locator) -> list[str]:
    names: list[str] = buttons.evaluate_all("(all) => all.map((one) => one.getAttribute('aria-label'))")
    return names


def test_with_nothing_but_the_site_the_map_shows_contours_and_names(open_page: Callable[..., Page]) -> None:
    page = open_page()  # whatever is asked of another site is refused, and fails the test
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    open_map(page)
    page.wait_for_function(f"() => ({DRAWN})('names').length > 5")
    assert {"Vallonnet", "Pierrefonte"} <= {one["name"] for one in drawn(page, "names")}
    assert len(drawn(page, "borders")) > 5
    assert {urlsplit(url).netloc for url in asked if url.startswith("http")} == {urlsplit(page.url).netloc}
