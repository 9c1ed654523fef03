from django.urls import path

from maillage.apps.knowledge.views import (
    cooperations,
    exports,
    graph,
    joining,
    maps,
    statements,
    terms,
    workshops,
)

app_name = "knowledge"

TERM = "savoirs/mots/<int:pk>-<slug:slug>/"
BODY = "savoirs/structures/<int:pk>-<slug:slug>/"
LED = "savoirs/ateliers/<int:pk>/"
JOINED = "atelier/<str:code>/"

urlpatterns = [
    path("savoirs/", maps.knowledge_list, name="list"),
    path("savoirs/carte/", maps.knowledge_map, name="map"),
    path("savoirs/carte/points.json", graph.graph_data, name="graph"),
    path("savoirs/carte/point/", graph.graph_card, name="graph_card"),
    path("savoirs/lecture/", maps.map_reading, name="reading"),
    path("savoirs/qui-sait/", maps.who_knows, name="who_knows"),
    path("savoirs/noms/<slug:what>/", maps.proposals, name="proposals"),
    path(f"{TERM}export/<slug:form>/", exports.term_sayers, name="term_export"),
    path("savoirs/export/<slug:form>/", exports.knowledge_export, name="export"),
    path("savoirs/affiche.svg", exports.poster_svg, name="poster_svg"),
    path("savoirs/affiche.pdf", exports.poster_pdf, name="poster_pdf"),
    path("savoirs/mots/", terms.term_list, name="terms"),
    path("savoirs/mots/export/<slug:form>/", terms.term_export, name="terms_export"),
    path("savoirs/mots/proches/", terms.near, name="near"),
    path("savoirs/mots/separer/<int:pk>/", terms.merge_undo, name="merge_undo"),
    path(TERM, terms.term_detail, name="term"),
    path(f"{TERM}modifier/", terms.term_edit, name="term_edit"),
    path(f"{TERM}reunir/", terms.term_merge, name="term_merge"),
    path("savoirs/les-notres/", statements.mine, name="mine"),
    path("savoirs/cooperations/", cooperations.cooperation_list, name="cooperations"),
    path(
        "savoirs/cooperations/export/<slug:form>/",
        cooperations.cooperations_export,
        name="cooperations_export",
    ),
    path(BODY, statements.organization_knowledge, name="organization"),
    path(f"{BODY}ajouter/", statements.statement_add, name="statement_add"),
    path("savoirs/dits/<int:pk>/retirer/", statements.statement_withdraw, name="statement_withdraw"),
    path("savoirs/dits/<int:pk>/vu/", statements.statement_endorse, name="statement_endorse"),
    path("savoirs/dits/<int:pk>/plus-vu/", statements.statement_unendorse, name="statement_unendorse"),
    path("savoirs/ateliers/", workshops.workshop_list, name="workshops"),
    path("savoirs/ateliers/export/<slug:form>/", workshops.workshops_export, name="workshops_export"),
    path("savoirs/ateliers/nouveau/", workshops.workshop_open, name="workshop_open"),
    path(LED, workshops.workshop_detail, name="workshop"),
    path(f"{LED}export/<slug:form>/", workshops.workshop_record, name="workshop_record"),
    path(f"{LED}mur/", workshops.wall, name="wall"),
    path(f"{LED}groupes/", workshops.workshop_groups, name="workshop_groups"),
    path(f"{LED}places/", workshops.workshop_seats, name="workshop_seats"),
    path(f"{LED}code/", workshops.workshop_code, name="workshop_code"),
    path(f"{LED}papier.pdf", workshops.paper, name="workshop_paper"),
    path(f"{LED}terminer/", workshops.workshop_end, name="workshop_end"),
    path("atelier/", joining.enter, name="enter"),
    path(JOINED, joining.join, name="join"),
    path(f"{JOINED}place/", joining.seat, name="seat"),
    path(f"{JOINED}entretien/<int:pk>/<slug:kind>/", joining.interview, name="interview"),
    path(f"{JOINED}mots/<int:pk>/retirer/", joining.words_remove, name="words_remove"),
]
