"""Loops: looked for, proposed, accepted or refused by each party, and made all at once when everybody has accepted.

Every write locks the circle first. Two searches at once, the last acceptance while another party refuses, a listing withdrawn
meanwhile: whoever comes second finds what the first has done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.acting import trace
from maillage.apps.barter.choices import LoopEnd, LoopReply, LoopState
from maillage.apps.barter.models import (
    Circle,
    CircleMember,
    Loop,
    LoopAnswer,
    LoopLeg,
    LoopSearch,
    TransferSubject,
)
from maillage.apps.barter.queries.acting import Acting, managers_of
from maillage.apps.barter.queries.loops import (
    Question,
    Thing,
    accounts_by_member,
    overdue_loops,
    question_of,
    things_of,
)
from maillage.apps.directory.queries.contacts import own_email
from maillage.apps.exchange.actions.listings import change_status
from maillage.apps.exchange.choices import Status
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.contents import local_day
from maillage.apps.ledger.actions.acts import Doer, LedgerError
from maillage.apps.ledger.actions.transfers import pay_several
from maillage.apps.ledger.queries.contents import Order
from maillage.cores import loops as core
from maillage.kernel.audit.actions import record
from maillage.kernel.jobs.queue import enqueue
from maillage.kernel.mail.notifications import notify
from maillage.kernel.mail.send import send_message

LEGS_MAX = 4
ANSWER_DAYS = 14
"""How long the parties of a loop have to answer."""
SEARCH_SECONDS_MAX = 10.0
PROPOSED, DONE = "barter.loop", "barter.loop_end"


class LoopOverError(Exception):
    """The loop was made, or will not be."""

    message = gettext_lazy("This loop is over: your answer changes nothing any more.")


class NotAPartyError(Exception):
    """The organisation gives and gets nothing in this loop."""

    message = gettext_lazy("This organisation is not in this loop.")


def search_loops(*, circle_id: int, actor: Person | None, key: str, now: datetime) -> LoopSearch:
    """Look for loops beside those that are proposed, and propose them to their parties.

    The same key finds the same search. It is long: nothing is locked while it lasts, and what was promised elsewhere
    meanwhile is left out.
    """
    done = LoopSearch.objects.filter(key=key).first()
    if done is not None:
        return done
    sweep_loops(circle_id=circle_id, now=now)
    circle = Circle.objects.get(pk=circle_id)
    question = question_of(circle, today=local_day(now), legs_max=LEGS_MAX)
    answer = core.find_loops(
        question.problem,
        refused=question.refused,
        kept=question.kept,
        clock=monotonic,
        seconds_max=SEARCH_SECONDS_MAX,
    )
    assert isinstance(answer, core.Loops), f"the question of a circle makes sense: {answer}"
    return _propose(circle, question, answer, actor=actor, key=key, now=now)


@transaction.atomic
def _propose(
    circle: Circle, question: Question, answer: core.Loops, *, actor: Person | None, key: str, now: datetime
) -> LoopSearch:
    _lock_circle(circle.pk)
    done = LoopSearch.objects.filter(key=key).first()
    if done is not None:
        return done
    known = set(question.kept)
    found = _still_free(circle, [loop for loop in answer.loops if loop not in known])
    search = LoopSearch.objects.create(
        circle=circle,
        started_by=actor,
        key=key,
        legs_max=question.problem.legs_max,
        needs=len(question.problem.needs),
        offers=len(question.problem.offers),
        valueless=[listing.pk for listing in question.valueless],
        new_count=len(found),
        weight=sum(loop.weight for loop in (*known, *found)),
        bound=answer.bound,
        is_proven=answer.proven and not known,
        at=now,
    )
    for loop in found:
        _write(search, loop, question, now)
    _ask_values(search, question.valueless, now)
    record(
        actor=actor,
        verb="loop.search",
        target_kind="circle",
        target_id=circle.pk,
        target_label=circle.name,
        on_behalf_of="",
        details={"found": len(found), "proposed_before": len(known)},
        now=now,
    )
    return search


def _lock_circle(circle_id: int) -> Circle:
    return Circle.objects.select_for_update().get(pk=circle_id)


def _still_free(circle: Circle, found: Iterable[core.Loop]) -> list[core.Loop]:
    """Those whose needs and offers are still there, once what is promised to the proposed loops is set apart."""
    left = _left(things_of(circle), _open_legs(circle))
    pairs = set(_open_legs(circle).values_list("offer_id", "need_id"))
    free = []
    for loop in found:
        takes = [((int(leg.offer), leg.quantity), (int(leg.need), leg.serves)) for leg in loop.legs]
        uses = [use for both in takes for use in both]
        taken = {(offer[0], need[0]) for offer, need in takes}
        if not pairs & taken and all(left.get(number, 0) >= count for number, count in uses):
            for number, count in uses:
                left[number] -= count
            free.append(loop)
    return free


def _open_legs(circle: Circle) -> QuerySet[LoopLeg]:
    return LoopLeg.objects.filter(loop__circle=circle, loop__state=LoopState.PROPOSED)


def _left(things: dict[int, Thing], promised: Iterable[LoopLeg]) -> dict[int, int]:
    left = {number: thing.left for number, thing in things.items()}
    for leg in promised:
        for number, count in ((leg.offer_id, leg.quantity), (leg.need_id, leg.served)):
            if number in left:
                left[number] -= count
    return left


def _write(search: LoopSearch, found: core.Loop, question: Question, now: datetime) -> None:
    """Note a loop, and ask its parties."""
    loop = Loop.objects.create(
        circle=search.circle,
        search=search,
        weight=found.weight,
        proposed_at=now,
        expires_at=now + timedelta(days=ANSWER_DAYS),
    )
    pairs = {(pair.offer, pair.need): pair for pair in question.problem.pairs}
    LoopLeg.objects.bulk_create(
        LoopLeg(
            loop=loop,
            rank=rank,
            giver_id=int(leg.giver),
            taker_id=int(leg.taker),
            offer_id=int(leg.offer),
            need_id=int(leg.need),
            offer_title=question.things[int(leg.offer)].listing.title,
            need_title=question.things[int(leg.need)].listing.title,
            quantity=leg.quantity,
            served=leg.serves,
            measure=question.things[int(leg.offer)].measure,
            value_cents=leg.value_cents,
            fit=pairs[leg.pair].fit,
            reasons=list(question.reasons.get((int(leg.offer), int(leg.need)), ())),
        )
        for rank, leg in enumerate(found.legs)
    )
    _tell(
        loop,
        PROPOSED,
        _("A loop is proposed in the circle “%(circle)s”: say whether it suits you.")
        % {"circle": search.circle.name},
        now,
    )


def _ask_values(search: LoopSearch, listings: Iterable[Listing], now: datetime) -> None:
    """Ask the owners of offers without value what they are worth: once each."""
    earlier = search.circle.loop_searches.exclude(pk=search.pk).values_list("valueless", flat=True)
    asked = {number for numbers in earlier for number in numbers}
    for listing in listings:
        if listing.pk in asked or listing.organization_id is None:
            continue
        title = _("“%(title)s” could enter a loop of the circle “%(circle)s”: say what it is worth.") % {
            "title": listing.title,
            "circle": search.circle.name,
        }
        url = reverse("exchange:listing_edit", args=[listing.pk, listing.slug])
        for manager in managers_of(listing.organization_id):
            notify(person=manager, kind=PROPOSED, title=title, url=url, now=now)


@transaction.atomic
def answer_loop(
    *, acting: Acting, loop_id: int, reply: str, refused: str = "", reason: str = "", now: datetime
) -> Loop:
    """Accept or refuse, for one party. The last acceptance makes the loop; a refusal ends it, and another is looked for.

    Saying the same again changes nothing. Who accepted may still refuse, until the last has accepted. When something has
    changed meanwhile (a listing withdrawn, a member suspended, the time over), the loop ends and says why. Raises
    NotAPartyError, LoopOverError.
    """
    loop = _locked(loop_id)
    member = _party(loop, acting)
    said = loop.answers.filter(member=member).first()
    if said is not None and said.reply == reply:
        return loop
    if not loop.is_open:
        raise LoopOverError
    end = _obstacle(loop, now)
    if end:
        return _end(loop, end, now)
    LoopAnswer.objects.update_or_create(
        loop=loop,
        member=member,
        defaults={
            "reply": reply,
            "refused": refused if reply == LoopReply.REFUSED else "",
            "reason": reason[:500] if reply == LoopReply.REFUSED else "",
            "person": acting.person,
            "in_office_mode": acting.in_office_mode,
            "at": now,
        },
    )
    _trace(acting, loop, reply, reason, now)
    if reply == LoopReply.REFUSED:
        ended = _end(loop, LoopEnd.REFUSED, now)
        enqueue("barter.search_loops", circle_id=loop.circle_id, key=f"after loop {loop.pk}")
        return ended
    accepted = loop.answers.filter(reply=LoopReply.ACCEPTED).count()
    return _make(loop, acting, now) if accepted == loop.legs.count() else loop


def _locked(loop_id: int) -> Loop:
    """The circle first, as everywhere."""
    circle_id = Loop.objects.values_list("circle_id", flat=True).get(pk=loop_id)
    _lock_circle(circle_id)
    return Loop.objects.select_for_update(of=("self",)).select_related("circle").get(pk=loop_id)


def _party(loop: Loop, acting: Acting) -> CircleMember:
    found = CircleMember.objects.filter(loop_gifts__loop=loop, organization=acting.organization).first()
    if found is None:
        raise NotAPartyError
    return found


def _obstacle(loop: Loop, now: datetime) -> str:
    """Why the loop can no longer be made, or nothing. The quantities of the other proposed loops are not ours."""
    if loop.expires_at <= now:
        return LoopEnd.EXPIRED
    legs = list(loop.legs.select_related("giver"))
    if any(not leg.giver.may_trade for leg in legs):
        return LoopEnd.MEMBER
    left = _left(things_of(loop.circle), legs)
    for leg in legs:
        if any(number is None or left.get(number, -1) < 0 for number in (leg.offer_id, leg.need_id)):
            return LoopEnd.WITHDRAWN
    return ""


def _make(loop: Loop, acting: Acting, now: datetime) -> Loop:
    """All the transfers at once, each leg by itself: what each gave and got shows, and only the differences move balances.

    The limits hold for the outcome of the whole, so that two gifts of one value pass whatever the balances. When one account
    would go beyond its limit, nothing is made and the loop ends.
    """
    legs = list(loop.legs.select_related("offer", "need").order_by("rank"))
    numbers = sorted({number for leg in legs for number in (leg.offer_id, leg.need_id) if number})
    list(Listing.objects.select_for_update(of=("self",)).filter(pk__in=numbers).order_by("pk"))
    end = _obstacle(loop, now)
    if end:
        return _end(loop, end, now)
    accounts = accounts_by_member(loop.circle)
    doer = Doer(actor=acting.person, key=f"loop:{loop.pk}", now=now, is_office=acting.in_office_mode)
    try:
        orders = [
            Order(
                payer_id=accounts[leg.taker_id].pk,
                payee_id=accounts[leg.giver_id].pk,
                amount=leg.value_cents,
                label=leg.offer_title,
            )
            for leg in legs
        ]
        with transaction.atomic():
            made = pay_several(orders=orders, doer=doer)
    except KeyError:
        return _end(loop, LoopEnd.MEMBER, now)
    except LedgerError:
        return _end(loop, LoopEnd.LIMIT, now)
    for leg, transfer in zip(legs, made, strict=True):
        leg.transfer = transfer
        leg.save(update_fields=["transfer"])
        assert leg.offer is not None, "what is gone has ended the loop"
        TransferSubject.objects.get_or_create(
            transfer=transfer, defaults={"listing": leg.offer, "category": leg.offer.kind}
        )
    loop.state, loop.ended_at = LoopState.MADE, now
    loop.save(update_fields=["state", "ended_at"])
    _settle_listings(loop, numbers, acting.person, now)
    record(
        actor=acting.person,
        verb="loop.made",
        target_kind="circle",
        target_id=loop.circle_id,
        target_label=loop.circle.name,
        on_behalf_of="",
        details={"loop": loop.pk, "transfers": [transfer.pk for transfer in made]},
        now=now,
    )
    _tell(
        loop,
        DONE,
        _("All have accepted: the loop of the circle “%(circle)s” is made, and stands on your accounts.")
        % {"circle": loop.circle.name},
        now,
    )
    return loop


def _settle_listings(loop: Loop, numbers: list[int], person: Person, now: datetime) -> None:
    """What is wholly given or met is agreed; what is left of the others stays open. The loop counts as made already."""
    things = things_of(loop.circle)
    for number in numbers:
        if things[number].left == things[number].total:
            change_status(actor=person, listing_id=number, status=Status.AGREED, now=now)


def _end(loop: Loop, end: str, now: datetime) -> Loop:
    """The loop will not be made; its parties are told why."""
    loop.state, loop.end, loop.ended_at = LoopState.OVER, end, now
    loop.save(update_fields=["state", "end", "ended_at"])
    _tell(
        loop,
        DONE,
        _("The loop of the circle “%(circle)s” will not be made. %(why)s Nothing has moved on your accounts.")
        % {"circle": loop.circle.name, "why": LoopEnd(end).label},
        now,
    )
    return loop


@transaction.atomic
def sweep_loops(*, circle_id: int, now: datetime) -> int:
    """End the proposed loops of a circle that can no longer be made. How many."""
    _lock_circle(circle_id)
    ended = 0
    for loop in (
        Loop.objects.filter(circle_id=circle_id, state=LoopState.PROPOSED)
        .select_related("circle")
        .order_by("pk")
    ):
        end = _obstacle(loop, now)
        if end:
            _end(loop, end, now)
            ended += 1
    return ended


def expire_loops(*, now: datetime) -> int:
    """End the loops that were not answered in time, circle after circle. How many."""
    circles = sorted(set(overdue_loops(now).values_list("circle_id", flat=True)))
    return sum(sweep_loops(circle_id=circle_id, now=now) for circle_id in circles)


def search_everywhere(*, now: datetime) -> int:
    """Look for loops in each circle that has two members who trade at least. How many are new."""
    found = 0
    for circle in Circle.objects.order_by("pk"):
        key = f"week {now:%G-%V} of {circle.pk}"
        if circle.members.active().count() >= 2 and not LoopSearch.objects.filter(key=key).exists():
            found += search_loops(circle_id=circle.pk, actor=None, key=key, now=now).new_count
    return found


def _tell(loop: Loop, kind: str, title: str, now: datetime) -> None:
    """The managers of each party; where nobody has an account, the organisation at its own address."""
    url = reverse("barter:loop", args=[loop.circle_id, loop.pk])
    legs = list(loop.legs.select_related("giver__organization", "taker__organization").order_by("rank"))
    people: dict[int, Person] = {}
    for leg in legs:
        organization = leg.giver.organization
        managers = managers_of(organization.pk)
        people |= {person.pk: person for person in managers}
        address = "" if managers else own_email(organization)
        if address:
            said = {
                "organization": organization,
                "circle": loop.circle,
                "told": f"{title} {_share(leg, legs)}",
            }
            send_message(to=address, template="barter/mail/loop", context=said, now=now)
    for person in people.values():
        notify(person=person, kind=kind, title=title, url=url, now=now)


def _share(gives: LoopLeg, legs: Sequence[LoopLeg]) -> str:
    """What the giver of a leg gives and gets in its loop, in a sentence."""
    gets = next(leg for leg in legs if leg.taker_id == gives.giver_id)
    return _("You give “%(given)s” to %(taker)s, and get “%(got)s” from %(giver)s.") % {
        "given": gives.offer_title,
        "taker": gives.taker.organization.name,
        "got": gets.offer_title,
        "giver": gets.giver.organization.name,
    }


def _trace(acting: Acting, loop: Loop, reply: str, reason: str, now: datetime) -> None:
    words = (
        _("%(who)s accepted a loop for %(organization)s in the circle “%(circle)s”.")
        if reply == LoopReply.ACCEPTED
        else _("%(who)s refused a loop for %(organization)s in the circle “%(circle)s”.")
    )
    trace(
        acting,
        verb=f"loop.{reply}",
        target_kind="circle",
        target_id=loop.circle_id,
        target_label=loop.circle.name,
        told=words % {"who": acting.person, "organization": acting.organization, "circle": loop.circle.name},
        url=reverse("barter:loop", args=[loop.circle_id, loop.pk]),
        details={"loop": loop.pk, "reason": reason} if reason else {"loop": loop.pk},
        now=now,
    )
