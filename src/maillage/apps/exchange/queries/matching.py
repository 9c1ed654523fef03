"""The best listings for a listing, with reasons that are recomputed from what is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from threading import Lock

from django.db.models import QuerySet

from maillage.apps.directory.queries.themes import ThemeTree, theme_tree
from maillage.apps.exchange.choices import KIND_FAMILIES, Audience
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.proposals import refused_ids
from maillage.apps.exchange.queries.wording import says_a_thing
from maillage.cores import ranking
from maillage.cores.ranking import Pool, Reason
from maillage.kernel.search.synonyms import synonyms_in_force


@dataclass(frozen=True)
class Found:
    """A listing that another may meet, its score, and why."""

    listing: Listing
    score: float
    reasons: tuple[Reason, ...]


def best_for(listing: Listing, *, today: date, limit: int = 10, public_only: bool = False) -> list[Found]:
    """The best shown listings of the other direction, the best first; `public_only` for who is no member."""
    pool = _pool()
    matches = pool.best_for(
        _as_ranked(listing, theme_tree()),
        today=today,
        limit=limit * 2 if public_only else limit,
        refused=refused_ids(listing),
    )
    found = with_card(Listing.objects.shown()).in_bulk([match.key for match in matches])
    kept = [
        Found(found[match.key], match.score, match.reasons)
        for match in matches
        if match.key in found and not (public_only and found[match.key].audience != Audience.PUBLIC)
    ]
    return kept[:limit]


def with_card(listings: QuerySet[Listing]) -> QuerySet[Listing]:
    """The listings with all that their cards show, in three queries."""
    return listings.select_related("organization", "created_by").prefetch_related("themes", "criteria")


_kept: tuple[str, Pool] | None = None
_lock = Lock()


def _pool() -> Pool:
    """The shown listings, indexed; made again when one of them has changed since."""
    global _kept
    state = _fingerprint()
    kept = _kept
    if kept is not None and kept[0] == state:
        return kept[1]
    with _lock:
        if _kept is None or _kept[0] != state:
            tree = theme_tree()
            shown = Listing.objects.shown().prefetch_related("themes", "criteria").order_by("pk")
            listings = [_as_ranked(each, tree) for each in shown]
            _kept = (state, Pool(listings, synonyms=synonyms_in_force()))
        return _kept[1]


def forget_pool() -> None:
    """Read the listings again at the next question."""
    global _kept
    _kept = None


def _fingerprint() -> str:
    """What changes whenever a shown listing, or a synonym, does."""
    rows: Iterable[tuple[object, ...]] = (
        Listing.objects.shown().order_by("pk").values_list("pk", "updated_at", "shown_count")
    )
    said = hashlib.sha256(repr(synonyms_in_force().groups).encode())
    for row in rows:
        said.update(repr(row).encode())
    return said.hexdigest()


def _as_ranked(listing: Listing, tree: ThemeTree) -> ranking.Listing:
    """A listing as the core knows it; the themes above its own count too.

    What was read as a criterion is compared as one, and is no longer a word: « samedi » or « m² » in common says nothing.
    """
    concepts = {
        f"theme:{above.slug}"
        for theme in listing.themes.all()
        if theme.pk in tree.by_id
        for above in tree.by_id[theme.pk].path
    }
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
        criteria=tuple(each.value for each in criteria),
        latitude=listing.latitude,
        longitude=listing.longitude,
        radius_km=float(listing.radius_km) if listing.radius_km else None,
        confirmed_on=listing.confirmed_on,
        shown=listing.shown_count,
    )
