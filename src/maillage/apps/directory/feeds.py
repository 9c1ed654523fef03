"""What is new, for feed readers: the same filters as the list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from maillage.apps.directory.choices import CarrierRole
from maillage.apps.directory.forms.filters import parse_filter
from maillage.apps.directory.models import Initiative
from maillage.apps.directory.queries.filters import InitiativeFilter, filter_initiatives
from maillage.apps.directory.queries.initiatives import with_card
from maillage.cores.text import clean
from maillage.kernel.site.settings import get_site

ITEMS_MAX = 50


class InitiativeFeed(Feed):
    """The latest initiatives that answer the filter, the freshest first."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> InitiativeFilter:
        return parse_filter(request.GET)

    def title(self, wanted: InitiativeFilter) -> str:
        return _("Initiatives – %(site)s") % {"site": get_site().name}

    def subtitle(self, wanted: InitiativeFilter) -> str:
        return _("What people do together around here, and how to do the same.")

    def link(self, wanted: InitiativeFilter) -> str:
        query = wanted.to_query()
        return f"{settings.PUBLIC_URL}{reverse('directory:initiative_list')}" + (f"?{query}" if query else "")

    def feed_url(self, wanted: InitiativeFilter) -> str:
        query = wanted.to_query()
        return f"{settings.PUBLIC_URL}{reverse('directory:initiative_feed')}" + (f"?{query}" if query else "")

    def items(self, wanted: InitiativeFilter) -> list[Initiative]:
        return list(with_card(filter_initiatives(wanted)).order_by("-updated_at", "-pk")[:ITEMS_MAX])

    def item_title(self, item: Initiative) -> str:
        return clean(item.title)

    def item_description(self, item: Initiative) -> str:
        return clean(item.summary)

    def item_link(self, item: Initiative) -> str:
        path = reverse("directory:initiative_detail", args=[item.pk, item.slug])
        return f"{settings.PUBLIC_URL}{path}"

    def item_pubdate(self, item: Initiative) -> datetime:
        return item.published_at or item.created_at

    def item_updateddate(self, item: Initiative) -> datetime:
        return item.updated_at

    def item_author_name(self, item: Initiative) -> str | None:
        for said in item.carriers.all():
            if said.role == CarrierRole.CARRIER:
                return clean(said.organization.name if said.organization else said.name)
        return None

    def item_categories(self, item: Initiative) -> list[str]:
        return [clean(item.main_theme.name)] if item.main_theme else []
