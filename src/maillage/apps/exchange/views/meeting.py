"""Answering a need or an offer, agreeing, and saying what is not for us."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import member_required, person_of
from maillage.apps.directory.access import acting_organization, organizations_of
from maillage.apps.exchange.access import (
    get_listing_for,
    get_listing_to_manage,
    get_proposal_to_answer,
    listings_of,
    owns_listing,
)
from maillage.apps.exchange.actions.listings import ForbiddenStepError, agree_with
from maillage.apps.exchange.actions.meeting import (
    NotAnsweredError,
    TooManyRepliesError,
    answer_proposal,
    refuse_match,
    reply_to,
    take_back_refusal,
)
from maillage.apps.exchange.choices import SHOWN, Answer, Direction, Motive
from maillage.apps.exchange.forms import RefusalForm, ReplyForm
from maillage.apps.exchange.models import Listing, Reply
from maillage.apps.exchange.views.cards import listing_crumbs, listing_url

MINE_MAX = 100


@member_required
def listing_reply(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    """The message, perhaps about one of one's own needs or offers (`?depuis=12`)."""
    listing = get_listing_for(request.user, pk)
    if listing.status not in SHOWN or owns_listing(request.user, listing):
        raise Http404
    other = Direction.OFFER if listing.is_need else Direction.NEED
    own = listings_of(request.user).filter(status__in=SHOWN, direction=other)
    mine = {each.pk: each for each in own.order_by("sort_key", "pk")[:MINE_MAX]}
    bodies = {body.pk: body for body in organizations_of(request.user)}
    acting = acting_organization(request)
    form = ReplyForm(
        request.POST if request.method == "POST" else None,
        initial={"from_id": request.GET.get("depuis", ""), "organization_id": acting.pk if acting else ""},
        organizations=list(bodies.values()),
        mine=list(mine.values()),
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            reply_to(
                actor=person_of(request),
                listing_id=pk,
                message=said["message"],
                organization=bodies.get(said.get("organization_id") or 0),
                from_listing=mine.get(said.get("from_id") or 0),
                now=timezone.now(),
            )
        except (NotAnsweredError, TooManyRepliesError) as fault:
            form.add_error(None, str(fault.message))
        else:
            messages.success(
                request, _("Your message is on its way: its owner has your address and will answer you.")
            )
            return redirect(listing_url(listing))
    context = {"listing": listing, "form": form, "crumbs": listing_crumbs(listing, _("Answer"))}
    return render(request, "exchange/reply.html", context)


@member_required
@require_POST
def listing_agree(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    """It is settled with whoever wrote the reply."""
    listing = get_listing_to_manage(request.user, pk)
    asked = request.POST.get("reponse", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise Http404
    try:
        agree_with(actor=person_of(request), listing_id=pk, reply_id=int(asked), now=timezone.now())
    except Reply.DoesNotExist:
        raise Http404 from None
    except ForbiddenStepError as fault:
        messages.error(request, fault.sentence)
    else:
        messages.success(request, _("It is agreed: they are told. Once it is done, say how it went."))
    return redirect(listing_url(listing))


@member_required
@require_POST
def match_refuse(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    """A listing found for ours is not for us, and why; or it may be, after all."""
    mine = get_listing_to_manage(request.user, pk)
    form = RefusalForm(request.POST)
    if "reprendre" in request.POST:
        form.fields["motive"].required = False
    if not form.is_valid():
        raise Http404
    other = get_listing_for(request.user, form.cleaned_data["other"])
    if other.direction == mine.direction:
        raise Http404
    if "reprendre" in request.POST:
        take_back_refusal(mine_id=mine.pk, other_id=other.pk, now=timezone.now())
        messages.success(request, _("“%(title)s” may be found again.") % {"title": other.title})
    else:
        refuse_match(
            mine_id=mine.pk, other_id=other.pk, motive=form.cleaned_data["motive"], now=timezone.now()
        )
        messages.success(request, _set_aside(other, form.cleaned_data["motive"]))
    return redirect(f"{listing_url(mine)}#pistes")


@member_required
@require_POST
def proposal_refuse(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What was signalled to us is not for us, and why."""
    proposal = get_proposal_to_answer(request.user, pk)
    motive = request.POST.get("motive", "")
    if motive not in dict(RefusalForm.base_fields["motive"].choices):  # type: ignore[attr-defined]
        raise Http404
    answer_proposal(proposal_id=proposal.pk, answer=Answer.REFUSED, motive=motive, now=timezone.now())
    messages.success(request, _set_aside(proposal.listing, motive))
    return redirect("exchange:my_listings")


_COUNTS_FOR_LESS = {
    Motive.TOO_FAR: gettext_lazy("“%(title)s” is set aside, and what is as far counts for less."),
    Motive.TOO_EXPENSIVE: gettext_lazy("“%(title)s” is set aside, and what is as dear counts for less."),
    Motive.WRONG_SIZE: gettext_lazy("“%(title)s” is set aside, and what is of that size counts for less."),
    Motive.WRONG_DATES: gettext_lazy("“%(title)s” is set aside, and what has these dates counts for less."),
    Motive.OTHER_SUBJECT: gettext_lazy("“%(title)s” is set aside, and what says the same counts for less."),
    Motive.NO_LONGER: gettext_lazy("“%(title)s” is set aside."),
}


def _set_aside(listing: Listing, motive: str) -> str:
    return str(_COUNTS_FOR_LESS[Motive(motive)]) % {"title": listing.title}
