"""The words that the index knows, for completion, corrections and the rarity of terms: those of public documents.

What is for members only gives it no word, as it is the same for everybody: a completion would tell a visitor.
Words are counted once the transaction that brought them commits, in a short transaction of their own and in order:
a long import never holds a word that someone else's small change needs. A power cut in between makes
counts drift, which only shades the ranking; `recount` mends them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import reduce
from operator import or_

from django.db import connection, transaction
from django.db.models import Q, QuerySet

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
    return documents_and_most(terms)[0]


def documents_and_most(terms: Iterable[str]) -> tuple[dict[str, int], int]:
    """In how many documents each term stands, and the count of the most common word of all: the scale of rarity."""
    wanted = sorted(set(terms))
    marks = ", ".join(["%s"] * len(wanted)) or "NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT term, SUM(documents) FROM search_lexiconword WHERE term IN ({marks}) AND documents > 0 "  # noqa: S608
            "GROUP BY term UNION ALL SELECT NULL, MAX(documents) FROM search_lexiconword",
            wanted,
        )
        counts = {term: int(documents or 0) for term, documents in cursor.fetchall()}
    most = counts.pop(None)
    return counts, most


CANDIDATES_MAX = 500
"""How many known words are compared with one that may be misspelt."""


def corrections(word: str, *, count_max: int = 3) -> list[LexiconWord]:
    """Known words that `word` (folded) may have been meant for, nearest first."""
    return corrections_of([word], count_max=count_max)[word]


def corrections_of(words: Collection[str], *, count_max: int = 3) -> dict[str, list[LexiconWord]]:
    """The same for several words, in one query; none when none can be corrected."""
    keys = {word: spelling_keys(word) for word in words}
    filed = SpellingKey.objects.filter(key__in=frozenset().union(*keys.values())).order_by("word")
    near = filed.values("word").distinct()[: CANDIDATES_MAX * len(keys)]
    known = (
        {found.word: found for found in LexiconWord.objects.filter(word__in=near, documents__gt=0)}
        if any(keys.values())
        else {}
    )
    best = {}
    for word in words:
        candidates = [
            Known(found.word, found.documents)
            for found in known.values()
            if not keys[word].isdisjoint(spelling_keys(found.word))
        ]
        best[word] = [known[found.word] for found in best_corrections(word, candidates, count_max=count_max)]
    return best


def beginning_with(prefix: str, *, count_max: int = 8) -> Sequence[LexiconWord]:
    """The most used known words that begin with a folded prefix."""
    return beginning_with_each([prefix], count_max=count_max)[prefix] if prefix else []


def beginning_with_each(prefixes: Collection[str], *, count_max: int) -> dict[str, list[LexiconWord]]:
    """The same for several prefixes, in one query; none when there are none."""
    if not prefixes:
        return {}
    each = [_begun(prefix)[:count_max] for prefix in prefixes]
    found = each[0]
    if len(each) > 1:
        any_of = reduce(or_, (Q(pk__in=words.values("pk")) for words in each))
        found = LexiconWord.objects.filter(any_of).order_by("-documents", "word")
    rows = list(found)
    return {prefix: [row for row in rows if row.word.startswith(prefix)][:count_max] for prefix in prefixes}


def _begun(prefix: str) -> QuerySet[LexiconWord]:
    words = LexiconWord.objects.filter(documents__gt=0)
    if connection.vendor == "postgresql":
        words = words.filter(word__startswith=prefix)
    else:  # SQLite's LIKE cannot use the index
        words = words.filter(word__gte=prefix, word__lt=f"{prefix}\U0010ffff")
    return words.order_by("-documents", "word")
