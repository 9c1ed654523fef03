"""Lists narrowed to what holds some words, or lies between two days."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from maillage.cores.text import sort_key

WORDS_MAX = 6
Rows = TypeVar("Rows", bound=Model)


def holding(
    found: QuerySet[Rows], words: str, *, keys: tuple[str, ...] = (), texts: tuple[str, ...] = ()
) -> QuerySet[Rows]:
    """The rows of which each word stands in one of the columns, whatever its case.

    `keys` are columns of sorting keys, where accents do not count either; `texts` are columns as they were written, for
    numbers and addresses: some databases fold the case of ASCII letters only. What has neither letter nor digit is
    no word.
    """
    for word in words.split()[:WORDS_MAX]:
        key = sort_key(word)
        if not key:
            continue
        chances = [Q(**{f"{name}__contains": key}) for name in keys]
        chances += [Q(**{f"{name}__icontains": word}) for name in texts]
        found = found.filter(reduce(or_, chances))
    return found


def between_days(
    found: QuerySet[Rows], column: str, first: date | None = None, last: date | None = None
) -> QuerySet[Rows]:
    """The rows whose day is neither before the first nor after the last; None asks nothing. `column__date` for a moment."""
    if first:
        found = found.filter(**{f"{column}__gte": first})
    return found.filter(**{f"{column}__lte": last}) if last else found
