"""Batches: proposed by facilitators, read and answered by their parties, executed, cancelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import facilitator_required, is_facilitator, member_required, person_of
from maillage.apps.barter.access import acting_with_money_for, get_circle_for, get_circle_to_lead, speaks_for
from maillage.apps.barter.actions import clearing as act
from maillage.apps.barter.choices import BatchState
from maillage.apps.barter.exports.lists import BATCHES, NOTICES, batch_rows, notice_rows
from maillage.apps.barter.exports.statements import money_for
from maillage.apps.barter.forms.clearing import ReasonForm
from maillage.apps.barter.forms.lists import BatchFilterForm
from maillage.apps.barter.models import Circle, CircleMember, ClearingBatch
from maillage.apps.barter.queries.circles import own_members
from maillage.apps.barter.queries.clearing import (
    Notice,
    agreeing_members,
    batches_of,
    euros,
    has_credit,
    notices_of,
)
from maillage.apps.barter.queries.lists import batches_asked
from maillage.apps.barter.views.circle import frame
from maillage.apps.books.actions.refusals import BooksError
from maillage.apps.ledger.actions.acts import LedgerError
from maillage.apps.ledger.queries.wording import shown
from maillage.kernel.documents.typst import render_pdf
from maillage.kernel.site.settings import get_site
from maillage.kernel.tables.leaving import table_links, table_response

PER_PAGE = 50
SENTENCES = (
    act.BatchOpenError,
    act.NothingToClearError,
    act.BatchEndedError,
    act.NotAPartyError,
    act.NoBatchReasonError,
)
TONES = {
    BatchState.PROPOSED: "warning",
    BatchState.EXECUTED: "success",
    BatchState.CANCELLED: "danger",
}


def get_batch_for(viewer: object, circle: Circle, pk: int, mine: list[Any], leads: bool) -> ClearingBatch:
    """For its parties, and for the facilitators. Raises Http404."""
    found = batches_of(circle, None if leads else mine).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@member_required
def batches(request: HttpRequest, pk: int) -> HttpResponse:
    circle = get_circle_for(request.user, pk)
    context = frame(request, circle, "barter:batches")
    asked = BatchFilterForm.read(request)
    found = batches_asked(batches_of(circle, None if context["leads"] else context["mine"]), **asked.wanted)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context |= {
        "rows": [{"batch": each, "tone": TONES.get(BatchState(each.state), "")} for each in page],
        "page_obj": page,
        **asked.context,
        "has_credit": context["leads"] and has_credit(circle),
        "is_open": circle.batches.filter(state=BatchState.PROPOSED).exists(),
        "exports": table_links(request, "barter:batches_file", circle.pk),
    }
    return render(request, "barter/clearing/batches.html", context)


@member_required
def batch(request: HttpRequest, pk: int, batch_pk: int) -> HttpResponse:
    """What a batch does to each of the viewer's members; to everybody for the facilitators."""
    circle = get_circle_for(request.user, pk)
    context = frame(request, circle, "barter:batches", (f"LOT-{batch_pk}", ""))
    found = get_batch_for(request.user, circle, batch_pk, context["mine"], context["leads"])
    shown_batch = found.opposes or found
    notices = notices_of(shown_batch, None if context["leads"] else context["mine"])
    spoken = {each.pk for each in speaks_for(request.user, [each.member for each in notices])}
    context |= {
        "batch": found,
        "shown": shown_batch,
        "tone": TONES.get(BatchState(found.state), ""),
        "waits": found.state == BatchState.PROPOSED,
        "notices": [
            {
                "notice": each,
                "acts": each.member.pk in spoken,
                "accepts": each.consent is not None and each.consent.agrees,
                "outcome": outcome_words(shown_batch, each),
            }
            for each in notices
        ],
        "agreeing": len(agreeing_members(found)) if found.state == BatchState.PROPOSED else 0,
        "total_cents": sum(each.total_cents for each in notices) if context["leads"] else None,
        "form": ReasonForm(),
        "exports": table_links(request, "barter:batch_file", circle.pk, found.pk),
    }
    return render(request, "barter/clearing/batch.html", context)


@member_required
def batches_file(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """The batches of the page, as a table."""
    circle = get_circle_for(request.user, pk)
    found = batches_asked(
        batches_of(circle, _seen_by(request, circle)), **BatchFilterForm.read(request).wanted
    )
    return table_response(form, "lots", BATCHES, batch_rows(found))


@member_required
def batch_file(request: HttpRequest, pk: int, batch_pk: int, form: str) -> HttpResponseBase:
    """The lines of the notices that the viewer may read: all of them for the facilitators."""
    circle = get_circle_for(request.user, pk)
    members = _seen_by(request, circle)
    found = batches_of(circle, members).filter(pk=batch_pk).first()
    if found is None:
        raise Http404
    rows = notice_rows(found, notices_of(found.opposes or found, members), money_for(form))
    return table_response(form, f"avis-{found.reference}", NOTICES, rows)


def _seen_by(request: HttpRequest, circle: Circle) -> list[CircleMember] | None:
    """The members whose debts the viewer sees; None for all of them."""
    return None if is_facilitator(request.user) else own_members(request.user, circle)


@member_required
def notice_pdf(request: HttpRequest, pk: int, batch_pk: int, member_pk: int) -> HttpResponse:
    circle = get_circle_for(request.user, pk)
    context = frame(request, circle, "barter:batches")
    found = get_batch_for(request.user, circle, batch_pk, context["mine"], context["leads"])
    visible = notices_of(found.opposes or found, None if context["leads"] else context["mine"])
    notice = next((each for each in visible if each.member.pk == member_pk), None)
    if notice is None:
        raise Http404
    made = render_pdf("barter/documents/notice.typ", _notice_data(found, notice), at=found.proposed_at)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="avis-{found.reference}-{member_pk}.pdf"'
    return response


def _notice_data(batch: ClearingBatch, notice: Notice) -> dict[str, Any]:
    def rows(lines: Any) -> list[list[str]]:
        return [
            [line.invoice, line.other, *map(euros, (line.before_cents, line.done_cents, line.after_cents))]
            for line in lines
        ]

    return {
        "title": _("Clearing notice"),
        "site": get_site().name,
        "circle": batch.circle.name,
        "reference": f"{batch.reference} · {batch.get_state_display()}",
        "day": batch.proposed_at.strftime("%d/%m/%Y"),
        "member": notice.member.organization.name,
        "head": [_("Invoice"), _("With"), _("Left before"), _("Cleared"), _("Left after")],
        "parts": [
            {"title": _("What you owe"), "rows": rows(notice.owed)},
            {"title": _("What you are owed"), "rows": rows(notice.claimed)},
        ],
        "nothing": _("Nothing."),
        "total": outcome_words(batch, notice),
    }


def outcome_words(batch: ClearingBatch, notice: Notice) -> str:
    """What a batch changes for a party: nothing but its gross debts, or its account by the difference."""
    if not notice.change_cents:
        return _("Your debts and your claims fall by the same amount: %(amount)s.") % {
            "amount": euros(notice.total_cents)
        }
    unit = batch.circle.unit_name
    amount = f"{shown(abs(notice.change_cents))} {unit}"
    if notice.change_cents > 0:
        return _("More of your claims than of your debts goes out: your account gains %(amount)s.") % {
            "amount": amount
        }
    return _("More of your debts than of your claims goes out: your account gives %(amount)s.") % {
        "amount": amount
    }


@facilitator_required
@require_POST
def batch_propose(request: HttpRequest, pk: int) -> HttpResponseBase:
    circle = get_circle_to_lead(request.user, pk)
    try:
        made = act.propose_batch(
            actor=person_of(request),
            circle_id=circle.pk,
            uses_credit=request.POST.get("credit") == "oui" and has_credit(circle),
            now=timezone.now(),
        )
    except SENTENCES as fault:
        messages.error(request, str(fault.message))
        return redirect("barter:batches", circle.pk)
    messages.success(request, _("The proposal is made, and its parties are told."))
    return redirect("barter:batch", circle.pk, made.pk)


@member_required
@require_POST
def batch_answer(request: HttpRequest, pk: int, batch_pk: int, member_pk: int) -> HttpResponseBase:
    circle = get_circle_for(request.user, pk)
    member = circle.members.select_related("organization").filter(pk=member_pk).first()
    if member is None:
        raise Http404
    acting = acting_with_money_for(request.user, member.organization)
    _found(circle, batch_pk)
    agrees = request.POST.get("answer") == "oui"
    return _done(
        request, circle, batch_pk, _("Your answer is kept; it may change until the batch is executed."),
        lambda: act.answer_batch(
            acting=acting, batch_id=batch_pk, agrees=agrees, reason=reason_of(request), now=timezone.now()
        ),
    )  # fmt: skip


@facilitator_required
@require_POST
def batch_end(request: HttpRequest, pk: int, batch_pk: int, step: str) -> HttpResponseBase:
    """A facilitator executes, abandons or cancels."""
    circle = get_circle_to_lead(request.user, pk)
    _found(circle, batch_pk)
    actor, now, reason = person_of(request), timezone.now(), reason_of(request)
    steps: dict[str, tuple[str, Callable[[], object]]] = {
        "executer": (
            _("The accepted debts are cleared, in the books of each party."),
            lambda: act.execute_batch(actor=actor, batch_id=batch_pk, now=now),
        ),
        "abandonner": (
            _("The proposal is abandoned."),
            lambda: act.drop_batch(actor=actor, batch_id=batch_pk, reason=reason, now=now),
        ),
        "annuler": (
            _("The batch is cancelled by its opposite: its debts are owed again."),
            lambda: act.cancel_batch(actor=actor, batch_id=batch_pk, reason=reason, now=now),
        ),
    }
    if step not in steps:
        raise Http404
    return _done(request, circle, batch_pk, *steps[step])


def _found(circle: Circle, batch_pk: int) -> None:
    if not circle.batches.filter(pk=batch_pk).exists():
        raise Http404


def reason_of(request: HttpRequest) -> str:
    """What was written, cut to its length; nothing when it is no text that can be kept."""
    form = ReasonForm({"reason": request.POST.get("reason", "")[:300]})
    return form.cleaned_data["reason"] if form.is_valid() else ""


def _done(
    request: HttpRequest, circle: Circle, batch_pk: int, said: str, deed: Callable[[], object]
) -> HttpResponseBase:
    try:
        deed()
    except SENTENCES as fault:
        messages.error(request, str(fault.message))
    except BooksError as fault:
        messages.error(request, str(fault.sentence))
    except LedgerError as fault:
        messages.error(request, str(fault.message))
    else:
        messages.success(request, said)
    return redirect("barter:batch", circle.pk, batch_pk)
