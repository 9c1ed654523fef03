"""What was signalled to whom, and what they said of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from maillage.apps.exchange.choices import Answer
from maillage.apps.exchange.models import Listing, Outcome, Proposal, Reply, owner_key
from maillage.cores.ranking import Refusal


def interested_count(listing: Listing) -> int:
    """How many different people, organisations or projects said that they are interested, by a reply or otherwise."""
    replies = listing.replies.select_related("from_listing")
    replied = {
        each.from_listing.owner_key
        if each.from_listing
        else owner_key(None, each.organization_id, each.person_id)
        for each in replies
    }
    interested = listing.proposals.filter(answer=Answer.INTERESTED).select_related("to")
    return len(replied | {each.to.owner_key for each in interested})


WAVES_PER_TURN_MAX = 200
TURN_SECONDS = 6 * 3600


def due_for_a_wave(*, now: datetime, since: datetime) -> list[int]:
    """The shown listings of which nobody was told since `since`, WAVES_PER_TURN_MAX at most.

    When they are more, each turn of six hours takes the next ones, round and round: those that nothing meets, and which
    stay due for ever, do not keep the others waiting.
    """
    told = Proposal.objects.filter(listing=OuterRef("pk"), wave__gt=0, created_at__gt=since)
    due = list(Listing.objects.shown().exclude(Exists(told)).order_by("pk").values_list("pk", flat=True))
    if len(due) <= WAVES_PER_TURN_MAX:
        return due
    start = int(now.timestamp()) // TURN_SECONDS * WAVES_PER_TURN_MAX % len(due)
    return (due + due)[start : start + WAVES_PER_TURN_MAX]


def refusals_of(listing: Listing) -> list[Refusal]:
    """The listings that its owner does not want, with why; and those whose owners do not want it, whose motives are their own."""
    refused = Proposal.objects.filter(Q(to=listing) | Q(listing=listing), answer=Answer.REFUSED)
    rows = refused.order_by("pk").values_list("listing_id", "to_id", "motive")
    return [Refusal(key, motive) if to == listing.pk else Refusal(to) for key, to, motive in rows]


def replies_to(listing: Listing) -> QuerySet[Reply]:
    """What was answered to a listing, the latest first."""
    replies: QuerySet[Reply] = listing.replies.select_related("person", "organization", "from_listing")
    return replies.order_by("-created_at", "-pk")


def proposals_to(listings: Iterable[Listing] | QuerySet[Listing]) -> QuerySet[Proposal]:
    """What was signalled to the owners of these listings and waits for an answer, the latest first."""
    waiting = Proposal.objects.filter(to__in=listings, answer="", wave__gt=0)
    return waiting.select_related("listing", "to").order_by("-created_at", "-pk")


def outcome_of(listing: Listing) -> Outcome | None:
    """How a listing ended; None while it has not."""
    return Outcome.objects.filter(listing=listing).first()
