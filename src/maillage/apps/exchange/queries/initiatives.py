"""The initiatives of the directory that may help with a need, or be helped by an offer."""

from __future__ import annotations

from maillage.apps.directory.models import Initiative
from maillage.apps.exchange.models import Listing
from maillage.kernel.search.queries import resembling_ids

NEAR_MAX = 5


def initiatives_near(listing: Listing, *, limit: int = NEAR_MAX) -> list[Initiative]:
    """Published initiatives that speak of the same things, the nearest first; the listing's own project left out."""
    ids = resembling_ids("initiative", listing.title, listing.text, limit=limit + 1)
    found = Initiative.objects.published().in_bulk([pk for pk in ids if pk != listing.initiative_id])
    return [found[pk] for pk in ids if pk in found][:limit]
