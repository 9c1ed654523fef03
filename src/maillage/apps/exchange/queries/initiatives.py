"""The initiatives of the directory that may help with a need, or be helped by an offer."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.apps.directory.models import Initiative
from maillage.apps.exchange.models import Listing
from maillage.cores.text.criteria import without_measures
from maillage.kernel.search.queries import resembling

NEAR_MAX = 5
SHARE_LEAST = 0.07
"""How much of a listing an initiative says at least; docs/explanation/appariement.md tells how it was chosen."""
WORDS_SHOWN_MAX = 5


@dataclass(frozen=True)
class NearInitiative:
    """An initiative, and the words of the listing that it says too, the ones that count most first."""

    initiative: Initiative
    words: tuple[str, ...]


def initiatives_near(listing: Listing, *, limit: int = NEAR_MAX) -> list[NearInitiative]:
    """Published initiatives that speak of the same things, the nearest first; the listing's own project left out.

    Fewer than `limit`, or none, when they say too little of it: a common word is no help.
    """
    title, text = (without_measures(words) for words in (listing.title, listing.text))
    near = [
        each
        for each in resembling("initiative", title, text, limit=limit + 1)
        if each.share >= SHARE_LEAST and each.object_id != listing.initiative_id
    ]
    found = Initiative.objects.published().in_bulk([each.object_id for each in near])
    return [
        NearInitiative(found[each.object_id], each.words[:WORDS_SHOWN_MAX])
        for each in near
        if each.object_id in found
    ][:limit]
