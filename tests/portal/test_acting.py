"""A member of two organisations says for which one they act: the header says it, journal and history keep it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from maillage.apps.accounts.models import Person
from maillage.apps.directory.choices import MembershipRole, MembershipStatus, Status
from maillage.apps.directory.models import Initiative, Membership, Organization, OrganizationVersion
from maillage.kernel.audit.models import AuditEntry
from tests.factories import protect

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


def journal_of(verb: str) -> tuple[str, str]:
    entry = AuditEntry.objects.filter(verb=verb).order_by("-pk").first()
    assert entry is not None, verb
    return entry.actor_label, entry.on_behalf_of


def body_url(name: str, body: Organization, *more: object) -> str:
    return reverse(f"directory:{name}", args=[body.pk, body.slug, *more])


def test_who_changes_an_organisation_says_for_whom(client: Client, person: Person) -> None:
    federation = organization("La Fédération")
    join(person, federation)
    body = organization("L’Accorderie")
    join(person, body)
    act_for(client, federation)
    client.post(body_url("organization_edit", body), {"name": "L’Accorderie", "summary": "Un", "seen": "0"})
    client.post(body_url("organization_edit", body), {"name": "L’Accorderie", "summary": "Deux", "seen": "1"})
    client.post(body_url("organization_restore", body, 1))
    said = OrganizationVersion.objects.order_by("number").values_list("author__name", "on_behalf_of__name")
    assert list(said) == [("Camille", "La Fédération")] * 3
    assert journal_of("organization.update") == ("Camille", "La Fédération")
    client.post(body_url("organization_logo", body), {"remove": "on"})
    assert journal_of("organization.logo") == ("Camille", "La Fédération")
    client.post(reverse("directory:organization_create"), {"name": "La Grange"})
    assert journal_of("organization.create") == ("Camille", "La Fédération")
    assert "Camille pour La Fédération" in client.get(body_url("organization_history", body)).content.decode()
    assert (
        "Camille pour La Fédération" in client.get(body_url("organization_version", body, 2)).content.decode()
    )
    act_for(client, None)
    client.post(
        body_url("organization_edit", body), {"name": "L’Accorderie", "summary": "Trois", "seen": "3"}
    )
    assert journal_of("organization.update") == ("Camille", "")


def test_who_changes_the_members_says_for_whom(client: Client, person: Person) -> None:
    federation = organization("La Fédération")
    join(person, federation)
    body = organization("L’Accorderie")
    join(person, body)
    asking = Person.objects.create_user("ada@exemple.org", name="Ada")
    tie = Membership.objects.create(
        organization=body,
        person=asking,
        role=MembershipRole.MEMBER,
        status=MembershipStatus.REQUESTED,
        created_at=timezone.now(),
    )
    act_for(client, federation)
    client.post(body_url("organization_members", body), {"email": "b@exemple.org", "role": "member"})
    assert journal_of("membership.invite") == ("Camille", "La Fédération")
    change = reverse("directory:membership_change", args=[tie.pk])
    for act, verb in (("accepter", "accept_request"), ("gestion", "change_role"), ("finir", "end")):
        client.post(change, {"acte": act})
        assert journal_of(f"membership.{verb}") == ("Camille", "La Fédération"), act


def test_the_journal_of_the_administration_says_for_whom(client: Client, person: Person) -> None:
    person.role = "facilitator"
    person.save()
    federation = organization("La Fédération")
    join(person, federation)
    body = organization("L’Accorderie")
    act_for(client, federation)
    client.post(body_url("organization_status", body), {"etat": "archived"})
    assert journal_of("organization.status") == ("Camille", "La Fédération")
    administrator = Person.objects.create_user("root@exemple.org", name="Rose", role="administrator")
    protect(administrator)
    reader = Client()
    reader.force_login(administrator)
    page = reader.get(reverse("accounts:journal"), {"q": "Fédération"}).content.decode()
    assert "Camille (La Fédération)" in page
