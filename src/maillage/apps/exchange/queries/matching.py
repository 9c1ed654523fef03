"""The best listings for a listing, with reasons that are recomputed from what is stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from maillage.apps.directory.queries.themes import theme_tree
from maillage.apps.exchange.choices import Audience
from maillage.apps.exchange.models import Listing, Proposal, Reply
from maillage.apps.exchange.queries.kept_pool import pool_in_force
from maillage.apps.exchange.queries.proposals import refusals_of
from maillage.apps.exchange.queries.ranked import as_ranked
from maillage.apps.exchange.queries.vocabulary import vocabulary_in_force
from maillage.apps.exchange.queries.wording import THEME
from maillage.cores.ranking import Reason


@dataclass(frozen=True)
class Found:
    """A listing that another may meet, its score, and why; `names` by id for the concepts of the reasons."""

    listing: Listing
    score: float
    reasons: tuple[Reason, ...]
    names: Mapping[str, str]


def best_for(
    listing: Listing,
    *,
    today: date,
    limit: int = 10,
    public_only: bool = False,
    owners_left_out: Collection[str] = (),
    one_per_owner: bool = False,
) -> list[Found]:
    """The best shown listings of the other direction, the best first; `public_only` for who is no member.

    None as long as a large site has no index of them yet. Those of `owners_left_out` (keys of owners) are not among them; with `one_per_owner`, of each owner only the best.
    """
    tree, vocabulary = theme_tree(), vocabulary_in_force()
    pool = pool_in_force(vocabulary)
    if pool is None:
        return []
    matches = pool.best_for(
        pool.listing(listing.pk) or as_ranked(listing, tree, vocabulary),
        today=today,
        limit=limit * 2 if public_only else limit,
        refused=refusals_of(listing),
        shown=_shown_counts(),
        owners_left_out=owners_left_out,
        one_per_owner=one_per_owner,
    )
    found = with_card(Listing.objects.shown()).in_bulk([match.key for match in matches])
    names = {**vocabulary.names, **{f"{THEME}{node.theme.slug}": node.theme.name for node in tree}}
    kept = [
        Found(found[match.key], match.score, match.reasons, names)
        for match in matches
        if match.key in found and not (public_only and found[match.key].audience != Audience.PUBLIC)
    ]
    return kept[:limit]


CARD_PARTS = ("organization", "initiative", "created_by")
CARD_LISTS = ("criteria",)


def alone(listings: QuerySet[Any]) -> QuerySet[Any]:
    """Nothing more: for pages that are about a part of the listing."""
    return listings


def with_card(listings: QuerySet[Any]) -> QuerySet[Any]:
    """The listings with all that their cards show, in two queries."""
    return listings.select_related(*CARD_PARTS).prefetch_related(*CARD_LISTS)


def with_everything(listings: QuerySet[Any]) -> QuerySet[Any]:
    """With their themes too: what tables and feeds say of them."""
    return with_card(listings).prefetch_related("themes")


def with_page(listings: QuerySet[Any]) -> QuerySet[Any]:
    """What their pages say: also how they ended, `replies_count`, and `told_count`, how many were told of them."""
    told = Proposal.objects.filter(listing=OuterRef("pk"), wave__gt=0)
    replied = Reply.objects.filter(listing=OuterRef("pk"))
    counts = {"told_count": _counted(told), "replies_count": _counted(replied)}
    return with_everything(listings).select_related("outcome").annotate(**counts)


def _counted(rows: QuerySet[Any]) -> Coalesce:
    """How many rows there are for each listing."""
    counts = rows.order_by().values("listing").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counts), 0)


def _shown_counts() -> dict[int, int]:
    """How often each was proposed: it does not change what a listing says, and waves leave the pool as it is."""
    rows = Listing.objects.shown().filter(shown_count__gt=0).order_by("pk")
    return dict(rows.values_list("pk", "shown_count"))
