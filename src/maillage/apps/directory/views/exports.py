"""Everything that leaves the directory in other forms than pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

from csp.decorators import csp_replace
from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt

from maillage.apps.directory.access import get_initiative_for
from maillage.apps.directory.choices import Status
from maillage.apps.directory.exports.files import FORMS, initiative_chunks, organization_chunks
from maillage.apps.directory.exports.jsonld import CONTEXT, node_of
from maillage.apps.directory.exports.pdf import initiative_pdf as pdf_of
from maillage.apps.directory.forms.filters import parse_filter
from maillage.apps.directory.models import Initiative
from maillage.apps.directory.queries.filters import filter_initiatives
from maillage.apps.directory.queries.initiatives import with_page
from maillage.apps.directory.queries.themes import theme_tree
from maillage.apps.directory.views.fiche import fiche_context
from maillage.apps.directory.views.organizations import organizations_asked
from maillage.kernel.site.settings import get_site


def initiative_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The initiatives that the URL's filter asks for, in one of the forms."""
    tree = theme_tree()
    found = filter_initiatives(parse_filter(request.GET), tree=tree)
    if form not in FORMS:
        raise Http404
    chunks = initiative_chunks(form, found, tree, get_site().name)
    return _attached(chunks, FORMS[form].media_type, f"initiatives.{FORMS[form].ending}")


def organization_export(request: HttpRequest, form: str) -> HttpResponseBase:
    found, _form, _narrowed = organizations_asked(request.GET, theme_tree())
    if form not in FORMS:
        raise Http404
    chunks = organization_chunks(form, found, get_site().name)
    return _attached(chunks, FORMS[form].media_type, f"structures.{FORMS[form].ending}")


def initiative_jsonld(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One fiche in the words of schema.org."""
    initiative = get_initiative_for(request.user, pk)
    node = {"@context": CONTEXT, **node_of(initiative, theme_tree())}
    return _json(node, "application/ld+json")


def initiative_geojson(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The places of one fiche, each a point, for its small map."""
    initiative = get_initiative_for(request.user, pk)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [place.longitude, place.latitude]},
            "properties": {"title": place.name or place.city or initiative.title},
        }
        for place in initiative.places.all()
        if place.latitude is not None
    ]
    return _json({"type": "FeatureCollection", "features": features}, "application/geo+json")


def initiative_pdf(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The fiche to print or hand in."""
    initiative = get_initiative_for(request.user, pk)
    answer = HttpResponse(pdf_of(initiative, get_site()), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{initiative.slug}.pdf"'
    return answer


@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # it knows only views without arguments
@xframe_options_exempt
def initiative_embed(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The fiche in short, for the frame of another site: the only page that others may frame."""
    initiative = get_initiative_for(request.user, pk, read=with_page)
    if initiative.status != Status.PUBLISHED:
        raise Http404
    return render(request, "directory/embed.html", fiche_context(initiative))


def oembed(request: HttpRequest) -> HttpResponse:
    """What a site that is given the address of a fiche shows of it (oEmbed 1.0, JSON only)."""
    if request.GET.get("format", "json") != "json":
        return HttpResponse(status=501)
    initiative = _embedded(request)
    width = min(max(_whole(request.GET.get("maxwidth"), 600), 200), 1200)
    height = min(max(_whole(request.GET.get("maxheight"), 420), 200), 900)
    frame = (
        f"{settings.PUBLIC_URL}{reverse('directory:initiative_embed', args=[initiative.pk, initiative.slug])}"
    )
    return JsonResponse(
        {
            "version": "1.0",
            "type": "rich",
            "title": initiative.title,
            "provider_name": get_site().name,
            "provider_url": settings.PUBLIC_URL,
            "width": width,
            "height": height,
            "html": f'<iframe src="{escape(frame)}" width="{width}" height="{height}" title="{escape(initiative.title)}"></iframe>',
        }
    )


def open_data(request: HttpRequest) -> HttpResponse:
    """Every form in which the directory leaves, and how to use it."""
    forms = [
        (_("CSV table, for spreadsheets"), "csv"),
        (_("Excel table"), "xlsx"),
        (_("GeoJSON, for maps"), "geojson"),
        (_("KML, for maps"), "kml"),
        (_("JSON-LD in the words of schema.org"), "jsonld"),
        (_("GoGoCarto JSON, for the maps of alternatives"), "gogocarto"),
    ]
    links = [(label, reverse("directory:initiative_export", args=[form])) for label, form in forms]
    bodies = [(label, reverse("directory:organization_export", args=[form])) for label, form in forms]
    return render(request, "directory/open_data.html", {"links": links, "bodies": bodies})


def _embedded(request: HttpRequest) -> Initiative:
    """The published fiche whose address is asked about; it must be an address of this site."""
    asked, here = urlsplit(request.GET.get("url", "")[:600]), urlsplit(settings.PUBLIC_URL)
    if asked.netloc != here.netloc:
        raise Http404
    try:
        match = resolve(asked.path)
    except Resolver404:
        raise Http404 from None
    if match.view_name != "directory:initiative_detail":
        raise Http404
    initiative = get_initiative_for(request.user, match.kwargs["pk"])
    if initiative.status != Status.PUBLISHED:
        raise Http404
    return initiative


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else otherwise


def _json(value: object, media_type: str) -> HttpResponse:
    return HttpResponse(json.dumps(value, ensure_ascii=False), content_type=f"{media_type}; charset=utf-8")


def _attached(chunks: Iterator[bytes], media_type: str, name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(chunks, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
