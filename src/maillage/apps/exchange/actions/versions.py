"""What a listing said, kept: nothing leaves its history, and what was a draft's stays its owners'."""

from __future__ import annotations

from datetime import datetime

from maillage.apps.accounts.models import Person
from maillage.apps.exchange.choices import SHOWN, Audience
from maillage.apps.exchange.models import Listing, ListingVersion
from maillage.apps.exchange.queries.contents import version_data


def keep_version(
    listing: Listing, *, actor: Person | None, now: datetime, comment: str = ""
) -> ListingVersion | None:
    """Note what a locked listing says now; None when its history says so already."""
    data = version_data(listing)
    last = listing.versions.order_by("-number").first()
    if last is not None and last.data == data:
        return None
    listing.version = (last.number if last else 0) + 1
    listing.save(update_fields=["version"])
    return ListingVersion.objects.create(
        listing=listing,
        number=listing.version,
        data=data,
        comment=comment[:200],
        seen_by=listing.audience if listing.status in SHOWN else "",
        author=actor,
        created_at=now,
    )


def open_history(listing: Listing) -> None:
    """Note what a listing older than the histories says, before its first change."""
    if not listing.version:
        keep_version(listing, actor=listing.created_by, now=listing.updated_at)


def show_version(listing: Listing) -> None:
    """What a locked listing says is shown from now on: its history may say so to those who see it."""
    last = listing.versions.order_by("-number").first()
    if last is not None and last.seen_by != Audience.PUBLIC:
        last.seen_by = listing.audience
        last.save(update_fields=["seen_by"])
