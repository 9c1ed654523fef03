"""Interviews as their pages read them; whom to visit next; what an item becomes in the exchange."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.signing import BadSignature, Signer
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from maillage.apps.barter.choices import InterviewState, Measure, Urgency
from maillage.apps.barter.models import Circle, CircleMember, Interview, InterviewItem
from maillage.apps.barter.queries.circles import members_of
from maillage.apps.barter.queries.guide import topic_of
from maillage.apps.directory.queries.contents import PlaceContent
from maillage.apps.directory.queries.placing import with_coordinates
from maillage.apps.exchange.choices import SHOWN, Audience, Direction
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.contents import ListingContent
from maillage.cores.text.criteria import Criterion

VISIT_EVERY = timedelta(days=365)
LINK_LASTS = timedelta(days=30)
_signer = Signer(salt="maillage.barter.interview")


def interviews_in(circle: Circle, *states: str) -> QuerySet[Interview]:
    """The latest visit first, each with `item_count` and `left_count`, those of which the structure said nothing yet."""
    found = Interview.objects.filter(member__circle=circle, state__in=states)
    return (
        found.select_related("member__organization", "facilitator")
        .annotate(item_count=Count("items"), left_count=Count("items", filter=Q(items__answer="")))
        .order_by("-visited_on", "-pk")
    )


def items_of(interview: Interview) -> QuerySet[InterviewItem]:
    """Offers then needs, in the order in which they were said."""
    found: QuerySet[InterviewItem] = interview.items.select_related("listing", "confirmation")
    return found.order_by("-direction", "created_at", "pk")


@dataclass(frozen=True)
class ToVisit:
    """A member and why it waits for a visit: no offer shown, or nobody came for a year (`last_visit` None: never)."""

    member: CircleMember
    offers: int
    last_visit: date | None

    @property
    def has_no_offer(self) -> bool:
        return self.offers == 0


def members_to_visit(circle: Circle, *, today: date) -> list[ToVisit]:
    """Those who trade and have no offer shown, or were not visited for a year; who was never visited comes first."""
    offers = (
        Listing.objects.filter(
            organization=OuterRef("organization_id"), direction=Direction.OFFER, status__in=SHOWN
        )
        .order_by()
        .values("organization")
        .annotate(total=Count("pk"))
        .values("total")
    )
    held = Q(interviews__state__in=(InterviewState.WAITING, InterviewState.DONE))
    found = (
        members_of(circle)
        .active()
        .annotate(
            offer_count=Coalesce(Subquery(offers), 0), last_visit=Max("interviews__visited_on", filter=held)
        )
    )
    rows = [ToVisit(each, each.offer_count, each.last_visit) for each in found]
    due = [
        row
        for row in rows
        if row.has_no_offer or row.last_visit is None or row.last_visit < today - VISIT_EVERY
    ]
    return sorted(due, key=lambda row: (row.last_visit or date.min, row.member.organization.sort_key))


def link_token(interview: Interview) -> str:
    """What the last link carries; it says which interview and which sending, and nobody can make one up."""
    return _signer.sign(f"{interview.pk}-{interview.link_number}")


def read_token(token: str) -> tuple[int, int] | None:
    """(interview, number of the link), or None for what we did not sign."""
    try:
        interview, _dash, number = _signer.unsign(token).partition("-")
        return int(interview), int(number)
    except (BadSignature, ValueError):
        return None


def link_serves(interview: Interview, link_number: int, now: datetime) -> bool:
    """Whether the link of that number still opens the drafts; once all is answered, it shows what was said."""
    return (
        interview.state in (InterviewState.WAITING, InterviewState.DONE)
        and interview.link_number == link_number
        and interview.sent_at is not None
        and now < interview.sent_at + LINK_LASTS
    )


CRITERIA = {
    Measure.HOUR: ("duration", "hour"),
    Measure.HALF_DAY: ("duration", "half_day"),
    Measure.DAY: ("duration", "day"),
    Measure.PIECE: ("quantity", "piece"),
    Measure.SEAT: ("quantity", "place"),
    Measure.KG: ("quantity", "kg"),
}
"""The kind of criterion that each measure is in the exchange, and its unit."""


def criteria_of(item: InterviewItem) -> list[tuple[Criterion, str]]:
    """Its quantity: said as a criterion alone, for in the text its measure would be a word in common with anything."""
    kind, unit = CRITERIA[Measure(item.measure)]
    return [(Criterion(kind, unit, float(item.quantity), float(item.quantity)), "")]


def content_of(item: InterviewItem, place: PlaceContent) -> ListingContent:
    """The draft that an item becomes: its own words and no other, and the whole value of what is offered."""
    return ListingContent(
        direction=item.direction,
        kind=topic_of(item.resource).kind,
        title=item.title,
        text="\n\n".join(filter(None, (item.details, item.availability))),
        organization_id=item.interview.member.organization_id,
        audience=Audience.NETWORK,
        postal_code=place.postal_code,
        city=place.city,
        commune_id=place.commune_id,
        latitude=place.latitude,
        longitude=place.longitude,
        value_cents=item.total_value_cents,
    )


def place_of(member: CircleMember) -> PlaceContent:
    """The commune of the structure, and the point that stands for it: never its address."""
    organization = member.organization
    [found] = with_coordinates([PlaceContent(postal_code=organization.postal_code, city=organization.city)])
    return found


@dataclass(frozen=True)
class Terms:
    """What an interview knows of a listing that the listing does not say: how many, each worth what, how urgent."""

    quantity: int
    measure: str
    unit_value_cents: int | None
    urgency: float


URGENCIES = {Urgency.WHENEVER: 0.0, Urgency.QUARTER: 0.5, Urgency.NOW: 1.0}


def terms_of(listing_ids: Collection[int]) -> dict[int, Terms]:
    """By listing, for those that come from an interview. One query."""
    items = InterviewItem.objects.filter(listing__in=listing_ids).order_by("pk")
    return {
        item.listing_id: Terms(
            item.quantity,
            item.measure,
            item.unit_value_cents,
            URGENCIES[Urgency(item.urgency)] if item.urgency else 0.0,
        )
        for item in items
        if item.listing_id is not None
    }
