"""A member of two organisations says for which one they act: the header says it, journal and history keep it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from maillage.apps.accounts.models import Person
from maillage.apps.directory.choices import MembershipRole, MembershipStatus, Status
from maillage.apps.directory.models import Initiative, Membership, Organization
from maillage.kernel.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client: Client) -> Person:
    person = Person.objects.create_user("camille@exemple.org", name="Camille")
    client.force_login(person)
    return person


def organization(name: str) -> Organization:
    now = timezone.now()
    return Organization.objects.create(
        name=name, slug=slugify(name), status=Status.PUBLISHED, created_at=now, updated_at=now
    )


def join(person: Person, body: Organization) -> Membership:
    return Membership.objects.create(
        organization=body,
        person=person,
        role=MembershipRole.MANAGER,
        status=MembershipStatus.ACTIVE,
        created_at=timezone.now(),
    )


def act_for(client: Client, body: Organization | None) -> None:
    chosen = {"structure": body.pk if body else ""}
    assert client.post(reverse("directory:act_for"), chosen).status_code == 302


def test_the_choice_is_seen_and_kept_with_what_is_done(client: Client, person: Person) -> None:
    join(person, organization("La Ressourcerie"))
    other = organization("L’Accorderie")
    join(person, other)
    assert "pour L’Accorderie" not in client.get("/").content.decode()
    act_for(client, other)
    assert "pour L’Accorderie" in client.get("/").content.decode()
    created = client.post(
        reverse("directory:initiative_create"), {"title": "Un atelier", "owner_id": other.pk, "stage": ""}
    )
    assert created.status_code == 302, created.content.decode()
    fiche = Initiative.objects.get(title="Un atelier")
    assert fiche.versions.get().on_behalf_of == other
    assert AuditEntry.objects.get(verb="initiative.create").on_behalf_of == "L’Accorderie"
    act_for(client, None)
    assert "pour L’Accorderie" not in client.get("/").content.decode()


def test_nobody_acts_for_an_organisation_that_is_not_theirs(client: Client, person: Person) -> None:
    stranger = organization("Une autre")
    act_for(client, stranger)
    assert "pour Une autre" not in client.get("/").content.decode()


def test_who_leaves_an_organisation_acts_for_it_no_more(client: Client, person: Person) -> None:
    body = organization("La Ressourcerie")
    tie = join(person, body)
    act_for(client, body)
    assert "pour La Ressourcerie" in client.get("/").content.decode()
    tie.status = MembershipStatus.ENDED
    tie.save()
    assert "pour La Ressourcerie" not in client.get("/").content.decode()
