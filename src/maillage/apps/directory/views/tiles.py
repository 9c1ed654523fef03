"""Vector tiles for the maps."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from maillage.apps.directory.forms.filters import parse_filter
from maillage.apps.directory.queries.layers import map_layer, without_box
from maillage.apps.directory.queries.tiles import NoSuchTileError, layer_tile
from maillage.kernel.http.tiles import tile_response


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
