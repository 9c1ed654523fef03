"""From `maillage serve` on an empty folder to a first fiche that a visitor reads."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import PHONE, Faults
from tests.project.house import running

pytestmark = pytest.mark.browser


@pytest.mark.slow
def test_from_an_empty_folder_to_a_public_fiche(
    shared_chromium: Browser, tmp_path: Path, faults: Faults
) -> None:
    with running(tmp_path / "site", "serve") as (process, port):
        said = process.log.read_text()  # type: ignore[attr-defined]
        link = re.search(r"http://localhost:\d+(/bienvenue/premier/\S+/)", said)
        assert link
        context = shared_chromium.new_context(
            viewport=PHONE, locale="fr-FR", base_url=f"http://localhost:{port}"
        )  # type: ignore[arg-type]
        faults.watch(context)
        page = context.new_page()
        page.goto(link[1])
        become_administrator(page)
        welcome(page)
        publish(page)
        visitor = shared_chromium.new_context(
            viewport=PHONE, locale="fr-FR", base_url=f"http://localhost:{port}"
        ).new_page()  # type: ignore[arg-type]
        visitor.goto("/initiatives/")
        visitor.get_by_role("link", name="Le four du village").click()
        expect(visitor.get_by_role("heading", level=1)).to_have_text("Le four du village")
        assert visitor.goto(link[1]).status == 410  # type: ignore[union-attr]
        visitor.context.close()
        context.close()


def become_administrator(page: Page) -> None:
    page.get_by_label("Votre nom").fill("Ana Morel")
    page.get_by_label("Votre adresse électronique").fill("ana@exemple.org")
    page.get_by_role("button", name="Ouvrir le compte").click()
    page.get_by_role("link", name="Une application sur votre téléphone").click()
    secret = re.search(r"\b[A-Z2-7]{32}\b", page.locator("main").inner_text())
    assert secret
    page.get_by_label("Le code de votre application").fill(
        format_hotp_value(hotp_value(secret[0], int(time.time()) // 30))
    )
    page.get_by_role("button", name="Mettre en place").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")


def welcome(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Commencer", exact=True).click()
    page.get_by_label("Nom du site").fill("Le Pays des Deux Rives")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Les rubriques")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Éditeur du site").fill("Association des Deux Rives")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Envoyer un message d’essai à").fill("ana@exemple.org")
    page.get_by_role("button", name="Envoyer le message d’essai").click()
    page.get_by_role("button", name="Terminer").click()
    expect(page.get_by_role("heading", name="5 choses pour démarrer")).to_be_visible()
    expect(page.get_by_role("banner")).to_contain_text("Le Pays des Deux Rives")
    assert "Association des Deux Rives" in page.request.get("/informations/mentions-legales/").text()


def publish(page: Page) -> None:
    page.get_by_role("link", name="Publiez une première fiche").click()
    page.get_by_label("Titre").fill("Le four du village")
    page.get_by_label("En une phrase").fill("On y cuit le pain ensemble, le samedi.")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.locator(".m-stepper li").last.click()
    page.get_by_role("button", name="Publier").click()
    page.wait_for_url(lambda url: "/modifier/" not in url)
    page.goto("/")
    expect(page.locator(".m-card").filter(has_text="Publiez une première fiche")).to_contain_text("Fait")
