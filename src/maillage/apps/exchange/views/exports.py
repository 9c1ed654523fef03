"""The current filter as a file. What is for members leaves with nobody: a file travels."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from maillage.apps.directory.queries.themes import theme_tree
from maillage.apps.exchange.access import get_public_listing
from maillage.apps.exchange.exports import HEADERS, listing_rows, murmurations_profile, murmurations_profiles
from maillage.apps.exchange.forms import parse_listing_filter
from maillage.apps.exchange.queries.listings import filter_listings
from maillage.kernel.tables.write import csv_response, xlsx_response

NAME = "besoins-et-offres"


def listing_export(request: HttpRequest, form: str) -> HttpResponseBase:
    found = filter_listings(parse_listing_filter(request.GET, theme_tree()), is_member=False)
    if form == "csv":
        return csv_response(NAME, HEADERS, listing_rows(found))
    if form == "xlsx":
        return xlsx_response(NAME, HEADERS, listing_rows(found))
    if form == "murmurations":
        return JsonResponse(
            murmurations_profiles(found), safe=False, json_dumps_params={"ensure_ascii": False}
        )
    raise Http404


def listing_murmurations(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    """The profile of one listing, at an address of its own, as the index of Murmurations asks for."""
    listing = get_public_listing(pk)
    if slug != listing.slug:
        return redirect(reverse("exchange:listing_murmurations", args=[pk, listing.slug]))
    return JsonResponse(murmurations_profile(listing), json_dumps_params={"ensure_ascii": False})
