"""Who is told what happens to a fiche."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core import mail

from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions.initiatives import propose_initiative, publish_initiative
from maillage.apps.directory.models import Initiative, Membership, Organization
from maillage.kernel.mail.models import Notification
from tests.factories import make_person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)


@pytest.fixture
def writer() -> Person:
    return make_person("member")


@pytest.fixture
def fiche(writer: Person) -> Initiative:
    owner = Organization.objects.create(name="Jardin", slug="j", sort_key="j", created_at=NOW, updated_at=NOW)
    manager = make_person("member")
    for person, role in ((manager, "manager"), (writer, "member")):
        Membership.objects.create(
            organization=owner, person=person, role=role, status="active", created_at=NOW
        )
    return Initiative.objects.create(
        title="Le jardin",
        slug="le-jardin",
        sort_key="jardin",
        owner=owner,
        created_by=writer,
        created_at=NOW,
        updated_at=NOW,
    )


def told() -> set[tuple[int, str]]:
    return set(Notification.objects.values_list("person_id", "kind"))


def test_facilitators_are_told_of_a_proposal(fiche: Initiative, writer: Person) -> None:
    facilitator = make_person("facilitator")
    propose_initiative(actor=writer, initiative_id=fiche.pk, now=NOW)
    assert told() == {(facilitator.pk, "directory.proposed")}
    assert "Le jardin" in Notification.objects.get().title
    assert not mail.outbox  # tomorrow morning, with the rest


def test_writer_and_managers_are_told_of_a_publication(fiche: Initiative, writer: Person) -> None:
    facilitator = make_person("facilitator")
    publish_initiative(actor=facilitator, initiative_id=fiche.pk, now=NOW)
    manager = fiche.owner.memberships.get(role="manager").person_id
    assert told() == {(writer.pk, "directory.published"), (manager, "directory.published")}


def test_who_left_the_organisation_is_not_told(fiche: Initiative, writer: Person) -> None:
    Membership.objects.filter(person=writer).update(status="ended", ended_at=NOW)
    publish_initiative(actor=make_person("facilitator"), initiative_id=fiche.pk, now=NOW)
    assert told() == {(fiche.owner.memberships.get(role="manager").person_id, "directory.published")}


def test_whoever_does_it_is_not_told(fiche: Initiative, writer: Person) -> None:
    publish_initiative(actor=writer, initiative_id=fiche.pk, now=NOW)
    assert writer.pk not in {person for person, _kind in told()}
