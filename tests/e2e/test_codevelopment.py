"""A round of co-development from the list of people to the warning and the adjustment, with the keyboard alone."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import violations
from tests.e2e.conftest import DESK, PHONE
from tests.project.house import running

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SLOW_MS = 60_000
"""Groups are searched for some seconds, more on a busy machine."""
PEOPLE = [
    ("Camille Perrin", "La Ressourcerie", "animation", "réemploi", "camille@brume.example"),
    *(
        (f"Pair {n:02}", "Le Fournil" if n < 3 else f"Structure {n}", ("compta", "bâtiment", "accueil")[n % 3],
         ("alimentation", "habitat")[n % 2], "")
        for n in range(11)
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def demonstration() -> Iterator[str]:
    """A furnished site of its own: this walk writes in it."""
    folder = Path(tempfile.mkdtemp(prefix="maillage-e2e-"))
    with running(folder / "site", "demo", "--data", str(folder / "site")) as (_process, port):
        yield f"http://localhost:{port}"
    shutil.rmtree(folder, ignore_errors=True)


def test_a_round_of_co_development(open_page: Callable[..., Page], axe: str) -> None:
    leader = open_page("facilitator", viewport=DESK, reduced_motion="reduce")
    programme = opens(leader, axe)
    composes(leader, programme, axe)
    camille = open_page("member", viewport=PHONE, reduced_motion="reduce")
    session = lives_a_session(camille, programme, axe)
    closes_it(leader, programme, session, axe)
    goes_away(camille, leader, programme)


def opens(leader: Page, axe: str) -> str:
    """A programme with its people, pasted; gives its address."""
    leader.goto("/codeveloppement/")
    leader.get_by_role("link", name="Ouvrir un programme").press("Enter")
    leader.get_by_label("Titre du programme").fill("Une matinée entre pairs")
    leader.get_by_label("Nombre de rencontres").fill("2")
    assert violations(leader, axe) == []
    leader.get_by_role("button", name="Continuer avec les personnes").press("Enter")
    expect(leader.get_by_text("Personne encore.")).to_be_visible()
    programme = leader.url.removesuffix("personnes/")
    leader.locator("summary", has_text="Ajouter une liste").press("Enter")
    rows = ["Nom;Structure;Profils;Secteurs;Courriel", *(";".join(row) for row in PEOPLE)]
    leader.get_by_label("Collez la liste").fill("\n".join(rows))
    leader.get_by_role("button", name="Ajouter une liste").press("Enter")
    expect(leader.get_by_text("12 personnes participent")).to_be_visible()
    assert violations(leader, axe) == []
    return programme


def composes(leader: Page, programme: str, axe: str) -> None:
    """Three people of one structure and two groups: it says what to relax, and changes nothing. Then it goes."""
    leader.goto(programme)
    leader.get_by_role("button", name="Composer les groupes").press("Enter")
    expect(leader.get_by_text("Aucun groupe ne tient ces règles")).to_be_visible(timeout=SLOW_MS)
    refused = leader.locator("main")
    expect(refused).to_contain_text("Trop de personnes d’une même structure")
    expect(refused).to_contain_text("Ce qui suffirait")
    expect(refused).to_contain_text("Rien n’a changé")
    assert violations(leader, axe) == []
    leader.goto(f"{programme}personnes/")
    leader.get_by_role("link", name="Pair 02").press("Enter")
    leader.locator("[name=structure]").fill("Structure 2")
    leader.get_by_role("button", name="Enregistrer").press("Enter")
    leader.goto(programme)
    leader.get_by_role("button", name="Composer les groupes").press("Enter")
    expect(leader.get_by_text("Les groupes sont composés")).to_be_visible(timeout=SLOW_MS)
    expect(leader.locator("#groupes")).to_contain_text("quand le mieux possible est")
    assert violations(leader, axe) == []


def lives_a_session(camille: Page, programme: str, axe: str) -> str:
    """Her own group only: roles, six steps, notes that nobody else reads, a commitment. Gives its address."""
    camille.goto(programme)
    expect(camille.locator("#rencontre-1 .m-card")).to_have_count(1)
    camille.locator("#rencontre-1 .m-card a").first.press("Enter")
    expect(camille.locator("#roles")).to_contain_text("client")
    expect(camille.locator("#roles")).to_contain_text("animateur")
    expect(camille.locator("#etapes h3")).to_have_count(6)
    session = camille.url
    camille.locator("#etape-story summary").press("Enter")
    camille.locator("#etape-story textarea").fill("Les samedis sont trop lourds.")
    camille.locator("#etape-story").get_by_role("button", name="Enregistrer").press("Enter")
    expect(camille.locator("#etape-story")).to_contain_text("Les samedis sont trop lourds.")
    camille.locator("#notes textarea").fill("Un doute que je garde")
    camille.get_by_role("button", name="Garder mes notes").press("Enter")
    expect(camille.get_by_text("Vos notes sont gardées")).to_be_visible()
    camille.locator("#engagements summary").press("Enter")
    camille.get_by_label("Fera quoi").fill("Appeler cinq personnes")
    camille.locator("#engagements").get_by_role("button", name="Ajouter un engagement").press("Enter")
    expect(camille.locator("#engagements")).to_contain_text("Appeler cinq personnes")
    assert violations(camille, axe) == []
    return session


def closes_it(leader: Page, programme: str, session: str, axe: str) -> None:
    """Who came, group by group; four of twelve are missing, and the page warns."""
    leader.goto(session)
    expect(leader.locator("main")).to_contain_text("Les samedis sont trop lourds.")
    expect(leader.locator("main")).not_to_contain_text("Un doute que je garde")
    assert "Un doute" not in leader.content()
    leader.goto(programme)
    groups = leader.locator("#rencontre-1 .m-card a").evaluate_all("links => links.map((link) => link.href)")
    assert len(groups) == 2
    for group in groups:
        leader.goto(group)
        for missing in range(2):
            leader.locator("#presences").get_by_label("N’est pas venu").nth(missing).check()
        leader.get_by_role("button", name="Noter les présences").press("Enter")
        expect(leader.get_by_text("Les présences sont notées")).to_be_visible()
    assert violations(leader, axe) == []
    leader.goto(programme)
    expect(leader.locator("#participation")).to_contain_text("À voir avant la prochaine rencontre")
    expect(leader.locator("#participation")).to_contain_text("67 % des personnes attendues sont venues")
    assert violations(leader, axe) == []


def goes_away(camille: Page, leader: Page, programme: str) -> None:
    """An absence announced, an adjustment that says who moves, confirmed."""
    camille.goto(programme)
    camille.get_by_role("button", name="Je ne pourrai pas venir").press("Enter")
    expect(camille.get_by_text("Vous avez dit ne pas pouvoir venir")).to_be_visible()
    leader.goto(programme)
    leader.get_by_role("button", name="Ajuster les groupes aux absences").press("Enter")
    expect(leader.get_by_text("Un ajustement vous attend")).to_be_visible(timeout=SLOW_MS)
    leader.get_by_role("button", name="Confirmer").press("Enter")
    expect(leader.get_by_text("Les groupes ont changé")).to_be_visible(timeout=SLOW_MS)
    expect(leader.locator("#rencontre-2")).not_to_contain_text("Camille Perrin")
    expect(leader.locator("#rencontre-1")).to_contain_text("Camille Perrin")
