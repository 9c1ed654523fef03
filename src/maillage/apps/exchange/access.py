"""Who may see and change needs and offers. What is absent and what is forbidden look alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.http import Http404

from maillage.apps.accounts.access import is_facilitator, is_signed_in
from maillage.apps.directory.access import (
    active_memberships,
    initiatives_editable_by,
    managed_organization_ids,
    organizations_of,
    speaks_for,
)
from maillage.apps.directory.choices import MembershipRole
from maillage.apps.directory.choices import Status as PublicationStatus
from maillage.apps.directory.models import Initiative, Organization
from maillage.apps.exchange.choices import SHOWN, Audience
from maillage.apps.exchange.models import Listing, Proposal
from maillage.apps.exchange.queries.matching import with_everything

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Right(TypedDict):
        is_own: bool

    SeenListing = WithAnnotations[Listing, _Right]
    """A need or an offer read for somebody: `is_own` says whether it is theirs."""


def owns_listing(viewer: object, listing: Listing) -> bool:
    """Whoever made it, while they belong to its organisation, whose managers too; those who look after its project.

    They do not answer it.
    """
    if not is_signed_in(viewer):
        return False
    if listing.initiative_id:
        return initiatives_editable_by(viewer).filter(pk=listing.initiative_id).exists()
    if listing.created_by_id == viewer.pk and speaks_for(viewer, listing.organization_id):
        return True
    return listing.organization_id in managed_organization_ids(viewer)


def can_manage_listing(viewer: object, listing: Listing) -> bool:
    """Its owners, and facilitators."""
    return is_facilitator(viewer) or owns_listing(viewer, listing)


def can_publish_listing(viewer: object, listing: Listing) -> bool:
    """Those who look after it; what was drafted for an organisation, its managers alone, not who drafted it."""
    if listing.awaits_word:
        return listing.organization_id in managed_organization_ids(viewer)
    return can_manage_listing(viewer, listing)


def can_see_listing(viewer: object, listing: Listing) -> bool:
    if listing.status in SHOWN and listing.audience == Audience.PUBLIC:
        return True
    if listing.status in SHOWN and is_signed_in(viewer):
        return True
    if can_manage_listing(viewer, listing):
        return True
    return is_signed_in(viewer) and listing.replies.filter(person=viewer).exists()


def with_right(viewer: object) -> QuerySet[SeenListing]:
    """The listings, each with `is_own`, what `owns_listing` says of it."""
    if not is_signed_in(viewer):
        return Listing.objects.annotate(is_own=Value(False))
    return Listing.objects.annotate(is_own=Exists(listings_of(viewer).filter(pk=OuterRef("pk"))))


def get_listing_for(
    viewer: object, pk: int, read: Callable[[QuerySet[Any]], QuerySet[Any]] = with_everything
) -> SeenListing:
    """The listing with `is_own` and what `read` reads of it; raises Http404 when the viewer may not see it."""
    listing: SeenListing | None = read(with_right(viewer).filter(pk=pk)).first()
    if listing is None:
        raise Http404
    looked_after = listing.is_own or is_facilitator(viewer)
    if not looked_after and not can_see_listing(viewer, listing):
        raise Http404
    return listing


def get_public_listing(pk: int) -> Listing:
    """With all that tables and profiles say of it, for everybody; raises Http404 for what members alone may find."""
    listing = with_everything(Listing.objects.public().filter(pk=pk)).first()
    if listing is None:
        raise Http404
    return listing


def get_listing_to_match(viewer: object, pk: int) -> Listing:
    """The listing alone, for those who look after it."""
    listing = with_right(viewer).filter(pk=pk).first()
    if listing is None or not (listing.is_own or is_facilitator(viewer)):
        raise Http404
    return listing


def get_listing_to_manage(viewer: object, pk: int) -> Listing:
    listing = with_everything(Listing.objects.filter(pk=pk)).first()
    if listing is None or not can_manage_listing(viewer, listing):
        raise Http404
    return listing


def listings_of(viewer: object) -> QuerySet[Listing]:
    """The needs and offers that the viewer looks after, whatever their state; a facilitator's own ones only."""
    if not is_signed_in(viewer):
        return Listing.objects.none()
    tied = active_memberships(viewer)
    managed = tied.filter(role=MembershipRole.MANAGER).values("organization_id")
    of_nobody_else = Q(organization=None) | Q(organization_id__in=tied.values("organization_id"))
    return Listing.objects.filter(
        (Q(created_by=viewer, initiative=None) & of_nobody_else)
        | Q(organization_id__in=managed)
        | Q(initiative__in=initiatives_editable_by(viewer))
    )


PROJECTS_MAX = 200


@dataclass(frozen=True)
class Owners:
    """In whose name somebody may say a need or an offer, beside their own."""

    organizations: tuple[Organization, ...] = ()
    initiatives: tuple[Initiative, ...] = ()
    can_be_oneself: bool = True


def owners_for(viewer: object, listing: Listing | None = None) -> Owners:
    """The organisations that the viewer belongs to and the published projects that they look after.

    The present owner of `listing` is among them, whoever changes it; and alone while the listing awaits its word.
    """
    if listing is not None and listing.awaits_word and listing.organization is not None:
        return Owners((listing.organization,), can_be_oneself=False)
    bodies = organizations_of(viewer)
    looked_after = initiatives_editable_by(viewer).filter(status=PublicationStatus.PUBLISHED)
    projects = list(looked_after.order_by("sort_key", "pk")[:PROJECTS_MAX])
    if listing is not None and listing.organization is not None and listing.organization not in bodies:
        bodies.append(listing.organization)
    if listing is not None and listing.initiative is not None and listing.initiative not in projects:
        projects.append(listing.initiative)
    return Owners(tuple(bodies), tuple(projects))


def sees_history_as(viewer: object, listing: Listing) -> tuple[str, ...]:
    """The audiences whose versions the viewer may read: "" stands for what was never shown."""
    if can_manage_listing(viewer, listing):
        return ("", Audience.NETWORK, Audience.PUBLIC)
    return (Audience.NETWORK, Audience.PUBLIC) if is_signed_in(viewer) else (Audience.PUBLIC,)


def get_proposal_to_answer(viewer: object, pk: int) -> Proposal:
    proposal = Proposal.objects.filter(pk=pk).select_related("listing", "to").first()
    if proposal is None or not can_manage_listing(viewer, proposal.to):
        raise Http404
    return proposal
