"""Answers to the cooperations that the map proposes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.accounts.models import Person
from maillage.apps.directory.choices import MembershipRole, MembershipStatus
from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.choices import Interest
from maillage.apps.knowledge.models import CooperationAnswer
from maillage.apps.knowledge.queries.reading import party_ids
from maillage.kernel.audit.actions import record
from maillage.kernel.mail.notifications import notify

AGREED = "knowledge.cooperation"


class NotAPartyError(Exception):
    """The organisation is not one of those that would cooperate."""

    message = gettext_lazy("Your organisation is not part of this cooperation.")


@transaction.atomic
def answer_cooperation(
    *,
    actor: Person,
    organization: Organization,
    parties: str,
    answer: str,
    motive: str = "",
    words: str = "",
    now: datetime,
) -> CooperationAnswer:
    """Say yes, later, or no with a motive, in the name of one of the parties; a second answer replaces the first.

    When the last one accepts, all are told. Raises NotAPartyError.
    """
    ids = party_ids(parties)
    if organization.pk not in ids:
        raise NotAPartyError
    bodies = list(Organization.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    if len(bodies) != len(ids):
        raise NotAPartyError
    said, _made = CooperationAnswer.objects.update_or_create(
        parties=parties,
        organization=organization,
        defaults={
            "answer": answer,
            "motive": motive if answer == Interest.REFUSED else "",
            "words": words,
            "person": actor,
            "answered_at": now,
        },
    )
    record(
        actor=actor,
        verb=f"cooperation.{answer}",
        target_kind="cooperation",
        target_id=parties,
        target_label=", ".join(body.name for body in bodies),
        on_behalf_of=organization.name,
        now=now,
    )
    accepted = CooperationAnswer.objects.filter(parties=parties, answer=Interest.ACCEPTED)
    if answer == Interest.ACCEPTED and accepted.count() == len(ids):
        _tell(bodies, now)
    return said


def _tell(bodies: list[Organization], now: datetime) -> None:
    """Each one's managers hear that the others are interested too."""
    for body in bodies:
        others = _(" and ").join(other.name for other in bodies if other.pk != body.pk)
        title = _("%(others)s and you are interested in working together: it is time to talk.") % {
            "others": others
        }
        managers = Person.objects.filter(
            is_active=True,
            memberships__organization=body,
            memberships__role=MembershipRole.MANAGER,
            memberships__status=MembershipStatus.ACTIVE,
        )
        for person in managers.order_by("pk").distinct():
            notify(person=person, kind=AGREED, title=title, url=reverse("knowledge:cooperations"), now=now)
