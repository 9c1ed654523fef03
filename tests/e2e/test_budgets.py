"""What a first visit costs over the wire, page by page, beside what the house allows itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Request

from tests.conftest import TABLE
from tests.e2e.conftest import DESK, PHONE

pytestmark = pytest.mark.browser

KB = 1000
HTML_BYTES_MAX = 30 * KB
CSS_BYTES_MAX = 25 * KB
SCRIPT_BYTES_MAX = 30 * KB
REQUESTS_MAX = 12
ORDINARY_BYTES_MAX = 150 * KB
HOME_BYTES_MAX = 300 * KB
MAP_BYTES_MAX = 700 * KB
MAP_SCRIPTS_BYTES_MIN = 300 * KB

ORDINARY = (
    "/initiatives/",
    "/structures/",
    "/recherche/?q=jardin",
    "/compte/connexion/",
    "/aide/",
    "/composants/",
)
HEAD = ["page", "requests", "kB", "html", "css", "js", "tiles"]
WIDTHS = (34, 9, 9, 9, 9, 9, 9)


@dataclass(frozen=True)
class Weight:
    """What crossed the wire for one page: compressed bytes with their headers, by kind; the tiles stand apart."""

    page: str
    requests: int
    total: int
    html: int
    css: int
    script: int
    tiles: int

    def row(self) -> str:
        sizes = (self.total, self.html, self.css, self.script, self.tiles)
        return line([self.page, str(self.requests), *(f"{size / KB:.1f}" for size in sizes)])


def line(cells: list[str]) -> str:
    first, *others = cells
    return first.ljust(WIDTHS[0]) + "".join(
        cell.rjust(width) for cell, width in zip(others, WIDTHS[1:], strict=True)
    )


def crossed(request: Request) -> int:
    """The bytes of the answer as they came; zero when the browser already held it."""
    sizes = request.sizes()
    body, headers = sizes["responseBodySize"], sizes["responseHeadersSize"]
    if body == 0 and request.url.endswith(".mjs"):  # a worker's own script is loaded out of the page's sight
        answer = request.response()
        body = int(answer.header_value("content-length") or 0) if answer else 0
        assert body, "the script of the worker came without a size"
    return max(0, body + headers)


MAP_DRAWN = "() => document.querySelector('[data-map-explore], [data-map-panel]').map?.loaded()"


def weigh(page: Page, address: str, name: str = "", *, has_map: bool = False) -> Weight:
    """A first visit, by a browser that holds nothing yet, until the page asks for nothing more."""
    asked: list[Request] = []
    page.context.on("requestfinished", lambda request: asked.append(request))
    answer = page.goto(address, wait_until="networkidle")
    assert answer and answer.status == 200, address
    if has_map:
        page.locator("[data-map-explore], [data-map-panel]").first.scroll_into_view_if_needed()
        page.wait_for_function(MAP_DRAWN)
        page.wait_for_load_state("networkidle")
    paid = [(request.resource_type, request.url, size) for request in asked if (size := crossed(request))]
    assert sum(kind == "document" for kind, _url, _size in paid) == 1, address
    page.context.close()

    def of(*kinds: str) -> int:
        return sum(size for kind, _url, size in paid if kind in kinds)

    tiles = [size for _kind, url, size in paid if "/tuiles/" in url]
    return Weight(
        page=name or address,
        requests=len(paid) - len(tiles),
        total=sum(size for _kind, _url, size in paid) - sum(tiles),
        html=of("document"),
        css=of("stylesheet"),
        script=of("script"),
        tiles=sum(tiles),
    )


def over(weight: Weight, bytes_max: int, *, has_map: bool = False) -> list[str]:
    """What the page spends beyond its budget; a map's own script and style count in its total only."""
    spent = [("bytes", weight.total, bytes_max), ("html", weight.html, HTML_BYTES_MAX)]
    if not has_map:
        spent += [
            ("css", weight.css, CSS_BYTES_MAX),
            ("js", weight.script, SCRIPT_BYTES_MAX),
            ("requests", weight.requests, REQUESTS_MAX),
        ]
    return [f"{weight.page}: {found} {what}, at most {most}" for what, found, most in spent if found > most]


def first_link(page: Page, listing: str) -> str:
    """The address of the first thing of a list."""
    page.goto(listing)
    address = page.locator("main .m-card a").first.get_attribute("href")
    assert address
    return address


def test_every_page_keeps_within_its_budget(
    open_page: Callable[..., Page], record_property: Callable[[str, object], None]
) -> None:
    finder = open_page()
    fiche, organization = (first_link(finder, listing) for listing in ("/initiatives/", "/structures/"))

    def on_a_phone(address: str, name: str = "") -> Weight:
        return weigh(open_page(viewport=PHONE), address, name)

    home = on_a_phone("/", "home")
    ordinary = [
        *(on_a_phone(address) for address in ORDINARY),
        *(
            on_a_phone(address, name)
            for address, name in ((fiche, "a fiche"), (organization, "an organisation"))
        ),
    ]
    maps = [
        weigh(open_page(viewport=PHONE), "/carte/", "the map", has_map=True),
        weigh(open_page(viewport=DESK), fiche, "a fiche and its map, at a desk", has_map=True),
    ]
    rows = [line(HEAD), *(weight.row() for weight in (home, *ordinary, *maps))]
    record_property(TABLE, "\n".join(rows))
    assert all(weight.script for weight in (home, *ordinary, *maps))
    assert min(weight.script for weight in maps) > MAP_SCRIPTS_BYTES_MIN, (
        "the map or its worker was not counted"
    )
    assert [
        *over(home, HOME_BYTES_MAX),
        *(fault for weight in ordinary for fault in over(weight, ORDINARY_BYTES_MAX)),
        *(fault for weight in maps for fault in over(weight, MAP_BYTES_MAX, has_map=True)),
    ] == []
