"""Roles are tried in a demonstration, and nowhere else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from maillage.apps.accounts.choices import Role
from maillage.apps.accounts.models import Person
from maillage.apps.directory.choices import MembershipRole, MembershipStatus, Status
from maillage.apps.directory.models import Membership, Organization
from maillage.portal.demonstration import demonstration_roles
from tests.factories import make_organization, tie

pytestmark = pytest.mark.django_db


@pytest.fixture
def invented() -> Person:
    return Person.objects.create_user("a@exemple.org", role=Role.FACILITATOR, is_demonstration=True)


def signed_in(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_a_real_site_knows_no_role_switch(client: Client, invented: Person) -> None:
    assert client.get(reverse("portal:demonstration")).status_code == 404
    answer = client.post(reverse("portal:demonstration_switch"), {"role": "facilitator"})
    assert answer.status_code == 404
    assert signed_in(client) is None
    assert "demonstration" not in client.get("/").content.decode()


def test_a_role_is_entered_and_left_by_post_only(
    client: Client, invented: Person, settings: Settings
) -> None:
    settings.DEMO = True
    assert client.get("/demonstration/?role=facilitator").status_code == 200
    assert signed_in(client) is None
    address = reverse("portal:demonstration_switch")
    assert client.get(address).status_code == 405
    assert client.post(address, {"role": "facilitator", "next": "/animation/"}).url == "/animation/"  # type: ignore[attr-defined]
    assert signed_in(client) == str(invented.pk)
    assert client.get("/animation/").status_code == 200
    assert client.post(address, {"role": "visitor", "next": "https://ailleurs.fr/"}).url == "/"  # type: ignore[attr-defined]
    assert signed_in(client) is None


def test_nobody_real_is_ever_impersonated(client: Client, settings: Settings) -> None:
    settings.DEMO = True
    Person.objects.create_user("vraie@exemple.org", role=Role.ADMINISTRATOR)
    answer = client.post(reverse("portal:demonstration_switch"), {"role": "administrator"})
    assert answer.status_code == 404
    assert signed_in(client) is None


def test_a_forged_request_changes_no_role(invented: Person, settings: Settings) -> None:
    settings.DEMO = True
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("portal:demonstration_switch"), {"role": "facilitator"}).status_code == 403


def test_who_manages_and_who_handles_the_money_are_roles_of_their_own(
    client: Client, settings: Settings
) -> None:
    settings.DEMO = True
    body = make_organization("La Ressourcerie")
    people = {
        name: Person.objects.create_user(f"{name}@exemple.org", is_demonstration=True)
        for name in ("member", "manager", "treasurer")
    }
    tie(people["manager"], body)
    tie(people["treasurer"], body, MembershipRole.TREASURER)
    address = reverse("portal:demonstration_switch")
    for role, person in people.items():
        client.post(address, {"role": role})
        assert signed_in(client) == str(person.pk)
        assert f'value="{role}" aria-pressed="true"' in client.get("/").content.decode()


def test_a_member_who_adds_an_organisation_stays_the_member(settings: Settings) -> None:
    settings.DEMO = True
    member = Person.objects.create_user("membre@exemple.org", name="Camille", is_demonstration=True)
    manager = Person.objects.create_user("charge@exemple.org", name="Yasmine", is_demonstration=True)
    now = timezone.now()

    def join(person: Person, name: str, role: str) -> None:
        body = Organization.objects.create(
            name=name,
            slug=name.lower().replace(" ", "-"),
            status=Status.PUBLISHED,
            created_at=now,
            updated_at=now,
        )
        Membership.objects.create(
            organization=body, person=person, role=role, status=MembershipStatus.ACTIVE, created_at=now
        )

    join(member, "La Ressourcerie", MembershipRole.MEMBER)
    join(manager, "Le Métier", MembershipRole.MANAGER)
    join(member, "Les Amis de la gare", MembershipRole.MANAGER)
    players = {role.value: role.person_name for role in demonstration_roles()}
    assert players["member"] == "Camille" and players["manager"] == "Yasmine"
