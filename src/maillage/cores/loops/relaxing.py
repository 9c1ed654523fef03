"""Linear programs over mixes of loops: the bound without limit of length, and the prices of what loops use.

HiGHS solves them, on one thread and from the same beginnings, so that the same problem has the same answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from maillage.cores.loops.pricing import Priced, arcs_of, best_loops, priced
from maillage.cores.loops.tables import Chosen, Floats, Integers, Rows, Tables

WEIGHT_SCALED_MAX = 1e6
"""Weights are divided so that none exceeds it: the solver's tolerances are absolute."""
_DUAL_SIMPLEX, _PRIMAL_SIMPLEX = 1, 4
"""A mix stays allowed when loops are added, and as good as can be when one is fixed: each has its simplex."""
_GAIN_LEAST = 0.01
_LOOPS_PER_MEMBER = 3
_PAIRS_SETTLED = 1_000
_ROUNDS_MAX = 200


@dataclass(frozen=True)
class Relaxed:
    """Mixes of `loops`: their best shares, and the worth of pairs at the prices found.

    `settled`: no other loop is worth anything at these prices, so `value` bounds every set of loops of this length.
    """

    loops: list[Chosen]
    value: float
    priced: Priced
    settled: bool
    master: Master


class QuietSolver(highspy.Highs):
    """HiGHS on one thread, from a fixed seed. It writes its banner when it enables callbacks: it is hushed before."""

    def enableCallbacks(self) -> None:
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
            self.setOptionValue(option, value)
        super().enableCallbacks()


def scale_of(tables: Tables) -> float:
    return max(1.0, float(tables.weights.max(initial=0)) / WEIGHT_SCALED_MAX)


def uses_by_pair(rows: Rows, count: int) -> list[list[tuple[int, float]]]:
    """(row, use) of each pair."""
    found: list[list[tuple[int, float]]] = [[] for _ in range(count)]
    for pair, row, use in zip(rows.pairs.tolist(), rows.rows.tolist(), rows.uses.tolist(), strict=True):
        found[pair].append((row, use))
    return found


def loop_uses(loop: Chosen, by_pair: list[list[tuple[int, float]]]) -> dict[int, float]:
    """What a loop uses of each row."""
    uses: dict[int, float] = {}
    for pair in loop:
        for row, use in by_pair[pair]:
            uses[row] = uses.get(row, 0.0) + use
    return uses


class Master:
    """The loops known so far, and how much of each to take."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.loops: list[Chosen] = []
        self.by_pair = uses_by_pair(tables.rows, len(tables.pairs))
        self._known: set[Chosen] = set()
        self._scale = scale_of(tables)
        self._solver = QuietSolver()
        self._solver.setOptionValue("simplex_strategy", _PRIMAL_SIMPLEX)
        limits = tables.rows.limits
        nothing = np.array([], dtype=np.int32)
        below = np.full(len(limits), -highspy.kHighsInf)
        self._solver.addRows(len(limits), below, limits, 0, nothing, nothing, np.array([], dtype=np.float64))
        self._solver.changeObjectiveSense(highspy.ObjSense.kMaximize)

    def add(self, loops: Sequence[Chosen]) -> int:
        """How many of these loops were new."""
        fresh = [loop for loop in dict.fromkeys(loops) if loop not in self._known]
        starts: list[int] = []
        rows: list[int] = []
        uses: list[float] = []
        for loop in fresh:
            starts.append(len(rows))
            for row, use in loop_uses(loop, self.by_pair).items():
                rows.append(row)
                uses.append(use)
        if fresh:
            self._solver.addCols(
                len(fresh),
                np.array([self.tables.weight(loop) / self._scale for loop in fresh]),
                np.zeros(len(fresh)),
                np.full(len(fresh), highspy.kHighsInf),
                len(rows),
                np.array(starts, dtype=np.int32),
                np.array(rows, dtype=np.int32),
                np.array(uses, dtype=np.float64),
            )
        self._known.update(fresh)
        self.loops += fresh
        return len(fresh)

    def solve(self) -> float:
        """The most that any mix of the known loops weighs."""
        self._solver.run()
        assert self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal, (
            "taking nothing is always allowed"
        )
        return float(self._solver.getInfo().objective_function_value) * self._scale

    def prices(self) -> Floats:
        """Of one unit of each row."""
        return np.maximum(0.0, np.array(self._solver.getSolution().row_dual)) * self._scale

    def shares(self) -> Floats:
        """How much of each loop the best mix takes."""
        return np.array(self._solver.getSolution().col_value)

    def fix(self, loop: int, share: float) -> None:
        self._solver.setOptionValue("simplex_strategy", _DUAL_SIMPLEX)
        self._solver.changeColBounds(loop, share, share)


def relax(tables: Tables, go_on: Callable[[], bool]) -> Relaxed:
    """Column generation: the best loops at the prices of the best mix of those known, until it gains little or nothing."""
    arcs, master = arcs_of(tables), Master(tables)
    prices, value = np.zeros(len(tables.rows.limits)), 0.0
    patient = len(tables.pairs) <= _PAIRS_SETTLED
    for _ in range(_ROUNDS_MAX):
        worth = priced(tables, arcs, worth_at(tables, prices))
        found = best_loops(
            tables, arcs, worth, above=1e-9 * WEIGHT_SCALED_MAX, count=_LOOPS_PER_MEMBER * len(tables.members)
        )
        if not master.add(found):
            return Relaxed(master.loops, value, worth, settled=True, master=master)
        before, value = value, master.solve()
        prices = master.prices()
        if (not patient and value - before < _GAIN_LEAST * value) or not go_on():
            break
    worth = priced(tables, arcs, worth_at(tables, prices))
    return Relaxed(master.loops, value, worth, settled=False, master=master)


def worth_at(tables: Tables, prices: Floats) -> Floats:
    """What is left of each pair's weight once it has paid for what it uses."""
    worth = tables.weights.astype(np.float64)
    np.subtract.at(worth, tables.rows.pairs, tables.rows.uses * prices[tables.rows.rows])
    return worth


def circulation_bound(tables: Tables) -> int:
    """The most that loops of any length weigh together, or a little more.

    A best circulation: each member gives as many times as it gets, each pair at most once. The bound is counted anew from
    the prices it gives, which holds for any prices: what the rows are worth, and what each pair is worth beyond them.
    """
    if not tables.pairs:
        return 0
    rows, members, count = tables.rows, len(tables.members), len(tables.pairs)
    scale = scale_of(tables)
    numbers = np.arange(count)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = count, members + len(rows.limits)
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = tables.weights / scale
    model.col_lower_, model.col_upper_ = np.zeros(count), np.ones(count)
    model.row_lower_ = np.concatenate([np.zeros(members), np.full(len(rows.limits), -highspy.kHighsInf)])
    model.row_upper_ = np.concatenate([np.zeros(members), rows.limits])
    _fill(
        model,
        np.concatenate([numbers, numbers, rows.pairs]),
        np.concatenate([tables.givers, tables.takers, rows.rows + members]),
        np.concatenate([np.ones(count), -np.ones(count), rows.uses]),
    )
    solver = QuietSolver()
    solver.passModel(model)
    solver.run()
    duals = np.array(solver.getSolution().row_dual) * scale
    potentials, prices = duals[:members], np.maximum(0.0, duals[members:])
    beyond = worth_at(tables, prices) - potentials[tables.givers] + potentials[tables.takers]
    return math.floor(float(rows.limits @ prices + np.maximum(0.0, beyond).sum()) + 1e-3)


def _fill(model: highspy.HighsLp, columns: Integers, rows: Integers, values: Floats) -> None:
    """The matrix, from its entries; two of one place are added."""
    order = np.lexsort((rows, columns))
    columns, rows, values = columns[order], rows[order], values[order]
    new = np.ones(len(columns), dtype=bool)
    new[1:] = (np.diff(columns) != 0) | (np.diff(rows) != 0)
    firsts = np.flatnonzero(new)
    matrix = model.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kColwise
    matrix.start_ = np.searchsorted(columns[firsts], np.arange(model.num_col_ + 1))
    matrix.index_ = rows[firsts]
    matrix.value_ = np.add.reduceat(values, firsts)
