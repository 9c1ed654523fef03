"""Pages of errors say what happened, what was kept and what to do."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from maillage.portal.errors import words_of
from tests.factories import make_person


def _stumble(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault of ours")


def _refuse(_request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def _suspect(_request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


urlpatterns = [
    path("faute/", _stumble),
    path("refus/", _refuse),
    path("louche/", _suspect),
    path("", include("maillage.project.urls")),
]
handler400 = "maillage.portal.errors.bad_request"
handler403 = "maillage.portal.errors.forbidden"
handler404 = "maillage.portal.errors.not_found"
handler500 = "maillage.portal.errors.server_error"

with_broken_pages = override_settings(ROOT_URLCONF=__name__)


@with_broken_pages
def test_a_fault_of_ours_is_told_in_plain_french_without_asking_the_database() -> None:
    """No database fixture: a query would fail this test."""
    answer = Client(raise_request_exception=False).get("/faute/")
    assert answer.status_code == 500
    words = answer.content.decode()
    assert "C’est notre faute, pas la vôtre" in words
    assert "RuntimeError" not in words


@with_broken_pages
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/refus/", 403, "réservée à d’autres"),
        ("/louche/", 400, "Rien n’a été modifié"),
        ("/rien-par-ici/", 404, "n’est pas ici"),
    ],
)
def test_each_error_has_its_page(address: str, status: int, sentence: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == status
    assert sentence in answer.content.decode()


@pytest.mark.django_db
def test_a_form_sent_from_elsewhere_changes_nothing_and_says_how_to_go_on() -> None:
    answer = Client(enforce_csrf_checks=True).post("/compte/connexion/", {"login": "a@b.fr"})
    assert answer.status_code == 403
    assert "Rien n’a été envoyé" in answer.content.decode()


@pytest.mark.django_db
def test_a_lost_address_proposes_to_search_for_its_words() -> None:
    words = Client().get("/initiative/12-repair-cafe-des-vallons").content.decode()
    assert 'value="repair cafe des vallons"' in words


def test_the_words_of_an_address_are_only_words() -> None:
    assert words_of("/a/%3Cscript%3E12/") == "script"
    assert words_of("/") == ""
    assert len(words_of("/" + "é" * 500)) == 80


@pytest.mark.django_db
def test_an_address_that_only_takes_a_form_is_a_page_and_not_a_blank() -> None:
    person = make_person()
    client = Client()
    client.force_login(person)
    answer = client.get("/mon-espace/nouvelles/vues/")
    assert answer.status_code == 405 and answer["Allow"] == "POST"
    assert "Rien n’a été modifié" in answer.content.decode()
    assert client.put("/mon-espace/nouvelles/vues/").content == b""
