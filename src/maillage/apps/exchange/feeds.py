"""The latest needs and offers, for feed readers: the same filter as the list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.translation import gettext as _

from maillage.apps.directory.queries.themes import theme_tree
from maillage.apps.exchange.forms import parse_listing_filter
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.listings import ListingFilter, filter_listings, freshest
from maillage.cores.text import clean
from maillage.kernel.site.settings import get_site

ITEMS_MAX = 50


class ListingFeed(Feed):
    """What everybody may find, the freshest first."""

    feed_type: type[SyndicationFeed] = Atom1Feed
    address_name = "exchange:listing_feed"

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> ListingFilter:
        return parse_listing_filter(request.GET, theme_tree())

    def title(self, wanted: ListingFilter) -> str:
        return _("Needs and offers – %(site)s") % {"site": get_site().name}

    def subtitle(self, wanted: ListingFilter) -> str:
        return _("What people look for around here, and what they can give.")

    def description(self, wanted: ListingFilter) -> str:
        return self.subtitle(wanted)

    def link(self, wanted: ListingFilter) -> str:
        return _address("exchange:listing_list", wanted)

    def feed_url(self, wanted: ListingFilter) -> str:
        return _address(self.address_name, wanted)

    def items(self, wanted: ListingFilter) -> list[Listing]:
        return list(freshest(filter_listings(wanted, is_member=False)).prefetch_related("themes")[:ITEMS_MAX])

    def item_title(self, item: Listing) -> str:
        return clean(f"{item.get_direction_display()} – {item.title}")

    def item_description(self, item: Listing) -> str:
        return clean(item.text)

    def item_link(self, item: Listing) -> str:
        path = reverse("exchange:listing_detail", args=[item.pk, item.slug])
        return f"{settings.PUBLIC_URL}{path}"

    def item_pubdate(self, item: Listing) -> datetime:
        return item.opened_at or item.created_at

    def item_updateddate(self, item: Listing) -> datetime:
        return item.updated_at

    def item_categories(self, item: Listing) -> list[str]:
        return [str(item.get_kind_display()), *(clean(theme.name) for theme in item.themes.all())]


class ListingRssFeed(ListingFeed):
    """The same for readers that know RSS only."""

    feed_type = Rss201rev2Feed
    address_name = "exchange:listing_rss"


def _address(name: str, wanted: ListingFilter) -> str:
    query = wanted.to_query()
    return f"{settings.PUBLIC_URL}{reverse(name)}" + (f"?{query}" if query else "")
