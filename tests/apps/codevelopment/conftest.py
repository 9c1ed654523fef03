from __future__ import annotations

import pytest

from maillage.apps.accounts.models import Person
from maillage.apps.codevelopment.actions.people import add_participants
from maillage.apps.codevelopment.actions.programmes import open_programme
from maillage.apps.codevelopment.models import Programme
from maillage.apps.codevelopment.queries.contents import ParticipantContent
from tests.factories import NOW, make_person

PROFILES = ("compta", "animation", "numérique", "bâtiment", "cuisine", "culture")
SECTORS = ("alimentation", "mobilité", "habitat", "santé")


@pytest.fixture
def solene(db: None) -> Person:
    return make_person("facilitator", name="Solène", email="solene@exemple.test")


@pytest.fixture
def maya(db: None) -> Person:
    """Takes part, under her address."""
    return make_person(name="Maya", email="maya@exemple.test")


@pytest.fixture
def programme(solene: Person, maya: Person) -> Programme:
    """Three meetings of twelve people; the first is Maya."""
    made = open_programme(actor=solene, title="Pairs du pays", rounds_count=3, now=NOW)
    people = [
        ParticipantContent(
            name="Maya" if n == 0 else f"Personne {n:02}",
            structure=f"Structure {n}",
            email="maya@exemple.test" if n == 0 else "",
            profiles=(PROFILES[n % 6],),
            sectors=(SECTORS[n % 4],),
        )
        for n in range(12)
    ]
    add_participants(actor=solene, programme_id=made.pk, contents=people, now=NOW)
    return made
