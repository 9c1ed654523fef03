"""One page of the list of initiatives, in the order asked for, whatever the size of the directory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.apps.directory.models import Initiative
from maillage.apps.directory.queries.answers import answer_in_order
from maillage.apps.directory.queries.filters import (
    KM_PER_DEGREE,
    MATCHES_MAX,
    InitiativeFilter,
    centre_of,
    filter_initiatives,
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
    wanted: InitiativeFilter,
    *,
    sort: str,
    number: str | None,
    tree: ThemeTree,
    now: datetime | None = None,
) -> InitiativePage:
    """The page `number` (its last when there are fewer). Ids are paged first, then one page is read."""
    sorts = possible_sorts(wanted)
    sort = sort if sort in sorts else sorts[0]
    now = now or timezone.now()
    if sort == "pertinence":
        page = _paged(_by_relevance(wanted, tree, now), number)
        ids, distances = list(page), {}
    else:
        page = _paged(answer_in_order(wanted, sort, tree=tree, now=now), number)
        rows = list(page)
        ids = [pk for pk, _square in rows]
        distances = {pk: square**0.5 * KM_PER_DEGREE for pk, square in rows} if sort == "distance" else {}
    return InitiativePage(page, in_order(ids), distances, sort, sorts)


def in_order(ids: list[int]) -> list[Initiative]:
    """These initiatives, with their cards, in this order."""
    found = {
        initiative.pk: initiative
        for initiative in with_card(Initiative.objects.filter(pk__in=ids).order_by("pk"))
    }
    return [found[pk] for pk in ids if pk in found]


def _by_relevance(wanted: InitiativeFilter, tree: ThemeTree, now: datetime) -> list[int]:
    """What the words find, best first, less what the other criteria refuse."""
    matched = matching_ids("initiative", wanted.words, MATCHES_MAX)
    found = filter_initiatives(replace(wanted, words=""), tree=tree, now=now, among=matched)
    kept = set(found.order_by("pk").values_list("pk", flat=True))
    return [pk for pk in matched if pk in kept]


def _paged(ids: Any, number: str | None) -> Page[Any]:
    return Paginator(ids, PAGE_SIZE).get_page(number)
