"""What can be measured in the words of a listing."""

from __future__ import annotations

from datetime import date

from maillage.apps.exchange.models import Listing
from maillage.cores.text.criteria import Criterion, read_criteria

READ_CHARACTERS_MAX = 5_000
SHOWN_MAX = 15


def criteria_read_in(listing: Listing, *, today: date) -> list[tuple[Criterion, str]]:
    """The criteria that the title and the texts say, each with its words; one said twice is given once."""
    found: dict[object, tuple[Criterion, str]] = {}
    for text in (listing.title, listing.text, listing.conditions):
        text = text[:READ_CHARACTERS_MAX]
        for criterion in read_criteria(text, today=today):
            words = " ".join(text[slice(*criterion.span)].split())
            found.setdefault(criterion.slot, (criterion, words[:200]))
    return list(found.values())[:SHOWN_MAX]
