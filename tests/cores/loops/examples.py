"""Problems for the tests: the worked example, problems drawn by chance, and the rules of loops read slowly."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from itertools import chain, combinations

from maillage.cores.loops import Loop, Need, Offer, Pair, Problem

Rings = list[tuple[Pair, ...]]


def worked_example(**rules: object) -> Problem:
    """The table of `docs/explanation/boucles.md`."""
    return Problem(
        offers=(
            Offer("bureaux", "Recyclerie", 3),
            Offer("camionnette", "Recyclerie"),
            Offer("annonces", "Radio"),
            Offer("buffet", "Fournil"),
            Offer("comptabilité", "Cabinet", 8),
        ),
        needs=(
            Need("bureaux de la Radio", "Radio", 2, urgency=0.5),
            Need("annonces du Fournil", "Fournil"),
            Need("buffet de la Recyclerie", "Recyclerie"),
            Need("comptes de la Recyclerie", "Recyclerie", 6),
            Need("bureaux du Cabinet", "Cabinet", 2),
            Need("camionnette du Cabinet", "Cabinet"),
        ),
        pairs=(
            Pair("bureaux", "bureaux de la Radio", 12_000, 0.9, 2),
            Pair("annonces", "annonces du Fournil", 10_000, 1.0),
            Pair("buffet", "buffet de la Recyclerie", 15_000, 0.8),
            Pair("comptabilité", "comptes de la Recyclerie", 24_000, 1.0, 6),
            Pair("bureaux", "bureaux du Cabinet", 12_000, 0.5, 2),
            Pair("camionnette", "camionnette du Cabinet", 8_000, 0.5),
        ),
        **rules,  # type: ignore[arg-type]
    )


def drawn(
    seed: int, members: int, *, subjects: int = 12, quantity_max: int = 3, legs_max: int = 4
) -> Problem:
    """Each member offers and seeks one to three things of some subjects; an offer meets a need of its subject."""
    chance = random.Random(seed)
    offers, needs, pairs = [], [], []
    about: dict[str, int] = {}
    for member in range(members):
        for _ in range(chance.randint(1, 3)):
            offers.append(Offer(f"o{len(offers):04}", f"m{member:03}", chance.randint(1, quantity_max)))
            needs.append(
                Need(
                    f"n{len(needs):04}",
                    f"m{member:03}",
                    chance.randint(1, quantity_max),
                    chance.choice([0.0, 0.0, 0.5, 1.0]),
                )
            )
            about[offers[-1].name], about[needs[-1].name] = (
                chance.randrange(subjects),
                chance.randrange(subjects),
            )
    for need in needs:
        for offer in offers:
            if about[offer.name] == about[need.name] and offer.member != need.member:
                quantity, served = chance.randint(1, offer.quantity), chance.randint(1, need.quantity)
                value_cents = quantity * chance.randint(10, 300) * 100
                fit = chance.randint(2, 10) / 10
                pairs.append(Pair(offer.name, need.name, value_cents, fit, quantity, served))
    chance.shuffle(pairs)
    return Problem(tuple(offers), tuple(needs), tuple(pairs), legs_max=legs_max)


def faults_of(problem: Problem, loops: Iterable[Loop]) -> list[str]:
    """Rules that a set of loops breaks."""
    offers = {offer.name: offer for offer in problem.offers}
    needs = {need.name: need for need in problem.needs}
    pairs = {(pair.offer, pair.need): pair for pair in problem.pairs}
    found, given, served, used = [], Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    differences: Counter[str] = Counter()
    for loop in loops:
        if not 2 <= len(loop.legs) <= problem.legs_max or len(set(loop.members)) != len(loop.legs):
            found.append(f"length {loop.members}")
        for leg, after in zip(loop.legs, loop.legs[1:] + loop.legs[:1], strict=True):
            pair = pairs[leg.pair]
            if leg.taker != after.giver or (leg.giver, leg.taker) != (
                offers[leg.offer].member,
                needs[leg.need].member,
            ):
                found.append(f"broken {leg}")
            if (leg.quantity, leg.serves, leg.value_cents) != (pair.quantity, pair.serves, pair.value_cents):
                found.append(f"changed {leg}")
            given[leg.offer] += leg.quantity
            served[leg.need] += leg.serves
            used[leg.pair] += 1
            differences[leg.giver] += leg.value_cents
            differences[leg.taker] -= leg.value_cents
    found += [f"offer {name}" for name, quantity in given.items() if quantity > offers[name].quantity]
    found += [f"need {name}" for name, quantity in served.items() if quantity > needs[name].quantity]
    found += [f"pair {key}" for key, times in used.items() if times > 1]
    found += [
        f"room {room.member}"
        for room in problem.rooms
        if not -room.fall_cents <= differences[room.member] <= room.rise_cents
    ]
    return found


def rings_of(problem: Problem, legs_max: int) -> Rings:
    """Every loop, by trying all chains of pairs."""
    giver = {offer.name: offer.member for offer in problem.offers}
    taker = {need.name: need.member for need in problem.needs}
    found: Rings = []

    def follow(chain_: tuple[Pair, ...]) -> None:
        last = taker[chain_[-1].need]
        if last == giver[chain_[0].offer]:
            found.append(chain_)
            return
        met = {giver[pair.offer] for pair in chain_}
        if len(chain_) < legs_max and last not in met and last > giver[chain_[0].offer]:
            for pair in problem.pairs:
                if giver[pair.offer] == last:
                    follow((*chain_, pair))

    for pair in problem.pairs:
        follow((pair,))
    return found


def best_weight(problem: Problem, legs_max: int) -> int:
    """The greatest weight of a compatible set, by trying all sets."""
    needs = {need.name: need for need in problem.needs}
    offers = {offer.name: offer for offer in problem.offers}
    rings = rings_of(problem, legs_max)

    def weight(ring: tuple[Pair, ...]) -> int:
        return sum(round(pair.value_cents * pair.fit * (1 + needs[pair.need].urgency)) for pair in ring)

    def fits(pairs: list[Pair]) -> bool:
        given, served, differences = Counter[str](), Counter[str](), Counter[str]()
        for pair in pairs:
            given[pair.offer] += pair.quantity
            served[pair.need] += pair.serves
            differences[offers[pair.offer].member] += pair.value_cents
            differences[needs[pair.need].member] -= pair.value_cents
        return (
            all(given[name] <= offers[name].quantity for name in given)
            and all(served[name] <= needs[name].quantity for name in served)
            and len({(pair.offer, pair.need) for pair in pairs}) == len(pairs)
            and all(-r.fall_cents <= differences[r.member] <= r.rise_cents for r in problem.rooms)
        )

    best = 0
    for count in range(len(rings) + 1):
        for some in combinations(rings, count):
            if fits(list(chain.from_iterable(some))):
                best = max(best, sum(map(weight, some)))
    return best
