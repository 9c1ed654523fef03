"""“I want to take part”, “I want to do the same”: a message that reaches the carriers without showing an address."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from maillage.apps.accounts.choices import Role
from maillage.apps.accounts.models import Person
from maillage.apps.directory.access import author_in_charge
from maillage.apps.directory.choices import CarrierRole, InvolvementKind, MembershipRole, MembershipStatus
from maillage.apps.directory.models import Initiative, Involvement, Membership
from maillage.kernel.mail.send import send_message

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

RECIPIENTS_MAX = 20


@transaction.atomic
def send_involvement(
    *,
    viewer: Person | AnonymousUser,
    initiative_id: int,
    kind: str,
    name: str,
    email: str,
    message: str,
    now: datetime,
) -> Involvement:
    """Keep the message and send it to those who look after the fiche; they answer to `email`, given for that."""
    initiative = Initiative.objects.select_related("owner").get(pk=initiative_id)
    involvement = Involvement.objects.create(
        initiative=initiative,
        kind=kind,
        person=viewer if isinstance(viewer, Person) else None,
        name=name,
        email=email,
        message=message,
        created_at=now,
    )
    for address in recipients_of(initiative):
        send_message(
            to=address,
            template="directory/mail/involvement",
            context={
                "initiative": initiative,
                "involvement": involvement,
                "kind": InvolvementKind(kind).label,
                "path": reverse("directory:involvements"),
            },
            reply_to=email,
            now=now,
        )
    return involvement


@transaction.atomic
def mark_answered(*, involvement_id: int, answered: bool, now: datetime) -> Involvement:
    """Note that someone has answered, or take the note back."""
    involvement = Involvement.objects.select_for_update().get(pk=involvement_id)
    involvement.answered_at = now if answered else None
    involvement.save(update_fields=["answered_at"])
    return involvement


def recipients_of(initiative: Initiative) -> list[str]:
    """The addresses of the managers of its owner and carriers, else its contact, its author, the facilitators."""
    carriers = initiative.carriers.filter(role=CarrierRole.CARRIER).values("organization_id")
    managers = Membership.objects.filter(role=MembershipRole.MANAGER, status=MembershipStatus.ACTIVE)
    tied = managers.filter(organization_id__in=carriers)
    if initiative.owner_id:
        tied = tied | managers.filter(organization_id=initiative.owner_id)
    found = set(tied.filter(person__is_active=True).values_list("person__email", flat=True))
    if not found and initiative.contact_email:
        found = {initiative.contact_email}
    author = author_in_charge(initiative.created_by, initiative.owner_id)
    if not found and author is not None and author.is_active:
        found = {author.email}
    if not found:
        network = Person.objects.filter(role__in=(Role.FACILITATOR, Role.ADMINISTRATOR), is_active=True)
        found = set(network.values_list("email", flat=True))
    return sorted(found)[:RECIPIENTS_MAX]
