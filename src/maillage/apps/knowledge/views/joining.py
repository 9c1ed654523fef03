"""A workshop as its participants live it, on a phone or on one laptop for the whole group; no account is needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import is_facilitator, person_of
from maillage.apps.directory.queries.organizations import published_organizations
from maillage.apps.knowledge.access import (
    OverError,
    can_go_on,
    get_seat_to_interview,
    get_words_to_remove,
    get_workshop_under_way,
    own_seat,
    remember_seat,
)
from maillage.apps.knowledge.actions.terms import NoWordsError
from maillage.apps.knowledge.actions.workshops import (
    ClosedWorkshopError,
    FullWorkshopError,
    NoStructureError,
    add_late_words,
    add_words,
    remove_words,
    take_seat,
)
from maillage.apps.knowledge.choices import Kind, Relation, Stage
from maillage.apps.knowledge.forms import CodeForm, SeatForm, WordsForm
from maillage.apps.knowledge.models import Seat, Term, Workshop
from maillage.apps.knowledge.models.terms import NAME_LENGTH_MAX
from maillage.apps.knowledge.queries.elsewhere import chosen_elsewhere
from maillage.apps.knowledge.queries.terms import chosen_term
from maillage.apps.knowledge.queries.workshops import STEPS, workshop_of
from maillage.apps.knowledge.views.prompts import lead_of, prompts_of
from maillage.kernel.http.fragments import asks_for
from maillage.kernel.http.pace import has_asked_enough, may_ask

WRONG_CODES = "workshop-code"
CODES_PER_MINUTE = 10
PEOPLE_PER_MINUTE = 120
SUGGESTED_MAX = 500


class TooManyTriesError(Exception):
    """Ten codes that open nothing came from one place in a minute."""


def enter(request: HttpRequest) -> HttpResponseBase:
    """Type the code. Ten wrong ones a minute from one place, then none is read: a code is not found by trying."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "knowledge/workshops/enter.html", {"form": form})
    code = form.cleaned_data["code"]
    if _has_tried_enough(request):
        return _entrance(request, _too_many(), code, 429)
    found = workshop_of(code)
    if found is not None and found.lets_in(timezone.now()):
        return redirect("knowledge:join", code)
    may_ask(request, WRONG_CODES, per_minute=CODES_PER_MINUTE)
    form.add_error("code", refusal(found))
    return render(request, "knowledge/workshops/enter.html", {"form": form})


def _has_tried_enough(request: HttpRequest) -> bool:
    return has_asked_enough(request, WRONG_CODES, per_minute=CODES_PER_MINUTE)


def _too_many() -> str:
    return _("Too many tries. Wait a minute, then type the code of the wall.")


def refusal(workshop: Workshop | None) -> str:
    """Why a code opens nothing."""
    if workshop is None:
        return _("No workshop has this code. Check the six letters on the wall.")
    return _("This code no longer opens the workshop. Ask its facilitator for a new one.")


def _opened(request: HttpRequest, code: str, *, on_paper: bool = False) -> Workshop:
    """The workshop of a code. Wrong codes are counted: who tried ten of them waits, and the right one is not told apart.

    Who has a seat there goes on meanwhile: others of the same house may have mistyped.
    """
    if _has_tried_enough(request) and not can_go_on(request, code):
        raise TooManyTriesError
    try:
        return get_workshop_under_way(request, code, timezone.now(), on_paper=on_paper)
    except Http404:
        if not may_ask(request, WRONG_CODES, per_minute=CODES_PER_MINUTE):
            raise TooManyTriesError from None
        raise


def of_a_workshop(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of people who have a seat: once the workshop has ended, it says so, with the words that came too late.

    Who tried too many codes is told to wait.
    """

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **asked: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **asked)
        except OverError as over:
            name = "knowledge/workshops/over.html"
            context = {"workshop": over.workshop, "too_late": request.POST.get("mots", "")[:NAME_LENGTH_MAX]}
            return render(request, f"{name}#place" if asks_for(request, "place") else name, context)
        except TooManyTriesError:
            return _entrance(request, _too_many(), str(asked.get("code", "")), 429)

    return shown


@of_a_workshop
def join(request: HttpRequest, code: str) -> HttpResponseBase:
    """Who comes, for which structure. A phone that comes back finds its seat again."""
    is_coming = request.method == "POST"
    if is_coming and not may_ask(request, "workshop-join", per_minute=PEOPLE_PER_MINUTE):
        return _entrance(request, _too_many(), "", 429)
    try:
        workshop = _opened(request, code)
    except Http404:
        return _entrance(request, refusal(workshop_of(code.upper())), code, 404)
    if own_seat(request, workshop) is not None and "autre" not in request.GET and request.method == "GET":
        return redirect("knowledge:seat", workshop.code)
    form = SeatForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            taken = take_seat(workshop_id=workshop.pk, **form.cleaned_data, now=timezone.now())
        except (ClosedWorkshopError, NoStructureError, FullWorkshopError) as fault:
            form.add_error(None, str(fault.message))
        else:
            remember_seat(request, taken)
            return redirect("knowledge:seat", workshop.code)
    names = (
        published_organizations().order_by("sort_key", "pk").values_list("name", flat=True)[:SUGGESTED_MAX]
    )
    context = {"workshop": workshop, "form": form, "known": list(names)}
    return render(request, "knowledge/workshops/join.html", context)


def _entrance(request: HttpRequest, why: str, code: str, status: int) -> HttpResponse:
    """The page of the code, which says why this one does not open."""
    form = CodeForm({"code": code})
    form.is_valid()
    form.errors["code"] = form.error_class([why])
    return render(request, "knowledge/workshops/enter.html", {"form": form}, status=status)


@of_a_workshop
def seat(request: HttpRequest, code: str) -> HttpResponseBase:
    """One's place: waiting for the groups, then one's group and whom to interview."""
    workshop = _opened(request, code)
    mine = own_seat(request, workshop)
    if mine is None:
        return redirect("knowledge:join", workshop.code)
    group = []
    if mine.group_number:
        group = list(
            workshop.seats.filter(group_number=mine.group_number, is_away=False).order_by("structure", "pk")
        )
    context = {
        "workshop": workshop,
        "seat": mine,
        "group": [(each, _interview_url(workshop, each, STEPS[0]), each.pk == mine.pk) for each in group],
        "own_url": _interview_url(workshop, mine, STEPS[0]),
    }
    name = "knowledge/workshops/seat.html"
    return render(request, f"{name}#place" if asks_for(request, "place") else name, context)


def _interview_url(workshop: Workshop, who: Seat, kind: str) -> str:
    return reverse("knowledge:interview", args=[workshop.code, who.pk, kind])


@of_a_workshop
def interview(request: HttpRequest, code: str, pk: int, kind: str) -> HttpResponseBase:
    """One of the three steps of an interview: questions to ask, and the words that come."""
    workshop = _opened(request, code, on_paper=True)
    if kind not in STEPS:
        raise Http404
    who = get_seat_to_interview(request, workshop, pk)
    form = WordsForm(kind=kind)
    if request.method == "POST":
        data = request.POST.copy()
        term = chosen_elsewhere(data.get("ailleurs", "")) or chosen_term(data.get("terme", ""), kind)
        if term is not None:
            data["mots"] = term.name
        form = WordsForm(data, kind=kind)
        if form.is_valid():
            try:
                _write(request, workshop, who, term.kind if term else kind, form, term)
            except (NoWordsError, FullWorkshopError, ClosedWorkshopError) as fault:
                form.add_error("mots", str(fault.message))
            else:
                return redirect(f"{_interview_url(workshop, who, kind)}#mots")
    return render(
        request, "knowledge/workshops/interview.html", _interview(request, workshop, who, kind, form)
    )


def _write(
    request: HttpRequest, workshop: Workshop, who: Seat, kind: str, form: WordsForm, term: Term | None
) -> None:
    """Note the words; those of a sheet that came after the end are on the map at once, and it is said."""
    said = {"relation": form.cleaned_data["relation"], "words": form.cleaned_data["mots"], "term": term}
    if workshop.stage != Stage.ENDED:
        add_words(seat_id=who.pk, kind=kind, **said, now=timezone.now())
        if kind != form.kind:
            messages.success(
                request,
                _("“%(term)s” is noted under: %(kind)s.")
                % {"term": form.cleaned_data["mots"], "kind": Kind(kind).label},
            )
        return
    answer = add_late_words(actor=person_of(request), seat_id=who.pk, kind=kind, **said, now=timezone.now())
    messages.success(request, _("“%(term)s” is on the map.") % {"term": answer.words})


def _interview(
    request: HttpRequest, workshop: Workshop, who: Seat, kind: str, form: WordsForm
) -> dict[str, Any]:
    at = STEPS.index(kind)
    answers = list(who.answers.filter(kind=kind).order_by("said_at", "pk"))
    leads = is_facilitator(request.user)
    back = reverse("knowledge:seat", args=[workshop.code])
    is_ended = workshop.stage == Stage.ENDED
    if leads and (is_ended or own_seat(request, workshop) is None):
        back = reverse("knowledge:workshop", args=[workshop.pk])
    return {
        "workshop": workshop,
        "is_ended": is_ended,
        "seat": who,
        "form": form,
        "kind": kind,
        "step": Kind(kind).label,
        "lead": lead_of(kind),
        "prompts": prompts_of(kind),
        "steps": [(str(Kind(each).label), _interview_url(workshop, who, each)) for each in STEPS],
        "number": at + 1,
        "holds": [answer for answer in answers if answer.relation == Relation.HOLDS],
        "seeks": [answer for answer in answers if answer.relation == Relation.SEEKS],
        "next_url": _interview_url(workshop, who, STEPS[at + 1]) if at + 1 < len(STEPS) else "",
        "back_url": back,
    }


@require_POST
@of_a_workshop
def words_remove(request: HttpRequest, code: str, pk: int) -> HttpResponseBase:
    workshop = _opened(request, code)
    answer, who = get_words_to_remove(request, workshop, pk)
    try:
        remove_words(answer_id=answer.pk, now=timezone.now())
    except ClosedWorkshopError as fault:
        messages.error(request, str(fault.message))
    return redirect(_interview_url(workshop, who, answer.kind))
