from django.urls import path

from maillage.apps.exchange.feeds import ListingFeed, ListingRssFeed
from maillage.apps.exchange.views import exports, following, history, listings, map, meeting, writing

app_name = "exchange"

ONE = "besoins-et-offres/<int:pk>-<slug:slug>/"

urlpatterns = [
    path("besoins-et-offres/", listings.listing_list, name="listing_list"),
    path("besoins-et-offres/carte/", map.listing_map, name="listing_map"),
    path("besoins-et-offres/carte/ici/", map.listings_here, name="listings_here"),
    path(
        "besoins-et-offres/carte/tuiles/<int:zoom>/<int:x>/<int:y>", map.listing_tiles, name="listing_tiles"
    ),
    path("besoins-et-offres/flux.atom", ListingFeed(), name="listing_feed"),
    path("besoins-et-offres/flux.rss", ListingRssFeed(), name="listing_rss"),
    path("besoins-et-offres/suivre/", following.search_follow, name="search_follow"),
    path("besoins-et-offres/export/<slug:form>/", exports.listing_export, name="listing_export"),
    path("besoins-et-offres/nouveau/", writing.listing_create, name="listing_create"),
    path(ONE, listings.listing_detail, name="listing_detail"),
    path(f"{ONE}murmurations.json", exports.listing_murmurations, name="listing_murmurations"),
    path(f"{ONE}historique/", history.listing_history, name="listing_history"),
    path(f"{ONE}historique/<int:number>/", history.listing_version, name="listing_version"),
    path(f"{ONE}historique/<int:number>/revenir/", history.listing_restore, name="listing_restore"),
    path(f"{ONE}modifier/", writing.listing_edit, name="listing_edit"),
    path(f"{ONE}criteres/", writing.listing_criteria, name="listing_criteria"),
    path(f"{ONE}etat/", writing.listing_status, name="listing_status"),
    path(f"{ONE}conclu/", writing.listing_satisfied, name="listing_satisfied"),
    path(f"{ONE}retirer/", writing.listing_withdrawn, name="listing_withdrawn"),
    path(f"{ONE}repondre/", meeting.listing_reply, name="listing_reply"),
    path(f"{ONE}accord/", meeting.listing_agree, name="listing_agree"),
    path(f"{ONE}initiatives/", listings.listing_initiatives, name="listing_initiatives"),
    path(f"{ONE}pistes/", listings.listing_matches, name="listing_matches"),
    path(f"{ONE}pistes/ecarter/", meeting.match_refuse, name="match_refuse"),
    path(
        "mon-espace/besoins-et-offres/recherches/<int:pk>/arreter/", following.search_stop, name="search_stop"
    ),
    path("mon-espace/besoins-et-offres/", listings.my_listings, name="my_listings"),
    path(
        "mon-espace/besoins-et-offres/export/<slug:form>/", listings.my_listings_file, name="my_listings_file"
    ),
    path("mon-espace/besoins-et-offres/pistes/<int:pk>/", meeting.proposal_refuse, name="proposal_refuse"),
]
