"""Programmes where nobody meets anybody twice, by arithmetic, and the best way to put people in them.

Seat c of group r at the start goes to group r + c * t (modulo the number of groups) in round t: lines of a plane over
the integers modulo a prime, as in the affine planes that make nets of Latin squares (R. C. Bose, 1938).
"""

from __future__ import annotations

import numpy as np

from maillage.cores.grouping.annealing import BREACH, REPEAT
from maillage.cores.grouping.tables import Integers, Tables, same_group

_HOT, _COLD = 0.5, 0.02


def design(groups: int, seats: int, rounds: int) -> Integers | None:
    """Labels (rounds, groups * seats) where no two places meet twice; None when this construction has none."""
    columns, times = np.arange(1, seats), np.arange(1, rounds)
    if (columns[:, None] * times[None, :] % groups == 0).any():
        return None
    places = np.arange(groups * seats)
    column, row = np.divmod(places, groups)
    return (row + column * np.arange(rounds)[:, None]) % groups


def place_people(tables: Tables, plan: Integers, rng: np.random.Generator, sweeps: int) -> Integers:
    """Labels (R, n): each person takes one place of the plan, so that those who meet complement each other.

    Exchanging two people in all rounds changes the sum over pairs as in the quadratic assignment problem
    (T. C. Koopmans, M. Beckmann, 1957); one person is offered all the others' places at once.
    """
    n, places = len(tables.names), plan.shape[1]
    pairs = tables.worth - 1 - BREACH * tables.barred - REPEAT * tables.met + BREACH * tables.together
    gains = np.zeros((places, places))
    gains[:n, :n] = pairs
    np.fill_diagonal(gains, 0)
    meets = same_group(plan).sum(axis=0).astype(np.float64)
    # The last column alone has empty places, so that sizes differ by one at most.
    holder = np.concatenate([rng.permutation(n), np.arange(n, places)])
    place = np.argsort(holder)
    best, best_total, total = place.copy(), -np.inf, 0.0
    for number in range(sweeps):
        heat = _HOT * (_COLD / _HOT) ** (number / max(sweeps - 1, 1)) if number < sweeps - 2 else 0.0
        mine = meets[np.ix_(place, place)]
        for i in rng.permutation(n):
            delta = mine[:n] @ gains[i] + gains[:n] @ mine[i] + 2 * mine[i, :n] * gains[i, :n]
            delta -= (mine[:n] * gains[:n]).sum(axis=1) + mine[i] @ gains[i]
            delta[i] = 0.0
            j = int((delta + heat * rng.gumbel(size=n)).argmax())
            if j != i:
                total += float(delta[j])
                place[i], place[j] = place[j], place[i]
                mine[[i, j]] = mine[[j, i]]
                mine[:, [i, j]] = mine[:, [j, i]]
        if total > best_total:
            best, best_total = place.copy(), total
    return plan[:, best[:n]]
