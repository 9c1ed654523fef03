"""A search, followed from a feed reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from maillage.kernel.search.queries import SearchHit
from maillage.kernel.site.settings import get_site
from maillage.portal.search import Asked, find, read_address

ITEMS = 30


class SearchFeed(Feed):
    """What answers a search, the most recent first, in Atom."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Asked:
        return replace(read_address(request.GET), sort="recent", page=1)

    def title(self, asked: Asked) -> str:
        words = " ".join(asked.words.split())[:80]
        return _("%(words)s – search on %(site)s") % {
            "words": words or _("Everything"),
            "site": get_site().name,
        }

    def link(self, asked: Asked) -> str:
        return reverse("portal:search")

    def items(self, asked: Asked) -> Sequence[SearchHit]:
        return find(asked, page_size=ITEMS).hits

    def item_title(self, item: Any) -> str:
        return str(item.title)

    def item_description(self, item: Any) -> str:
        return item.plain_excerpt

    def item_link(self, item: Any) -> str:
        return str(item.url)

    def item_updateddate(self, item: Any) -> datetime:
        at: datetime = item.updated_at
        return at
