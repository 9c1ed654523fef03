from django.urls import path

from maillage.apps.accounts.views import arrival, journal, people, space

app_name = "accounts"
urlpatterns = [
    path("administration/personnes/", people.people, name="people"),
    path("administration/personnes/export/<slug:form>/", people.people_file, name="people_file"),
    path("administration/personnes/inscriptions/", people.registration, name="registration"),
    path("administration/personnes/<int:person_id>/", people.person, name="person"),
    path("administration/personnes/<int:person_id>/fermer/", people.deactivate, name="deactivate"),
    path("administration/personnes/<int:person_id>/rouvrir/", people.reactivate, name="reactivate"),
    path(
        "administration/personnes/<int:person_id>/deux-etapes/",
        people.remove_second_factor,
        name="remove_second_factor",
    ),
    path("administration/journal/", journal.journal_page, name="journal"),
    path("administration/journal.<slug:form>", journal.journal_file, name="journal_file"),
    path("animation/invitations/", people.invitations, name="invitations"),
    path("animation/invitations/<int:invitation_id>/retirer/", people.revoke, name="revoke_invitation"),
    path("invitation/<str:token>/", arrival.invitation, name="invitation"),
    path("bienvenue/premier/<str:token>/", arrival.first_administrator, name="first_administrator"),
    path("mon-espace/proteger/", arrival.protect, name="protect"),
    path("mon-espace/profil/", space.profile, name="profile"),
    path("mon-espace/notifications/", space.notifications, name="notifications"),
    path("mon-espace/securite/", space.security, name="security"),
    path("mon-espace/securite/ailleurs/", space.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("mon-espace/donnees/", space.data, name="data"),
    path("mon-espace/donnees/archive/", space.data_export, name="data_export"),
    path("mon-espace/donnees/effacer/", space.erasure, name="erasure"),
    path("mon-espace/donnees/garder/", space.erasure_cancel, name="erasure_cancel"),
]
