from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from maillage.apps.accounts.models import Person
from maillage.kernel.audit.actions import record
from maillage.kernel.audit.models import AuditEntry, AuditIsAppendOnlyError

NOW = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)


def write(actor: object) -> AuditEntry:
    return record(
        actor=actor,
        verb="fiche.publish",
        target_kind="initiative",
        target_id=7,
        target_label="Jardin",
        now=NOW,
    )


@pytest.mark.django_db
def test_a_line_says_who_what_and_when() -> None:
    person = Person.objects.create_user("ana@exemple.fr", name="Ana")
    entry = write(person)
    assert (entry.actor_id, entry.actor_label, entry.target_id, entry.at) == (person.pk, "Ana", "7", NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("actor", [None, AnonymousUser()])
def test_nobody_in_particular_is_the_platform(actor: object) -> None:
    assert write(actor).actor_id is None


@pytest.mark.django_db
def test_the_journal_is_never_rewritten() -> None:
    entry = write(None)
    entry.target_label = "Autre"
    with pytest.raises(AuditIsAppendOnlyError):
        entry.save()
    with pytest.raises(AuditIsAppendOnlyError):
        AuditEntry.objects.update(target_label="Autre")


@pytest.mark.django_db
def test_a_line_outlives_the_person_who_did_it() -> None:
    person = Person.objects.create_user("ana@exemple.fr", name="Ana")
    write(person)
    person.delete()
    assert AuditEntry.objects.get().actor_id is None
