"""The interview as a facilitator holds it: whom to visit, one step at a time, then what is sent to the structure."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import facilitator_required, person_of
from maillage.apps.barter.access import (
    get_circle_to_lead,
    get_interview_to_hold,
    get_item_to_change,
    get_member_for,
)
from maillage.apps.barter.actions.interviews import (
    EndedError,
    ItemContent,
    NothingSaidError,
    NotMemberError,
    TooManyItemsError,
    drop_interview,
    note_item,
    note_visit,
    pass_step,
    remove_item,
    send_interview,
    start_interview,
)
from maillage.apps.barter.choices import InterviewState
from maillage.apps.barter.exports.lists import VISITS, visit_rows
from maillage.apps.barter.forms.interviews import (
    NeedForm,
    OfferForm,
    SendForm,
    VisitForm,
    item_initial,
    visit_initial,
)
from maillage.apps.barter.models import Circle, Interview, InterviewItem
from maillage.apps.barter.queries.guide import (
    NEED_PROMPTS,
    NEED_QUESTION,
    NEEDS,
    REVIEW,
    STEPS,
    VISIT,
    Topic,
    step_after,
    topic_at,
)
from maillage.apps.barter.queries.interviews import (
    LINK_LASTS,
    ToVisit,
    interviews_in,
    items_of,
    link_token,
    members_to_visit,
)
from maillage.apps.barter.views.circle import frame
from maillage.apps.directory.actions.drafts import forget_draft
from maillage.apps.directory.queries.drafts import filled, kept_draft
from maillage.apps.exchange.choices import Direction
from maillage.kernel.tables.leaving import table_links, table_response

PER_PAGE = 50


def interview_url(interview: Interview) -> str:
    return reverse("barter:interview", args=[interview.member.circle_id, interview.pk])


def step_url(interview: Interview, step: str) -> str:
    if step == REVIEW:
        return interview_url(interview)
    if step == VISIT:
        return reverse("barter:interview_visit", args=[interview.member.circle_id, interview.pk])
    return reverse("barter:interview_step", args=[interview.member.circle_id, interview.pk, step])


def _frame(
    request: HttpRequest, circle: Circle, interview: Interview, step: str, *here: tuple[str, str]
) -> dict[str, Any]:
    name = interview.member.organization.name
    context = frame(
        request, circle, "barter:interviews", (name, interview_url(interview) if here else ""), *here
    )
    slugs = [slug for slug, _label in STEPS]
    return context | {
        "interview": interview,
        "organization": interview.member.organization,
        "steps": [(label, step_url(interview, slug)) for slug, label in STEPS],
        "step_number": slugs.index(step) + 1,
        "is_open": interview.state == InterviewState.OPEN,
    }


@facilitator_required
def interviews(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom to visit, what is under way, what waits for an answer."""
    circle = get_circle_to_lead(request.user, pk)
    context = frame(request, circle, "barter:interviews")
    found = list(interviews_in(circle, InterviewState.OPEN, InterviewState.WAITING))
    done = Paginator(interviews_in(circle, InterviewState.DONE), PER_PAGE).get_page(request.GET.get("page"))
    under_way = [each for each in found if each.state == InterviewState.OPEN]
    to_visit = _to_visit(circle, {each.member_id for each in found})
    context |= {
        "under_way": [(each, step_url(each, each.step or VISIT)) for each in under_way],
        "waiting": [(each, interview_url(each)) for each in found if each.state == InterviewState.WAITING],
        "done": [(each, interview_url(each)) for each in done],
        "page_obj": done,
        "to_visit": to_visit,
        "exports": table_links(request, "barter:visits_file", circle.pk),
    }
    return render(request, "barter/interviews.html", context)


@facilitator_required
def visits_file(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """Whom to visit, as a table."""
    circle = get_circle_to_lead(request.user, pk)
    busy = interviews_in(circle, InterviewState.OPEN, InterviewState.WAITING)
    rows = _to_visit(circle, set(busy.values_list("member_id", flat=True)))
    return table_response(form, "a-visiter", VISITS, visit_rows(rows))


def _to_visit(circle: Circle, busy: set[int]) -> list[ToVisit]:
    """The members without offer, or not visited for a year, but for those of whom an interview is under way."""
    rows = members_to_visit(circle, today=timezone.localdate())
    return [row for row in rows if row.member.pk not in busy]


@facilitator_required
@require_POST
def interview_start(request: HttpRequest, pk: int, member_pk: int) -> HttpResponseBase:
    member = get_member_for(request.user, pk, member_pk)
    try:
        made = start_interview(
            actor=person_of(request),
            member_id=member.pk,
            visited_on=timezone.localdate(),
            now=timezone.now(),
        )
    except NotMemberError as fault:
        messages.error(request, str(fault.message))
        return redirect("barter:interviews", pk)
    return redirect(step_url(made, made.step or VISIT))


@facilitator_required
def interview_visit(request: HttpRequest, pk: int, interview_pk: int) -> HttpResponseBase:
    circle, interview = get_interview_to_hold(request.user, pk, interview_pk)
    key, draft = f"entretien-{interview.pk}-visite", None
    if request.method == "POST":
        form = VisitForm(request.POST)
        if form.is_valid():
            try:
                note_visit(
                    interview_id=interview.pk, **form.cleaned_data, step=step_after(VISIT), now=timezone.now()
                )
            except EndedError as fault:
                messages.error(request, str(fault.message))
                return redirect(interview_url(interview))
            forget_draft(person=person_of(request), key=key)
            return redirect(step_url(interview, step_after(VISIT)))
    else:
        draft = kept_draft(request, key)
        form = filled(VisitForm, draft, visit_initial(interview))
    context = _frame(request, circle, interview, VISIT, (_("The visit"), ""))
    context |= {"form": form, "draft": draft, "draft_key": key}
    return render(request, "barter/interview_visit.html", context)


TYPED = ("title", "details", "availability", "unit_value")
"""Fields that are empty until somebody types: one of them filled in says that there is something to note."""


@facilitator_required
def interview_step(request: HttpRequest, pk: int, interview_pk: int, step: str) -> HttpResponseBase:
    """A kind of resource, or the needs: what was noted, and one more. Going on notes what was being typed."""
    circle, interview = get_interview_to_hold(request.user, pk, interview_pk)
    typed = any(request.POST.get(name, "").strip() for name in TYPED)
    if request.method == "POST" and "suivant" in request.POST and not typed:
        return _passed(interview, step)
    return _item_page(request, circle, interview, step, None)


@facilitator_required
def interview_item(
    request: HttpRequest, pk: int, interview_pk: int, step: str, item_pk: int
) -> HttpResponseBase:
    """Change what was noted, or remove it."""
    circle, interview = get_interview_to_hold(request.user, pk, interview_pk)
    item = get_item_to_change(interview, item_pk)
    if request.method == "POST" and "retirer" in request.POST:
        try:
            remove_item(interview_id=interview.pk, item_id=item.pk)
        except EndedError as fault:
            messages.error(request, str(fault.message))
        return redirect(step_url(interview, step))
    return _item_page(request, circle, interview, step, item)


def _passed(interview: Interview, step: str) -> HttpResponseBase:
    if step not in [slug for slug, _label in STEPS]:
        raise Http404
    following = step_after(step)
    try:
        pass_step(interview_id=interview.pk, step=following)
    except EndedError:
        return redirect(interview_url(interview))
    return redirect(step_url(interview, following))


def _item_page(
    request: HttpRequest, circle: Circle, interview: Interview, step: str, item: InterviewItem | None
) -> HttpResponseBase:
    topic = topic_at(step)
    if topic is None and step != NEEDS:
        raise Http404
    key = f"entretien-{interview.pk}-{step}" + (f"-{item.pk}" if item else "")
    draft = None
    options: dict[str, Any] = {"topic": topic} if topic else {}
    form_class: Any = OfferForm if topic else NeedForm
    if request.method == "POST":
        form = form_class(request.POST, **options)
        if form.is_valid() and _noted(request, interview, step, form, item):
            forget_draft(person=person_of(request), key=key)
            if item is None and "suivant" in request.POST:
                return _passed(interview, step)
            return redirect(f"{step_url(interview, step)}#note")
    else:
        draft = kept_draft(request, key)
        form = filled(form_class, draft, item_initial(item) if item else {}, **options)
    here = [(_label_of(step), step_url(interview, step) if item else "")]
    if item is not None:
        here.append((item.title, ""))
    context = _frame(request, circle, interview, step, *here)
    context |= {
        "form": form,
        "draft": draft,
        "draft_key": key,
        "step": step,
        "item": item,
        "label": _label_of(step),
        "noted": [] if item else _noted_at(interview, topic),
        "question": topic.question if topic else NEED_QUESTION,
        "prompts": topic.prompts if topic else NEED_PROMPTS,
        "examples": topic.examples if topic else (),
    }
    return render(request, "barter/interview_step.html", context)


def _noted(
    request: HttpRequest, interview: Interview, step: str, form: Any, item: InterviewItem | None
) -> bool:
    """Whether what was said could be written down; otherwise the form says why."""
    content: ItemContent = form.content()
    try:
        note_item(
            interview_id=interview.pk,
            step=step,
            content=content,
            item_id=item.pk if item else None,
            now=timezone.now(),
        )
    except (EndedError, TooManyItemsError) as fault:
        form.add_error(None, str(fault.message))
        return False
    messages.success(request, _("Noted: “%(title)s”.") % {"title": content.title})
    return True


def _noted_at(interview: Interview, topic: Topic | None) -> list[InterviewItem]:
    items = items_of(interview)
    if topic is None:
        return list(items.filter(direction=Direction.NEED))
    return list(items.filter(direction=Direction.OFFER, resource=topic.resource))


def _label_of(step: str) -> str:
    return str(dict(STEPS)[step])


@facilitator_required
def interview(request: HttpRequest, pk: int, interview_pk: int) -> HttpResponseBase:
    """All that was said, what was not asked yet, and the sending; afterwards, what the structure answered."""
    circle, found = get_interview_to_hold(request.user, pk, interview_pk)
    form = SendForm(request.POST if request.method == "POST" else None, initial={"email": found.email})
    if request.method == "POST" and form.is_valid():
        try:
            send_interview(
                actor=person_of(request),
                interview_id=found.pk,
                email=form.cleaned_data["email"],
                now=timezone.now(),
            )
        except (EndedError, NothingSaidError) as fault:
            form.add_error(None, str(fault.message))
        else:
            messages.success(request, _("The drafts are ready: the structure confirms them by its link."))
            return redirect(interview_url(found))
    context = _frame(request, circle, found, REVIEW)
    items = list(items_of(found))
    link = ""
    if found.state == InterviewState.WAITING:
        link = settings.PUBLIC_URL + reverse("barter:confirm", args=[link_token(found)])
    context |= {
        "form": form,
        "offers": [each for each in items if each.direction == Direction.OFFER],
        "needs": [each for each in items if each.direction == Direction.NEED],
        "not_asked": [
            (label, step_url(found, slug))
            for slug, label in STEPS
            if slug not in (VISIT, REVIEW) and slug not in found.asked
        ],
        "link": link,
        "link_ends": found.sent_at + LINK_LASTS if found.sent_at else None,
        "confirmations": list(found.confirmations.order_by("-at", "-pk")),
    }
    return render(request, "barter/interview.html", context)


@facilitator_required
@require_POST
def interview_drop(request: HttpRequest, pk: int, interview_pk: int) -> HttpResponseBase:
    _circle, found = get_interview_to_hold(request.user, pk, interview_pk)
    try:
        drop_interview(actor=person_of(request), interview_id=found.pk, now=timezone.now())
    except EndedError as fault:
        messages.error(request, str(fault.message))
        return redirect(interview_url(found))
    messages.success(request, _("The interview is abandoned. Nothing of it is published."))
    return redirect("barter:interviews", pk)
