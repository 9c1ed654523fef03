from __future__ import annotations

from django.utils import timezone

from maillage.apps.exchange.actions import following, meeting
from maillage.apps.exchange.models import Listing, SavedSearch
from maillage.kernel.jobs.queue import job, periodic


@periodic(name="exchange.keep_fresh", every_minutes=24 * 60)
def keep_fresh() -> None:
    """What nobody confirms any more is hidden, and its owner asked before that."""
    meeting.keep_fresh(now=timezone.now())


@periodic(name="exchange.send_waves", every_minutes=6 * 60)
def send_waves() -> None:
    """The next wave of each listing that is shown and has not found enough people."""
    for pk in list(Listing.objects.shown().order_by("opened_at", "pk").values_list("pk", flat=True)):
        meeting.send_wave(listing_id=pk, now=timezone.now())


@periodic(name="exchange.tell_news", every_minutes=6 * 60)
def tell_news() -> None:
    """What newly answers the searches that people follow."""
    for pk in list(SavedSearch.objects.order_by("pk").values_list("pk", flat=True)):
        following.tell_news_of(search_id=pk, now=timezone.now())


@job(name="exchange.send_wave")
def send_wave(*, listing_id: int) -> None:
    """The first wave of a listing that has just opened."""
    meeting.send_wave(listing_id=listing_id, now=timezone.now())
