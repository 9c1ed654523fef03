"""The words that the index knows, for completion, corrections and the rarity of terms: those of public documents.

What is for members only gives it no word, as it is the same for everybody: a completion would tell a visitor.
Words are counted once the transaction that brought them commits, in a short transaction of their own and in order:
a long import never holds a word that someone else's small change needs. A power cut in between makes
counts drift, which only shades the ranking; `recount` mends them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from maillage.cores.text.analysis import terms_of
from maillage.cores.text.spelling import Known, best_corrections, spelling_keys
from maillage.cores.text.words import CHUNK
from maillage.kernel.db.bulk import upsert_rows
from maillage.kernel.search.facets import MEMBERS
from maillage.kernel.search.models import LexiconWord, SearchEntry, SpellingKey

_ROWS_MAX = 1000
_COUNTED = ("word", "shown", "term", "documents")
_MORE = "documents = search_lexiconword.documents + excluded.documents"


def learn(documents: Iterable[set[str]]) -> None:
    """Count the words of new documents, given as their chunks, after the commit."""
    _count_after_commit(documents, 1)


def forget(documents: Iterable[set[str]]) -> None:
    """Take the words of documents away, after the commit."""
    _count_after_commit(documents, -1)


def _count_after_commit(documents: Iterable[set[str]], by: int) -> None:
    counts: Counter[str] = Counter()
    for chunks in documents:
        counts.update(chunks)
    if counts:
        transaction.on_commit(lambda: _add(counts, by), robust=True)


def _add(counts: Counter[str], by: int) -> None:
    """A word written in two ways in one document counts twice: the price of counting fast."""
    words: dict[str, tuple[str, str, int]] = {}
    for chunk, documents in counts.items():
        for entry in terms_of(chunk).entries:
            shown, term, known = words.get(entry.word, (entry.shown[:80], entry.term, 0))
            words[entry.word] = (shown, term[:40], known + documents * by)
    with transaction.atomic():
        new = sorted(words.keys() - _known(words)) if by > 0 else []
        counted = [(word, *words[word]) for word in sorted(words)]
        upsert_rows(LexiconWord._meta.db_table, _COUNTED, ("word",), counted, update=_MORE)
        keys = sorted((key, word) for word in new for key in spelling_keys(word))
        upsert_rows(SpellingKey._meta.db_table, ("key", "word"), ("key", "word"), keys, update="")


def _known(words: Iterable[str]) -> set[str]:
    wanted, found = list(words), set[str]()
    for at in range(0, len(wanted), _ROWS_MAX):
        some = LexiconWord.objects.filter(word__in=wanted[at : at + _ROWS_MAX])
        found.update(some.values_list("word", flat=True))
    return found


def recount() -> None:
    """Count all words of the index anew, and drop those that no public document has any more."""
    counts: Counter[str] = Counter()
    told = SearchEntry.objects.exclude(facets__contains=MEMBERS)
    rows = told.order_by("pk").values_list("title", "keywords", "summary", "body")
    for texts in rows.iterator(chunk_size=_ROWS_MAX):
        counts.update({chunk for text in texts for chunk in CHUNK.findall(text)})
    with transaction.atomic():
        LexiconWord.objects.all().delete()
        SpellingKey.objects.all().delete()
        _add(counts, 1)


def documents_with(terms: Iterable[str]) -> dict[str, int]:
    """In how many documents each term stands, about; unknown terms are left out."""
    wanted = sorted(set(terms))
    if not wanted:
        return {}
    marks = ", ".join(["%s"] * len(wanted))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT term, SUM(documents) FROM search_lexiconword WHERE term IN ({marks}) AND documents > 0 "  # noqa: S608
            "GROUP BY term ORDER BY term",
            wanted,
        )
        return {term: int(documents) for term, documents in cursor.fetchall()}


def most_documents() -> int:
    """The count of the most common word: the scale of rarity."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(documents) FROM search_lexiconword")
        return int(cursor.fetchone()[0] or 0)


def corrections(word: str, *, count_max: int = 3) -> list[LexiconWord]:
    """Known words that `word` (folded) may have been meant for, nearest first."""
    keys = spelling_keys(word)
    if not keys:
        return []
    near = (
        SpellingKey.objects.filter(key__in=keys)
        .order_by("word")
        .values_list("word", flat=True)
        .distinct()[:500]
    )
    known = {found.word: found for found in LexiconWord.objects.filter(word__in=list(near), documents__gt=0)}
    best = best_corrections(
        word, [Known(found.word, found.documents) for found in known.values()], count_max=count_max
    )
    return [known[found.word] for found in best]


def beginning_with(prefix: str, *, count_max: int = 8) -> Sequence[LexiconWord]:
    """The most used known words that begin with a folded prefix."""
    if not prefix:
        return []
    words = LexiconWord.objects.filter(documents__gt=0)
    if connection.vendor == "postgresql":
        words = words.filter(word__startswith=prefix)
    else:  # SQLite's LIKE cannot use the index
        words = words.filter(word__gte=prefix, word__lt=f"{prefix}\U0010ffff")
    return list(words.order_by("-documents", "word")[:count_max])
