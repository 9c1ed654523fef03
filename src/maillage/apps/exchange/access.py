"""Who may see and change needs and offers. What is absent and what is forbidden look alike."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404

from maillage.apps.accounts.access import is_facilitator, is_signed_in
from maillage.apps.directory.access import active_memberships, managed_organization_ids
from maillage.apps.directory.models import Organization
from maillage.apps.exchange.choices import SHOWN, Audience
from maillage.apps.exchange.models import Listing, Proposal
from maillage.apps.exchange.queries.matching import with_card


def owns_listing(viewer: object, listing: Listing) -> bool:
    """Whoever made it, and the managers of its organisation: they do not answer it."""
    if not is_signed_in(viewer):
        return False
    if listing.created_by_id == viewer.pk:
        return True
    return listing.organization_id in managed_organization_ids(viewer)


def can_manage_listing(viewer: object, listing: Listing) -> bool:
    """Its owners, and facilitators."""
    return is_facilitator(viewer) or owns_listing(viewer, listing)


def can_see_listing(viewer: object, listing: Listing) -> bool:
    if listing.status in SHOWN and listing.audience == Audience.PUBLIC:
        return True
    if listing.status in SHOWN and is_signed_in(viewer):
        return True
    if can_manage_listing(viewer, listing):
        return True
    return is_signed_in(viewer) and listing.replies.filter(person=viewer).exists()


def get_listing_for(viewer: object, pk: int) -> Listing:
    """The listing with what its page shows; raises Http404 when the viewer may not see it."""
    listing = with_card(Listing.objects.filter(pk=pk)).first()
    if listing is None or not can_see_listing(viewer, listing):
        raise Http404
    return listing


def get_listing_to_manage(viewer: object, pk: int) -> Listing:
    listing = with_card(Listing.objects.filter(pk=pk)).first()
    if listing is None or not can_manage_listing(viewer, listing):
        raise Http404
    return listing


def listings_of(viewer: object) -> QuerySet[Listing]:
    """The needs and offers that the viewer looks after, whatever their state; a facilitator's own ones only."""
    if not is_signed_in(viewer):
        return Listing.objects.none()
    return Listing.objects.filter(
        Q(created_by=viewer) | Q(organization_id__in=managed_organization_ids(viewer))
    )


def organizations_to_act_for(viewer: object) -> list[Organization]:
    """The organisations in whose name the viewer may say a need or an offer, or answer one."""
    ties = active_memberships(viewer).select_related("organization").order_by("organization__sort_key", "pk")
    return [tie.organization for tie in ties]


def get_proposal_to_answer(viewer: object, pk: int) -> Proposal:
    proposal = Proposal.objects.filter(pk=pk).select_related("listing", "to").first()
    if proposal is None or not can_manage_listing(viewer, proposal.to):
        raise Http404
    return proposal
