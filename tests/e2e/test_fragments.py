"""What a filter swaps into a page equals the same part of a fresh page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
RESULTS = "() => document.querySelector('#resultats').innerText.replace(/\\s+/g, ' ')"


@pytest.mark.parametrize("address", ["/initiatives/", "/carte/"])
def test_a_filter_swaps_the_list_alone(open_page: Callable[..., Page], address: str) -> None:
    page = open_page()
    page.goto(address)
    count = page.evaluate(RESULTS)
    page.evaluate("() => { window.stayed = true; }")
    if address == "/carte/":
        page.get_by_text("Filtrer", exact=True).click()
    page.locator("input[name=mains]").first.check()
    page.wait_for_url("**mains=**")
    expect(page.locator("#resultats")).not_to_have_text(count)
    assert page.evaluate("() => window.stayed"), "the whole page was loaded again"
    assert page.locator("header.m-header, #resultats #resultats").count() == 1
    swapped = page.evaluate(RESULTS)
    page.reload()
    assert page.evaluate(RESULTS) == swapped
    assert swapped != count


def test_a_filtered_list_is_shared_by_a_short_address(open_page: Callable[..., Page]) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/initiatives/")
    page.locator("input[name=mains]").first.check()
    page.wait_for_url("**mains=**")
    assert page.url.endswith("/initiatives/?mains=1")
    page.get_by_text("Partager et exporter cette liste").click()
    page.get_by_role("button", name="Copier le lien").click()
    expect(page.get_by_role("button", name="Lien copié")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == page.url
