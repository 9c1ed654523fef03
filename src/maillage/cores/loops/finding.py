"""Loops found from needs and offers, and found anew without what was refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from maillage.cores.loops.choosing import Pool, improve, round_mix, settle
from maillage.cores.loops.pricing import loops_above
from maillage.cores.loops.relaxing import Relaxed, circulation_bound, relax
from maillage.cores.loops.tables import Chosen, Tables, tables_of
from maillage.cores.loops.values import Invalid, Loop, Loops, Problem, Room, fault_of

LOOPS_MAX = 40_000
_SETTLED_LOOPS_MAX = 700
_ROUNDS = 40
_SECONDS_SHARE = 0.8


def find_loops(
    problem: Problem,
    *,
    refused: frozenset[tuple[str, str]] = frozenset(),
    kept: tuple[Loop, ...] = (),
    effort: float = 1.0,
    clock: Callable[[], float] | None = None,
    seconds_max: float = 5.0,
) -> Loops | Invalid:
    """A compatible set of loops, as heavy as was found: the same for the same problem, in whatever order it is given.

    `refused`: (offer, need) that must not be used. `kept`: loops that stay as they are; the others are found beside them.
    `effort` multiplies the improvements tried. With `clock` (seconds, growing), they also stop after `seconds_max`,
    and the answer may then change from run to run.
    """
    fault = fault_of(problem)
    if fault:
        return fault
    allowed = replace(
        problem, pairs=tuple(pair for pair in problem.pairs if (pair.offer, pair.need) not in refused)
    )
    rest = _beside(allowed, kept)
    if isinstance(rest, Invalid):
        return rest
    end = clock() + _SECONDS_SHARE * seconds_max if clock else 0.0
    tables = tables_of(rest, rest.legs_max)
    chosen, proven = _chosen(tables, effort, lambda: clock is None or clock() < end)
    found = [tables.loop(loop) for loop in chosen]
    loops = tuple(sorted([*kept, *found], key=lambda loop: (-loop.weight, [leg.pair for leg in loop.legs])))
    weight = sum(loop.weight for loop in loops)
    bound = max(weight, circulation_bound(tables_of(allowed, 0)))
    return Loops(loops, weight, bound, (proven and not kept) or weight == bound)


def _beside(problem: Problem, kept: tuple[Loop, ...]) -> Problem | Invalid:
    """What is left of a problem once some loops are made; Invalid (`kept`) when they are not loops of it."""
    if not kept:
        return problem
    pairs = {(pair.offer, pair.need): pair for pair in problem.pairs}
    legs = [leg for loop in kept for leg in loop.legs]
    strangers = sorted(f"{leg.offer} → {leg.need}" for leg in legs if leg.pair not in pairs)
    offers = {offer.name: offer.quantity for offer in problem.offers}
    needs = {need.name: need.quantity for need in problem.needs}
    for leg in legs:
        offers[leg.offer] = offers.get(leg.offer, 0) - leg.quantity
        needs[leg.need] = needs.get(leg.need, 0) - leg.serves
    overdrawn = sorted(name for left in (offers, needs) for name, quantity in left.items() if quantity < 0)
    if strangers or overdrawn:
        return Invalid("kept", tuple(strangers or overdrawn))
    used = {leg.pair for leg in legs}
    differences: dict[str, int] = {}
    for share in (share for loop in kept for share in loop.shares):
        differences[share.member] = differences.get(share.member, 0) + share.difference_cents
    return replace(
        problem,
        offers=tuple(replace(offer, quantity=offers[offer.name]) for offer in problem.offers),
        needs=tuple(replace(need, quantity=needs[need.name]) for need in problem.needs),
        pairs=tuple(
            pair
            for key, pair in pairs.items()
            if key not in used and pair.quantity <= offers[pair.offer] and pair.serves <= needs[pair.need]
        ),
        rooms=tuple(
            Room(
                room.member,
                max(0, room.rise_cents - differences.get(room.member, 0)),
                max(0, room.fall_cents + differences.get(room.member, 0)),
            )
            for room in problem.rooms
        ),
    )


def _chosen(tables: Tables, effort: float, go_on: Callable[[], bool]) -> tuple[list[Chosen], bool]:
    """(loops, whether none heavier exist)."""
    if not tables.pairs:
        return [], True
    relaxed = relax(tables, go_on)
    start = round_mix(tables, relaxed.master, go_on)
    pool, chosen = _pool(tables, relaxed, start)
    rng = np.random.default_rng(0)
    chosen = improve(pool, chosen, rounds=round(_ROUNDS * effort), rng=rng, go_on=go_on)
    proven = False
    if relaxed.settled and go_on():
        weight = pool.weight(chosen)
        missing = loops_above(tables, relaxed.priced, weight - relaxed.value - 1, _SETTLED_LOOPS_MAX)
        if missing is not None:
            own = [pool.loops[loop] for loop in chosen]
            pool = Pool(tables, list(dict.fromkeys([*own, *missing])))
            chosen, proven = settle(pool, list(range(len(own))))
    return [pool.loops[loop] for loop in chosen], proven


def _pool(tables: Tables, relaxed: Relaxed, start: list[Chosen]) -> tuple[Pool, list[int]]:
    """All loops, or when they are too many, those worth the most at the prices found; and the numbers of `start`."""
    threshold, loops = -float(tables.weights.max()) * tables.legs_max, None
    for _ in range(12):
        loops = loops_above(tables, relaxed.priced, threshold, LOOPS_MAX)
        if loops is not None:
            break
        threshold /= 2
    every = list(dict.fromkeys([*start, *relaxed.loops, *(loops or [])]))
    return Pool(tables, every), list(range(len(start)))
