"""Telling people what happens around a need or an offer, at the rhythm that each chose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from maillage.apps.accounts.choices import Role
from maillage.apps.accounts.models import Person
from maillage.apps.directory.access import author_in_charge
from maillage.apps.directory.choices import CarrierRole, MembershipRole, MembershipStatus
from maillage.apps.exchange.models import Listing, Reply
from maillage.apps.exchange.queries.owners import owner_name
from maillage.kernel.mail.models import Notification
from maillage.kernel.mail.notifications import notify
from maillage.kernel.mail.send import send_message

MATCH = "exchange.match"
FRESHNESS = "exchange.freshness"
AGREED = "exchange.agreed"
UNHEARD = "exchange.unheard"
RECIPIENTS_MAX = 20


def owners_of(listing: Listing) -> list[Person]:
    """Who is told: the managers of its organisation, or who looks after its project, or whoever made it in nobody's name."""
    people = Person.objects.filter(is_active=True)
    author, ids = author_in_charge(listing.created_by, listing.organization_id), set[int | None]()
    if listing.organization_id:
        ids = _managers_of({listing.organization_id})
    if listing.initiative is not None:
        project = listing.initiative
        author = author_in_charge(project.created_by, project.owner_id)
        carriers = project.carriers.filter(role=CarrierRole.CARRIER)
        ids = _managers_of({project.owner_id, *carriers.values_list("organization_id", flat=True)})
    if author is not None and (listing.initiative is not None or not ids):
        ids.add(author.pk)
    return list(people.filter(pk__in=[pk for pk in ids if pk]).order_by("pk")[:RECIPIENTS_MAX])


def _managers_of(organization_ids: set[int | None]) -> set[int | None]:
    managed = Person.objects.filter(
        is_active=True,
        memberships__organization_id__in=[pk for pk in organization_ids if pk],
        memberships__role=MembershipRole.MANAGER,
        memberships__status=MembershipStatus.ACTIVE,
    )
    return set(managed.values_list("pk", flat=True))


def path_of(listing: Listing) -> str:
    return reverse("exchange:listing_detail", args=[listing.pk, listing.slug])


def tell_match(found: Listing, *, to: Listing, people: Sequence[Person], now: datetime) -> None:
    """The owners of `to`, who are `people`, hear of `found`, which may answer it."""
    words = {"found": found.title, "mine": to.title}
    if found.is_need:
        title = _("A need that your offer “%(mine)s” may meet: “%(found)s”.") % words
    else:
        title = _("An offer that may meet your need “%(mine)s”: “%(found)s”.") % words
    for person in people:
        notify(person=person, kind=MATCH, title=title, url=path_of(found), now=now)


def tell_unheard(listing: Listing, *, now: datetime) -> None:
    """Facilitators hear, once, that something meets a listing that nobody looks after."""
    url = path_of(listing)
    if Notification.objects.filter(kind=UNHEARD, url=url).exists():
        return
    title = _("Something meets “%(title)s” (%(owner)s), but nobody looks after it: nobody was told.") % {
        "title": listing.title,
        "owner": owner_name(listing),
    }
    people = Person.objects.filter(is_active=True, role__in=(Role.FACILITATOR, Role.ADMINISTRATOR))
    for person in people.order_by("pk"):
        notify(person=person, kind=UNHEARD, title=title, url=url, now=now)


def tell_freshness(listing: Listing, *, now: datetime) -> None:
    """It will soon be hidden: does it still hold?"""
    title = _("Does “%(title)s” still hold? Say so before %(day)s, or it will no longer be shown.") % {
        "title": listing.title,
        "day": date_format(listing.expires_on, "DATE_FORMAT"),
    }
    for person in owners_of(listing):
        notify(person=person, kind=FRESHNESS, title=title, url=path_of(listing), now=now)


def tell_agreed(listing: Listing, reply: Reply, *, now: datetime) -> None:
    """Whoever replied hears that it is settled with them."""
    title = _("It is agreed with you: “%(title)s”.") % {"title": listing.title}
    if reply.person.is_active:
        notify(person=reply.person, kind=AGREED, title=title, url=path_of(listing), now=now)


def send_reply(reply: Reply, *, now: datetime) -> None:
    """The message goes to the owners by e-mail; they answer to its writer directly, who knows that and agreed."""
    for person in owners_of(reply.listing):
        send_message(
            to=person.email,
            template="exchange/mail/reply",
            context={"reply": reply, "listing": reply.listing, "path": path_of(reply.listing)},
            reply_to=reply.person.email,
            now=now,
        )
