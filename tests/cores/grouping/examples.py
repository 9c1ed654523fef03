"""People for the tests: the worked example, people drawn by chance, and programmes with a perfect answer hidden in."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations

from maillage.cores.grouping import Grouping, Person, Problem

LINES = """
Ana   | compta    | alimentation | Épicerie
Bilal | compta    | mobilité     | Vélos
Chloé | animation | alimentation | Jardin
David | animation | mobilité     | Épicerie
Emma  | numérique | culture      | Radio
Farid | numérique | culture      | Cinéma
"""


def worked_example() -> dict[str, Person]:
    rows = [[cell.strip() for cell in line.split("|")] for line in LINES.strip().splitlines()]
    return {
        name: Person(name, frozenset([profile]), frozenset([sector]), structure)
        for name, profile, sector, structure in rows
    }


def drawn(seed: int, count: int, structures: int = 0) -> tuple[Person, ...]:
    """People with one to four profiles of twelve and one or two sectors of eight."""
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


def planted(seed: int, groups: int, size: int) -> Problem:
    """Each hidden group shares all profiles and sectors out among its members: its pairs are worth 1."""
    chance = random.Random(seed)
    profiles, sectors = [f"p{n}" for n in range(3 * size)], [f"s{n}" for n in range(2 * size)]
    words = []
    for _ in range(groups):
        chance.shuffle(profiles)
        chance.shuffle(sectors)
        words += [(profiles[3 * n : 3 * n + 3], sectors[2 * n : 2 * n + 2]) for n in range(size)]
    chance.shuffle(words)
    people = tuple(
        Person(f"{n:03}", frozenset(profile), frozenset(sector)) for n, (profile, sector) in enumerate(words)
    )
    return Problem(people, size_min=size, size_max=size, size_wished=size)


def worth_of(one: Person, other: Person, weight: float = 0.5) -> float:
    """Rule 1, read slowly."""

    def part(mine: frozenset[str], theirs: frozenset[str]) -> float:
        return 1 - len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0

    return weight * part(one.profiles, other.profiles) + (1 - weight) * part(one.sectors, other.sectors)


def meetings_of(grouping: Grouping) -> Counter[tuple[str, str]]:
    """How many times each pair (names in order) meets."""
    return Counter(
        pair
        for meeting in grouping.rounds
        for group in meeting.groups
        for pair in combinations(sorted(group.members), 2)
    )


def faults_of(problem: Problem, grouping: Grouping) -> list[str]:
    """Constraints that an answer breaks, read slowly from the rules."""
    people = {person.name: person for person in problem.people}
    met = meetings_of(grouping)
    found = [f"together {pair}" for pair in problem.together if not met[tuple(sorted(pair))]]  # type: ignore[index]
    found += [f"apart {pair}" for pair in problem.apart if met[tuple(sorted(pair))]]  # type: ignore[index]
    for one, other in met:
        if people[one].structure and people[one].structure == people[other].structure:
            found.append(f"structure {one} {other}")
    for meeting in grouping.rounds:
        placed = sorted(name for group in meeting.groups for name in group.members)
        if placed != sorted(p.name for p in problem.people if meeting.number not in p.absent):
            found.append(f"presence {meeting.number}")
        for group in meeting.groups:
            if not problem.size_min <= len(group.members) <= problem.size_max:
                found.append(f"size {group.members}")
            for sets in (
                [people[name].languages for name in group.members],
                [people[name].half_days for name in group.members],
            ):
                chosen = [words for words in sets if words]
                if chosen and not frozenset.intersection(*chosen):
                    found.append(f"shared {group.members}")
    return found
