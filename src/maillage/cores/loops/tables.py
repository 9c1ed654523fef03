"""The problem as arrays: pairs by number, sorted by giver; rows that the chosen loops may not exceed together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.cores.loops.values import Leg, Loop, Pair, Problem, weight_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Chosen = tuple[int, ...]
"""A loop: numbers of its pairs, each taken by the giver of the next, from the member who comes first by name."""


Entry = tuple[int, int, float]
"""(number of a pair, number of a row, how much of the row it uses)."""


@dataclass(frozen=True)
class Rows:
    """`uses[r]` of pair `pairs[r]` count in row `rows[r]`, of which at most `limits[row]` may be used.

    `uses` are positive but in the rows of accounts, where a loop may bring back what another takes.
    """

    pairs: Integers
    rows: Integers
    uses: Floats
    limits: Floats


@dataclass(frozen=True)
class Tables:
    """Pairs that some loop can hold. `starts[m]:starts[m + 1]` are those that member `m` gives."""

    members: tuple[str, ...]
    pairs: tuple[Pair, ...]
    givers: Integers
    takers: Integers
    weights: Integers
    starts: Integers
    rows: Rows
    legs_max: int

    def weight(self, chosen: Chosen) -> int:
        return int(self.weights[list(chosen)].sum())

    def loop(self, chosen: Chosen) -> Loop:
        return Loop(tuple(self._leg(number) for number in chosen))

    def _leg(self, number: int) -> Leg:
        pair = self.pairs[number]
        return Leg(
            self.members[self.givers[number]],
            self.members[self.takers[number]],
            pair.offer,
            pair.need,
            pair.quantity,
            pair.value_cents,
            int(self.weights[number]),
            pair.serves,
        )


def tables_of(problem: Problem, legs_max: int) -> Tables:
    """`legs_max` 0: loops of any length. Pairs that weigh nothing, or close no loop, are left out."""
    offers = {offer.name: offer for offer in problem.offers}
    needs = {need.name: need for need in problem.needs}
    members = tuple(sorted({o.member for o in problem.offers} | {n.member for n in problem.needs}))
    place = {member: number for number, member in enumerate(members)}
    pairs = sorted(
        problem.pairs, key=lambda p: (offers[p.offer].member, needs[p.need].member, p.offer, p.need)
    )
    givers = np.array([place[offers[pair.offer].member] for pair in pairs], dtype=np.int64)
    takers = np.array([place[needs[pair.need].member] for pair in pairs], dtype=np.int64)
    weights = np.array([weight_of(pair, needs[pair.need]) for pair in pairs], dtype=np.int64)
    kept = np.flatnonzero(_closing(len(members), givers, takers, weights > 0, legs_max))
    pairs = [pairs[number] for number in kept]
    givers, takers, weights = givers[kept], takers[kept], weights[kept]
    return Tables(
        members,
        tuple(pairs),
        givers,
        takers,
        weights,
        np.searchsorted(givers, np.arange(len(members) + 1)).astype(np.int64),
        _rows(problem, pairs, members, givers, takers),
        legs_max,
    )


def _closing(
    count: int, givers: Integers, takers: Integers, useful: NDArray[np.bool_], legs_max: int
) -> NDArray[np.bool_]:
    """Useful pairs whose giver can be reached back from their taker, in `legs_max` - 1 more legs when there is a limit."""
    direct = np.zeros((count, count), dtype=bool)
    direct[givers[useful], takers[useful]] = True
    reached = np.eye(count, dtype=bool)
    linked = direct.astype(np.float32)
    for _ in range(legs_max - 1 if legs_max else count):
        further = reached | (reached.astype(np.float32) @ linked > 0)
        if (further == reached).all():
            break
        reached = further
    return useful & reached[takers, givers] if len(givers) else useful


def _rows(
    problem: Problem, pairs: list[Pair], members: tuple[str, ...], givers: Integers, takers: Integers
) -> Rows:
    """Each offer's and need's quantity; each pair once, where quantities alone would allow it twice; each account.

    Then what whole loops imply of those: see `_rounded`.
    """
    limits: list[float] = []
    entries: list[Entry] = []
    quantities = {("offer", offer.name): offer.quantity for offer in problem.offers}
    quantities |= {("need", need.name): need.quantity for need in problem.needs}
    numbers: dict[tuple[str, str], int] = {}
    for pair_number, pair in enumerate(pairs):
        for key, use in ((("offer", pair.offer), pair.quantity), (("need", pair.need), pair.serves)):
            if key not in numbers:
                numbers[key] = len(limits)
                limits.append(quantities[key])
            entries.append((pair_number, numbers[key], use))
    rounded = _rounded(entries, limits)
    for pair_number, pair in enumerate(pairs):
        twice = 2 * pair.quantity <= quantities["offer", pair.offer]
        if twice and 2 * pair.serves <= quantities["need", pair.need]:
            entries.append((pair_number, len(limits), 1))
            limits.append(1)
    place = {member: number for number, member in enumerate(members)}
    for room in sorted(problem.rooms, key=lambda room: room.member):
        own = place.get(room.member, -1)
        for sign, cents in ((1, room.rise_cents), (-1, room.fall_cents)):
            entries += [
                (int(n), len(limits), sign * pairs[n].value_cents) for n in np.flatnonzero(givers == own)
            ]
            entries += [
                (int(n), len(limits), -sign * pairs[n].value_cents) for n in np.flatnonzero(takers == own)
            ]
            limits.append(cents)
    for limit, uses in rounded:
        entries += [(pair_number, len(limits), use) for pair_number, use in uses]
        limits.append(limit)
    columns = np.array(entries, dtype=np.float64).reshape(-1, 3)
    return Rows(
        columns[:, 0].astype(np.int64),
        columns[:, 1].astype(np.int64),
        columns[:, 2],
        np.array(limits, dtype=np.float64),
    )


def _rounded(entries: list[Entry], limits: list[float]) -> list[tuple[float, list[tuple[int, float]]]]:
    """Rows that loops taken whole hold too: uses and limit divided by one of the uses, then rounded down (Gomory, Chvátal).

    Of three hours, two gifts of two hours are not made: a mix of halves of loops would make one and a half.
    """
    by_row: dict[int, list[Entry]] = {}
    for entry in entries:
        by_row.setdefault(entry[1], []).append(entry)
    found = []
    for row, own in sorted(by_row.items()):
        for divisor in sorted({use for _, _, use in own if use > 1}):
            if limits[row] % divisor or any(use % divisor for _, _, use in own):
                uses = [(pair, use // divisor) for pair, _, use in own if use >= divisor]
                found.append((limits[row] // divisor, uses))
    return found
