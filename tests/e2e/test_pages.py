"""Every page that a role can reach by its links: it answers, it is accessible, it fits a desk and a phone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Error, Page, Response

from tests.e2e.accessibility import COLOURS, violations
from tests.e2e.conftest import DESK, PHONE, ROLES

pytestmark = pytest.mark.browser

PAGES_PER_VIEW = {"visitor": 2}
"""Two fiches say as much as a hundred, and to those who sign in one page of each kind, after what visitors see."""
SEEN_AS = {"member": "visitor", "manager": "visitor", "administrator": "facilitator"}
"""Whose walk looks at the dark and the phone of the pages that both open: a member finds there what a visitor does, an administrator
what a facilitator does."""
COLUMNS = {"visitor": 2, "facilitator": 6}
"""Where `rights.txt` says what a role is answered."""
LONGEST_FIRST = ("facilitator", "administrator", "visitor", "manager", "member")
"""So that no process is left alone with the longest walk."""
PHONE_RULES = (*COLOURS, "target-size", "scrollable-region-focusable")
RIGHTS = Path(__file__).parents[1] / "project" / "rights.txt"
LEFT_OUT = ("/demonstration/", "/fichiers/", "/static/", "/api/")
WIDER_THAN_THE_SCREEN = """() => [...document.querySelectorAll("body *")]
  .filter((part) => part.getBoundingClientRect().right > innerWidth + 1 && !part.closest(".m-table-frame, .m-tabs, pre, .maplibregl-map"))
  .slice(0, 3).map((part) => part.outerHTML.slice(0, 120))"""


@pytest.mark.slow
@pytest.mark.parametrize("role", sorted(ROLES, key=LONGEST_FIRST.index))
def test_every_page_of_a_role(open_page: Callable[..., Page], axe: str, role: str) -> None:
    page = open_page(role, reduced_motion="reduce")
    shared = views_opened_by(SEEN_AS[role]) if role in SEEN_AS else set[str]()
    waiting, seen, views, wrong = ["/"], {"/"}, Counter[str](), list[str]()
    while waiting:
        address = waiting.pop(0)
        view = view_of(address)
        if not view or views[view] >= PAGES_PER_VIEW.get(role, 1):
            continue
        views[view] += 1
        for link in looked_at(page, axe, address, wrong, everywhere=view not in shared):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    assert not wrong, "\n".join(wrong)
    assert len(views) > 20


def views_opened_by(role: str) -> set[str]:
    lines = RIGHTS.read_text(encoding="utf-8").splitlines()
    answers = (line.split() for line in lines if line.startswith("get "))
    return {answer[1] for answer in answers if answer[COLUMNS[role]] == "page"}


def looked_at(page: Page, axe: str, address: str, wrong: list[str], *, everywhere: bool) -> list[str]:
    """The links of the page; what is wrong with it is added to `wrong`. `everywhere`: in the dark and on a phone too."""
    answer = _opened(page, address, wrong)
    if answer is None:
        return []

    def note(fault: str) -> None:
        wrong.append(f"{address} {fault}")

    if page.locator("h1").count() != 1:
        note(f"has {page.locator('h1').count()} h1")
    if not page.title().strip():
        note("has no title")
    for fault in violations(page, axe):
        note(fault)
    _note_sideways(page, note, "a desk")
    if everywhere:
        _look_on_a_phone_in_the_dark(page, axe, note)
    links: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('a[href]')]"
        ".map((link) => new URL(link.getAttribute('href'), document.baseURI).href)"
    )
    here = urlsplit(page.url).netloc
    return [
        parts.path + (f"?{parts.query}" if parts.query else "")
        for parts in map(urlsplit, links)
        if parts.netloc == here
    ]


def _look_on_a_phone_in_the_dark(page: Page, axe: str, note: Callable[[str], None]) -> None:
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    _drawn(page)
    _note_sideways(page, note, "a phone")
    for fault in _phone_faults(page, axe):
        note(f"phone, dark: {fault}")
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light")


def _note_sideways(page: Page, note: Callable[[str], None], screen: str) -> None:
    if page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
        note(f"scrolls sideways on {screen}: {page.evaluate(WIDER_THAN_THE_SCREEN)}")


def _phone_faults(page: Page, axe: str) -> list[str]:
    """What axe says of colours and sizes, asked again when a busy page may not have been drawn in time."""
    found = violations(page, axe, PHONE_RULES)
    if found:
        page.wait_for_timeout(1500)
        found = violations(page, axe, PHONE_RULES)
    return found


def _drawn(page: Page) -> None:
    page.wait_for_function("() => matchMedia('(prefers-color-scheme: dark)').matches")
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def _opened(page: Page, address: str, wrong: list[str]) -> Response | None:
    """The answer, when it is a page; files are only asked for."""
    try:
        answer = page.goto(address)
    except Error as refusal:  # a file, which a browser keeps instead of showing it
        if "Download is starting" not in refusal.message:
            raise
        asked = page.request.get(address)
        if asked.status >= 400:
            wrong.append(f"{address} answers {asked.status}")
        return None
    if answer is None or answer.status >= 400:
        wrong.append(f"{address} answers {answer and answer.status}")
        return None
    return answer if "text/html" in answer.headers.get("content-type", "") else None


def view_of(address: str) -> str:
    path = urlsplit(address).path
    if path.startswith(LEFT_OUT):
        return ""
    try:
        return resolve(path).view_name or path
    except Resolver404:
        return path
