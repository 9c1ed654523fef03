"""The list gives what the plain query gives, in the same order, page by page, and at once after a change."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import Min
from django.test import Client
from django.utils import timezone

from maillage.apps.directory.actions.geography import load_areas
from maillage.apps.directory.actions.initiatives import archive_initiative
from maillage.apps.directory.models import Commune, Initiative, InitiativePlace, MapChange
from maillage.apps.directory.queries import answers
from maillage.apps.directory.queries.contents import PlaceContent
from maillage.apps.directory.queries.filters import (
    KM_PER_DEGREE,
    InitiativeFilter,
    centre_of,
    filter_initiatives,
    square_distance,
)
from maillage.apps.directory.queries.listing import initiative_page, possible_sorts
from maillage.apps.directory.queries.themes import theme_tree
from tests.apps.directory.conftest import NOW
from tests.apps.directory.test_map_tiles import random_filter

Publish = Callable[..., Initiative]


def listed(wanted: InitiativeFilter, sort: str) -> tuple[list[int], dict[int, float], int]:
    """All the pages, one after the other."""
    tree, ids, distances, total = theme_tree(), [], {}, 0
    for number in range(1, 100):
        said = initiative_page(wanted, sort=sort, number=str(number), tree=tree)
        ids += [one.pk for one in said.initiatives]
        distances |= said.distances_km
        total = said.page.paginator.count
        if not said.page.has_next():
            break
    return ids, distances, total


def plain(wanted: InitiativeFilter, sort: str) -> list[int]:
    """One query, as anybody would write it."""
    found = filter_initiatives(wanted)
    if sort == "distance":
        centre = centre_of(wanted)
        assert centre is not None
        places = InitiativePlace.objects.filter(initiative__in=found, latitude__isnull=False)
        nearest = places.values("initiative_id").annotate(square=Min(square_distance(*centre)))
        return list(nearest.order_by("square", "initiative_id").values_list("initiative_id", flat=True))
    order = ("sort_key", "pk") if sort == "nom" else ("-updated_at", "-pk")
    return list(found.order_by(*order).values_list("pk", flat=True))


@pytest.mark.data
@pytest.mark.django_db
def test_the_list_says_what_the_plain_query_says(
    country: list[Initiative], monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(11)
    for turn in range(120):
        monkeypatch.setattr(answers, "FIRST_MAX", draw.choice((5, 30, 2400)))
        wanted = replace(random_filter(draw), words="")
        if draw.random() < 0.3:
            wanted = replace(wanted, latitude=45.7, longitude=1.2)
        for sort in possible_sorts(wanted):
            expected = plain(wanted, sort)
            for _again in range(2):
                ids, _distances, total = listed(wanted, sort)
                assert (ids, total) == (expected, len(expected)), (turn, sort, wanted)


@pytest.mark.data
@pytest.mark.django_db
def test_distances_are_those_of_the_nearest_place(publish: Publish) -> None:
    north = PlaceContent(name="Loin", latitude=46.83, longitude=1.26)
    near = PlaceContent(name="Ici", latitude=45.93, longitude=1.26)
    one = publish("Le four à pain", places=(north, near))
    publish("Sans lieu")
    ids, distances, total = listed(InitiativeFilter(latitude=45.83, longitude=1.26), "distance")
    assert (ids, total) == ([one.pk], 1)
    assert distances[one.pk] == pytest.approx(0.1 * KM_PER_DEGREE)


@pytest.mark.data
@pytest.mark.django_db
def test_a_change_is_in_the_list_at_once(client: Client, publish: Publish) -> None:
    def shown(query: str = "") -> str:
        return client.get(f"/initiatives/{query}").content.decode()

    assert "Le four à pain" not in shown()
    one = publish("Le four à pain")
    assert "Le four à pain" in shown() and "Le four à pain" in shown("?q=four")
    archive_initiative(actor=None, initiative_id=one.pk, now=NOW)
    assert "Le four à pain" not in shown() and "Le four à pain" not in shown("?q=four")


@pytest.mark.django_db
def test_the_same_list_is_put_in_order_once(
    country: list[Initiative], django_assert_num_queries: Callable[..., object]
) -> None:
    tree, wanted = theme_tree(), InitiativeFilter(looks_for_hands=True)
    now = timezone.now()
    first = answers.answer_in_order(wanted, "recent", tree=tree, now=now)
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        again = answers.answer_in_order(wanted, "recent", tree=tree, now=now)
        assert again[slice(0, 24)] == first[slice(0, 24)] and len(again) == len(first) > 0


@pytest.mark.django_db
def test_only_recent_notes_are_counted_and_one_that_commits_late_is_seen() -> None:
    """The notes of a large import are many, and no list should read them all each time it is asked for."""
    tree, now = theme_tree(), timezone.now()

    def key() -> object:
        return answers._key(InitiativeFilter(), "nom", tree, now)

    MapChange.objects.create(pk=900, ids=[], at=now)
    before = key()
    MapChange.objects.create(pk=10, ids=[], at=now - timedelta(hours=3))
    assert key() == before, "three hours old: whoever reads now has read it"
    MapChange.objects.create(pk=899, ids=[], at=now - timedelta(minutes=50))
    assert key() != before, "it took its number first, and was committed last"


def test_a_territory_loaded_with_other_communes_answers_otherwise_at_once(publish: Publish) -> None:
    for number in (1, 2):
        Commune.objects.create(
            insee_code=f"8700{number}", name=f"C{number}", sort_key=f"c{number}", department_code="87",
            latitude=45.8, longitude=1.2,
        )  # fmt: skip
    fiches = [
        publish(f"Jardin {number}", places=(PlaceContent(commune_id=f"8700{number}"),)) for number in (1, 2)
    ]
    wanted = InitiativeFilter(territory="pays")
    for number, fiche in enumerate(fiches, start=1):
        areas = [{"nom": "Pays", "communes": [f"8700{number}"]}]
        load_areas(stream=io.BytesIO(json.dumps(areas).encode()), now=NOW)
        assert listed(wanted, "nom")[0] == [fiche.pk]
