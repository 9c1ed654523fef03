"""One page of the list of initiatives, in the order asked for, whatever the size of the directory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.apps.directory.models import Initiative
from maillage.apps.directory.queries.answers import answer_by_relevance, answer_in_order
from maillage.apps.directory.queries.filters import KM_PER_DEGREE, InitiativeFilter, centre_of
from maillage.apps.directory.queries.initiatives import with_card
from maillage.apps.directory.queries.themes import ThemeTree

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
        answer = answer_by_relevance(wanted, tree=tree, now=now)
    else:
        answer = answer_in_order(wanted, sort, tree=tree, now=now)
    page = _paged(answer, number)
    rows = list(page)
    ids = [pk for pk, _square in rows]
    distances = {pk: square**0.5 * KM_PER_DEGREE for pk, square in rows} if sort == "distance" else {}
    return InitiativePage(page, in_order(ids), distances, sort, sorts)


def in_order(ids: list[int]) -> list[Initiative]:
    """Those of these initiatives that are published, with their cards, in this order."""
    published = Initiative.objects.filter(status="published", pk__in=ids)
    found = {initiative.pk: initiative for initiative in with_card(published.order_by("pk"))}
    return [found[pk] for pk in ids if pk in found]


def _paged(ids: Any, number: str | None) -> Page[Any]:
    return Paginator(ids, PAGE_SIZE).get_page(number)
