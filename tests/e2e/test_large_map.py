"""The map of knowledge beyond what the server draws whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from maillage.apps.knowledge.views import drawn
from tests.e2e.conftest import CHROMIUM, DESK, FLAGS
from tests.factories import make_organization, make_statement

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SLOW_MS = 60_000
"""Graphics by software begin late on a busy machine."""
GIVEN = """() => document.querySelector(".m-graph").graph.getGraph().mapNodes((key, {x, y, size}) => [key, x, y, size])"""
SCALES = """() => {
    const view = document.querySelector(".m-graph").graph, whole = document.querySelector(".m-graph-view");
    const across = view.graphToViewport({x: 1680, y: 0}).x - view.graphToViewport({x: 0, y: 0}).x;
    return [across / Math.min(whole.clientWidth, whole.clientHeight * 1.68), view.scaleSize(1680) / across];
}"""
"""Of the sheet in its frame, and of a mark on the sheet: as large as on the poster."""


@pytest.fixture
def chromium_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Begun once the database is there: the loop of Playwright would keep it from being made."""
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def test_a_larger_map_is_drawn_by_the_page(
    live_server: LiveServer, chromium_of_its_own: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawn, "NAMED_MAX", 10)
    for number in range(12):
        make_statement(make_organization(f"Structure {number}"), "Composter")
    page = chromium_of_its_own.new_context(viewport=DESK, reduced_motion="reduce").new_page()
    page.goto(f"{live_server.url}/savoirs/carte/")
    frame = page.locator(".m-graph[data-ready=view]")
    expect(frame).to_be_visible(timeout=SLOW_MS)
    expect(frame.locator("svg.m-graph-drawing")).to_have_count(0)
    given = page.request.get(f"{live_server.url}{reverse('knowledge:graph')}").json()
    assert page.evaluate(GIVEN) == [
        [key, x, given["height"] - y, reach]
        for key, x, y, reach in zip(given["keys"], given["x"], given["y"], given["reach"], strict=True)
    ]
    expect(frame.locator("canvas.sigma-names")).to_have_attribute("data-names", str(len(given["names"])))
    assert page.evaluate(SCALES) == pytest.approx([1, 1], abs=0.02)
    before = page.evaluate("document.querySelector('.m-graph').graph.getCamera().getState().ratio")
    page.get_by_role("button", name="S’approcher").press("Enter")
    page.wait_for_function(
        f"document.querySelector('.m-graph').graph.getCamera().getState().ratio < {before}"
    )
    page.get_by_role("button", name="Tout voir").press("Enter")
    page.wait_for_function(
        f"document.querySelector('.m-graph').graph.getCamera().getState().ratio === {before}"
    )
    spot = page.evaluate(
        """() => {
            const view = document.querySelector('.m-graph').graph, graph = view.getGraph();
            const key = graph.nodes().find((each) => graph.getNodeAttribute(each, 'label') === 'Composter');
            return view.graphToViewport(graph.getNodeAttributes(key));
        }"""
    )
    frame.locator(".m-graph-view").click(position=spot)
    expect(page.locator(".m-graph-card")).to_contain_text("Composter", timeout=SLOW_MS)
