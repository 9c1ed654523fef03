"""What loops are looked for in, and loops as their pages read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Case, Exists, OuterRef, Prefetch, QuerySet, When

from maillage.apps.barter.choices import LoopPart, LoopReply, LoopState, Urgency
from maillage.apps.barter.models import Circle, CircleMember, Loop, LoopAnswer, LoopLeg, LoopSearch
from maillage.apps.barter.queries.credit import accounts_of_circle
from maillage.apps.directory.models import Theme
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.matching import best_for
from maillage.apps.exchange.queries.wording import reason_words
from maillage.apps.ledger.choices import AccountStatus
from maillage.apps.ledger.models import Account
from maillage.cores import loops as core
from maillage.cores.loops.values import QUANTITY_MAX, VALUE_CENTS_MAX

MATCHES_LOOKED_AT = 200
"""Of a need, among the offers of the whole site."""
MATCHES_KEPT = 8
"""Of a need, among those of the circle."""
REASONS_MAX = 4
SAME_THING = frozenset({"words", "synonyms", "concepts"})
"""The reasons of which an offer needs one: hours of repairs are no answer to a need of as many hours of accounts."""
URGENCIES: dict[str, float] = {Urgency.WHENEVER: 0.0, Urgency.QUARTER: 0.5, Urgency.NOW: 1.0}
Pair = tuple[int, int]
"""Numbers of an offer and of a need."""


@dataclass(frozen=True)
class Thing:
    """A need or an offer of a member: `total` of it was said, `left` is what loops that were made have not taken.

    What is wholly taken is agreed, and no longer shown; shown again, it begins anew. `measure` is empty when nobody counted: it is then one thing. `unit_cents` is None when its value is not known.
    """

    listing: Listing
    member_id: int
    total: int
    left: int
    measure: str
    unit_cents: float | None
    urgency: float


@dataclass
class Question:
    """What a search starts from. `valueless`: the offers and needs that would meet, and whose value nobody said."""

    problem: core.Problem
    kept: tuple[core.Loop, ...]
    refused: frozenset[tuple[str, str]]
    things: dict[int, Thing]
    reasons: dict[Pair, tuple[str, ...]] = field(default_factory=dict)
    valueless: list[Listing] = field(default_factory=list)


def things_of(circle: Circle) -> dict[int, Thing]:
    """The needs and offers that are shown, of the members who may trade, by number."""
    members = {each.organization_id: each.pk for each in circle.members.active()}
    rows = (
        Listing.objects.shown()
        .filter(organization_id__in=members)
        .select_related("organization", "interview_item")
        .order_by("pk")
    )
    promised: dict[int, int] = defaultdict(int)
    for leg in LoopLeg.objects.filter(loop__circle=circle, loop__state=LoopState.MADE):
        promised[leg.offer_id or 0] += leg.quantity
        promised[leg.need_id or 0] += leg.served
    found = {}
    for row in rows:
        item = getattr(row, "interview_item", None)
        quantity = min(item.quantity, QUANTITY_MAX) if item else 1
        if item and item.unit_value_cents:
            unit: float | None = item.unit_value_cents
        else:
            unit = row.value_cents / quantity if row.value_cents else None
        found[row.pk] = Thing(
            listing=row,
            member_id=members[row.organization_id or 0],
            total=quantity,
            left=quantity - promised[row.pk] % quantity,
            measure=item.measure if item else "",
            unit_cents=unit,
            urgency=URGENCIES.get(item.urgency, 0.0) if item else 0.0,
        )
    return found


def open_legs(circle: Circle) -> list[LoopLeg]:
    """Of the loops that are proposed, loop after loop, in the order of each ring."""
    rows = LoopLeg.objects.filter(loop__circle=circle, loop__state=LoopState.PROPOSED)
    return list(rows.select_related("loop").order_by("loop_id", "rank"))


def refused_pairs(circle: Circle) -> set[Pair]:
    """(offer, need) that a party once refused."""
    answers = LoopAnswer.objects.filter(loop__circle=circle, reply=LoopReply.REFUSED)
    found: set[Pair] = set()
    for answer in answers.prefetch_related("loop__legs").order_by("pk"):
        for leg in answer.loop.legs.all():
            gives = leg.giver_id == answer.member_id and answer.refused != LoopPart.RECEIVED
            takes = leg.taker_id == answer.member_id and answer.refused != LoopPart.GIVEN
            if (gives or takes) and leg.offer_id and leg.need_id:
                found.add((leg.offer_id, leg.need_id))
    return found


def question_of(circle: Circle, *, today: date, legs_max: int) -> Question:
    """The problem of a circle: its needs and offers that meet, its accounts, and the loops that stay as they are."""
    things = things_of(circle)
    names = dict(Theme.objects.order_by("pk").values_list("slug", "name"))
    pairs: dict[Pair, core.Pair] = {}
    reasons: dict[Pair, tuple[str, ...]] = {}
    valueless: dict[int, Listing] = {}
    for need in (thing for thing in things.values() if thing.listing.is_need):
        offers = 0
        for match in best_for(need.listing, today=today, limit=MATCHES_LOOKED_AT):
            offer = things.get(match.listing.pk)
            if offer is None or offer.member_id == need.member_id or offers == MATCHES_KEPT:
                continue
            if not SAME_THING & {reason.kind for reason in match.reasons}:
                continue
            offers += 1
            key = (offer.listing.pk, need.listing.pk)
            made = _pair(offer, need, min(1.0, match.score))
            if made is None:
                valueless[offer.listing.pk] = offer.listing
                continue
            pairs[key] = made
            said = [reason_words(reason, names) for reason in match.reasons if reason.is_met is not False]
            reasons[key] = tuple(said[:REASONS_MAX])
    kept = _kept(circle, things, pairs)
    problem = core.Problem(
        offers=tuple(
            core.Offer(str(each.listing.pk), str(each.member_id), each.left)
            for each in things.values()
            if not each.listing.is_need
        ),
        needs=tuple(
            core.Need(str(each.listing.pk), str(each.member_id), each.left, each.urgency)
            for each in things.values()
            if each.listing.is_need
        ),
        pairs=tuple(pairs.values()),
        rooms=_rooms(circle),
        legs_max=legs_max,
    )
    refused = frozenset(
        (str(offer), str(need)) for offer, need in refused_pairs(circle) | _unpayable(circle, things)
    )
    return Question(problem, kept, refused, things, reasons, list(valueless.values()))


def _pair(offer: Thing, need: Thing, fit: float) -> core.Pair | None:
    """What would be given; None when nobody said what it is worth.

    Counted the same way on both sides, as much as both allow; otherwise all that is left of the offer, for the whole need.
    """
    alike = offer.measure == need.measure
    quantity, served = (min(offer.left, need.left),) * 2 if alike else (offer.left, need.left)
    if offer.unit_cents is not None:
        value = offer.unit_cents * quantity
    elif need.unit_cents is not None:
        value = need.unit_cents * served
    else:
        return None
    value_cents = round(value)
    if not 1 <= value_cents <= VALUE_CENTS_MAX:
        return None
    return core.Pair(str(offer.listing.pk), str(need.listing.pk), value_cents, fit, quantity, served)


def _kept(circle: Circle, things: dict[int, Thing], pairs: dict[Pair, core.Pair]) -> tuple[core.Loop, ...]:
    """The loops that are proposed and may still be made, as the core knows them: with what was proposed, not what is now."""
    by_loop: dict[int, list[LoopLeg]] = defaultdict(list)
    for leg in open_legs(circle):
        by_loop[leg.loop_id].append(leg)
    found = []
    for legs in by_loop.values():
        if any(leg.offer_id not in things or leg.need_id not in things for leg in legs):
            continue
        made = []
        for leg in legs:
            assert leg.offer_id is not None and leg.need_id is not None, "both are among the things"
            pair = core.Pair(
                str(leg.offer_id), str(leg.need_id), leg.value_cents, leg.fit, leg.quantity, leg.served
            )
            pairs[leg.offer_id, leg.need_id] = pair
            weight = round(leg.value_cents * leg.fit * (1 + things[leg.need_id].urgency))
            made.append(
                core.Leg(
                    str(leg.giver_id),
                    str(leg.taker_id),
                    pair.offer,
                    pair.need,
                    leg.quantity,
                    leg.value_cents,
                    weight,
                    leg.served,
                )
            )
        found.append(core.Loop(tuple(made)))
    return tuple(found)


def accounts_by_member(circle: Circle) -> dict[int, Account]:
    """The accounts of the members, by number of member."""
    members = dict(circle.members.present().values_list("organization_id", "pk"))
    return {members[each.owner_id]: each for each in accounts_of_circle(circle) if each.owner_id in members}


def _rooms(circle: Circle) -> tuple[core.Room, ...]:
    """How far each account may still go: what is already reserved is counted as gone."""
    unbounded = VALUE_CENTS_MAX
    return tuple(
        core.Room(
            str(member_id),
            rise_cents=max(0, unbounded if account.can_earn is None else account.can_earn),
            fall_cents=max(0, unbounded if account.can_spend is None else account.can_spend),
        )
        for member_id, account in sorted(accounts_by_member(circle).items())
    )


def _unpayable(circle: Circle, things: dict[int, Thing]) -> set[Pair]:
    """Pairs with a member whose account is not open: they enter no loop."""
    opened = {pk for pk, each in accounts_by_member(circle).items() if each.status == AccountStatus.OPEN}
    offers = [each for each in things.values() if not each.listing.is_need]
    needs = [each for each in things.values() if each.listing.is_need]
    return {
        (offer.listing.pk, need.listing.pk)
        for offer in offers
        for need in needs
        if offer.member_id not in opened or need.member_id not in opened
    }


@dataclass(frozen=True)
class Party:
    """A member of a loop: what it gives and to whom, what it gets and from whom, and what it answered."""

    member: CircleMember
    gives: LoopLeg
    gets: LoopLeg
    answer: LoopAnswer | None

    @property
    def difference_cents(self) -> int:
        """What goes up on its account when it gives more than it gets."""
        return self.gives.value_cents - self.gets.value_cents


def with_legs(rows: QuerySet[Loop]) -> QuerySet[Loop]:
    """The loops with all that their pages show, in two more queries."""
    legs = LoopLeg.objects.select_related(
        "giver__organization", "taker__organization", "offer", "need", "transfer"
    )
    answers = LoopAnswer.objects.select_related("person", "member__organization").order_by("at", "pk")
    return rows.select_related("circle__credit__unit", "search").prefetch_related(
        Prefetch("legs", legs.order_by("rank")), Prefetch("answers", answers)
    )


def loops_of(circle: Circle) -> QuerySet[Loop]:
    """Those of a circle: those that wait for answers first, then the last proposed first."""
    waiting_first = Case(When(state=LoopState.PROPOSED, then=0), default=1)
    return with_legs(Loop.objects.filter(circle=circle)).order_by(waiting_first, "-proposed_at", "-pk")


def parties_of(loop: Loop) -> list[Party]:
    """In the order of the ring."""
    answers = {answer.member_id: answer for answer in loop.answers.all()}
    legs = list(loop.legs.all())
    gets = {leg.taker_id: leg for leg in legs}
    return [Party(leg.giver, leg, gets[leg.giver_id], answers.get(leg.giver_id)) for leg in legs]


def last_search(circle: Circle) -> LoopSearch | None:
    rows = LoopSearch.objects.filter(circle=circle).select_related("started_by")
    return rows.order_by("-at", "-pk").first()


def overdue_loops(now: datetime) -> QuerySet[Loop]:
    """Proposed, and whose time to answer is over."""
    return Loop.objects.filter(state=LoopState.PROPOSED, expires_at__lte=now).order_by("pk")


def loops_waiting(circle: Circle, members: Iterable[CircleMember]) -> list[tuple[Loop, CircleMember]]:
    """Loops of the circle that wait for an answer of these members, each with the one that has to answer."""
    answered = LoopAnswer.objects.filter(loop_id=OuterRef("loop_id"), member_id=OuterRef("giver_id"))
    legs = LoopLeg.objects.filter(
        ~Exists(answered), loop__circle=circle, loop__state=LoopState.PROPOSED, giver__in=list(members)
    )
    rows = legs.select_related("loop", "giver__organization").order_by("loop_id", "pk")
    return [(leg.loop, leg.giver) for leg in rows]


def valueless_of(search: LoopSearch | None) -> list[Listing]:
    """The needs and offers that a search could not use for want of a value, and still have none."""
    found = Listing.objects.filter(pk__in=search.valueless if search else [], value_cents=None)
    return list(found.select_related("organization").order_by("organization__sort_key", "pk"))
