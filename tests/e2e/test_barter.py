"""A barter circle walked through: an interview on a tablet, its answer on a phone without an account, the team's sheet."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from maillage.cores.einvoicing.cii import read_cii
from maillage.kernel.conformity.unpacking import attachment_of
from tests.e2e.accessibility import violations
from tests.e2e.conftest import PHONE, opened_demonstration
from tests.project.house import run

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
    solene.get_by_label("Nombre").fill("0")
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


def test_from_a_loop_to_the_file_of_the_tax_office(
    open_page: Callable[..., Page], axe: str, tmp_path: Path
) -> None:
    """A loop that all accept, the invoice of its exchange, a batch consented then executed, the statement, the FEC."""
    solene = open_page("facilitator", reduced_motion="reduce")
    yasmine = open_page("manager", viewport=PHONE, reduced_motion="reduce")
    loop = accepts_the_loop(solene, axe)
    invoices(yasmine, loop, axe, tmp_path)
    consents(yasmine, axe)
    executes(solene, axe)
    reads_the_accounts(yasmine, axe, tmp_path)


def accepts_the_loop(solene: Page, axe: str) -> str:
    """The parties that have not answered accept in office mode, and the exchanges are made; gives the loop's address."""
    solene.goto("/troc/")
    solene.get_by_role("link", name="Le troc de Brume-et-Vallons").click()
    solene.get_by_role("link", name="Boucles", exact=True).click()
    assert violations(solene, axe) == []
    solene.get_by_role("link", name="La Ressourcerie du Vallon →").first.click()
    accept = solene.get_by_role("button", name="Accepter")
    waiting = accept.count()
    assert waiting
    for left in reversed(range(waiting)):
        accept.first.click()
        expect(accept).to_have_count(left)
    expect(solene.get_by_text("la boucle est conclue").first).to_be_visible()
    assert violations(solene, axe) == []
    return solene.url


def invoices(yasmine: Page, loop: str, axe: str, folder: Path) -> None:
    """From her phone: the draft is filled in; once issued, its PDF opens and its data conform."""
    yasmine.goto(loop)
    yasmine.get_by_role("link", name="Son échange, et sa facture").first.click()
    yasmine.get_by_role("button", name="Préparer la facture").click()
    expect(yasmine.get_by_role("heading", level=1)).to_have_text("Vérifier avant d’émettre")
    assert violations(yasmine, axe) == []
    yasmine.get_by_role("button", name="Émettre").click()
    expect(yasmine.get_by_text("C’est émis").first).to_be_visible()
    expect(yasmine.locator("main")).to_contain_text("Règles françaises (BR-FR)")
    assert violations(yasmine, axe) == []
    pdf = kept(yasmine, "PDF", folder / "facture.pdf")
    incoming = read_cii(attachment_of(pdf.read_bytes(), ("factur-x.xml",)))
    assert incoming.document.payment.means == "97" and incoming.stated.due_cents == 0


def kept(page: Page, name: str, file: Path) -> Path:
    """What a link gives, as a file."""
    address = page.get_by_role("link", name=name, exact=True).get_attribute("href")
    assert address is not None
    file.write_bytes(page.request.get(address).body())
    return file


def consents(yasmine: Page, axe: str) -> None:
    """The last answer that the batch waits for; her notice says each invoice, what is cleared and what is left."""
    yasmine.goto("/troc/1/lots/")
    yasmine.get_by_role("link", name="LOT-2").click()
    expect(yasmine.locator("main")).to_contain_text("AN-0327")
    assert violations(yasmine, axe) == []
    yasmine.get_by_role("button", name="Accepter").click()
    expect(yasmine.get_by_text("Votre réponse est gardée").first).to_be_visible()
    notice = yasmine.get_by_role("link", name="L’avis (PDF)").get_attribute("href")
    assert notice is not None and yasmine.request.get(notice).body().startswith(b"%PDF")


def executes(solene: Page, axe: str) -> None:
    solene.goto("/troc/1/lots/2/")
    expect(solene.locator("main")).to_contain_text("7 parties sur 7 acceptent")
    solene.get_by_role("button", name="Exécuter").click()
    expect(solene.get_by_text("Les dettes acceptées sont compensées").first).to_be_visible()
    assert violations(solene, axe) == []


def reads_the_accounts(yasmine: Page, axe: str, folder: Path) -> None:
    """Her statement shows the exchange; her accounts the set-off; the file of the tax office conforms, here and outside."""
    yasmine.goto("/troc/1/comptes/")
    yasmine.get_by_role("link", name="La Ressourcerie du Vallon").click()
    yasmine.get_by_role("link", name="Relevé").first.click()
    expect(yasmine.locator("main")).to_contain_text("Bureaux et caissons remis en état")
    assert violations(yasmine, axe) == []
    yasmine.goto("/mon-espace/comptes/")
    yasmine.get_by_role("link", name="La Ressourcerie du Vallon").click()
    expect(yasmine.locator("main")).to_contain_text("Dettes compensées ensemble, LOT-2")
    yasmine.get_by_role("link", name="Fichier fiscal (FEC)").click()
    expect(yasmine.locator("main")).to_contain_text("aucune faute trouvée")
    assert violations(yasmine, axe) == []
    link = yasmine.get_by_role("link", name="Télécharger")
    address = link.get_attribute("href")
    assert address is not None
    answer = yasmine.request.get(address)
    name = re.search(r'filename="(\w+\.txt)"', answer.headers["content-disposition"])
    assert name
    file = folder / name[1]
    file.write_bytes(answer.body())
    assert json.loads(run(folder, "fec", "check", str(file), "--json"))["verdict"] == "conform"
