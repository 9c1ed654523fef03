from __future__ import annotations

from datetime import date

import pytest

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.opening import BooksChoices, open_books
from maillage.apps.books.models import Books
from maillage.apps.directory.models import Organization
from tests.factories import NOW, make_organization, make_person, managed_by

YEAR = (date(NOW.year, 1, 1), date(NOW.year, 12, 31))
SIRENS = ("732829320", "552081317", "443061841")


@pytest.fixture
def maya(db: None) -> Person:
    """Manages the Recyclerie."""
    return make_person(name="Maya", email="maya@exemple.test")


@pytest.fixture
def omar(db: None) -> Person:
    """Manages Radio Pays."""
    return make_person(name="Omar", email="omar@exemple.test")


@pytest.fixture
def recyclerie(maya: Person) -> Organization:
    return managed_by(maya, "La Recyclerie")


@pytest.fixture
def radio(omar: Person) -> Organization:
    return managed_by(omar, "Radio Pays")


@pytest.fixture
def theatre(db: None) -> Organization:
    return make_organization("Le Théâtre")


@pytest.fixture
def recyclerie_books(recyclerie: Organization, maya: Person) -> Books:
    return books_of(recyclerie, maya, siren=SIRENS[0])


@pytest.fixture
def radio_books(radio: Organization, omar: Person) -> Books:
    return books_of(radio, omar, siren=SIRENS[1])


def books_of(organization: Organization, actor: Person | None, **choices: object) -> Books:
    wanted = BooksChoices(**{"variant": "associative", **choices})  # type: ignore[arg-type]
    return open_books(
        actor=actor,
        organization_id=organization.pk,
        choices=wanted,
        starts_on=YEAR[0],
        ends_on=YEAR[1],
        now=NOW,
    )
