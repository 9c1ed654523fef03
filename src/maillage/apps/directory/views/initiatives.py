"""The list of initiatives and the page of each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.apps.accounts.access import is_facilitator
from maillage.apps.directory.access import (
    can_publish_initiative,
    get_initiative_for,
)
from maillage.apps.directory.forms.filters import FilterForm, parse_filter
from maillage.apps.directory.models import Commune
from maillage.apps.directory.queries.adaptations import adaptation_tree
from maillage.apps.directory.queries.filters import InitiativeFilter
from maillage.apps.directory.queries.initiatives import alone, with_page
from maillage.apps.directory.queries.listing import SORTS, initiative_page
from maillage.apps.directory.queries.organizations import names_of_organizations
from maillage.apps.directory.queries.territories import commune_name, communes_named, territory_choices
from maillage.apps.directory.queries.themes import ThemeTree, theme_tree
from maillage.apps.directory.views.cards import crumbs_of, initiative_cards, initiative_url
from maillage.apps.directory.views.fiche import fiche_context
from maillage.kernel.http.fragments import asks_for
from maillage.kernel.rooms.panels import panels_for

EXPORTS = (
    ("csv", "CSV"),
    ("xlsx", "Excel"),
    ("geojson", "GeoJSON"),
    ("kml", "KML"),
    ("jsonld", "JSON-LD"),
    ("gogocarto", "GoGoCarto"),
)


def initiative_list(request: HttpRequest) -> HttpResponse:
    """The list that answers the URL's filter; htmx asks for its results alone."""
    wanted = parse_filter(request.GET)
    named = request.GET.get("commune", "").strip()
    communes = communes_named(named) if named and not wanted.commune else []
    if len(communes) == 1:
        return redirect(_with_commune(request, communes[0]))
    tree = theme_tree()
    answer = initiative_page(
        wanted, sort=request.GET.get("tri", ""), number=request.GET.get("page"), tree=tree
    )
    query = wanted.to_query()
    context: dict[str, Any] = {
        "wanted": wanted,
        "themes": [node.theme for node in tree],
        "form": FilterForm(
            wanted, territories=territory_choices(), commune_text=_commune_text(wanted, named)
        ),
        "cards": initiative_cards(answer.initiatives, answer.distances_km),
        "page_obj": answer.page,
        "total": answer.page.paginator.count,
        "sort": answer.sort,
        "sorts": [(key, SORTS[key], _url("initiative_list", query, tri=key)) for key in answer.sorts],
        "query": query,
        "chosen": chosen_filters(wanted, tree),
        "commune_choices": [(commune, _with_commune(request, commune)) for commune in communes],
        "commune_unknown": bool(named) and not wanted.commune and not communes,
        "site_is_empty": wanted.is_empty and answer.page.paginator.count == 0,
        "exports": [(label, _export_url(key, query)) for key, label in EXPORTS],
        "feed_url": _url("initiative_feed", query),
        "map_url": f"/carte/?{query}" if query else "/carte/",
        "can_import": is_facilitator(request.user),
    }
    template = "directory/initiatives.html"
    if asks_for(request, "resultats"):
        template += "#results"
    answered = render(request, template, context)
    answered["Vary"] = "HX-Request, HX-Target, Cookie"
    return answered


def initiative_detail(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    """The fiche. An old title in the address leads to the present one."""
    initiative = get_initiative_for(request.user, pk, read=with_page)
    if slug != initiative.slug:
        return redirect(initiative_url(initiative), permanent=False)
    context = fiche_context(initiative)
    context |= {
        "can_edit": initiative.may_edit,
        "can_publish": can_publish_initiative(request.user, initiative),
        "panels": panels_for(request, "initiative", initiative=initiative, can_edit=initiative.may_edit),
    }
    return render(request, "directory/initiative.html", context)


def adaptations(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The tree of what was adapted from the same first recipe."""
    initiative = get_initiative_for(request.user, pk, read=alone)
    return render(
        request,
        "directory/adaptations.html",
        {
            "initiative": initiative,
            "branches": adaptation_tree(initiative),
            "crumbs": crumbs_of(initiative, _("Adaptations")),
        },
    )


def chosen_filters(wanted: InitiativeFilter, tree: ThemeTree) -> list[tuple[str, str]]:
    """What narrows the list, each with the address of the list without it."""
    without: list[tuple[str, InitiativeFilter]] = []
    if wanted.words:
        without.append((f"« {wanted.words} »", replace(wanted, words="")))
    for slug in wanted.themes:
        node = tree.by_slug.get(slug)
        left = tuple(other for other in wanted.themes if other != slug)
        without.append((node.theme.name if node else slug, replace(wanted, themes=left)))
    if wanted.organization_id:
        name = names_of_organizations([wanted.organization_id]).get(wanted.organization_id)
        without.append((name or _("Unknown organisation"), replace(wanted, organization_id=None)))
    if wanted.box:
        without.append((_("In the area of the map"), replace(wanted, box=None)))
    if wanted.latitude is not None:
        unplaced = replace(wanted, latitude=None, longitude=None, radius_km=None)
        without.append((_("Around a point"), unplaced))
    return [(label, _url("initiative_list", other.to_query())) for label, other in without]


def _url(name: str, query: str, **more: str) -> str:
    both = "&".join(part for part in (query, urlencode(more)) if part)
    return reverse(f"directory:{name}") + (f"?{both}" if both else "")


def _export_url(key: str, query: str) -> str:
    return reverse("directory:initiative_export", args=[key]) + (f"?{query}" if query else "")


def _with_commune(request: HttpRequest, commune: Commune) -> str:
    query = request.GET.copy()
    query["commune"] = commune.pk
    query.pop("page", None)
    return f"{reverse('directory:initiative_list')}?{query.urlencode()}"


def _commune_text(wanted: InitiativeFilter, named: str) -> str:
    if not wanted.commune:
        return named
    name = commune_name(wanted.commune)
    return f"{name} ({wanted.commune})" if name else wanted.commune
