"""A barter circle walked through: an interview on a tablet, its answer on a phone without an account, the team's sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.accessibility import violations
from tests.e2e.conftest import PHONE, opened_demonstration

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TABLET = {"width": 820, "height": 1180}


@pytest.fixture(scope="module")
def demonstration(furnished: Path) -> Iterator[str]:
    """A furnished site of its own: these walks write in it."""
    with opened_demonstration(furnished) as (_data, address):
        yield address


def test_an_interview_becomes_offers_that_the_structure_confirms(
    open_page: Callable[..., Page], shared_chromium: Browser, demonstration: str, axe: str
) -> None:
    solene = open_page("facilitator", viewport=TABLET, reduced_motion="reduce")
    opens_the_circle(solene, axe)
    link = holds_the_interview(solene, axe)
    context = shared_chromium.new_context(viewport=PHONE, locale="fr-FR", base_url=demonstration)
    confirms(context.new_page(), link, axe)
    context.close()
    solene.reload()
    expect(solene.locator("#offres")).to_contain_text("Corrigé et confirmé")
    expect(solene.locator("#reponses")).to_contain_text("Nadia Ferrand (directrice)")
    camille = open_page("member", viewport=PHONE, reduced_motion="reduce")
    camille.goto("/besoins-et-offres/?q=voix+off")
    expect(camille.get_by_text("Voix off pour une vidéo").first).to_be_visible()
    camille.goto("/besoins-et-offres/?q=voitures+week-end")
    expect(camille.get_by_text("Deux voitures libres le week-end")).to_have_count(0)


def opens_the_circle(solene: Page, axe: str) -> None:
    solene.goto("/troc/")
    solene.get_by_role("link", name="Le troc de Brume-et-Vallons").click()
    assert violations(solene, axe) == []
    solene.get_by_role("link", name="Accord", exact=True).click()
    solene.get_by_role("link", name="Version 2").first.click()
    expect(solene.locator("ins").filter(has_text="500")).to_be_visible()
    assert violations(solene, axe) == []
    solene.get_by_role("link", name="Entretiens").click()
    assert violations(solene, axe) == []


def holds_the_interview(solene: Page, axe: str) -> str:
    """Takes up the one that is under way; gives the link of its structure."""
    solene.locator("#en-cours").get_by_role("link", name="À vos côtés").click()
    expect(solene.get_by_role("heading", level=1)).to_contain_text("À qui parlez-vous")
    solene.get_by_label("En quelques mots").fill("Voix off pour une vidéo")
    solene.get_by_label("Nombre").fill("zéro")
    solene.get_by_role("button", name="Noter et rester ici").click()
    expect(solene.get_by_role("alert")).to_contain_text("Un nombre entier")
    expect(solene.get_by_label("En quelques mots")).to_have_value("Voix off pour une vidéo")
    solene.get_by_label("Nombre").fill("3")
    solene.get_by_label("Valeur de marché").fill("75,50")
    solene.get_by_role("button", name="Noter et rester ici").click()
    expect(solene.locator("#note")).to_contain_text("75,50 € chacun")
    assert violations(solene, axe) == []
    solene.get_by_role("link", name="Relire et envoyer").click()
    expect(solene.get_by_text("Pas encore demandé")).to_be_visible()
    assert violations(solene, axe) == []
    solene.get_by_label("Adresse électronique").fill("")
    solene.get_by_role("button", name="Envoyer les brouillons").click()
    link = solene.locator("#lien a").get_attribute("href")
    assert link is not None
    return link


def confirms(phone: Page, link: str, axe: str) -> None:
    """Without an account, by the keyboard: one corrected and published, one refused."""
    phone.goto(link)
    assert violations(phone, axe) == []
    radio = phone.locator(".m-section", has_text="Voix off pour une vidéo").first
    radio.get_by_label("C’est juste : publier").focus()
    phone.keyboard.press("Space")
    radio.get_by_text("Corriger les mots ou les chiffres").focus()
    phone.keyboard.press("Enter")
    radio.get_by_label("Nombre").fill("2")
    phone.locator(".m-section", has_text="Deux voitures").first.get_by_label("Ne pas publier").check()
    phone.get_by_role("button", name="Envoyer mes réponses").click()
    expect(phone.get_by_role("alert")).to_contain_text("Écrivez votre nom")
    expect(radio.get_by_label("Nombre")).to_have_value("2")
    phone.get_by_label("Votre prénom et votre nom").fill("Nadia Ferrand")
    phone.get_by_label("Ce que vous faites dans la structure").fill("directrice")
    phone.get_by_role("button", name="Envoyer mes réponses").click()
    expect(phone.get_by_text("Merci : tout a reçu une réponse")).to_be_visible()
    assert violations(phone, axe) == []


def test_a_member_reads_its_circle_on_a_phone_and_prints_the_sheet(
    open_page: Callable[..., Page], axe: str
) -> None:
    yasmine = open_page("manager", viewport=PHONE, reduced_motion="reduce")
    for path in ("", "membres/", "membres/1/", "accord/", "accord/2/", "adherer/"):
        yasmine.goto(f"/troc/1/{path}")
        assert violations(yasmine, axe) == [], path
        assert yasmine.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    yasmine.goto("/troc/1/")
    with yasmine.expect_download() as waited:
        yasmine.get_by_role("link", name="La fiche de l’équipe (PDF)").click()
    assert waited.value.suggested_filename == "fiche-equipe-troc.pdf"
    assert Path(waited.value.path()).read_bytes().startswith(b"%PDF")
