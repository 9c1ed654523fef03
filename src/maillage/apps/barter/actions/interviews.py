"""Holding an interview, sending its drafts to the structure, and keeping what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from maillage.apps.accounts.models import Person
from maillage.apps.barter.choices import INTERVIEW_TRANSITIONS, InterviewState, ItemAnswer
from maillage.apps.barter.models import CircleMember, Confirmation, Interview, InterviewItem
from maillage.apps.barter.queries.interviews import (
    LINK_LASTS,
    content_of,
    criteria_of,
    items_of,
    link_serves,
    link_token,
    place_of,
)
from maillage.apps.directory.queries.contacts import own_email
from maillage.apps.exchange.actions.listings import (
    change_status,
    confirm_criteria,
    create_listing,
    update_listing,
)
from maillage.apps.exchange.choices import Status
from maillage.apps.exchange.queries.contents import listing_content
from maillage.kernel.audit.actions import record
from maillage.kernel.mail.notifications import notify
from maillage.kernel.mail.send import send_message

INTERVIEW = "barter.interview"
ITEMS_MAX = 60


class EndedError(Exception):
    """The interview was sent, answered or abandoned."""

    message = gettext_lazy("This interview is no longer under way: it is read, and no longer changed.")


class NotMemberError(Exception):
    message = gettext_lazy("This organisation has left the circle: it is no longer visited.")


class TooManyItemsError(Exception):
    message = gettext_lazy("An interview holds 60 offers and needs at most. Send it, then begin another.")


class NothingSaidError(Exception):
    message = gettext_lazy("Nothing was noted yet: note at least one offer or one need.")


class LinkOverError(Exception):
    """The link has served to the end, was replaced by another, or is too old."""

    message = gettext_lazy("This link no longer serves. Ask your facilitator for a new one.")


@dataclass(frozen=True, kw_only=True)
class ItemContent:
    """What is said of an offer or of a need. `unit_value_cents`: market value of one, in euros; None: not known."""

    direction: str
    resource: str
    title: str
    details: str = ""
    quantity: int = 1
    measure: str
    availability: str = ""
    unit_value_cents: int | None = None
    sureness: str = ""
    urgency: str = ""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the structure says of one draft: publish it as `content` says, or do not publish it (`content` None)."""

    item_id: int
    content: ItemContent | None


@transaction.atomic
def start_interview(*, actor: Person, member_id: int, visited_on: date, now: datetime) -> Interview:
    """Begin, or find again the one that is under way with this member. Raises NotMemberError."""
    member = (
        CircleMember.objects.select_for_update(of=("self",))
        .select_related("organization", "circle")
        .get(pk=member_id)
    )
    if not member.is_present:
        raise NotMemberError
    under_way = Interview.objects.filter(member=member, state=InterviewState.OPEN).first()
    if under_way is not None:
        return under_way
    made = Interview.objects.create(
        member=member,
        facilitator=actor,
        visited_on=visited_on,
        email=own_email(member.organization),
        started_at=now,
    )
    _journal("interview.start", made, actor, now)
    return made


@transaction.atomic
def note_visit(
    *, interview_id: int, visited_on: date, met: str, email: str, notes: str, step: str, now: datetime
) -> Interview:
    """When, with whom, and where the drafts go. Raises EndedError."""
    interview = _open(interview_id)
    interview.visited_on, interview.met, interview.email, interview.notes = visited_on, met, email, notes
    _at_step(interview, step)
    return interview


@transaction.atomic
def pass_step(*, interview_id: int, step: str) -> Interview:
    """A step was gone through, whatever was said at it. Raises EndedError."""
    interview = _open(interview_id)
    _at_step(interview, step)
    return interview


@transaction.atomic
def note_item(
    *, interview_id: int, step: str, content: ItemContent, item_id: int | None = None, now: datetime
) -> InterviewItem:
    """Write down an offer or a need, or change it. The same words said twice are written once.

    Raises EndedError, TooManyItemsError, InterviewItem.DoesNotExist.
    """
    interview = _open(interview_id)
    if item_id is not None:
        item = interview.items.get(pk=item_id)
    else:
        same = interview.items.filter(**asdict(content)).first()
        if same is not None:
            return same
        if interview.items.count() >= ITEMS_MAX:
            raise TooManyItemsError
        item = InterviewItem(interview=interview, created_at=now)
    for name, value in asdict(content).items():
        setattr(item, name, value)
    item.save()
    _at_step(interview, step)
    return item


@transaction.atomic
def remove_item(*, interview_id: int, item_id: int) -> None:
    """Raises EndedError. What is already gone stays so."""
    _open(interview_id).items.filter(pk=item_id).delete()


@transaction.atomic
def send_interview(*, actor: Person, interview_id: int, email: str, now: datetime) -> Interview:
    """Make the drafts in the exchange, and send the link by which the structure answers; without address, no letter.

    Sending again replaces the link. Raises EndedError, NothingSaidError.
    """
    interview = _locked(interview_id)
    if InterviewState.WAITING not in INTERVIEW_TRANSITIONS[interview.state]:
        raise EndedError
    items = list(items_of(interview))
    if not items:
        raise NothingSaidError
    place = place_of(interview.member)
    for item in items:
        if item.listing is None and not item.answer:
            item.interview = interview
            made = create_listing(
                actor=actor, content=content_of(item, place), in_bulk=True, awaits_word=True, now=now
            )
            confirm_criteria(actor=actor, listing_id=made.pk, criteria=criteria_of(item), now=now)
            item.listing = made
            item.save(update_fields=["listing"])
    interview.state, interview.email, interview.sent_at = InterviewState.WAITING, email, now
    interview.link_number += 1
    interview.save()
    if email:
        send_message(
            to=email,
            template="barter/mail/interview",
            context={
                "interview": interview,
                "organization": interview.member.organization,
                "circle": interview.member.circle,
                "facilitator": str(actor),
                "count": len(items),
                "until": now + LINK_LASTS,
                "path": reverse("barter:confirm", args=[link_token(interview)]),
            },
            now=now,
        )
    _journal("interview.send", interview, actor, now, {"items": len(items), "by_mail": bool(email)})
    return interview


@transaction.atomic
def drop_interview(*, actor: Person, interview_id: int, now: datetime) -> Interview:
    """Abandon it: its link, if one was sent, no longer serves. Abandoning twice changes nothing. Raises EndedError."""
    interview = _locked(interview_id)
    if interview.state == InterviewState.DROPPED:
        return interview
    if InterviewState.DROPPED not in INTERVIEW_TRANSITIONS[interview.state]:
        raise EndedError
    interview.state, interview.ended_at = InterviewState.DROPPED, now
    interview.save(update_fields=["state", "ended_at"])
    _journal("interview.drop", interview, actor, now)
    return interview


@transaction.atomic
def answer_interview(
    *, interview_id: int, link_number: int, name: str, capacity: str, said: Sequence[Said], now: datetime
) -> Confirmation:
    """The structure publishes, corrects or refuses its drafts, by the link. What was answered before stays as it was.

    Raises LinkOverError.
    """
    interview = _locked(interview_id)
    if not link_serves(interview, link_number, now):
        raise LinkOverError
    confirmation = Confirmation.objects.create(
        interview=interview, name=name[:120], capacity=capacity[:120], link_number=link_number, at=now
    )
    left = {item.pk: item for item in items_of(interview) if not item.answer}
    counts = dict.fromkeys(ItemAnswer.values, 0)
    for each in said:
        item = left.pop(each.item_id, None)
        if item is not None:
            item.interview = interview
            counts[_answer(item, each.content, confirmation, now)] += 1
    if not left:
        interview.state, interview.ended_at = InterviewState.DONE, now
        interview.save(update_fields=["state", "ended_at"])
    _journal("interview.answer", interview, None, now, dict(counts))
    _tell_facilitator(interview, counts, now)
    return confirmation


def _answer(item: InterviewItem, content: ItemContent | None, by: Confirmation, now: datetime) -> str:
    """Publish the draft as `content` says, or withdraw it; what was already published elsewhere is not undone.

    What somebody changed in the draft since it was sent goes: the structure publishes what its page showed it.
    """
    listing = item.listing
    if content is None:
        item.answer = ItemAnswer.REFUSED
        if listing is not None and listing.status == Status.DRAFT:
            change_status(actor=None, listing_id=listing.pk, status=Status.WITHDRAWN, now=now)
    else:
        same = all(getattr(item, name) == value for name, value in asdict(content).items())
        item.answer = ItemAnswer.CONFIRMED if same else ItemAnswer.CORRECTED
        for name, value in asdict(content).items():
            setattr(item, name, value)
        words = content_of(item, place_of(item.interview.member))
        if listing is None:
            listing = item.listing = create_listing(actor=None, content=words, in_bulk=True, now=now)
        elif not same or (listing.awaits_word and listing_content(listing) != words):
            update_listing(actor=None, listing_id=listing.pk, content=words, now=now)
        confirm_criteria(actor=None, listing_id=listing.pk, criteria=criteria_of(item), now=now)
        if listing.awaits_word or listing.status == Status.DRAFT:
            change_status(actor=None, listing_id=listing.pk, status=Status.OPEN, by_owner=True, now=now)
    item.confirmation = by
    item.save()
    return str(item.answer)


def _tell_facilitator(interview: Interview, counts: dict[str, int], now: datetime) -> None:
    facilitator = interview.facilitator
    if facilitator is None or not facilitator.is_active:
        return
    published = counts[ItemAnswer.CONFIRMED] + counts[ItemAnswer.CORRECTED]
    refused = counts[ItemAnswer.REFUSED]
    title = _("%(organization)s has answered: %(published)s, %(refused)s.") % {
        "organization": interview.member.organization,
        "published": ngettext("%(count)d draft published", "%(count)d drafts published", published)
        % {"count": published},
        "refused": ngettext("%(count)d withdrawn", "%(count)d withdrawn", refused) % {"count": refused},
    }
    url = reverse("barter:interview", args=[interview.member.circle_id, interview.pk])
    notify(person=facilitator, kind=INTERVIEW, title=title, url=url, now=now)


def _locked(interview_id: int) -> Interview:
    return (
        Interview.objects.select_for_update(of=("self",))
        .select_related("member__organization", "member__circle", "facilitator")
        .get(pk=interview_id)
    )


def _open(interview_id: int) -> Interview:
    interview = _locked(interview_id)
    if interview.state != InterviewState.OPEN:
        raise EndedError
    return interview


def _at_step(interview: Interview, step: str) -> None:
    interview.step = step
    if step not in interview.asked:
        interview.asked = [*interview.asked, step]
    interview.save()


def _journal(
    verb: str,
    interview: Interview,
    actor: Person | None,
    now: datetime,
    details: dict[str, Any] | None = None,
) -> None:
    member = interview.member
    record(
        actor=actor,
        verb=verb,
        target_kind="interview",
        target_id=interview.pk,
        target_label=member.organization.name,
        on_behalf_of=member.organization.name if actor is None else "",
        details=details,
        now=now,
    )
