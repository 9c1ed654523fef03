"""A workshop as its facilitator leads it: the wall, the groups, the paper, the end."""

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
from maillage.apps.knowledge.access import get_workshop_to_lead
from maillage.apps.knowledge.actions.workshops import (
    ClosedWorkshopError,
    FullWorkshopError,
    NoStructureError,
    TooFewError,
    compose_groups,
    end_workshop,
    leave_seat,
    move_seat,
    open_workshop,
    renew_code,
    take_seat,
)
from maillage.apps.knowledge.choices import Kind, Stage
from maillage.apps.knowledge.exports import (
    WORKSHOP_HEADERS,
    paper_sheets,
    record_headers,
    record_rows,
    workshop_rows,
)
from maillage.apps.knowledge.forms import SeatForm, WorkshopFilterForm, WorkshopForm
from maillage.apps.knowledge.models import Seat, Workshop, WorkshopAnswer
from maillage.apps.knowledge.queries.maps import drawing_of, places_of
from maillage.apps.knowledge.queries.workshops import (
    STEPS,
    answers_of,
    last_round,
    map_of_workshop,
    present_seats,
    rounds_of,
    tables_of,
    workshop_drawing,
    workshops_asked,
)
from maillage.apps.knowledge.views.drawn import sheet_of
from maillage.apps.knowledge.views.prompts import prompts_of
from maillage.kernel.documents.qr import screen_qr_code
from maillage.kernel.http.fragments import asks_for
from maillage.kernel.site.settings import get_site
from maillage.kernel.tables.leaving import table_links, table_response

PER_PAGE = 30
NEW_GROUP = "nouveau"


def workshop_url(workshop: Workshop) -> str:
    return reverse("knowledge:workshop", args=[workshop.pk])


def crumbs(workshop: Workshop, *here: str) -> list[tuple[str, str]]:
    own = (workshop.title, workshop_url(workshop) if here else "")
    return [(_("Workshops"), reverse("knowledge:workshops")), own, *((label, "") for label in here)]


def join_address(workshop: Workshop) -> str:
    return f"{settings.PUBLIC_URL}{reverse('knowledge:join', args=[workshop.code])}"


@facilitator_required
def workshop_list(request: HttpRequest) -> HttpResponse:
    asked = WorkshopFilterForm.read(request)
    found = workshops_asked(**asked.wanted)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        (each.title, workshop_url(each), f"{each.held_on:%d/%m/%Y} · {each.get_stage_display()}")
        for each in page
    ]
    context = {
        "rows": rows,
        "page_obj": page,
        **asked.context,
        "exports": table_links(request, "knowledge:workshops_export"),
    }
    return render(request, "knowledge/workshops/list.html", context)


@facilitator_required
def workshops_export(request: HttpRequest, form: str) -> HttpResponseBase:
    found = workshops_asked(**WorkshopFilterForm.read(request).wanted)
    return table_response(form, "ateliers", WORKSHOP_HEADERS, workshop_rows(found))


@facilitator_required
def workshop_open(request: HttpRequest) -> HttpResponseBase:
    initial = {"held_on": timezone.localdate(), "title": _("Crossed interviews")}
    form = WorkshopForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = open_workshop(actor=person_of(request), **form.cleaned_data, now=timezone.now())
        return redirect(workshop_url(made))
    return render(request, "knowledge/workshops/form.html", {"form": form})


@facilitator_required
def workshop_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, get_workshop_to_lead(request.user, pk))


def _detail(request: HttpRequest, workshop: Workshop, form: SeatForm | None = None) -> HttpResponse:
    seats = present_seats(workshop)
    answers = answers_of(workshop)
    counts: dict[int, int] = {}
    for answer in answers:
        counts[answer.seat_id] = counts.get(answer.seat_id, 0) + 1
    first = Kind.SAVOIR.value
    rounds = rounds_of(workshop)
    context = {
        "workshop": workshop,
        "crumbs": crumbs(workshop),
        "is_ended": workshop.stage == Stage.ENDED,
        "lets_in": workshop.lets_in(timezone.now()),
        "join_address": join_address(workshop),
        "seats": [
            (
                seat,
                counts.get(seat.pk, 0),
                reverse("knowledge:interview", args=[workshop.code, seat.pk, first]),
            )
            for seat in seats
        ],
        "tables": tables_of(seats),
        "rounds": rounds,
        "earlier": rounds[:-1],
        "exports": table_links(request, "knowledge:workshop_record", workshop.pk),
        "without_group": [seat for seat in seats if not seat.group_number],
        "numbers": [table.number for table in tables_of(seats)],
        "new_group": NEW_GROUP,
        "words_count": len(answers),
        "kept": [answer for answer in answers if answer.kept],
        "record": _by_seat(answers) if workshop.stage == Stage.ENDED else [],
        "gone": workshop.seats.filter(is_away=True).order_by("structure", "pk"),
        "form": form or SeatForm(auto_id="papier-%s"),
    }
    return render(request, "knowledge/workshops/detail.html", context)


@facilitator_required
def workshop_record(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """What the workshop keeps, as a table."""
    workshop = get_workshop_to_lead(request.user, pk)
    rounds = rounds_of(workshop)
    rows = record_rows(workshop, rounds, answers_of(workshop))
    return table_response(form, f"atelier-{workshop.slug}", record_headers(len(rounds)), rows)


@facilitator_required
def wall(request: HttpRequest, pk: int) -> HttpResponse:
    """The wall screen: the square to flash, then the map that grows. It asks anew every three seconds."""
    workshop = get_workshop_to_lead(request.user, pk)
    drawn = map_of_workshop(workshop)
    kept = drawing_of(workshop_drawing(workshop))
    seats = present_seats(workshop)
    context = {
        "workshop": workshop,
        "sheet": sheet_of(drawn, places_of(drawn, kept.positions if kept else {}), fit=True),
        "base": "",
        "seats": seats,
        "tables": tables_of(seats),
        "words_count": len({link.term for link in drawn.links}),
        "lets_in": workshop.lets_in(timezone.now()),
        "join_address": join_address(workshop),
        "enter_address": f"{settings.PUBLIC_URL}{reverse('knowledge:enter')}".split("://", 1)[-1],
        "qr_code": screen_qr_code(join_address(workshop)),
    }
    name = "knowledge/workshops/wall.html"
    return render(request, f"{name}#mur" if asks_for(request, "mur") else name, context)


@facilitator_required
@require_POST
def workshop_groups(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Compose the groups, or put somebody in another one."""
    workshop = get_workshop_to_lead(request.user, pk)
    try:
        if "place" in request.POST:
            seat = _seat_of(workshop, request.POST["place"])
            move_seat(
                actor=person_of(request),
                seat_id=seat.pk,
                group_number=_number(workshop, request.POST.get("groupe", "")),
                now=timezone.now(),
            )
        else:
            seed = workshop.pk + len(present_seats(workshop)) + 1000 * last_round(workshop)
            found = compose_groups(actor=person_of(request), workshop_id=pk, seed=seed, now=timezone.now())
            _tell_groups(request, found.repeats)
    except (TooFewError, ClosedWorkshopError) as fault:
        messages.error(request, str(fault.message))
    return redirect(f"{workshop_url(workshop)}#groupes")


def _tell_groups(request: HttpRequest, repeats: int) -> None:
    if repeats:
        messages.warning(
            request,
            _(
                "The groups are composed. %(count)d pairs had met at an earlier round or workshop: with these people it cannot be avoided."
            )
            % {"count": repeats},
        )
    else:
        messages.success(
            request,
            _("The groups are composed: nobody meets again the people of an earlier round or workshop."),
        )


def _seat_of(workshop: Workshop, text: str) -> Seat:
    found = None
    if text.isascii() and text.isdigit() and len(text) < 18:
        found = workshop.seats.filter(pk=int(text)).first()
    if found is None:
        raise Http404
    return found


def _number(workshop: Workshop, text: str) -> int:
    numbers = [table.number for table in tables_of(present_seats(workshop))]
    if text == NEW_GROUP:
        return max(numbers, default=0) + 1
    if text.isascii() and text.isdigit() and len(text) < 4 and int(text) in numbers:
        return int(text)
    raise Http404


@facilitator_required
@require_POST
def workshop_seats(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A paper sheet to enter, or somebody who left."""
    workshop = get_workshop_to_lead(request.user, pk)
    if "parti" in request.POST:
        seat = _seat_of(workshop, request.POST["parti"])
        leave_seat(actor=person_of(request), seat_id=seat.pk, now=timezone.now())
        messages.success(request, _("%(who)s left. What they said stays.") % {"who": seat.structure})
        return redirect(workshop_url(workshop))
    form = SeatForm(request.POST, auto_id="papier-%s")
    if not form.is_valid():
        return _detail(request, workshop, form)
    try:
        seat = take_seat(workshop_id=pk, **form.cleaned_data, on_paper=True, now=timezone.now())
    except (ClosedWorkshopError, NoStructureError, FullWorkshopError) as fault:
        form.add_error(None, str(fault.message))
        return _detail(request, workshop, form)
    return redirect("knowledge:interview", workshop.code, seat.pk, Kind.SAVOIR.value)


@facilitator_required
@require_POST
def workshop_code(request: HttpRequest, pk: int) -> HttpResponseBase:
    workshop = get_workshop_to_lead(request.user, pk)
    try:
        renew_code(actor=person_of(request), workshop_id=pk, now=timezone.now())
    except ClosedWorkshopError as fault:
        messages.error(request, str(fault.message))
    else:
        messages.success(request, _("A new code opens the workshop for twelve hours."))
    return redirect(workshop_url(workshop))


@facilitator_required
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheets to print, for those who prefer paper."""
    workshop = get_workshop_to_lead(request.user, pk)
    steps = [{"title": str(Kind(kind).label), "prompts": list(prompts_of(kind))} for kind in STEPS]
    made = paper_sheets(
        workshop,
        structures=[seat.structure for seat in present_seats(workshop)],
        steps=steps,
        site=get_site().name,
        at=workshop.created_at,
    )
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="feuilles.pdf"'
    return response


@facilitator_required
def workshop_end(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Read again what was said, untick what is wrong, and end."""
    workshop = get_workshop_to_lead(request.user, pk)
    if workshop.stage == Stage.ENDED:
        return redirect(workshop_url(workshop))
    answers = answers_of(workshop)
    if request.method == "POST":
        wanted = set(request.POST.getlist("mots"))
        kept = {answer.pk for answer in answers if str(answer.pk) in wanted}
        try:
            end_workshop(actor=person_of(request), workshop_id=pk, kept=kept, now=timezone.now())
        except ClosedWorkshopError as fault:
            messages.error(request, str(fault.message))
        else:
            messages.success(request, _("Thank you. The words are on the map of knowledge."))
        return redirect(workshop_url(workshop))
    context = {
        "workshop": workshop,
        "groups": _by_seat(answers),
        "crumbs": crumbs(workshop, _("End the workshop")),
    }
    return render(request, "knowledge/workshops/end.html", context)


def _by_seat(answers: list[WorkshopAnswer]) -> list[tuple[Seat, list[Any]]]:
    """Each structure with its words, in the order in which they were read."""
    found: dict[int, tuple[Seat, list[Any]]] = {}
    for answer in answers:
        found.setdefault(answer.seat_id, (answer.seat, []))[1].append(answer)
    return list(found.values())
