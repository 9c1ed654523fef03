"""Whole loops: a first set by rounding the best mix, then better ones by choosing anew, exactly, a few loops at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

from maillage.cores.loops.relaxing import Master, QuietSolver, loop_uses, scale_of, uses_by_pair
from maillage.cores.loops.tables import Chosen, Floats, Integers, Tables

_FIXED_SHARE = 0.06
_NODES_FEW, _NODES_MANY = 50, 500
_CANDIDATES_FEW, _CANDIDATES_MANY = 120, 320
_DESCENT_MIN = 40
_SHAKE, _GOOD_SETS = 0.1, 4


def round_mix(tables: Tables, master: Master, go_on: Callable[[], bool]) -> list[Chosen]:
    """Takes the loops that the best mix takes most, mixes what is left anew, and so on (diving).

    When it may not go on, it takes in that order all that still fit.
    """
    left = tables.rows.limits.copy()
    taken: list[int] = []
    refused: set[int] = set()
    while True:
        shares = master.shares()
        shares[taken] = 0
        order = [int(loop) for loop in np.argsort(-shares, kind="stable") if shares[loop] > 1e-6]
        open_loops = [loop for loop in order if loop not in refused]
        if not open_loops:
            return [master.loops[loop] for loop in taken]
        some = 1 + int(_FIXED_SHARE * len(open_loops)) if go_on() else len(open_loops)
        sure = sum(shares[loop] > 0.99 for loop in open_loops)
        for loop in open_loops[: max(some, sure)]:
            uses = loop_uses(master.loops[loop], master.by_pair)
            if all(use <= left[row] + 1e-6 for row, use in uses.items()):
                for row, use in uses.items():
                    left[row] -= use
                taken.append(loop)
                master.fix(loop, 1.0)
            else:
                refused.add(loop)
                master.fix(loop, 0.0)
        master.solve()


@dataclass
class Pool:
    """Loops to choose from. `legs[l]`: pairs of loop l, completed with a pair that uses nothing."""

    tables: Tables
    loops: list[Chosen]
    legs: Integers = field(init=False)
    weights: Integers = field(init=False)
    uses: list[dict[int, float]] = field(init=False)

    def __post_init__(self) -> None:
        count = len(self.tables.pairs)
        self.legs = np.full((len(self.loops), self.tables.legs_max), count)
        for number, loop in enumerate(self.loops):
            self.legs[number, : len(loop)] = loop
        self.weights = np.append(self.tables.weights, 0)[self.legs].sum(axis=1)
        by_pair = uses_by_pair(self.tables.rows, count)
        self.uses = [loop_uses(loop, by_pair) for loop in self.loops]

    def left_by(self, chosen: Sequence[int]) -> Floats:
        left = self.tables.rows.limits.copy()
        for loop in chosen:
            for row, use in self.uses[loop].items():
                left[row] -= use
        return left

    def fitting(self, left: Floats) -> Integers:
        """Loops none of whose legs alone uses more than is left (those of accounts may bring back: they are let in)."""
        rows = self.tables.rows
        accounts = np.zeros(len(rows.limits), dtype=bool)
        accounts[rows.rows[rows.uses < 0]] = True
        fits = np.ones(len(self.tables.pairs) + 1, dtype=bool)
        fits[rows.pairs[(rows.uses > left[rows.rows] + 1e-6) & ~accounts[rows.rows]]] = False
        return np.flatnonzero(fits[self.legs].all(axis=1)).astype(np.int64)

    def weight(self, chosen: Sequence[int]) -> int:
        return int(self.weights[list(chosen)].sum())


def best_among(
    pool: Pool,
    candidates: Sequence[int],
    left: Floats,
    start: Sequence[int],
    nodes_max: int,
    *,
    weights: Floats | None = None,
) -> tuple[list[int], bool]:
    """(the heaviest set of candidates within what is left, whether it is proven so): never lighter than `start`.

    `weights`: of each candidate, when they are taken otherwise than they are.
    """
    if weights is None:
        weights = pool.weights[list(candidates)].astype(float)
    rows: dict[int, int] = {}
    starts, indices, uses = [0], [], []
    for loop in candidates:
        for row, use in pool.uses[loop].items():
            indices.append(rows.setdefault(row, len(rows)))
            uses.append(use)
        starts.append(len(indices))
    count, scale = len(candidates), scale_of(pool.tables)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = count, len(rows)
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = weights / scale
    model.col_lower_, model.col_upper_ = np.zeros(count), np.ones(count)
    model.integrality_ = [highspy.HighsVarType.kInteger] * count
    model.row_lower_ = np.full(len(rows), -highspy.kHighsInf)
    model.row_upper_ = left[list(rows)]
    matrix = model.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kColwise
    matrix.start_, matrix.index_, matrix.value_ = np.array(starts), np.array(indices), np.array(uses)
    solver = QuietSolver()
    for option, value in (("mip_rel_gap", 0.0), ("mip_abs_gap", 0.5 / scale), ("mip_max_nodes", nodes_max)):
        solver.setOptionValue(option, value)
    solver.passModel(model)
    chosen = set(start)
    solution = highspy.HighsSolution()
    solution.col_value = [float(loop in chosen) for loop in candidates]
    solver.setSolution(solution)
    solver.run()
    proven = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    values = solver.getSolution().col_value
    found = [loop for loop, value in zip(candidates, values, strict=True) if value > 0.5]
    holds = (pool.left_by(found) >= pool.tables.rows.limits - left - 1e-6).all()
    worth = dict(zip(candidates, weights, strict=True))
    if not holds or sum(worth[loop] for loop in found) < sum(worth[loop] for loop in start):
        return list(start), False
    return found, proven


def improve(
    pool: Pool,
    chosen: list[int],
    *,
    rounds: int,
    rng: np.random.Generator,
    go_on: Callable[[], bool],
) -> list[int]:
    """The heaviest set that some descents find: one as it goes, then, while rounds are left, others with shaken weights.

    Those start in turns from `chosen` and from the best set; each time the loops of the best few sets are put together, and
    the best set among them is chosen. One descent stops where no neighbourhood helps; several seldom stop at the same place.
    """
    users: dict[int, list[int]] = {}
    for loop, uses in enumerate(pool.uses):
        for row in uses:
            users.setdefault(row, []).append(loop)
    length = max(_DESCENT_MIN, 2 * len(chosen))
    best = chosen
    good: list[list[int]] = []
    for number, done in enumerate(range(0, rounds, length)):
        if not chosen or not go_on():
            break
        start = best if number % 2 else chosen
        shake = _SHAKE if number else 0.0
        found = _descend(pool, start, users, min(length, rounds - done), shake, rng, go_on)
        good = sorted([found, *good], key=pool.weight, reverse=True)[:_GOOD_SETS]
        best = max(best, found, key=pool.weight)
        if number and go_on():
            together = sorted({loop for one in good for loop in one})
            best, _proven = best_among(pool, together, pool.tables.rows.limits, best, _NODES_MANY)
            good = [best, *good][:_GOOD_SETS]
    return best


def _descend(
    pool: Pool,
    chosen: list[int],
    users: dict[int, list[int]],
    rounds: int,
    shake: float,
    rng: np.random.Generator,
    go_on: Callable[[], bool],
) -> list[int]:
    """Frees loops that hinder each other, chooses the best among all that then fit, and so on (large neighbourhoods).

    With `shake`, weights are taken up to half of it too great or too small, and a set up to a tenth of it lighter than the
    best is gone on from, both less and less: the best set met is returned.
    """
    freed_wished, best = 12.0, chosen
    for number in range(rounds):
        if not go_on():
            break
        freed = _neighbours(pool, chosen, users, round(freed_wished), rng)
        kept = [loop for loop in chosen if loop not in freed]
        left = pool.left_by(kept)
        candidates = [int(loop) for loop in pool.fitting(left)]
        if len(candidates) > _CANDIDATES_MANY:
            freed_wished = max(4.0, 0.8 * freed_wished)
        elif len(candidates) < _CANDIDATES_FEW:
            freed_wished = min(1.1 * freed_wished, 60.0)
        if len(candidates) > 4 * _CANDIDATES_MANY:
            continue
        left_to_shake = shake * (1 - number / rounds)
        weights = pool.weights[candidates] * (1 + left_to_shake * (rng.random(len(candidates)) - 0.5))
        own = [loop for loop in chosen if loop in freed]
        found, _proven = best_among(pool, candidates, left, own, _NODES_FEW, weights=weights)
        if pool.weight(kept + found) >= pool.weight(best) * (1 - left_to_shake / 10):
            chosen = kept + found
        best = max(best, chosen, key=pool.weight)
    return best


def _neighbours(
    pool: Pool, chosen: list[int], users: dict[int, list[int]], count: int, rng: np.random.Generator
) -> set[int]:
    """Chosen loops that stand in the way of one loop, then of another that shares a row with them, until enough."""
    holders: dict[int, list[int]] = {}
    for loop in chosen:
        for row in pool.uses[loop]:
            holders.setdefault(row, []).append(loop)
    first = chosen[int(rng.integers(len(chosen)))]
    freed, rows = {first}, list(pool.uses[first])
    for _ in range(20 * count):
        if len(freed) >= min(count, len(chosen)):
            break
        others = users[rows[int(rng.integers(len(rows)))]]
        wanted = others[int(rng.integers(len(others)))]
        for row in pool.uses[wanted]:
            for loop in holders.get(row, ()):
                if loop not in freed:
                    freed.add(loop)
                    rows += pool.uses[loop]
    return freed


def settle(pool: Pool, chosen: list[int]) -> tuple[list[int], bool]:
    """The heaviest set of the whole pool, when it is found and proven in a bounded search."""
    candidates = list(range(len(pool.loops)))
    return best_among(pool, candidates, pool.tables.rows.limits, chosen, _NODES_MANY)
