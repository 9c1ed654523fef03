"""A treasurer handles the money of an organisation, nothing else of it, and has a second factor."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions.memberships import (
    LastManagerError,
    accept_invitation,
    change_role,
    end_membership,
    invite_person,
)
from maillage.apps.directory.choices import MembershipRole, MembershipStatus
from maillage.apps.directory.models import Membership, Organization
from tests.factories import NOW, make_organization, make_person, protect, tie

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Person:
    return make_person()


@pytest.fixture
def body(manager: Person) -> Organization:
    made = make_organization("La Ressourcerie")
    tie(manager, made)
    return made


def named(
    manager: Person, body: Organization, role: str = MembershipRole.TREASURER
) -> tuple[Person, Membership]:
    person = make_person()
    member = tie(person, body, MembershipRole.MEMBER)
    change_role(actor=manager, membership_id=member.pk, role=role, now=NOW)
    person.refresh_from_db()
    return person, member


def test_who_is_named_is_told_and_led_to_a_second_step(
    client: Client, manager: Person, body: Organization, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        person, _member = named(manager, body)
    letter = mail.outbox[-1]
    assert letter.to == [person.email]
    assert letter.subject == "Vous tenez la trésorerie de La Ressourcerie"
    assert "deuxième étape" in letter.body
    client.force_login(person)
    assert client.get("/initiatives/")["Location"] == reverse("accounts:protect")
    said = client.get(reverse("accounts:protect")).content.decode()
    assert "Qui tient une trésorerie" in said
    protect(person)
    assert client.get("/initiatives/").status_code == 200


def test_a_second_step_is_asked_as_long_as_one_organisation_is_handled(
    manager: Person, body: Organization
) -> None:
    person, first = named(manager, body)
    second = tie(person, make_organization("L’Accorderie"), MembershipRole.MEMBER)
    change_role(actor=manager, membership_id=second.pk, role=MembershipRole.TREASURER, now=NOW)
    end_membership(actor=manager, membership_id=first.pk, now=NOW)
    person.refresh_from_db()
    assert person.must_have_second_factor
    change_role(actor=manager, membership_id=second.pk, role=MembershipRole.MEMBER, now=NOW)
    person.refresh_from_db()
    assert not person.must_have_second_factor


def test_managers_and_members_are_asked_for_none(manager: Person, body: Organization) -> None:
    person, _member = named(manager, body, MembershipRole.MANAGER)
    assert not person.must_have_second_factor
    assert not Person.objects.get(pk=manager.pk).must_have_second_factor


def test_an_invitation_says_so_and_names(client: Client, manager: Person, body: Organization) -> None:
    person = make_person()
    now = timezone.now()
    offered = invite_person(
        actor=manager, organization_id=body.pk, email=person.email, role=MembershipRole.TREASURER, now=now
    )
    client.force_login(person)
    said = client.get(reverse("directory:invitation", args=[offered.token])).content.decode()
    assert "une deuxième étape sera ensuite demandée" in said
    assert client.post(reverse("directory:invitation", args=[offered.token])).status_code == 302
    kept = Membership.objects.get(person=person)
    assert (kept.role, kept.status) == (MembershipRole.TREASURER, MembershipStatus.ACTIVE)
    person.refresh_from_db()
    assert person.must_have_second_factor


@pytest.mark.parametrize(
    ("had", "offered", "kept"),
    [
        ("member", "treasurer", "treasurer"),
        ("treasurer", "member", "treasurer"),
        ("manager", "treasurer", "manager"),
        ("treasurer", "manager", "manager"),
    ],
)
def test_of_two_roles_the_higher_is_kept(
    manager: Person, body: Organization, had: str, offered: str, kept: str
) -> None:
    person = make_person()
    tie(person, body, had)
    other = "autre@exemple.org"
    link = invite_person(actor=manager, organization_id=body.pk, email=other, role=offered, now=NOW)
    accepted = accept_invitation(person=person, token=link.token, now=NOW)
    assert accepted.role == kept
    person.refresh_from_db()
    assert person.must_have_second_factor == (kept == "treasurer")


def test_the_last_manager_does_not_become_the_treasurer(manager: Person, body: Organization) -> None:
    alone = Membership.objects.get(person=manager, organization=body)
    with pytest.raises(LastManagerError):
        change_role(actor=manager, membership_id=alone.pk, role=MembershipRole.TREASURER, now=NOW)


def test_the_page_of_members_names_and_takes_back(
    client: Client, manager: Person, body: Organization
) -> None:
    person = make_person()
    member = tie(person, body, MembershipRole.MEMBER)
    client.force_login(manager)
    page = reverse("directory:organization_members", args=[body.pk, body.slug])
    assert "Confier la trésorerie" in client.get(page).content.decode()
    act = reverse("directory:membership_change", args=[member.pk])
    for button, role in (("tresorerie", "treasurer"), ("gestion", "manager"), ("membre", "member")):
        assert client.post(act, {"acte": button}).status_code == 302
        member.refresh_from_db()
        assert member.role == role


def test_the_database_knows_three_roles(manager: Person, body: Organization) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        tie(make_person(), body, "caissier")
