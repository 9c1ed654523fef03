from __future__ import annotations

import pytest

from maillage.apps.accounts.models import Person
from maillage.apps.directory.models import Organization
from tests.factories import make_person, managed_by


@pytest.fixture
def maya(db: None) -> Person:
    """Manages the Fournil."""
    return make_person(name="Maya", email="maya@exemple.test")


@pytest.fixture
def omar(db: None) -> Person:
    """Manages the workshop of bicycles."""
    return make_person(name="Omar", email="omar@exemple.test")


@pytest.fixture
def solene(db: None) -> Person:
    return make_person("facilitator", name="Solène", email="solene@exemple.test")


@pytest.fixture
def fournil(maya: Person) -> Organization:
    return managed_by(maya, "Le Fournil")


@pytest.fixture
def cycles(omar: Person) -> Organization:
    return managed_by(omar, "Cycles et Compagnie")
