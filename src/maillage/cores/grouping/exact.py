"""Few people, one round: every way of sharing them out is looked at, so that the answer is the best or there is none."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np

from maillage.cores.grouping.tables import ABSENT, Floats, Integers, Tables

EXACT_PEOPLE_MAX = 12
_UNEVEN, _REPEAT = 1e6, 1e3
NONE = -np.inf


def best_partition(tables: Tables, groups: int) -> Integers | None:
    """Labels (1, n) of the best way to make that many groups of the people of round 1; None when none is allowed.

    Groups that hold a constraint are listed; then, the first person left is given each of hers in turn.
    """
    people = np.flatnonzero(tables.present[0])
    assert len(people) <= EXACT_PEOPLE_MAX, "too many people to look at every partition"
    masks, scores = _allowed_groups(tables, people)
    firsts = masks & -masks

    @cache
    def best(left: int, groups_left: int) -> tuple[float, int]:
        """(score, mask of the group of the first person) of the best partition of a set."""
        if groups_left == 0 or left == 0:
            return (0.0, 0) if groups_left == 0 and left == 0 else (NONE, 0)
        fits = np.flatnonzero((firsts == left & -left) & (masks & ~left == 0))
        found = (NONE, 0)
        for index in fits:
            score = scores[index] + best(left & ~int(masks[index]), groups_left - 1)[0]
            if score > found[0]:
                found = (float(score), int(masks[index]))
        return found

    left = (1 << len(people)) - 1
    if best(left, groups)[0] == NONE:
        return None
    labels = np.full((1, len(tables.names)), ABSENT)
    for label in range(groups):
        mask = best(left, groups - label)[1]
        labels[0, [person for bit, person in enumerate(people) if mask >> bit & 1]] = label
        left &= ~mask
    return labels


def _allowed_groups(tables: Tables, people: Integers) -> tuple[Integers, Floats]:
    """Masks of the groups that break nothing, and what each brings: evenness, then fresh pairs, then worth."""
    grid = np.ix_(people, people)
    barred, together = tables.barred[grid], tables.together[grid]
    pairs = tables.worth[grid] - _REPEAT * tables.met[grid]
    shared = [accepts[people] for accepts in tables.shared]
    masks, scores = [], []
    for size in range(tables.size_min, min(tables.size_max, len(people)) + 1):
        for chosen in combinations(range(len(people)), size):
            members = np.array(chosen)
            inside = np.ix_(members, members)
            outside = np.delete(np.arange(len(people)), members)
            if barred[inside].any() or together[np.ix_(members, outside)].any():
                continue
            if all(accepts[members].all(axis=0).any() for accepts in shared):
                masks.append(sum(1 << member for member in chosen))
                scores.append(pairs[inside].sum() / 2 - _UNEVEN * size * size)
    return np.array(masks, dtype=np.int64), np.array(scores, dtype=np.float64)
