"""What can be measured in the words of a listing, and what a person has said of it before."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from maillage.apps.exchange.models import Listing, ListingCriterion
from maillage.cores.text.criteria import Criterion, read_criteria

READ_CHARACTERS_MAX = 5_000
SHOWN_MAX = 15
WORDS_LENGTH_MAX = 200
_AROUND = " .,;:!?"

Reading = tuple[str, str]
"""(kind of criterion, the words that say it): what stays of a reading from one day and one text to the next."""


def criteria_read_in(listing: Listing, *, today: date) -> list[tuple[Criterion, str]]:
    """The criteria that the title and the texts say, each with its words; one said twice is given once."""
    return _read(listing, today)[:SHOWN_MAX]


def reading_of(kind: str, words: str) -> Reading:
    """The same reading is told the same way, whatever the capitals and the stops around its words."""
    return kind, " ".join(words.split()).strip(_AROUND).casefold()


def no_longer_said(
    listing: Listing, criteria: Iterable[ListingCriterion], *, today: date
) -> list[ListingCriterion]:
    """Those of `criteria` that were read in words which the listing does not say any more, or says otherwise now.

    What was typed in a field comes from no words, and stays.
    """
    said = " ".join("\n".join((listing.title, listing.text, listing.conditions)).split()).casefold()
    now = {reading_of(each.kind, words) for each, words in _read(listing, today)}
    gone = []
    for each in criteria:
        kind, words = reading = reading_of(each.kind, each.words)
        if not words or reading in now:
            continue
        stands = re.search(rf"(?<!\w){re.escape(words)}(?!\w)", said)
        if not stands or any(other == kind and words in longer for other, longer in now):
            gone.append(each)
    return gone


def _read(listing: Listing, today: date) -> list[tuple[Criterion, str]]:
    found: dict[object, tuple[Criterion, str]] = {}
    for text in (listing.title, listing.text, listing.conditions):
        text = text[:READ_CHARACTERS_MAX]
        for criterion in read_criteria(text, today=today):
            words = " ".join(text[slice(*criterion.span)].split()).strip(_AROUND)
            found.setdefault(criterion.slot, (criterion, words[:WORDS_LENGTH_MAX]))
    return list(found.values())
