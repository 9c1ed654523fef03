"""Listings as the core that compares them knows them."""

from __future__ import annotations

from collections.abc import Iterable

from maillage.apps.directory.queries.themes import ThemeTree
from maillage.apps.exchange.choices import KIND_FAMILIES
from maillage.apps.exchange.models import Listing, ListingCriterion
from maillage.apps.exchange.queries.vocabulary import Vocabulary
from maillage.apps.exchange.queries.wording import THEME, says_a_thing
from maillage.cores import ranking
from maillage.cores.text.criteria import Criterion


def as_ranked(listing: Listing, tree: ThemeTree, vocabulary: Vocabulary) -> ranking.Listing:
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
