"""Pages are counted without knowing by whom, and without writing while one is read."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import OperationalError
from django.test import Client

from maillage.apps.accounts.actions.people import create_person
from maillage.apps.accounts.models import Person
from maillage.kernel.audience import middleware
from maillage.kernel.audience.counter import AudienceCounter
from maillage.kernel.audience.models import PageCount
from maillage.kernel.audience.queries import counts_by_day, counts_by_kind
from tests.apps.accounts.conftest import NOW

DAY = date(2026, 3, 2)
BROWSER = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> AudienceCounter:
    own = AudienceCounter(flush_seconds=0)
    monkeypatch.setattr(middleware, "counter", own)
    return own


@pytest.mark.django_db
def test_counts_add_up_over_several_processes() -> None:
    for _process in range(2):
        counter = AudienceCounter(flush_seconds=0)
        for _reading in range(3):
            counter.add(DAY, "portal:home")
        assert counter.flush() == 3
        assert counter.flush() == 0
    assert PageCount.objects.get().count == 6


@pytest.mark.django_db
def test_a_database_away_loses_no_count(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = AudienceCounter(flush_seconds=0)
    counter.add(DAY, "portal:home")

    def away(**_row: object) -> None:
        raise OperationalError

    with monkeypatch.context() as broken:
        broken.setattr(PageCount.objects, "get_or_create", away)
        with pytest.raises(OperationalError):
            counter.flush()
    assert counter.flush() == 1


@pytest.mark.django_db
def test_only_pages_read_by_people_are_counted(client: Client, counter: AudienceCounter) -> None:
    client.get("/", **BROWSER)
    client.get("/", HTTP_USER_AGENT="Googlebot/2.1")
    client.get("/", HTTP_USER_AGENT="")
    client.get("/nulle-part/", **BROWSER)
    client.get("/", HTTP_HX_REQUEST="true", **BROWSER)
    client.get("/mon-espace/", **BROWSER)
    assert counter.flush() == 1
    row = PageCount.objects.get()
    assert (row.page, row.count) == ("portal:home", 1)


@pytest.mark.django_db
def test_reading_a_page_writes_nothing(client: Client, counter: AudienceCounter) -> None:
    client.get("/", **BROWSER)
    assert not PageCount.objects.exists()


@pytest.mark.django_db
def test_days_without_readers_are_zeros() -> None:
    PageCount.objects.create(day=DAY, page="portal:home", count=4)
    assert [day.count for day in counts_by_day(today=date(2026, 3, 4), days=4)] == [0, 4, 0, 0]
    assert [kind.page for kind in counts_by_kind(today=date(2026, 3, 4), days=4)] == ["portal:home"]


@pytest.mark.django_db
def test_the_page_is_for_administrators(client: Client) -> None:
    person = create_person(
        email="ana@exemple.fr", name="Ana", role="administrator", now=NOW, is_demonstration=True
    )
    PageCount.objects.create(day=DAY, page="directory:inconnue", count=4)
    client.force_login(person)
    assert client.get("/administration/audience/?jours=365").status_code == 200
    assert client.get("/administration/audience/?jours=douze").status_code == 200
    Person.objects.update(role="facilitator")
    assert client.get("/administration/audience/").status_code == 404
