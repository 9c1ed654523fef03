"""The current filter as a file. What is for members leaves with nobody: a file travels."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse

from maillage.apps.directory.queries.themes import theme_tree
from maillage.apps.exchange.exports import HEADERS, listing_rows, murmurations_profiles
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
