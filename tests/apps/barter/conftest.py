from __future__ import annotations

import pytest

from maillage.apps.accounts.models import Person
from maillage.apps.barter.models import Circle, CircleMember
from maillage.apps.directory.models import Organization
from tests.factories import make_circle, make_organization, make_person, tie


@pytest.fixture
def solene(db: None) -> Person:
    return make_person("facilitator", name="Solène", email="solene@exemple.test")


@pytest.fixture
def maya(db: None) -> Person:
    """Manages the recycling centre."""
    return make_person(name="Maya", email="maya@exemple.test")


@pytest.fixture
def centre(maya: Person) -> Organization:
    made = make_organization("La Recyclerie")
    tie(maya, made)
    return made


@pytest.fixture
def radio(db: None) -> Organization:
    """Has nobody with an account; an address."""
    return make_organization("Radio Brume", email="antenne@exemple.test")


@pytest.fixture
def circle(solene: Person, centre: Organization, radio: Organization) -> Circle:
    return make_circle(solene, "Le cercle", centre, radio)


@pytest.fixture
def member(circle: Circle, centre: Organization) -> CircleMember:
    found: CircleMember = circle.members.get(organization=centre)
    return found
