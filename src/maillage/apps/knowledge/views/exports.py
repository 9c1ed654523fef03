"""The map in files: what the filter of the address keeps."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.apps.directory.queries.themes import theme_tree
from maillage.apps.knowledge.access import get_term
from maillage.apps.knowledge.exports import HEADERS, poster, statement_records, statement_rows
from maillage.apps.knowledge.forms import parse_map_filter
from maillage.apps.knowledge.queries.maps import WHOLE_MAP, MapFilter, drawing_of, statements_asked
from maillage.apps.knowledge.views.drawn import Sheet
from maillage.apps.knowledge.views.maps import asked_map, drawn_sheet, structures_for_choice
from maillage.kernel.site.settings import get_site
from maillage.kernel.tables.leaving import table_response
from maillage.kernel.tables.write import csv_response, xlsx_response

NAME = "savoirs"


def knowledge_export(request: HttpRequest, form: str) -> HttpResponseBase:
    tree = theme_tree()
    found = statements_asked(parse_map_filter(request.GET, tree, structures_for_choice()), tree)
    if form == "csv":
        return csv_response(NAME, HEADERS, statement_rows(found))
    if form == "xlsx":
        return xlsx_response(NAME, HEADERS, statement_rows(found))
    if form == "json":
        return JsonResponse(statement_records(found), safe=False, json_dumps_params={"ensure_ascii": False})
    raise Http404


def term_sayers(request: HttpRequest, pk: int, slug: str, form: str) -> HttpResponseBase:
    """Who has a word and who looks for it, as its page says."""
    term = get_term(pk)
    found = statements_asked(MapFilter()).filter(term=term)
    return table_response(form, f"qui-{term.slug}", HEADERS, statement_rows(found))


def drawing_bytes(sheet: Sheet) -> bytes:
    """The SVG of a sheet, the same as in the page but for its addresses, which are whole."""
    return render_to_string("knowledge/parts/map.svg", {"sheet": sheet, "base": settings.PUBLIC_URL}).encode()


def unnamed_said(count: int) -> str:
    """How many points a sheet does not draw, and where they are; empty when it draws them all."""
    if not count:
        return ""
    return ngettext(
        "%(count)s point with few links has no name here: the list says it.",
        "%(count)s points with few links have no name here: the list says them.",
        count,
    ) % {"count": count}


def poster_svg(request: HttpRequest) -> HttpResponse:
    _wanted, _form, asked = asked_map(request.GET)
    response = HttpResponse(drawing_bytes(drawn_sheet(asked)), content_type="image/svg+xml")
    response["Content-Disposition"] = 'attachment; filename="carte-des-savoirs.svg"'
    return response


def poster_pdf(request: HttpRequest) -> HttpResponse:
    _wanted, _form, asked = asked_map(request.GET)
    drawn = asked.drawn
    kept = drawing_of(WHOLE_MAP)
    query = request.GET.urlencode()
    sheet = drawn_sheet(asked)
    made = poster(
        drawing_bytes(sheet),
        title=_("The map of knowledge"),
        lead=_("%(structures)d organisations, %(terms)d words")
        % {"structures": len(drawn.structures), "terms": len(drawn.nodes) - len(drawn.structures)},
        unnamed=unnamed_said(sheet.unnamed),
        site=get_site().name,
        url=f"{settings.PUBLIC_URL}{reverse('knowledge:list')}" + (f"?{query}" if query else ""),
        at=kept.drawn_at if kept else timezone.now(),
    )
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="carte-des-savoirs.pdf"'
    return response
