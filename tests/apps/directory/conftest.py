from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from maillage.apps.accounts.choices import Role
from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions.initiatives import create_initiative, publish_initiative
from maillage.apps.directory.choices import Family, Stage, Status
from maillage.apps.directory.models import (
    Commune,
    Initiative,
    InitiativePlace,
    Organization,
    Territory,
    Theme,
)
from maillage.apps.directory.queries.contents import InitiativeContent

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def member(db: None) -> Person:
    return Person.objects.create_user("membre@exemple.test", name="Maya Membre")


@pytest.fixture
def facilitator(db: None) -> Person:
    return Person.objects.create_user("anim@exemple.test", name="Anne Anim", role=Role.FACILITATOR)


@pytest.fixture
def publish(db: None) -> Callable[..., Initiative]:
    """publish(title, **content): a published initiative."""

    def make(title: str, **said: object) -> Initiative:
        content = InitiativeContent(title=title, **said)  # type: ignore[arg-type]
        made = create_initiative(actor=None, content=content, now=NOW)
        return publish_initiative(actor=None, initiative_id=made.pk, now=NOW)

    return make


@pytest.fixture
def country(db: None) -> list[Initiative]:
    """120 initiatives of every kind, some of them hidden, some with two places or none."""
    draw = random.Random(7)
    now = timezone.now()
    tops = [theme(f"Thème {n}") for n in range(3)]
    themes = [*tops, *(theme(f"Sous-thème {n}", tops[n % 3]) for n in range(70))]
    communes = [
        Commune.objects.create(insee_code=f"8700{n}", name=f"C{n}", sort_key=f"c{n}", department_code="87",
                               latitude=45.5 + n / 10, longitude=1.2)
        for n in range(5)
    ]  # fmt: skip
    territory = Territory.objects.create(kind="grouping", name="Pays", slug="pays")
    territory.communes.set(communes[:2])
    body = Organization.objects.create(name="O", slug="o", sort_key="o", created_at=now, updated_at=now)
    made = []
    for number in range(120):
        one = Initiative.objects.create(
            title=f"Jardin {number}" if number % 3 else f"Vélo {number}",
            slug="f",
            sort_key="f",
            status=draw.choice([*[Status.PUBLISHED] * 5, Status.DRAFT]),
            family=draw.choice(["", *Family.values]),
            stage=draw.choice(["", *Stage.values]),
            looks_for_hands=draw.random() < 0.3,
            owner=body if draw.random() < 0.2 else None,
            created_at=now,
            updated_at=now - timedelta(days=draw.randrange(400)),
            main_theme=draw.choice(themes),
        )
        one.themes.set(draw.sample(themes, draw.randrange(4)))
        for _place in range(draw.choice((0, 1, 1, 1, 2))):
            InitiativePlace.objects.create(
                initiative=one,
                latitude=45.5 + draw.random() * 0.5,
                longitude=1 + draw.random() * 0.5,
                commune=draw.choice([None, *communes]),
            )
        made.append(one)
    return made


def theme(name: str, parent: Theme | None = None) -> Theme:
    slug = name.lower().replace(" ", "-").replace("è", "e")
    return Theme.objects.create(
        name=name, slug=slug, sort_key=slug, parent=parent, color="#17594f", icon="leaf"
    )
