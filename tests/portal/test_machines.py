"""Robots and browsers get the files that they ask for by name."""

import pytest
from django.test import Client


def test_robots_are_asked_to_leave_private_places_and_searches_alone() -> None:
    lines = Client().get("/robots.txt").content.decode().splitlines()
    assert "Disallow: /mon-espace/" in lines
    assert "Disallow: /recherche/" in lines
    assert "Disallow: /" not in lines


@pytest.mark.django_db
def test_the_site_can_be_kept_on_a_first_screen_under_its_name() -> None:
    answer = Client().get("/site.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert answer.json()["start_url"] == "/"
    assert answer.json()["icons"][0]["src"].endswith("icon.svg")


def test_the_icon_is_found_where_browsers_look_for_it() -> None:
    """A browser that shows a feed or a data file asks for it there."""
    answer = Client().get("/favicon.ico")
    assert (answer.status_code, answer["Location"]) == (302, "/static/maillage/icon.svg")
