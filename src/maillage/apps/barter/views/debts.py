"""The debts of a circle: said, confirmed, contested, withdrawn; many at once from a file."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import is_facilitator, member_required, person_of
from maillage.apps.barter.access import acting_with_money_for, get_circle_for, speaks_for
from maillage.apps.barter.actions import debts as act
from maillage.apps.barter.choices import DebtState
from maillage.apps.barter.exports.lists import DEBTS, debt_rows
from maillage.apps.barter.exports.statements import money_for
from maillage.apps.barter.forms.clearing import DebtFileForm, DebtForm, ReasonForm, TakeUpForm
from maillage.apps.barter.forms.lists import DebtFilterForm
from maillage.apps.barter.models import Circle, CircleMember, Debt
from maillage.apps.barter.queries.circles import members_of, own_members
from maillage.apps.barter.queries.clearing import debts_of, euros
from maillage.apps.barter.queries.debts import invoices_to_take_up
from maillage.apps.barter.queries.lists import debts_asked
from maillage.apps.barter.readers.debts import LineFault, read_debt_rows
from maillage.apps.barter.views.circle import frame
from maillage.apps.barter.views.clearing import reason_of
from maillage.apps.directory.actions.drafts import forget_draft
from maillage.apps.directory.queries.drafts import filled, kept_draft
from maillage.cores.clearing.reading import fold_title
from maillage.kernel.tables.leaving import table_links, table_response

PER_PAGE = 50
FAULTS_SHOWN = 200
TONES = {
    DebtState.ENTERED: "warning",
    DebtState.CONFIRMED: "success",
    DebtState.CONTESTED: "danger",
    DebtState.WITHDRAWN: "",
}
ANSWERS = {"confirmer": False, "contester": True}


def spoken_for(
    request: HttpRequest, circle: Circle, active: list[CircleMember] | None = None
) -> list[CircleMember]:
    """The active members for whom the viewer may say a debt; `active`: those of the circle, when they are read already."""
    return speaks_for(request.user, list(members_of(circle).active()) if active is None else active)


def _takers(circle: Circle, spoken: list[CircleMember], active: list[CircleMember]) -> list[CircleMember]:
    """Those of the members for whom the viewer speaks that have invoices to take up."""
    found = invoices_to_take_up(circle, [each.organization_id for each in spoken], active)
    sides = {side for each in found for side in (each.debtor.pk, each.creditor.pk)}
    return [each for each in spoken if each.pk in sides]


@member_required
def debts(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own debts and claims; all of them for the facilitators."""
    circle = get_circle_for(request.user, pk)
    context = frame(request, circle, "barter:debts")
    asked = DebtFilterForm.read(request)
    found = debts_asked(debts_of(circle, None if context["leads"] else context["mine"]), **asked.wanted)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    active = list(members_of(circle).active())
    spoken = spoken_for(request, circle, active)
    speaks = {each.pk for each in spoken}
    context |= {
        "takers": _takers(circle, spoken, active),
        "page_obj": page,
        "rows": [
            {
                "debt": each,
                "tone": TONES[DebtState(each.state)],
                "amount": euros(each.amount_cents),
                "remaining": euros(each.left_cents),
                "is_settled": is_settled(each),
                "may_answer": each.state == DebtState.ENTERED and each.other_side.pk in speaks,
                "may_withdraw": each.state != DebtState.WITHDRAWN
                and each.remaining_cents == each.amount_cents
                and each.entered_by_id in speaks,
            }
            for each in page
        ],
        "may_enter": bool(speaks),
        "form": ReasonForm(),
        **asked.context,
        "exports": table_links(request, "barter:debts_file", circle.pk),
    }
    return render(request, "barter/clearing/debts.html", context)


@member_required
def debts_file(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """The debts of the page, as a table."""
    circle = get_circle_for(request.user, pk)
    members = None if is_facilitator(request.user) else own_members(request.user, circle)
    found = debts_asked(debts_of(circle, members), **DebtFilterForm.read(request).wanted)
    return table_response(form, "dettes", DEBTS, debt_rows(found, money_for(form), state_words))


def is_settled(debt: Debt) -> bool:
    return debt.state == DebtState.CONFIRMED and debt.left_cents == 0


def state_words(debt: Debt) -> str:
    return pgettext("state of a debt", "Settled") if is_settled(debt) else str(debt.get_state_display())


@member_required
def debt_enter(request: HttpRequest, pk: int) -> HttpResponseBase:
    circle = get_circle_for(request.user, pk)
    mine = spoken_for(request, circle)
    if not mine:
        raise Http404
    key, options = f"dette-{circle.pk}", {"mine": mine, "others": list(members_of(circle).active())}
    draft = kept_draft(request, key) if request.method == "GET" else None
    posted = request.method == "POST"
    form = DebtForm(request.POST, **options) if posted else filled(DebtForm, draft, {}, **options)
    if request.method == "POST" and form.is_valid():
        acting = acting_with_money_for(request.user, form.chosen().organization)
        try:
            act.enter_debt(acting=acting, circle_id=circle.pk, content=form.content(), now=timezone.now())
        except act.DebtError as fault:
            form.add_error(fault.field if fault.field in form.fields else "other", fault.sentence)
        else:
            forget_draft(person=person_of(request), key=key)
            messages.success(request, _("The debt is noted; the other organisation is asked to confirm it."))
            return redirect("barter:debts", circle.pk)
    context = frame(request, circle, "barter:debts", (_("Say a debt"), ""))
    context |= {"form": form, "refused": form.is_bound, "draft": draft, "draft_key": key}
    return render(request, "barter/clearing/debt_enter.html", context, status=422 if form.is_bound else 200)


@member_required
def debt_invoices(request: HttpRequest, pk: int, member_pk: int) -> HttpResponseBase:
    """The invoices between a member and the others, issued here or received as files, taken up as debts."""
    circle = get_circle_for(request.user, pk)
    active = list(members_of(circle).active())
    member = next((each for each in spoken_for(request, circle, active) if each.pk == member_pk), None)
    if member is None:
        raise Http404
    found = invoices_to_take_up(circle, [member.organization_id], active)
    form = TakeUpForm(request.POST or None, found=found)
    if request.method == "POST" and form.is_valid():
        try:
            made = act.take_up_invoices(
                acting=acting_with_money_for(request.user, member.organization),
                circle_id=circle.pk,
                chosen=form.chosen(),
                now=timezone.now(),
            )
        except act.DebtsError as fault:
            for each in fault.wrong.values():
                form.add_error("invoices", each.sentence)
        else:
            said = ngettext("%(count)d debt is noted.", "%(count)d debts are noted.", len(made))
            messages.success(request, said % {"count": len(made)})
            return redirect("barter:debts", circle.pk)
    context = frame(request, circle, "barter:debts", (_("From invoices"), ""))
    context |= {"form": form, "member": member, "found": found}
    return render(
        request, "barter/clearing/debt_invoices.html", context, status=422 if form.is_bound else 200
    )


@member_required
def debt_import(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file, tried first: every bad row is named, and nothing is kept unless all of it can be."""
    circle = get_circle_for(request.user, pk)
    mine = spoken_for(request, circle)
    if not mine:
        raise Http404
    posted = request.method == "POST"
    form = DebtFileForm(request.POST, request.FILES, mine=mine) if posted else DebtFileForm(mine=mine)
    faults: list[str] = []
    found = 0
    if posted and form.is_valid():
        active = list(members_of(circle).active())
        keys = {fold_title(each.organization.name): each.pk for each in active}
        rows, wrong = read_debt_rows(form.cleaned_data["file"], keys)
        found = len(rows)
        tries = form.cleaned_data["dry_run"]
        try:
            act.enter_debts(
                acting=acting_with_money_for(request.user, form.chosen().organization),
                circle_id=circle.pk,
                contents=[
                    act.DebtContent(row.debtor, row.creditor, row.amount_cents, row.invoice, row.due_date)
                    for row in rows
                ],
                dry_run=tries or bool(wrong),
                now=timezone.now(),
            )
        except act.DebtsError as fault:
            for place, each in fault.wrong.items():
                line = rows[place].line
                said = _("Line %(line)d: %(sentence)s") % {"line": line, "sentence": each.sentence}
                wrong.append(LineFault(line, said))
        faults = [each.sentence for each in sorted(wrong)]
        if not faults and not tries:
            said = ngettext("%(count)d debt is noted.", "%(count)d debts are noted.", found)
            messages.success(request, said % {"count": found})
            return redirect("barter:debts", circle.pk)
    context = frame(request, circle, "barter:debts", (_("Import debts"), ""))
    tried = posted and form.is_valid() and not faults
    context |= {
        "form": form,
        "faults": faults[:FAULTS_SHOWN],
        "more_faults": max(0, len(faults) - FAULTS_SHOWN),
        "found": found,
        "tried": tried,
    }
    return render(
        request, "barter/clearing/debt_import.html", context, status=422 if posted and not tried else 200
    )


@member_required
@require_POST
def debt_answer(request: HttpRequest, pk: int, debt_pk: int, step: str) -> HttpResponseBase:
    """Confirm, contest or withdraw a debt."""
    circle = get_circle_for(request.user, pk)
    debt = debts_of(circle).filter(pk=debt_pk).first()
    if debt is None or step not in (*ANSWERS, "retirer"):
        raise Http404
    side = debt.entered_by if step == "retirer" else debt.other_side
    acting = acting_with_money_for(request.user, side.organization)
    try:
        if step == "retirer":
            act.withdraw_debt(acting=acting, debt_id=debt.pk, now=timezone.now())
        else:
            reason = reason_of(request)
            act.answer_debt(
                acting=acting, debt_id=debt.pk, contests=ANSWERS[step], reason=reason, now=timezone.now()
            )
    except (act.DebtAnsweredError, act.NoDebtReasonError, act.DebtInUseError) as fault:
        messages.error(request, str(fault.message))
    else:
        messages.success(request, said_of(debt, step))
    return redirect("barter:debts", circle.pk)


def said_of(debt: Debt, step: str) -> str:
    sentences = {
        "confirmer": _("The debt of invoice %(invoice)s is confirmed."),
        "contester": _("The debt of invoice %(invoice)s is contested; the other organisation is told why."),
        "retirer": _("The debt of invoice %(invoice)s is withdrawn."),
    }
    return sentences[step] % {"invoice": debt.invoice}
