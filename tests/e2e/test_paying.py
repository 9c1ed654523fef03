"""An invoice paid in units from its page, on a phone, and seen settled by the other side; an offer paid from its page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import violations
from tests.e2e.conftest import PHONE, Faults, opened_demonstration, sign_in_by_code

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CINEMA = "maelle@brume.example"


@pytest.fixture(scope="module")
def site(furnished: Path) -> Iterator[tuple[Path, str]]:
    """A furnished site of its own: these walks write in it."""
    with opened_demonstration(furnished) as opened:
        yield opened


@pytest.fixture(scope="module")
def demonstration(site: tuple[Path, str]) -> str:
    return site[1]


def on_phone(open_page: Callable[..., Page], role: str) -> Page:
    return open_page(role, viewport=PHONE, reduced_motion="reduce")


@pytest.fixture
def refusals(faults: Faults) -> Iterator[None]:
    """The browser says each form that is refused in its console: those are looked for here, anything else is a fault."""
    yield
    assert faults and all("422" in fault for fault in faults), list(faults)
    faults.clear()


def looks_right(page: Page, axe: str) -> None:
    assert violations(page, axe) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_an_invoice_is_paid_in_units_and_the_other_side_sees_it_settled(
    open_page: Callable[..., Page], site: tuple[Path, str], axe: str, refusals: None
) -> None:
    yasmine = on_phone(open_page, "manager")
    yasmine.goto("/factures/")
    yasmine.locator("main li", has_text="Cinéma La Lanterne → La Ressourcerie").get_by_role("link").click()
    pay = yasmine.get_by_role("link", name="Payer en unités")
    assert pay.evaluate(
        "(link) => link.getBoundingClientRect().top < document.querySelector('#lignes').offsetTop"
    )
    looks_right(yasmine, axe)
    pays_it(yasmine, axe)
    reads_it_settled(yasmine, axe)
    maelle = on_phone(open_page, "visitor")
    sign_in_by_code(maelle, site[0], CINEMA)
    expect(maelle.locator("#nouvelles")).to_contain_text("F2026-0001")
    maelle.goto("/factures/")
    sold = maelle.locator("main li", has_text="Cinéma La Lanterne → La Ressourcerie").first
    expect(sold).to_contain_text("Compensée")
    sold.get_by_role("link").click()
    expect(maelle.locator("main")).to_contain_text("Reste à régler : 0,00 €")
    maelle.get_by_role("link", name="Échange numéro").click()
    expect(maelle.locator("main")).to_contain_text("116,05 unités")
    looks_right(maelle, axe)


def pays_it(yasmine: Page, axe: str) -> None:
    """The form is filled in with what is left; too much is refused and keeps what was typed; then it is confirmed."""
    yasmine.get_by_role("link", name="Payer en unités").click()
    expect(yasmine.get_by_role("heading", level=1)).to_have_text("Payer la facture F2026-0001 en unités")
    amount = yasmine.get_by_label("Pour combien")
    expect(amount).to_have_value("116,05")
    amount.fill("500")
    yasmine.get_by_role("button", name="Vérifier").click()
    expect(yasmine.get_by_role("alert")).to_contain_text("On peut encore régler 116,05 €")
    expect(amount).to_have_value("500")
    looks_right(yasmine, axe)
    amount.fill("116,05")
    yasmine.get_by_role("button", name="Vérifier").click()
    expect(yasmine.get_by_role("heading", level=1)).to_have_text("Vérifiez avant que ce soit fait")
    expect(yasmine.locator("main")).to_contain_text("Payer la facture F2026-0001 en unités")
    looks_right(yasmine, axe)
    yasmine.get_by_role("button", name="Confirmer").click()
    expect(yasmine.get_by_text("C’est fait : 116,05 unités")).to_be_visible()
    looks_right(yasmine, axe)


def reads_it_settled(yasmine: Page, axe: str) -> None:
    """On the invoice, in the statement whose rows fit the phone, and among the debts of the circle."""
    yasmine.get_by_role("link", name="F2026-0001").click()
    expect(yasmine.locator("main")).to_contain_text("Compensée")
    expect(yasmine.get_by_role("link", name="Payer en unités")).to_have_count(0)
    yasmine.goto("/troc/1/comptes/")
    yasmine.get_by_role("link", name="La Ressourcerie du Vallon").click()
    yasmine.get_by_role("link", name="Relevé").first.click()
    row = yasmine.locator("tbody tr", has_text="facture F2026-0001").last
    expect(row).to_be_visible()
    assert row.locator("td").last.evaluate("(cell) => cell.getBoundingClientRect().right <= innerWidth")
    looks_right(yasmine, axe)
    yasmine.goto("/troc/1/dettes/")
    expect(yasmine.locator("main")).to_contain_text(
        "La Ressourcerie du Vallon ne doit plus rien à Cinéma La Lanterne"
    )


def test_an_offer_is_paid_from_its_page(open_page: Callable[..., Page], axe: str, refusals: None) -> None:
    yasmine = on_phone(open_page, "manager")
    yasmine.goto("/besoins-et-offres/?q=repas+midi")
    yasmine.get_by_role("link", name="Repas d’équipe à midi, sur réservation").first.click()
    looks_right(yasmine, axe)
    yasmine.get_by_role("link", name="Payer en unités pour La Ressourcerie du Vallon").click()
    title = "Payer « Repas d’équipe à midi, sur réservation » en unités"
    expect(yasmine.get_by_role("heading", level=1)).to_have_text(title)
    yasmine.get_by_role("button", name="Vérifier").click()
    expect(yasmine.get_by_role("alert")).to_contain_text("Indiquez le montant")
    yasmine.get_by_label("Pour combien").fill("28")
    yasmine.get_by_role("button", name="Vérifier").click()
    expect(yasmine.locator("main")).to_contain_text("Cantine La Marmite")
    looks_right(yasmine, axe)
    yasmine.get_by_role("button", name="Confirmer").click()
    expect(yasmine.get_by_text("C’est fait : 28,00 unités")).to_be_visible()
    yasmine.get_by_role("link", name="Repas d’équipe à midi, sur réservation").click()
    expect(yasmine.get_by_role("link", name="Échange numéro")).to_be_visible()
    looks_right(yasmine, axe)
