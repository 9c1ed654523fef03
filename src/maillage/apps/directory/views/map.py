"""The map beside its list, its tiles and its ground."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maillage.apps.accounts.access import is_facilitator
from maillage.apps.directory.forms.filters import FilterForm, parse_filter
from maillage.apps.directory.models.themes import PLAIN_COLOR
from maillage.apps.directory.queries.communes import has_ground
from maillage.apps.directory.queries.country import COUNTRY
from maillage.apps.directory.queries.filters import InitiativeFilter
from maillage.apps.directory.queries.glimpse import glimpse
from maillage.apps.directory.queries.ground import ground_box, ground_features
from maillage.apps.directory.queries.listing import in_order, initiative_page
from maillage.apps.directory.queries.map_frame import Mark, explore_settings
from maillage.apps.directory.queries.territories import territory_choices
from maillage.apps.directory.queries.themes import ThemeTree, theme_tree
from maillage.apps.directory.queries.tiles import HERE_MAX, LAYER, NoSuchTileError, bounds, members_of_cell
from maillage.apps.directory.views.cards import initiative_cards
from maillage.cores.geo.boxes import Box, parse_box
from maillage.kernel.http.fragments import asks_for
from maillage.kernel.rooms.panels import panels_for


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """The list that answers the URL's filter, and the map that shows the same; htmx asks for the list alone."""
    wanted = parse_filter(request.GET)
    tree = theme_tree()
    answer = initiative_page(
        wanted, sort=request.GET.get("tri", ""), number=request.GET.get("page"), tree=tree
    )
    unboxed = replace(wanted, box=None)
    query = unboxed.to_query()
    context: dict[str, Any] = {
        "wanted": wanted,
        "query": query,
        "chosen": unboxed.count,
        "themes": [node.theme for node in tree],
        "legend": [node.theme for node in tree.tops],
        "plain_color": PLAIN_COLOR,
        "lacks_ground": is_facilitator(request.user) and not has_ground(),
        "form": FilterForm(wanted, territories=territory_choices(), commune_text=wanted.commune),
        "cards": initiative_cards(answer.initiatives, answer.distances_km),
        "page_obj": answer.page,
        "total": answer.page.paginator.count,
        "bounds": _joined(bounds(wanted, now=timezone.now())),
        "view": request.GET.get("vue", "")[:60],
        "list_url": reverse("directory:initiative_list") + (f"?{query}" if query else ""),
        "map": _map_values(wanted, tree),
        "panels": panels_for(request, "map"),
    }
    template = "directory/map.html"
    if asks_for(request, "resultats"):
        template += "#results"
    answered = render(request, template, context)
    answered["Vary"] = "HX-Request, HX-Target, Cookie"
    return answered


@require_safe
def here(request: HttpRequest) -> HttpResponse:
    """The fiches of a pin, or of a point where several stand: what the map shows when one is chosen."""
    wanted = replace(parse_filter(request.GET), box=None)
    ids = _fiche_asked(request) or _fiches_at(request, wanted)
    cards = initiative_cards(card for card in in_order(ids) if card.status == "published")
    return render(request, "directory/parts/here.html", {"cards": cards})


@require_safe
def ground(request: HttpRequest) -> JsonResponse:
    """Contours and names under the pins, for a box (or all that is loaded, or the whole country) and a zoom."""
    box = parse_box(request.GET.get("bbox")) or ground_box() or COUNTRY
    zoom = request.GET.get("zoom", "")
    level = int(zoom) if zoom.isascii() and zoom.isdigit() and len(zoom) < 3 else 9
    return JsonResponse(ground_features(box, level), headers={"Cache-Control": "public, max-age=300"})


@require_safe
def glimpse_drawing(request: HttpRequest) -> HttpResponse:
    """The home page's drawing of the map: no script, no tile, a few kilobytes."""
    drawing = glimpse()
    if drawing is None:
        raise Http404
    answer = render(request, "directory/glimpse.svg", {"drawing": drawing}, content_type="image/svg+xml")
    answer["Cache-Control"] = "public, max-age=600"
    return answer


def _map_values(wanted: InitiativeFilter, tree: ThemeTree) -> dict[str, str]:
    return {
        **explore_settings(
            layer=LAYER,
            one="fiche",
            tiles=reverse("directory:map") + "tuiles/{z}/{x}/{y}",
            here=reverse("directory:here"),
            list_url=reverse("directory:map"),
            marks=[Mark(node.theme.pk, node.theme.color, node.theme.icon) for node in tree.tops],
        ),
        "label": _("Map of the initiatives"),
        "word_cluster": _("%(count)s initiatives close together: the map comes nearer."),
        "word_together": _("%(count)s initiatives at the same place."),
        "word_stop": _("%(count)s initiatives close together: open"),
    }


def _fiche_asked(request: HttpRequest) -> list[int]:
    asked = request.GET.get("fiche", "")
    return [int(asked)] if asked.isascii() and asked.isdigit() and len(asked) <= 18 else []


def _fiches_at(request: HttpRequest, wanted: InitiativeFilter) -> list[int]:
    try:
        return members_of_cell(wanted, request.GET.get("groupe", ""))[:HERE_MAX]
    except NoSuchTileError:
        return []


def _joined(box: Box | None) -> str:
    return ",".join(f"{side:.5f}" for side in box) if box else ""
