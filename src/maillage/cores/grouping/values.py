"""What is asked of the grouping core, and what it answers. `docs/explanation/groupes.md` has the rules in prose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Family = Literal["size", "structure", "apart", "together", "language", "half_day", "absence", "moves"]
"""Families of constraints, as an answer without solution names them."""

PEOPLE_MAX = 400
ROUNDS_MAX = 30
Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Person:
    """Somebody to place. `name` is a key of the caller's, unique.

    `structure` empty: none. `languages`, `half_days` empty: any. `absent`: numbers of rounds, from 1.
    """

    name: str
    profiles: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    structure: str = ""
    languages: frozenset[str] = frozenset()
    half_days: frozenset[str] = frozenset()
    absent: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Problem:
    """People, and the constraints of `rounds` rounds.

    `together`: pairs that meet at least once; `apart`: pairs that never do; `met`: pairs that met before and that
    count as repeated when they meet again. `profile_weight`, from 0 to 1: the part of profiles in complementarity.
    """

    people: tuple[Person, ...]
    rounds: int = 1
    size_min: int = 5
    size_max: int = 8
    size_wished: int = 6
    together: Pairs = frozenset()
    apart: Pairs = frozenset()
    met: Pairs = frozenset()
    profile_weight: float = 0.5


@dataclass(frozen=True)
class Group:
    """`number`, from 1, stays when groups are composed anew. `languages`, `half_days`: what all share, empty for any.

    `value`: mean complementarity of its pairs, from 0 to 1.
    """

    number: int
    members: tuple[str, ...]
    languages: frozenset[str]
    half_days: frozenset[str]
    value: float


@dataclass(frozen=True)
class Round:
    """One meeting of everybody present. `number` from 1."""

    number: int
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Move:
    """Somebody who goes from one group to another."""

    round: int
    name: str
    number_before: int
    number_after: int


@dataclass(frozen=True)
class Grouping:
    """A programme that holds every constraint.

    `value`: mean complementarity of the pairs that meet; `bound`: what no programme of the same group sizes (and
    without repeated pair, when this one has none) can exceed; `repeats`: meetings of people who had met already, and
    `repeats_bound`, what no programme goes under; `proven`: no better one exists. `moves`: since the one before.
    """

    rounds: tuple[Round, ...]
    value: float
    bound: float
    repeats: int
    repeats_bound: int
    proven: bool
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True)
class Impossible:
    """Why there is no answer, for the caller to say in words.

    `reason`: the family at fault; `several` when a search found no answer, and not exactly one family to relax.
    `relax`: families of which relaxing any one is enough; empty when none alone was. `round`: 0 when it is none in
    particular. `names`: whom it is about. `limit`: what the constraint allows; `at_least`: how many too many or too
    few (for `size`: people missing to make groups), 0 when nothing was counted. `proven`: false when a search found
    nothing, without proof that nothing exists.
    """

    reason: Family | Literal["several"]
    relax: tuple[Family, ...]
    names: tuple[str, ...] = ()
    at_least: int = 0
    limit: int = 0
    round: int = 0
    proven: bool = True


class InvalidProblem(ValueError):
    """A problem that makes no sense. `code` says how, `names` who."""

    def __init__(self, code: str, names: Iterable[str] = ()) -> None:
        self.code = code
        self.names = tuple(names)
        super().__init__(f"{code}: {', '.join(self.names)}" if self.names else code)


def check_problem(problem: Problem) -> None:
    """Raises InvalidProblem: `empty`, `too_many`, `twice`, `rounds`, `sizes`, `weight`, `unknown`, `self_pair`."""
    names = [person.name for person in problem.people]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(names) <= PEOPLE_MAX else []
    unknown = {name for pair in problem.together | problem.apart | problem.met for name in pair} - set(names)
    selves = {a for a, b in problem.together | problem.apart | problem.met if a == b}
    refusals: list[tuple[bool, str, Iterable[str]]] = [
        (not names, "empty", ()),
        (len(names) > PEOPLE_MAX, "too_many", ()),
        (bool(twice), "twice", twice),
        (not 1 <= problem.rounds <= ROUNDS_MAX, "rounds", ()),
        (not 2 <= problem.size_min <= problem.size_max, "sizes", ()),
        (not 0 <= problem.profile_weight <= 1, "weight", ()),
        (bool(unknown), "unknown", sorted(unknown)),
        (bool(selves), "self_pair", sorted(selves)),
    ]
    for refused, code, who in refusals:
        if refused:
            raise InvalidProblem(code, who)
