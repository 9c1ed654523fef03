"""The pages that the law asks for: there from the first day, rewritten by administrators, harmless."""

from __future__ import annotations

import pytest
from django.test import Client

from maillage.apps.accounts.actions.people import create_person
from maillage.kernel.audit.models import AuditEntry
from maillage.kernel.site.models import SiteSettings
from tests.apps.accounts.conftest import NOW

pytestmark = pytest.mark.django_db
PAGES = ["mentions-legales", "donnees-personnelles", "accessibilite", "ecoconception"]


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(
        create_person(
            email="ana@exemple.fr", name="Ana", role="administrator", now=NOW, is_demonstration=True
        )
    )
    return client


@pytest.mark.parametrize("page", PAGES)
def test_each_page_is_there_before_anybody_wrote_it(client: Client, page: str) -> None:
    assert client.get(f"/informations/{page}/").status_code == 200


def test_the_notices_follow_the_settings(client: Client) -> None:
    SiteSettings.objects.update_or_create(
        pk=1,
        defaults={
            "publisher_name": "Fédération des Vallons",
            "host_name": "Un hébergeur <b>",
            "contact_email": "a@exemple.fr",
        },
    )
    page = client.get("/informations/mentions-legales/").content.decode()
    assert (
        "Fédération des Vallons" in page and "a@exemple.fr" in page and "<b>" not in page.split("contenu")[1]
    )


def test_an_administrator_rewrites_a_page_and_goes_back(administrator: Client) -> None:
    address = "/administration/pages-legales/legal_notices/"
    assert administrator.get("/administration/pages-legales/").status_code == 200
    assert administrator.get(address).status_code == 200
    administrator.post(address, {"text": "## Nous\n\n<script>alert(1)</script> **bonjour**"})
    page = administrator.get("/informations/mentions-legales/").content.decode()
    assert "<strong>bonjour</strong>" in page and "<script>alert" not in page
    assert AuditEntry.objects.get(verb="site.edit_legal_text").target_id == "legal_notices"
    administrator.post(address, {"reset": "1"})
    assert "Éditeur du site" in administrator.get("/informations/mentions-legales/").content.decode()


def test_an_empty_or_endless_text_is_refused(administrator: Client) -> None:
    address = "/administration/pages-legales/privacy/"
    assert administrator.post(address, {"text": ""}).status_code == 200
    assert administrator.post(address, {"text": "x" * 60_000}).status_code == 200
    assert not AuditEntry.objects.filter(verb="site.edit_legal_text").exists()


def test_others_do_not_rewrite(client: Client) -> None:
    assert client.get("/administration/pages-legales/privacy/").status_code == 302
    client.force_login(create_person(email="b@exemple.fr", name="B", role="facilitator", now=NOW))
    assert client.post("/administration/pages-legales/privacy/", {"text": "moi"}).status_code == 404


def test_an_unknown_page_is_not_found(administrator: Client) -> None:
    assert administrator.get("/administration/pages-legales/inconnue/").status_code == 404
