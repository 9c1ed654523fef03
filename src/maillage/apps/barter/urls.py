from django.urls import path

from maillage.apps.barter.views import (
    agreement,
    circle,
    circles,
    clearing,
    confirming,
    debts,
    interviews,
    members,
)

app_name = "barter"

ONE = "troc/<int:pk>/"
MEMBER = f"{ONE}membres/<int:member_pk>/"
HELD = f"{ONE}entretiens/<int:interview_pk>/"

urlpatterns = [
    path("troc/", circles.circle_list, name="list"),
    path("troc/nouveau/", circles.circle_open, name="circle_open"),
    path(ONE, circle.circle_detail, name="circle"),
    path(f"{ONE}modifier/", circles.circle_change, name="circle_change"),
    path(f"{ONE}fiche-equipe.pdf", circle.circle_sheet, name="circle_sheet"),
    path(f"{ONE}accord/", agreement.agreement, name="agreement"),
    path(f"{ONE}accord/nouveau/", agreement.agreement_publish, name="agreement_publish"),
    path(f"{ONE}accord/<int:number>/", agreement.agreement_version, name="agreement_version"),
    path(f"{ONE}adherer/", agreement.join, name="join"),
    path(f"{ONE}membres/", members.members, name="members"),
    path(MEMBER, members.member, name="member"),
    path(f"{MEMBER}etat/", members.member_state, name="member_state"),
    path(f"{MEMBER}depart/", members.member_leave, name="member_leave"),
    path(f"{ONE}entretiens/", interviews.interviews, name="interviews"),
    path(f"{MEMBER}entretien/", interviews.interview_start, name="interview_start"),
    path(HELD, interviews.interview, name="interview"),
    path(f"{HELD}visite/", interviews.interview_visit, name="interview_visit"),
    path(f"{HELD}abandonner/", interviews.interview_drop, name="interview_drop"),
    path(f"{HELD}<slug:step>/", interviews.interview_step, name="interview_step"),
    path(f"{HELD}<slug:step>/<int:item_pk>/", interviews.interview_item, name="interview_item"),
    path(f"{ONE}dettes/", debts.debts, name="debts"),
    path(f"{ONE}dettes/nouvelle/", debts.debt_enter, name="debt_enter"),
    path(f"{ONE}dettes/importer/", debts.debt_import, name="debt_import"),
    path(f"{ONE}dettes/<int:debt_pk>/<slug:step>/", debts.debt_answer, name="debt_answer"),
    path(f"{ONE}lots/", clearing.batches, name="batches"),
    path(f"{ONE}lots/proposer/", clearing.batch_propose, name="batch_propose"),
    path(f"{ONE}lots/<int:batch_pk>/", clearing.batch, name="batch"),
    path(f"{ONE}lots/<int:batch_pk>/avis/<int:member_pk>/", clearing.notice_pdf, name="batch_notice"),
    path(f"{ONE}lots/<int:batch_pk>/reponse/<int:member_pk>/", clearing.batch_answer, name="batch_answer"),
    path(f"{ONE}lots/<int:batch_pk>/<slug:step>/", clearing.batch_end, name="batch_end"),
    path("troc/confirmer/<str:token>/", confirming.confirm, name="confirm"),
]
