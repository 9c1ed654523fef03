"""The front door: what the place is, a search, the map at a glance, what to do; first steps for who runs it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.apps.accounts.choices import Role
from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions.initiatives import create_initiative, publish_initiative
from maillage.apps.directory.queries.contents import InitiativeContent, PlaceContent

pytestmark = pytest.mark.django_db


def test_a_new_site_has_a_home_page_without_a_drawing(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert "<h1" in answer.content.decode()
    assert reverse("directory:glimpse") not in answer.content.decode()
    assert client.get(reverse("directory:glimpse")).status_code == 404


def test_the_map_is_glimpsed_once_something_is_published(client: Client) -> None:
    person = Person.objects.create_user("solene@exemple.org", role=Role.FACILITATOR)
    for number in range(3):
        place = PlaceContent(city="Guéret", latitude=46.1 + number / 10, longitude=1.8)
        content = InitiativeContent(title=f"Jardin {number}", summary="Un jardin.", places=(place,))
        made = create_initiative(actor=person, content=content.settled(), now=timezone.now())
        publish_initiative(actor=person, initiative_id=made.pk, now=timezone.now())
    home = client.get("/").content.decode()
    assert reverse("directory:glimpse") in home
    answer = client.get(reverse("directory:glimpse"))
    assert answer["Content-Type"].startswith("image/svg+xml")
    heights = {float(height) for height in re.findall(r'<circle [^>]*cy="([\d.]+)"', answer.content.decode())}
    assert len(heights) == 3
    assert all(0 <= height <= 400 for height in heights)


def test_those_who_run_a_new_site_find_five_things_to_do(client: Client) -> None:
    client.force_login(Person.objects.create_user("solene@exemple.org", role=Role.FACILITATOR))
    home = client.get("/").content.decode()
    assert "5 choses pour démarrer" in home
    assert home.count("À faire") == 5


def test_visitors_are_not_given_the_first_steps(client: Client) -> None:
    assert "pour démarrer" not in client.get("/").content.decode()
