"""Inviting to an organisation, and asking to belong to it: messages that the site sends for somebody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions.memberships import accept_invitation, end_membership, invite_person
from maillage.apps.directory.choices import MembershipRole, Status
from maillage.apps.directory.models import Membership, Organization
from maillage.apps.directory.views.members import INVITATIONS_PER_HOUR_MAX, REQUESTS_PER_HOUR_MAX
from maillage.kernel.mail.models import OutgoingMessage
from maillage.kernel.privacy.retention import apply_retention
from tests.factories import NOW, make_organization, make_person, tie

pytestmark = pytest.mark.django_db
SLOWLY = "Attendez un peu avant le suivant."


@pytest.fixture
def manager() -> Person:
    return make_person()


@pytest.fixture
def body(manager: Person) -> Organization:
    made = make_organization("La Ressourcerie")
    tie(manager, made)
    return made


def address(name: str, body: Organization) -> str:
    return reverse(f"directory:{name}", args=[body.pk, body.slug])


@pytest.mark.usefixtures("one_minute")
def test_an_organisation_is_no_way_to_write_to_everybody(
    client: Client, manager: Person, body: Organization
) -> None:
    """Anybody may propose an organisation, whose invitations carry their words: they are counted by person."""
    client.force_login(manager)
    other = make_organization("Le Prétexte", status=Status.PROPOSED)
    tie(manager, other)
    for number in range(INVITATIONS_PER_HOUR_MAX):
        said = {"email": f"cible{number}@exemple.org", "role": "member", "message": "Achetez"}
        assert client.post(address("organization_members", body), said).status_code == 302
        end_membership(actor=manager, membership_id=Membership.objects.latest("pk").pk, now=NOW)
    answer = client.post(address("organization_members", other), {**said, "email": "cible@exemple.org"})
    assert SLOWLY in answer.content.decode()
    assert OutgoingMessage.objects.count() == INVITATIONS_PER_HOUR_MAX
    client.force_login(make_person(role="facilitator"))
    answer = client.post(address("organization_members", other), {**said, "email": "cible@exemple.org"})
    assert answer.status_code == 302


@pytest.mark.usefixtures("one_minute")
def test_managers_are_not_asked_again_and_again(client: Client, body: Organization) -> None:
    person = make_person()
    client.force_login(person)
    for _time in range(REQUESTS_PER_HOUR_MAX):
        assert client.post(address("organization_join", body), {"message": "Moi"}).status_code == 302
        end_membership(actor=person, membership_id=Membership.objects.latest("pk").pk, now=NOW)
    assert SLOWLY in client.post(address("organization_join", body), {"message": "Moi"}).content.decode()
    assert OutgoingMessage.objects.count() == REQUESTS_PER_HOUR_MAX


def test_the_address_of_who_never_came_is_forgotten(manager: Person, body: Organization) -> None:
    def invite(email: str) -> Membership:
        return invite_person(
            actor=manager, organization_id=body.pk, email=email, role=MembershipRole.MEMBER, now=NOW
        )

    invite("silence@exemple.org")
    end_membership(actor=manager, membership_id=invite("retire@exemple.org").pk, now=NOW)
    came = accept_invitation(person=make_person(), token=invite("venue@exemple.org").token, now=NOW)
    apply_retention(now=NOW + timedelta(days=119))
    assert Membership.objects.exclude(invited_email="").count() == 2
    apply_retention(now=NOW + timedelta(days=121))
    assert not Membership.objects.exclude(invited_email="").exists()
    assert Membership.objects.filter(pk=came.pk).exists(), "who came stays"
