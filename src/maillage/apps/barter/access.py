"""Who may open what of the circles. What is absent and what is forbidden look alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404

from maillage.apps.accounts.access import is_facilitator, is_signed_in
from maillage.apps.barter.models import (
    Agreement,
    Circle,
    CircleCredit,
    CircleMember,
    Interview,
    InterviewItem,
    Loop,
)
from maillage.apps.barter.queries.acting import Acting
from maillage.apps.barter.queries.circles import own_members
from maillage.apps.barter.queries.interviews import link_serves, read_token
from maillage.apps.barter.queries.loops import with_legs
from maillage.apps.directory.access import (
    belongs_to,
    managed_organization_ids,
    money_organization_ids,
)
from maillage.apps.directory.choices import Status
from maillage.apps.directory.models import Organization
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.queries.statements import with_parties


def get_circle_to_read(viewer: object, pk: int) -> Circle:
    """For everybody who is signed in: its name, rules and agreement, so that one may join it."""
    found = Circle.objects.filter(pk=pk).first()
    if found is None or not is_signed_in(viewer):
        raise Http404
    return found


def get_circle_for(viewer: object, pk: int) -> Circle:
    """For the people of its members, and for the facilitators: what happens inside."""
    found = Circle.objects.filter(pk=pk).first()
    if found is None or not is_signed_in(viewer):
        raise Http404
    if not is_facilitator(viewer) and not own_members(viewer, found):
        raise Http404
    return found


def get_circle_to_lead(viewer: object, pk: int) -> Circle:
    """For the facilitators."""
    found = Circle.objects.filter(pk=pk).first()
    if found is None or not is_facilitator(viewer):
        raise Http404
    return found


def get_loop_for(viewer: object, circle_pk: int, pk: int) -> Loop:
    """With its legs, for whoever may see what happens inside the circle."""
    found = with_legs(Loop.objects.filter(circle=get_circle_for(viewer, circle_pk), pk=pk)).first()
    if found is None:
        raise Http404
    return found


def get_agreement_for(viewer: object, pk: int, number: int) -> Agreement:
    found = (
        Agreement.objects.filter(circle_id=pk, number=number).select_related("circle", "published_by").first()
    )
    if found is None or not is_signed_in(viewer):
        raise Http404
    return found


def get_member_for(viewer: object, circle_pk: int, pk: int) -> CircleMember:
    """What is known of a member beyond its name, with its circle: for its own people, and for the facilitators."""
    found = (
        CircleMember.objects.filter(pk=pk, circle_id=circle_pk)
        .select_related("organization", "circle")
        .first()
    )
    if found is None or not is_signed_in(viewer):
        raise Http404
    if is_facilitator(viewer):
        return found
    if not found.is_present or not belongs_to(viewer, found.organization_id):
        raise Http404
    return found


def acting_or_none(viewer: object, organization: Organization) -> Acting | None:
    """The viewer acts for the organisation; a facilitator who does not manage it, in office mode; others may not."""
    return _acting(viewer, organization, managed_organization_ids(viewer))


def acting_for(viewer: object, organization: Organization) -> Acting:
    """As `acting_or_none`, for a page that is about acting. Raises Http404."""
    acting = acting_or_none(viewer, organization)
    if acting is None:
        raise Http404
    return acting


def acting_with_money_for(viewer: object, organization: Organization) -> Acting:
    """As `acting_for`, for what the treasurer may do too: pay, be paid, owe, set off. Raises Http404."""
    acting = _acting(viewer, organization, money_organization_ids(viewer))
    if acting is None:
        raise Http404
    return acting


def _acting(viewer: object, organization: Organization, own: set[int]) -> Acting | None:
    is_own = organization.pk in own
    if not is_signed_in(viewer) or not (is_own or is_facilitator(viewer)):
        return None
    return Acting(person=viewer, organization=organization, in_office_mode=not is_own)


def speaks_for(viewer: object, members: Sequence[CircleMember]) -> list[CircleMember]:
    """Those of the members for which the viewer may act, as `acting_with_money_for` has it."""
    if is_facilitator(viewer):
        return list(members)
    handled = money_organization_ids(viewer)
    return [member for member in members if member.organization_id in handled]


def organizations_to_sign_for(viewer: object, circle: Circle) -> list[Organization]:
    """Those that may join in the viewer's hands, or sign the last version again, by name.

    A facilitator may sign in office mode for any organisation that is published; others, for those they manage.
    """
    if not is_signed_in(viewer):
        return []
    latest = circle.agreements.order_by("-number").values_list("number", flat=True)[:1]
    signed = circle.members.present().filter(signed_number__in=latest).values("organization_id")
    found = Organization.objects.exclude(pk__in=signed).filter(status=Status.PUBLISHED)
    if not is_facilitator(viewer):
        found = found.filter(pk__in=managed_organization_ids(viewer))
    return list(found.order_by("sort_key", "pk"))


def get_interview_to_hold(viewer: object, circle_pk: int, pk: int) -> tuple[Circle, Interview]:
    """For the facilitators."""
    circle = get_circle_to_lead(viewer, circle_pk)
    found = (
        Interview.objects.filter(pk=pk, member__circle=circle)
        .select_related("member__organization", "member__circle", "facilitator")
        .first()
    )
    if found is None:
        raise Http404
    return circle, found


def get_item_to_change(interview: Interview, pk: int) -> InterviewItem:
    """One of an interview that is already loaded for the viewer."""
    found = interview.items.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_interview_by_link(token: str, *, now: datetime) -> tuple[Interview, int] | None:
    """The interview that a link opens, for whoever holds it, and the link's number; None when it no longer serves."""
    said = read_token(token)
    if said is None:
        return None
    found = (
        Interview.objects.filter(pk=said[0])
        .select_related("member__organization", "member__circle", "facilitator")
        .first()
    )
    if found is None or not link_serves(found, said[1], now):
        return None
    return found, said[1]


@dataclass(frozen=True)
class Seat:
    """What the viewer may do on the accounts of a circle, asked once for a whole page.

    `mine` are the members to which the viewer belongs, `handled` the organisations whose money they handle.
    """

    circle: Circle
    unit_id: int
    leads: bool
    mine: list[CircleMember]
    handled: frozenset[int]

    def sees(self, account: Account) -> bool:
        return self.leads or account.owner_id in {member.organization_id for member in self.mine}

    def uses(self, account: Account) -> bool:
        """The managers and treasurers of its owner, and facilitators, who then act in office mode."""
        return account.owner_id is not None and (self.leads or account.owner_id in self.handled)

    def is_office(self, account: Account) -> bool:
        return self.uses(account) and account.owner_id not in self.handled


def get_seat(viewer: object, pk: int) -> Seat:
    """For the people of the members of a circle that has accounts, and for the facilitators. Raises Http404."""
    credit = CircleCredit.objects.filter(circle_id=pk).select_related("circle").first()
    if credit is None or not is_signed_in(viewer):
        raise Http404
    leads, mine = is_facilitator(viewer), own_members(viewer, credit.circle)
    if not leads and not mine:
        raise Http404
    handled = frozenset(money_organization_ids(viewer))
    return Seat(credit.circle, credit.unit_id, leads, mine, handled)


def get_account_in(seat: Seat, pk: int, *, use: bool) -> Account:
    """A member's account that the viewer may see, or `use`. Raises Http404."""
    rows = Account.objects.filter(pk=pk, unit_id=seat.unit_id, owner__isnull=False)
    found = rows.select_related("unit", "owner").first()
    if found is None or not (seat.uses(found) if use else seat.sees(found)):
        raise Http404
    return found


def get_transfer_in(seat: Seat, pk: int) -> Transfer:
    """A transfer of the circle that the viewer may see: on either side, or as a facilitator. Raises Http404."""
    rows = with_parties(Transfer.objects.filter(pk=pk, unit_id=seat.unit_id))
    found = rows.select_related(
        "unit", "payer__owner", "payee__owner", "act__actor", "reverses", "subject__listing"
    ).first()
    if found is None or not (seat.sees(found.payer) or seat.sees(found.payee)):
        raise Http404
    return found
