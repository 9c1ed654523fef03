"""Vector tiles for the maps."""

from __future__ import annotations

from hashlib import blake2b

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from maillage.apps.directory.forms.filters import parse_filter
from maillage.apps.directory.queries.layers import map_layer, without_box
from maillage.apps.directory.queries.tiles import NoSuchTileError, layer_tile

TILE_TYPE = "application/vnd.mapbox-vector-tile"
DAY_SECONDS = 86_400


@require_safe
def tile(request: HttpRequest, zoom: int, x: int, y: int) -> HttpResponse:
    """The initiatives of a tile that answer the filter of the address.

    A page gives the version `v` that it was made for: such a tile never changes, and browsers keep it.
    """
    shown = map_layer(without_box(parse_filter(request.GET)))
    try:
        content = layer_tile(shown, zoom, x, y)
    except NoSuchTileError:
        raise Http404 from None
    return tile_response(
        request, content, key=shown.key, lasting=request.GET.get("v") == shown.points.version
    )


def tile_response(request: HttpRequest, content: bytes, *, key: str, lasting: bool) -> HttpResponse:
    """A tile with its ETag, kept a day by browsers when it is `lasting`, asked again each time otherwise."""
    etag = f'"{blake2b(key.encode(), digest_size=12).hexdigest()}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(content, content_type=TILE_TYPE)
    response["ETag"] = etag
    if lasting:
        patch_cache_control(response, public=True, max_age=DAY_SECONDS, immutable=True)
    else:
        patch_cache_control(response, no_cache=True)
    return response
