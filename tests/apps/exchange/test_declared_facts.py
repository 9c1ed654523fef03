"""Dates and distances that are declared count: the second worked example of docs/explanation/appariement.md."""

from __future__ import annotations

from datetime import date

import pytest

from maillage.apps.accounts.models import Person
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.matching import Found, best_for
from maillage.apps.exchange.queries.wording import reason_words
from tests.factories import NOW, make_listing

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
GUERET = {"latitude": 46.17, "longitude": 1.87}
TWENTY_KM_NORTH = {"latitude": 46.17 + 20 / 111.195, "longitude": 1.87}
HALF_YEAR = {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 6, 30)}


def need(actor: Person, **said: object) -> Listing:
    return make_listing("Un lieu pour répéter", actor=actor, kind="room", **{**GUERET, **said})


def offer(actor: Person, **said: object) -> Listing:
    said = {"direction": "offer", "kind": "room", **GUERET, **said}
    return make_listing("Ancienne école", actor=actor, **said)


def against(found: Found) -> list[str]:
    return [reason_words(each, found.names) for each in found.reasons if each.is_met is False]


def test_the_worked_example(maya: Person, omar: Person) -> None:
    asked = need(maya, text="À 10 km au plus.", starts_on=date(2027, 1, 4), ends_on=date(2027, 2, 26))
    assert [each.kind for each in asked.criteria.all()] == ["distance"]
    near = offer(omar, **HALF_YEAR)
    far = offer(omar, **HALF_YEAR, **TWENTY_KM_NORTH)
    offer(omar, starts_on=date(2027, 9, 1))
    offer(omar, **HALF_YEAR, text="Libre en septembre 2027.")
    found = best_for(asked, today=TODAY)
    assert [(each.listing, each.score) for each in found] == [
        (near, pytest.approx(0.4, abs=0.001)),
        (far, pytest.approx(0.2, abs=0.001)),
    ]
    assert against(found[0]) == []
    assert against(found[1]) == ["À 20 km, au-delà des 10 km souhaités"]


def test_disjoint_dates_are_told_against(maya: Person, omar: Person) -> None:
    asked = need(maya, ends_on=date(2027, 2, 26))
    make_listing(
        "Une salle pour répéter", actor=omar, direction="offer", kind="room", starts_on=date(2027, 9, 1)
    )
    [found] = best_for(asked, today=TODAY)
    [reason] = against(found)
    assert "1er septembre 2027" in reason and "26 février 2027" in reason and "mais" in reason


def test_the_least_distance_is_the_radius_unless_the_field_says_one(maya: Person, omar: Person) -> None:
    offer(omar, starts_on=date(2027, 1, 1), latitude=46.17 + 10 / 111.195)
    said = {"starts_on": date(2027, 1, 4), "text": "À 15 km au plus, ou dans un rayon de 5 km à pied."}

    def limit(**more: object) -> float | None:
        [found] = best_for(need(maya, **{**said, **more}), today=TODAY)
        return next(each.limit for each in found.reasons if each.kind == "distance")

    assert limit() == 5
    assert limit(radius_km=50) == 50
    assert limit(text="À 20 minutes de marche.") == 30, "minutes are no radius"
