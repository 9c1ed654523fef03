"""The index through its interface, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from maillage.cores.text.questions import read_question
from maillage.kernel.search import ranking
from maillage.kernel.search.documents import SearchDocument
from maillage.kernel.search.engines import engine, matching
from maillage.kernel.search.index import remove_documents, write_documents
from maillage.kernel.search.models import SearchEntry
from maillage.kernel.search.queries import Near, matching_ids, search, totals_of
from maillage.kernel.search.suggestions import suggest

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

FICHES = (
    (
        "Le jardin partagé des Tilleuls",
        "Un potager cultivé ensemble, ouvert à tous les habitants du quartier.",
    ),
    ("AMAP du Thouet", "Des paniers de légumes bio livrés chaque semaine par un maraîcher."),
    ("La Recyclerie du Marais", "On y répare, on y vend ce qui servait encore : meubles, vaisselle, jouets."),
    (
        "Éco-construction en paille",
        "Des chantiers participatifs pour apprendre à bâtir en paille et en terre.",
    ),
    ("L'Épicerie de Saint-Léonard", "Une épicerie coopérative tenue par ses clients."),
    ("Vélos et compagnie", "Atelier de réparation de vélos, et une école du vélo pour les enfants."),
)


def document(number: int, title: str, summary: str = "", **more: object) -> SearchDocument:
    return SearchDocument(
        kind=str(more.pop("kind", "initiative")),
        object_id=number,
        title=title,
        summary=summary,
        url=f"/initiatives/{number}/",
        updated_at=NOW,
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture
def fiches(django_capture_on_commit_callbacks: Callable) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        write_documents(document(number, *fiche) for number, fiche in enumerate(FICHES, 1))


def found(words: str, **options: object) -> list[int]:
    return [hit.object_id for hit in search(words, **options).hits]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("jardins partagés", 1),
        ("JARDIN PARTAGE", 1),
        ("potager", 1),
        ("amap", 2),
        ("A.M.A.P.", 2),
        ("où trouver des légumes bio près de chez moi ?", 2),
        ("ressourcerie", 3),
        ("écoconstruction", 4),
        ("eco construction", 4),
        ("l’epicerie", 5),
        ("st leonard", 5),
        ("epicrie", 5),
        ("velos", 6),
        ("reparassion de velot", 6),
        ("construc", 4),
        ('"école du vélo"', 6),
    ],
)
def test_what_people_type_finds_what_they_mean(fiches: None, words: str, first: int) -> None:
    assert found(words)[:1] == [first]


def test_several_questions_are_counted_as_each_would_be(
    fiches: None, django_assert_max_num_queries: Callable
) -> None:
    asked = [
        "jardins",
        "velos",
        "reparassion de velot",
        "construc",
        "epicrie",
        "école du vélo",
        "zzz",
        "",
        "le",
        "amap",
    ]
    totals = [search(words, page_size=1).total for words in asked]
    with django_assert_max_num_queries(8):
        assert totals_of(asked) == totals
    assert totals_of([]) == []
    assert len(set(totals)) > 3


def test_an_excluded_word_and_a_phrase_are_obeyed(fiches: None) -> None:
    assert set(found("vélo")) == {6}
    assert 4 not in found("paille -terre")
    assert found('"compagnie vélos"') == []


def test_marks_are_safe_and_stand_on_the_words_as_written(
    django_capture_on_commit_callbacks: Callable,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        write_documents([document(1, "<b>L'Épicerie</b> & co", "<script>alert(1)</script> épiceries")])
    hit = search("epicerie").hits[0]
    assert hit.title_marked == "&lt;b&gt;<mark>L&#x27;Épicerie</mark>&lt;/b&gt; &amp; co"
    assert "<script" not in hit.excerpt and "<mark>épiceries</mark>" in hit.excerpt


def test_facets_narrow_and_are_counted(db: None) -> None:
    write_documents(
        [
            document(1, "Jardin un", facets={"theme": ["nature", "jardins"], "commune": ["79191"]}),
            document(2, "Jardin deux", facets={"theme": ["nature"], "commune": ["87085"]}),
            document(3, "Jardin trois", kind="organization"),
        ]
    )
    page = search("jardin")
    assert {(each.value, each.count) for each in page.facets["kind"]} == {
        ("initiative", 2),
        ("organization", 1),
    }
    assert found("jardin", facets={"theme": ["jardins"]}) == [1]
    assert sorted(found("jardin", facets={"theme": ["jardins", "nature"]})) == [1, 2]
    assert found("jardin", facets={"theme": ["nature"], "commune": ["87085"]}) == [2]
    assert found("jardin", kind="organization") == [3]
    assert matching_ids("initiative", "jardins", 10) and 3 not in matching_ids("initiative", "jardins", 10)


def test_near_a_place_keeps_what_stands_within(db: None) -> None:
    write_documents(
        [
            document(1, "Jardin de Niort", latitude=46.323, longitude=-0.458),
            document(2, "Jardin de Limoges", latitude=45.834, longitude=1.262),
            document(3, "Jardin de nulle part"),
        ]
    )
    niort = Near(latitude=46.32, longitude=-0.46, radius_km=20)
    assert found("jardin", near=niort) == [1]
    assert found("", near=niort) == [1]
    assert found("jardin", near=Near(latitude=45.8, longitude=1.2))[0] == 2
    assert found("jardin", near=Near(latitude=45.8, longitude=1.2), sort="distance") == [2, 1, 3]


def test_documents_change_and_go(fiches: None) -> None:
    assert write_documents([document(1, *FICHES[0])]) == 0
    assert write_documents([document(1, "Une brasserie", "De la bière")]) == 1
    assert found("potager") == [] and found("brasserie") == [1]
    assert remove_documents("initiative", [1]) == 1
    assert found("brasserie") == []


@pytest.mark.parametrize(
    "words",
    [
        "",
        " ",
        '"',
        '""""',
        "NEAR(a b)",
        "*",
        "AND OR NOT",
        "a* OR b",
        "{terms_title} : x",
        "'; DROP TABLE search_searchentry; --",
        "😀 🌻",
        "\x00jardin\x00",
        "\ud800",
        "-jardin",
        "- - -",
        "((((",
        "x" * 100_000,
        "jardin " * 20_000,
        "^jardin",
        "\\",
        "'",
        "a:*&!|<->",
        "%_",
    ],
)
def test_hostile_questions_are_only_words(fiches: None, words: str) -> None:
    search(words)
    suggest(words)
    matching_ids("initiative", words, 10)


def test_suggestions_complete_and_name_documents(fiches: None) -> None:
    texts = [each.text for each in suggest("jar")]
    assert "jardin" in texts and "Le jardin partagé des Tilleuls" in texts
    assert suggest("Légumes bi")[0].text == "Légumes bio"
    assert any(each.url == "/initiatives/5/" for each in suggest("épic"))


def test_a_word_known_by_its_synonyms_is_no_mistake(
    db: None, django_capture_on_commit_callbacks: Callable
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        write_documents(
            [
                document(1, "Promotion du logiciel libre"),
                document(2, "Un lieu pour tous, des lieux pour chacun"),
                document(3, "Ressourcerie du bourg"),
                document(4, "Apprendre à recycler"),
            ]
        )
    for words, number in (("linux", 1), ("recyclerie", 3)):
        found = search(words)
        assert [hit.object_id for hit in found.hits] == [number]
        assert not found.did_you_mean


def test_a_word_whose_family_answers_is_no_mistake(
    db: None, django_capture_on_commit_callbacks: Callable
) -> None:
    """« banque » is one slip or two from « baquet », but « banquier » says what was meant."""
    with django_capture_on_commit_callbacks(execute=True):
        write_documents(
            [document(1, "Un baquet de fleurs"), document(2, "Le banquier solidaire"), document(3, "Baquets")]
        )
    asked = search("banque")
    assert ([hit.object_id for hit in asked.hits], asked.did_you_mean) == ([2], "")
    with django_capture_on_commit_callbacks(execute=True):
        write_documents([document(4, "Les banques alimentaires")])
    asked = search("banque")
    assert ([hit.object_id for hit in asked.hits], asked.did_you_mean) == ([4], "")


def test_a_misspelling_of_the_documents_is_never_proposed(
    db: None, django_capture_on_commit_callbacks: Callable
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        write_documents(document(number, f"Ressourcerie {number}") for number in range(1, 25))
        write_documents([document(30, "La resourceri du canal")])
    assert search("resourcri").did_you_mean == "ressourcerie"
    assert {each.text for each in suggest("resourcri") if not each.url} == {"ressourcerie"}


@pytest.mark.parametrize("words", ["jardin", "jardin -quartier", "« jardin partagé »", "atelier"])
def test_headlines_under_a_facet_are_those_that_the_facet_keeps(fiches: None, words: str) -> None:
    """Titles and keywords asked with a facet give what they give without it, less what the facet refuses."""
    write_documents(
        [
            document(20, "Jardin des livres", kind="organization"),
            document(21, "Le jardin partagé", "Au quartier", kind="organization", keywords="atelier"),
            document(22, "Autre chose", "Un jardin partagé, un atelier", kind="organization"),
        ]
    )
    question = read_question(words)
    kind_of = dict(SearchEntry.objects.values_list("pk", "kind"))
    for kind in ("organization", "initiative"):
        everything = engine().headlined(matching(question, [question.clues], []), limit=50)
        kept = engine().headlined(matching(question, [question.clues], [[f"kind:{kind}"]]), limit=50)
        assert kept == [pk for pk in everything if kind_of[pk] == kind]


def test_an_unwanted_word_is_unwanted_anywhere_however_many_answer(
    fiches: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "RANKED_MAX", 2)
    write_documents([document(number, f"Jardin {number}") for number in range(20, 24)])
    write_documents([document(30, "Jardin des pages", body="Au bout du quartier")])
    assert sorted(found("jardin -quartier")) == [20, 21, 22, 23]


def test_suggestions_name_what_was_entered_long_ago(
    db: None, django_capture_on_commit_callbacks: Callable
) -> None:
    """A rare title behind thousands of later ones; of a common word, those entered last, and those of before when they do not suffice."""
    titles = [
        "Lutherie du Thouet",
        *["Le fournil"] * 3,
        *["Jardin commun"] * 2_100,
        "Le fournil",
        "Jardin commun",
    ]
    with django_capture_on_commit_callbacks(execute=True):
        write_documents(document(number, title) for number, title in enumerate(titles, 1))
    assert [each.url for each in suggest("luther") if each.url] == ["/initiatives/1/"]
    last = len(titles)
    common = [f"/initiatives/{number}/" for number in (last, *range(last - 2, last - 6, -1))]
    assert [each.url for each in suggest("jardi") if each.url] == common
    both = [f"/initiatives/{number}/" for number in (last - 1, 4, 3, 2)]
    assert [each.url for each in suggest("fourn") if each.url] == both


def test_suggestions_tell_a_plural_once(db: None, django_capture_on_commit_callbacks: Callable) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        write_documents(
            [document(1, "Jardin, jardins", "jardin"), document(2, "Jardinage"), document(3, "Jardin")]
        )
    assert [each.text for each in suggest("jardi") if not each.url] == ["jardin", "jardinage"]


def test_of_more_matches_than_are_read_one_knows_that_there_are_more(
    fiches: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking.find, "__kwdefaults__", ranking.find.__kwdefaults__ | {"limit": 1})
    found = search("jardin atelier épicerie")
    assert (found.total, found.is_partial, found.reachable) == (2, True, len(found.hits))
    monkeypatch.undo()
    found = search("jardin atelier épicerie")
    assert (found.total, found.is_partial, found.reachable) == (3, False, 3)
    assert (search("").total, search("").reachable) == (len(FICHES), len(FICHES))
