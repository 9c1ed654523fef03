"""From an empty site to an open one, in four steps; then its settings, and the background work."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from maillage.apps.accounts.choices import Role
from maillage.apps.accounts.models import Person
from maillage.kernel.audit.models import AuditEntry
from maillage.kernel.jobs.models import DeadLetter
from maillage.kernel.site.settings import get_site

pytestmark = pytest.mark.django_db

TERRITORY = {
    "name": "Le Réseau",
    "territory_name": "Vallons",
    "latitude": "45.8",
    "longitude": "1.3",
    "zoom": "9",
}


@pytest.fixture
def administrator(client: Client) -> Person:
    person = Person.objects.create_user("ada@exemple.org", role=Role.ADMINISTRATOR, is_demonstration=True)
    client.force_login(person)
    return person


@pytest.mark.parametrize("name", ["welcome", "administration", "jobs"])
def test_only_administrators_enter(client: Client, name: str) -> None:
    address = reverse(f"portal:{name}")
    assert client.get(address).status_code == 302
    client.force_login(Person.objects.create_user("b@exemple.org", role=Role.FACILITATOR))
    assert client.get(address).status_code == 404


def test_four_steps_open_a_site(client: Client, administrator: Person) -> None:
    assert reverse("portal:welcome") in client.get("/").content.decode()
    assert client.get(reverse("portal:welcome")).url == "/bienvenue/territoire/"  # type: ignore[attr-defined]
    answer = client.post("/bienvenue/territoire/", TERRITORY)
    assert answer.url == "/bienvenue/salles/"  # type: ignore[attr-defined]
    assert client.post("/bienvenue/salles/").url == "/bienvenue/mentions/"  # type: ignore[attr-defined]
    answer = client.post("/bienvenue/mentions/", {"publisher_name": "L'association"})
    assert answer.url == "/bienvenue/courriel/"  # type: ignore[attr-defined]
    assert client.get(reverse("portal:welcome")).url == "/bienvenue/courriel/"  # type: ignore[attr-defined]
    answer = client.post("/bienvenue/courriel/essai/", {"to": "ada@exemple.org"})
    assert "ada@exemple.org" in answer.content.decode()
    assert mail.outbox[0].to == ["ada@exemple.org"]
    assert client.post("/bienvenue/terminer/").url == "/"  # type: ignore[attr-defined]
    site = get_site()
    assert (site.name, site.latitude, site.publisher_name) == ("Le Réseau", 45.8, "L'association")
    assert site.welcomed_at
    home = client.get("/").content.decode()
    assert "Le Réseau" in home
    assert reverse("portal:welcome") not in home
    assert AuditEntry.objects.filter(verb="site.finish_welcome").count() == 1


def test_settings_are_changed_afterwards(client: Client, administrator: Person) -> None:
    client.post("/bienvenue/terminer/")
    assert client.get(reverse("portal:welcome")).url == reverse("portal:administration")  # type: ignore[attr-defined]
    answer = client.post("/bienvenue/territoire/", {**TERRITORY, "name": "Autre"})
    assert answer.url == reverse("portal:administration")  # type: ignore[attr-defined]
    assert get_site().name == "Autre"
    client.post("/bienvenue/territoire/", {**TERRITORY, "name": "Autre"})
    assert AuditEntry.objects.filter(verb="site.change").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"latitude": "95"},
        {"longitude": ""},
        {"name": ""},
        {"zoom": "40"},
        {"contact_email": "x"},
        {"name": "x" * 200},
    ],
)
def test_a_wrong_answer_is_said_and_changes_nothing(
    client: Client, administrator: Person, wrong: dict[str, str]
) -> None:
    answer = client.post("/bienvenue/territoire/", {**TERRITORY, **wrong})
    assert answer.status_code == 200
    assert "Erreur" in answer.content.decode()
    assert get_site().name == "Maillage"


def test_hostile_words_stay_words(client: Client, administrator: Person) -> None:
    client.post("/bienvenue/territoire/", {**TERRITORY, "name": "<script>alert(1)</script>"})
    assert "<script>alert" not in client.get("/").content.decode()


def test_a_mail_server_that_refuses_is_quoted(
    client: Client, administrator: Person, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", 9, False
    answer = client.post("/bienvenue/courriel/essai/", {"to": "a@exemple.org"})
    assert "refused" in answer.content.decode().lower()


def test_jobs_given_up_are_shown_and_decided(client: Client, administrator: Person) -> None:
    letter = DeadLetter.objects.create(
        job_name="jobs.clean", tries=3, error="<b>boom</b>", trace="<i>", failed_at=timezone.now()
    )
    page = client.get(reverse("portal:jobs")).content.decode()
    assert "Ranger les tâches finies" in page and "jobs.clean" not in page
    assert "<b>boom" not in page
    address = reverse("portal:decide_job", args=[letter.pk, "relancer"])
    assert client.get(address).status_code == 405
    assert client.post(address).status_code == 302
    assert not DeadLetter.objects.exists()
    assert client.post(address).status_code == 302
    assert client.post(reverse("portal:decide_job", args=[letter.pk, "autre"])).status_code == 404
    assert AuditEntry.objects.filter(verb="job.run_again").count() == 1


def test_a_job_that_no_longer_exists_can_only_be_dropped(client: Client, administrator: Person) -> None:
    letter = DeadLetter.objects.create(job_name="gone", tries=3, error="x", failed_at=timezone.now())
    assert "gone" in client.get(reverse("portal:jobs")).content.decode()
    client.post(reverse("portal:decide_job", args=[letter.pk, "relancer"]))
    assert DeadLetter.objects.exists()
    client.post(reverse("portal:decide_job", args=[letter.pk, "abandonner"]))
    assert not DeadLetter.objects.exists()
