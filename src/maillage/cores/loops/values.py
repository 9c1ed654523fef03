"""What is asked of the loops core, and what it answers. `docs/explanation/boucles.md` has the rules in prose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

LEGS_MAX_DEFAULT = 4
LEGS_MAX_ALLOWED = 6
MEMBERS_MAX = 2_000
PAIRS_MAX = 200_000
VALUE_CENTS_MAX = 10_000_000_000
"""One hundred million euros: weights stay exact in the floating point of the solver."""
QUANTITY_MAX = 1_000_000


@dataclass(frozen=True)
class Offer:
    """What `member` can give, in whole units of its own kind (hours, chairs, days). `name` is a key, unique."""

    name: str
    member: str
    quantity: int = 1


@dataclass(frozen=True)
class Need:
    """What `member` looks for. `urgency` from 0 (when it comes) to 1 (at once)."""

    name: str
    member: str
    quantity: int = 1
    urgency: float = 0.0


@dataclass(frozen=True)
class Pair:
    """An offer that meets a need: what would be given, what it is worth, and how well it fits (0 to 1).

    `quantity` counts as the offer does; `served` is the part of the need that it meets, counted as the need does (0: the
    same number).
    """

    offer: str
    need: str
    value_cents: int
    fit: float
    quantity: int = 1
    served: int = 0

    @property
    def serves(self) -> int:
        return self.served or self.quantity


@dataclass(frozen=True)
class Room:
    """How far the balance of a member's account may still rise and fall. Who has none is not bounded."""

    member: str
    rise_cents: int
    fall_cents: int


@dataclass(frozen=True)
class Problem:
    """Needs, offers, and the pairs among which loops of at most `legs_max` members are looked for."""

    offers: tuple[Offer, ...]
    needs: tuple[Need, ...]
    pairs: tuple[Pair, ...]
    rooms: tuple[Room, ...] = ()
    legs_max: int = LEGS_MAX_DEFAULT


@dataclass(frozen=True)
class Leg:
    """One gift of a loop: `giver` gives `quantity` of `offer` to `taker`, which meets `serves` of the `need` it has."""

    giver: str
    taker: str
    offer: str
    need: str
    quantity: int
    value_cents: int
    weight: int
    serves: int

    @property
    def pair(self) -> tuple[str, str]:
        return self.offer, self.need


@dataclass(frozen=True)
class Share:
    """What a member gives and gets; the difference goes up on its account when it gives more than it gets."""

    member: str
    given_cents: int
    received_cents: int

    @property
    def difference_cents(self) -> int:
        return self.given_cents - self.received_cents


@dataclass(frozen=True)
class Loop:
    """Members in a ring: each leg's taker is the giver of the next one, and the last gives to the first."""

    legs: tuple[Leg, ...]

    @property
    def members(self) -> tuple[str, ...]:
        return tuple(leg.giver for leg in self.legs)

    @property
    def weight(self) -> int:
        return sum(leg.weight for leg in self.legs)

    @property
    def value_cents(self) -> int:
        return sum(leg.value_cents for leg in self.legs)

    @property
    def shares(self) -> tuple[Share, ...]:
        """In the order of the ring."""
        return tuple(
            Share(leg.giver, leg.value_cents, before.value_cents)
            for leg, before in zip(self.legs, self.legs[-1:] + self.legs[:-1], strict=True)
        )


@dataclass(frozen=True)
class Loops:
    """A compatible set of loops, the heaviest first.

    `weight`: of the whole set. `bound`: what no set can exceed, even of loops of any length. `proven`: no set of loops
    of at most the length asked for is heavier.
    """

    loops: tuple[Loop, ...]
    weight: int
    bound: int
    proven: bool

    @property
    def gap(self) -> float:
        """Part of the bound that is not reached, from 0 to 1."""
        return (self.bound - self.weight) / self.bound if self.bound else 0.0

    @property
    def shares(self) -> tuple[Share, ...]:
        """Over all loops, by name of member."""
        every = sorted(
            (share for loop in self.loops for share in loop.shares), key=lambda share: share.member
        )
        return tuple(
            Share(member, sum(share.given_cents for share in own), sum(share.received_cents for share in own))
            for member, grouped in groupby(every, key=lambda share: share.member)
            for own in [list(grouped)]
        )


@dataclass(frozen=True)
class Invalid:
    """A problem that makes no sense. `code` says how, `names` what is at fault, in order."""

    code: str
    names: tuple[str, ...] = ()


def weight_of(pair: Pair, need: Need) -> int:
    """Cents of value, as much as it fits; an urgent need counts up to twice."""
    return round(pair.value_cents * pair.fit * (1 + need.urgency))


def fault_of(problem: Problem) -> Invalid | None:
    """What makes no sense in a problem: `legs`, `too_many`, `twice`, `unknown`, `quantity`, `value`, `fit`, `urgency`,
    `room`, `self`. The pairs are named `offer → need`."""
    if not 2 <= problem.legs_max <= LEGS_MAX_ALLOWED:
        return Invalid("legs")
    members = {offer.member for offer in problem.offers} | {need.member for need in problem.needs}
    if len(members) > MEMBERS_MAX or len(problem.pairs) > PAIRS_MAX:
        return Invalid("too_many")
    offers = {offer.name: offer for offer in problem.offers}
    needs = {need.name: need for need in problem.needs}

    def wrong_pairs(code: str) -> Iterable[str]:
        for pair in problem.pairs:
            offer, need = offers.get(pair.offer), needs.get(pair.need)
            if offer is None or need is None:
                wrong = code == "unknown"
            else:
                wrong = {
                    "unknown": False,
                    "self": offer.member == need.member,
                    "quantity": not (
                        1 <= pair.quantity <= offer.quantity and 1 <= pair.serves <= need.quantity
                    ),
                    "value": not 0 <= pair.value_cents <= VALUE_CENTS_MAX,
                    "fit": not 0 <= pair.fit <= 1,
                }[code]
            if wrong:
                yield f"{pair.offer} → {pair.need}"

    checks: list[tuple[str, Iterable[str]]] = [
        ("twice", _twice(offer.name for offer in problem.offers)),
        ("twice", _twice(need.name for need in problem.needs)),
        ("twice", _twice(f"{pair.offer} → {pair.need}" for pair in problem.pairs)),
        ("twice", _twice(room.member for room in problem.rooms)),
        ("quantity", (offer.name for offer in problem.offers if not 1 <= offer.quantity <= QUANTITY_MAX)),
        ("quantity", (need.name for need in problem.needs if not 1 <= need.quantity <= QUANTITY_MAX)),
        ("urgency", (need.name for need in problem.needs if not 0 <= need.urgency <= 1)),
        ("room", (room.member for room in problem.rooms if min(room.rise_cents, room.fall_cents) < 0)),
    ]
    checks += [(code, wrong_pairs(code)) for code in ("unknown", "self", "quantity", "value", "fit")]
    for code, names in checks:
        at_fault = tuple(sorted(names))
        if at_fault:
            return Invalid(code, at_fault)
    return None


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
