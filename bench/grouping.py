"""Co-development groups beside peers: values reached, repeated pairs, people moved, seconds.

    python bench/grouping.py [--part small|planted|large|rounds|absence] [--smoke] [--seconds 5]

Peers, on the same people and the same table of complementarity: OR-tools CP-SAT (`pip install ortools`), which also
proves the best value for few people; anti-clustering by exchanges (M. Papenberg, G. W. Klau, 2021), written here with
numpy from its description, as it is published for R only, and started anew until the time is up. What two people of
one structure cost is taken from the peers' objective; all values are computed by `mean_worth`, from the groups alone.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from maillage.cores.grouping import Grouping, Impossible, Person, Problem, compose, recompose

try:
    from ortools.sat.python import cp_model
except ImportError:
    cp_model = None

Groups = list[tuple[int, ...]]
BAR = 50.0


def drawn_people(seed: int, count: int, structures: int) -> tuple[Person, ...]:
    """One to four profiles of twelve, one or two sectors of eight, a structure of `structures` (0: none)."""
    chance = random.Random(seed)
    profiles, sectors = [f"profile {n}" for n in range(12)], [f"sector {n}" for n in range(8)]
    return tuple(
        Person(
            f"{number:03}",
            frozenset(chance.sample(profiles, chance.randint(1, 4))),
            frozenset(chance.sample(sectors, chance.randint(1, 2))),
            f"structure {chance.randrange(structures)}" if structures else "",
        )
        for number in range(count)
    )


def planted_people(seed: int, groups: int, size: int) -> tuple[Person, ...]:
    """Hidden groups whose members share all profiles and sectors out: the best value is 1."""
    chance = random.Random(seed)
    profiles, sectors = [f"p{n}" for n in range(3 * size)], [f"s{n}" for n in range(2 * size)]
    words = []
    for _ in range(groups):
        chance.shuffle(profiles)
        chance.shuffle(sectors)
        words += [(profiles[3 * n : 3 * n + 3], sectors[2 * n : 2 * n + 2]) for n in range(size)]
    chance.shuffle(words)
    return tuple(Person(f"{n:03}", frozenset(p), frozenset(s)) for n, (p, s) in enumerate(words))


def part(mine: frozenset[str], theirs: frozenset[str]) -> float:
    return 1 - len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0


def worth_table(people: tuple[Person, ...]) -> np.ndarray:
    table = np.zeros((len(people), len(people)))
    for i, j in combinations(range(len(people)), 2):
        one, other = people[i], people[j]
        table[i, j] = (part(one.profiles, other.profiles) + part(one.sectors, other.sectors)) / 2
        table[j, i] = table[i, j]
    return table


def barred_pairs(people: tuple[Person, ...]) -> np.ndarray:
    structures = [person.structure for person in people]
    return np.array(
        [[i != j and a == b != "" for j, b in enumerate(structures)] for i, a in enumerate(structures)]
    )


def mean_worth(worth: np.ndarray, groups: Groups) -> float:
    pairs = [pair for group in groups for pair in combinations(group, 2)]
    return float(sum(worth[pair] for pair in pairs)) / len(pairs)


def groups_of(answer: Grouping, number: int = 1) -> Groups:
    return [tuple(map(int, group.members)) for group in answer.rounds[number - 1].groups]


def timed(work: Callable[[], object]) -> tuple[object, float]:
    begun = time.perf_counter()
    return work(), time.perf_counter() - begun


def exchanges(worth: np.ndarray, groups: int, seconds: float, seed: int) -> Groups:
    """Anti-clustering: each person in turn is exchanged with whom it gains most, until nothing gains; then anew."""
    chance, end, n = np.random.default_rng(seed), time.perf_counter() + seconds, len(worth)
    everyone, best, best_total = np.arange(n), np.arange(n) % groups, -np.inf
    while time.perf_counter() < end:
        labels = chance.permutation(n) % groups
        fields = (labels == np.arange(groups)[:, None]) @ worth
        gained = True
        while gained and time.perf_counter() < end:
            gained = False
            for i in range(n):
                here = labels[i]
                delta = fields[here] + fields[labels, i] - fields[labels, everyone] - fields[here, i]
                delta = np.where(labels == here, -1.0, delta - 2 * worth[i])
                j = int(delta.argmax())
                if delta[j] > 1e-9:
                    change = worth[j] - worth[i]
                    fields[here] += change
                    fields[labels[j]] -= change
                    labels[i], labels[j] = labels[j], here
                    gained = True
        total = float(fields[labels, everyone].sum())
        if total > best_total:
            best, best_total = labels.copy(), total
    return [tuple(map(int, np.flatnonzero(best == label))) for label in range(groups)]


def cp_sat_assignment(
    worth: np.ndarray, barred: np.ndarray, groups: int, size: int, seconds: float
) -> Groups | None:
    """Who goes where, and which pairs it makes: the least complementarity lost in the time given."""
    model, n = cp_model.CpModel(), len(worth)
    there = [[model.new_bool_var("") for _ in range(groups)] for _ in range(n)]
    for row in there:
        model.add_exactly_one(row)
    for label in range(groups):
        model.add(sum(row[label] for row in there) == size)
    lost = []
    for i, j in combinations(range(n), 2):
        cost = round(10_000 * (1 - worth[i, j]))
        if barred[i, j]:
            for a, b in zip(there[i], there[j], strict=True):
                model.add_at_most_one(a, b)
        elif cost:
            pair = model.new_bool_var("")
            lost.append(cost * pair)
            for a, b in zip(there[i], there[j], strict=True):
                model.add_bool_or(~a, ~b, pair)
    model.minimize(sum(lost))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return [tuple(i for i in range(n) if solver.value(there[i][g])) for g in range(groups)]


def cp_sat_proven(worth: np.ndarray, barred: np.ndarray, sizes: Counter[int], allowed: range) -> float | None:
    """The best value, proven, over all partitions: of those sizes, or (none given) of any allowed; None if none."""
    model, n = cp_model.CpModel(), len(worth)
    columns = [
        group
        for size in (sizes or allowed)
        for group in combinations(range(n), size)
        if not any(barred[pair] for pair in combinations(group, 2))
    ]
    taken = [model.new_bool_var("") for _ in columns]
    for person in range(n):
        model.add_exactly_one(var for var, group in zip(taken, columns, strict=True) if person in group)
    for size, count in sizes.items():
        model.add(sum(v for v, group in zip(taken, columns, strict=True) if len(group) == size) == count)
    worths = [sum(worth[pair] for pair in combinations(group, 2)) for group in columns]
    model.maximize(sum(round(1e7 * w) * v for w, v in zip(worths, taken, strict=True)))
    solver = cp_model.CpSolver()
    if solver.solve(model) != cp_model.OPTIMAL:
        return None
    chosen = [group for var, group in zip(taken, columns, strict=True) if solver.value(var)]
    return mean_worth(worth, chosen)


def small(seconds: float, smoke: bool) -> None:
    """Up to 12 people: the same value as CP-SAT's proof, or both find that there is none."""
    if cp_model is None:
        print("small: OR-tools is absent (pip install ortools); nothing to compare with")
        return
    equal = none = tried = 0
    for count in range(5, 13):
        for seed in range(2 if smoke else 20):
            people = drawn_people(1000 * count + seed, count, structures=2 * count)
            low, high = (5, 8) if count >= 10 and seed % 2 else (3, 4) if count != 5 else (2, 3)
            answer = compose(Problem(people, size_min=low, size_max=high, size_wished=(low + high) // 2))
            worth, barred = worth_table(people), barred_pairs(people)
            tried += 1
            if isinstance(answer, Impossible):
                none += cp_sat_proven(worth, barred, Counter(), range(low, high + 1)) is None
                continue
            proven = cp_sat_proven(worth, barred, Counter(map(len, groups_of(answer))), range(0))
            equal += proven is not None and abs(answer.value - proven) < 1e-6 and answer.proven
    print(f"small: {tried} problems of 5 to 12 people: {equal} equal to CP-SAT's proven best, ", end="")
    print(f"{none} without solution for both, {tried - equal - none} differ")


def planted(seconds: float, smoke: bool) -> None:
    """35 people, a perfect answer hidden: how often it is found."""
    seeds, reached, times = range(3 if smoke else 100), 0, []
    for seed in seeds:
        problem = Problem(planted_people(seed, 7, 5), size_max=5, size_wished=5)
        answer, elapsed = timed(lambda problem=problem, seed=seed: compose(problem, seed=seed))
        reached += isinstance(answer, Grouping) and answer.value > 1 - 1e-9
        times.append(elapsed)
    print(f"planted: 35 people, perfect answer reached on {reached} seeds of {len(seeds)}, ", end="")
    print(f"median {statistics.median(times):.2f} s, at most {max(times):.2f} s")


def large(seconds: float, smoke: bool) -> None:
    """120 people, one round: the best of each in the same time."""
    print(
        f"large: {'120 people':<32}{'ours':>8}{'s':>6}{'bound':>8}{'exchanges':>11}{'CP-SAT':>9}{'ours/best':>11}{'bound/best':>12}"
    )
    cases = []
    for seed in range(1 if smoke else 3):
        cases += [
            (f"hidden perfect, 24 of 5, {seed}", planted_people(seed, 24, 5), 5),
            (f"drawn, 24 of 5, {seed}", drawn_people(seed, 120, 0), 5),
            (f"drawn, 40 structures, 20 of 6, {seed}", drawn_people(seed, 120, 40), 6),
        ]
    for name, people, size in cases:
        problem = Problem(people, size_min=size, size_max=size, size_wished=size)
        answer, elapsed = timed(lambda problem=problem: compose(problem))
        assert isinstance(answer, Grouping)
        worth, barred = worth_table(people), barred_pairs(people)
        assert abs(mean_worth(worth, groups_of(answer)) - answer.value) < 1e-9, (
            "our value is not what it says"
        )
        peers = [exchanges(worth - BAR * barred, 120 // size, seconds, 0)]
        if cp_model is not None:
            peers.append(cp_sat_assignment(worth, barred, 120 // size, size, seconds))
        values = [mean_worth(worth, groups) if groups else 0.0 for groups in peers]
        shown = (
            f"{values[1]:>9.4f}"
            if len(values) > 1 and values[1]
            else f"{'absent' if cp_model is None else 'none':>9}"
        )
        best = max(values)
        print(
            f"       {name:<32}{answer.value:>8.4f}{elapsed:>6.1f}{answer.bound:>8.4f}{values[0]:>11.4f}{shown}"
            f"{answer.value / best:>11.4f}{answer.bound / best:>12.4f}",
            flush=True,
        )


def repeated(programme: list[Groups]) -> int:
    met = Counter(pair for groups in programme for group in groups for pair in combinations(sorted(group), 2))
    return sum(times - 1 for times in met.values())


def naive_loop(people: int, size: int, rounds: int, seed: int) -> list[Groups]:
    """Round after round, the best exchanges against what was met so far, never coming back."""
    fresh, programme = np.zeros((people, people)), []
    for number in range(rounds):
        programme.append(exchanges(fresh, people // size, 0.5, seed + number))
        for group in programme[-1]:
            for i, j in combinations(group, 2):
                fresh[i, j] -= 1
                fresh[j, i] -= 1
    return programme


def rounds(seconds: float, smoke: bool) -> None:
    """Repeated pairs over several rounds."""
    print(
        f"rounds: {'people, size, rounds':<22}{'repeated':>9}{'bound':>7}{'value':>8}{'bound':>8}{'s':>6}{'naive loop':>12}"
    )
    for count, size, times in (
        ((35, 5, 6),) if smoke else ((35, 5, 6), (35, 5, 7), (36, 6, 4), (48, 6, 5), (30, 5, 4))
    ):
        for seed in range(1 if smoke else 3):
            problem = Problem(
                drawn_people(seed, count, 0), rounds=times, size_min=size, size_max=size, size_wished=size
            )
            answer, elapsed = timed(lambda problem=problem, seed=seed: compose(problem, seed=seed))
            assert isinstance(answer, Grouping)
            ours = repeated([groups_of(answer, number) for number in range(1, times + 1)])
            assert ours == answer.repeats, "our number of repeated pairs is not what it says"
            naive = repeated(naive_loop(count, size, times, 100 * seed))
            print(
                f"        {f'{count}, {size}, {times} (seed {seed})':<22}{ours:>9}{answer.repeats_bound:>7}{answer.value:>8.4f}"
                f"{answer.bound:>8.4f}{elapsed:>6.1f}{naive:>12}",
                flush=True,
            )


def absence(seconds: float, smoke: bool) -> None:
    """People who move when some are absent."""
    print(f"absence: {'people, absent':<18}{'moved of present, most':>24}{'a fifth held':>14}{'s, most':>9}")
    for count, gone in ((36, 1), (36, 4)) if smoke else ((36, 1), (36, 4), (60, 6), (120, 10)):
        shares, held, times = [], 0, []
        for seed in range(2 if smoke else 10):
            problem = Problem(drawn_people(seed, count, count))
            before = compose(problem, effort=0.1)
            assert isinstance(before, Grouping)
            missing = {f"{n:03}" for n in random.Random(seed).sample(range(count), gone)}
            people = tuple(
                replace(person, absent=frozenset({1})) if person.name in missing else person
                for person in problem.people
            )
            after, elapsed = timed(lambda b=before, p=problem, w=people: recompose(replace(p, people=w), b))
            times.append(elapsed)
            if isinstance(after, Grouping):
                shares.append(len(after.moves) / (count - gone))
                held += shares[-1] <= 0.2
        print(
            f"         {f'{count}, {gone}':<18}{max(shares, default=0):>24.1%}{f'{held} of {len(times)}':>14}{max(times):>9.2f}"
        )


PARTS = {"small": small, "planted": planted, "large": large, "rounds": rounds, "absence": absence}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--part", choices=PARTS, action="append")
    parser.add_argument("--smoke", action="store_true", help="few problems, to see that it works")
    parser.add_argument("--seconds", type=float, default=5.0, help="given to each peer")
    options = parser.parse_args()
    if cp_model is None:
        print("OR-tools is absent: no column CP-SAT (pip install ortools)")
    for name in options.part or PARTS:
        PARTS[name](options.seconds, options.smoke)


if __name__ == "__main__":
    main()
