"""Signing in with a real browser: a passkey made and used, and the page without JavaScript."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.factories import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHROMIUM = next(
    (path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if os.path.exists(path)), ""
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs a loop of its own in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A phone whose lock the person opens at once when a passkey is asked for."""
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR")
    page = context.new_page()
    page.faults = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.faults.append(str(error)))  # type: ignore[attr-defined]
    page.on("console", lambda said: said.type == "error" and page.faults.append(said.text))  # type: ignore[attr-defined]
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    yield page
    assert page.faults == []  # type: ignore[attr-defined]
    context.close()


def sign_in_by_code(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/compte/connexion/")
    page.get_by_label("Votre adresse électronique").first.fill(email)
    page.get_by_role("button", name="Recevoir un code").click()
    page.wait_for_url("**/compte/connexion/code/verifier/**")
    found = re.search(r"^    (\S+)$", mail.outbox[-1].body, re.MULTILINE)
    assert found
    page.get_by_label("Le code reçu").fill(found.group(1))
    page.get_by_role("button", name="Confirmer").click()
    page.wait_for_url("**/mon-espace/**")


def test_a_passkey_is_made_then_opens_the_account_alone(page: Page, live_server: LiveServer) -> None:
    person = make_person("member")
    sign_in_by_code(page, live_server.url, person.email)
    page.goto(f"{live_server.url}/compte/cles/ajouter/")
    page.get_by_label("Un nom pour cette clé d’accès").fill("Mon téléphone")
    page.get_by_role("button", name="Ajouter une clé d’accès").click()
    page.wait_for_url("**/compte/deux-etapes/secours/")
    assert page.get_by_role("link", name="Télécharger").is_visible()
    assert Authenticator.objects.get(type="webauthn").wrap().name == "Mon téléphone"

    page.context.clear_cookies()
    page.goto(f"{live_server.url}/compte/connexion/")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    page.wait_for_url("**/mon-espace/")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Bonjour")


def test_an_administrator_without_second_step_sets_up_a_passkey(page: Page, live_server: LiveServer) -> None:
    person = make_person("administrator")
    sign_in_by_code(page, live_server.url, person.email)
    assert page.url.endswith("/mon-espace/proteger/")
    page.get_by_role("link", name="Une clé d’accès").click()
    page.get_by_role("button", name="Ajouter une clé d’accès").click()
    page.wait_for_url("**/compte/deux-etapes/secours/")
    page.goto(f"{live_server.url}/administration/personnes/")
    assert page.get_by_role("heading", level=1).inner_text() == "Personnes"


def test_a_passkey_confirms_the_second_step(page: Page, live_server: LiveServer) -> None:
    person = make_person("member")
    sign_in_by_code(page, live_server.url, person.email)
    page.goto(f"{live_server.url}/compte/cles/ajouter/")
    page.get_by_label("Elle ouvre mon compte à elle seule").uncheck()
    page.get_by_role("button", name="Ajouter une clé d’accès").click()
    page.wait_for_url("**/compte/deux-etapes/secours/")
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/compte/connexion/")
    page.get_by_label("Votre adresse électronique").first.fill(person.email)
    page.get_by_role("button", name="Recevoir un code").click()
    page.wait_for_url("**/compte/connexion/code/verifier/**")
    found = re.search(r"^    (\S+)$", mail.outbox[-1].body, re.MULTILINE)
    assert found
    page.get_by_label("Le code reçu").fill(found.group(1))
    page.get_by_role("button", name="Confirmer").click()
    page.wait_for_url("**/compte/deux-etapes/verifier/")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    page.wait_for_url("**/mon-espace/")


def test_the_sign_in_page_without_script(chromium: Browser, live_server: LiveServer) -> None:
    page = chromium.new_context(java_script_enabled=False, locale="fr-FR").new_page()
    page.goto(f"{live_server.url}/compte/connexion/")
    assert not page.get_by_role("button", name="Utiliser une clé d’accès").is_visible()
    assert page.get_by_role("button", name="Recevoir un code").is_visible()


def test_with_the_keyboard_alone(page: Page, live_server: LiveServer) -> None:
    person = make_person("member")
    page.goto(f"{live_server.url}/compte/connexion/")
    field = page.get_by_label("Votre adresse électronique").first
    field.focus()
    page.keyboard.type(person.email)
    page.keyboard.press("Enter")
    page.wait_for_url("**/compte/connexion/code/verifier/")
    found = re.search(r"^    (\S+)$", mail.outbox[-1].body, re.MULTILINE)
    assert found
    page.get_by_label("Le code reçu").focus()
    page.keyboard.type(found.group(1))
    page.keyboard.press("Enter")
    page.wait_for_url("**/mon-espace/")
