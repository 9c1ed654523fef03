"""The contacts of an organisation: several, in an order, each shown to everybody or kept for those who manage it."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions.organizations import restore_organization, update_organization
from maillage.apps.directory.choices import MembershipRole
from maillage.apps.directory.models import Contact, Organization, OrganizationVersion
from maillage.apps.directory.queries.contacts import CONTACTS_MAX, ContactContent, contacts_of, own_email
from maillage.apps.directory.queries.organizations import organization_content
from maillage.kernel.privacy.erasure import erase_person
from tests.factories import NOW, make_organization, make_person, tie

pytestmark = pytest.mark.data

DESK = ContactContent(label="Accueil", name="Inès", phone="+33555000000", public=True)
BOOKS = ContactContent(label="Factures", email="compta@forge.example")
PRESS = ContactContent(email="presse@forge.example", phone="+33555000002", public=True)


@pytest.fixture
def forge(db: None) -> Organization:
    return make_organization("La Forge", contacts=(DESK, BOOKS, PRESS))


@pytest.fixture
def manager(client: Client, forge: Organization) -> Person:
    person = make_person(name="Maya")
    tie(person, forge, MembershipRole.MANAGER)
    client.force_login(person)
    return person


def url(name: str, body: Organization, *more: object) -> str:
    return reverse(f"directory:{name}", args=[body.pk, body.slug, *more])


def sent(*rows: dict[str, str], **more: str) -> dict[str, str]:
    """The form of an organisation with these rows of contacts."""
    said = {
        "name": "La Forge",
        "seen": "1",
        "contacts-TOTAL_FORMS": str(len(rows)),
        "contacts-INITIAL_FORMS": "0",
    }
    for number, row in enumerate(rows):
        said |= {f"contacts-{number}-{name}": value for name, value in row.items()}
    return said | more


def shown_rows(page: str) -> list[dict[str, str]]:
    """What the rows of the form hold, by the names of their fields."""
    rows: dict[int, dict[str, str]] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if found := re.fullmatch(r"contacts-(\d+)-(label|name|email|phone)", attributes.get("name", "")):
            rows.setdefault(int(found[1]), {})[found[2]] = attributes.get("value", "")
    return [rows[number] for number in sorted(rows)]


def test_everybody_sees_those_that_are_shown_and_managers_all_of_them(
    client: Client, forge: Organization
) -> None:
    page = client.get(url("organization_detail", forge)).content.decode()
    assert "Accueil" in page and "Inès" in page and "05 55 00 00 00" in page
    assert '<a href="mailto:presse@forge.example">' in page
    assert page.index("Inès") < page.index("presse@forge.example")
    assert "compta@" not in page and "Factures" not in page
    member = make_person()
    tie(member, forge, MembershipRole.MEMBER)
    client.force_login(member)
    assert "compta@" not in client.get(url("organization_detail", forge)).content.decode()
    manager = make_person()
    tie(manager, forge, MembershipRole.MANAGER)
    client.force_login(manager)
    page = client.get(url("organization_detail", forge)).content.decode()
    assert "compta@" in page and "Seuls les gestionnaires" in page


def test_rows_are_changed_ordered_and_removed(client: Client, forge: Organization, manager: Person) -> None:
    edit = url("organization_edit", forge)
    assert [row["label"] for row in shown_rows(client.get(edit).content.decode())] == [
        "Accueil",
        "Factures",
        "",
    ]
    rows = (
        {"label": "Factures", "email": "compta@forge.example"},
        {"label": "Presse", "email": "presse@forge.example", "public": "on"},
        {"label": "Accueil", "name": "Inès", "phone": "05 55 00 00 00", "DELETE": "on"},
        {},
    )
    assert client.post(edit, sent(*rows)).status_code == 302
    assert contacts_of(forge) == [
        BOOKS,
        ContactContent(label="Presse", email="presse@forge.example", public=True),
    ]
    assert own_email(forge) == "compta@forge.example", "the first one, shown or not"


def test_one_more_and_one_higher_keep_what_was_typed(
    client: Client, forge: Organization, manager: Person
) -> None:
    edit = url("organization_edit", forge)
    typed = ({"label": "A", "email": "pas encore"}, {}, {"label": "B", "phone": "0555"})
    page = client.post(edit, sent(*typed, name="", ajouter="1")).content.decode()
    assert [row["label"] for row in shown_rows(page)] == ["A", "B", ""]
    assert shown_rows(page)[1]["phone"] == "0555" and "Erreur" not in page
    page = client.post(edit, sent(*typed, monter="2", summary="En bref")).content.decode()
    assert [row["label"] for row in shown_rows(page)] == ["B", "A"]
    assert "En bref" in page and 'name="seen" value="1"' in page
    assert Organization.objects.get().version == 1
    first = re.search(r"<button[^>]*>", page[page.index('name="seen"') - 600 :])
    assert first is not None and "hidden" in first[0], (
        "the Enter key saves, whatever button stands above the field"
    )


def test_no_more_rows_than_are_kept(client: Client, forge: Organization, manager: Person) -> None:
    edit = url("organization_edit", forge)
    many = [{"email": f"n{number}@forge.example"} for number in range(CONTACTS_MAX)]
    assert len(shown_rows(client.post(edit, sent(*many, ajouter="1")).content.decode())) == CONTACTS_MAX
    client.post(edit, sent(*many, {"email": "trop@forge.example"}))
    assert len(contacts_of(forge)) == 3
    client.post(edit, sent(*many))
    assert len(contacts_of(forge)) == CONTACTS_MAX


def test_a_form_without_contacts_leaves_them(client: Client, forge: Organization, manager: Person) -> None:
    client.post(url("organization_edit", forge), {"name": "La Forge", "summary": "On bat", "seen": "1"})
    assert contacts_of(forge) == [DESK, BOOKS, PRESS]
    assert Organization.objects.get().summary == "On bat"


def test_what_was_being_typed_is_shown_again(client: Client, forge: Organization, manager: Person) -> None:
    rows = ({"label": "Atelier", "phone": "06"}, {"email": "compta@forge.example"})
    client.post(reverse("directory:draft_keep", args=[f"structure-{forge.pk}"]), sent(*rows))
    shown = shown_rows(client.get(url("organization_edit", forge)).content.decode())
    assert [(row["label"], row["phone"], row["email"]) for row in shown] == [
        ("Atelier", "06", ""),
        ("", "", "compta@forge.example"),
    ]


def test_the_history_tells_visitors_only_of_those_that_are_still_shown(
    client: Client, forge: Organization, manager: Person
) -> None:
    moved = replace(DESK, name="Léa", phone="+33555000009")
    content = replace(organization_content(forge), contacts=(moved, BOOKS))
    update_organization(actor=manager, organization_id=forge.pk, content=content, version_seen=1, now=NOW)
    page = client.get(url("organization_version", forge, 2)).content.decode()
    assert "Inès" in page and "Léa" in page and "presse@" in page and "visible par tous" in page
    client.logout()
    page = client.get(url("organization_version", forge, 2)).content.decode()
    assert "Léa" in page
    assert not any(words in page for words in ("Inès", "+33555000000", "presse@", "compta@"))


def test_an_erased_person_does_not_come_back_with_an_older_version(
    forge: Organization, manager: Person, settings: Any, tmp_path: Path
) -> None:
    settings.DATA = tmp_path
    gone = make_person(email="lea@exemple.test")
    content = replace(
        organization_content(forge),
        contacts=(ContactContent(name="Léa", email="lea@exemple.test", phone="+33555000003"), DESK),
    )
    update_organization(actor=manager, organization_id=forge.pk, content=content, version_seen=1, now=NOW)
    erase_person(person=gone, now=NOW)
    assert contacts_of(forge) == [DESK]
    told = str(list(OrganizationVersion.objects.values_list("data", flat=True)))
    assert DESK.email in told
    assert not any(words in told for words in ("Léa", "lea@exemple.test", "+33555000003"))
    restore_organization(actor=manager, organization_id=forge.pk, number=2, now=NOW)
    assert contacts_of(Organization.objects.get()) == [DESK]


def test_a_contact_can_be_reached_and_has_its_own_rank(forge: Organization) -> None:
    for fault in ({"rank": 9, "name": "Inès"}, {"rank": 0, "email": "deux@forge.example"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Contact.objects.create(organization=forge, **fault)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, []),
        ({"email": "a@b.example", "phone": "+331"}, [("a@b.example", "+331", False)]),
        (
            {"email": "a@b.example", "email_public": True, "phone": "+331", "phone_public": True},
            [("a@b.example", "+331", True)],
        ),
        (
            {"email": "a@b.example", "phone": "+331", "phone_public": True},
            [("a@b.example", "", False), ("", "+331", True)],
        ),
        ({"phone": "+331", "email_public": True}, [("", "+331", False)]),
    ],
)
def test_the_one_address_of_before_becomes_the_first_contact(
    said: dict[str, Any], told: list[tuple[str, str, bool]]
) -> None:
    migration = import_module("maillage.apps.directory.migrations.0006_contacts")
    assert [(each["email"], each["phone"], each["public"]) for each in migration.contacts_told(said)] == told


@pytest.mark.django_db(transaction=True)
def test_addresses_versions_and_drafts_of_before_are_carried_over() -> None:
    person = make_person()
    executor = MigrationExecutor(connection)
    executor.migrate([("directory", "0005_treasurers")])
    before = executor.loader.project_state([("directory", "0005_treasurers")]).apps
    said = {"email": "a@b.example", "email_public": False, "phone": "+33555000000", "phone_public": True}
    stamps = {"created_at": NOW, "updated_at": NOW}
    body = before.get_model("directory", "Organization").objects.create(
        name="F", slug="f", sort_key="f", **said, **stamps
    )
    before.get_model("directory", "OrganizationVersion").objects.create(
        organization=body, number=1, data={"name": "F", **said, "email_public": True}, created_at=NOW
    )
    before.get_model("directory", "Draft").objects.create(
        person_id=person.pk,
        key=f"structure-{body.pk}",
        data={"name": ["F"], "email": ["c@b.example"], "email_public": ["on"], "phone": [""]},
        updated_at=NOW,
    )
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    forge = Organization.objects.get(slug="f")
    assert contacts_of(forge) == [
        ContactContent(email="a@b.example"),
        ContactContent(phone="+33555000000", public=True),
    ]
    assert OrganizationVersion.objects.get(organization=forge).data == {
        "name": "F",
        "contacts": [
            {"label": "", "name": "", "email": "a@b.example", "phone": "+33555000000", "public": True}
        ],
    }
    client = Client()
    client.force_login(person)
    tie(person, forge, MembershipRole.MANAGER)
    page = client.get(url("organization_edit", forge)).content.decode()
    assert [row["email"] for row in shown_rows(page)] == ["c@b.example"]
