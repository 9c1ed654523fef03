"""What a page reads once is read again at the next page, and at once where something may be written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from maillage.apps.directory.access import belongs_to
from maillage.apps.directory.choices import MembershipStatus
from maillage.apps.directory.models import Membership
from maillage.kernel.http.once import once, reading_once
from maillage.kernel.site.models import SiteSettings
from tests.factories import make_organization, make_person, tie


def test_each_key_is_read_once_inside_and_always_outside() -> None:
    read: list[str] = []

    def reading(key: str) -> str:
        return once(key, lambda: read.append(key) or key)  # type: ignore[func-returns-value]

    assert [reading("a"), reading("a")] == ["a", "a"]
    assert read == ["a", "a"]
    with reading_once():
        assert [reading("a"), reading("b"), reading("a")] == ["a", "b", "a"]
        with reading_once():
            reading("a")
    assert read == ["a", "a", "a", "b", "a"]
    reading("b")
    assert read[-1] == "b"


def test_nothing_is_held_when_the_reading_fails() -> None:
    def failing() -> None:
        raise LookupError

    with reading_once():
        with pytest.raises(LookupError):
            once("a", failing)
        assert once("a", lambda: 1) == 1


@pytest.mark.django_db
def test_rights_are_held_for_one_page_and_are_each_persons_own() -> None:
    person, other, body = make_person(), make_person(), make_organization()
    tie(person, body)
    with reading_once():
        assert belongs_to(person, body.pk) and not belongs_to(other, body.pk)
    Membership.objects.update(status=MembershipStatus.ENDED)
    assert not belongs_to(person, body.pk), "outside a page nothing is held"
    with reading_once():
        assert not belongs_to(person, body.pk)


@pytest.mark.django_db
def test_the_next_page_says_what_changed_since(client: Client, django_assert_num_queries: Callable) -> None:
    SiteSettings.objects.create(name="Avant")
    assert "Avant" in client.get("/informations/mentions-legales/").content.decode()
    SiteSettings.objects.update(name="Après")
    with django_assert_num_queries(1):
        page = client.get("/informations/mentions-legales/").content.decode()
    assert "Après" in page and "Avant" not in page
