"""One page of the list of initiatives, in the order asked for, whatever the size of the directory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Min, QuerySet
from django.utils.translation import gettext_lazy as _

from maillage.apps.directory.models import Initiative, InitiativePlace
from maillage.apps.directory.queries.filters import (
    KM_PER_DEGREE,
    MATCHES_MAX,
    InitiativeFilter,
    centre_of,
    filter_initiatives,
    square_distance,
)
from maillage.apps.directory.queries.initiatives import with_card
from maillage.apps.directory.queries.themes import ThemeTree
from maillage.kernel.search.queries import matching_ids

PAGE_SIZE = 24

SORTS = {
    "recent": _("Latest changes"),
    "nom": _("Name"),
    "pertinence": _("Best answers"),
    "distance": _("Nearest"),
}


@dataclass(frozen=True)
class InitiativePage:
    """`initiatives` are read with their cards; `distances_km` by id when they were asked for by distance."""

    page: Page[Any]
    initiatives: list[Initiative]
    distances_km: dict[int, float]
    sort: str
    sorts: tuple[str, ...]


def possible_sorts(wanted: InitiativeFilter) -> tuple[str, ...]:
    """The orders that mean something for this filter, the default first."""
    near = ("distance",) if centre_of(wanted) else ()
    if wanted.words:
        return ("pertinence", *near, "recent", "nom")
    return (*near, "recent", "nom")


def initiative_page(
    wanted: InitiativeFilter, *, sort: str, number: str | None, tree: ThemeTree
) -> InitiativePage:
    """The page `number` (its last when there are fewer). Ids are paged first, then one page is read."""
    sorts = possible_sorts(wanted)
    sort = sort if sort in sorts else sorts[0]
    found = filter_initiatives(wanted, tree=tree)
    distances: dict[int, float] = {}
    if sort == "pertinence":
        page = _paged(_by_relevance(found, wanted), number)
        ids = list(page)
    elif sort == "distance":
        page = _paged(_by_distance(found, wanted), number)
        rows = list(page)
        ids = [pk for pk, _square in rows]
        distances = {pk: square**0.5 * KM_PER_DEGREE for pk, square in rows}
    else:
        order = ("sort_key", "pk") if sort == "nom" else ("-updated_at", "-pk")
        page = _paged(found.order_by(*order).values_list("pk", flat=True), number)
        ids = list(page)
    return InitiativePage(page, in_order(ids), distances, sort, sorts)


def in_order(ids: list[int]) -> list[Initiative]:
    """These initiatives, with their cards, in this order."""
    found = {
        initiative.pk: initiative
        for initiative in with_card(Initiative.objects.filter(pk__in=ids).order_by("pk"))
    }
    return [found[pk] for pk in ids if pk in found]


def _by_relevance(found: QuerySet[Initiative], wanted: InitiativeFilter) -> list[int]:
    kept = set(found.order_by("pk").values_list("pk", flat=True))
    return [pk for pk in matching_ids("initiative", wanted.words, MATCHES_MAX) if pk in kept]


def _by_distance(found: QuerySet[Initiative], wanted: InitiativeFilter) -> QuerySet[Any]:
    """(id, square distance) of those that have a place, nearest first."""
    centre = centre_of(wanted)
    assert centre is not None
    places = InitiativePlace.objects.filter(initiative__in=found, latitude__isnull=False)
    nearest = places.values("initiative_id").annotate(square=Min(square_distance(*centre)))
    return nearest.order_by("square", "initiative_id").values_list("initiative_id", "square")


def _paged(ids: Any, number: str | None) -> Page[Any]:
    return Paginator(ids, PAGE_SIZE).get_page(number)
