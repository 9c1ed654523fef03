"""The search page, as a visitor meets it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from maillage.apps.directory.models import Commune
from maillage.kernel.audit.models import AuditEntry
from maillage.kernel.search.documents import SearchDocument
from maillage.kernel.search.index import write_documents
from maillage.kernel.search.models import SynonymGroup
from maillage.portal import search as portal_search

pytestmark = pytest.mark.django_db
AT = datetime(2026, 2, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fiches(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable) -> None:
    monkeypatch.setattr(portal_search, "has_closed_rooms", lambda: True)
    monkeypatch.setattr(
        portal_search, "kind_labels", lambda: {"initiative": "Initiative", "organization": "Structure"}
    )
    Commune.objects.create(
        insee_code="79191",
        name="Niort",
        sort_key="niort",
        postal_codes=["79000"],
        department_code="79",
        latitude=46.323,
        longitude=-0.458,
    )
    given = [
        (
            "initiative",
            "Le jardin partagé des Tilleuls",
            46.33,
            -0.46,
            {"commune": ["79191"], "family": ["association"]},
        ),
        ("initiative", "Le jardin du Clain", 46.58, 0.34, {"family": ["cooperative"]}),
        ("organization", "Les Amis du potager", 46.32, -0.45, {"commune": ["79191"]}),
        ("secret", "Un jardin d'une pièce fermée", None, None, {}),
    ]
    with django_capture_on_commit_callbacks(execute=True):
        write_documents(
            SearchDocument(
                kind=kind,
                object_id=number,
                title=title,
                url=f"/x/{number}/",
                updated_at=AT,
                facets=facets,
                latitude=latitude,
                longitude=longitude,
            )
            for number, (kind, title, latitude, longitude, facets) in enumerate(given, 1)
        )


def page(client: Client, **query: object) -> str:
    answer = client.get("/recherche/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_question_has_results_facets_and_a_way_to_the_map(client: Client) -> None:
    html = page(client, q="jardin")
    assert "<mark>jardin</mark> partagé des Tilleuls" in html
    assert "pièce fermée" not in html
    assert 'name="famille"' in html and "Association" in html
    assert "/recherche/atom.xml?q=jardin" in html
    assert "2 résultats" in html


def test_filters_narrow_and_can_be_taken_off(client: Client) -> None:
    html = page(client, q="jardin", famille="cooperative")
    assert "Clain" in html and "Tilleuls" not in html
    assert 'class="m-chip" href="?q=jardin"' in html


def test_near_a_commune(client: Client) -> None:
    html = page(client, q="jardin", pres="niort", rayon="10")
    assert "Tilleuls" in html and "Clain" not in html
    assert "À moins de 10 km de niort" in html
    assert "79000" not in html
    assert "Clain" not in page(client, q="jardin", pres="79000")
    assert "Aucune commune connue ici" in page(client, q="jardin", pres="Atlantide")


def test_a_mistake_is_understood_and_corrected(client: Client) -> None:
    html = page(client, q="jardn partagé")
    assert "Tilleuls" in html and "Vouliez-vous dire" in html and "?q=jardin+partag" in html


def test_nothing_asked_and_nothing_found_give_advice(client: Client) -> None:
    assert "Par exemple" in page(client)
    html = page(client, q="xyzzy", famille="mutual")
    assert "Rien ne répond encore" in html and "Retirer les filtres" in html


@pytest.mark.parametrize(
    "query",
    [
        {"q": "x" * 100_000},
        {"q": '"'},
        {"q": "NEAR( * AND OR NOT"},
        {"q": "\x00\x00"},
        {"q": "😀 <script>alert(1)</script>"},
        {"q": "'; DROP TABLE x; --", "tri": "'", "page": "-1", "rayon": "²", "pres": '\x00("*'},
        {"q": "jardin", "page": "99999", "type": "inconnu", "theme": ["a" * 500, "b"], "commune": "%%%"},
        {"q": "jardin", "tri": "distance"},
        {"pres": "79000 12345", "rayon": "999999999999"},
    ],
)
def test_hostile_addresses_give_a_page(client: Client, query: dict[str, object]) -> None:
    html = page(client, **query)
    assert "<script>alert" not in html and len(html) < 100_000
    assert client.get("/recherche/suggestions/", query).status_code == 200
    assert client.get("/recherche/atom.xml", query).status_code == 200


def test_suggestions_are_options_with_addresses(client: Client) -> None:
    html = client.get("/recherche/suggestions/", {"q": "jar"}).content.decode()
    assert 'role="listbox"' in html and html.count('role="option"') >= 2
    assert 'data-href="/recherche/?q=jardin"' in html and 'data-href="/x/1/"' in html
    assert 'role="option"' not in client.get("/recherche/suggestions/").content.decode()


def test_a_search_can_be_followed(client: Client) -> None:
    answer = client.get("/recherche/atom.xml", {"q": "jardin"})
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert "Le jardin du Clain" in answer.content.decode()


def test_programs_find_what_people_find(client: Client) -> None:
    answer = client.get("/api/search?q=jardin").json()
    page = client.get("/recherche/?q=jardin").content.decode()
    assert answer["count"] == len(answer["items"]) > 0
    assert answer["next"] is None
    for item in answer["items"]:
        assert f'href="{urlsplit(item["url"]).path}"' in page
        assert item["url"].startswith("http://")
        assert "<mark>" not in item["excerpt"]
    assert {"value": "initiative", "count": answer["count"]} in answer["facets"]["kind"]
    narrowed = client.get("/api/search?q=jardin&type=organization").json()
    assert {item["kind"] for item in narrowed["items"]} <= {"organization"}
    assert client.get("/api/search?q=%00&page=99999&rayon=x&pres=%27").status_code == 200


def test_reads_are_few(client: Client, django_assert_max_num_queries: Callable) -> None:
    with django_assert_max_num_queries(12):
        page(client, q="jardin partagé", pres="Niort")


@pytest.fixture
def facilitator(client: Client) -> Client:
    person = get_user_model().objects.create_user("anim@example.org", name="Ana", role="facilitator")
    client.force_login(person)
    return client


def test_facilitators_keep_synonyms_that_hold_at_once(facilitator: Client) -> None:
    assert "parc à pouces" not in page(facilitator, q="verger")
    answer = facilitator.post(
        "/animation/synonymes/nouveau/", {"expressions": "verger\nJardins\nverger"}, follow=True
    )
    assert "verger, Jardins" in answer.content.decode()
    assert "Tilleuls" in page(facilitator, q="vergers")
    group = SynonymGroup.objects.get()
    assert "verger" in facilitator.get(f"/animation/synonymes/{group.pk}/").content.decode()
    facilitator.post(f"/animation/synonymes/{group.pk}/retirer/")
    assert "Tilleuls" not in page(facilitator, q="vergers")
    assert AuditEntry.objects.filter(target_kind="synonyms").count() == 2


@pytest.mark.parametrize(
    "expressions",
    ["", "jardin", "jardin\nJARDINS", "et\nou", "a" * 70 + "\nb c", "\n".join(f"mot{n}" for n in range(11))],
)
def test_synonyms_that_say_nothing_are_refused(facilitator: Client, expressions: str) -> None:
    answer = facilitator.post("/animation/synonymes/nouveau/", {"expressions": expressions})
    assert answer.status_code == 200 and "Erreur" in answer.content.decode()
    assert not SynonymGroup.objects.exists()


def test_synonyms_in_circles_do_no_harm(facilitator: Client) -> None:
    for pair in ("tulipe\nrose", "rose\njardin", "jardin\ntulipe"):
        facilitator.post("/animation/synonymes/nouveau/", {"expressions": pair})
    assert "Tilleuls" in page(facilitator, q="tulipe")
    assert "Aussi dans un autre groupe" in facilitator.get("/animation/synonymes/").content.decode()


def groups_kept() -> list[list[str]]:
    return list(SynonymGroup.objects.order_by("pk").values_list("expressions", flat=True))


def undo_address(html: str) -> str:
    found = re.search(r'action="(/animation/synonymes/remettre/\d+/)"', html)
    assert found, "the toast has its button to undo"
    return found.group(1)


def test_a_removal_of_synonyms_is_undone_from_its_toast(facilitator: Client) -> None:
    facilitator.post("/animation/synonymes/nouveau/", {"expressions": "verger\nJardins"})
    group = SynonymGroup.objects.get()
    said = facilitator.post(f"/animation/synonymes/{group.pk}/retirer/", follow=True).content.decode()
    assert groups_kept() == []
    address = undo_address(said)
    for _twice in range(2):
        facilitator.post(address)
        assert groups_kept() == [["verger", "Jardins"]]
    assert "Tilleuls" in page(facilitator, q="vergers")
    stranger = AuditEntry.objects.exclude(verb="synonyms.remove").order_by("pk").first()
    assert stranger is not None
    assert facilitator.post(f"/animation/synonymes/remettre/{stranger.pk}/").status_code == 404


def test_synonyms_go_back_to_the_common_vocabulary_after_a_confirmation(facilitator: Client) -> None:
    pairs = [["verger", "jardin"], ["tulipe", "rose"]]
    for pair in pairs:
        facilitator.post("/animation/synonymes/nouveau/", {"expressions": "\n".join(pair)})
    asked = facilitator.get("/animation/synonymes/vocabulaire-commun/").content.decode()
    assert "2 groupes de ce site seront retirés" in asked
    assert groups_kept() == pairs
    said = facilitator.post("/animation/synonymes/vocabulaire-commun/", follow=True).content.decode()
    assert groups_kept() == []
    assert "2 groupes sont de retour" in facilitator.post(undo_address(said), follow=True).content.decode()
    assert groups_kept() == pairs


def brought(facilitator: Client, text: str) -> str:
    file = SimpleUploadedFile("s.csv", text.encode())
    answer = facilitator.post("/animation/synonymes/importer/", {"file": file}, follow=True)
    return answer.content.decode()


def test_synonyms_leave_as_a_table_and_come_back(facilitator: Client) -> None:
    pairs = [["verger", "jardin"], ["=1+1 tulipe", "rose", "œillet"]]
    for pair in pairs:
        facilitator.post("/animation/synonymes/nouveau/", {"expressions": "\n".join(pair)})
    table = facilitator.get("/animation/synonymes/export.csv").getvalue().decode("utf-8-sig")
    assert table.splitlines()[0].startswith("expression 1;expression 2")
    assert "0 nouveau groupe" in brought(facilitator, table), "what is already there is not doubled"
    SynonymGroup.objects.all().delete()
    assert "2 nouveaux groupes" in brought(facilitator, table)
    assert [group[-1] for group in groups_kept()] == ["jardin", "œillet"]


def test_a_table_of_synonyms_is_taken_whole_or_not_at_all(facilitator: Client) -> None:
    said = brought(facilitator, "a;b\nverger;jardin\nseul;\ntulipe;rose\net;ou\n")
    assert groups_kept() == []
    assert "Rien n’a été importé" in said
    assert "<td>3</td>" in said and "<td>5</td>" in said and "<td>4</td>" not in said
    assert "Choisissez un fichier" in facilitator.post("/animation/synonymes/importer/").content.decode()
    assert "Rien n’a été importé" not in brought(facilitator, "\0\0\0") and groups_kept() == []


def test_a_trial_shows_what_a_search_becomes(facilitator: Client) -> None:
    facilitator.post("/animation/synonymes/nouveau/", {"expressions": "verger\nJardins"})
    said = facilitator.get("/animation/synonymes/", {"essai": "verger jradin"}).content.decode()
    rows = [re.sub(r"<[^>]+>", " ", row).split() for row in re.findall(r"<tr>.*?</tr>", said, re.DOTALL)]
    told = [" ".join(row) for row in rows]
    assert any(row.startswith("verger verger tel quel 0") for row in told), told
    assert any("synonyme" in row and "ardin" in row for row in told), told
    assert any("correction" in row and "ardin" in row for row in told), told
    assert "vergerjradin" not in said, "a compound that nobody wrote would only puzzle"
    hostile = facilitator.get("/animation/synonymes/", {"essai": "<script>x</script>"}).content.decode()
    assert "<script>x" not in hostile
    assert facilitator.get("/animation/synonymes/", {"essai": '"" - '}).status_code == 200


def test_only_facilitators_keep_synonyms(client: Client) -> None:
    for address in (
        *("/animation/synonymes/", "/animation/synonymes/nouveau/", "/animation/synonymes/export.csv"),
        *("/animation/synonymes/importer/", "/animation/synonymes/vocabulaire-commun/"),
    ):
        assert client.get(address).status_code in (302, 404)
