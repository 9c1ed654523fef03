"""Loops on screen: looked for by a facilitator, read by the circle, answered by each party, from a phone too."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import facilitator_required, is_facilitator, member_required, person_of
from maillage.apps.barter.access import (
    acting_for,
    acting_or_none,
    get_circle_for,
    get_circle_to_lead,
    get_loop_for,
)
from maillage.apps.barter.actions.loops import LoopOverError, NotAPartyError, answer_loop, search_loops
from maillage.apps.barter.choices import LoopEnd, LoopReply, LoopState
from maillage.apps.barter.exports.lists import LOOPS, loop_rows
from maillage.apps.barter.exports.statements import money_for
from maillage.apps.barter.forms.lists import LoopFilterForm
from maillage.apps.barter.forms.loops import LoopRefusalForm, LoopSearchForm
from maillage.apps.barter.models import CircleMember, Loop
from maillage.apps.barter.queries.acting import Acting, is_reachable
from maillage.apps.barter.queries.lists import loops_asked
from maillage.apps.barter.queries.loops import Party, last_search, loops_of, parties_of, valueless_of
from maillage.apps.barter.views.circle import frame
from maillage.apps.exchange.queries.wording import euros
from maillage.apps.ledger.models import Unit
from maillage.apps.ledger.queries.wording import shown_with_unit
from maillage.kernel.tables.leaving import table_links, table_response

TAB = "barter:loops"
TONES = {LoopState.PROPOSED: "warning", LoopState.MADE: "success", LoopState.OVER: ""}
PER_PAGE = 30


def loop_url(loop: Loop) -> str:
    return reverse("barter:loop", args=[loop.circle_id, loop.pk])


@member_required
def loops(request: HttpRequest, pk: int) -> HttpResponse:
    """All of them, those that wait first; for the facilitators, the search and what it lacked."""
    circle = get_circle_for(request.user, pk)
    context = frame(request, circle, TAB)
    mine = {each.pk for each in context["mine"]}
    waiting: list[dict[str, object]] = []
    ended: list[dict[str, object]] = []
    asked = LoopFilterForm.read(request)
    page = Paginator(loops_asked(loops_of(circle), **asked.wanted), PER_PAGE).get_page(
        request.GET.get("page")
    )
    for each in page:
        parties = parties_of(each)
        (waiting if each.is_open else ended).append(
            {
                "loop": each,
                "href": loop_url(each),
                "names": [party.member.organization.name for party in parties],
                "tone": TONES[LoopState(each.state)],
                "accepted": sum(party.answer is not None for party in parties),
                "count": len(parties),
                "waits_for_me": each.is_open
                and any(party.member.pk in mine and party.answer is None for party in parties),
            }
        )
    search = last_search(circle)
    context |= {
        "waiting": waiting,
        "ended": ended,
        "page_obj": page,
        **asked.context,
        "exports": table_links(request, "barter:loops_file", circle.pk),
        "search": search,
        "form": LoopSearchForm() if context["leads"] else None,
        "valueless": valueless_of(search) if context["leads"] else [],
    }
    return render(request, "barter/loops/list.html", context)


@member_required
def loops_file(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """The loops of the page, a line for each gift, as a table."""
    circle = get_circle_for(request.user, pk)
    found = loops_asked(loops_of(circle), **LoopFilterForm.read(request).wanted)
    return table_response(form, "boucles", LOOPS, loop_rows(found, money_for(form)))


@facilitator_required
@require_POST
def loops_search(request: HttpRequest, pk: int) -> HttpResponseBase:
    circle = get_circle_to_lead(request.user, pk)
    form = LoopSearchForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The form is incomplete: nothing was looked for. Send it again."))
        return redirect("barter:loops", circle.pk)
    found = search_loops(circle_id=circle.pk, actor=person_of(request), key=form.key, now=timezone.now())
    if found.new_count:
        messages.success(
            request,
            _("%(count)d loops found. Their parties have been asked; they have two weeks to answer.")
            % {"count": found.new_count}
            if found.new_count > 1
            else _("One loop found. Its parties have been asked; they have two weeks to answer."),
        )
    else:
        messages.info(request, _("No new loop can be made today from the needs and offers of the circle."))
    return redirect("barter:loops", circle.pk)


def _acting_party(request: HttpRequest, loop: Loop, member_pk: int) -> tuple[Acting, CircleMember]:
    for party in parties_of(loop):
        if party.member.pk == member_pk:
            return acting_for(request.user, party.member.organization), party.member
    raise Http404


@member_required
def loop(request: HttpRequest, pk: int, loop_pk: int) -> HttpResponse:
    found = get_loop_for(request.user, pk, loop_pk)
    parties = parties_of(found)
    title = _("Loop of %(names)s") % {"names": ", ".join(each.member.organization.name for each in parties)}
    context = frame(request, found.circle, TAB, (title, ""))
    context |= {
        "loop": found,
        "title": title,
        "tone": TONES[LoopState(found.state)],
        "rows": [
            _row(party, found.circle.credit.unit)
            | {"transfer_url": _transfer_url(request, found, party, context["mine"])}
            for party in parties
        ],
        "choices": _choices(request, found, parties),
        "total": euros(sum(each.gives.value_cents for each in parties)),
    }
    return render(request, "barter/loops/loop.html", context)


def _row(party: Party, unit: Unit) -> dict[str, object]:
    """What a party gives and gets, in words."""
    difference = party.difference_cents
    return {
        "party": party,
        "what": party.gives.quantity_words,
        "gives": euros(party.gives.value_cents),
        "gets": euros(party.gets.value_cents),
        "difference": f"{'+' if difference > 0 else ''}{shown_with_unit(difference, unit)}",
    }


def _transfer_url(request: HttpRequest, found: Loop, party: Party, mine: list[CircleMember]) -> str:
    """The exchange of a leg, for those who may open it; nothing for the others, and before the loop is made."""
    leg = party.gives
    own = {each.pk for each in mine}
    if leg.transfer_id is None or not (is_facilitator(request.user) or own & {leg.giver_id, leg.taker_id}):
        return ""
    return reverse("barter:transfer", args=[found.circle_id, leg.transfer_id])


def _choices(request: HttpRequest, found: Loop, parties: list[Party]) -> list[dict[str, object]]:
    """The parties for which the viewer may answer: their own first, the others in office mode."""
    if not found.is_open:
        return []
    choices = []
    for each in parties:
        acting = acting_or_none(request.user, each.member.organization)
        if acting is not None:
            arguments = [found.circle_id, found.pk, each.member.pk]
            choices.append(
                {
                    "party": each,
                    "in_office": acting.in_office_mode,
                    "accept_url": reverse("barter:loop_accept", args=arguments),
                    "refuse_url": reverse("barter:loop_refuse", args=arguments),
                }
            )
    return sorted(choices, key=lambda choice: bool(choice["in_office"]))


@member_required
@require_POST
def loop_accept(request: HttpRequest, pk: int, loop_pk: int, member_pk: int) -> HttpResponseBase:
    found = get_loop_for(request.user, pk, loop_pk)
    acting, _member = _acting_party(request, found, member_pk)
    return _answered(request, found, acting, reply=LoopReply.ACCEPTED)


@member_required
def loop_refuse(request: HttpRequest, pk: int, loop_pk: int, member_pk: int) -> HttpResponseBase:
    found = get_loop_for(request.user, pk, loop_pk)
    acting, member = _acting_party(request, found, member_pk)
    form = LoopRefusalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _answered(request, found, acting, reply=LoopReply.REFUSED, **form.cleaned_data)
    party = next(each for each in parties_of(found) if each.member.pk == member.pk)
    title = _("Refuse this loop for %(organization)s") % {"organization": member.organization}
    context = frame(request, found.circle, TAB, (_("Loop"), loop_url(found)), (title, ""))
    context |= {
        "loop": found,
        "title": title,
        "row": _row(party, found.circle.credit.unit),
        "form": form,
        "in_office": acting.in_office_mode,
        "is_reachable": not acting.in_office_mode or is_reachable(member.organization),
    }
    return render(request, "barter/loops/refuse.html", context, status=422 if form.errors else 200)


def _answered(
    request: HttpRequest, found: Loop, acting: Acting, *, reply: str, refused: str = "", reason: str = ""
) -> HttpResponseBase:
    try:
        after = answer_loop(
            acting=acting, loop_id=found.pk, reply=reply, refused=refused, reason=reason, now=timezone.now()
        )
    except (LoopOverError, NotAPartyError) as fault:
        messages.error(request, str(fault.message))
        return redirect(loop_url(found))
    if after.state == LoopState.MADE:
        messages.success(request, _("Everybody has accepted: the loop is made, and stands on the accounts."))
    elif after.is_open:
        messages.success(request, _("It is noted. The loop is made when everybody has accepted."))
    elif after.end == LoopEnd.REFUSED:
        messages.success(request, _("It is noted, and told to the others. Other loops are being looked for."))
    else:
        messages.error(
            request, _("This loop can no longer be made: %(why)s") % {"why": after.get_end_display()}
        )
    return redirect(loop_url(found))
