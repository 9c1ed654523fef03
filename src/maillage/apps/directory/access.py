"""Who may see and change what in the directory. What is absent and what is forbidden look alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.http import Http404, HttpRequest

from maillage.apps.accounts.access import is_facilitator, is_signed_in
from maillage.apps.accounts.models import Person
from maillage.apps.directory.choices import (
    HANDLING_MONEY,
    CarrierRole,
    MembershipRole,
    MembershipStatus,
    Status,
)
from maillage.apps.directory.models import (
    Initiative,
    InitiativeDocument,
    InitiativePicture,
    Involvement,
    Membership,
    Organization,
)
from maillage.apps.directory.queries.initiatives import with_everything
from maillage.kernel.http.once import once

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Right(TypedDict):
        may_edit: bool

    SeenInitiative = WithAnnotations[Initiative, _Right]
    """A fiche read for somebody: `may_edit` says whether they may change it."""


def active_memberships(viewer: object) -> QuerySet[Membership]:
    """The ties in force between the viewer and organisations; none for a visitor."""
    if not is_signed_in(viewer):
        return Membership.objects.none()
    return Membership.objects.filter(person=viewer, status=MembershipStatus.ACTIVE)


def ties_of(viewer: object) -> Mapping[int, Membership]:
    """The ties of the viewer by organisation, asked for and invited ones too; read once for a page."""
    if not is_signed_in(viewer):
        return {}
    standing = Membership.objects.filter(person=viewer).exclude(status=MembershipStatus.ENDED).order_by("pk")
    return once(("ties", viewer.pk), lambda: {tie.organization_id: tie for tie in standing})


def roles_in_organizations(viewer: object) -> dict[int, str]:
    """The role of the viewer in each organisation to which they belong."""
    ties = ties_of(viewer)
    return {pk: tie.role for pk, tie in ties.items() if tie.status == MembershipStatus.ACTIVE}


def belongs_to(viewer: object, organization_id: int | None) -> bool:
    return organization_id in roles_in_organizations(viewer)


def organizations_of(viewer: object) -> list[Organization]:
    """The organisations to which the viewer belongs, by name: they speak for these, offer and answer in their name."""
    ties = active_memberships(viewer).select_related("organization").order_by("organization__sort_key", "pk")
    return [tie.organization for tie in ties]


def managed_organization_ids(viewer: object) -> set[int]:
    """The organisations that the viewer manages."""
    return {pk for pk, role in roles_in_organizations(viewer).items() if role == MembershipRole.MANAGER}


def money_organization_ids(viewer: object) -> set[int]:
    """The organisations whose money the viewer handles: those they manage, or are the treasurer of."""
    return {pk for pk, role in roles_in_organizations(viewer).items() if role in HANDLING_MONEY}


def acts_in_office(viewer: object, organization_id: int) -> bool:
    """Whether what the viewer does with the money of the organisation is done in its place: a facilitator who does not handle it."""
    return is_facilitator(viewer) and organization_id not in money_organization_ids(viewer)


def can_handle_money(viewer: object, organization: Organization) -> bool:
    """The managers and treasurers of the organisation, and facilitators in its place."""
    return is_facilitator(viewer) or organization.pk in money_organization_ids(viewer)


def can_manage_organization(viewer: object, organization: Organization) -> bool:
    if is_facilitator(viewer):
        return True
    return organization.pk in managed_organization_ids(viewer)


def can_see_organization(viewer: object, organization: Organization) -> bool:
    if organization.status == Status.PUBLISHED:
        return True
    return can_manage_organization(viewer, organization)


def speaks_for(viewer: object, organization_id: int | None) -> bool:
    """Whether what the viewer wrote in the name of the organisation is still theirs to change: they belong to it.

    What was written in the name of none stays its author's.
    """
    return organization_id is None or belongs_to(viewer, organization_id)


def author_in_charge(author: Person | None, organization_id: int | None) -> Person | None:
    """Who wrote something in the name of an organisation, or of none, while it is still theirs: who may hear of it."""
    return author if author is not None and speaks_for(author, organization_id) else None


def can_edit_initiative(viewer: object, initiative: Initiative) -> bool:
    """Its author while they belong to its owner, the managers of its owner or of a carrier, and facilitators; partners may not."""
    if not is_signed_in(viewer):
        return False
    if is_facilitator(viewer):
        return True
    if initiative.created_by_id == viewer.pk and speaks_for(viewer, initiative.owner_id):
        return True
    carriers = initiative.carriers.filter(role=CarrierRole.CARRIER, organization__isnull=False)
    responsible = {initiative.owner_id, *carriers.values_list("organization_id", flat=True)}
    return bool(responsible & managed_organization_ids(viewer))


def with_right(viewer: object) -> QuerySet[SeenInitiative]:
    """The fiches, each with `may_edit`, what `can_edit_initiative` says of it."""
    if not is_signed_in(viewer) or is_facilitator(viewer):
        return Initiative.objects.annotate(may_edit=Value(is_facilitator(viewer)))
    editable = initiatives_editable_by(viewer).filter(pk=OuterRef("pk"))
    return Initiative.objects.annotate(may_edit=Exists(editable))


def can_see_initiative(viewer: object, initiative: Initiative) -> bool:
    if initiative.status == Status.PUBLISHED:
        return True
    return can_edit_initiative(viewer, initiative)


def can_publish_initiative(viewer: object, initiative: Initiative) -> bool:
    """Facilitators look at a fiche before the public does."""
    return is_facilitator(viewer)


def get_initiative_for(
    viewer: object,
    pk: int,
    read: Callable[[QuerySet[Any]], QuerySet[Any]] = with_everything,
) -> SeenInitiative:
    """The initiative with `may_edit` and what `read` reads of it; raises Http404 when the viewer may not see it."""
    initiative: SeenInitiative | None = read(with_right(viewer).filter(pk=pk)).first()
    if initiative is None or not (initiative.status == Status.PUBLISHED or initiative.may_edit):
        raise Http404
    return initiative


def get_initiative_to_edit(viewer: object, pk: int) -> Initiative:
    """As `get_initiative_for`, for those who may change it."""
    rows = Initiative.objects.all() if is_facilitator(viewer) else initiatives_editable_by(viewer)
    initiative = with_everything(rows.filter(pk=pk)).first()
    if initiative is None:
        raise Http404
    return initiative


def get_organization_for(viewer: object, pk: int) -> Organization:
    """Raises Http404 when the viewer may not see it."""
    return _organization_if(can_see_organization, viewer, pk)


def get_organization_to_manage(viewer: object, pk: int) -> Organization:
    """As `get_organization_for`, for those who manage it."""
    return _organization_if(can_manage_organization, viewer, pk)


def get_organization_for_money(viewer: object, pk: int) -> Organization:
    """As `get_organization_for`, for those who handle its money."""
    return _organization_if(can_handle_money, viewer, pk)


def _organization_if(may: Callable[[object, Organization], bool], viewer: object, pk: int) -> Organization:
    organization = Organization.objects.filter(pk=pk).first()
    if organization is None or not may(viewer, organization):
        raise Http404
    return organization


def get_membership_to_change(viewer: object, pk: int, *, only_to_end: bool) -> Membership:
    """Managers change any tie of their organisation; everybody may end their own."""
    tie = Membership.objects.select_related("organization").filter(pk=pk).first()
    if tie is None:
        raise Http404
    is_own = is_signed_in(viewer) and tie.person == viewer
    if not (is_own and only_to_end) and not can_manage_organization(viewer, tie.organization):
        raise Http404
    return tie


def initiatives_editable_by(viewer: object) -> QuerySet[Initiative]:
    """The fiches a member looks after, whatever their state; a facilitator's own ones only."""
    if not is_signed_in(viewer):
        return Initiative.objects.none()
    ties = active_memberships(viewer)
    tied, managed = (
        rows.values("organization_id") for rows in (ties, ties.filter(role=MembershipRole.MANAGER))
    )
    carried = Q(carriers__organization_id__in=managed, carriers__role=CarrierRole.CARRIER)
    written = Q(created_by=viewer) & (Q(owner=None) | Q(owner_id__in=tied))
    mine = Initiative.objects.filter(written | Q(owner_id__in=managed) | carried)
    return Initiative.objects.filter(pk__in=mine.values("pk"))


ACTING_KEY = "acting_for_organization"


def acting_organization(request: HttpRequest) -> Organization | None:
    """The organisation that the person chose to act for in this session, if they still belong to it.

    No query for visitors, nor for those who act for themselves.
    """
    if ACTING_KEY not in request.session or not is_signed_in(request.user):
        return None
    chosen, viewer = request.session[ACTING_KEY], request.user
    ties = active_memberships(viewer).filter(organization_id=chosen).select_related("organization")
    tie = once(("acting", viewer.pk, chosen), ties.first)
    return tie.organization if tie else None


def may_read_picture(viewer: object, name: str) -> bool:
    """Whether the stored picture belongs to a fiche that the viewer may see."""
    picture = InitiativePicture.objects.filter(image=name).select_related("initiative").first()
    return picture is not None and can_see_initiative(viewer, picture.initiative)


def may_read_document(viewer: object, name: str) -> bool:
    document = InitiativeDocument.objects.filter(file=name).select_related("initiative").first()
    return document is not None and can_see_initiative(viewer, document.initiative)


def may_read_logo(viewer: object, name: str) -> bool:
    organization = Organization.objects.filter(logo=name).first()
    return organization is not None and can_see_organization(viewer, organization)


def visible_involvements(viewer: object) -> QuerySet[Involvement]:
    """The messages to those who carry the fiches that the viewer looks after; all of them for a facilitator; the latest first."""
    received = Involvement.objects.select_related("initiative").order_by("-created_at", "-pk")
    if is_facilitator(viewer):
        return received
    return received.filter(initiative__in=initiatives_editable_by(viewer))
