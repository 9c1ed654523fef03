"""A list that leaves as a table: its addresses, with the filter of the page, and the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse

from maillage.kernel.tables.write import Row, csv_response, xlsx_response

TABLE_FORMS = (("csv", "CSV"), ("xlsx", "Excel"))
"""(form of the address, label) of the tables that every list gives."""


def query_of(request: HttpRequest) -> str:
    """The filter of the page's address, without the page that it is at."""
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def table_links(request: HttpRequest, name: str, *args: object) -> list[tuple[str, str]]:
    """(label, address) of each table of a list: `name` is that of an address whose last argument is the form."""
    query = query_of(request)
    return [
        (label, reverse(name, args=[*args, form]) + (f"?{query}" if query else ""))
        for form, label in TABLE_FORMS
    ]


def table_response(form: str, name: str, header: Sequence[str], rows: Iterable[Row]) -> HttpResponseBase:
    """The rows as `csv` or `xlsx`, in a file of that name. Raises Http404 for any other form."""
    if form == "csv":
        return csv_response(name, header, rows)
    if form == "xlsx":
        return xlsx_response(name, header, rows)
    raise Http404
