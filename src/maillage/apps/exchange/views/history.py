"""The history of a need or an offer, and the way back to an older version."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import member_required, person_of
from maillage.apps.exchange.access import (
    can_manage_listing,
    get_listing_for,
    get_listing_to_manage,
    sees_history_as,
)
from maillage.apps.exchange.actions.listings import restore_version
from maillage.apps.exchange.models import Listing, ListingVersion
from maillage.apps.exchange.queries.history import changed_labels, shown_versions, version_changes
from maillage.apps.exchange.queries.owners import owner_name
from maillage.apps.exchange.views.cards import listing_crumbs, listing_url
from maillage.kernel.db.following import page_of_changes

PER_PAGE = 50


@dataclass(frozen=True)
class Entry:
    """A version: who wrote it, which parts it changed (labels) against the one before it."""

    version: ListingVersion
    by: str
    changed: list[str]
    is_current: bool


def listing_history(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """What changed and when; public as the listing itself, without what was a draft or for members only."""
    listing = get_listing_for(request.user, pk)
    manages = can_manage_listing(request.user, listing)
    shown = shown_versions(listing, sees_history_as(request.user, listing))
    page, versions = page_of_changes(shown, request.GET.get("page"), per_page=PER_PAGE)
    entries = [
        Entry(
            version,
            _author(listing, version, manages),
            changed_labels(before, version),
            version.number == listing.version,
        )
        for version, before in versions
    ]
    context = {
        "listing": listing,
        "entries": entries,
        "page_obj": page,
        "crumbs": listing_crumbs(listing, _("History")),
    }
    return render(request, "exchange/history.html", context)


def listing_version(request: HttpRequest, pk: int, slug: str, number: int) -> HttpResponse:
    """One version beside the one before it, word by word."""
    listing = get_listing_for(request.user, pk)
    manages = can_manage_listing(request.user, listing)
    shown = shown_versions(listing, sees_history_as(request.user, listing))
    pair = list(shown.filter(number__lte=number)[:2])
    if not pair or pair[0].number != number:
        raise Http404
    context = {
        "listing": listing,
        "version": pair[0],
        "by": _author(listing, pair[0], manages),
        "changes": version_changes(pair[1] if len(pair) > 1 else None, pair[0]),
        "is_current": number == listing.version,
        "can_manage": manages,
        "crumbs": listing_crumbs(listing, _("Version %(number)s") % {"number": number}),
    }
    return render(request, "exchange/version.html", context)


@member_required
@require_POST
def listing_restore(request: HttpRequest, pk: int, slug: str, number: int) -> HttpResponseBase:
    """Say again what version `number` said; the present one stays in the history."""
    listing = get_listing_to_manage(request.user, pk)
    try:
        restored = restore_version(
            actor=person_of(request), listing_id=listing.pk, number=number, now=timezone.now()
        )
    except ListingVersion.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("It says again what it said in version %(number)s.") % {"number": number})
    return redirect(listing_url(restored))


def _author(listing: Listing, version: ListingVersion, manages: bool) -> str:
    """Who wrote it, for those who look after it; for the others, whose it is."""
    if manages and version.author is not None:
        return version.author.name or _("Somebody")
    return owner_name(listing)
