"""What no answer can exceed, and what no answer goes under, for given sizes of groups.

Each bound relaxes the problem; none looks at the answer but for its sizes, and for whether it repeats a pair.
"""

from __future__ import annotations

import numpy as np

from maillage.cores.grouping.tables import Booleans, Floats, Integers, Tables, Words, group_sizes


def value_bound(tables: Tables, labels: Integers, distinct: bool) -> float:
    """Upper bound of the mean complementarity of pairs that meet, for the sizes of labels (R, n).

    `distinct`: only programmes where nobody meets anybody twice are looked at.
    """
    pairs_in_all, worth_in_all = 0, 0.0
    mates_most = np.zeros(len(tables.names), dtype=np.int64)
    allowed = ~tables.barred & ~np.eye(len(tables.names), dtype=bool)
    for row in labels:
        present = row >= 0
        sizes = group_sizes(row)
        pairs = int((sizes * (sizes - 1)).sum()) // 2
        mates = np.where(present, sizes.max() - 1, 0)
        by_person = _best_mates(tables.worth, allowed & present & present[:, None], mates, pairs)
        by_word = pairs - sum(
            _shared_at_least(kind, np.flatnonzero(present), len(sizes)) for kind in tables.words
        )
        worth_in_all += min(by_person, by_word)
        pairs_in_all += pairs
        mates_most += mates
    if distinct:
        met_never = allowed & ~tables.met & _ever_together(tables)
        worth_in_all = min(worth_in_all, _best_mates(tables.worth, met_never, mates_most, pairs_in_all))
    return min(worth_in_all / max(pairs_in_all, 1), 1.0)


def repeats_bound(tables: Tables, labels: Integers) -> int:
    """Lower bound of repeated pairs for the sizes of labels (R, n).

    More meetings than people to meet; or more people in a group than there were groups before: some sat together.
    """
    fresh = ~tables.barred & ~tables.met & _ever_together(tables)
    np.fill_diagonal(fresh, False)
    meetings, mates_least = 0, np.zeros(len(tables.names), dtype=np.int64)
    for row in labels:
        sizes = group_sizes(row)
        meetings += int((sizes * (sizes - 1)).sum()) // 2
        mates_least += np.where(row >= 0, sizes.min() - 1, 0)
    by_person = int(np.maximum(mates_least - fresh.sum(axis=1), 0).sum())
    return max(0, -(-by_person // 2), meetings - int(fresh.sum()) // 2, _sat_together(labels))


def _sat_together(labels: Integers) -> int:
    """Each round, the pairs that were together at one earlier round, the one that forces most: a pair counts once a round."""
    total = 0
    for number, row in enumerate(labels):
        forced = [_drawn_from(group_sizes(row), before, row) for before in labels[:number]]
        total += max(forced, default=0)
    return total


def _drawn_from(sizes: Integers, before: Integers, now: Integers) -> int:
    """The fewest pairs of people of one group of `before` in groups of `sizes`.

    m people from g groups make at least g * C(q, 2) + q * r pairs, m = g * q + r; the last of m adds (m - 1) // g. Who
    was not there before makes none: they are taken from where they spare most.
    """
    groups = len(group_sizes(before))
    added = sorted(((m - 1) // groups for size in sizes.tolist() for m in range(1, size + 1)), reverse=True)
    newcomers = int(((now >= 0) & (before < 0)).sum())
    return sum(added[newcomers:])


def _ever_together(tables: Tables) -> Booleans:
    present = tables.present.astype(np.int64)
    return present.T @ present > 0


def _best_mates(worth: Floats, allowed: Booleans, mates: Integers, pairs: int) -> float:
    """Half the sum of the 2 * `pairs` best mates, when person i keeps the `mates[i]` best of hers only."""
    ranked = -np.sort(-np.where(allowed, worth, 0.0), axis=1)
    kept = ranked[np.arange(len(worth))[None, :] < mates[:, None]]
    return float(-np.sort(-kept)[: 2 * pairs].sum()) / 2


def _shared_at_least(words: Words, people: Integers, groups: int) -> float:
    """What the words that more people hold than there are groups cost a round, at the least.

    f holders spread over g groups make at least g * C(q, 2) + q * r pairs, f = g * q + r; a pair loses
    weight / (words of either) for each word in common; the pairs that lose least are counted.
    """
    held = words.held[people].astype(np.int64)
    sizes = held.sum(axis=1)
    either = sizes[:, None] + sizes[None, :] - held @ held.T
    total = 0.0
    for column in held.T:
        holders = np.flatnonzero(column)
        times, rest = divmod(len(holders), groups)
        pairs = groups * (times * (times - 1) // 2) + times * rest
        if pairs:
            among = either[np.ix_(holders, holders)][np.triu_indices(len(holders), 1)]
            total += float((words.weight / -np.sort(-among)[:pairs]).sum())
    return total
