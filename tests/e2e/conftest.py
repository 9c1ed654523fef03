"""A real browser, and the furnished demonstration served as an operator serves it."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.e2e.accessibility import load_axe
from tests.project.house import run, running

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = os.environ.get("MAILLAGE_TEST_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
FLAGS = [
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-gpu-rasterization",
    "--disable-gpu-compositing",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 860}
expect.set_options(timeout=15_000)
"""A machine at work on many things answers late; a page that is right is right at once."""
ROLES = ("visitor", "member", "manager", "facilitator", "administrator")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def shared_chromium(playwright: Playwright) -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def chromium(shared_chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """The browser, for tests that also use the database: Playwright runs a loop of its own in this thread."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    yield shared_chromium
    for context in shared_chromium.contexts:
        context.close()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A furnished data folder that nobody opens: it is made once, whatever the number of test processes, and copied."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = shared / "furnished"
    with (shared / "furnished.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "furnished.done").is_file():
            run(folder, "demo", "--prepare", "--data", str(folder))
            (shared / "furnished.done").touch()
    return folder


@contextmanager
def opened_demonstration(furnished: Path) -> Iterator[tuple[Path, str]]:
    """A furnished site of one's own: its data folder and its address. The messages that it sends are files of `mail/`."""
    folder = Path(tempfile.mkdtemp(prefix="maillage-e2e-"))
    data = shutil.copytree(furnished, folder / "site")
    with running(data, "demo", "--data", str(data)) as (_process, port):
        yield data, f"http://localhost:{port}"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def shared_demonstration(furnished: Path) -> Iterator[tuple[Path, str]]:
    """Of the tests that only look, or leave all as they found it."""
    with opened_demonstration(furnished) as opened:
        yield opened


@pytest.fixture(scope="session")
def demonstration_data(shared_demonstration: tuple[Path, str]) -> Path:
    return shared_demonstration[0]


@pytest.fixture(scope="session")
def demonstration(shared_demonstration: tuple[Path, str]) -> str:
    """The address of a furnished site; a module whose walk writes in it has one of its own."""
    return shared_demonstration[1]


class Faults(list[str]):
    """What no page may do: fail in its scripts, say an error, ask anything of another site."""

    def watch(self, context: BrowserContext) -> None:
        context.on("weberror", lambda error: self.append(f"script: {error.error}"))
        context.on(
            "console",
            lambda said: (
                said.type == "error" and self.append(f"console: {said.text} {said.location.get('url')}")
            ),
        )
        context.on("request", lambda asked: is_local(asked.url) or self.append(f"outside: {asked.url}"))


def is_local(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("data", "blob", "about", "chrome", "chrome-extension") or parts.hostname in (
        "localhost",
        "127.0.0.1",
    )


@pytest.fixture
def faults() -> Iterator[Faults]:
    seen = Faults()
    yield seen
    assert list(seen) == []


@pytest.fixture
def open_page(shared_chromium: Browser, demonstration: str, faults: Faults) -> Iterator[Callable[..., Page]]:
    """`open_page(role, **context options)`: a page of the demonstration, in that role, at a desk unless told."""
    contexts = []

    def open_one(role: str = "visitor", **options: object) -> Page:
        choices = {"viewport": DESK, "locale": "fr-FR", "base_url": demonstration, **options}
        context = shared_chromium.new_context(**choices)  # type: ignore[arg-type]
        contexts.append(context)
        faults.watch(context)
        page = context.new_page()
        if role != "visitor":
            enter(page, role)
        return page

    yield open_one
    for context in contexts:
        context.close()


def enter(page: Page, role: str) -> None:
    """Take a role of the demonstration, by its page."""
    page.goto(f"/demonstration/?role={role}")
    page.locator(f"main button[value={role}], main form:has(input[value={role}]) button").first.click()
    page.wait_for_url(lambda url: "/demonstration" not in url)


def code_sent(data: Path, email: str, *, since: float) -> str:
    """The code of the message that the site sent to `email` after `since`, seconds of the clock."""
    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        for message in (data / "mail").glob("*.log"):
            words = message.read_text()
            found = re.search(r"^ {4}([A-Z0-9]{4}-[A-Z0-9]{4})$", words, re.MULTILINE)
            if found and f"To: {email}" in words and message.stat().st_mtime >= since:
                return found.group(1)
        time.sleep(0.1)
    raise AssertionError("no message with a code came")


def sign_in_by_code(page: Page, data: Path, email: str) -> None:
    """Somebody of the demonstration who has no role of their own in its ribbon."""
    since = time.time()
    page.goto("/compte/connexion/")
    page.get_by_label("Votre adresse électronique").first.fill(email)
    page.get_by_role("button", name="Recevoir un code").click()
    page.get_by_label("Le code reçu").fill(code_sent(data, email, since=since))
    page.get_by_role("button", name="Confirmer").click()
    page.wait_for_url("**/mon-espace/**")


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    return load_axe()
