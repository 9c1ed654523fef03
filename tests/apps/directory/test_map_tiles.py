"""The map says what the list says, whatever the filter, and at once after a change."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from maillage.apps.directory.actions.initiatives import archive_initiative
from maillage.apps.directory.actions.maps import refresh_map_snapshot
from maillage.apps.directory.choices import Family, Stage
from maillage.apps.directory.models import (
    Initiative,
    InitiativePlace,
    MapChange,
    Organization,
)
from maillage.apps.directory.queries import layers, points, tiles
from maillage.apps.directory.queries.contents import PlaceContent
from maillage.apps.directory.queries.filters import InitiativeFilter, filter_initiatives
from maillage.cores.geo.clusters import GRID_BITS
from maillage.cores.geo.mercator import tile_of
from maillage.kernel.jobs.registry import all_periods
from tests.apps.directory.conftest import theme as make_theme
from tests.cores.geo.decoding import position, read_tile

Publish = Callable[..., Initiative]
LIMOGES = PlaceContent(name="Ici", latitude=45.83, longitude=1.26)


@pytest.fixture(autouse=True)
def fresh_map() -> Iterator[None]:
    forget()
    yield
    forget()


def forget() -> None:
    points.forget_points()
    layers.forget_layers()
    tiles.forget_tiles()


def random_filter(draw: random.Random) -> InitiativeFilter:
    values: dict[str, object] = {}
    if draw.random() < 0.4:
        values["themes"] = tuple(f"theme-{n}" for n in draw.sample(range(3), 2))
    elif draw.random() < 0.3:
        values["themes"] = (f"sous-theme-{draw.randrange(70)}",)
    if draw.random() < 0.2:
        values["family"] = draw.choice(Family.values)
    if draw.random() < 0.2:
        values["stage"] = draw.choice(Stage.values)
    if draw.random() < 0.3:
        values["looks_for_hands"] = True
    if draw.random() < 0.3:
        values["fresh_days"] = draw.choice((30, 180, 365))
    if draw.random() < 0.2:
        values["organization_id"] = Organization.objects.get().pk
    where = draw.random()
    if where < 0.2:
        values |= {"latitude": 45.7, "longitude": 1.2, "radius_km": draw.choice((2.0, 10.0, 30.0))}
    elif where < 0.3:
        values |= {"commune": "87001", "radius_km": 10.0}
    elif where < 0.4:
        values["commune"] = "87001"
    elif where < 0.5:
        values["territory"] = "pays"
    return InitiativeFilter(**values)  # type: ignore[arg-type]


def placed_ids(wanted: InitiativeFilter) -> set[int]:
    return set(filter_initiatives(wanted).filter(places__cell__isnull=False).values_list("pk", flat=True))


def shown_ids(wanted: InitiativeFilter, zoom: int) -> tuple[set[int], int]:
    """The initiatives of every tile of a zoom, through their clusters; and how many points the tiles count."""
    found: set[int] = set()
    count = 0
    left, top = tile_of(46.2, 0.9, zoom)
    right, bottom = tile_of(45.3, 1.7, zoom)
    for x in range(left - 1, right + 2):
        for y in range(top - 1, bottom + 2):
            for feature in read_tile(tiles.tile_bytes(wanted, zoom, x, y)).get("initiatives", []):
                tags = feature["tags"]
                assert all(0 <= part < 4096 for part in position(feature))
                members = tiles.members_of_cell(wanted, tags["cell"]) if "cell" in tags else [tags["id"]]
                assert tags["id"] in members
                found |= set(members)
                count += tags["count"]
    return found, count


def test_tiles_show_what_the_list_shows(country: list[Initiative]) -> None:
    draw = random.Random(3)
    for _turn in range(60):
        wanted = random_filter(draw)
        listed = placed_ids(wanted)
        found, count = shown_ids(wanted, draw.choice((4, 8, 10)))
        assert found == listed, wanted
        assert count == InitiativePlace.objects.filter(initiative_id__in=listed).count(), wanted


def test_words_narrow_the_map_too(publish: Publish) -> None:
    publish("Un potager pour toute la rue", places=(LIMOGES,))
    bike = publish("Atelier vélo", places=(LIMOGES,))
    assert shown_ids(InitiativeFilter(words="vélos"), 8) == ({bike.pk}, 1)


def test_recipes_narrow_the_map_and_the_list(publish: Publish, client: Client) -> None:
    publish("Atelier vélo", places=(LIMOGES,), recipe_cost="200 €")
    told = publish("Un four pour le quartier", places=(LIMOGES,), recipe_steps="On maçonne.")
    assert shown_ids(InitiativeFilter(has_recipe=True), 8) == ({told.pk}, 1)
    page = client.get("/initiatives/?recette=1").content.decode()
    assert "Un four pour le quartier" in page
    assert "Atelier vélo" not in page
    assert 'href="/initiatives/?recette=1"' in client.get("/").content.decode()


def test_a_change_is_on_the_map_at_once(publish: Publish, django_assert_max_num_queries: object) -> None:
    first = publish("Un", places=(LIMOGES,))
    assert shown_ids(InitiativeFilter(), 8)[0] == {first.pk}
    second = publish("Deux", places=(LIMOGES, PlaceContent(latitude=45.5, longitude=1.1)))
    assert shown_ids(InitiativeFilter(), 8) == ({first.pk, second.pk}, 3)
    archive_initiative(actor=None, initiative_id=first.pk, now=timezone.now())
    assert shown_ids(InitiativeFilter(), 8) == ({second.pk}, 2)


def test_new_themes_find_room_among_the_bits(publish: Publish) -> None:
    publish("Un", places=(LIMOGES,))
    assert shown_ids(InitiativeFilter(), 8)[1] == 1
    themes = [make_theme(f"T{n}") for n in range(70)]
    tagged = publish("Deux", places=(LIMOGES,), theme_ids=tuple(one.pk for one in themes))
    assert shown_ids(InitiativeFilter(themes=("t69",)), 8)[0] == {tagged.pk}


def test_another_process_starts_from_the_disk(
    publish: Publish, monkeypatch: pytest.MonkeyPatch, tmp_path: object, settings: object
) -> None:
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setattr(points, "SNAPSHOT_POINTS_MIN", 1)
    first = publish("Un", places=(LIMOGES,))
    refresh_map_snapshot(now=timezone.now())
    second = publish("Deux", places=(LIMOGES,))
    forget()
    monkeypatch.setattr(points, "_read_everything", lambda: pytest.fail("the snapshot was of no use"))
    assert shown_ids(InitiativeFilter(), 8)[0] == {first.pk, second.pk}


def test_a_snapshot_of_another_database_is_left_alone(
    publish: Publish, monkeypatch: pytest.MonkeyPatch, tmp_path: object, settings: object
) -> None:
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setattr(points, "SNAPSHOT_POINTS_MIN", 1)
    only = publish("Un", places=(LIMOGES,))
    refresh_map_snapshot(now=timezone.now())
    MapChange.objects.update(at=timezone.now())
    InitiativePlace.objects.update(latitude=45.9)
    forget()
    assert shown_ids(InitiativeFilter(), 8)[0] == {only.pk}
    assert points.current_points().latitudes.tolist() == [45.9]


def test_old_notes_go_and_large_changes_read_everything_again(
    publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("Un", places=(LIMOGES,))
    points.current_points()
    MapChange.objects.create(ids=list(range(1, 3000)), at=timezone.now())
    assert shown_ids(InitiativeFilter(), 8)[1] == 1
    refresh_map_snapshot(now=timezone.now() + timedelta(days=3))
    assert not MapChange.objects.exists()
    assert shown_ids(InitiativeFilter(), 8)[1] == 1


def test_each_day_a_job_drops_the_notes_that_no_process_needs(db: None) -> None:
    now = timezone.now()
    for hours in (1, 47, 49, 24 * 30):
        MapChange.objects.create(ids=[hours], at=now - timedelta(hours=hours))
    [period] = [one for one in all_periods() if one.job.name == "directory.refresh_map_snapshot"]
    assert period.every_minutes == 24 * 60
    period.job.function()
    assert sorted(ids for [ids] in MapChange.objects.values_list("ids", flat=True)) == [1, 47]


def test_tiles_over_http(client: Client, publish: Publish) -> None:
    only = publish("Un", places=(LIMOGES,))
    x, y = tile_of(45.83, 1.26, 8)
    address = f"/carte/tuiles/8/{x}/{y}"
    answer = client.get(address)
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert "no-cache" in answer["Cache-Control"]
    assert [pin["tags"]["id"] for pin in read_tile(answer.content)["initiatives"]] == [only.pk]
    again = client.get(address, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    assert client.get(f"{address}?mains=1").content == b""
    version = points.current_points().version
    assert "immutable" in client.get(f"{address}?v={version}")["Cache-Control"]
    publish("Deux", places=(LIMOGES,))
    changed = client.get(f"{address}?v={version}", headers={"If-None-Match": answer["ETag"]})
    assert changed.status_code == 200
    assert "no-cache" in changed["Cache-Control"]
    group = read_tile(changed.content)["initiatives"][0]["tags"]
    zoom, square_x, square_y = (int(part) for part in group["cell"].split("-"))
    assert (zoom, square_x >> GRID_BITS, square_y >> GRID_BITS) == (8, x, y)
    assert (group["count"], group["to"]) == (2, 0)


@pytest.mark.parametrize("tile", ["19/0/0", "4/16/0", "4/0/16", "99/1/1", f"4/{2**70}/1"])
def test_tiles_off_the_map_are_not_found(client: Client, db: None, tile: str) -> None:
    assert client.get(f"/carte/tuiles/{tile}").status_code == 404
