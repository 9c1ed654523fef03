"""Messages received, fiches that one looks after, proposals, members: narrowed, page after page, out as tables."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.directory.choices import InvolvementKind, MembershipRole, MembershipStatus, Status
from maillage.apps.directory.models import Initiative, Involvement, Organization
from tests.exported import csv_rows, xlsx_rows
from tests.factories import NOW, make_initiative, make_organization, make_person, managed_by, tie

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def maya(db: None) -> Person:
    return make_person(name="Maya", email="maya@exemple.test")


@pytest.fixture
def fournil(maya: Person) -> Organization:
    return managed_by(maya, "Le Fournil")


@pytest.fixture
def oven(fournil: Organization) -> Initiative:
    return make_initiative("L’été du four", owner_id=fournil.pk)


def wrote(initiative: Initiative, name: str, *, days: int = 0, message: str = "Bonjour") -> Involvement:
    return Involvement.objects.create(
        initiative=initiative,
        kind=InvolvementKind.TAKE_PART,
        name=name,
        email=f"{name.lower()}@exemple.test",
        message=message,
        created_at=NOW - timedelta(days=days),
    )


MESSAGES, MESSAGES_FILE = "directory:involvements", "directory:involvements_file"


def test_messages_leave_as_they_are_narrowed_and_only_ones_own(maya: Person, oven: Initiative) -> None:
    elsewhere = make_initiative("Ailleurs")
    first, late = wrote(oven, "Omar"), wrote(oven, "Jean", days=40, message="=cmd|' /C calc'!A0")
    wrote(elsewhere, "Nora")
    Involvement.objects.filter(pk=late.pk).update(answered_at=NOW)
    table = reverse(MESSAGES_FILE, args=["csv"])

    def names(client: Client, **asked: str) -> list[str]:
        return [row["nom"] for row in csv_rows(client.get(table, asked))]

    owner, facilitator = browser(maya), browser(make_person("facilitator"))
    assert names(owner) == ["Omar", "Jean"]
    assert names(browser(make_person())) == []
    assert sorted(names(facilitator)) == ["Jean", "Nora", "Omar"]
    assert names(owner, etat="attente") == ["Omar"]
    assert names(owner, etat="repondu") == ["Jean"]
    assert names(owner, mots="ete jean@") == ["Jean"]
    assert names(owner, sorte="do_the_same") == []
    assert names(owner, du=first.created_at.date().isoformat()) == ["Omar"]
    message = next(row["message"] for row in csv_rows(owner.get(table)) if row["nom"] == "Jean")
    assert message.startswith("'=cmd")
    assert [row["nom"] for row in xlsx_rows(owner.get(reverse(MESSAGES_FILE, args=["xlsx"])))] == names(owner)
    assert Client().get(table)["Location"].startswith("/compte/connexion/")


def test_the_second_page_of_messages_shows_the_rest(maya: Person, oven: Initiative) -> None:
    for number in range(33):
        wrote(oven, f"Voisin{number:02}", days=number)
    owner = browser(maya)
    first, second = (
        owner.get(reverse(MESSAGES), {"etat": "attente", "page": page}).content.decode() for page in "12"
    )
    assert "Voisin29" in first and "Voisin30" not in first
    assert "Voisin30" in second and "Voisin32" in second and "Voisin29" not in second
    assert "?etat=attente&amp;page=2" in first


def test_who_notes_an_answer_comes_back_to_the_list_as_it_was(maya: Person, oven: Initiative) -> None:
    message = wrote(oven, "Omar")
    answer = reverse("directory:involvement_answered", args=[message.pk])
    back = browser(maya).post(answer, {"repondu": "1", "retour": "etat=attente&page=2"})
    assert back["Location"] == reverse(MESSAGES) + "?etat=attente&page=2"
    elsewhere = browser(maya).post(answer, {"retour": "https://ailleurs.test/"})
    assert elsewhere["Location"].startswith(reverse(MESSAGES) + "?")
    assert browser(make_person()).post(answer, {"repondu": "1"}).status_code == 404


def test_ones_fiches_are_all_there(maya: Person, fournil: Organization, oven: Initiative) -> None:
    for number in range(52):
        make_initiative(f"Fiche {number:02}", owner_id=fournil.pk)
    Initiative.objects.filter(pk=oven.pk).update(status=Status.DRAFT)
    make_initiative("Ailleurs")
    owner, address = browser(maya), reverse("directory:my_initiatives")
    pages = [owner.get(address, {"page": page}).content.decode() for page in "12"]
    assert sum(f"Fiche {number:02}" in page for number in range(52) for page in pages) == 52
    table = reverse("directory:my_initiatives_file", args=["csv"])
    assert len(csv_rows(owner.get(table))) == 53
    assert [row["titre"] for row in csv_rows(owner.get(table, {"etat": "draft"}))] == ["L’été du four"]
    assert [row["titre"] for row in csv_rows(owner.get(table, {"mots": "ÉTÉ"}))] == ["L’été du four"]
    assert csv_rows(browser(make_person()).get(table)) == []


def test_no_proposal_waits_unseen() -> None:
    for number in range(31):
        Initiative.objects.filter(pk=make_initiative(f"Idée {number:02}").pk).update(
            status=Status.PROPOSED, updated_at=NOW + timedelta(minutes=number)
        )
        made = make_organization(f"Asso {number:02}")
        Organization.objects.filter(pk=made.pk).update(
            status=Status.PROPOSED, created_at=NOW + timedelta(minutes=number)
        )
    facilitator, address = browser(make_person("facilitator")), reverse("directory:proposals")
    first = facilitator.get(address).content.decode()
    assert "Idée 29" in first and "Idée 30" not in first
    assert "Asso 29" in first and "Asso 30" not in first
    assert "Idée 30" in facilitator.get(address, {"page": "2"}).content.decode()
    bodies = facilitator.get(address, {"structures": "2"}).content.decode()
    assert "Asso 30" in bodies and "Idée 00" in bodies
    found = facilitator.get(address, {"mots": "idee 30"}).content.decode()
    assert "Idée 30" in found and "Idée 29" not in found


def test_the_members_of_an_organisation_leave_for_its_own_people(maya: Person, fournil: Organization) -> None:
    other = make_person(name="Zoé")
    asks = make_person(name="Luc")
    for person, status in ((other, MembershipStatus.ACTIVE), (asks, MembershipStatus.REQUESTED)):
        tie(person, fournil, MembershipRole.MEMBER, status)
    table = reverse("directory:organization_members_file", args=[fournil.pk, fournil.slug, "csv"])

    def people(person: Person) -> set[str]:
        return {row["personne"] for row in csv_rows(browser(person).get(table))}

    assert people(maya) == {"Maya", "Zoé", "Luc"}
    assert people(other) == {"Maya", "Zoé"}
    assert browser(asks).get(table).status_code == 404
    assert browser(make_person()).get(table).status_code == 404
