"""What results are narrowed by, written as tokens that both full-text indexes hold.

A token is `name:value`, lower case, the value percent-encoded. A document with a place also has the map tiles that
hold it, at a few zooms, so that "near" is answered by the index too: `at10:513-364`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import quote, unquote

from maillage.cores.geo.mercator import tile_of
from maillage.kernel.search.documents import SearchDocument

MEMBERS = "audience:members"
"""The token of what is for members only: the engines leave it out, and no word of it enters the lexicon."""
ZOOMS = (6, 8, 10, 12)
TILES_MAX = 16
_TILE = re.compile(r"at\d+:")
_EARTH_KM = 40_075.0
FACETS_MAX = 200


@lru_cache(maxsize=50_000)
def facet_token(name: str, value: str) -> str:
    """The token of one value."""
    return f"{name}:{quote(value.lower(), safe='')}"


def facet_tokens(document: SearchDocument) -> str:
    """All tokens of a document, separated by spaces."""
    tokens = [facet_token("kind", document.kind)]
    if document.is_for_members:
        tokens.append(MEMBERS)
    for name, values in document.facets.items():
        tokens += [facet_token(name, value) for value in values if value]
    tokens = list(dict.fromkeys(tokens))[:FACETS_MAX]
    if document.latitude is not None and document.longitude is not None:
        x, y = tile_of(document.latitude, document.longitude, ZOOMS[-1])
        tokens += [f"at{zoom}:{x >> ZOOMS[-1] - zoom}-{y >> ZOOMS[-1] - zoom}" for zoom in ZOOMS]
    return " ".join(tokens)


def read_facets(tokens: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The (name, value) pairs of tokens, in their order, places and audience left out."""
    return (read_facet(token) for token in tokens if is_told(token))


def is_told(token: str) -> bool:
    """Whether a token is a facet that is shown: the tiles of places are many, and the audience is no choice."""
    return token != MEMBERS and not _TILE.match(token)


@lru_cache(maxsize=50_000)
def read_facet(token: str) -> tuple[str, str]:
    name, _colon, value = token.partition(":")
    return name, unquote(value)


def tiles_around(latitude_deg: float, longitude_deg: float, radius_km: float) -> list[str]:
    """Tokens of tiles that cover a disc, at most TILES_MAX of the finest zoom that allows it.

    Empty when the disc is too wide for tiles to help.
    """
    width_km = _EARTH_KM * max(0.05, math.cos(math.radians(latitude_deg)))
    for zoom in reversed(ZOOMS):
        tile_km = width_km / 2**zoom
        reach = math.ceil(radius_km / tile_km)
        if (2 * reach + 1) ** 2 > TILES_MAX and not (reach == 1 and TILES_MAX >= 9):
            continue
        x, y = tile_of(latitude_deg, longitude_deg, zoom)
        around = range(-reach, reach + 1)
        return [f"at{zoom}:{(x + right) % 2**zoom}-{y + down}" for right in around for down in around]
    return []
