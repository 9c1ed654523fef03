"""Bringing needs and offers together: waves of proposals, answers to them, replies."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from maillage.apps.accounts.models import Person
from maillage.apps.directory.models import Organization
from maillage.apps.exchange.actions.listings import change_status
from maillage.apps.exchange.actions.news import (
    owners_of,
    send_reply,
    tell_freshness,
    tell_match,
    tell_unheard,
)
from maillage.apps.exchange.choices import SHOWN, Answer, Status
from maillage.apps.exchange.models import Listing, Proposal, Reply
from maillage.apps.exchange.queries.contents import local_day
from maillage.apps.exchange.queries.matching import best_for
from maillage.apps.exchange.queries.proposals import interested_count

WAVE_SIZE_MAX = 10
INTERESTED_ENOUGH = 6
CALLED_AMONG_MAX = 200
"""How far down one looks for ten owners whom somebody hears for."""
WAVE_EVERY = timedelta(days=3)
REMINDED_DAYS_BEFORE = 7
REPLIES_PER_DAY_MAX = 20


class TooManyRepliesError(Exception):
    """One person answers more than people do."""

    message = _("You have answered many needs and offers today. Wait until tomorrow for the next ones.")


class NotAnsweredError(Exception):
    """The listing is no longer one that is answered."""

    message = _("This need or offer is no longer open: its owner no longer expects answers.")


@transaction.atomic
def send_wave(*, listing_id: int, now: datetime) -> list[Proposal]:
    """Signal a listing to the owners of the best ones on the other side: ten at most that were not told of it yet, each once.

    Nothing goes while it is not shown, once six are interested, or less than three days after the wave before. All the listings
    that meet are counted as proposed once more for each they meet: owners told least come first, at equal relevance. Those that
    nobody looks after take no place: facilitators hear of them.
    """
    listing = Listing.objects.get(pk=listing_id)
    if not _is_due(listing, now):
        return []
    fresh, unheard = _to_call(listing, today=local_day(now))
    called = [other.pk for other, _people in fresh]
    locked = Listing.objects.select_for_update().order_by("pk").in_bulk([listing_id, *called])
    listing = locked[listing_id]
    if not _is_due(listing, now):  # another wave went meanwhile
        return []
    last = _last_of(listing)
    wave = last.wave + 1 if last else 1
    proposals = Proposal.objects.bulk_create(
        Proposal(listing=listing, to=other, wave=wave, created_at=now) for other, _people in fresh
    )
    for other, people in fresh:
        tell_match(listing, to=other, people=people, now=now)
    for other in unheard:
        tell_unheard(other, now=now)
    Listing.objects.filter(pk=listing_id).update(shown_count=F("shown_count") + len(fresh))
    Listing.objects.filter(pk__in=called).update(shown_count=F("shown_count") + 1)
    return proposals


Called = list[tuple[Listing, list[Person]]]


def _to_call(listing: Listing, *, today: date) -> tuple[Called, list[Listing]]:
    """The best listing of each of the next ten owners, with the people who hear for it; and those that came as high without anybody."""
    told = {each.to.owner_key for each in listing.proposals.select_related("to")}
    called: Called = []
    unheard: list[Listing] = []
    for limit in (3 * WAVE_SIZE_MAX, CALLED_AMONG_MAX):
        matches = best_for(listing, today=today, limit=limit, owners_left_out=told, one_per_owner=True)
        called, unheard = [], []
        for match in matches:
            if len(called) == WAVE_SIZE_MAX:
                break
            if people := owners_of(match.listing):
                called.append((match.listing, people))
            else:
                unheard.append(match.listing)
        if len(called) == WAVE_SIZE_MAX or len(matches) < limit:
            break
    return called, unheard


def _is_due(listing: Listing, now: datetime) -> bool:
    last = _last_of(listing)
    return (
        listing.status in SHOWN
        and interested_count(listing) < INTERESTED_ENOUGH
        and (last is None or last.created_at <= now - WAVE_EVERY)
    )


def _last_of(listing: Listing) -> Proposal | None:
    return listing.proposals.order_by("-wave", "-created_at").first()


@transaction.atomic
def answer_proposal(*, proposal_id: int, answer: str, motive: str = "", now: datetime) -> Proposal:
    """Note that the owner of the listing told is interested, or why not; a second answer replaces the first."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    proposal.answer = answer
    proposal.motive = motive if answer == Answer.REFUSED else ""
    proposal.answered_at = now
    proposal.save()
    return proposal


@transaction.atomic
def refuse_match(*, mine_id: int, other_id: int, motive: str, now: datetime) -> Proposal:
    """The owner of `mine` does not want `other`, whether it was signalled to them or found on their page."""
    proposal, _made = Proposal.objects.get_or_create(
        listing_id=other_id, to_id=mine_id, defaults={"wave": 0, "created_at": now}
    )
    return answer_proposal(proposal_id=proposal.pk, answer=Answer.REFUSED, motive=motive, now=now)


@transaction.atomic
def take_back_refusal(*, mine_id: int, other_id: int, now: datetime) -> None:
    """Forget a refusal: the other may be found again."""
    Proposal.objects.filter(listing_id=other_id, to_id=mine_id, wave=0).delete()
    Proposal.objects.filter(listing_id=other_id, to_id=mine_id).update(answer="", motive="", answered_at=None)


@transaction.atomic
def reply_to(
    *,
    actor: Person,
    listing_id: int,
    message: str,
    organization: Organization | None = None,
    from_listing: Listing | None = None,
    now: datetime,
) -> Reply:
    """Write to the owner of a listing, which is then in discussion; its owner gets the message by e-mail.

    The same words sent twice count once. Raises NotAnsweredError, TooManyRepliesError.
    """
    listing = Listing.objects.select_for_update().get(pk=listing_id)
    same = listing.replies.filter(person=actor, organization=organization, message=message).first()
    if same is not None:
        return same
    if listing.status not in SHOWN:
        raise NotAnsweredError
    recent = Reply.objects.filter(person=actor, created_at__gt=now - timedelta(days=1))
    if recent.count() >= REPLIES_PER_DAY_MAX:
        raise TooManyRepliesError
    reply = Reply.objects.create(
        listing=listing,
        person=actor,
        organization=organization,
        from_listing=from_listing,
        message=message,
        created_at=now,
    )
    if from_listing is not None:
        proposal, _made = Proposal.objects.get_or_create(
            listing=listing, to=from_listing, defaults={"wave": 0, "created_at": now}
        )
        answer_proposal(proposal_id=proposal.pk, answer=Answer.INTERESTED, now=now)
    if listing.status == Status.OPEN:
        change_status(actor=actor, listing_id=listing.pk, status=Status.IN_DISCUSSION, now=now)
    send_reply(reply, now=now)
    return reply


@transaction.atomic
def keep_fresh(*, now: datetime) -> tuple[int, int]:
    """Hide the listings whose time is over, and ask about those that end within a week: (hidden, asked)."""
    today = local_day(now)
    shown = Listing.objects.filter(status__in=SHOWN)
    over = list(shown.filter(expires_on__lt=today).order_by("pk").values_list("pk", flat=True))
    for pk in over:
        change_status(actor=None, listing_id=pk, status=Status.EXPIRED, now=now)
    soon = shown.filter(expires_on__lte=today + timedelta(days=REMINDED_DAYS_BEFORE), reminded_on=None)
    asked = list(soon.exclude(pk__in=over).select_for_update().order_by("pk"))
    for listing in asked:
        listing.reminded_on = today
        listing.save(update_fields=["reminded_on"])
        tell_freshness(listing, now=now)
    return len(over), len(asked)
