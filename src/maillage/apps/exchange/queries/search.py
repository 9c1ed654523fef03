"""What the exchange gives to the site's search: the listings that are shown, those for members marked so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.urls import reverse

from maillage.apps.directory.queries.themes import theme_tree
from maillage.apps.exchange.choices import Audience
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.owners import public_project
from maillage.kernel.search.documents import SearchDocument


def listing_documents(ids: Sequence[int]) -> Iterator[SearchDocument]:
    """The documents of those of `ids` that are shown: three queries whatever their number."""
    tree = theme_tree()
    found = Listing.objects.shown().filter(pk__in=ids).select_related("organization", "initiative")
    for listing in found.prefetch_related("themes").order_by("pk"):
        path = {
            above.slug: above.name
            for theme in listing.themes.all()
            if theme.pk in tree.by_id
            for above in tree.by_id[theme.pk].path
        }
        yield SearchDocument(
            kind="listing",
            object_id=listing.pk,
            title=listing.title,
            url=reverse("exchange:listing_detail", args=[listing.pk, listing.slug]),
            updated_at=listing.updated_at,
            summary=str(listing.get_direction_display()),
            body=f"{listing.text}\n{listing.conditions}",
            keywords=" ".join(
                [
                    str(listing.get_kind_display()),
                    listing.city,
                    listing.organization.name if listing.organization else "",
                    project.title if (project := public_project(listing)) else "",
                    *path.values(),
                ]
            ),
            facets={"theme": list(path), "commune": [listing.commune_id or ""]},
            latitude=listing.latitude,
            longitude=listing.longitude,
            is_for_members=listing.audience != Audience.PUBLIC,
        )


def all_listing_ids() -> Iterable[int]:
    return Listing.objects.shown().order_by("pk").values_list("pk", flat=True).iterator()
