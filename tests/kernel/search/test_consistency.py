"""The index tells the content, whatever happens to it: random histories, checked against a plain reading."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from maillage.cores.text import analyse
from maillage.kernel.events import ContentChanged, publish
from maillage.kernel.rooms.manifest import SearchProvider
from maillage.kernel.search import index, lexicon
from maillage.kernel.search.documents import SearchDocument
from maillage.kernel.search.index import rebuild, write_documents
from maillage.kernel.search.models import LexiconWord, SearchEntry
from maillage.kernel.search.queries import search
from tests.real_files import real_file

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = "jardin partagé vélo atelier épicerie solidaire l'école bio compost éco-construction réemploi café".split()


class Room:
    """What a room would be: things by id, of which some are public."""

    def __init__(self) -> None:
        self.things: dict[int, SearchDocument] = {}

    def documents(self, ids: Sequence[int]) -> Iterable[SearchDocument]:
        return [self.things[each] for each in ids if each in self.things]

    def provider(self) -> SearchProvider:
        return SearchProvider(
            kind="thing", label="Things", documents=self.documents, all_ids=lambda: sorted(self.things)
        )

    def put(self, number: int, draw: random.Random, at: datetime) -> None:
        def said(most: int) -> str:
            return " ".join(draw.choices(WORDS, k=draw.randint(1, most)))

        self.things[number] = SearchDocument(
            kind="thing",
            object_id=number,
            title=said(3),
            summary=said(6),
            body=said(12),
            url="/x/",
            updated_at=at,
        )

    def having(self, term: str) -> set[int]:
        return {
            number
            for number, thing in self.things.items()
            if term in analyse(" ".join([thing.title, thing.summary, thing.body]))
        }


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Room:
    room = Room()
    monkeypatch.setattr(index, "providers", lambda: (room.provider(),))
    return room


def changed(*ids: int) -> None:
    publish(ContentChanged(kind="thing", ids=ids, person_id=None, at=START))


def agrees(room: Room) -> None:
    for word in ("jardin", "velo", "ecoconstruction", "ecole"):
        page = search(word, page_size=500)
        assert {hit.object_id for hit in page.hits} >= room.having(analyse(word)[0]), word
    assert set(SearchEntry.objects.values_list("object_id", flat=True)) == set(room.things)


@pytest.mark.parametrize("seed", range(4))
def test_random_histories_leave_index_and_content_equal(
    room: Room, seed: int, django_capture_on_commit_callbacks: Callable
) -> None:
    draw = random.Random(seed)
    with django_capture_on_commit_callbacks(execute=True):
        for step in range(60):
            number = draw.randint(1, 25)
            if draw.random() < 0.25:
                room.things.pop(number, None)
            else:
                room.put(number, draw, START + timedelta(minutes=step))
            changed(number)
    agrees(room)
    counted = dict(LexiconWord.objects.filter(documents__gt=0).values_list("word", "documents"))
    assert min(LexiconWord.objects.values_list("documents", flat=True)) >= 0
    lexicon.recount()
    assert dict(LexiconWord.objects.values_list("word", "documents")) == counted


def test_a_change_that_is_rolled_back_leaves_the_index_as_it_was(room: Room) -> None:
    draw = random.Random(1)
    room.put(1, draw, START)
    changed(1)
    before = SearchEntry.objects.get().digest
    with pytest.raises(RuntimeError), transaction.atomic():
        room.put(1, draw, START + timedelta(days=1))
        changed(1)
        raise RuntimeError
    assert SearchEntry.objects.get().digest == before


def test_gathered_changes_are_indexed_once_at_the_end(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(4)
    asked: list[Sequence[int]] = []
    read = Room.documents
    monkeypatch.setattr(Room, "documents", lambda room, ids: (asked.append(ids), read(room, ids))[1])
    with index.changes_gathered():
        for number in (1, 2, 3, 2):
            room.put(number, draw, START)
            changed(number)
        room.things.pop(3)
        changed(3)
        assert not SearchEntry.objects.exists()
    assert asked == [[1, 2, 3]]
    agrees(room)


def test_a_rebuild_mends_what_is_missing_and_what_should_be_gone(room: Room) -> None:
    draw = random.Random(2)
    for number in range(1, 40):
        room.put(number, draw, START)
    write_documents([*room.documents(range(1, 20))])
    write_documents([SearchDocument(kind="thing", object_id=99, title="Parti", url="/", updated_at=START)])
    assert rebuild() == 39
    agrees(room)
    assert not SearchEntry.objects.filter(object_id=99).exists()


def test_rows_written_by_others_are_indexed_too(room: Room) -> None:
    """A restore or a move between databases writes rows, not documents: the database derives the index itself."""
    write_documents([SearchDocument(kind="thing", object_id=1, title="Le jardin", url="/", updated_at=START)])
    entry = SearchEntry.objects.get()
    entry.delete()
    assert search("jardin").total == 0
    entry.pk = None
    entry.save(force_insert=True)
    assert search("jardin").total == 1


def test_real_initiatives_are_found_by_their_own_words() -> None:
    file = real_file("initiatives-limousin.jsonld")
    given = json.loads(file.read_text(encoding="utf-8"))["data"]
    documents = []
    for number, each in enumerate(given, 1):
        label = each.get("label") or {}
        documents.append(
            SearchDocument(
                kind="thing",
                object_id=number,
                title=str(each.get("name") or ""),
                body=str(label.get("@value") or "") if isinstance(label, dict) else str(label),
                keywords=str(each.get("tags") or ""),
                url="/",
                updated_at=START,
            )
        )
    write_documents(documents)
    draw = random.Random(3)
    lost = []
    for document in draw.sample([each for each in documents if len(analyse(each.title)) > 1], 80):
        found = [hit.object_id for hit in search(document.title, page_size=10).hits]
        if document.object_id not in found:
            lost.append(document.title)
    assert len(lost) <= 2, lost
