"""Telling people what happens to a fiche, at the rhythm that each chose."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.apps.accounts.choices import Role
from maillage.apps.accounts.models import Person
from maillage.apps.directory.access import author_in_charge
from maillage.apps.directory.choices import MembershipRole, MembershipStatus, Status
from maillage.apps.directory.models import Initiative
from maillage.kernel.mail.notifications import notify

PROPOSED = "directory.proposed"
PUBLISHED = "directory.published"
RETURNED = "directory.returned"


def tell_status(
    initiative: Initiative, *, before: str, actor: Person | None, comment: str = "", now: datetime
) -> None:
    """Proposed: the facilitators. Published or sent back: whoever began the fiche, and the managers of its organisation.

    Whoever did it is not told of it.
    """
    if initiative.status == Status.PROPOSED:
        kind, people = PROPOSED, Person.objects.filter(role__in=(Role.FACILITATOR, Role.ADMINISTRATOR))
        title = _("To read and publish: “%(title)s”.") % {"title": initiative.title}
        url = reverse("directory:proposals")
    elif initiative.status == Status.PUBLISHED:
        kind, people = PUBLISHED, _carriers(initiative)
        title = _("“%(title)s” is published.") % {"title": initiative.title}
        url = reverse("directory:initiative_detail", args=[initiative.pk, initiative.slug])
    elif initiative.status == Status.DRAFT and before == Status.PROPOSED:
        kind, people = RETURNED, _carriers(initiative)
        title = _("“%(title)s” needs one more look before it is published.") % {"title": initiative.title}
        if comment:
            title = _("“%(title)s” is sent back to you: %(words)s") % {
                "title": initiative.title,
                "words": comment,
            }
        url = reverse("directory:initiative_step", args=[initiative.pk, initiative.slug, "verifier"])
    else:
        return
    for person in people.filter(is_active=True).order_by("pk"):
        if person != actor:
            notify(person=person, kind=kind, title=title, url=url, now=now)


def _carriers(initiative: Initiative) -> QuerySet[Person]:
    author = author_in_charge(initiative.created_by, initiative.owner_id)
    own = [author.pk] if author else []
    if initiative.owner is None:
        return Person.objects.filter(pk__in=own)
    managers = Person.objects.filter(
        memberships__organization=initiative.owner,
        memberships__role=MembershipRole.MANAGER,
        memberships__status=MembershipStatus.ACTIVE,
    )
    return Person.objects.filter(pk__in=[*own, *managers.values_list("pk", flat=True)])
