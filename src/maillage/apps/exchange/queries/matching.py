"""The best listings for a listing, with reasons that are recomputed from what is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from maillage.apps.directory.queries.themes import ThemeTree, theme_tree
from maillage.apps.exchange.choices import KIND_FAMILIES, Audience
from maillage.apps.exchange.models import Listing, ListingCriterion, Proposal, Reply
from maillage.apps.exchange.queries.proposals import refusals_of
from maillage.apps.exchange.queries.vocabulary import Vocabulary, forget_vocabulary, vocabulary_in_force
from maillage.apps.exchange.queries.wording import THEME, says_a_thing
from maillage.cores import ranking
from maillage.cores.ranking import Pool, Reason
from maillage.cores.text.criteria import Criterion
from maillage.kernel.search.synonyms import synonyms_in_force


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

    Those of `owners_left_out` (keys of owners) are not among them; with `one_per_owner`, of each owner only the best.
    """
    tree, vocabulary = theme_tree(), vocabulary_in_force()
    state = _state(vocabulary)
    pool = _pool(vocabulary, state.stamp)
    matches = pool.best_for(
        pool.listing(listing.pk) or _as_ranked(listing, tree, vocabulary),
        today=today,
        limit=limit * 2 if public_only else limit,
        refused=refusals_of(listing),
        shown=state.shown,
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


_kept: tuple[str, Pool] | None = None
_lock = Lock()


def _pool(vocabulary: Vocabulary, state: str) -> Pool:
    """The shown listings, indexed; made again when one of them has changed since."""
    global _kept
    kept = _kept
    if kept is not None and kept[0] == state:
        return kept[1]
    with _lock:
        if _kept is None or _kept[0] != state:
            tree = theme_tree()
            shown = Listing.objects.shown().select_related("initiative").order_by("pk")
            listings = [
                _as_ranked(each, tree, vocabulary) for each in shown.prefetch_related("themes", "criteria")
            ]
            _kept = (state, Pool(listings, synonyms=synonyms_in_force()))
        return _kept[1]


def forget_pool() -> None:
    """Read the listings, and the vocabulary, again at the next question."""
    global _kept
    _kept = None
    forget_vocabulary()


@dataclass(frozen=True)
class State:
    """The shown listings together. `stamp` changes whenever one of them, a synonym or the shared vocabulary does; `shown` is how
    often each was proposed.

    Being proposed does not change what a listing says: waves leave the pool as it is.
    """

    stamp: str
    shown: dict[int, int]


def _state(vocabulary: Vocabulary) -> State:
    said = hashlib.sha256(repr((synonyms_in_force().groups, vocabulary.stamp)).encode())
    shown = {}
    rows = Listing.objects.shown().order_by("pk").values_list("pk", "updated_at", "shown_count")
    for pk, updated_at, shown_count in rows:
        said.update(repr((pk, updated_at)).encode())
        shown[pk] = shown_count
    return State(said.hexdigest(), shown)


def _as_ranked(listing: Listing, tree: ThemeTree, vocabulary: Vocabulary) -> ranking.Listing:
    """A listing as the core knows it; the themes and the notions above its own count too.

    What was read as a criterion is compared as one, and is no longer a word: « samedi » or « m² » in common says nothing.
    """
    concepts = {
        f"{THEME}{above.slug}"
        for theme in listing.themes.all()
        if theme.pk in tree.by_id
        for above in tree.by_id[theme.pk].path
    }
    concepts |= vocabulary.book.said_in(listing.title, listing.text, listing.conditions)
    body = listing.initiative.owner_id if listing.initiative else listing.organization_id
    criteria = sorted(listing.criteria.all(), key=lambda each: each.rank)
    title, text = listing.title, f"{listing.text}\n{listing.conditions}"
    for measured in criteria:
        if measured.words and not says_a_thing(measured):
            title, text = title.replace(measured.words, " "), text.replace(measured.words, " ")
    return ranking.Listing(
        key=listing.pk,
        owner=listing.owner_key,
        is_need=listing.is_need,
        kind=listing.kind,
        family=KIND_FAMILIES.get(listing.kind, ""),
        title=title,
        text=text,
        concepts=frozenset(concepts),
        owner_concepts=vocabulary.of_organization(body, is_need=listing.is_need),
        criteria=(*(each.value for each in criteria), *_dates_said(listing, criteria)),
        latitude=listing.latitude,
        longitude=listing.longitude,
        radius_km=_radius_km(listing, criteria),
        confirmed_on=listing.confirmed_on,
        shown=listing.shown_count,
    )


def _dates_said(listing: Listing, criteria: Iterable[ListingCriterion]) -> tuple[Criterion, ...]:
    """The dates of its fields as a criterion, unless dates were confirmed in its words: those are finer."""
    declared = listing.starts_on or listing.ends_on
    if not declared or any(each.kind == "period" for each in criteria):
        return ()
    return (Criterion("period", begins=listing.starts_on, ends=listing.ends_on),)


def _radius_km(listing: Listing, criteria: Iterable[ListingCriterion]) -> float | None:
    """The radius of its field, else the least of the distances that were confirmed in its words."""
    if listing.radius_km:
        return float(listing.radius_km)
    said = (each.high for each in criteria if each.kind == "distance" and each.unit == "km")
    return min((km for km in said if km), default=None)
