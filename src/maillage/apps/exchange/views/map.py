"""Needs and offers on the map beside their list, and the tiles of that map."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from maillage.apps.accounts.access import is_signed_in
from maillage.apps.directory.queries.map_frame import Mark, explore_settings
from maillage.apps.directory.queries.themes import theme_tree
from maillage.apps.exchange.forms import ListingFilterForm, parse_listing_filter
from maillage.apps.exchange.queries.listings import ListingFilter, filter_listings, freshest
from maillage.apps.exchange.queries.map import (
    LAYER,
    NEED,
    OFFER,
    ListingPoints,
    NoSuchTileError,
    listing_points,
    listing_tile,
    members_of_cell,
)
from maillage.apps.exchange.views.cards import listing_cards
from maillage.apps.exchange.views.towns import towns_typed
from maillage.cores.geo.boxes import parse_box
from maillage.kernel.http.fragments import asks_for
from maillage.kernel.http.tiles import tile_response

PAGE_SIZE = 24
NEED_MARK, OFFER_MARK = Mark(NEED, "#a8401f", "search"), Mark(OFFER, "#17594f", "hand-heart")
LEGEND = ((NEED_MARK, gettext_lazy("A need")), (OFFER_MARK, gettext_lazy("An offer")))


@require_safe
def listing_map(request: HttpRequest) -> HttpResponse:
    """The list that answers the URL's filter, and the map that shows the same; htmx asks for the list alone."""
    tree = theme_tree()
    wanted = parse_listing_filter(request.GET, tree)
    boxed = replace(wanted, box=parse_box(request.GET.get("bbox")))
    is_member = is_signed_in(request.user)
    found = filter_listings(boxed, is_member=is_member)
    page = Paginator(freshest(found), PAGE_SIZE).get_page(request.GET.get("page"))
    points = listing_points(wanted, is_member=is_member)
    query, towns = wanted.to_query(), towns_typed(request)
    context: dict[str, Any] = {
        "wanted": boxed,
        "query": query,
        "chosen": sum(map(bool, wanted.to_initial().values())),
        "form": ListingFilterForm(initial=wanted.to_initial(), tree=tree, commune_typed=towns.typed),
        **towns.context,
        "cards": [
            (card, listing.latitude, listing.longitude)
            for card, listing in zip(listing_cards(page), page, strict=True)
        ],
        "page_obj": page,
        "total": page.paginator.count,
        "bounds": ",".join(f"{side:.5f}" for side in points.bounds or ()),
        "view": request.GET.get("vue", "")[:60],
        "list_url": reverse("exchange:listing_list") + (f"?{query}" if query else ""),
        "map": _map_values(),
        "legend": [(mark.color, mark.icon, label) for mark, label in LEGEND],
    }
    template = "exchange/map.html"
    if asks_for(request, "resultats"):
        template += "#results"
    answered = render(request, template, context)
    answered["Vary"] = "HX-Request, HX-Target, Cookie"
    return answered


@require_safe
def listings_here(request: HttpRequest) -> HttpResponse:
    """The listings of a pin, or of a point where several stand: what the map shows when one is chosen."""
    wanted = parse_listing_filter(request.GET, theme_tree())
    is_member = is_signed_in(request.user)
    asked = request.GET.get("annonce", "")
    if asked.isascii() and asked.isdigit() and len(asked) <= 18:
        ids = [int(asked)]
    else:
        ids = _in_cluster(listing_points(wanted, is_member=is_member), request.GET.get("groupe", ""))
    found = filter_listings(ListingFilter(), is_member=is_member).filter(pk__in=ids)
    cards = listing_cards(freshest(found))
    answered = render(request, "exchange/parts/here.html", {"cards": cards})
    answered["Vary"] = "Cookie"
    return answered


@require_safe
def listing_tiles(request: HttpRequest, zoom: int, x: int, y: int) -> HttpResponse:
    """A tile of what the viewer may see and the address filters."""
    wanted = parse_listing_filter(request.GET, theme_tree())
    points = listing_points(wanted, is_member=is_signed_in(request.user))
    try:
        content = listing_tile(points, zoom, x, y)
    except NoSuchTileError:
        raise Http404 from None
    return tile_response(request, content, key=f"{points.key}/{zoom}/{x}/{y}", is_private=True)


def _in_cluster(points: ListingPoints, cell: str) -> list[int]:
    try:
        return members_of_cell(points, cell)
    except NoSuchTileError:
        return []


def _map_values() -> dict[str, str]:
    here = reverse("exchange:listing_map")
    return {
        **explore_settings(
            layer=LAYER,
            one="annonce",
            tiles=f"{here}tuiles/{{z}}/{{x}}/{{y}}",
            here=reverse("exchange:listings_here"),
            list_url=here,
            marks=[mark for mark, _label in LEGEND],
        ),
        "label": _("Map of the needs and offers"),
        "word_cluster": _("%(count)s needs and offers close together: the map comes nearer."),
        "word_together": _("%(count)s needs and offers in the same commune."),
        "word_stop": _("%(count)s needs and offers close together: open"),
    }
