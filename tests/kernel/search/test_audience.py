"""What is for members only: found by them, and told to a visitor in no way."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from maillage.cores.text.questions import read_question
from maillage.kernel.search import lexicon, ranking
from maillage.kernel.search.engines import engine, matching
from maillage.kernel.search.index import remove_documents, write_documents
from maillage.kernel.search.models import LexiconWord, SearchEntry
from maillage.kernel.search.queries import Near, matching_ids, resembling, search
from maillage.kernel.search.suggestions import suggest
from tests.kernel.search.test_search import document

pytestmark = pytest.mark.django_db
SECRET, OPEN = 1, 2
PLACE = {"latitude": 46.17, "longitude": 1.87}
QUESTIONS = (
    "hangar",
    "hangar zinzolin",
    "zinzolin",
    "zinz",
    "zinzolim",
    '"hangar zinzolin"',
    "hangar -four",
    "",
)


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Callable) -> Callable:
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def both(commit: Callable) -> None:
    theme = {"theme": ["batiment"]}
    with commit():
        write_documents(
            [
                document(
                    SECRET, "Hangar zinzolin", body="Zinzolin", facets=theme, is_for_members=True, **PLACE
                ),
                document(OPEN, "Hangar ouvert", facets=theme, **PLACE),
            ]
        )


@pytest.mark.parametrize("words", QUESTIONS)
@pytest.mark.parametrize("sort", ["relevance", "recent", "name", "distance"])
@pytest.mark.parametrize(
    "facets", [{}, {"theme": ["batiment"]}, {"kind": ["initiative"]}, {"audience": ["members"]}]
)
def test_no_question_of_a_visitor_finds_it(
    both: None, words: str, sort: str, facets: dict[str, list[str]]
) -> None:
    page = search(words, facets=facets, sort=sort, near=Near(**PLACE, radius_km=20))
    assert SECRET not in [hit.object_id for hit in page.hits]
    assert page.total <= 1
    assert all(value.count <= 1 for values in page.facets.values() for value in values)
    assert "zinzolin" not in page.did_you_mean
    assert "audience" not in page.facets


def test_a_member_finds_it_by_any_word(both: None) -> None:
    for words in ("zinzolin", "hangar zinzolin", '"hangar zinzolin"'):
        assert search(words, for_members=True).hits[0].object_id == SECRET
    everything = search("", for_members=True)
    assert {hit.object_id for hit in everything.hits} == {SECRET, OPEN}
    assert {hit.object_id for hit in everything.hits if hit.is_for_members} == {SECRET}
    assert [value.count for value in everything.facets["theme"]] == [2]
    assert "audience" not in everything.facets
    assert all("audience" not in hit.facets for hit in everything.hits)


def test_ids_likeness_and_suggestions_keep_it_too(both: None) -> None:
    assert matching_ids("initiative", "hangar", 10) == [OPEN]
    assert set(matching_ids("initiative", "hangar", 10, for_members=True)) == {SECRET, OPEN}
    found = resembling("initiative", "Hangar zinzolin", "", limit=5)
    assert [each.object_id for each in found] == [OPEN]
    for typed in ("zin", "zinzolin", "zinzolim", "hang", "hangar", "hangar z"):
        assert "zinzolin" not in " ".join(each.text.lower() for each in suggest(typed)), typed
    assert [each.text for each in suggest("hangar") if each.url] == ["Hangar ouvert"]
    assert {each.text for each in suggest("hangar", for_members=True) if each.url} == {
        "Hangar ouvert",
        "Hangar zinzolin",
    }


def test_no_way_of_the_engine_leaks(both: None) -> None:
    question = read_question("hangar")
    hidden = SearchEntry.objects.get(object_id=SECRET).pk
    for ways in ([], [question.clues]):
        for facets in ([], [["theme:batiment"]]):
            wanted = matching(question, ways, facets)
            assert engine().counts([wanted], limit=10) == [1]
            assert hidden not in [row.id for row in engine().scan(wanted, order="entered", limit=10)]
            for any_clue in (False, True):
                assert hidden not in engine().headlined(wanted, limit=10, any_clue=any_clue)
            assert engine().counts([matching(question, ways, facets, for_members=True)], limit=10) == [2]


def test_beyond_what_is_ranked_it_stays_hidden(commit: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "RANKED_MAX", 3)
    with commit():
        write_documents(document(number, "Hangar", is_for_members=number % 2 == 0) for number in range(1, 21))
    page = search("hangar", page_size=50)
    assert sorted(hit.object_id for hit in page.hits) == list(range(1, 21, 2))
    assert search("hangar", page_size=50, for_members=True).total == 20


def test_the_lexicon_learns_no_word_of_it(both: None, commit: Callable) -> None:
    def known(word: str) -> int:
        return sum(LexiconWord.objects.filter(word=word).values_list("documents", flat=True))

    assert (known("zinzolin"), known("hangar")) == (0, 1)
    lexicon.recount()
    assert (known("zinzolin"), known("hangar")) == (0, 1)
    with commit():
        write_documents([document(SECRET, "Hangar zinzolin")])
    assert (known("zinzolin"), known("hangar")) == (1, 2), "shown to all, its words are known"
    assert SECRET in [hit.object_id for hit in search("zinzolin").hits]
    with commit():
        assert write_documents([document(SECRET, "Hangar zinzolin", is_for_members=True)]) == 1
    assert (known("zinzolin"), known("hangar")) == (0, 1)
    assert search("zinzolin").total == 0
    with commit():
        remove_documents("initiative", [SECRET])
    assert (known("zinzolin"), known("hangar")) == (0, 1)
