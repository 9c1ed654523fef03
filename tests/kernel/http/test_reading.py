"""Following a link changes nothing, whatever the page behind it does."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from maillage.apps.directory.models import Theme
from maillage.kernel.http.reading import WriteOnReadError, writes_on_get, written_table

pytestmark = pytest.mark.django_db


def careless(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        Theme.objects.create(name="Née d’un clic", slug="clic", sort_key="clic")
    return HttpResponse("fait")


def remembering(request: HttpRequest) -> HttpResponse:
    request.session["seen"] = True
    cache.set("tries", 1)
    return HttpResponse("vu")


def returning(request: HttpRequest) -> HttpResponse:
    return careless(request)


urlpatterns = [
    path("careless/", careless, name="careless"),
    path("remembering/", remembering),
    path("returning/", writes_on_get("a provider sends people back by GET")(returning)),
]


@pytest.fixture(autouse=True)
def _own_urls(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [
        "maillage.kernel.http.reading.ReadingGuardMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
    ]


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_page_that_writes_when_read_is_refused(client: Client, method: str) -> None:
    with pytest.raises(WriteOnReadError, match="GET careless writes in directory_theme"):
        getattr(client, method)("/careless/")
    assert not Theme.objects.exists()


def test_in_service_it_is_an_error_page_and_nothing_is_written(client: Client) -> None:
    client.raise_request_exception = False
    assert client.get("/careless/").status_code == 500
    assert not Theme.objects.exists()


def test_a_post_writes(client: Client) -> None:
    assert client.post("/careless/").status_code == 200
    assert Theme.objects.count() == 1


def test_a_visit_is_remembered(client: Client) -> None:
    assert client.get("/remembering/").status_code == 200
    assert Session.objects.count() == 1


def test_a_marked_view_writes(client: Client) -> None:
    assert client.get("/returning/").status_code == 200
    assert Theme.objects.count() == 1


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("SELECT 1", None),
        ("(SELECT 1) UNION (SELECT 2)", None),
        ("WITH a AS (SELECT 1) SELECT * FROM a", None),
        ("SAVEPOINT x", None),
        ("PRAGMA foreign_keys", None),
        ('INSERT INTO "site" ("id") VALUES (1)', "site"),
        ("INSERT OR IGNORE INTO site VALUES (1)", "site"),
        ('UPDATE "site" SET a = 1', "site"),
        ('DELETE FROM "site"', "site"),
        ("WITH a AS (DELETE FROM site RETURNING 1) SELECT * FROM a", "?"),
        ("DROP TABLE site", "?"),
        ("TRUNCATE site", "?"),
    ],
)
def test_statements_are_told_apart(statement: str, table: str | None) -> None:
    assert written_table(statement) == table
