"""The list of needs and offers, the page of one, and one's own."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maillage.apps.accounts.access import is_facilitator, is_signed_in, member_required, person_of
from maillage.apps.accounts.models import Person
from maillage.apps.directory.queries.themes import theme_tree
from maillage.apps.exchange.access import (
    can_publish_listing,
    get_listing_for,
    get_listing_to_match,
    listings_of,
)
from maillage.apps.exchange.choices import SHOWN, Audience, Direction, Motive, Status
from maillage.apps.exchange.exports import OWN_HEADERS, own_rows
from maillage.apps.exchange.forms import ListingFilterForm, OwnFilterForm, parse_listing_filter
from maillage.apps.exchange.models import Listing, Outcome, Proposal
from maillage.apps.exchange.queries.following import filter_of, filter_words, searches_of
from maillage.apps.exchange.queries.initiatives import initiatives_near
from maillage.apps.exchange.queries.kept_pool import is_indexed
from maillage.apps.exchange.queries.listings import filter_listings, freshest, own_asked
from maillage.apps.exchange.queries.matching import CARD_LISTS, CARD_PARTS, alone, best_for, with_page
from maillage.apps.exchange.queries.owners import owner_name
from maillage.apps.exchange.queries.proposals import proposals_to, replies_to
from maillage.apps.exchange.queries.towns import commune_names
from maillage.apps.exchange.queries.wording import euros, said_words
from maillage.apps.exchange.views.cards import (
    facts_of,
    listing_cards,
    listing_crumbs,
    listing_url,
    match_card,
    owner_url,
)
from maillage.apps.exchange.views.towns import towns_typed
from maillage.kernel.http.fragments import asks_for
from maillage.kernel.rooms.panels import panels_for
from maillage.kernel.tables.leaving import table_links, table_response
from maillage.kernel.ui.markdown import plain_text, render_markdown

PAGE_SIZE = 24
MATCHES_SHOWN = 10
PROPOSALS_PER_PAGE = 10
REPLIES_PER_PAGE = 20
EXPORTS = (("csv", "CSV"), ("xlsx", "Excel"), ("murmurations", "Murmurations"))


def listing_list(request: HttpRequest) -> HttpResponse:
    tree = theme_tree()
    wanted = parse_listing_filter(request.GET, tree)
    found = filter_listings(wanted, is_member=is_signed_in(request.user))
    page = Paginator(freshest(found), PAGE_SIZE).get_page(request.GET.get("page"))
    here, query = reverse("exchange:listing_list"), wanted.to_query()
    tabs = [
        (label, f"{here}?{other}" if (other := wanted.turned(direction).to_query()) else here, is_current)
        for label, direction, is_current in wanted.directions()
    ]
    exports = [
        (label, reverse("exchange:listing_export", args=[form]) + (f"?{query}" if query else ""))
        for form, label in EXPORTS
    ]
    towns = towns_typed(request)
    context = {
        "page_obj": page,
        "total": page.paginator.count,
        "cards": listing_cards(page),
        "form": ListingFilterForm(initial=wanted.to_initial(), tree=tree, commune_typed=towns.typed),
        **towns.context,
        "is_filtered": wanted.is_narrow,
        "is_narrow": wanted.is_narrow or bool(wanted.direction),
        "tabs": tabs,
        "exports": exports,
        "feeds": _feeds(query),
        "map_url": reverse("exchange:listing_map") + (f"?{query}" if query else ""),
        "asked": [(name, value) for name, value in wanted.to_initial().items() if value],
        "can_follow": is_signed_in(request.user),
    }
    return render(request, "exchange/listings.html", context)


def _feeds(query: str) -> list[tuple[str, str]]:
    """(name, address) of the feeds of a filter."""
    ways = ((_("Atom feed"), "exchange:listing_feed"), (_("RSS feed"), "exchange:listing_rss"))
    return [(label, reverse(name) + (f"?{query}" if query else "")) for label, name in ways]


def listing_detail(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    listing = get_listing_for(request.user, pk, read=with_page)
    if slug != listing.slug:
        return redirect(listing_url(listing))
    manages = listing.is_own or is_facilitator(request.user)
    criteria = sorted(listing.criteria.all(), key=lambda each: each.rank)
    context = {
        "listing": listing,
        "crumbs": listing_crumbs(listing),
        "description": plain_text(listing.text)[:200],
        "text_html": render_markdown(listing.text, heading_level=3) if listing.text else "",
        "conditions_html": render_markdown(listing.conditions, heading_level=3) if listing.conditions else "",
        "criteria": [said_words(each) for each in criteria],
        "facts": facts_of(listing),
        "owner": owner_name(listing),
        "owner_url": owner_url(listing),
        "is_project": listing.initiative_id is not None,
        "is_shown": listing.status in SHOWN,
        "can_manage": manages,
        "can_publish": manages and (not listing.awaits_word or can_publish_listing(request.user, listing)),
        "can_reply": listing.status in SHOWN and not listing.is_own,
        "panels": panels_for(request, "listing", listing=listing),
        "profile_url": _profile_url(listing),
    }
    # Looking through the index takes as many queries as the rest: only a visitor's page, the lightest, does it itself.
    helped, apart = listing.is_need and (manages or listing.status in SHOWN), is_signed_in(request.user)
    context["looks_for_initiatives"] = helped and apart
    context["initiatives"] = _initiatives(listing) if helped and not apart else []
    if manages:
        context |= _for_owner(listing, request.GET.get("reponses"))
        context["looks_for_matches"] = listing.status in (*SHOWN, Status.DRAFT)
    return render(request, "exchange/listing.html", context)


def _profile_url(listing: Listing) -> str:
    """The address of its Murmurations profile; none for what everybody may not find."""
    if listing.status not in SHOWN or listing.audience != Audience.PUBLIC:
        return ""
    return reverse("exchange:listing_murmurations", args=[listing.pk, listing.slug])


def _for_owner(listing: Any, replies_page: str | None) -> dict[str, object]:
    """What the owner of a listing read by `with_page` also finds on its page: its replies, its outcome."""
    outcome: Outcome | None = getattr(listing, "outcome", None)
    replies = Paginator(replies_to(listing), REPLIES_PER_PAGE)
    replies.count = listing.replies_count
    return {
        "replies": replies.get_page(replies_page),
        "outcome": outcome,
        "worth": euros(outcome.worth_cents) if outcome else "",
        "told_count": listing.told_count,
    }


def _initiatives(listing: Listing) -> list[tuple[str, str, str, str]]:
    """(title, address, summary, the words in common) of the initiatives that may help with a need."""
    return [
        (
            near.initiative.title,
            reverse("directory:initiative_detail", args=[near.initiative.pk, near.initiative.slug]),
            near.initiative.summary,
            _("Same words: %(words)s") % {"words": ", ".join(near.words)},
        )
        for near in initiatives_near(listing)
    ]


@member_required
@require_safe
def listing_matches(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """What may meet a need or an offer, for those who look after it; its page asks for this part once it is there."""
    listing = get_listing_to_match(request.user, pk)
    found = []
    if listing.status in (*SHOWN, Status.DRAFT):
        found = best_for(listing, today=timezone.localdate(), limit=MATCHES_SHOWN)
    here = _("Offers that may meet it") if listing.is_need else _("Needs that it may meet")
    context = {
        "listing": listing,
        "crumbs": listing_crumbs(listing, here),
        "title": here,
        "matches": [match_card(each) for each in found],
        "is_indexed": bool(found) or is_indexed(),
        "motives": Motive.choices,
    }
    return _part(request, "exchange/matches.html", "pistes", context)


@require_safe
def listing_initiatives(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The initiatives that may help with a need; its page asks for this part once it is there."""
    listing = get_listing_for(request.user, pk, read=alone)
    if not listing.is_need:
        raise Http404
    context = {
        "listing": listing,
        "crumbs": listing_crumbs(listing, _("Initiatives that may help")),
        "initiatives": _initiatives(listing),
    }
    return _part(request, "exchange/initiatives.html", "initiatives", context)


def _part(request: HttpRequest, template: str, part: str, context: dict[str, Any]) -> HttpResponse:
    """The part alone for htmx, a page for who follows the link."""
    answered = render(request, f"{template}#{part}" if asks_for(request, part) else template, context)
    answered["Vary"] = "HX-Request, HX-Target, Cookie"
    return answered


@member_required
def my_listings(request: HttpRequest) -> HttpResponse:
    """One's needs and offers, and what was signalled to them."""
    own = listings_of(request.user)
    asked = OwnFilterForm.read(request)
    found = own_asked(own, **asked.wanted).select_related(*CARD_PARTS).order_by("-updated_at", "-pk")
    counts = dict(found.order_by().values_list("direction").annotate(Count("pk")))
    needs, offers = (
        _page_of(found.filter(direction=direction), counts.get(direction, 0), request.GET.get(name))
        for direction, name in ((Direction.NEED, "besoins"), (Direction.OFFER, "offres"))
    )
    prefetch_related_objects([*needs, *offers], *CARD_LISTS)
    waiting = proposals_to(own).filter(listing__status__in=SHOWN, to__status__in=SHOWN)
    signalled = Paginator(waiting, PROPOSALS_PER_PAGE).get_page(request.GET.get("pistes"))
    context = {
        "has_any": bool(needs) or bool(offers) or bool(asked.wanted),
        "needs": listing_cards(needs),
        "offers": listing_cards(offers),
        "needs_page": needs,
        "offers_page": offers,
        "proposals": [
            (proposal, listing_url(proposal.listing), _reply_address(proposal)) for proposal in signalled
        ],
        "proposals_page": signalled,
        **asked.context,
        "exports": table_links(request, "exchange:my_listings_file"),
        "motives": Motive.choices,
        "searches": _followed(person_of(request)),
    }
    return render(request, "exchange/my_listings.html", context)


def _page_of(found: QuerySet[Listing], count: int, number: str | None) -> Page[Listing]:
    """The page of a list that was counted already."""
    paginator = Paginator(found, PAGE_SIZE)
    paginator.__dict__["count"] = count
    return paginator.get_page(number)


@member_required
def my_listings_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """One's needs and offers, as the page shows them, as a table."""
    found = own_asked(listings_of(request.user), **OwnFilterForm.read(request).wanted)
    return table_response(form, "mes-besoins-et-offres", OWN_HEADERS, own_rows(found))


def _reply_address(proposal: Proposal) -> str:
    path = reverse("exchange:listing_reply", args=[proposal.listing.pk, proposal.listing.slug])
    return f"{path}?depuis={proposal.to_id}"


def _followed(person: Person) -> list[tuple[int, str, str, list[tuple[str, str]]]]:
    """(id, words, address, feeds) of each search that the person follows."""
    here = reverse("exchange:listing_list")
    searches = [(saved, filter_of(saved)) for saved in searches_of(person)]
    towns = commune_names(wanted.commune for _saved, wanted in searches)
    return [
        (
            saved.pk,
            filter_words(wanted, towns),
            f"{here}?{saved.query}" if saved.query else here,
            _feeds(saved.query),
        )
        for saved, wanted in searches
    ]
