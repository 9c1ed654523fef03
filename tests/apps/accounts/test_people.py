"""Roles, invitations and the people page: who may do what, and what forged requests get."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from maillage.apps.accounts.actions import people as actions
from maillage.apps.accounts.actions.first_administrator import (
    LinkOverError,
    mint_first_administrator_link,
    name_first_administrator,
)
from maillage.apps.accounts.actions.invitations import InvitationOverError, accept_invitation, invite_person
from maillage.apps.accounts.models import Invitation, Person
from maillage.kernel.audit.models import AuditEntry
from maillage.kernel.site.models import SiteSettings
from tests.apps.accounts.conftest import NOW, People
from tests.exported import csv_rows, xlsx_rows

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]

FOR_ADMINISTRATORS = [
    "/administration/personnes/",
    "/administration/personnes/export/csv/",
    "/administration/journal/",
    "/administration/journal.csv",
    "/administration/journal.xlsx",
]
FOR_FACILITATORS = ["/animation/invitations/"]


@pytest.mark.parametrize("address", FOR_ADMINISTRATORS + FOR_FACILITATORS)
def test_visitors_are_led_to_sign_in_and_members_find_nothing(
    client: Client, people: People, address: str
) -> None:
    assert client.get(address)["Location"].startswith("/compte/connexion/?next=")
    client.force_login(people("member"))
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", FOR_ADMINISTRATORS)
def test_facilitators_do_not_administer(signed_in: SignIn, address: str) -> None:
    assert signed_in("facilitator").get(address).status_code == 404


@pytest.mark.parametrize("role", ["member", "facilitator"])
@pytest.mark.parametrize("act", ["", "fermer/", "rouvrir/", "deux-etapes/"])
def test_forged_requests_change_nobody(signed_in: SignIn, people: People, role: str, act: str) -> None:
    client = signed_in(role, email="moi@exemple.fr")
    me = Person.objects.get(email="moi@exemple.fr")
    assert (
        client.post(f"/administration/personnes/{me.pk}/{act}", {"role": "administrator"}).status_code == 404
    )
    me.refresh_from_db()
    assert (me.role, me.is_active) == (role, True)


def test_the_profile_form_gives_no_role(signed_in: SignIn) -> None:
    client = signed_in("member", email="moi@exemple.fr")
    client.post("/mon-espace/profil/", {"name": "Moi", "role": "administrator", "is_active": "1"})
    assert Person.objects.get().role == "member"


def test_a_role_changes_and_the_journal_says_so(signed_in: SignIn, people: People) -> None:
    client = signed_in("administrator")
    bob = people(email="bob@exemple.fr")
    client.post(f"/administration/personnes/{bob.pk}/", {"role": "facilitator"})
    bob.refresh_from_db()
    assert bob.role == "facilitator"
    line = AuditEntry.objects.newest_first()[0]
    assert (line.verb, line.target_label, line.details) == (
        "person.change_role",
        "Bob",
        {"from": "member", "to": "facilitator"},
    )


def test_the_last_administrator_stays(signed_in: SignIn) -> None:
    client = signed_in("administrator")
    me = Person.objects.get()
    page = client.post(f"/administration/personnes/{me.pk}/", {"role": "member"})
    assert page.status_code == 200
    client.post(f"/administration/personnes/{me.pk}/fermer/")
    me.refresh_from_db()
    assert (me.role, me.is_active) == ("administrator", True)


def test_closed_administrators_do_not_count(people: People) -> None:
    me, other = people("administrator", email="a@exemple.fr"), people("administrator", email="b@exemple.fr")
    actions.deactivate_person(actor=me, person_id=other.pk, now=NOW)
    with pytest.raises(actions.LastAdministratorError):
        actions.change_role(actor=me, person_id=me.pk, role="member", now=NOW)


def test_closing_an_account_ends_its_sessions(people: People, client: Client) -> None:
    administrator, bob = (
        people("administrator"),
        people(email="bob@exemple.fr", password="quatre mots sans suite"),
    )
    client.post("/compte/connexion/", {"login": "bob@exemple.fr", "password": "quatre mots sans suite"})
    assert client.get("/mon-espace/").status_code == 200
    actions.deactivate_person(actor=administrator, person_id=bob.pk, now=NOW)
    assert client.get("/mon-espace/").status_code == 302


def invitation_path() -> str:
    found = re.search(r"/invitation/[\w-]+/", mail.outbox[-1].body)
    assert found
    return found.group()


def test_an_invitation_opens_one_account_once(signed_in: SignIn) -> None:
    client = signed_in("facilitator")
    client.post(
        "/animation/invitations/", {"email": "Zoe@Exemple.fr", "role": "member", "message": "Bienvenue"}
    )
    path = invitation_path()
    guest = Client()
    assert guest.get(path).status_code == 200
    guest.post(path, {"name": "Zoé"})
    assert guest.get("/mon-espace/").status_code == 200
    assert Person.objects.get(email="zoe@exemple.fr").role == "member"
    again = Client()
    assert again.get(path).status_code == 410
    assert again.post(path, {"name": "Autre"}).status_code == 410
    assert Person.objects.count() == 2


def test_a_facilitator_cannot_invite_an_administrator(signed_in: SignIn) -> None:
    client = signed_in("facilitator")
    client.post("/animation/invitations/", {"email": "zoe@exemple.fr", "role": "administrator"})
    assert not Invitation.objects.exists()


def test_whoever_lost_the_role_no_longer_gives_it(people: People) -> None:
    ana, other = (
        people("administrator", email="ana@exemple.fr"),
        people("administrator", email="b@exemple.fr"),
    )
    now = timezone.now()
    invite_person(actor=ana, email="zoe@exemple.fr", role="administrator", now=now)
    token = invitation_path().split("/")[2]
    actions.change_role(actor=other, person_id=ana.pk, role="member", now=now)
    assert accept_invitation(token=token, name="Zoé", now=now).role == "member"


def test_invitations_end(people: People) -> None:
    ana = people("facilitator")
    now = timezone.now()
    invite_person(actor=ana, email="zoe@exemple.fr", role="member", now=now)
    token = invitation_path().split("/")[2]
    with pytest.raises(InvitationOverError):
        accept_invitation(token=token, name="Zoé", now=now + timedelta(days=15))
    invite_person(actor=ana, email="zoe@exemple.fr", role="member", now=now)
    with pytest.raises(InvitationOverError):  # the second one took its place
        accept_invitation(token=token, name="Zoé", now=now)


def test_a_withdrawn_invitation_is_over(signed_in: SignIn) -> None:
    client = signed_in("facilitator")
    client.post("/animation/invitations/", {"email": "zoe@exemple.fr", "role": "member"})
    client.post(f"/animation/invitations/{Invitation.objects.get().pk}/retirer/")
    assert Client().get(invitation_path()).status_code == 410


def test_tokens_are_not_kept(people: People) -> None:
    invite_person(actor=people("facilitator"), email="zoe@exemple.fr", role="member", now=timezone.now())
    token = invitation_path().split("/")[2]
    assert token not in str(Invitation.objects.values().get())


def test_the_first_administrator_is_named_once(client: Client) -> None:
    token = mint_first_administrator_link(now=timezone.now())
    path = f"/bienvenue/premier/{token}/"
    assert client.get(path).status_code == 200
    client.post(path, {"name": "Ana", "email": "ana@exemple.fr"})
    person = Person.objects.get()
    assert (person.role, person.emailaddress_set.get().verified) == ("administrator", True)
    assert client.get("/")["Location"] == "/mon-espace/proteger/"
    assert Client().get(path).status_code == 410
    with pytest.raises(LinkOverError):
        name_first_administrator(token=token, email="b@exemple.fr", name="B", now=timezone.now())


def test_a_first_link_opens_nothing_once_there_is_an_administrator(client: Client, people: People) -> None:
    token = mint_first_administrator_link(now=timezone.now())
    people("administrator")
    assert client.get(f"/bienvenue/premier/{token}/").status_code == 410


def test_the_first_link_ends_after_two_days(client: Client) -> None:
    token = mint_first_administrator_link(now=timezone.now() - timedelta(days=3))
    assert client.get(f"/bienvenue/premier/{token}/").status_code == 410


def test_a_guest_does_not_inherit_the_session_of_the_browser(signed_in: SignIn, people: People) -> None:
    client = signed_in("facilitator")
    client.post("/animation/invitations/", {"email": "zoe@exemple.fr", "role": "member"})
    before = client.session.session_key
    client.post(invitation_path(), {"name": "Zoé"})
    assert client.session.session_key != before
    assert client.get("/animation/invitations/").status_code == 404


def test_registration_is_opened_and_closed(signed_in: SignIn) -> None:
    client = signed_in("administrator")
    client.post("/administration/personnes/inscriptions/", {})
    assert not SiteSettings.objects.get().registration_open
    client.post("/administration/personnes/inscriptions/", {"registration_open": "on"})
    assert SiteSettings.objects.get().registration_open
    assert AuditEntry.objects.filter(verb__startswith="site.").count() == 2


def test_the_people_page_finds_by_name_and_role(signed_in: SignIn, people: People) -> None:
    client = signed_in("administrator")
    people("facilitator", email="bob@exemple.fr")
    page = client.get("/administration/personnes/?q=bob").content.decode()
    assert "bob@exemple.fr" in page
    assert "bob@exemple.fr" not in client.get("/administration/personnes/?role=member").content.decode()
    assert client.get("/administration/personnes/?role=pirate&page=x").status_code == 200


def test_someone_who_lost_everything_gets_back_in(signed_in: SignIn, people: People) -> None:
    client = signed_in("administrator")
    bob = people(email="bob@exemple.fr", protected=True)
    client.post(f"/administration/personnes/{bob.pk}/deux-etapes/")
    assert not bob.authenticator_set.exists()


def test_the_journal_is_filtered_and_exported(signed_in: SignIn, people: People) -> None:
    client = signed_in("administrator")
    bob = people(email="bob@exemple.fr")
    client.post(f"/administration/personnes/{bob.pk}/", {"role": "facilitator"})
    page = client.get("/administration/journal/?verb=person.change_role")
    assert [line["entry"].target_label for line in page.context["lines"]] == ["Bob"]
    export = client.get("/administration/journal.csv?q=bob")
    text = b"".join(export.streaming_content if export.streaming else [export.content]).decode("utf-8-sig")
    assert "Bob" in text
    assert client.get("/administration/journal/?since=pas-une-date&verb=x").status_code == 200


def test_people_and_journal_leave_as_they_are_narrowed(signed_in: SignIn, people: People) -> None:
    client = signed_in("administrator", email="claude@exemple.fr")
    Person.objects.filter(pk=people("member", email="zoe@exemple.fr").pk).update(name="=1+1")
    rows = csv_rows(client.get("/administration/personnes/export/csv/", {"q": "zoe@", "page": "9"}))
    assert [list(row.values())[:2] for row in rows] == [["'=1+1", "zoe@exemple.fr"]]
    assert len(csv_rows(client.get("/administration/personnes/export/csv/"))) == 2
    assert client.get("/administration/personnes/export/pdf/").status_code == 404
    actions.change_role(
        actor=Person.objects.get(email="claude@exemple.fr"),
        person_id=Person.objects.get(email="zoe@exemple.fr").pk,
        role="facilitator",
        now=NOW,
    )
    assert xlsx_rows(client.get("/administration/journal.xlsx")) != []
    assert xlsx_rows(client.get("/administration/journal.xlsx", {"q": "introuvable"})) == []
