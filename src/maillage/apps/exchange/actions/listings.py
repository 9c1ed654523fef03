"""Writing needs and offers, from draft to outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.accounts.models import Person
from maillage.apps.directory.models import Organization
from maillage.apps.exchange.actions.news import tell_agreed
from maillage.apps.exchange.actions.versions import keep_version, open_history, show_version
from maillage.apps.exchange.choices import SHOWN, STATUS_TRANSITIONS, Status
from maillage.apps.exchange.models import Listing, ListingCriterion, Outcome, Reply
from maillage.apps.exchange.queries.contents import (
    PLAIN_FIELDS,
    ListingContent,
    Measured,
    existing_only,
    lasts_until,
    listing_content,
    local_day,
    said_in,
)
from maillage.apps.exchange.queries.reading import Reading, no_longer_said, reading_of
from maillage.cores.text import slugify, sort_key
from maillage.kernel.audit.actions import record
from maillage.kernel.events import ContentChanged, publish
from maillage.kernel.jobs.queue import enqueue

KIND = "listing"
CRITERIA_MAX = 30
REFUSED_MAX = 50
LISTINGS_PER_DAY_MAX = 20
TWICE_WITHIN = timedelta(minutes=1)


class ForbiddenStepError(Exception):
    """A step that the states of a listing do not know."""

    def __init__(self, before: str, after: str) -> None:
        super().__init__(before, after)
        self.before, self.after = before, after

    @property
    def sentence(self) -> str:
        return _("It is now “%(before)s”: it cannot become “%(after)s”.") % {
            "before": Status(self.before).label,
            "after": Status(self.after).label,
        }


class TooManyListingsError(Exception):
    """One person says more than people do."""

    message = gettext_lazy(
        "You have said many needs and offers today. Wait until tomorrow for the next ones."
    )


class EndedError(Exception):
    """The dates of the listing are past."""

    message = gettext_lazy("Its last day is past: change its dates before opening it again.")


class AwaitsWordError(Exception):
    """Somebody else than its organisation would publish a draft that was written for it."""

    def __init__(self, owner: str) -> None:
        super().__init__(owner)
        self.owner = owner

    @property
    def sentence(self) -> str:
        return _(
            "This draft was written during a visit: only %(owner)s publishes it, by the link that it was sent or by one of "
            "its managers."
        ) % {"owner": self.owner}


@transaction.atomic
def create_listing(
    *,
    actor: Person | None,
    content: ListingContent,
    in_bulk: bool = False,
    awaits_word: bool = False,
    now: datetime,
) -> Listing:
    """Save a new need or offer, as a draft that only its owner sees.

    A form that was sent twice within a minute makes one draft. `in_bulk`: it comes from something that counts its
    own, such as an interview; it is neither limited nor taken for another. `awaits_word`: it is drafted for an
    organisation, which alone publishes it. Raises TooManyListingsError.
    """
    if actor is not None and not in_bulk:
        same = _said_just_now(actor, content, now)
        if same is not None:
            return same
    today = local_day(now)
    listing = Listing(
        created_by=actor,
        created_at=now,
        status=Status.DRAFT,
        awaits_word=awaits_word,
        confirmed_on=today,
        expires_on=lasts_until(today, content.ends_on),
    )
    _write(listing, content, now)
    keep_version(listing, actor=actor, now=now)
    _journal("listing.create", listing, actor, now)
    return listing


@transaction.atomic
def update_listing(
    *, actor: Person | None, listing_id: int, content: ListingContent, now: datetime
) -> Listing:
    """Save what the listing says now. Who changes it says thereby that it still holds.

    The criteria whose words it does not say any more go with them. What awaits the word of its organisation stays with it.
    """
    listing = _locked(listing_id)
    if listing.awaits_word:
        content = replace(content, organization_id=listing.organization_id, initiative_id=None)
    _rewrite(listing, content, actor, now)
    gone = no_longer_said(listing, listing.criteria.all(), today=local_day(now))
    listing.criteria.filter(pk__in=[each.pk for each in gone]).delete()
    keep_version(listing, actor=actor, now=now)
    _journal("listing.update", listing, actor, now)
    _announce(listing, actor, now)
    return listing


@transaction.atomic
def restore_version(*, actor: Person | None, listing_id: int, number: int, now: datetime) -> Listing:
    """Make the listing say again what it said at `number`, criteria included; that return is itself a new version.

    It stays with the owner and the audience that it has now: giving it away, or showing it to more people, is an act of its own.
    Raises ListingVersion.DoesNotExist when there is no such version.
    """
    listing = _locked(listing_id)
    content, criteria = said_in(listing.versions.get(number=number).data)
    kept = ("organization_id", "initiative_id", "audience")
    content = replace(existing_only(content), **{name: getattr(listing, name) for name in kept})
    _rewrite(listing, content, actor, now)
    _measure(listing, criteria)
    keep_version(
        listing, actor=actor, now=now, comment=_("Return to version %(number)s") % {"number": number}
    )
    _journal("listing.restore", listing, actor, now, {"number": number})
    _announce(listing, actor, now)
    return listing


@transaction.atomic
def confirm_criteria(
    *,
    actor: Person | None,
    listing_id: int,
    criteria: Sequence[Measured],
    refused: Sequence[Reading] = (),
    now: datetime,
) -> Listing:
    """Keep the criteria that a person has confirmed, each with the words that say it; they replace those kept before.

    `refused` are the readings that the person said are wrong; those refused before whose words come back stay refused.
    """
    listing = _locked(listing_id)
    open_history(listing)
    _measure(listing, criteria)
    confirmed = {reading_of(each.kind, words) for each, words in criteria}
    before = [reading_of(*each) for each in listing.refused]
    listing.refused = [each for each in dict.fromkeys((*refused, *before)) if each not in confirmed][
        :REFUSED_MAX
    ]
    listing.updated_at = now
    listing.save(update_fields=["refused", "updated_at"])
    keep_version(listing, actor=actor, now=now)
    _journal("listing.criteria", listing, actor, now)
    _announce(listing, actor, now)
    return listing


@transaction.atomic
def change_status(
    *, actor: Person | None, listing_id: int, status: str, by_owner: bool = False, now: datetime
) -> Listing:
    """Move a listing along; asking for the state it is in changes nothing. Opening gives it its time again,
    and has its first wave sent.

    `by_owner`: the organisation itself says so, which publishes what was drafted for it. Raises ForbiddenStepError,
    EndedError when a listing is opened whose last day is past, AwaitsWordError.
    """
    listing = _locked(listing_id)
    before = listing.status
    if status == before:
        return listing
    if status not in STATUS_TRANSITIONS[before]:
        raise ForbiddenStepError(before, status)
    if status == Status.OPEN:
        if listing.awaits_word and not by_owner:
            raise AwaitsWordError(str(listing.organization))
        listing.awaits_word = False
        _open(listing, now)
        open_history(listing)
        show_version(listing)
    listing.status = status
    listing.updated_at = now
    listing.save()
    _journal(f"listing.{status}", listing, actor, now, {"before": before})
    _announce(listing, actor, now)
    if status == Status.OPEN and before not in SHOWN:
        enqueue("exchange.send_wave", listing_id=listing.pk)
    return listing


@transaction.atomic
def renew_listing(*, actor: Person | None, listing_id: int, now: datetime) -> Listing:
    """Somebody says that it still holds: it is shown for as long again. Raises ForbiddenStepError, EndedError."""
    listing = _locked(listing_id)
    if listing.status == Status.EXPIRED:
        return change_status(actor=actor, listing_id=listing_id, status=Status.OPEN, now=now)
    if listing.status not in SHOWN:
        raise ForbiddenStepError(listing.status, Status.OPEN)
    _give_time(listing, now)
    listing.updated_at = now
    listing.save()
    _journal("listing.renew", listing, actor, now)
    _announce(listing, actor, now)
    return listing


@transaction.atomic
def agree_with(*, actor: Person | None, listing_id: int, reply_id: int, now: datetime) -> Listing:
    """It is settled with whoever wrote this reply, who is told. Raises ForbiddenStepError, Reply.DoesNotExist."""
    reply = Reply.objects.select_related("person", "organization").get(pk=reply_id, listing_id=listing_id)
    listing = change_status(actor=actor, listing_id=listing_id, status=Status.AGREED, now=now)
    Outcome.objects.update_or_create(
        listing=listing,
        defaults={
            "is_satisfied": True,
            "reply": reply,
            "with_whom": reply.who[:200],
            "ended_on": local_day(now),
            "reason": "",
        },
    )
    tell_agreed(listing, reply, now=now)
    return listing


@transaction.atomic
def record_outcome(
    *,
    actor: Person | None,
    listing_id: int,
    is_satisfied: bool,
    reply_id: int | None = None,
    with_whom: str = "",
    worth_cents: int | None = None,
    reason: str = "",
    words: str = "",
    now: datetime,
) -> Listing:
    """Close a listing: with whom and what it was worth, or why not. Raises ForbiddenStepError."""
    status = Status.SATISFIED if is_satisfied else Status.WITHDRAWN
    listing = change_status(actor=actor, listing_id=listing_id, status=status, now=now)
    reply = listing.replies.filter(pk=reply_id).first() if reply_id else None
    Outcome.objects.update_or_create(
        listing=listing,
        defaults={
            "is_satisfied": is_satisfied,
            "reply": reply if is_satisfied else None,
            "with_whom": (reply.who if reply else with_whom)[:200] if is_satisfied else "",
            "worth_cents": worth_cents if is_satisfied else None,
            "reason": "" if is_satisfied else reason,
            "words": words,
            "ended_on": local_day(now),
        },
    )
    return listing


def _said_just_now(actor: Person, content: ListingContent, now: datetime) -> Listing | None:
    """The draft that the same form made a moment ago, if any. Raises TooManyListingsError."""
    Person.objects.select_for_update().get(pk=actor.pk)  # two clicks at once come one after the other
    said = Listing.objects.filter(created_by=actor, status=Status.DRAFT, created_at__gt=now - TWICE_WITHIN)
    for same in said.filter(title=content.title, direction=content.direction).order_by("pk"):
        if listing_content(same) == content:
            return same
    recent = Listing.objects.filter(created_by=actor, created_at__gt=now - timedelta(days=1))
    if recent.count() >= LISTINGS_PER_DAY_MAX:
        raise TooManyListingsError
    return None


def _open(listing: Listing, now: datetime) -> None:
    if listing.ends_on and listing.ends_on < local_day(now):
        raise EndedError
    _give_time(listing, now)
    listing.opened_at = listing.opened_at or now
    Outcome.objects.filter(listing=listing).delete()


def _give_time(listing: Listing, now: datetime) -> None:
    listing.confirmed_on = local_day(now)
    listing.reminded_on = None
    listing.expires_on = lasts_until(local_day(now), listing.ends_on)


def _rewrite(listing: Listing, content: ListingContent, actor: Person | None, now: datetime) -> None:
    open_history(listing)
    listing.confirmed_on = local_day(now)
    if listing.status in SHOWN:
        listing.expires_on = lasts_until(local_day(now), content.ends_on)
    _write(listing, content, now)


def _measure(listing: Listing, criteria: Sequence[Measured]) -> None:
    listing.criteria.all().delete()
    ListingCriterion.objects.bulk_create(
        ListingCriterion(
            listing=listing,
            kind=each.kind,
            unit=each.unit[:80],
            low=each.low,
            high=each.high,
            begins=each.begins,
            ends=each.ends,
            about=each.about,
            words=words[:200],
            rank=rank,
        )
        for rank, (each, words) in enumerate(criteria[:CRITERIA_MAX])
    )


def _write(listing: Listing, content: ListingContent, now: datetime) -> None:
    for name in PLAIN_FIELDS:
        setattr(listing, name, getattr(content, name))
    listing.slug = slugify(content.title)[:180] or "annonce"
    listing.sort_key = sort_key(content.title)[:200]
    listing.updated_at = now
    listing.save()
    listing.themes.set(content.theme_ids)


def _locked(listing_id: int) -> Listing:
    return Listing.objects.select_for_update().get(pk=listing_id)


def _announce(listing: Listing, actor: Person | None, now: datetime) -> None:
    publish(ContentChanged(kind=KIND, ids=(listing.pk,), person_id=actor.pk if actor else None, at=now))


def _journal(
    verb: str, listing: Listing, actor: Person | None, now: datetime, details: dict[str, Any] | None = None
) -> None:
    organization: Organization | None = listing.organization
    behalf = organization.name if organization else listing.initiative.title if listing.initiative else ""
    record(
        actor=actor,
        verb=verb,
        target_kind=KIND,
        target_id=listing.pk,
        target_label=listing.title,
        on_behalf_of=behalf,
        details=details,
        now=now,
    )
