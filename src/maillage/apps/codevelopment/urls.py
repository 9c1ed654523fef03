from django.urls import path

from maillage.apps.codevelopment.views import calendars, people, programmes, sessions

app_name = "codevelopment"

LED = "codeveloppement/<int:pk>/"
HELD = "codeveloppement/seances/<int:pk>/"

urlpatterns = [
    path("codeveloppement/", programmes.programme_list, name="list"),
    path("codeveloppement/nouveau/", programmes.programme_open, name="programme_open"),
    path("codeveloppement/mes-seances.ics", calendars.own_calendar, name="own_calendar"),
    path("codeveloppement/agenda/renouveler/", calendars.calendar_renew, name="calendar_renew"),
    path(
        "codeveloppement/agenda/<str:token>/seances.ics",
        calendars.followed_calendar,
        name="followed_calendar",
    ),
    path(LED, programmes.programme_detail, name="programme"),
    path(f"{LED}modifier/", programmes.programme_change, name="programme_change"),
    path(f"{LED}terminer/", programmes.programme_end, name="programme_end"),
    path(f"{LED}composer/", programmes.programme_compose, name="programme_compose"),
    path(f"{LED}export/<slug:form>/", programmes.programme_export, name="programme_export"),
    path(f"{LED}presences/export/<slug:form>/", programmes.attendance_export, name="attendance_export"),
    path(f"{LED}rencontres/<int:number>/", programmes.meeting_schedule, name="meeting_schedule"),
    path(f"{LED}rencontres/<int:number>/absence/", programmes.meeting_absence, name="meeting_absence"),
    path(f"{LED}personnes/", people.people, name="people"),
    path(f"{LED}personnes/<int:participant_pk>/", people.participant, name="participant"),
    path(f"{LED}regles/", people.rules, name="rules"),
    path(HELD, sessions.session, name="session"),
    path(f"{HELD}preparer/", sessions.session_prepare, name="session_prepare"),
    path(f"{HELD}etapes/<slug:step>/", sessions.session_step, name="session_step"),
    path(f"{HELD}notes/", sessions.session_note, name="session_note"),
    path(f"{HELD}engagements/", sessions.session_commitments, name="session_commitments"),
    path(f"{HELD}presences/", sessions.session_attendance, name="session_attendance"),
    path(f"{HELD}seance.ics", sessions.session_calendar, name="session_calendar"),
]
