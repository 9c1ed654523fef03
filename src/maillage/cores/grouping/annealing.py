"""Search by exchanges: several chains anneal side by side, each step offering one person every other seat at once.

A chain is an answer to all rounds. A step takes one person and draws, among all the exchanges with somebody of another
group or with an empty seat (and staying), one with a chance that grows as exp(gain / temperature): the heat bath of
statistical physics (R. J. Glauber, 1963), drawn by adding Gumbel noise and keeping the best. The gains of all exchanges
come from one table: `fields[chain, group, person]`, what a person has in common with a group.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.cores.grouping.tables import ABSENT, Integers, Tables, same_group

Gains = NDArray[np.float32]
BREACH = np.float32(30.0)
"""What a broken constraint costs, in pairs of complementarity 1."""
REPEAT = np.float32(3.0)
UNEVEN = 3.0
NEVER = np.float32(-1e9)
_POOL = 1 << 18


@dataclass(frozen=True)
class Seats:
    """The seats of a round: `groups` groups of `seats` seats, of which `empty` in all.

    `uneven`: what two empty seats in one group cost; `empty_max`: beyond, one more is a breach (None: no limit).
    """

    groups: int
    seats: int
    empty: int
    uneven: float
    empty_max: int | None = None


@dataclass(frozen=True)
class Task:
    """What chains look for. `seats`: one element a round; `stay` (R, n): the group whose leaving costs `move_cost`."""

    tables: Tables
    seats: tuple[Seats, ...]
    stay: Integers | None = None
    move_cost: float = 0.0


@dataclass
class _RoundState:
    """One round of all chains: `labels` (B, N) for people then empty seats, `people` their rows."""

    people: Integers
    labels: Integers
    seats: Seats
    shared: tuple[NDArray[np.float32], ...]
    own: Gains | None


class Chains:
    """B chains. `starts` (B, R, n) holds labels, `ABSENT` for the absent."""

    def __init__(self, task: Task, starts: Integers, rng: np.random.Generator) -> None:
        self.task = task
        self.rng = rng
        self.size = len(starts)
        self.pool = rng.gumbel(size=_POOL).astype(np.float32)
        tables = task.tables
        self.base = (tables.worth - 1 - BREACH * tables.barred).astype(np.float32)
        np.fill_diagonal(self.base, 0)
        self.labels = starts.copy()
        self.together = [same_group(starts[:, t]) for t in range(starts.shape[1])]
        self.meetings: NDArray[np.int16] = np.stack(self.together).sum(axis=0, dtype=np.int16)
        self.rounds = [self._round_state(t) for t in range(starts.shape[1])]
        self.best = starts.copy()
        self.best_energy = np.full(self.size, -np.inf)

    def _round_state(self, t: int) -> _RoundState:
        tables, seats = self.task.tables, self.task.seats[t]
        people = np.flatnonzero(tables.present[t])
        shared = tuple(
            np.vstack([accepts[people], np.ones((seats.empty, accepts.shape[1]))]).astype(np.float32)
            for accepts in tables.shared
            if not accepts[people].all()
        )
        own = None
        if self.task.stay is not None:
            before = self.task.stay[t, people]
            own = np.zeros((seats.groups, len(people) + seats.empty), dtype=np.float32)
            own[:, : len(people)] = np.where(
                (before == ABSENT) | (before == np.arange(seats.groups)[:, None]), 0, -self.task.move_cost
            )
        labels = np.array([seated(row, seats) for row in self.labels[:, t, people]])
        return _RoundState(people, labels, seats, shared, own)

    def sweep(self, temperatures: Gains) -> None:
        """Each round, each person once. `temperatures` (B,), 0 for the best exchange only."""
        for t, state in enumerate(self.rounds):
            self.meetings -= self.together[t]
            gains = self._gains(state)
            _sweep_round(state, gains, temperatures, self.rng, self.pool)
            self.labels[:, t, state.people] = state.labels[:, : len(state.people)]
            self.together[t] = same_group(self.labels[:, t])
            self.meetings += self.together[t]

    def _gains(self, state: _RoundState) -> Gains:
        """(B or 1, N, N): what each pair of a round brings when it sits together, other rounds being what they are."""
        tables, people, size = self.task.tables, state.people, state.labels.shape[1]
        grid = np.ix_(people, people)
        known, n = tables.met[grid], len(people)
        alone = len(self.rounds) == 1
        gains = np.zeros((1 if alone else self.size, size, size), dtype=np.float32)
        gains[:, n:, n:] = -state.seats.uneven
        others = self.meetings[:1] if alone else self.meetings
        others = others[:, people[:, None], people[None, :]]
        gains[:, :n, :n] = self.base[grid] - REPEAT * ((others > 0) | known)
        must = tables.together[grid]
        if must.any():
            gains[:, :n, :n] += BREACH * (must & (others == 0))
        diagonal = np.arange(size)
        gains[:, diagonal, diagonal] = 0
        return gains

    def keep_best(self) -> None:
        """Remembers, chain by chain, the best answer seen so far."""
        energy = self.energies()
        better = energy > self.best_energy
        self.best[better] = self.labels[better]
        self.best_energy[better] = energy[better]

    def energies(self) -> NDArray[np.float64]:
        tables = self.task.tables
        total = np.einsum("bij,ij->b", self.meetings, self.base, dtype=np.float64) / 2
        total -= REPEAT * np.maximum(self.meetings + tables.met - 1, 0).sum(axis=(1, 2)) / 2
        total -= BREACH * (tables.together & (self.meetings == 0)).sum(axis=(1, 2)) / 2
        for state in self.rounds:
            total += _seat_energy(state)
        return total


def seated(labels: Integers, seats: Seats) -> Integers:
    """Labels (N,) of the people of a round, then of its empty seats."""
    free = seats.seats - np.bincount(labels, minlength=seats.groups)
    assert free.min() >= 0 and free.sum() == seats.empty, (free, seats)
    return np.concatenate([labels, np.repeat(np.arange(seats.groups), free)])


def _seat_energy(state: _RoundState) -> NDArray[np.float64]:
    """Empty seats, shared languages and half-days, moves: what the pairs of people do not say."""
    seats, n = state.seats, len(state.people)
    onehot = (state.labels[:, None, :] == np.arange(seats.groups)[None, :, None]).astype(np.float32)
    empty = onehot[:, :, n:].sum(axis=2)
    total = -seats.uneven * (empty * (empty - 1) / 2).sum(axis=1)
    if seats.empty_max is not None:
        total -= BREACH * np.maximum(empty - seats.empty_max, 0).sum(axis=1)
    for accepts in state.shared:
        total -= BREACH * (seats.seats - (onehot @ accepts).max(axis=2)).sum(axis=1)
    if state.own is not None:
        total += (onehot * state.own).sum(axis=(1, 2))
    return total.astype(np.float64)


def _sweep_round(
    state: _RoundState, gains: Gains, temperatures: Gains, rng: np.random.Generator, pool: Gains
) -> None:
    labels = state.labels
    chains, size = labels.shape
    groups = state.seats.groups
    onehot = (labels[:, None, :] == np.arange(groups)[None, :, None]).astype(np.float32)
    fields = np.ascontiguousarray(onehot @ gains)
    if state.own is not None:
        fields += state.own
    for accepts in state.shared:
        fields += _lacking(accepts, onehot @ accepts, temperatures, rng)
    flat = fields.reshape(-1)
    rows = np.arange(chains)
    everyone = np.arange(size)
    starts = rows[:, None] * (groups * size)
    slots = starts + labels * size
    gains = np.broadcast_to(gains, (chains, size, size))
    heat = temperatures[:, None]
    offsets = rng.integers(0, len(pool) - chains * size, size)
    for step, i in enumerate(rng.permutation(len(state.people))):
        here = labels[:, i]
        delta = fields[rows, here]  # fancy indexing copies
        delta += flat[slots + i]
        delta -= flat[slots + everyone]
        delta -= 2 * gains[:, i]
        delta -= flat[slots[:, i] + i][:, None]
        if state.seats.empty_max is not None:
            delta += _size_gains(state, onehot, state.seats.empty_max, int(i), rows)
        delta[labels == here[:, None]] = NEVER
        delta[:, i] = 0
        noise = pool[offsets[step] : offsets[step] + chains * size].reshape(chains, size)
        chosen = (delta + heat * noise).argmax(axis=1)
        moved = np.flatnonzero(chosen != i)
        if not len(moved):
            continue
        j = chosen[moved]
        a, b = here[moved], labels[moved, j]
        change = gains[moved, j] - gains[moved, i]
        fields[moved, a] += change
        fields[moved, b] -= change
        labels[moved, i], labels[moved, j] = b, a
        slots[moved, i], slots[moved, j] = starts[moved, 0] + b * size, starts[moved, 0] + a * size
        onehot[moved, a, i], onehot[moved, b, j] = 0, 0
        onehot[moved, a, j], onehot[moved, b, i] = 1, 1


def _lacking(accepts: Gains, counts: Gains, temperatures: Gains, rng: np.random.Generator) -> Gains:
    """(B, groups, N): each group draws the word it will share, by its number of takers; others cost a breach."""
    noise = temperatures[:, None, None] * rng.gumbel(size=counts.shape).astype(np.float32)
    words = (BREACH * counts + noise).argmax(axis=2)
    return -BREACH * (1 - accepts.T[words])


def _size_gains(state: _RoundState, onehot: Gains, most: int, i: int, rows: Integers) -> Gains:
    """(B, N): what taking an empty seat does to the least size of groups."""
    labels, n = state.labels, len(state.people)
    here = labels[:, i]
    gain = np.zeros(labels.shape, dtype=np.float32)
    empty = onehot[:, :, n:].sum(axis=2)
    over = np.maximum(empty - most, 0)
    into = np.maximum(empty[rows, here] + 1 - most, 0) - over[rows, here]
    out = np.maximum(empty - 1 - most, 0) - over
    gain[:, n:] -= into[:, None] + out[rows[:, None], labels[:, n:]]
    return gain * BREACH


def anneal(
    chains: Chains,
    hot: Gains,
    cold: float,
    sweeps: int,
    elapsed: Callable[[], float],
    enough: Callable[[Integers], bool],
) -> Integers:
    """The best labels (B, R, n) of each chain after cooling from `hot` (B,) to `cold`, then exchanges that only gain.

    `elapsed` tells the part of the allowed time that is gone: cooling keeps pace with it. `enough` is given the best
    labels (R, n) of all, and says whether nothing better is to be hoped for.
    """
    for number in range(sweeps):
        share = max(number / max(sweeps - 1, 1), elapsed())
        if share > 1:
            break
        chains.sweep((hot * (cold / hot) ** share).astype(np.float32))
        if share >= 0.25:
            chains.keep_best()
            if enough(chains.best[chains.best_energy.argmax()]):
                return chains.best
    for _ in range(3):
        chains.sweep(np.zeros(chains.size, dtype=np.float32))
        chains.keep_best()
    return chains.best
