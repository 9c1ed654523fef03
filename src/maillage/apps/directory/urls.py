from django.urls import path

from maillage.apps.directory.feeds import InitiativeFeed
from maillage.apps.directory.views import (
    attachments,
    communes,
    drafts,
    editing,
    exports,
    geocoding,
    history,
    import_memory,
    imports,
    initiatives,
    involvement,
    map,
    members,
    organization_history,
    organizations,
    territories,
    themes,
    tiles,
    workflow,
)

app_name = "directory"

FICHE = "initiatives/<int:pk>-<slug:slug>/"
BODY = "structures/<int:pk>-<slug:slug>/"
_IMPORT = "animation/imports/<int:pk>/"

initiative_urls = [
    path("initiatives/", initiatives.initiative_list, name="initiative_list"),
    path("initiatives/nouvelle/", editing.initiative_create, name="initiative_create"),
    path(FICHE, initiatives.initiative_detail, name="initiative_detail"),
    path(f"{FICHE}modifier/", editing.initiative_edit, name="initiative_edit"),
    path(f"{FICHE}modifier/<slug:step>/", editing.initiative_edit, name="initiative_step"),
    path(f"{FICHE}images/", attachments.picture_add, name="picture_add"),
    path(f"{FICHE}images/<int:picture_pk>/", attachments.picture_change, name="picture_change"),
    path(f"{FICHE}documents/", attachments.document_add, name="document_add"),
    path(f"{FICHE}documents/<int:document_pk>/retirer/", attachments.document_remove, name="document_remove"),
    path(f"{FICHE}etat/", workflow.initiative_status, name="initiative_status"),
    path(f"{FICHE}proposee/", workflow.initiative_proposed, name="initiative_proposed"),
    path(f"{FICHE}historique/", history.initiative_history, name="initiative_history"),
    path(f"{FICHE}historique/<int:number>/", history.initiative_version, name="initiative_version"),
    path(f"{FICHE}historique/<int:number>/revenir/", history.version_restore, name="version_restore"),
    path(f"{FICHE}adaptations/", initiatives.adaptations, name="adaptations"),
    path(f"{FICHE}contact/<slug:kind>/", involvement.involve, name="involve"),
    path(f"{FICHE}contact/<slug:kind>/envoye/", involvement.involve_sent, name="involve_sent"),
    path(f"{FICHE}fiche.jsonld", exports.initiative_jsonld, name="initiative_jsonld"),
    path(f"{FICHE}lieux.geojson", exports.initiative_geojson, name="initiative_geojson"),
    path(f"{FICHE}fiche.pdf", exports.initiative_pdf, name="initiative_pdf"),
    path(f"{FICHE}cadre/", exports.initiative_embed, name="initiative_embed"),
    path("initiatives/flux.atom", InitiativeFeed(), name="initiative_feed"),
    path("initiatives/export/<slug:form>/", exports.initiative_export, name="initiative_export"),
    path("oembed/", exports.oembed, name="oembed"),
    path("donnees-ouvertes/", exports.open_data, name="open_data"),
    path("mon-espace/fiches/", editing.my_initiatives, name="my_initiatives"),
    path("mon-espace/fiches/export/<slug:form>/", editing.my_initiatives_file, name="my_initiatives_file"),
    path("mon-espace/messages/", involvement.involvements, name="involvements"),
    path("mon-espace/messages/export/<slug:form>/", involvement.involvements_file, name="involvements_file"),
    path("mon-espace/messages/<int:pk>/", involvement.involvement_answered, name="involvement_answered"),
    path("brouillons/<slug:key>/", drafts.draft_keep, name="draft_keep"),
    path("brouillons/<slug:key>/oublier/", drafts.draft_forget, name="draft_forget"),
]

organization_urls = [
    path("structures/", organizations.organization_list, name="organization_list"),
    path("structures/nouvelle/", organizations.organization_create, name="organization_create"),
    path("structures/export/<slug:form>/", exports.organization_export, name="organization_export"),
    path("structures/suggestions/", organizations.organization_suggestions, name="organization_suggestions"),
    path(BODY, organizations.organization_detail, name="organization_detail"),
    path(f"{BODY}modifier/", organizations.organization_edit, name="organization_edit"),
    path(f"{BODY}logo/", organizations.organization_logo, name="organization_logo"),
    path(f"{BODY}etat/", workflow.organization_status, name="organization_status"),
    path(f"{BODY}historique/", organization_history.organization_history, name="organization_history"),
    path(
        f"{BODY}historique/<int:number>/",
        organization_history.organization_version,
        name="organization_version",
    ),
    path(
        f"{BODY}historique/<int:number>/revenir/",
        organization_history.organization_restore,
        name="organization_restore",
    ),
    path(f"{BODY}membres/", members.organization_members, name="organization_members"),
    path(
        f"{BODY}membres/export/<slug:form>/",
        members.organization_members_file,
        name="organization_members_file",
    ),
    path(f"{BODY}rejoindre/", members.organization_join, name="organization_join"),
    path("adhesions/<int:pk>/", members.membership_change, name="membership_change"),
    path("invitations/<str:token>/", members.invitation, name="invitation"),
    path("agir-pour/", organizations.act_for, name="act_for"),
]

facilitation_urls = [
    path("animation/propositions/", workflow.proposals, name="proposals"),
    path("themes/", themes.themes, name="themes"),
    path("themes/nouveau/", themes.theme_edit, name="theme_create"),
    path("themes/arbre-propose/", themes.themes_default, name="themes_default"),
    path("themes/<int:pk>/", themes.theme_edit, name="theme_edit"),
    path("themes/<int:pk>/fusionner/", themes.theme_merge, name="theme_merge"),
    path("themes/<int:pk>/retirer/", themes.theme_delete, name="theme_delete"),
]

import_urls = [
    path("animation/communes/", communes.communes, name="communes"),
    path("animation/imports/", imports.import_list, name="import_list"),
    path("animation/imports/nouveau/", imports.import_start, name="import_start"),
    path("animation/imports/retenu/", import_memory.import_memory, name="import_memory"),
    path(
        "animation/imports/retenu/colonnes/<int:pk>/oublier/",
        import_memory.import_forget_recipe,
        name="import_forget_recipe",
    ),
    path(
        "animation/imports/retenu/categories/oublier/",
        import_memory.import_forget_categories,
        name="import_forget_categories",
    ),
    path(_IMPORT, imports.import_detail, name="import_detail"),
    path(f"{_IMPORT}avancement/", imports.import_progress, name="import_progress"),
    path(f"{_IMPORT}colonnes/", imports.import_mapping, name="import_mapping"),
    path(f"{_IMPORT}deviner/", imports.import_guess_again, name="import_guess_again"),
    path(f"{_IMPORT}categories/", imports.import_categories, name="import_categories"),
    path(f"{_IMPORT}doublons/", imports.import_duplicates, name="import_duplicates"),
    path(f"{_IMPORT}apercu/", imports.import_preview, name="import_preview"),
    path(f"{_IMPORT}apercu.geojson", imports.import_points, name="import_points"),
    path(f"{_IMPORT}echanger/", imports.import_exchange, name="import_exchange"),
    path(f"{_IMPORT}importer/", imports.import_apply, name="import_apply"),
    path(f"{_IMPORT}bilan.<str:ending>", imports.import_report, name="import_report"),
    path(f"{_IMPORT}annuler/", imports.import_undo, name="import_undo"),
    path(f"{_IMPORT}reprendre/", imports.import_resume, name="import_resume"),
    path(f"{_IMPORT}retirer/", imports.import_delete, name="import_delete"),
]

territory_urls = [
    path("territoires/", territories.territory_list, name="territory_list"),
    path("territoires/nouveau/", territories.territory_edit, name="territory_create"),
    path("territoires/<slug:slug>/", territories.territory_detail, name="territory"),
    path("territoires/<slug:slug>/modifier/", territories.territory_edit, name="territory_edit"),
    path("territoires/<slug:slug>/retirer/", territories.territory_delete, name="territory_delete"),
    path("territoires/<slug:slug>/dessin.geojson", territories.territory_drawing, name="territory_drawing"),
    path("communes/<slug:insee_code>/", territories.commune_detail, name="commune"),
    path("communes/<slug:insee_code>/dessin.geojson", territories.commune_drawing, name="commune_drawing"),
]

map_urls = [
    path("carte/", map.map_page, name="map"),
    path("carte/adresses/", geocoding.addresses, name="addresses"),
    path("carte/apercu.svg", map.glimpse_drawing, name="glimpse"),
    path("carte/ici/", map.here, name="here"),
    path("carte/fond.geojson", map.ground, name="ground"),
    path("carte/tuiles/<int:zoom>/<int:x>/<int:y>", tiles.tile, name="tile"),
]

urlpatterns = [
    *map_urls,
    *territory_urls,
    *initiative_urls,
    *organization_urls,
    *facilitation_urls,
    *import_urls,
]
