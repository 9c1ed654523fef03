"""Writes of the index. All of them happen in the caller's transaction, so that content and index agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import blake2b
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, transaction

from maillage.cores.text.analysis import terms_and_chunks
from maillage.cores.text.folding import clean, sort_key
from maillage.cores.text.words import CHUNK
from maillage.kernel.db.among import ids_among
from maillage.kernel.db.bulk import upsert_rows
from maillage.kernel.events import ContentChanged
from maillage.kernel.rooms.manifest import SearchProvider, all_manifests
from maillage.kernel.search import lexicon
from maillage.kernel.search.documents import SearchDocument
from maillage.kernel.search.facets import MEMBERS, facet_tokens
from maillage.kernel.search.models import SearchEntry

BATCH_ROWS = 2000
TITLE_CHARACTERS_MAX = 300
SUMMARY_CHARACTERS_MAX = 1000
BODY_CHARACTERS_MAX = 20_000
SORT_KEY_CHARACTERS_MAX = 80

COLUMNS = (
    "kind",
    "object_id",
    "updated_at",
    "boost",
    "latitude",
    "longitude",
    "digest",
    "sort_key",
    "facets",
    "title",
    "url",
    "terms_title",
    "terms_keywords",
    "terms_summary",
    "terms_body",
    "summary",
    "keywords",
    "body",
)
T = TypeVar("T")


def write_documents(documents: Iterable[SearchDocument]) -> int:
    """Add documents or bring them up to date; says how many had changed. Those as they were are not written again."""
    written = 0
    for batch in _batches(documents, BATCH_ROWS):
        with transaction.atomic():
            written += _write_batch({(each.kind, each.object_id): each for each in batch})
    return written


def remove_documents(kind: str, ids: Iterable[int]) -> int:
    """Take documents out of the index; says how many were there."""
    removed = 0
    for batch in _batches(ids, BATCH_ROWS):
        gone = SearchEntry.objects.filter(kind=kind, object_id__in=batch)
        with transaction.atomic():
            lexicon.forget(_chunks_of_stored(gone))
            removed += gone.delete()[0]
    return removed


_gathered: ContextVar[dict[str, set[int]] | None] = ContextVar("gathered", default=None)


@contextmanager
def changes_gathered() -> Iterator[None]:
    """Index once, at the end, all that changes inside: for who writes a whole site in one transaction."""
    gathered: dict[str, set[int]] = {}
    mark = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(mark)
    for kind, ids in gathered.items():
        if provider := provider_of(kind):
            _index(provider, tuple(sorted(ids)), {})


def index_changes(event: ContentChanged) -> None:
    """Bring the index in line with changed content: what its room no longer gives goes."""
    gathered = _gathered.get()
    if gathered is not None:
        gathered.setdefault(event.kind, set()).update(event.ids)
    elif provider := provider_of(event.kind):
        _index(provider, event.ids, {document.object_id: document for document in event.documents})


def _index(provider: SearchProvider, changed: Sequence[int], told: Mapping[int, SearchDocument]) -> None:
    for ids in _batches(changed, BATCH_ROWS):
        given = [told[object_id] for object_id in ids if object_id in told]
        if others := [object_id for object_id in ids if object_id not in told]:
            given += provider.documents(others)
        write_documents(given)
        remove_documents(provider.kind, set(ids) - {document.object_id for document in given})


def rebuild(kind: str | None = None) -> int:
    """Read all documents of one kind, or of all, anew; says how many stand in the index afterwards.

    Batch by batch, each in its own transaction: searches go on meanwhile, and a rebuild cut short is simply
    run again. What its room no longer gives goes; words are counted anew at the end.
    """
    for provider in providers():
        if kind is not None and provider.kind != kind:
            continue
        kept: set[int] = set()
        for ids in _batches(provider.all_ids(), BATCH_ROWS):
            given = list(provider.documents(ids))
            write_documents(given)
            kept.update(document.object_id for document in given)
        stale = [
            object_id
            for object_id in SearchEntry.objects.filter(kind=provider.kind).values_list(
                "object_id", flat=True
            )
            if object_id not in kept
        ]
        remove_documents(provider.kind, stale)
    lexicon.recount()
    return SearchEntry.objects.filter(**({"kind": kind} if kind else {})).count()


def providers() -> tuple[SearchProvider, ...]:
    """What the installed rooms give to the index; a closed room's documents stay, and are filtered at search."""
    return tuple(provider for room in all_manifests() for provider in room.search_providers)


def provider_of(kind: str) -> SearchProvider | None:
    return next((provider for provider in providers() if provider.kind == kind), None)


def _batches(values: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch


def _write_batch(documents: dict[tuple[str, int], SearchDocument]) -> int:
    rows: list[Sequence[Any]] = []
    changed: dict[str, list[int]] = {}
    words: list[set[str]] = []
    known = _known_digests(documents.values())
    for key, document in documents.items():
        digest = _digest(document)
        before = known.get(key)
        if before == digest:
            continue
        if before is not None:
            changed.setdefault(document.kind, []).append(document.object_id)
        row, read = _row(document, digest)
        rows.append(row)
        if not document.is_for_members:
            words.append(read)
    if rows:
        for kind, ids in changed.items():
            lexicon.forget(_chunks_of_stored(SearchEntry.objects.filter(kind=kind, object_id__in=ids)))
        upsert_rows(SearchEntry._meta.db_table, COLUMNS, ("kind", "object_id"), rows)
        lexicon.learn(words)
    return len(rows)


def _known_digests(documents: Iterable[SearchDocument]) -> dict[tuple[str, int], str]:
    ids: dict[str, list[int]] = {}
    for document in documents:
        ids.setdefault(document.kind, []).append(document.object_id)
    found = {}
    for kind, wanted in ids.items():
        stored = SearchEntry.objects.filter(kind=kind, object_id__in=ids_among(wanted))
        found.update({(kind, key): digest for key, digest in stored.values_list("object_id", "digest")})
    return found


def _digest(document: SearchDocument) -> str:
    facets = sorted((name, sorted(values)) for name, values in document.facets.items())
    texts = (document.title, document.url, document.summary, document.body, document.keywords)
    rest = (
        *map(len, texts),  # where one text ends and the next begins
        document.updated_at,
        facets,
        document.latitude,
        document.longitude,
        document.boost,
        *(["members"] if document.is_for_members else []),
    )
    said = "".join((*texts, repr(rest)))
    return blake2b(said.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _row(document: SearchDocument, digest: str) -> tuple[tuple[Any, ...], set[str]]:
    title = clean(document.title[:TITLE_CHARACTERS_MAX])
    keywords = clean(document.keywords[:SUMMARY_CHARACTERS_MAX])
    summary = clean(document.summary[:SUMMARY_CHARACTERS_MAX])
    body = clean(document.body[:BODY_CHARACTERS_MAX])
    read: set[str] = set()
    row = (
        document.kind,
        document.object_id,
        connection.ops.adapt_datetimefield_value(document.updated_at),
        document.boost,
        document.latitude,
        document.longitude,
        digest,
        sort_key(title)[:SORT_KEY_CHARACTERS_MAX].rstrip(),  # the whole key was often asked for just before
        facet_tokens(document),
        title,
        clean(document.url[:500]),
        _terms(title, read),
        _terms(keywords, read),
        _terms(summary, read),
        _terms(body, read),
        summary,
        keywords,
        body,
    )
    return row, read


def _terms(text: str, read: set[str]) -> str:
    """The terms of a text, separated by spaces; its chunks are added to `read`."""
    terms, found = terms_and_chunks(text)
    read |= found
    return terms


def _chunks_of_stored(rows: Any) -> list[set[str]]:
    """The chunks of each row, as they were counted when it was written: those for members only were not."""
    stored = rows.exclude(facets__contains=MEMBERS).values_list("title", "keywords", "summary", "body")
    return [{chunk for text in texts for chunk in CHUNK.findall(text)} for texts in stored]
