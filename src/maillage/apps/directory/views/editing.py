"""Writing a fiche, one step after the other; each step is saved, so that nothing waits for the last one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import BaseFormSet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.accounts.access import is_facilitator, member_required, person_of
from maillage.apps.directory.access import (
    acting_organization,
    active_memberships,
    can_publish_initiative,
    get_initiative_for,
    get_initiative_to_edit,
    initiatives_editable_by,
)
from maillage.apps.directory.actions.drafts import forget_draft
from maillage.apps.directory.actions.initiatives import (
    StaleVersionError,
    create_initiative,
    update_section,
)
from maillage.apps.directory.exports.lists import FICHES, fiche_rows
from maillage.apps.directory.forms.attachments import DocumentForm, PictureForm
from maillage.apps.directory.forms.lists import FicheFilterForm
from maillage.apps.directory.forms.positions import swap_asked, with_swapped
from maillage.apps.directory.forms.rows import CarriersRows, PlacesFormSet, carrier_rows, place_rows
from maillage.apps.directory.forms.steps import STEP_LABELS, STEPS, EssentialForm, StepForm
from maillage.apps.directory.models import Initiative
from maillage.apps.directory.queries.contents import InitiativeContent, content_of
from maillage.apps.directory.queries.drafts import filled, kept_draft, typed_rows
from maillage.apps.directory.queries.history import field_changes
from maillage.apps.directory.queries.lists import fiches_asked
from maillage.apps.directory.queries.organizations import names_of_organizations, owners_among
from maillage.apps.directory.queries.placing import towns_found, with_coordinates
from maillage.apps.directory.queries.returns import last_return
from maillage.apps.directory.queries.territories import areas_for_choice
from maillage.apps.directory.views.cards import initiative_url
from maillage.apps.directory.views.fiche import fiche_context
from maillage.kernel.tables.leaving import table_links, table_response

PER_PAGE = 50
STEP_NAMES = tuple(STEP_LABELS)
LEADS = {
    "lieux": gettext_lazy(
        "Each place is a pin on the map. Without an address, the initiative is in no town."
    ),
    "structures": gettext_lazy("Who carries the initiative, and who helps."),
    "images": gettext_lazy(
        "They are made lighter, and what a camera hides in them (place, date) is taken away."
    ),
    "verifier": gettext_lazy("The fiche as people will see it. Propose it when you are ready."),
}
EMPTY = InitiativeContent(title="")


@member_required
def initiative_create(request: HttpRequest) -> HttpResponse:
    """The first step; with `?adapter=12`, a new fiche takes up the recipe of another."""
    key = "initiative-nouvelle"
    source = _source(request)
    if request.method == "POST":
        form = EssentialForm(request.POST, owners=owners_for(request))
        if form.is_valid():
            content = _adapted(source, form.changes()) if source else InitiativeContent(**form.changes())
            made = create_initiative(
                actor=person_of(request),
                content=content,
                now=timezone.now(),
                on_behalf_of=acting_organization(request),
            )
            forget_draft(person=person_of(request), key=key)
            return redirect(step_url(made, "themes"))
    else:
        acting = acting_organization(request)
        initial = {"owner_id": acting.pk if acting else None}
        form = filled(EssentialForm, kept_draft(request, key), initial, owners=owners_for(request))
    context = {
        "form": form,
        "initiative": None,
        "step": "essentiel",
        "step_title": EssentialForm.title_of_step,
        "lead": EssentialForm.lead,
        "steps": [(label, "") for label in STEP_LABELS.values()],
        "step_number": 1,
        "draft_key": key,
        "draft": kept_draft(request, key),
        "source": source,
        "conflict": None,
        "bounds": form.visible_fields(),
        "previous_url": "",
        "crumbs": [(_("My fiches"), reverse("directory:my_initiatives")), (_("A new fiche"), "")],
    }
    return render(request, "directory/editing/step.html", context)


@member_required
def initiative_edit(request: HttpRequest, pk: int, slug: str, step: str = "essentiel") -> HttpResponseBase:
    """One step of the fiche; the last one shows it whole."""
    initiative = get_initiative_to_edit(request.user, pk)
    if step not in STEP_LABELS:
        raise Http404
    if step == "lieux":
        return _edit_rows(request, initiative, step, PlacesFormSet)
    if step == "structures":
        return _edit_rows(request, initiative, step, CarriersRows)
    if step == "images":
        return render(request, "directory/editing/attachments.html", attachments_context(initiative))
    if step == "verifier":
        context = fiche_context(initiative) | _frame(initiative, step) | {"form": None}
        context |= {"can_publish": can_publish_initiative(request.user, initiative)}
        context |= {"missing": missing_parts(initiative), "sent_back": last_return(initiative)}
        return render(request, "directory/editing/check.html", context)
    return _edit_step(request, initiative, step)


def _edit_step(request: HttpRequest, initiative: Initiative, step: str) -> HttpResponseBase:
    form_class = STEPS[step]
    assert form_class is not None
    content, key, conflict = content_of(initiative), f"initiative-{initiative.pk}-{step}", None
    draft = None
    if request.method == "POST":
        form = form_class(request.POST, owners=owners_for(request, initiative))
        if form.is_valid():
            try:
                _save(request, initiative, form.changes(), form.cleaned_data["seen"])
            except StaleVersionError as stale:
                conflict = conflict_with(stale, content, form.changes())
                form = _retry(form_class, request.POST, stale.version, owners_for(request, initiative))
            else:
                forget_draft(person=person_of(request), key=key)
                return redirect(_next_url(request, initiative, step))
    else:
        initial = form_class.initial_from(content) | {"seen": initiative.version}
        draft = kept_draft(request, key)
        form = filled(form_class, draft, initial, owners=owners_for(request, initiative))
    context = _frame(initiative, step) | {
        "form": form,
        "lead": form_class.lead,
        "draft_key": key,
        "draft": draft,
        "conflict": conflict,
        "bounds": form.visible_fields(),
        "source": None,
    }
    return render(request, "directory/editing/step.html", context)


def _edit_rows(request: HttpRequest, initiative: Initiative, step: str, rows: Any) -> HttpResponseBase:
    """The places, or the carriers and partners: rows that can be added and removed, without script too."""
    content, conflict, draft = content_of(initiative), None, None
    initial, key = rows_initial(content, step), f"initiative-{initiative.pk}-{step}"
    data = _rows_again(request)
    areas = areas_for_choice() if step == "lieux" else []
    area_id = initiative.area_id
    if request.method == "POST":
        area_id = _chosen_area(request.POST, areas)
        formset = rows(data or request.POST)
        if data is None and formset.is_valid():
            changes, towns = _row_changes(step, formset, area_id)
            try:
                _save(request, initiative, changes, _seen(request.POST))
            except StaleVersionError as stale:
                conflict = conflict_with(stale, content, changes)
                initiative.version = stale.version
            else:
                forget_draft(person=person_of(request), key=key)
                _say_towns(request, towns)
                return redirect(_next_url(request, initiative, step))
    elif draft := kept_draft(request, key):
        formset = rows(typed_rows(draft))
        area_id = _chosen_area(typed_rows(draft), areas)
    else:
        formset = rows(initial=initial)
    wrong = request.method == "POST" and data is None and not formset.is_valid()
    context = _frame(initiative, step) | {
        "formset": formset,
        "form": formset if wrong else None,
        "draft": draft,
        "draft_key": key,
        "rows": _rows(formset),
        "seen": initiative.version,
        "conflict": conflict,
        "areas": areas,
        "area_id": area_id,
        "show_errors": wrong,
    }
    return render(request, f"directory/editing/{step}.html", context)


@member_required
def my_initiatives(request: HttpRequest) -> HttpResponse:
    """The fiches that one looks after, in each state."""
    asked = FicheFilterForm.read(request)
    page = Paginator(fiches_asked(_own(request), **asked.wanted), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "initiatives": page,
        **asked.context,
        "exports": table_links(request, "directory:my_initiatives_file"),
    }
    return render(request, "directory/my_initiatives.html", context)


@member_required
def my_initiatives_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """The fiches of the page, as a table."""
    found = fiches_asked(_own(request), **FicheFilterForm.read(request).wanted)
    return table_response(form, "mes-fiches", FICHES, fiche_rows(found))


def _own(request: HttpRequest) -> QuerySet[Initiative]:
    found = initiatives_editable_by(request.user).select_related("main_theme", "owner")
    return found.order_by("-updated_at", "-pk")


def attachments_context(initiative: Initiative, **forms: Any) -> dict[str, Any]:
    """The step of pictures and documents, with its forms as they were sent or new ones."""
    picture_form = forms.get("picture_form") or PictureForm()
    document_form = forms.get("document_form") or DocumentForm()
    faulty = next((form for form in (picture_form, document_form) if form.is_bound), picture_form)
    return _frame(initiative, "images") | {
        "form": faulty,
        "picture_form": picture_form,
        "document_form": document_form,
        "pictures": list(initiative.pictures.order_by("rank", "pk")),
        "documents": list(initiative.documents.order_by("rank", "pk")),
    }


def step_url(initiative: Initiative, step: str) -> str:
    return reverse("directory:initiative_step", args=[initiative.pk, initiative.slug, step])


def owners_for(request: HttpRequest, initiative: Initiative | None = None) -> list[tuple[int, str]]:
    """The organisations that a person may publish for, and the one that publishes already."""
    tied = None if is_facilitator(request.user) else active_memberships(request.user)
    return owners_among(tied, initiative.owner_id if initiative else None)


def missing_parts(initiative: Initiative) -> list[tuple[str, str]]:
    """What would make the fiche better: (what, address of its step)."""
    wanted = (
        (initiative.summary, _("One sentence that sums it up"), "essentiel"),
        (initiative.main_theme_id, _("A theme"), "themes"),
        (initiative.activities, _("What you do, concretely"), "recit"),
        (initiative.participation, _("How to take part"), "participer"),
        (initiative.recipe_steps, _("The steps of the recipe"), "recette"),
        (initiative.places.all() or initiative.area_id, _("A place"), "lieux"),
        (initiative.pictures.all(), _("A picture"), "images"),
    )
    return [(what, step_url(initiative, step)) for there, what, step in wanted if not there]


def conflict_with(
    stale: StaleVersionError, seen: InitiativeContent, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """What a person needs to decide: who saved meanwhile, when, and how their words differ from one's own."""
    assert stale.current is not None
    theirs = InitiativeContent.from_json(stale.current.data)
    return {
        "author": str(stale.current.author or _("someone")),
        "at": stale.current.created_at,
        "sentence": stale.message,
        "changes": field_changes(theirs, replace(theirs, **changes)),
    }


def rows_initial(content: InitiativeContent, step: str) -> list[dict[str, Any]]:
    if step == "lieux":
        return [vars(place) for place in content.places]
    names = names_of_organizations(said.organization_id for said in content.carriers if said.organization_id)
    return [
        {
            "name": f"{names.get(said.organization_id, '')} [{said.organization_id}]"
            if said.organization_id
            else said.name,
            "role": said.role,
        }
        for said in content.carriers
    ]


def _save(request: HttpRequest, initiative: Initiative, changes: Mapping[str, Any], seen: int | None) -> None:
    saved = update_section(
        actor=person_of(request),
        initiative_id=initiative.pk,
        changes=changes,
        version_seen=seen if seen is not None else initiative.version,
        now=timezone.now(),
        on_behalf_of=acting_organization(request),
    )
    initiative.slug = saved.slug
    messages.success(request, _("Saved."))


def _retry(
    form_class: type[StepForm], data: QueryDict, version: int, owners: list[tuple[int, str]]
) -> StepForm:
    """The same form with the same words, ready to be saved over the version now shown."""
    again = data.copy()
    again["seen"] = str(version)
    return form_class(again, owners=owners)


def _next_url(request: HttpRequest, initiative: Initiative, step: str) -> str:
    if "quitter" in request.POST:
        return initiative_url(initiative)
    if "rester" in request.POST:
        return step_url(initiative, step)
    return step_url(initiative, STEP_NAMES[STEP_NAMES.index(step) + 1])


def _frame(initiative: Initiative, step: str) -> dict[str, Any]:
    at = STEP_NAMES.index(step)
    return {
        "initiative": initiative,
        "step": step,
        "step_title": STEP_LABELS[step],
        "lead": LEADS.get(step, ""),
        "conflict": None,
        "steps": [(label, step_url(initiative, name)) for name, label in STEP_LABELS.items()],
        "step_number": at + 1,
        "previous_url": step_url(initiative, STEP_NAMES[at - 1]) if at else "",
        "next_url": step_url(initiative, STEP_NAMES[at + 1]) if at + 1 < len(STEP_NAMES) else "",
        "fiche_url": initiative_url(initiative),
        "crumbs": [
            (_("My fiches"), reverse("directory:my_initiatives")),
            (initiative.title, initiative_url(initiative)),
            (STEP_LABELS[step], ""),
        ],
    }


def _source(request: HttpRequest) -> Initiative | None:
    """The fiche whose recipe is being taken up."""
    asked = request.POST.get("adapter") or request.GET.get("adapter") or ""
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return None
    return get_initiative_for(request.user, int(asked))


def _adapted(source: Initiative, changes: Mapping[str, Any]) -> InitiativeContent:
    """A new fiche that starts from another one's recipe, themes and licence, and says so."""
    said = content_of(source)
    kept = {name: getattr(said, name) for name in said.__dataclass_fields__ if name.startswith("recipe_")}
    return replace(
        EMPTY,
        **kept,
        **changes,
        theme_ids=said.theme_ids,
        main_theme_id=said.main_theme_id,
        licence=said.licence,
        adapted_from_id=source.pk,
    )


def _rows_again(request: HttpRequest) -> QueryDict | None:
    """The rows to show again, unsaved: with one more, or with latitude and longitude of one of them swapped."""
    if request.method == "POST" and "ajouter" in request.POST:
        return _one_more(request.POST)
    prefix = swap_asked(request.POST) if request.method == "POST" else None
    return None if prefix is None else with_swapped(request.POST, prefix)


def _row_changes(
    step: str, formset: Any, area_id: int | None
) -> tuple[dict[str, Any], list[tuple[int, str]]]:
    """What the rows change on the fiche, and the towns that were found for them (see `towns_found`)."""
    if step != "lieux":
        return {"carriers": carrier_rows(formset)}, []
    said = place_rows(formset)
    placed = with_coordinates(said)
    return {"places": placed, "area_id": area_id}, towns_found(said, placed)


def _say_towns(request: HttpRequest, towns: list[tuple[int, str]]) -> None:
    for number, town in towns:
        sentence = _(
            "Place %(number)d: the town was found from the position, %(town)s. Correct it if need be."
        )
        messages.info(request, sentence % {"number": number, "town": town})


def _one_more(data: QueryDict) -> QueryDict:
    """The rows as typed, and an empty one after them."""
    again = data.copy()
    total = again.get("form-TOTAL_FORMS", "0")
    again["form-TOTAL_FORMS"] = str(min(int(total) + 1, 30) if total.isascii() and total.isdigit() else 1)
    return again


def _rows(formset: BaseFormSet) -> list[tuple[int, Any]]:
    return list(enumerate(formset.forms, start=1))


def _seen(data: QueryDict) -> int | None:
    text = data.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _chosen_area(data: QueryDict, areas: list[tuple[int, str]]) -> int | None:
    text = data.get("area", "")
    return next((pk for pk, _name in areas if str(pk) == text), None)
