"""Following a filter of the list from its page, and stopping."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import member_required, person_of
from maillage.apps.directory.queries.themes import theme_tree
from maillage.apps.exchange.actions.following import TooManySearchesError, follow_search, stop_following
from maillage.apps.exchange.forms import parse_listing_filter
from maillage.apps.exchange.queries.following import filter_words


@member_required
@require_POST
def search_follow(request: HttpRequest) -> HttpResponseBase:
    """Follow the filter that the form carries, then back to the list."""
    wanted = parse_listing_filter(request.POST, theme_tree())
    try:
        follow_search(person=person_of(request), wanted=wanted, now=timezone.now())
    except TooManySearchesError as fault:
        messages.error(request, str(fault.message))
    else:
        messages.success(
            request,
            _("You will hear of what newly answers “%(search)s”.") % {"search": filter_words(wanted)},
        )
    query = wanted.to_query()
    return redirect(reverse("exchange:listing_list") + (f"?{query}" if query else ""))


@member_required
@require_POST
def search_stop(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hear no more of it."""
    stop_following(person=person_of(request), search_id=pk)
    messages.success(request, _("You no longer follow this search."))
    return redirect("exchange:my_listings")
