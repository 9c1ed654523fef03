"""Vector tiles as answers."""

from __future__ import annotations

from hashlib import blake2b

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_cache_control

TILE_TYPE = "application/vnd.mapbox-vector-tile"
DAY_SECONDS = 86_400


def tile_response(
    request: HttpRequest, content: bytes, *, key: str, lasting: bool = False, is_private: bool = False
) -> HttpResponse:
    """A tile with its ETag, kept a day by browsers when it is `lasting`, asked again each time otherwise.

    `is_private`: what it shows depends on who asks, so that nothing between them and us keeps it.
    """
    assert not (lasting and is_private), "what depends on who asks is asked again"
    etag = f'"{blake2b(key.encode(), digest_size=12).hexdigest()}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(content, content_type=TILE_TYPE)
    response["ETag"] = etag
    if lasting:
        patch_cache_control(response, public=True, max_age=DAY_SECONDS, immutable=True)
    elif is_private:
        patch_cache_control(response, private=True, no_cache=True)
    else:
        patch_cache_control(response, no_cache=True)
    return response
