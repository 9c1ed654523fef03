from django.urls import path

from maillage.apps.barter.views import (
    agreement,
    bulk,
    circle,
    circles,
    confirming,
    counter,
    credit,
    interviews,
    leading,
    loops,
    members,
    statements,
    transfers,
)

app_name = "barter"

ONE = "troc/<int:pk>/"
MEMBER = f"{ONE}membres/<int:member_pk>/"
HELD = f"{ONE}entretiens/<int:interview_pk>/"
LOOP = f"{ONE}boucles/<int:loop_pk>/"
ACCOUNT = f"{ONE}comptes/<int:account_pk>/"

urlpatterns = [
    path("troc/", circles.circle_list, name="list"),
    path("troc/nouveau/", circles.circle_open, name="circle_open"),
    path(ONE, circle.circle_detail, name="circle"),
    path(f"{ONE}modifier/", circles.circle_change, name="circle_change"),
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
    path(f"{ONE}boucles/", loops.loops, name="loops"),
    path(f"{ONE}boucles/chercher/", loops.loops_search, name="loops_search"),
    path(LOOP, loops.loop, name="loop"),
    path(f"{LOOP}<int:member_pk>/accepter/", loops.loop_accept, name="loop_accept"),
    path(f"{LOOP}<int:member_pk>/refuser/", loops.loop_refuse, name="loop_refuse"),
    path("troc/confirmer/<str:token>/", confirming.confirm, name="confirm"),
    path(f"{ONE}comptes/", credit.credit, name="credit"),
    path(f"{ONE}comptes/regles/", leading.rules, name="credit_rules"),
    path(ACCOUNT, credit.account, name="account"),
    path(f"{ACCOUNT}plusieurs/", credit.several, name="several"),
    path(f"{ACCOUNT}sans-valeur/", credit.plain, name="plain"),
    path(f"{ACCOUNT}demandes/", credit.acceptance, name="acceptance"),
    path(f"{ACCOUNT}limites/", leading.limits, name="limits"),
    path(f"{ACCOUNT}fichier/", bulk.bulk, name="bulk"),
    path(f"{ACCOUNT}fichier/modele/", bulk.bulk_model, name="bulk_model"),
    path(f"{ACCOUNT}qr/", counter.counter, name="counter"),
    path(f"{ACCOUNT}releve/", statements.statement, name="statement"),
    path(f"{ACCOUNT}releve.<slug:form>", statements.statement_file, name="statement_file"),
    path(f"{ACCOUNT}noter/<slug:way>/", credit.deal, name="deal"),
    path(f"{ONE}echanges/", statements.exchanges, name="exchanges"),
    path(f"{ONE}echanges.<slug:form>", statements.exchanges_file, name="exchanges_file"),
    path(f"{ONE}echanges/<int:transfer_pk>/", transfers.transfer, name="transfer"),
    path(f"{ONE}echanges/<int:transfer_pk>/suite/", transfers.transfer_end, name="transfer_end"),
    path(f"{ONE}participation/", statements.participation, name="participation"),
    path("troc/payer/<str:token>/", counter.counter_pay, name="counter_pay"),
]
