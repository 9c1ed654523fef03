"""The shown listings, indexed. A few are indexed anew when they change; where there are many a job does it, and requests follow.

Each process holds a pool and brings it up to date with the listings that changed since: what one edits is compared at once. The
worker builds the pool and leaves it in the cache that all processes share; nobody waits for it.
"""

from __future__ import annotations

import hashlib
import pickle
import time
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db.models import Count, Max, Sum

import maillage
from maillage.apps.directory.queries.themes import theme_tree
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.ranked import as_ranked
from maillage.apps.exchange.queries.vocabulary import Vocabulary, forget_vocabulary
from maillage.cores.ranking import Pool
from maillage.kernel.search.synonyms import synonyms_in_force

EXACT_MAX = 200
"""Listings that are indexed anew at each change: some tenths of a second."""
WHOLE_MAX = 1_000
"""Listings that a request may index when they never were: a second or two, once."""
CHANGES_AT_ONCE_MAX = 200
"""Listings that one request adds; the newest first, the others wait for the next ones."""
LOOKED_EVERY_S = 30.0
"""How often a process looks whether another pool was left for it."""
KEY, KEY_OF_DATE = "exchange.pool", "exchange.pool.date"
"""In the cache: the pool, and (version of the software, when it was built)."""


class Mark(NamedTuple):
    """Differs whenever a listing came, went or changed. One query that counts, whatever their number."""

    listings: int
    last: datetime | None
    keys: int | None
    versions: int | None


@dataclass(frozen=True)
class KeptPool:
    """A pool, and when each of its listings had last changed.

    `mark`: of the listings as they were then, None when some are still to be added. `words`: the vocabulary that it was built with.
    `changes`: how many were added or taken away since it was built.
    """

    pool: Pool
    updated: Mapping[int, datetime]
    mark: Mark | None
    words: str
    built_at: datetime
    changes: int = 0


_kept: KeptPool | None = None
_looked_at = 0.0
_lock = Lock()


def pool_in_force(vocabulary: Vocabulary) -> Pool | None:
    """The pool of now; None on a site of many listings where none was built yet."""
    global _kept
    mark, words = mark_of_listings(), words_stamp(vocabulary)
    if mark.last is None:
        return Pool(())
    kept = _kept
    if not _is_of(kept, mark, words):
        with _lock:  # one request does it, the others wait for what it makes
            kept = _kept
            if not _is_of(kept, mark, words):
                kept = None if mark.listings <= EXACT_MAX else newest(kept)
                if kept is None and mark.listings <= WHOLE_MAX:
                    kept = built_pool(vocabulary, mark, words, mark.last)
                elif kept is not None and kept.mark != mark:
                    kept = brought_up_to(kept, mark, vocabulary)
                _kept = kept
    return None if kept is None else kept.pool.with_synonyms(synonyms_in_force())


def _is_of(kept: KeptPool | None, mark: Mark, words: str) -> bool:
    return kept is not None and (kept.mark, kept.words) == (mark, words)


def mark_of_listings() -> Mark:
    found = Listing.objects.shown().aggregate(
        listings=Count("pk"), last=Max("updated_at"), keys=Sum("pk"), versions=Sum("version")
    )
    return Mark(**found)


def words_stamp(vocabulary: Vocabulary) -> str:
    return hashlib.sha256(vocabulary.stamp.encode()).hexdigest()[:20]


def built_pool(vocabulary: Vocabulary, mark: Mark, words: str, now: datetime) -> KeptPool:
    """Everything, read and indexed."""
    rows = list(_rows())
    return KeptPool(
        Pool(_ranked(rows, vocabulary)), {each.pk: each.updated_at for each in rows}, mark, words, now
    )


def brought_up_to(kept: KeptPool, mark: Mark, vocabulary: Vocabulary) -> KeptPool:
    """The pool with what changed since it was made, the newest first when that is much."""
    there, changed, gone = differences(kept)
    now = changed[:CHANGES_AT_ONCE_MAX]
    pool = kept.pool.with_changes(_ranked(_rows(pk__in=now), vocabulary), gone=gone)
    updated = {pk: at for pk, at in kept.updated.items() if pk not in gone} | {pk: there[pk] for pk in now}
    return replace(
        kept,
        pool=pool,
        updated=updated,
        mark=mark if len(now) == len(changed) else None,
        changes=kept.changes + len(now) + len(gone),
    )


def differences(kept: KeptPool) -> tuple[dict[int, datetime], list[int], set[int]]:
    """(when each listing last changed, those that the pool does not hold as they are, newest first, those that it holds in vain)."""
    there = dict(Listing.objects.shown().order_by("pk").values_list("pk", "updated_at"))
    changed = [pk for pk, at in there.items() if kept.updated.get(pk) != at]
    changed.sort(key=lambda pk: (there[pk], pk), reverse=True)
    return there, changed, set(kept.updated) - set(there)


def _rows(**wanted: Any) -> Iterable[Listing]:
    rows = Listing.objects.shown().filter(**wanted).select_related("initiative").order_by("pk")
    return rows.prefetch_related("themes", "criteria")


def _ranked(rows: Iterable[Listing], vocabulary: Vocabulary) -> list[Any]:
    """Without how often they were proposed: that is asked apart, and does not make a pool old."""
    tree = theme_tree()
    return [replace(as_ranked(each, tree, vocabulary), shown=0) for each in rows]


def newest(kept: KeptPool | None) -> KeptPool | None:
    """The pool of this process, or the one that the worker left since."""
    global _looked_at
    if kept is not None and time.monotonic() - _looked_at < LOOKED_EVERY_S:
        return kept
    _looked_at = time.monotonic()
    version, left_at = cache.get(KEY_OF_DATE) or ("", None)
    is_newer = left_at is not None and (kept is None or left_at > kept.built_at)
    if version != maillage.__version__ or not is_newer:
        return kept
    return _unpacked(cache.get(KEY)) or kept


def is_left() -> bool:
    """Whether a pool is in the cache for other processes."""
    version, _left_at = cache.get(KEY_OF_DATE) or ("", None)
    return version == maillage.__version__ and KEY in cache


def leave(kept: KeptPool) -> None:
    """Put a pool in the cache for all processes, and take it here."""
    global _kept
    cache.set(KEY, zlib.compress(pickle.dumps(kept, protocol=5), 1), None)
    cache.set(KEY_OF_DATE, (maillage.__version__, kept.built_at), None)
    _kept = kept


def is_indexed() -> bool:
    """Whether the listings could be compared when they last were."""
    return _kept is not None or mark_of_listings().listings <= WHOLE_MAX


def pool_held() -> KeptPool | None:
    return _kept


def _unpacked(said: bytes | None) -> KeptPool | None:
    """What the cache holds; None when it holds nothing that can be read, as after a change of version."""
    if not said:
        return None
    try:
        found = pickle.loads(zlib.decompress(said))  # noqa: S301 - the cache of the site, which Django itself reads so
    except Exception:
        return None
    return found if isinstance(found, KeptPool) else None


def forget_pool() -> None:
    """Read the listings, and the vocabulary, again at the next question."""
    global _kept, _looked_at
    _kept, _looked_at = None, 0.0
    forget_vocabulary()
