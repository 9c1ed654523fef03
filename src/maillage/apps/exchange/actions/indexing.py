"""The index of needs and offers, built apart from any page."""

from __future__ import annotations

from datetime import datetime, timedelta

from maillage.apps.exchange.queries import kept_pool
from maillage.apps.exchange.queries.vocabulary import vocabulary_in_force

CHANGED_SHARE_MAX = 0.01
KEPT_FOR = timedelta(days=1)


def keep_index(*, now: datetime) -> bool:
    """Build the index anew when the words of the network changed, or a hundredth of the listings, or once a day. Whether it did.

    Where listings are few there is none: pages make their own.
    """
    vocabulary = vocabulary_in_force()
    mark, words = kept_pool.mark_of_listings(), kept_pool.words_stamp(vocabulary)
    if mark.listings <= kept_pool.EXACT_MAX:
        return False
    held = kept_pool.newest(kept_pool.pool_held())
    if held is not None and held.words == words and now - held.built_at < KEPT_FOR:
        _there, changed, gone = kept_pool.differences(held)
        if held.changes + len(changed) + len(gone) <= CHANGED_SHARE_MAX * mark.listings:
            if not kept_pool.is_left():  # caches forget
                kept_pool.leave(held)
            return False
    kept_pool.leave(kept_pool.built_pool(vocabulary, mark, words, now))
    return True
