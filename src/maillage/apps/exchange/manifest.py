from django.utils.translation import gettext_lazy as _

from maillage.apps.exchange.queries import search
from maillage.apps.exchange.views import panels
from maillage.kernel.rooms.manifest import (
    FACILITATOR,
    MEMBER,
    NavigationItem,
    NotificationKind,
    Panel,
    RoomManifest,
    SearchProvider,
)

MANIFEST = RoomManifest(
    name="exchange",
    label=_("Needs and offers"),
    description=_("What members look for and what they can give, brought together with reasons."),
    icon="handshake",
    notification_kinds=(
        NotificationKind(
            key="exchange.match",
            label=_("Needs and offers that meet mine"),
            description=_("When somebody says a need that your offer may meet, or an offer for your need."),
        ),
        NotificationKind(
            key="exchange.saved",
            label=_("What answers the searches that I follow"),
            description=_("When needs or offers newly answer a filter of the list that you follow."),
        ),
        NotificationKind(
            key="exchange.agreed",
            label=_("It is agreed with me"),
            description=_("When the owner of a need or an offer settles it with you."),
            rhythm="at_once",
        ),
        NotificationKind(
            key="exchange.freshness",
            label=_("My needs and offers that will end soon"),
            description=_("A week before they are hidden, to say whether they still hold."),
            rhythm="at_once",
        ),
        NotificationKind(
            key="exchange.unheard",
            label=_("Needs and offers that nobody looks after"),
            description=_("When something meets them, and there is nobody to tell."),
            role=FACILITATOR,
        ),
    ),
    navigation=(
        NavigationItem(
            label=_("Needs and offers"), url_name="exchange:listing_list", icon="handshake", rank=35
        ),
        NavigationItem(
            label=_("My needs and offers"),
            url_name="exchange:my_listings",
            icon="handshake",
            role=MEMBER,
            place="space",
            rank=55,
            description=_("What you look for and give, and what may meet it."),
        ),
    ),
    panels=(
        Panel(page="home", template_name="exchange/panels/home.html", context=panels.home, rank=30),
        Panel(page="map", template_name="exchange/panels/map.html", context=panels.map_page, rank=30),
        Panel(
            page="organization",
            template_name="exchange/panels/owner.html",
            context=panels.organization,
            rank=40,
        ),
        Panel(
            page="initiative",
            template_name="exchange/panels/owner.html",
            context=panels.initiative,
            rank=30,
        ),
        Panel(page="space", template_name="exchange/panels/space.html", context=panels.space, rank=30),
    ),
    search_providers=(
        SearchProvider(
            kind="listing",
            label=_("Needs and offers"),
            documents=search.listing_documents,
            all_ids=search.all_listing_ids,
        ),
    ),
    audit_verbs={
        "listing.create": _("began a need or an offer"),
        "listing.update": _("changed a need or an offer"),
        "listing.restore": _("returned to an older version of a need or an offer"),
        "listing.criteria": _("confirmed what can be measured in a need or an offer"),
        "listing.open": _("published a need or an offer"),
        "listing.draft": _("put a need or an offer back to draft"),
        "listing.in_discussion": _("answered a need or an offer"),
        "listing.agreed": _("agreed on a need or an offer"),
        "listing.satisfied": _("noted that a need or an offer is met"),
        "listing.withdrawn": _("withdrew a need or an offer"),
        "listing.expired": _("hid a need or an offer that nobody confirmed"),
        "listing.renew": _("said that a need or an offer still holds"),
    },
    url_namespaces=("exchange",),
)
