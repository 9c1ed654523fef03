"""What is held about people: declared wholly, handed over, let go in time, and erased everywhere."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core import mail, serializers
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from maillage.apps.accounts.actions.invitations import invite_person
from maillage.apps.accounts.actions.people import change_role, create_person
from maillage.apps.accounts.models import Person
from maillage.apps.directory.models import (
    Contact,
    Draft,
    Initiative,
    InitiativeVersion,
    Involvement,
    Membership,
    Organization,
    OrganizationVersion,
)
from maillage.kernel.audit.models import AuditEntry
from maillage.kernel.mail.models import OutgoingMessage
from maillage.kernel.mail.send import queue_message
from maillage.kernel.privacy import declarations, erasure
from maillage.kernel.privacy.addresses import ERASED
from maillage.kernel.privacy.declarations import NoPersonalData, PersonalData, faults
from maillage.kernel.privacy.erasure import erase_due, erase_person, erasure_file, replay_erasures
from maillage.kernel.privacy.export import export_person
from maillage.kernel.privacy.models import ErasedPerson, ErasureRequest
from maillage.kernel.privacy.retention import apply_retention
from maillage.kernel.site.models import SiteSettings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADDRESS = "zoe.martin@exemple.fr"


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path


@pytest.fixture
def zoe(db: None) -> Person:
    """Somebody whose address stands in every corner where one can be typed."""
    administrator = create_person(email="ana@exemple.fr", name="Ana", role="administrator", now=NOW)
    zoe = create_person(email=ADDRESS, name="Zoé Martin", role="member", now=NOW)
    change_role(actor=administrator, person_id=zoe.pk, role="facilitator", now=NOW)
    organization = Organization.objects.create(
        name="Jardin",
        slug="jardin",
        sort_key="jardin",
        description=f"Écrire à {ADDRESS.upper()}.",
        created_by=zoe,
        created_at=NOW,
        updated_at=NOW,
    )
    Contact.objects.create(
        organization=organization,
        rank=0,
        label="Accueil",
        name="Zoé Martin",
        email=ADDRESS,
        phone="0102030405",
    )
    Contact.objects.create(organization=organization, rank=1, label="Factures", email="compta@exemple.fr")
    OrganizationVersion.objects.create(
        organization=organization,
        number=1,
        data={"contacts": [{"email": ADDRESS}], "links": [f"mailto:{ADDRESS}"]},
        author=zoe,
        created_at=NOW,
    )
    Membership.objects.create(organization=organization, person=zoe, status="active", created_at=NOW)
    Membership.objects.create(
        organization=organization, invited_email=ADDRESS, status="invited", created_at=NOW
    )
    initiative = Initiative.objects.create(
        title="Jardin",
        slug="jardin",
        sort_key="jardin",
        contact_name="Zoé Martin",
        contact_email=ADDRESS,
        contact_phone="0102030405",
        results=f"Merci <{ADDRESS}>, x{ADDRESS} n'est pas elle.",
        created_by=zoe,
        created_at=NOW,
        updated_at=NOW,
    )
    InitiativeVersion.objects.create(
        initiative=initiative,
        number=1,
        data={"contact_email": ADDRESS, "people": {ADDRESS: 1}},
        author=zoe,
        comment=f"par {ADDRESS}",
        created_at=NOW,
    )
    Involvement.objects.create(
        initiative=initiative,
        kind="take_part",
        person=zoe,
        name="Zoé",
        email=ADDRESS,
        message="Je viens",
        created_at=NOW,
    )
    Involvement.objects.create(
        initiative=initiative,
        kind="take_part",
        name="Zoé",
        email="autre@exemple.fr",
        message=f"Voir avec {ADDRESS}",
        created_at=NOW,
    )
    Draft.objects.create(person=zoe, key="initiative:new", data={"contact_email": ADDRESS}, updated_at=NOW)
    SiteSettings.objects.update_or_create(pk=1, defaults={"privacy_contact": ADDRESS})
    queue_message(to=ADDRESS, subject="Bonjour", text=f"{ADDRESS}", now=NOW)
    queue_message(to="ana@exemple.fr", subject=f"Au sujet de {ADDRESS}", text="…", now=NOW)
    AuditEntry.objects.create(
        at=NOW, verb="x", target_kind="y", target_label=ADDRESS, details={"to": [ADDRESS]}
    )
    return zoe


def whole_database() -> str:
    """Every row of every table, as text: the models', and whatever else the database holds."""
    shown = [
        serializers.serialize("json", model._base_manager.all(), ensure_ascii=False)
        for model in apps.get_models()
    ]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            shown.append(repr(cursor.fetchall()))
    return "\n".join(shown)


def test_every_field_of_the_house_is_declared() -> None:
    assert faults() == []


def test_a_field_that_nobody_declared_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    said = []
    for declaration in declarations.all_declarations():
        if isinstance(declaration, PersonalData) and declaration.model == "directory.Draft":
            continue
        said.append(declaration)
    said.append(NoPersonalData(model="directory.Draft", because="faux"))
    monkeypatch.setattr(declarations, "all_declarations", lambda: tuple(said))
    assert faults() == ["directory.Draft: declared without personal data, yet it is tied to people"]
    said.pop()
    assert faults() == ["directory.Draft: not declared in any personal_data module"]
    said.append(
        PersonalData(
            model="directory.Draft",
            label="",
            purpose="",
            who_sees="",
            retention="",
            fields={"data": "", "gone": ""},
            not_personal=("person", "key", "data"),
        )
    )
    assert faults() == [
        "directory.Draft.updated_at: neither personal nor declared otherwise",
        "directory.Draft.gone: declared, but no such field",
        "directory.Draft.data: declared both ways",
    ]


def test_the_archive_holds_what_is_held(zoe: Person) -> None:
    pack = zipfile.ZipFile(io.BytesIO(export_person(zoe, now=NOW)))
    said = json.loads(pack.read("donnees.json"))
    models = {section["model"] for section in said["sections"] if section["rows"]}
    assert {"accounts.Person", "directory.Draft", "directory.Membership", "directory.Initiative"} <= models
    page = pack.read("donnees.html").decode()
    assert ADDRESS in page and "Zoé Martin" in page and "ana@exemple.fr" not in page
    assert "password" not in pack.read("donnees.json").decode()


def test_after_an_erasure_the_address_is_nowhere(zoe: Person) -> None:
    assert whole_database().count(ADDRESS) > 20
    erase_person(person=zoe, now=NOW)
    left = whole_database().lower().replace(f"x{ADDRESS}", "")
    assert ADDRESS not in left
    assert "zoé martin" not in left
    assert "0102030405" not in left


def test_what_others_need_stays_without_a_name(zoe: Person) -> None:
    erase_person(person=zoe, now=NOW)
    initiative = Initiative.objects.get()
    assert initiative.results == f"Merci <{ERASED}>, x{ADDRESS} n'est pas elle."
    assert (initiative.contact_email, initiative.created_by) == ("", None)
    version = InitiativeVersion.objects.get()
    assert (version.author, version.data["contact_email"]) == (None, ERASED)
    role_change = AuditEntry.objects.get(verb="person.change_role")
    assert (role_change.actor_label, role_change.target_label) == ("Ana", "")
    assert not Draft.objects.exists() and not Membership.objects.exists()
    assert OutgoingMessage.objects.filter(to="ana@exemple.fr").exists()
    assert not EmailAddress.objects.filter(email=ADDRESS).exists()


def test_an_erasure_ends_the_sessions(zoe: Person, client: Client) -> None:
    client.post("/compte/connexion/code/", {"email": ADDRESS})
    code = next(line.strip() for line in mail.outbox[-1].body.splitlines() if line.startswith("    "))
    client.post("/compte/connexion/code/verifier/", {"code": code})
    assert client.get("/mon-espace/").status_code == 200
    erase_person(person=zoe, now=NOW)
    assert client.get("/mon-espace/").status_code == 302
    assert ADDRESS not in whole_database().replace(f"x{ADDRESS}", "")


@pytest.mark.django_db(transaction=True)
def test_a_restored_backup_is_erased_again() -> None:
    person = create_person(email=ADDRESS, name="Zoé", role="member", now=NOW)
    key = person.key
    erase_person(person=person, now=NOW)
    assert str(key) in erasure_file().read_text()
    ErasedPerson.objects.all().delete()  # as in a backup made before
    back = create_person(email=ADDRESS, name="Zoé", role="member", now=NOW)
    Person.objects.filter(pk=back.pk).update(key=key)
    stranger = create_person(email="bob@exemple.fr", name="Bob", role="member", now=NOW)
    assert replay_erasures(now=NOW) == 1
    assert list(Person.objects.values_list("pk", flat=True)) == [stranger.pk]
    assert ErasedPerson.objects.get().key == key
    assert replay_erasures(now=NOW) == 0


def test_an_erasure_waits_seven_days_and_can_be_given_up(zoe: Person, client: Client) -> None:
    client.force_login(zoe)
    client.post("/mon-espace/donnees/effacer/", {"email": ADDRESS})
    assert client.get("/mon-espace/donnees/").status_code == 200
    asked = ErasureRequest.objects.get()
    assert asked.due_at - asked.requested_at == erasure.DELAY
    assert erase_due(now=timezone.now() + timedelta(days=6)) == 0
    client.post("/mon-espace/donnees/garder/")
    assert erase_due(now=timezone.now() + timedelta(days=8)) == 0
    client.post("/mon-espace/donnees/effacer/", {"email": ADDRESS})
    assert erase_due(now=timezone.now() + timedelta(days=8)) == 1
    assert not Person.objects.filter(name="Zoé Martin").exists()


def test_an_erasure_can_be_immediate(zoe: Person, client: Client) -> None:
    client.force_login(zoe)
    answer = client.post("/mon-espace/donnees/effacer/", {"email": f" {ADDRESS.upper()} ", "at_once": "on"})
    assert answer.status_code == 200
    assert not Person.objects.filter(email=ADDRESS).exists()
    assert client.get("/mon-espace/").status_code == 302


def test_an_erasure_is_not_done_by_a_slip(zoe: Person, client: Client) -> None:
    client.force_login(zoe)
    assert client.post("/mon-espace/donnees/effacer/", {"email": "ana@exemple.fr"}).status_code == 200
    assert not ErasureRequest.objects.exists()


def test_the_last_administrator_is_not_erased(zoe: Person, client: Client) -> None:
    ana = Person.objects.get(name="Ana")
    Person.objects.filter(pk=ana.pk).update(is_demonstration=True)
    client.force_login(ana)
    client.post("/mon-espace/donnees/effacer/", {"email": "ana@exemple.fr", "at_once": "on"})
    assert Person.objects.filter(pk=ana.pk).exists()


def test_the_archive_is_asked_for_by_post_and_is_ones_own(zoe: Person, client: Client) -> None:
    assert client.post("/mon-espace/donnees/archive/").status_code == 302
    client.force_login(zoe)
    assert client.get("/mon-espace/donnees/archive/").status_code == 405
    answer = client.post("/mon-espace/donnees/archive/")
    assert answer["Content-Type"] == "application/zip"
    assert answer["Cache-Control"] == "no-store"


def test_what_has_served_goes_at_night(zoe: Person) -> None:
    ana = Person.objects.get(name="Ana")
    invite_person(actor=ana, email="bob@exemple.fr", role="member", now=NOW)
    apply_retention(now=NOW + timedelta(days=20))
    assert AuditEntry.objects.exists() and OutgoingMessage.objects.exists()
    deleted = apply_retention(now=NOW + timedelta(days=400))
    assert deleted["audit.AuditEntry"] >= 4
    assert not AuditEntry.objects.exists() and not OutgoingMessage.objects.exists()
    assert not Draft.objects.exists()
    assert Person.objects.count() == 2


def test_the_public_page_says_each_field(client: Client, db: None) -> None:
    page = client.get("/informations/donnees-personnelles/").content.decode()
    assert "Adresse électronique" in page and "Combien de temps" in page
