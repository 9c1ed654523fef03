from django.urls import path

from maillage.portal import (
    administration,
    audience,
    demonstration,
    gallery,
    legal,
    machines,
    space,
    synonyms,
    views,
    welcome,
)
from maillage.portal.guide import guide_page
from maillage.portal.search import search_page, suggestions
from maillage.portal.search_feed import SearchFeed

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path("robots.txt", machines.robots, name="robots"),
    path("site.webmanifest", machines.web_manifest, name="web_manifest"),
    path("animation/", views.facilitation, name="facilitation"),
    path("administration/", administration.administration, name="administration"),
    path("administration/taches/", administration.jobs, name="jobs"),
    path(
        "administration/taches/<int:letter_id>/<slug:decision>/", administration.decide_job, name="decide_job"
    ),
    path("bienvenue/", welcome.welcome, name="welcome"),
    path("bienvenue/courriel/essai/", welcome.try_mail, name="try_mail"),
    path("bienvenue/terminer/", welcome.finish, name="finish_welcome"),
    path("bienvenue/<slug:slug>/", welcome.welcome_step, name="welcome_step"),
    path("demonstration/", demonstration.choose, name="demonstration"),
    path("demonstration/entrer/", demonstration.switch, name="demonstration_switch"),
    path("composants/", gallery.gallery, name="gallery"),
    path("mon-espace/", space.space, name="space"),
    path("mon-espace/nouvelles/vues/", space.mark_seen, name="mark_seen"),
    path("courriels/desabonnement/<str:token>/", space.unsubscribe, name="unsubscribe"),
    path("aide/", views.help_page, name="help"),
    path("aide/<slug:slug>/", guide_page, name="guide"),
    path("informations/mentions-legales/", legal.legal_page, {"key": "legal_notices"}, name="legal_notices"),
    path("informations/donnees-personnelles/", legal.legal_page, {"key": "privacy"}, name="privacy"),
    path("informations/accessibilite/", legal.legal_page, {"key": "accessibility"}, name="accessibility"),
    path("informations/ecoconception/", legal.legal_page, {"key": "eco_design"}, name="eco_design"),
    path("administration/pages-legales/", legal.legal_pages, name="legal_pages"),
    path("administration/pages-legales/<slug:key>/", legal.legal_edit, name="legal_edit"),
    path("administration/audience/", audience.audience, name="audience"),
    path("animation/synonymes/", synonyms.synonyms, name="synonyms"),
    path("animation/synonymes/nouveau/", synonyms.edit_synonyms, name="synonyms_add"),
    path("animation/synonymes/export.csv", synonyms.export_synonyms, name="synonyms_export"),
    path("animation/synonymes/importer/", synonyms.import_synonyms, name="synonyms_import"),
    path("animation/synonymes/vocabulaire-commun/", synonyms.reset, name="synonyms_reset"),
    path("animation/synonymes/remettre/<int:entry_id>/", synonyms.undo_removal, name="synonyms_undo"),
    path("animation/synonymes/<int:group_id>/", synonyms.edit_synonyms, name="synonyms_edit"),
    path("animation/synonymes/<int:group_id>/retirer/", synonyms.delete_synonyms, name="synonyms_delete"),
    path("recherche/", search_page, name="search"),
    path("recherche/suggestions/", suggestions, name="search_suggestions"),
    path("recherche/atom.xml", SearchFeed(), name="search_feed"),
]
