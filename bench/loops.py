"""Loops of barter beside OR-tools CP-SAT: weights, bounds, seconds.

    python -m bench.loops [--sizes 10,30,100,200,500] [--legs 4] [--seconds 30] [--seeds 1] [--smoke]

The peer chooses among the same loops, all listed beforehand (the cycle formulation; its listing is not timed), with as many
workers as there are cores, for the seconds given. Ours answers first with its default effort (`first`), as a site asks it;
when that answer is not proven, it is given the same seconds as the peer. Every answer is checked against the rules, from
the problem alone. Seconds at the clock, then of processor.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from sys import path
from typing import Any

path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from maillage.cores.loops import Loops, Need, Offer, Pair, Problem, find_loops, weight_of

try:
    from ortools.sat.python import cp_model
except ImportError:
    cp_model = None

LISTED_MAX = 300_000
EFFORT_GREAT = 100.0
"""More than the seconds given ever allow."""
SUBJECTS = 40
MATCHES_MAX = 6
HEAD = (
    f"{'organisations':<18}{'pairs':>7}{'loops':>8}{'first':>12}{'s':>7}{'ours':>12}{'proven':>7}{'s':>7}{'cpu':>6}"
    f"{'CP-SAT':>12}{'proven':>7}{'s':>7}{'ours/CP-SAT':>12}{'gap to bound':>13}"
)


def drawn(seed: int, members: int, quantity_max: int, legs_max: int) -> Problem:
    """One to four offers and needs each, some subjects much sought; a need meets at most six offers."""
    chance = random.Random(seed)
    shares = [1 / (rank + 1) ** 0.7 for rank in range(SUBJECTS)]
    offers, needs = [], []
    about: dict[str, int] = {}
    for member in range(members):
        for _ in range(chance.randint(1, 4)):
            offers.append(Offer(f"o{len(offers):05}", f"m{member:04}", chance.randint(1, quantity_max)))
            about[offers[-1].name] = chance.choices(range(SUBJECTS), shares)[0]
        for _ in range(chance.randint(1, 4)):
            urgency = chance.choice([0.0, 0.0, 0.5, 1.0])
            needs.append(Need(f"n{len(needs):05}", f"m{member:04}", chance.randint(1, quantity_max), urgency))
            about[needs[-1].name] = chance.choices(range(SUBJECTS), shares)[0]
    by_subject: dict[int, list[Offer]] = {}
    for offer in offers:
        by_subject.setdefault(about[offer.name], []).append(offer)
    pairs = []
    for need in needs:
        own = [offer for offer in by_subject.get(about[need.name], []) if offer.member != need.member]
        for offer in chance.sample(own, min(len(own), MATCHES_MAX)):
            quantity = min(offer.quantity, need.quantity)
            value_cents = quantity * chance.randint(20, 600) * 100
            pairs.append(Pair(offer.name, need.name, value_cents, round(chance.uniform(0.2, 1), 2), quantity))
    return Problem(tuple(offers), tuple(needs), tuple(pairs), legs_max=legs_max)


def listed(problem: Problem) -> list[tuple[int, ...]] | None:
    """All loops, as numbers of pairs; None when they are more than `LISTED_MAX`."""
    giver = {offer.name: offer.member for offer in problem.offers}
    taker = {need.name: need.member for need in problem.needs}
    ends = [(giver[pair.offer], taker[pair.need]) for pair in problem.pairs]
    given: dict[str, list[int]] = {}
    for number, (who, _) in enumerate(ends):
        given.setdefault(who, []).append(number)
    found: list[tuple[int, ...]] = []
    stack = [((number,), frozenset([who])) for number, (who, _) in enumerate(ends)]
    while stack:
        legs, met = stack.pop()
        home, last = ends[legs[0]][0], ends[legs[-1]][1]
        if last == home:
            found.append(legs)
            if len(found) > LISTED_MAX:
                return None
        elif last > home and last not in met and len(legs) < problem.legs_max:
            stack += [((*legs, number), met | {last}) for number in given.get(last, ())]
    return found


def weights_of(problem: Problem) -> list[int]:
    needs = {need.name: need for need in problem.needs}
    return [weight_of(pair, needs[pair.need]) for pair in problem.pairs]


def cp_sat(
    problem: Problem, loops: list[tuple[int, ...]], seconds: float
) -> tuple[list[tuple[int, ...]], bool, float]:
    """(loops chosen, whether proven the best, seconds)."""
    begun = time.perf_counter()
    model, weights = cp_model.CpModel(), weights_of(problem)
    taken = [model.new_bool_var("") for _ in loops]
    uses: dict[str, list[tuple[int, int]]] = {}
    for number, loop in enumerate(loops):
        for leg in loop:
            pair = problem.pairs[leg]
            for key in (f"offer {pair.offer}", f"need {pair.need}"):
                uses.setdefault(key, []).append((number, pair.quantity))
            uses.setdefault(f"pair {leg}", []).append((number, 1))
    limits = {f"offer {offer.name}": offer.quantity for offer in problem.offers}
    limits |= {f"need {need.name}": need.quantity for need in problem.needs}
    for key, own in uses.items():
        limit = limits.get(key, 1)
        if all(2 * use > limit for _, use in own):
            model.add_at_most_one(taken[number] for number, _ in own)
        else:
            model.add(sum(use * taken[number] for number, use in own) <= limit)
    model.maximize(
        sum(sum(weights[leg] for leg in loop) * var for loop, var in zip(loops, taken, strict=True))
    )
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = os.cpu_count() or 1
    status = solver.solve(model)
    chosen = []
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        chosen = [loop for loop, var in zip(loops, taken, strict=True) if solver.value(var)]
    return chosen, status == cp_model.OPTIMAL, time.perf_counter() - begun


def checked_weight(problem: Problem, loops: Iterable[tuple[int, ...]]) -> int:
    """What a set of loops weighs, once each rule has been looked at."""
    weights = weights_of(problem)
    giver = {offer.name: offer.member for offer in problem.offers}
    taker = {need.name: need.member for need in problem.needs}
    given, served, total = Counter[str](), Counter[str](), 0
    used: set[int] = set()
    for loop in loops:
        members = [giver[problem.pairs[leg].offer] for leg in loop]
        followers = [taker[problem.pairs[leg].need] for leg in loop]
        assert followers == members[1:] + members[:1], "a leg does not go to the next"
        assert len(set(members)) == len(members) <= problem.legs_max, "a member stands twice"
        assert not used & set(loop), "a pair serves twice"
        used |= set(loop)
        for leg in loop:
            given[problem.pairs[leg].offer] += problem.pairs[leg].quantity
            served[problem.pairs[leg].need] += problem.pairs[leg].quantity
            total += weights[leg]
    assert all(given[offer.name] <= offer.quantity for offer in problem.offers), "an offer is given too often"
    assert all(served[need.name] <= need.quantity for need in problem.needs), "a need is served too often"
    return total


def as_numbers(problem: Problem, answer: Loops) -> list[tuple[int, ...]]:
    numbers = {(pair.offer, pair.need): number for number, pair in enumerate(problem.pairs)}
    return [tuple(numbers[leg.pair] for leg in loop.legs) for loop in answer.loops]


def ours(problem: Problem, **options: Any) -> tuple[Loops, float, float]:
    """(the answer, checked; seconds; seconds of processor)."""
    begun, worked = time.perf_counter(), time.process_time()
    answer = find_loops(problem, **options)
    elapsed, worked = time.perf_counter() - begun, time.process_time() - worked
    assert isinstance(answer, Loops), answer
    assert checked_weight(problem, as_numbers(problem, answer)) == answer.weight <= answer.bound
    return answer, elapsed, worked


def compare(members: int, quantity_max: int, seed: int, options: argparse.Namespace) -> None:
    problem = drawn(seed, members, quantity_max, options.legs)
    first, first_seconds, _cpu = ours(problem)
    answer, elapsed, worked = first, first_seconds, _cpu
    if not first.proven:
        answer, elapsed, worked = ours(
            problem, effort=EFFORT_GREAT, clock=time.perf_counter, seconds_max=options.seconds
        )
    loops = listed(problem)
    line = (
        f"{f'{members}, up to {quantity_max}':<18}{len(problem.pairs):>7}{f'>{LISTED_MAX}' if loops is None else len(loops):>8}"
        f"{first.weight:>12}{first_seconds:>7.1f}{answer.weight:>12}{'yes' if answer.proven else 'no':>7}{elapsed:>7.1f}{worked:>6.1f}"
    )
    if cp_model is None or loops is None:
        print(
            f"{line}{'absent' if cp_model is None else 'too many':>12}{'':>26}{answer.gap:>13.1%}", flush=True
        )
        return
    chosen, proven, seconds = cp_sat(problem, loops, options.seconds)
    theirs = checked_weight(problem, chosen)
    assert theirs <= answer.bound, "the bound is exceeded"
    assert not (answer.proven and theirs > answer.weight), "a proven set is exceeded"
    assert not (proven and theirs < answer.weight), "the peer's proof is exceeded"
    ratio = f"{answer.weight / theirs:.4f}" if theirs else "-"
    print(
        f"{line}{theirs:>12}{'yes' if proven else 'no':>7}{seconds:>7.1f}{ratio:>12}{answer.gap:>13.1%}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="10,30,100,200,500")
    parser.add_argument("--quantities", default="1,3", help="greatest quantity of an offer or a need")
    parser.add_argument("--legs", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=30.0, help="given to each")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--smoke", action="store_true", help="few organisations, to see that it works")
    options = parser.parse_args()
    if cp_model is None:
        print("OR-tools is absent: nothing to compare with (pip install ortools)")
    print(HEAD)
    for size in map(int, "10,30".split(",") if options.smoke else options.sizes.split(",")):
        for quantity in map(int, options.quantities.split(",")):
            for seed in range(options.seeds):
                compare(size, quantity, seed, options)


if __name__ == "__main__":
    main()
