from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy

from maillage.apps.exchange.actions import following, indexing, meeting
from maillage.apps.exchange.models import SavedSearch
from maillage.apps.exchange.queries.proposals import due_for_a_wave
from maillage.kernel.jobs.queue import job, periodic


@periodic(
    name="exchange.keep_fresh",
    says=gettext_lazy("Ask whether needs and offers still hold"),
    every_minutes=24 * 60,
)
def keep_fresh() -> None:
    """What nobody confirms any more is hidden, and its owner asked before that."""
    meeting.keep_fresh(now=timezone.now())


@periodic(
    name="exchange.keep_index",
    says=gettext_lazy("Index needs and offers, where they are many"),
    every_minutes=5,
)
def keep_index() -> None:
    """What pages compare with: they only add what changed since."""
    indexing.keep_index(now=timezone.now())


@periodic(
    name="exchange.send_waves",
    says=gettext_lazy("Send the next waves of needs and offers"),
    every_minutes=6 * 60,
)
def send_waves() -> None:
    """The next wave of the listings whose last one is old enough: those of this turn, so that a run stays short."""
    now = timezone.now()
    indexing.keep_index(now=now)
    for pk in due_for_a_wave(now=now, since=now - meeting.WAVE_EVERY):
        meeting.send_wave(listing_id=pk, now=now)


@periodic(
    name="exchange.tell_news",
    says=gettext_lazy("Tell what is new in followed searches"),
    every_minutes=6 * 60,
)
def tell_news() -> None:
    """What newly answers the searches that people follow."""
    for pk in list(SavedSearch.objects.order_by("pk").values_list("pk", flat=True)):
        following.tell_news_of(search_id=pk, now=timezone.now())


@job(name="exchange.send_wave", says=gettext_lazy("Tell those whom a need or an offer may interest"))
def send_wave(*, listing_id: int) -> None:
    """The first wave of a listing that has just opened."""
    meeting.send_wave(listing_id=listing_id, now=timezone.now())
