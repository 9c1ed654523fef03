"""Following a filter of the list, and hearing of what newly answers it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from maillage.apps.accounts.models import Person
from maillage.apps.exchange.models import SavedSearch
from maillage.apps.exchange.queries.following import filter_of, filter_words, newly_answering
from maillage.apps.exchange.queries.listings import ListingFilter
from maillage.kernel.mail.notifications import notify

SAVED = "exchange.saved"
SEARCHES_MAX = 30
TITLES_SHOWN = 3


class TooManySearchesError(Exception):
    """Nobody reads that many."""

    message = _("You already follow thirty searches: stop one before you follow another.")


@transaction.atomic
def follow_search(*, person: Person, wanted: ListingFilter, now: datetime) -> SavedSearch:
    """Tell `person` from now on of what newly answers the filter; following twice counts once.

    Raises TooManySearchesError.
    """
    query = wanted.to_query()[:500]
    mine = SavedSearch.objects.filter(person=person)
    known = mine.filter(query=query).first()
    if known is not None:
        return known
    if mine.count() >= SEARCHES_MAX:
        raise TooManySearchesError
    return SavedSearch.objects.create(person=person, query=query, created_at=now, told_until=now)


def stop_following(*, person: Person, search_id: int) -> None:
    """Forget a search of this person's; that of another is left alone."""
    SavedSearch.objects.filter(person=person, pk=search_id).delete()


@transaction.atomic
def tell_news_of(*, search_id: int, now: datetime) -> int:
    """Tell whoever follows a search of what newly answers it, once, in one line; how many there were."""
    saved = SavedSearch.objects.select_for_update().select_related("person").filter(pk=search_id).first()
    if saved is None or not saved.person.is_active:
        return 0
    found = newly_answering(saved, now=now)
    saved.told_until = now
    saved.save(update_fields=["told_until"])
    if found:
        titles = ", ".join(f"«\xa0{listing.title}\xa0»" for listing in found[:TITLES_SHOWN])
        title = ngettext(
            "%(count)s new answer to “%(search)s”: %(titles)s",
            "%(count)s new answers to “%(search)s”: %(titles)s",
            len(found),
        ) % {"count": len(found), "search": filter_words(filter_of(saved)), "titles": titles}
        query = f"?{saved.query}" if saved.query else ""
        url = reverse("exchange:listing_list") + query
        notify(person=saved.person, kind=SAVED, title=title, url=url, now=now)
    return len(found)
