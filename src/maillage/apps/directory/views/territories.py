"""Pages of communes and territories, and the making of territories by facilitators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from maillage.apps.accounts.access import facilitator_required, is_facilitator
from maillage.apps.directory.actions.territories import delete_territory, save_territory
from maillage.apps.directory.forms.territories import TerritoryForm, said_of
from maillage.apps.directory.models import Commune, Territory
from maillage.apps.directory.queries.filters import InitiativeFilter, filter_initiatives
from maillage.apps.directory.queries.initiatives import with_card
from maillage.apps.directory.queries.territories import (
    commune_alone,
    communes_of,
    counted_territories,
    territories_of,
    territory_named,
)
from maillage.apps.directory.queries.territory_figures import drawing_of, figures_of
from maillage.apps.directory.queries.themes import theme_tree
from maillage.apps.directory.views.cards import initiative_cards
from maillage.kernel.rooms.panels import panels_for

CARDS_SHOWN = 12
CONTOURS_DRAWN_MAX = 400


@require_safe
def territory_list(request: HttpRequest) -> HttpResponse:
    """The territories of the network."""
    context = {"territories": counted_territories(), "can_edit": is_facilitator(request.user)}
    return render(request, "directory/territories/list.html", context)


@require_safe
def territory_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What is done on a territory: map, figures, fiches, and what other rooms show of it."""
    territory = _territory(slug)
    communes = communes_of(territory)
    context = _ground_page(InitiativeFilter(territory=slug), list(communes), communes)
    context |= {
        "title": territory.name,
        "description": territory.description,
        "kicker": territory.get_kind_display(),
        "drawing_url": reverse("directory:territory_drawing", args=[slug]),
        "crumbs": [(_("Territories"), reverse("directory:territory_list")), (territory.name, "")],
        "edit_url": reverse("directory:territory_edit", args=[slug]) if is_facilitator(request.user) else "",
        "panels": panels_for(request, "territory", territory=territory),
    }
    return render(request, "directory/territories/detail.html", context)


@require_safe
def commune_detail(request: HttpRequest, insee_code: str) -> HttpResponse:
    """What is done in a commune."""
    commune = _commune(insee_code)
    context = _ground_page(InitiativeFilter(commune=commune.pk), [commune], commune_alone(commune.pk))
    context |= {
        "title": commune.name,
        "description": "",
        "kicker": _("Commune of the department %(code)s") % {"code": commune.department_code},
        "drawing_url": reverse("directory:commune_drawing", args=[commune.pk]),
        "crumbs": [(_("Territories"), reverse("directory:territory_list")), (commune.name, "")],
        "edit_url": "",
        "panels": panels_for(request, "commune", commune=commune),
        "territories": territories_of(commune),
    }
    return render(request, "directory/territories/detail.html", context)


@require_safe
def territory_drawing(request: HttpRequest, slug: str) -> JsonResponse:
    """Contours and pins of a territory, as GeoJSON."""
    territory = _territory(slug)
    contours = [territory.contour] if territory.contour else _contours_of(territory.communes.order_by("pk"))
    found = filter_initiatives(InitiativeFilter(territory=slug))
    return JsonResponse(drawing_of(found, contours, theme_tree()))


@require_safe
def commune_drawing(request: HttpRequest, insee_code: str) -> JsonResponse:
    commune = _commune(insee_code)
    found = filter_initiatives(InitiativeFilter(commune=commune.pk))
    contours = [commune.contour] if commune.contour else []
    return JsonResponse(drawing_of(found, contours, theme_tree()))


@facilitator_required
def territory_edit(request: HttpRequest, slug: str = "") -> HttpResponseBase:
    """A new territory, or one to change."""
    territory = _territory(slug) if slug else None
    if request.method == "POST":
        form = TerritoryForm(request.POST, request.FILES)
        if form.is_valid():
            saved = save_territory(
                actor=request.user,  # type: ignore[arg-type]
                territory_id=territory.pk if territory else None,
                now=timezone.now(),
                **form.cleaned_data,
            )
            messages.success(request, _("The territory was saved."))
            return redirect("directory:territory", saved.slug)
    else:
        form = TerritoryForm(initial=said_of(territory) if territory else None)
    context = {
        "form": form,
        "territory": territory,
        "crumbs": [
            (_("Territories"), reverse("directory:territory_list")),
            (territory.name if territory else _("Add a territory"), ""),
        ],
    }
    return render(request, "directory/territories/form.html", context)


@facilitator_required
@require_POST
def territory_delete(request: HttpRequest, slug: str) -> HttpResponseBase:
    territory = _territory(slug)
    delete_territory(actor=request.user, territory_id=territory.pk, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, _("The territory was removed."))
    return redirect("directory:territory_list")


def _ground_page(
    wanted: InitiativeFilter, communes: Sequence[Commune], on: QuerySet[Commune]
) -> dict[str, Any]:
    """What the pages of a commune and of a territory have in common; `communes` are those of the query `on`."""
    tree = theme_tree()
    found = filter_initiatives(wanted, tree=tree)
    fresh = with_card(found.order_by("-updated_at", "-pk"))[:CARDS_SHOWN]
    query = wanted.to_query()
    figures = figures_of(found, communes, on, tree)
    return {
        "cards": initiative_cards(fresh),
        "figures": figures,
        "most": max([count for _theme, count in figures.themes], default=1),
        "communes": communes,
        "list_url": f"{reverse('directory:initiative_list')}?{query}",
        "map_url": f"{reverse('directory:map')}?{query}",
        "territories": [],
    }


def _contours_of(communes: QuerySet[Commune]) -> list[dict[str, Any]]:
    drawn = communes.filter(contour__isnull=False).values_list("contour", flat=True)
    return [contour for contour in drawn[:CONTOURS_DRAWN_MAX] if contour]


def _territory(slug: str) -> Territory:
    territory = territory_named(slug)
    if territory is None:
        raise Http404
    return territory


def _commune(insee_code: str) -> Commune:
    commune = commune_alone(insee_code.upper()).first()
    if commune is None:
        raise Http404
    return commune
