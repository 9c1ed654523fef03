from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.directory.choices import Status
from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.actions.drawing import redraw
from maillage.apps.knowledge.actions.statements import OwnStatementError, endorse, withdraw_statement
from maillage.apps.knowledge.models import Drawing, Endorsement, Statement, Term
from maillage.apps.knowledge.queries.maps import MapFilter, map_of, statements_asked
from maillage.apps.knowledge.queries.reading import who_knows
from maillage.kernel.site.models import SiteSettings
from tests.factories import NOW, make_organization, make_statement

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def browser(person: Person | None = None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def add(client: Client, body: Organization, **said: str) -> object:
    data = {"sorte": "savoir_faire", "relation": "holds", "mots": "Réparer un vélo", **said}
    return client.post(reverse("knowledge:statement_add", args=[body.pk, body.slug]), data)


def test_a_member_says_what_their_organisation_has(maya: Person, fournil: Organization) -> None:
    answer = add(browser(maya), fournil, phrase="Depuis 2019.")
    assert answer.status_code == 302  # type: ignore[attr-defined]
    said = Statement.objects.get()
    assert (said.organization, said.term.name, said.words, said.origin) == (
        fournil,
        "Réparer un vélo",
        "Depuis 2019.",
        "said",
    )
    add(browser(maya), fournil)
    assert Statement.objects.count() == 1
    page = browser().get(reverse("knowledge:organization", args=[fournil.pk, fournil.slug])).content.decode()
    assert "Réparer un vélo" in page
    assert "Dit par la structure" in page


def test_a_facilitator_s_words_are_marked_as_theirs(solene: Person, fournil: Organization) -> None:
    add(browser(solene), fournil)
    assert Statement.objects.get().origin == "facilitator"


def test_nobody_speaks_for_others(omar: Person, fournil: Organization, cycles: Organization) -> None:
    assert add(browser(omar), fournil).status_code == 404  # type: ignore[attr-defined]
    said = make_statement(fournil)
    assert browser(omar).post(reverse("knowledge:statement_withdraw", args=[said.pk])).status_code == 404
    assert Statement.objects.standing().count() == 1


def test_near_words_are_asked_about_and_nothing_is_added_meanwhile(
    maya: Person, fournil: Organization, cycles: Organization
) -> None:
    known = make_statement(cycles, "Réparation de vélos").term
    client = browser(maya)
    asked = add(client, fournil).content.decode()  # type: ignore[attr-defined]
    assert "Est-ce la même chose" in asked
    assert "Réparation de vélos" in asked
    assert not fournil.knowledge_statements.exists()
    add(client, fournil, terme=str(known.pk))
    assert fournil.knowledge_statements.get().term == known
    add(client, fournil, garder="1")
    assert sorted(each.term.name for each in fournil.knowledge_statements.all()) == [
        "Réparation de vélos",
        "Réparer un vélo",
    ]


def test_the_same_thing_said_of_another_kind_is_asked_about(maya: Person, fournil: Organization) -> None:
    """A savoir-faire typed among the savoirs."""
    make_statement(fournil, "Réparer des vélos")
    known = Term.objects.get()
    client = Client()
    client.force_login(maya)
    near = client.get(
        reverse("knowledge:near"), {"sorte": "savoir", "mots": "repare des velo"}
    ).content.decode()
    assert f'name="ailleurs" value="{known.pk}"' in near
    assert "Réparer des vélos (Savoir-faire)" in near
    address = reverse("knowledge:statement_add", args=[fournil.pk, fournil.slug])
    asked = {"sorte": "savoir", "mots": "repare des velo", "relation": "seeks", "phrase": ""}
    page = client.post(address, asked).content.decode()
    assert "Est-ce la même chose" in page
    assert f'name="ailleurs" value="{known.pk}"' in page
    assert Statement.objects.count() == 1
    assert client.post(address, {**asked, "ailleurs": known.pk})["Location"].endswith("#savoir_faire")
    assert Statement.objects.filter(term=known, relation="seeks").exists()
    client.post(address, {**asked, "garder": "1"})
    assert Term.objects.filter(kind="savoir", name="repare des velo").exists()
    for nonsense in ("x", "0", "9" * 30, "-1"):
        assert (
            "Est-ce la même chose"
            in client.post(
                address, {**asked, "mots": "réparer des vélos d’enfants", "ailleurs": nonsense}
            ).content.decode()
        )


@pytest.mark.parametrize("words", ["", "🚲🚲🚲", "x" * 100_000, "  \x00 "])
def test_bad_words_get_a_sentence_and_lose_nothing(maya: Person, fournil: Organization, words: str) -> None:
    page = add(browser(maya), fournil, mots=words, phrase="Ma phrase").content.decode()  # type: ignore[attr-defined]
    assert "Erreur" in page
    assert "Ma phrase" in page
    assert not Statement.objects.exists()


def test_script_in_words_is_text(maya: Person, fournil: Organization) -> None:
    add(browser(maya), fournil, mots="<script>alert(1)</script>", phrase='"><img src=x onerror=alert(1)>')
    redraw(now=NOW)
    body = fournil
    for address in (
        reverse("knowledge:organization", args=[body.pk, body.slug]),
        reverse("knowledge:map"),
        reverse("knowledge:list"),
        reverse("knowledge:reading"),
        reverse("knowledge:terms"),
        reverse("knowledge:poster_svg"),
    ):
        page = browser().get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;" in page


def test_a_peer_co_signs_and_takes_it_back(omar: Person, fournil: Organization, cycles: Organization) -> None:
    said = make_statement(fournil)
    client = browser(omar)
    signed = {"organization_id": str(cycles.pk), "words": "Vu en mars"}
    for _twice in range(2):
        client.post(reverse("knowledge:statement_endorse", args=[said.pk]), signed)
    assert Endorsement.objects.get().words == "Vu en mars"
    page = client.get(reverse("knowledge:organization", args=[fournil.pk, fournil.slug])).content.decode()
    assert "Cycles et Compagnie l’a vu" in page
    assert (
        "Omar"
        not in browser()
        .get(reverse("knowledge:organization", args=[fournil.pk, fournil.slug]))
        .content.decode()
    )
    client.post(reverse("knowledge:statement_unendorse", args=[said.pk]), signed)
    assert not Endorsement.objects.exists()


def test_nobody_co_signs_for_themselves_nor_for_others(
    maya: Person, fournil: Organization, cycles: Organization
) -> None:
    said = make_statement(fournil)
    with pytest.raises(OwnStatementError):
        endorse(actor=maya, statement_id=said.pk, organization=fournil, now=NOW)
    browser(maya).post(
        reverse("knowledge:statement_endorse", args=[said.pk]), {"organization_id": str(cycles.pk)}
    )
    assert not Endorsement.objects.exists()


def test_what_is_withdrawn_or_not_published_is_not_on_the_map(maya: Person, fournil: Organization) -> None:
    said = make_statement(fournil, "Pétrir")
    hidden = make_organization("Projet secret", status=Status.DRAFT)
    make_statement(hidden, "Cultiver des truffes")
    for address in ("map", "list", "reading", "poster_svg"):
        assert "truffes" not in browser().get(reverse(f"knowledge:{address}")).content.decode()
    for form in ("csv", "json"):
        answer = browser().get(reverse("knowledge:export", args=[form]))
        content = b"".join(answer) if answer.streaming else answer.content
        assert "Pétrir" in content.decode()
        assert "truffes" not in content.decode()
    withdraw_statement(actor=maya, statement_id=said.pk, now=NOW)
    assert map_of(Statement.objects.shown()).nodes == ()
    assert "Pétrir" not in browser().get(reverse("knowledge:map")).content.decode()


def test_the_map_keeps_places_and_the_poster_is_the_screen(
    fournil: Organization, cycles: Organization
) -> None:
    for words in ("Pétrir", "Enfourner", "Tenir une boutique"):
        make_statement(fournil, words)
    make_statement(cycles, "Tenir une boutique")
    first = redraw(now=NOW)
    again = redraw(now=NOW)
    assert first.positions == again.positions
    assert Drawing.objects.count() == 1
    page = browser().get(reverse("knowledge:map")).content.decode()
    poster = browser().get(reverse("knowledge:poster_svg")).content.decode()
    drawn = page[page.index("<svg xmlns") :]
    drawn = drawn[: drawn.index("</svg>") + 6]
    site = poster.split('<a href="')[1].split("/savoirs/")[0]
    assert poster.rstrip().replace(f'href="{site}/', 'href="/') == drawn
    assert browser().get(reverse("knowledge:poster_svg")).content.decode() == poster
    pdf = browser().get(reverse("knowledge:poster_pdf")).content
    assert pdf.startswith(b"%PDF")
    assert browser().get(reverse("knowledge:poster_pdf")).content == pdf


def test_filters_narrow_the_map(fournil: Organization, cycles: Organization) -> None:
    make_statement(fournil, "Pétrir")
    make_statement(fournil, "Histoire du pain", kind="savoir")
    make_statement(cycles, "Pétrir", relation="seeks")
    make_statement(cycles, "Cyclistes", kind="milieu")

    def labels(**wanted: object) -> set[str]:
        return {node.label for node in map_of(statements_asked(MapFilter(**wanted))).nodes}  # type: ignore[arg-type]

    assert labels(kinds=("savoir",)) == {"Le Fournil", "Histoire du pain"}
    assert labels(relation="seeks") == {"Cycles et Compagnie", "Pétrir"}
    assert labels(words="petr") == {"Le Fournil", "Cycles et Compagnie", "Pétrir"}
    assert labels(structure_id=cycles.pk) == {"Le Fournil", "Cycles et Compagnie", "Pétrir", "Cyclistes"}
    page = browser().get(reverse("knowledge:list") + "?sorte=nimporte&relation=quoi&structure=abc&page=99")
    assert page.status_code == 200


def test_who_knows_gives_the_way(fournil: Organization, cycles: Organization) -> None:
    third = make_organization("La Scierie")
    for body, words in (
        (fournil, "Accueillir"),
        (cycles, "Accueillir"),
        (cycles, "Souder"),
        (third, "Souder"),
        (third, "Scier"),
    ):
        make_statement(body, words)
    drawn = map_of(Statement.objects.shown())
    scier = next(node.key for node in drawn.nodes if node.label == "Scier")
    found = who_knows(drawn, scier, f"o{fournil.pk}")
    assert [node.label for node in found.ways[0].steps] == [
        "Le Fournil",
        "Accueillir",
        "Cycles et Compagnie",
        "Souder",
        "La Scierie",
    ]
    page = (
        browser()
        .get(reverse("knowledge:who_knows"), {"mot": scier[1:], "depuis": str(fournil.pk)})
        .content.decode()
    )
    assert page.index("Accueillir</a>") < page.index("Souder</a>")
    written = browser().get(reverse("knowledge:who_knows"), {"mot": "scier", "depuis": "le fournil"})
    assert "Souder</a>" in written.content.decode()


def test_a_word_that_several_answer_to_is_chosen_among_them(
    fournil: Organization, cycles: Organization
) -> None:
    for body, words in ((fournil, "Réparer un vélo"), (cycles, "Réparer un four")):
        make_statement(body, words)
    address = reverse("knowledge:who_knows")
    page = browser().get(address, {"mot": "réparer", "depuis": "Le Fournil"}).content.decode()
    assert "Erreur" not in page  # half a word is a question
    assert "Lequel de ceux-ci" in page
    four = Term.objects.get(name="Réparer un four")
    assert f'<a href="{address}?mot={four.pk}&amp;depuis=Le%20Fournil">Réparer un four</a>' in page
    assert "Rien ici ne porte ce nom" in browser().get(address, {"mot": "danser"}).content.decode()
    assert "Écrivez ce que vous cherchez" in browser().get(address, {"mot": ""}).content.decode()


def test_more_words_than_are_shown_are_told(fournil: Organization) -> None:
    for number in range(31):
        make_statement(fournil, f"Réparer {number}")
    page = browser().get(reverse("knowledge:who_knows"), {"mot": "réparer"}).content.decode()
    assert page.count(">Réparer ") == 30
    assert "Il y en a d’autres" in page


def test_a_word_of_two_kinds_says_which(fournil: Organization) -> None:
    make_statement(fournil, "Radio")
    make_statement(fournil, "Radio", kind="milieu")
    page = browser().get(reverse("knowledge:who_knows")).content.decode()
    assert '<option value="Radio (Milieux de référence)">' in page


def test_names_are_proposed_while_one_writes(fournil: Organization, cycles: Organization) -> None:
    make_statement(fournil, "Réparer un vélo")
    make_statement(fournil, "Vélo")
    make_organization("Le Fournil muet")

    def proposed(what: str, **said: str) -> list[str]:
        answer = browser().get(reverse("knowledge:proposals", args=[what]), said)
        return re.findall('value="([^"]+)"', answer.content.decode())

    assert proposed("mots", mot="VELO") == ["Vélo", "Réparer un vélo"]
    assert proposed("structures", depuis="fourn") == ["Le Fournil"]  # of those that have said something
    assert proposed("mots", mot="v") == proposed("mots") == []
    assert browser().get(reverse("knowledge:proposals", args=["autre"])).status_code == 404


def test_the_filter_takes_the_name_of_an_organisation(fournil: Organization, cycles: Organization) -> None:
    make_statement(fournil, "Pétrir")
    make_statement(cycles, "Souder")
    page = browser().get(reverse("knowledge:list"), {"structure": "cycl"}).content.decode()
    assert "Souder" in page
    assert "Pétrir" not in page
    assert 'value="Cycles et Compagnie"' in page


def test_the_programming_interface_gives_the_published_map(
    fournil: Organization, cycles: Organization
) -> None:
    said = make_statement(fournil, "Réparer un vélo")
    Endorsement.objects.create(statement=said, organization=cycles, created_at=NOW)
    make_statement(make_organization("Un brouillon", status=Status.DRAFT), "Tisser")
    client = Client()
    answer = client.get("/api/statements?sorte=savoir_faire&sorte=milieu&relation=holds").json()
    assert [(each["organization"], each["term"], each["endorsed_by"]) for each in answer["items"]] == [
        ("Le Fournil", "Réparer un vélo", ["Cycles et Compagnie"])
    ]
    assert client.get("/api/statements?relation=seeks").json()["count"] == 0
    terms = client.get("/api/terms?limit=1").json()
    assert terms["count"] == 2
    assert terms["next"]
    site = SiteSettings.objects.filter(pk=1).first() or SiteSettings()
    site.rooms_off = ["knowledge"]
    site.save()
    assert client.get("/api/terms").status_code == 404
    assert client.get("/api/statements").status_code == 404
