"""What was signalled to whom, and what they said of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from maillage.apps.exchange.choices import Answer
from maillage.apps.exchange.models import Listing, Proposal


def interested_count(listing: Listing) -> int:
    """How many different people or organisations said that they are interested, by a reply or otherwise."""
    replied = {
        (organization_id, None if organization_id else person_id)
        for organization_id, person_id in listing.replies.values_list("organization_id", "person_id")
    }
    proposed = {
        (organization_id, None if organization_id else person_id)
        for organization_id, person_id in listing.proposals.filter(answer=Answer.INTERESTED).values_list(
            "to__organization_id", "to__created_by_id"
        )
    }
    return len(replied | proposed)


def refused_ids(listing: Listing) -> list[int]:
    """The listings that its owner does not want, and those whose owners do not want it."""
    refused = Proposal.objects.filter(answer=Answer.REFUSED)
    by_us = refused.filter(to=listing).order_by("listing_id").values_list("listing_id", flat=True)
    by_them = refused.filter(listing=listing).order_by("to_id").values_list("to_id", flat=True)
    return [*by_us, *by_them]


def proposals_to(listings: Iterable[Listing] | QuerySet[Listing]) -> QuerySet[Proposal]:
    """What was signalled to the owners of these listings and waits for an answer, the latest first."""
    waiting = Proposal.objects.filter(to__in=listings, answer="", wave__gt=0)
    return waiting.select_related("listing", "to").order_by("-created_at", "-pk")
