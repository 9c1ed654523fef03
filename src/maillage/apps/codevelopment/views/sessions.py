"""A session, as its group lives it: roles, six steps, notes, who came, what each will do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import member_required, person_of
from maillage.apps.codevelopment.access import get_circle_for, get_commitment_to_settle, may_lead
from maillage.apps.codevelopment.actions.programmes import EndedError
from maillage.apps.codevelopment.actions.sessions import (
    NotThereError,
    SameRoleError,
    TooManyError,
    WrittenMeanwhileError,
    prepare_session,
    promise,
    settle,
    take_attendance,
    write_note,
    write_step,
)
from maillage.apps.codevelopment.choices import STEP_MINUTES, HalfDay, Step
from maillage.apps.codevelopment.exports import calendar_of, role_of
from maillage.apps.codevelopment.forms import (
    AttendanceForm,
    CommitmentForm,
    NoteForm,
    SessionForm,
    StepForm,
    when_of,
)
from maillage.apps.codevelopment.models import Circle, Participant
from maillage.apps.codevelopment.queries.programmes import Session, half_day_of, session_of
from maillage.apps.codevelopment.views.programmes import crumbs
from maillage.kernel.site.settings import get_site


def session_url(circle: Circle) -> str:
    return reverse("codevelopment:session", args=[circle.pk])


@member_required
def session(request: HttpRequest, pk: int) -> HttpResponse:
    circle, mine = get_circle_for(request.user, pk)
    return draw(request, circle, mine)


def draw(request: HttpRequest, circle: Circle, mine: Participant | None, **forms: Any) -> HttpResponse:
    """The page of a session. `forms`: those that were refused, with what was typed, by name."""
    found = session_of(circle)
    people = [seat.participant for seat in found.seats]
    leads = may_lead(request.user, circle, mine)
    note = circle.notes.filter(person=person_of(request)).first()
    begins = timezone.localtime(circle.begins) if circle.begins else None
    refused = next(iter(forms.values()), None) if forms else None
    context = {
        "circle": circle,
        "meeting": circle.meeting,
        "programme": circle.meeting.programme,
        "crumbs": crumbs(
            circle.meeting.programme,
            _("Meeting %(meeting)d, group %(group)d")
            % {"meeting": circle.meeting.number, "group": circle.number},
        ),
        "mine": mine,
        "leads": leads,
        "is_over": circle.meeting.programme.ended_at is not None,
        "seats": [(seat, role_of(circle, seat.participant_id)) for seat in found.seats],
        "half_days": [str(HalfDay(code).label) for code in HalfDay.values if code in circle.half_days],
        "is_off_half_day": bool(begins and circle.half_days and half_day_of(begins) not in circle.half_days),
        "steps": _steps(found, forms.get("step_form"), forms.get("step", "")),
        "theirs": forms.get("theirs"),
        "note_form": forms.get("note_form") or NoteForm(initial={"text": note.text if note else ""}),
        "commitment_form": forms.get("commitment_form")
        or CommitmentForm(people=people, initial={"participant_id": mine.pk if mine else ""}),
        "commitments": [_promised(request, circle, mine, each) for each in found.commitments],
        "before": [_promised(request, circle, mine, each) for each in found.before],
        "session_form": forms.get("session_form") or _session_form(circle, people),
        "attendance_form": forms.get("attendance_form") or AttendanceForm(seats=found.seats),
        "is_taken": all(seat.attendance for seat in found.seats),
        "refused": refused if hasattr(refused, "errors") else None,
    }
    return render(request, "codevelopment/session.html", context)


def _steps(found: Session, refused: StepForm | None, at: str) -> list[dict[str, Any]]:
    """The six steps: their words, their minutes, what is written, and the form to write."""
    shown = []
    for number, step in enumerate(Step, start=1):
        record = found.records.get(step)
        form = refused if refused is not None and at == step else None
        shown.append(
            {
                "code": step.value,
                "anchor": f"etape-{step}",
                "number": number,
                "label": str(step.label),
                "hint": hint_of(step),
                "minutes": STEP_MINUTES[step],
                "text": record.text if record else "",
                "seen": record.written_at.isoformat() if record else "",
                "is_refused": form is not None,
                "form": form
                or StepForm(initial={"text": record.text if record else ""}, auto_id=f"etape-{step}-%s"),
            }
        )
    return shown


def hint_of(step: Step) -> str:
    """What is done at a step, in a sentence."""
    return {
        Step.STORY: _("The client tells the situation, the difficulty or the project. Nobody interrupts."),
        Step.QUESTIONS: _("The consultants ask, to understand: facts first, no advice yet."),
        Step.CONTRACT: _("The client says what they expect from the group; everybody agrees on it."),
        Step.CONSULTATION: _(
            "The consultants say what they see, feel and would try. The client listens and takes notes."
        ),
        Step.PLAN: _("The client says what they keep, and what they will do first."),
        Step.LEARNING: _("Each says what they learnt, and how the group worked."),
    }[step]


def _session_form(circle: Circle, people: list[Participant]) -> SessionForm:
    initial = {
        "client_id": circle.client_id or "",
        "facilitator_id": circle.facilitator_id or "",
        "topic": circle.topic,
        "place": circle.place,
        **when_of(circle.starts_at),
    }
    return SessionForm(people=people, initial=initial)


def _promised(
    request: HttpRequest, circle: Circle, mine: Participant | None, each: Any
) -> tuple[Any, bool, bool]:
    """(commitment, whether it is late, whether the viewer may say that it is done)."""
    own = mine is not None and each.participant_id == mine.pk
    may = own or (each.circle_id == circle.pk and may_lead(request.user, circle, mine))
    return each, each.is_late(timezone.localdate()), may


@member_required
@require_POST
def session_prepare(request: HttpRequest, pk: int) -> HttpResponseBase:
    circle, mine = get_circle_for(request.user, pk)
    if not may_lead(request.user, circle, mine):
        raise Http404
    people = [seat.participant for seat in session_of(circle).seats]
    form = SessionForm(request.POST, people=people)
    if form.is_valid():
        said = form.cleaned_data
        try:
            prepare_session(
                actor=person_of(request),
                circle_id=pk,
                client_id=said["client_id"],
                facilitator_id=said["facilitator_id"],
                topic=said["topic"],
                starts_at=form.moment(),
                place=said["place"],
                now=timezone.now(),
            )
        except (SameRoleError, NotThereError, EndedError) as fault:
            form.add_error(None, str(fault.message))
        else:
            messages.success(request, _("The session is prepared."))
            return redirect(session_url(circle))
    return draw(request, circle, mine, session_form=form)


@member_required
@require_POST
def session_step(request: HttpRequest, pk: int, step: str) -> HttpResponseBase:
    circle, mine = get_circle_for(request.user, pk)
    if step not in Step.values:
        raise Http404
    form = StepForm(request.POST, auto_id=f"etape-{step}-%s")
    theirs = None
    if form.is_valid():
        try:
            write_step(
                actor=person_of(request),
                circle_id=pk,
                step=step,
                text=form.cleaned_data["text"],
                seen=request.POST.get("vu", ""),
                now=timezone.now(),
            )
        except WrittenMeanwhileError as fault:
            form.add_error("text", str(fault.message))
            theirs = fault.found
        except EndedError as fault:
            form.add_error(None, str(fault.message))
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{session_url(circle)}#etape-{step}")
    return draw(request, circle, mine, step_form=form, step=step, theirs=theirs)


@member_required
@require_POST
def session_note(request: HttpRequest, pk: int) -> HttpResponseBase:
    circle, mine = get_circle_for(request.user, pk)
    form = NoteForm(request.POST)
    if form.is_valid():
        write_note(actor=person_of(request), circle_id=pk, text=form.cleaned_data["text"], now=timezone.now())
        messages.success(request, _("Your notes are kept, for you alone."))
        return redirect(f"{session_url(circle)}#notes")
    return draw(request, circle, mine, note_form=form)


@member_required
@require_POST
def session_commitments(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A new commitment, or one that is done."""
    circle, mine = get_circle_for(request.user, pk)
    for name, is_done in (("fait", True), ("pas-fait", False)):
        if name in request.POST:
            text = request.POST[name]
            key = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
            found = get_commitment_to_settle(request.user, circle, mine, key)
            settle(actor=person_of(request), commitment_id=found.pk, is_done=is_done, now=timezone.now())
            return redirect(f"{session_url(circle)}#engagements")
    people = [seat.participant for seat in session_of(circle).seats]
    form = CommitmentForm(request.POST, people=people)
    if form.is_valid():
        try:
            promise(actor=person_of(request), circle_id=pk, **form.cleaned_data, now=timezone.now())
        except (NotThereError, TooManyError, EndedError) as fault:
            form.add_error(None, str(fault.message))
        else:
            return redirect(f"{session_url(circle)}#engagements")
    return draw(request, circle, mine, commitment_form=form)


@member_required
@require_POST
def session_attendance(request: HttpRequest, pk: int) -> HttpResponseBase:
    circle, mine = get_circle_for(request.user, pk)
    if not may_lead(request.user, circle, mine):
        raise Http404
    form = AttendanceForm(request.POST, seats=session_of(circle).seats)
    if form.is_valid():
        try:
            take_attendance(actor=person_of(request), circle_id=pk, said=form.said(), now=timezone.now())
        except EndedError as fault:
            form.add_error(None, str(fault.message))
        else:
            messages.success(request, _("The attendance is noted."))
            return redirect(f"{session_url(circle)}#presences")
    return draw(request, circle, mine, attendance_form=form)


@member_required
def session_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    circle, mine = get_circle_for(request.user, pk)
    made = calendar_of(
        [circle],
        name=circle.meeting.programme.title,
        site=get_site().name,
        at=timezone.now(),
        places={circle.pk: mine.pk} if mine else {},
    )
    response = HttpResponse(made, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="seance.ics"'
    return response
