"""The programmes, and one of them: its meetings, its groups, who comes."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import (
    facilitator_required,
    is_facilitator,
    member_required,
    person_of,
)
from maillage.apps.codevelopment.access import get_programme_for, get_programme_to_lead
from maillage.apps.codevelopment.actions.composing import (
    BegunError,
    ChangedError,
    NobodyError,
    NoSolutionError,
    OverError,
    compose_programme,
    confirm_adjustment,
    forget_adjustment,
    propose_adjustment,
)
from maillage.apps.codevelopment.actions.programmes import (
    EndedError,
    change_programme,
    end_programme,
    open_programme,
)
from maillage.apps.codevelopment.actions.sessions import announce_absence, schedule_meeting
from maillage.apps.codevelopment.exports import HEADERS, attendance_table, group_rows
from maillage.apps.codevelopment.forms import (
    MeetingForm,
    ProgrammeFilterForm,
    ProgrammeForm,
    programme_initial,
)
from maillage.apps.codevelopment.models import Meeting, Participant, Programme
from maillage.apps.codevelopment.queries.participation import meetings_held, warnings_of
from maillage.apps.codevelopment.queries.problems import from_proposal, rounds_begun
from maillage.apps.codevelopment.queries.programmes import (
    all_programmes,
    late_commitments,
    meetings_of,
    own_participants,
    participants_of,
    place_among,
    place_of,
    programmes_asked,
    programmes_of,
    sessions_of,
)
from maillage.apps.codevelopment.views.calendars import calendar_address
from maillage.apps.codevelopment.views.words import why_not
from maillage.kernel.tables.leaving import table_response

PER_PAGE = 30
FAULTS = (BegunError, ChangedError, EndedError, NobodyError, OverError)


def programme_url(programme: Programme) -> str:
    return reverse("codevelopment:programme", args=[programme.pk])


def crumbs(programme: Programme, *here: str) -> list[tuple[str, str]]:
    own = (programme.title, programme_url(programme) if here else "")
    return [(_("Co-development"), reverse("codevelopment:list")), own, *((label, "") for label in here)]


@member_required
def programme_list(request: HttpRequest) -> HttpResponse:
    """One's sessions to come, one's programmes; for facilitators, all of them."""
    person = person_of(request)
    leads = is_facilitator(person)
    asked = ProgrammeFilterForm.read(request)
    found = programmes_asked(all_programmes() if leads else programmes_of(person), **asked.wanted)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "leads": leads,
        "sessions": sessions_of(person),
        "calendar_address": calendar_address(person),
        "programmes": [(each, programme_url(each)) for each in page],
        "page_obj": page,
        **asked.context,
    }
    return render(request, "codevelopment/list.html", context)


@facilitator_required
def programme_open(request: HttpRequest) -> HttpResponseBase:
    form = ProgrammeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = open_programme(actor=person_of(request), **form.cleaned_data, now=timezone.now())
        return redirect("codevelopment:people", made.pk)
    return render(request, "codevelopment/form.html", {"form": form, "programme": None, "crumbs": None})


@facilitator_required
def programme_change(request: HttpRequest, pk: int) -> HttpResponseBase:
    programme = get_programme_to_lead(request.user, pk)
    form = ProgrammeForm(
        request.POST if request.method == "POST" else None, initial=programme_initial(programme)
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_programme(
                actor=person_of(request), programme_id=pk, now=timezone.now(), **form.cleaned_data
            )
        except EndedError as fault:
            form.add_error(None, str(fault.message))
        else:
            return redirect(programme_url(programme))
    context = {"form": form, "programme": programme, "crumbs": crumbs(programme, _("Change"))}
    return render(request, "codevelopment/form.html", context)


@facilitator_required
@require_POST
def programme_end(request: HttpRequest, pk: int) -> HttpResponseBase:
    programme = get_programme_to_lead(request.user, pk)
    try:
        end_programme(actor=person_of(request), programme_id=pk, now=timezone.now())
    except EndedError as fault:
        messages.error(request, str(fault.message))
    else:
        messages.success(request, _("The programme has ended. Everything in it can still be read."))
    return redirect(programme_url(programme))


@member_required
def programme_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return draw(request, get_programme_for(request.user, pk))


def draw(
    request: HttpRequest,
    programme: Programme,
    *,
    refusal: list[str] | None = None,
    form: tuple[int, MeetingForm] | None = None,
) -> HttpResponse:
    """The page of a programme; `refusal` says why there are no groups, `form` a date that was refused."""
    leads = is_facilitator(request.user)
    meetings = meetings_of(programme)
    people = participants_of(programme) if leads else []
    viewer = person_of(request)
    mine = place_among(viewer, people) if leads else place_of(viewer, programme)
    context: dict[str, Any] = {
        "programme": programme,
        "crumbs": crumbs(programme),
        "leads": leads,
        "mine": mine,
        "meetings": [_meeting_card(each, mine, leads, form) for each in meetings],
        "refusal": refusal or [],
        "is_over": programme.ended_at is not None,
        "refused_form": form[1] if form else None,
    }
    if leads:
        context |= _for_leaders(programme, meetings, people)
    return render(request, "codevelopment/programme.html", context)


@dataclass(frozen=True)
class MeetingCard:
    meeting: Meeting
    circles: list[Any]
    is_mine_away: bool
    form: MeetingForm | None

    @property
    def anchor(self) -> str:
        return f"rencontre-{self.meeting.number}"


def _meeting_card(
    meeting: Meeting, mine: Participant | None, leads: bool, refused: tuple[int, MeetingForm] | None
) -> MeetingCard:
    """A meeting with its groups; who takes part without leading sees their own group only."""
    circles = list(meeting.circles.all())
    if not leads:
        circles = [
            each
            for each in circles
            if mine and any(seat.participant_id == mine.pk for seat in each.seats.all())
        ]
    form = None
    if leads:
        form = refused[1] if refused and refused[0] == meeting.pk else MeetingForm(meeting=meeting)
    away = mine is not None and any(each.round_number == meeting.number for each in mine.absences.all())
    return MeetingCard(meeting, circles, away, form)


def _for_leaders(programme: Programme, meetings: list[Meeting], people: list[Participant]) -> dict[str, Any]:
    names = {each.pk: str(each) for each in people}
    held = meetings_held(meetings)
    away = {(each.pk, absence.round_number) for each in people for absence in each.absences.all()}
    warned = warnings_of(programme, meetings, away)
    begun = rounds_begun(programme)
    return {
        "people_count": sum(each.left_at is None for each in people),
        "share_of_best": round(100 * programme.value / programme.bound) if programme.bound else 100,
        "value": round(100 * programme.value),
        "bound": round(100 * programme.bound),
        "held": [(each.number, each.present, each.expected, round(100 * each.share)) for each in held],
        "warned": warned,
        "low": round(100 * warned.low) if warned.low is not None else None,
        "fallen": tuple(round(100 * each) for each in warned.fallen) if warned.fallen else None,
        "away": [names[pk] for pk in warned.away],
        "late": late_commitments(programme, timezone.localdate()),
        "may_compose": not begun,
        "may_adjust": programme.composed_at is not None and begun < programme.rounds_count,
        "moves": _moves(programme, names),
    }


def _moves(programme: Programme, names: dict[int, str]) -> dict[str, Any] | None:
    """The adjustment that waits: who would move, and what the groups would be worth."""
    if not programme.proposal:
        return None
    answer = from_proposal(programme.proposal)
    return {
        "rows": [
            (move.round, names.get(int(move.name), ""), move.number_before, move.number_after)
            for move in answer.moves
        ],
        "value": round(100 * answer.value),
        "bound": round(100 * answer.bound),
        "repeats": answer.repeats,
    }


@facilitator_required
@require_POST
def programme_compose(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Compose, propose an adjustment, confirm it or leave it."""
    programme = get_programme_to_lead(request.user, pk)
    actor, now = person_of(request), timezone.now()
    try:
        if "confirmer" in request.POST:
            confirm_adjustment(actor=actor, programme_id=pk, now=now)
            messages.success(request, _("The groups have changed; those who move are told."))
        elif "laisser" in request.POST:
            forget_adjustment(programme_id=pk)
        elif "ajuster" in request.POST:
            propose_adjustment(actor=actor, programme_id=pk, seed=programme.seed, now=now, clock=monotonic)
        else:
            compose_programme(actor=actor, programme_id=pk, seed=programme.seed + 1, now=now, clock=monotonic)
            messages.success(request, _("The groups are composed."))
    except NoSolutionError as fault:
        people = programme.participants.order_by("pk").values_list("pk", "name")
        return draw(request, programme, refusal=why_not(fault.why, {str(key): name for key, name in people}))
    except FAULTS as fault:
        messages.error(request, str(fault.message))
    return redirect(f"{programme_url(programme)}#groupes")


@facilitator_required
@require_POST
def meeting_schedule(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    programme = get_programme_to_lead(request.user, pk)
    meeting = programme.meetings.filter(number=number).first()
    if meeting is None:
        raise Http404
    form = MeetingForm(request.POST, meeting=meeting)
    moment = form.moment() if form.is_valid() else None
    if moment is None:
        return draw(request, programme, form=(meeting.pk, form))
    try:
        schedule_meeting(
            actor=person_of(request),
            meeting_id=meeting.pk,
            starts_at=moment,
            minutes=form.cleaned_data["minutes"],
            place=form.cleaned_data["place"],
            now=timezone.now(),
        )
    except EndedError as fault:
        messages.error(request, str(fault.message))
    return redirect(f"{programme_url(programme)}#rencontre-{number}")


@member_required
@require_POST
def meeting_absence(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """Somebody says that they will miss a meeting, or come after all."""
    programme = get_programme_for(request.user, pk)
    mine = own_participants(person_of(request)).filter(programme=programme, left_at=None).first()
    meeting = programme.meetings.filter(number=number, held_at=None).first()
    if mine is None or meeting is None:
        raise Http404
    is_away = "absent" in request.POST
    try:
        announce_absence(
            actor=person_of(request),
            participant_id=mine.pk,
            round_number=number,
            is_away=is_away,
            now=timezone.now(),
        )
    except EndedError as fault:
        messages.error(request, str(fault.message))
    else:
        messages.success(
            request, _("Thank you for telling.") if is_away else _("Good news: you are expected.")
        )
    return redirect(f"{programme_url(programme)}#rencontre-{number}")


@facilitator_required
def programme_export(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    programme = get_programme_to_lead(request.user, pk)
    return table_response(form, "groupes", HEADERS, group_rows(programme))


@facilitator_required
def attendance_export(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """Who came to each meeting, a line for each person."""
    header, rows = attendance_table(get_programme_to_lead(request.user, pk))
    return table_response(form, "presences", header, rows)
