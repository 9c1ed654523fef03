"""The site's search, for programs: the same answers as its page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router, Schema

from maillage.kernel.search.queries import SearchHit, SearchPage
from maillage.portal.search import find, read_address

router = Router(tags=["search"])

RESULTS_PER_PAGE = 20


class SearchQuery(Schema):
    """The parameters of the search page's address; a value that makes no sense is as if absent."""

    q: str = Query("", description="Words; accents, plurals and slips of the keyboard are forgiven.")
    type: list[str] = Query([], description="Kinds of results, as `facets.kind` gives them.")
    theme: list[str] = Query([], description="Slugs of themes; each includes those below it.")
    famille: list[str] = Query([], description="Families of the social and solidarity economy.")
    commune: list[str] = Query([], description="INSEE codes.")
    etape: list[str] = Query([], description="Stages.")
    pres: str = Query("", description="A commune or a postal code that results are near to.")
    rayon: str = Query("", description="Kilometres around it: 5, 10, 20, 50 or 100.")
    tri: str = Query("", description="pertinence, date, distance or nom.")
    page: str = Query("", description="Number of the page, from 1.")


class FoundOut(Schema):
    kind: str
    id: int
    title: str
    excerpt: str
    url: str
    updated_at: str
    latitude: float | None
    longitude: float | None
    distance_km: float | None


class FacetOut(Schema):
    value: str
    count: int


class SearchOut(Schema):
    """`count` stops at what is counted; `did_you_mean` is "" unless the words look mistyped."""

    count: int
    did_you_mean: str
    next: str | None
    items: list[FoundOut]
    facets: dict[str, list[FacetOut]]


@router.get("/search", response=SearchOut, summary="One search over everything public")
def search_everything(request: HttpRequest, wanted: Query[SearchQuery]) -> dict[str, Any]:
    asked = read_address(request.GET)
    found = find(asked, page_size=RESULTS_PER_PAGE)
    return {
        "count": found.total,
        "did_you_mean": found.did_you_mean,
        "next": _next(request, found),
        "items": [_item(hit) for hit in found.hits],
        "facets": {
            name: [{"value": each.value, "count": each.count} for each in values]
            for name, values in found.facets.items()
        },
    }


def _next(request: HttpRequest, found: SearchPage) -> str | None:
    if found.number * found.page_size >= found.reachable:
        return None
    query = request.GET.copy()
    query["page"] = str(found.number + 1)
    return f"{settings.PUBLIC_URL}{request.path}?{query.urlencode()}"


def _item(hit: SearchHit) -> dict[str, Any]:
    return {
        "kind": hit.kind,
        "id": hit.object_id,
        "title": hit.title,
        "excerpt": hit.plain_excerpt,
        "url": f"{settings.PUBLIC_URL}{hit.url}",
        "updated_at": hit.updated_at.isoformat(),
        "latitude": hit.latitude,
        "longitude": hit.longitude,
        "distance_km": None if hit.distance_km is None else round(hit.distance_km, 2),
    }
