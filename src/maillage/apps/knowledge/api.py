"""The vocabulary, and what the published organisations say with it, read only, with the filter of the map."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import HttpError

from maillage.apps.directory.queries.themes import theme_tree
from maillage.apps.knowledge.exports import statement_records
from maillage.apps.knowledge.forms import parse_map_filter
from maillage.apps.knowledge.models import Term
from maillage.apps.knowledge.queries.maps import statements_asked, term_path
from maillage.kernel.http.paging import PageQuery, next_address
from maillage.kernel.site.settings import open_rooms

router = Router(tags=["knowledge"])


class TermOut(Schema):
    """A word of the network. `broader` is the `id` of a wider term; `reference` an ESCO address or a ROME code, or empty."""

    id: int
    url: str
    kind: str
    name: str
    synonyms: list[str]
    description: str
    reference: str
    broader: int | None


class TermList(Schema):
    """`next` is the address of the following page, if there is one."""

    count: int
    next: str | None
    items: list[TermOut]


class StatementOut(Schema):
    """What an organisation has (`holds`) or looks for (`seeks`), where it comes from, and who co-signs it."""

    organization: str
    organization_url: str
    term: str
    term_url: str
    kind: str
    reference: str
    relation: str
    words: str
    origin: str
    endorsed_by: list[str]
    since: date


class StatementList(Schema):
    """`next` is the address of the following page, if there is one."""

    count: int
    next: str | None
    items: list[StatementOut]


class StatementQuery(Schema):
    """The parameters of the map's address; a value that makes no sense is as if absent."""

    q: str = Query("", description="Words.")
    sorte: list[str] = Query([], description="savoir, savoir_faire, milieu; may be repeated.")
    relation: str = Query("", description="holds or seeks.")
    theme: str = Query("", description="Slug of a theme of the organisations; it includes those below it.")


def _check_room() -> None:
    if all(room.name != "knowledge" for room in open_rooms()):
        raise HttpError(404, "Not found")


@router.get("/terms", response=TermList, summary="Words of knowledge, know-how and milieux")
def list_terms(request: HttpRequest, page: Query[PageQuery]) -> dict[str, Any]:
    _check_room()
    found = Term.objects.live().order_by("kind", "sort_key", "pk")
    count = found.count()
    items = [_term_out(term) for term in found.prefetch_related("names")[page.span]]
    return {"count": count, "next": next_address(request, page, count), "items": items}


def _term_out(term: Term) -> dict[str, Any]:
    return {
        **{name: getattr(term, name) for name in ("id", "kind", "name", "description", "reference")},
        "url": settings.PUBLIC_URL + term_path(term.pk, term.slug),
        "synonyms": sorted({each.name for each in term.names.all()} - {term.name}),
        "broader": term.broader_id,
    }


@router.get("/statements", response=StatementList, summary="What organisations have and look for")
def list_statements(
    request: HttpRequest, page: Query[PageQuery], wanted: Query[StatementQuery]
) -> dict[str, Any]:
    _check_room()
    tree = theme_tree()
    found = statements_asked(parse_map_filter(request.GET, tree, []), tree)
    count = found.count()
    return {
        "count": count,
        "next": next_address(request, page, count),
        "items": statement_records(found, page.span),
    }
