from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from maillage.apps.accounts.choices import Role
from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions.initiatives import create_initiative, publish_initiative
from maillage.apps.directory.models import Initiative
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
